// The bundle of the ecology pages: Leaflet at `window.L` for Folium's script, and ours at `window.smallEcology`.

import "./map/leaflet";
import { ecology } from "./ecology/start";

document.documentElement.classList.add("scripted");
const offered = { ecology };
(window as unknown as { smallEcology: typeof offered }).smallEcology = offered;
