// Controls on the map: which layers to show, and where I am (asked of the device on a click only).

import { LocateControl } from "leaflet.locatecontrol";
import { element } from "./dom";
import L from "./leaflet";
import type { Labels } from "./options";

/** Checkboxes for collections: plain form parts, so that keyboard and screen reader know them. */
export function addLayerSwitch(map: L.Map, ids: (keyof Labels)[], labels: Labels, show: (id: string, isShown: boolean) => void): void {
  const fields = ids.map((id) => {
    const box = element("input", { type: "checkbox", id: `map-layer-${id}`, checked: "" });
    box.addEventListener("change", () => show(id, box.checked));
    return element("div", { class: "map-switch-line" }, box, element("label", { for: box.id }, labels[id]));
  });
  const group = element("div", { role: "group", "aria-label": labels.layers }, ...fields);
  const fold = element("details", { class: "leaflet-bar map-switch" }, element("summary", {}, labels.layers), group);
  L.DomEvent.disableClickPropagation(fold);
  L.DomEvent.disableScrollPropagation(fold);
  const control = new L.Control({ position: "topright" });
  control.onAdd = () => fold;
  control.addTo(map);
}

/** A button that shows where the device is; it never asks by itself, and forgets the place when pressed again. */
export function addLocate(map: L.Map, labels: Labels, fail: (sentence: string) => void): void {
  new LocateControl({
    position: "topleft",
    setView: "once",
    keepCurrentZoomLevel: true,
    showCompass: false,
    showPopup: false,
    strings: { title: labels.locate, popup: labels.you_are_here },
    onLocationError: () => fail(labels.locate_failed),
    onLocationOutsideMapBounds: () => fail(labels.locate_failed),
  }).addTo(map);
}

/** Words for what Leaflet itself puts on the map. */
export function nameZoomButtons(map: L.Map, labels: Labels): void {
  for (const [selector, words] of [[".leaflet-control-zoom-in", labels.zoom_in], [".leaflet-control-zoom-out", labels.zoom_out]] as const) {
    const button = map.getContainer().querySelector<HTMLElement>(selector);
    button?.setAttribute("aria-label", words);
    button?.setAttribute("title", words);
  }
}
