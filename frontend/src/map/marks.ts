// The marks of the map: shape and glyph by activity, size by people involved, ring by lifecycle, a gate for barriers.
// Shapes and glyphs are the symbols of the page (components/glyphs.html), so that list, legend and map look alike.

import { drawing, element } from "./dom";
import type { Amounts } from "./held";
import L from "./leaflet";
import type { Properties } from "./options";

/** Width of a mark in CSS pixels by people involved; never below the 24 that a finger needs. */
const SIZES: Record<string, number> = { up_to_5: 32, "6_to_15": 36, "16_to_50": 40, "51_to_150": 46, over_150: 52 };
const SIZE_UNKNOWN = 34;
const SIZE_BARRIER = 32;

/** A code word that may stand in a class name or an address within the page; anything else becomes "other". */
function codeWord(word: string | null | undefined): string {
  return word && /^[a-z_]+$/.test(word) ? word : "other";
}

function known(activity: string): string {
  return document.getElementById(`shape-${activity}`) ? activity : "other";
}

/** The drawing of one record: `kind` is an activity or "barrier". */
export function figure(kind: string, lifecycle: string | null): SVGElement {
  const name = known(codeWord(kind));
  const parts: SVGElement[] = [drawing("circle", { class: "pin-halo", cx: "20", cy: "20", r: "19.5" })];
  if (lifecycle !== null) {
    const ring = codeWord(lifecycle);
    parts.push(drawing("circle", { class: `ring ring-${ring}`, cx: "20", cy: "20", r: "17.5", pathLength: "88" }));
  }
  for (const symbol of ["shape", "glyph"]) {
    parts.push(drawing("use", { href: `#${symbol}-${name}`, x: "7", y: "7", width: "26", height: "26" }));
  }
  return drawing("svg", { class: `pin-drawing figure-${name}`, viewBox: "0 0 40 40", "aria-hidden": "true", focusable: "false" }, ...parts);
}

/** An icon whose element is built when it comes into view, and not for each of thousands of pins at once. */
class LazyIcon extends L.DivIcon {
  constructor(
    size: number,
    private readonly names: string,
    private readonly words: string,
    private readonly draw: () => Node,
  ) {
    super({ className: names, iconSize: [size, size], iconAnchor: [size / 2, size / 2] });
  }

  override createIcon(): HTMLElement {
    const made = element("div", { "aria-label": this.words }, this.draw());
    // Leaflet's own step: it sets size and margins through the style object, which the content policy allows.
    (this as unknown as { _setIconStyles(icon: HTMLElement, name: string): void })._setIconStyles(made, "icon");
    made.classList.add(...this.names.split(" "));
    return made;
  }
}

/** The mark of one initiative or barrier at an exact place. */
export function markIcon(collection: string, properties: Properties): L.DivIcon {
  const title = properties.title ?? "";
  if (collection === "barriers") {
    const words = [title, properties.kind_label].filter(Boolean).join(", ");
    return new LazyIcon(SIZE_BARRIER, "pin pin-barrier", words, () => figure("barrier", null));
  }
  const size = SIZES[properties.people_band ?? ""] ?? SIZE_UNKNOWN;
  const words = [title, properties.activity_label, properties.lifecycle_label].filter(Boolean).join(", ");
  return new LazyIcon(size, "pin", words, () => figure(properties.activity ?? "other", properties.lifecycle ?? null));
}

/** A number that stands for several records: near each other ("cluster"), or in one area ("area"). */
export function countIcon(kind: "cluster" | "area", amounts: Amounts, words: string): L.DivIcon {
  const count = amounts.initiatives + amounts.barriers;
  const size = kind === "area" ? 32 : count < 10 ? 38 : count < 100 ? 44 : 52;
  const holds = amounts.barriers === 0 ? "initiatives" : amounts.initiatives === 0 ? "barriers" : "both";
  return new LazyIcon(size, `tally tally-${kind} tally-${holds}`, words, () => element("span", {}, String(count)));
}
