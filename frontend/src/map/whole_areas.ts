// A map of whole neighbourhoods: outlines of all of them, and those that are told of filled, each with its name as a link.

import type { Feature, FeatureCollection } from "geojson";
import { addTiles, makePanes } from "./backdrop";
import { nameZoomButtons } from "./controls";
import { element } from "./dom";
import L from "./leaflet";
import { words, type MapOptions } from "./options";

/** What the server says; slugs are short names made of small letters, digits and hyphens. */
export interface AreaOptions extends MapOptions {
  areas: string[];
  /** Where a name leads: this and the slug. */
  link: string;
}

/** With more names than these they would lie on each other; the list beside the map has them all. */
const MOST_NAMES = 30;
const MOST_QUIET_NAMES = 12;

interface Named {
  slug?: string;
  name?: string;
}

/** Starts `map`. Called by the script that Folium writes into the page. */
export function areas(map: L.Map, options: AreaOptions): void {
  const labels = words(options.labels);
  const container = map.getContainer();
  const status = element("p", { class: "map-status", role: "status" });
  container.after(status);
  map.attributionControl?.setPrefix('<a href="https://leafletjs.com">Leaflet</a>');
  if (!Number.isFinite(map.getMaxZoom())) map.setMaxZoom(15);
  makePanes(map);
  addTiles(map, options.basemap, options.attribution);
  nameZoomButtons(map, labels);
  // The page is long, and a finger that scrolls it must not be caught.
  map.scrollWheelZoom.disable();
  // Outlines should fill their window, and whole steps seldom fit.
  map.options.zoomSnap = 0.25;
  const fit = (): void => {
    if (!options.bounds) return;
    const [west, south, east, north] = options.bounds;
    // Names are wider than small outlines, and must not be cut at the edge.
    map.fitBounds([[south, west], [north, east]], { animate: false, padding: [44, 16] });
  };
  new ResizeObserver(() => {
    map.invalidateSize();
    fit();
  }).observe(container);
  fit();
  void draw(map, options).then(
    () => {
      container.dataset["ready"] = "true";
    },
    () => {
      status.textContent = labels.not_loaded;
    },
  );
}

async function draw(map: L.Map, options: AreaOptions): Promise<void> {
  const answer = await fetch(new URL(String(options.boundary), window.location.href), {
    headers: { Accept: "application/geo+json" },
  });
  if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
  const shapes = (await answer.json()) as FeatureCollection;
  const told = new Set(options.areas);
  const isTold = (feature: Feature | undefined): boolean => told.has((feature?.properties as Named | null)?.slug ?? "");
  L.geoJSON(shapes, { pane: "ground", interactive: false, style: { className: "map-ground" } }).addTo(map);
  const outlines = L.geoJSON(shapes, { pane: "outline", interactive: false, style: { className: "map-outline", fill: false } }).addTo(map);
  const others = (outlines.getLayers() as (L.Path & { feature?: Feature })[]).filter((part) => !isTold(part.feature));
  if (others.length <= MOST_QUIET_NAMES) {
    for (const part of others) {
      const name = element("span", {}, (part.feature?.properties as Named | null)?.name ?? "");
      part.bindTooltip(name, { permanent: true, direction: "center", className: "map-name" });
    }
  }
  const filled = L.geoJSON(shapes, { pane: "areas", interactive: false, filter: isTold, style: { className: "area-told" } }).addTo(map);
  const parts = filled.getLayers() as (L.Polygon & { feature?: Feature })[];
  if (parts.length > MOST_NAMES) return;
  for (const part of parts) {
    const { slug, name } = (part.feature?.properties ?? {}) as Named;
    const link = element("a", { href: `${options.link}${encodeURIComponent(slug ?? "")}` }, name ?? "");
    L.DomEvent.disableClickPropagation(link);
    const icon = L.divIcon({ className: "area-name", html: link, iconSize: [0, 0] });
    L.marker(part.getBounds().getCenter(), { icon, interactive: false, keyboard: false }).addTo(map);
  }
}
