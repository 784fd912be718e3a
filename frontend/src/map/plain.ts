// A plain map for forms: outlines of the neighbourhoods, streets where the deployment has them.

import { addOutlines, addTiles, makePanes } from "./backdrop";
import L from "./leaflet";

/** What a form's map is told by the server. Longitude first. */
export interface PickerOptions {
  centre?: [number, number];
  zoom?: number;
  /** West, south, east, north. */
  bounds?: [number, number, number, number] | null;
  boundaries?: string | null;
  basemap?: string;
  attribution?: string;
}

/** A map in `area`, showing what `options` say; with `isNamed`, neighbourhoods tell their names. */
export function plainMap(area: HTMLElement, options: PickerOptions, isNamed = false): L.Map {
  const map = L.map(area, { maxZoom: 19, zoomControl: true });
  map.attributionControl.setPrefix('<a href="https://leafletjs.com">Leaflet</a>');
  makePanes(map);
  if (options.bounds) {
    const [west, south, east, north] = options.bounds;
    map.fitBounds([[south, west], [north, east]]);
  } else {
    const [lon, lat] = options.centre ?? [-1.55, 53.8];
    map.setView([lat, lon], options.zoom ?? 13);
  }
  addTiles(map, options.basemap, options.attribution);
  if (options.boundaries) void addOutlines(map, options.boundaries, isNamed).catch(() => null);
  return map;
}
