// What lies under the marks: our own plain ground first, and pictures of streets over it where a deployment wants them.

import type { GeoJsonObject } from "geojson";
import { element } from "./dom";
import L from "./leaflet";

const OSM_TILES = "https://tile.openstreetmap.org/{z}/{x}/{y}.png";
/** With more names than this they would lie on each other. */
const MOST_NAMES = 12;
const OSM_CREDIT = '© <a href="https://www.openstreetmap.org/copyright">OpenStreetMap</a> contributors';

/** Panes in drawing order: ground under street pictures' labels, areas under marks. */
export function makePanes(map: L.Map): void {
  // Shapes are few, and take their colours from the stylesheet: that needs SVG, whatever Folium was told.
  map.options.preferCanvas = false;
  for (const [name, order] of [["ground", "150"], ["outline", "380"], ["areas", "390"]] as const) {
    if (!map.getPane(name)) map.createPane(name).style.zIndex = order;
  }
}

/** Street pictures, unless `basemap` is "none". The map works the same when none of them arrives. */
export function addTiles(map: L.Map, basemap: string | undefined, attribution: string | undefined): void {
  if (!basemap || basemap === "none") return;
  const isOsm = basemap === "osm";
  const tiles = L.tileLayer(isOsm ? OSM_TILES : basemap, {
    attribution: attribution || (isOsm ? OSM_CREDIT : ""),
    maxZoom: 19,
    className: "map-tiles",
    // The tile server may know which site asks, never which page.
    referrerPolicy: "strict-origin-when-cross-origin",
  });
  tiles.on("tileload", () => map.getContainer().classList.add("has-tiles"));
  tiles.addTo(map);
}

/**
 * Draws outlines from an address or from GeoJSON itself; gives their extent, or null where there are none.
 * With `isNamed` each says its name.
 */
export async function addOutlines(map: L.Map, source: string | GeoJsonObject, isNamed = false): Promise<L.LatLngBounds | null> {
  let shapes: GeoJsonObject;
  if (typeof source === "string") {
    const address = new URL(source, window.location.href);
    const answer = await fetch(address, { headers: { Accept: "application/geo+json" } });
    if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
    shapes = (await answer.json()) as GeoJsonObject;
  } else {
    shapes = source;
  }
  L.geoJSON(shapes, { pane: "ground", interactive: false, style: { className: "map-ground" } }).addTo(map);
  const outline = L.geoJSON(shapes, { pane: "outline", interactive: false, style: { className: "map-outline", fill: false } }).addTo(map);
  const parts = outline.getLayers() as (L.Path & { feature?: { properties?: { name?: string } | null } })[];
  if (isNamed && parts.length <= MOST_NAMES) {
    for (const part of parts) {
      const name = element("span", {}, part.feature?.properties?.name ?? "");
      part.bindTooltip(name, { permanent: true, direction: "center", className: "map-name" });
    }
  }
  const bounds = outline.getBounds();
  return bounds.isValid() ? bounds : null;
}
