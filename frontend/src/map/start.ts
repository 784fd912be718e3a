// Brings a map to life that the server drew: backdrop, records of the view, panel, controls.

import type * as L from "leaflet";
import { addLayerSwitch, addLocate, nameZoomButtons } from "./controls";
import { addOutlines, addTiles, makePanes } from "./backdrop";
import { element } from "./dom";
import { FeatureSource, type Box } from "./features";
import { RecordLayer } from "./layer";
import { words, type MapOptions } from "./options";
import { Panel } from "./panel";

const WAIT_AFTER_MOVE_MS = 200;

/** The view, a little larger and snapped to a coarse grid: neighbours looking at the same place ask for the same box. */
function boxOfView(map: L.Map): Box {
  const view = map.getBounds().pad(0.15);
  const step = 360 / 2 ** Math.max(3, Math.round(map.getZoom()) + 1);
  const down = (value: number): number => Number((Math.floor(value / step) * step).toFixed(5));
  const up = (value: number): number => Number((Math.ceil(value / step) * step).toFixed(5));
  return [Math.max(-180, down(view.getWest())), Math.max(-90, down(view.getSouth())), Math.min(180, up(view.getEast())), Math.min(90, up(view.getNorth()))];
}

/** Starts `map` with `options`. Called by the script that Folium writes into the page. */
export function start(map: L.Map, options: MapOptions): void {
  const labels = words(options.labels);
  const container = map.getContainer();
  const status = element("p", { class: "map-status", role: "status" });
  container.after(status);
  const say = (sentence: string): void => {
    status.textContent = sentence;
  };

  map.attributionControl?.setPrefix('<a href="https://leafletjs.com">Leaflet</a>');
  if (!Number.isFinite(map.getMaxZoom())) map.setMaxZoom(18);
  makePanes(map);
  addTiles(map, options.basemap, options.attribution);
  nameZoomButtons(map, labels);

  new ResizeObserver(() => map.invalidateSize({ debounceMoveend: true })).observe(container);

  const panel = new Panel(map, labels);
  const records = new RecordLayer(map, labels, (features, from) => panel.open(features, from));
  const sources = options.collections.map(({ id, url }) => ({ id, source: new FeatureSource(url) }));
  addLayerSwitch(map, sources.map(({ id }) => id), labels, (id, isShown) => records.show(id, isShown));
  if (options.locate) addLocate(map, labels, say);

  if (options.bounds) {
    const [west, south, east, north] = options.bounds;
    // The number of a whole neighbourhood stands on its northern edge, and must not be cut.
    map.fitBounds([[south, west], [north, east]], { animate: false, paddingTopLeft: [0, 16] });
  }

  const refresh = async (): Promise<void> => {
    const box = boxOfView(map);
    try {
      await Promise.all(sources.map(({ id, source }) => source.load(box, (features) => records.add(id, features))));
      say("");
      container.dataset["ready"] = "true";
    } catch {
      say(labels.not_loaded);
    }
  };
  let waiting: number | undefined;
  map.on("moveend", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => void refresh(), WAIT_AFTER_MOVE_MS);
  });

  void (async () => {
    if (options.boundary) {
      const outline = addOutlines(map, options.boundary).catch(() => null);
      if (!options.bounds) {
        const bounds = await outline;
        if (bounds) map.fitBounds(bounds, { animate: false, padding: [12, 12] });
      }
    }
    await refresh();
  })();
}
