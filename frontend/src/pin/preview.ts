// Before saving: the shape that everyone would see, on a map, for the level of sharing that is chosen just now.

import type { GeoJsonObject } from "geojson";
import type * as Leaflet from "leaflet";
import type { PickerOptions } from "../map/plain";
import { mapBundle } from "./bundle";

/** Draws into `area` the shape that the chosen answer of its form carries in `data-shape`. */
export function startPreview(area: HTMLElement): void {
  const bundle = mapBundle();
  const form = area.closest("form");
  if (!bundle || !form) return;
  const options = JSON.parse(area.dataset["shareMap"] ?? "{}") as PickerOptions;
  const { L, plainMap } = bundle;
  const map = plainMap(area, options);
  const status = form.querySelector<HTMLElement>("[data-share-status]");
  let drawn: Leaflet.GeoJSON | null = null;

  const draw = (): void => {
    const answer = form.querySelector<HTMLInputElement>("input[name=sharing]:checked");
    const shape = answer?.dataset["shape"];
    drawn?.remove();
    drawn = null;
    if (status) status.textContent = (shape ? answer?.dataset["words"] : status.dataset["nothing"]) ?? "";
    if (!shape) return;
    drawn = L.geoJSON(JSON.parse(shape) as GeoJsonObject, {
      pane: "areas",
      interactive: false,
      style: { className: "map-area map-area-cell" },
      pointToLayer: (_feature, at) => L.circleMarker(at, { radius: 9, className: "picker-chosen" }),
    }).addTo(map);
    map.fitBounds(drawn.getBounds(), { maxZoom: 14, padding: [30, 30] });
  };
  form.addEventListener("change", draw);
  draw();
}
