// The map's bundle: Leaflet with its plug-ins at `window.L` for Folium's script, and ours at `window.smallEcology`.

import "./map/leaflet";
import { plainMap } from "./map/plain";
import { start } from "./map/start";
import { areas } from "./map/whole_areas";

const offered = { start, plainMap, areas };
(window as unknown as { smallEcology: typeof offered }).smallEcology = offered;
