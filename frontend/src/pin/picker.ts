// Showing a place: the map moves under a cross that stays in the middle, where a thumb does not hide it.

import type { GeoJsonObject } from "geojson";
import type * as Leaflet from "leaflet";
import type { PickerOptions } from "../map/plain";
import { mapBundle } from "./bundle";

/** About a metre: more digits would only pretend. */
const DIGITS = 5;

/** Sets up the picker in `root`, which names its hidden fields, its map and its buttons. Nothing is set until it is asked for. */
export function startPicker(root: HTMLElement): void {
  const bundle = mapBundle();
  const area = root.querySelector<HTMLElement>("[data-picker-map]");
  const lon = root.querySelector<HTMLInputElement>("[name=lon]");
  const lat = root.querySelector<HTMLInputElement>("[name=lat]");
  const status = root.querySelector<HTMLElement>("[data-picker-status]");
  const clear = root.querySelector<HTMLButtonElement>("[data-picker-clear]");
  if (!bundle || !area || !lon || !lat || !status || !clear) return;

  const options = JSON.parse(root.dataset["picker"] ?? "{}") as PickerOptions;
  const { L, plainMap } = bundle;
  const map = plainMap(area, options, true);
  const cross = document.createElement("div");
  cross.className = "picker-cross";
  cross.setAttribute("aria-hidden", "true");
  area.append(cross);

  let chosen: Leaflet.CircleMarker | null = null;
  const say = (key: "none" | "chosen" | "looking" | "failed"): void => {
    status.textContent = status.dataset[key] ?? "";
  };
  const choose = (at: Leaflet.LatLng): void => {
    lon.value = at.lng.toFixed(DIGITS);
    lat.value = at.lat.toFixed(DIGITS);
    chosen?.remove();
    chosen = L.circleMarker(at, { radius: 11, className: "picker-chosen", interactive: false }).addTo(map);
    clear.hidden = false;
    say("chosen");
  };
  const forget = (): void => {
    lon.value = "";
    lat.value = "";
    chosen?.remove();
    chosen = null;
    clear.hidden = true;
    say("none");
  };

  root.querySelector("[data-picker-use]")?.addEventListener("click", () => choose(map.getCenter()));
  clear.addEventListener("click", forget);
  root.querySelector("[data-picker-locate]")?.addEventListener("click", () => {
    say("looking");
    map.locate({ setView: true, maxZoom: 17, timeout: 15000 });
  });
  map.on("locationfound", () => say(chosen ? "chosen" : "none"));
  map.on("locationerror", () => say("failed"));

  // Whoever named a neighbourhood wants to see that one; a place that is chosen already stays in view.
  root.closest("form")?.addEventListener("change", (event) => {
    const answer = event.target as HTMLInputElement | HTMLSelectElement;
    if (answer.name !== "neighbourhood" || !answer.value || chosen || !options.boundaries) return;
    const items = new URL(options.boundaries, window.location.href);
    void fetch(new URL(`items/${encodeURIComponent(answer.value)}`, items))
      .then((found) => (found.ok ? found.json() : Promise.reject(new Error(String(found.status)))))
      .then((outline: GeoJsonObject) => map.fitBounds(L.geoJSON(outline).getBounds(), { animate: false }))
      .catch(() => null);
  });

  if (lon.value && lat.value) {
    const before = L.latLng(Number(lat.value), Number(lon.value));
    map.setView(before, 16);
    choose(before);
  } else {
    say("none");
  }
}
