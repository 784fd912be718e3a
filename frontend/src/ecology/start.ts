// Brings the ecology map to life: backdrop, squares, the moving canvas, slider, ripple, and the drawing below.

import type { MapOptions } from "../map/options";
import { words } from "../map/options";
import { addOutlines, addTiles, makePanes } from "../map/backdrop";
import { nameZoomButtons } from "../map/controls";
import { element } from "../map/dom";
import L from "../map/leaflet";
import { EcologyCanvas } from "./canvas";
import { Clock } from "./clock";
import { type Data } from "./data";
import { Drawing } from "./drawing";
import { Scene } from "./scene";
import { tellMonth, tellRipple } from "./told";

/** What the server says. */
export interface EcologyOptions extends MapOptions {
  /** Address of the data. */
  data: string;
}

const ROW_NAMES = {
  here: "Somewhere in this neighbourhood",
  elsewhere: "In other neighbourhoods",
  gates: "Got in the way, somewhere here",
};
/** Marks are smaller where the whole neighbourhood is shown on little room. */
const FULL_WIDTH = 620;

/** Starts `map`. Called by the script that Folium writes into the page. */
export function ecology(map: L.Map, options: EcologyOptions): void {
  const labels = words(options.labels);
  const container = map.getContainer();
  const status = element("p", { class: "map-status", role: "status" });
  container.after(status);
  map.attributionControl?.setPrefix('<a href="https://leafletjs.com">Leaflet</a>');
  map.setMaxZoom(18);
  // Outlines should fill their window, and whole steps seldom fit.
  map.options.zoomSnap = 0;
  // The page is long, and a finger or wheel that scrolls it must not be caught.
  map.scrollWheelZoom.disable();
  makePanes(map);
  addTiles(map, options.basemap, options.attribution);
  nameZoomButtons(map, labels);
  const [west, south, east, north] = options.bounds ?? [-180, -60, 180, 75];
  const box = L.latLngBounds([south, west], [north, east]);
  map.fitBounds(box, { animate: false, padding: [12, 12] });
  void (async () => {
    try {
      const [data] = await Promise.all([fetched(options.data), options.boundary ? addOutlines(map, options.boundary) : null]);
      begin(map, data, box);
      container.dataset["ready"] = "true";
    } catch (problem) {
      status.textContent = labels.not_loaded;
      if (!(problem instanceof TypeError)) throw problem;
    }
  })();
}

