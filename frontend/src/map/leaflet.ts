// One Leaflet for everything: plug-ins and the script that Folium writes both look for it at `window.L`.
// This module must be imported before any plug-in.

import * as Leaflet from "leaflet";

// Plug-ins add to Leaflet's own object, so what is shared must be that object and not a frozen copy of its names.
const L = ((Leaflet as unknown as { default?: typeof Leaflet }).default ?? Leaflet) as typeof Leaflet;

(window as unknown as { L: typeof Leaflet }).L = L;

export default L;