async function fetched(address: string): Promise<Data> {
  const answer = await fetch(new URL(address, window.location.href), { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new TypeError(`The server answered ${answer.status}.`);
  return (await answer.json()) as Data;
}

/** Many marks are smaller, so that the ground between them is still seen. */
function crowding(data: Data): number {
  if (data.groups) return 1;
  return Math.min(1, Math.max(Math.sqrt(70 / Math.max(data.lives.id.length, 1)), 0.52));
}

function begin(map: L.Map, data: Data, box: L.LatLngBounds): void {
  const isCalm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const container = map.getContainer();
  const scale = Math.min(Math.max(map.getSize().x / FULL_WIDTH, 0.72), 1.15) * crowding(data);
  // Squares reach over the edge.
  for (const ring of data.cells) for (const [lon, lat] of ring) box.extend(L.latLng(lat, lon));
  map.fitBounds(box, { animate: false, padding: [12, 12] });
  const zoom = map.getZoom();
  let shrink = 1;
  let scene = new Scene(map, data, box, zoom, scale, shrink, ROW_NAMES);
  // Rows need room beside or below, which makes all of it smaller, which changes what the rows need.
  for (let round = 0; round < 3; round += 1) {
    shrink = Math.min(map.getZoomScale(map.getBoundsZoom(scene.bounds, false, L.point(28, 44)), zoom), 1);
    scene = new Scene(map, data, box, zoom, scale, shrink, ROW_NAMES);
  }
  let hasMoved = false;
  const fit = (): void => {
    if (!hasMoved) map.fitBounds(scene.bounds, { animate: false, padding: [14, 22] });
  };
  fit();
  map.on("dragstart zoomstart", (event) => {
    // What is done by script has no event of the device.
    if ((event as { originalEvent?: Event }).originalEvent) hasMoved = true;
  });
  container.addEventListener("click", (event) => {
    if ((event.target as Element).closest(".leaflet-control-zoom")) hasMoved = true;
  });
  const fillSquares = drawSquares(map, data);
  nameRows(map, scene);
  const canvas = new EcologyCanvas(map, data, scene, isCalm);
  new ResizeObserver(() => {
    map.invalidateSize({ animate: false });
    fit();
  }).observe(container);

  const clear = (): void => {
    choose(null);
    document.getElementById("eco-from")?.focus();
  };
  document.querySelector("#eco-note .eco-clear")?.addEventListener("click", (event) => {
    event.preventDefault();
    choose(null);
    document.getElementById("eco-drawing")?.focus();
  });
  const ask = document.getElementById("eco-from") as HTMLSelectElement | null;
  const choose = (life: number | null): void => {
    if (data.groups) return;
    const lives = tellRipple(data, life, clear);
    canvas.light(life === null ? null : { chosen: life, lives });
    drawing.light(life === null ? null : lives, life);
    const id = life === null ? "" : (data.lives.id[life] ?? "");
    note(life === null ? null : (data.lives.title[life] ?? ""));
    if (ask) ask.value = [...ask.options].some((option) => option.value === id) ? id : "";
    const address = new URL(window.location.href);
    if (id) address.searchParams.set("from", id);
    else address.searchParams.delete("from");
    if (address.href !== window.location.href) window.history.replaceState(null, "", address);
  };
  const drawing = new Drawing(data, choose);
  let told = -1;
  new Clock(data, isCalm, (time, month) => {
    canvas.show(time);
    drawing.show(time);
    if (month === told) return;
    told = month;
    fillSquares(month);
    tellMonth(data, month);
  });
  listen(map, data, canvas, choose);
  ask?.addEventListener("change", () => {
    const at = data.lives.id.indexOf(ask.value);
    if (at >= 0 || ask.value === "") choose(at >= 0 ? at : null);
    else ask.form?.submit();
  });
  container.addEventListener("keydown", (event) => {
    if (event.key === "Escape") choose(null);
  });
  const first = data.lives.id.indexOf(new URLSearchParams(window.location.search).get("from") ?? "");
  if (first >= 0) choose(first);
  // For tests and benches: how many pictures were drawn, and where a mark stands in the map.
  Object.defineProperty(container, "framesDrawn", { get: () => canvas.frames });
  Object.defineProperty(container, "markAt", { value: (life: number) => [canvas.where(life).x, canvas.where(life).y] });
}

/** Above the drawing, which may be far from the words: whose ripple it shows. */
function note(title: string | null): void {
  const box = document.getElementById("eco-note");
  const name = box?.querySelector("strong");
  if (!box || !name) return;
  name.textContent = title ?? "";
  box.hidden = title === null;
}

/** Squares as the other map draws them: areas, never pins. Gives what brings them in step with a month. */
function drawSquares(map: L.Map, data: Data): (month: number) => void {
  const first = data.cells.map(() => Infinity);
  const begin = (square: number | null, month: number): void => {
    if (square !== null) first[square] = Math.min(first[square] ?? Infinity, month);
  };
  data.lives.cell.forEach((square, at) => begin(square, data.lives.born[at] ?? -1));
  data.gates.cell.forEach((square, at) => begin(square, data.gates.since[at] ?? -1));
  const squares = data.cells.map((ring) =>
    L.polygon(ring.map(([lon, lat]) => L.latLng(lat, lon)), { pane: "areas", interactive: false, className: "eco-cell" }).addTo(map),
  );
  return (month) => squares.forEach((one, at) => one.getElement()?.classList.toggle("eco-cell-empty", (first[at] ?? 0) > month));
}

function nameRows(map: L.Map, scene: Scene): void {
  for (const { x, y, words: text } of scene.labels) {
    const at = map.unproject(L.point(x, y), scene.zoom);
    const icon = L.divIcon({ className: "eco-label", html: element("span", {}, text), iconSize: [0, 0], iconAnchor: [0, 0] });
    L.marker(at, { icon, interactive: false, keyboard: false }).addTo(map);
  }
}

/** A name where the pointer rests, and the ripple of what is chosen. */
function listen(map: L.Map, data: Data, canvas: EcologyCanvas, choose: (life: number | null) => void): void {
  const container = map.getContainer();
  const tooltip = element("div", { class: "eco-tooltip", "aria-hidden": "true", hidden: "" });
  container.after(tooltip);
  map.on("mousemove", (event) => {
    const life = canvas.at(event.containerPoint);
    tooltip.hidden = life === null;
    container.style.cursor = life === null ? "" : "pointer";
    if (life === null) return;
    const at = canvas.where(life);
    tooltip.textContent = data.lives.title[life] ?? "";
    tooltip.style.left = `${Math.min(Math.max(at.x, 90), map.getSize().x - 90)}px`;
    tooltip.style.top = `${Math.max(at.y, 50)}px`;
  });
  map.on("mouseout", () => {
    tooltip.hidden = true;
  });
  map.on("click", (event) => choose(canvas.at(event.containerPoint)));
}

