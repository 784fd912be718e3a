// What a mark stands for, told in a panel over the map. It takes focus, closes with Escape and gives focus back.
// The real page is one link away.

import { element, ownAddress } from "./dom";
import type * as L from "leaflet";
import type { Labels, PublicFeature } from "./options";

const OPENING_LENGTH = 200;

/** The first words of a story, whole. */
function opening(story: string): string {
  if (story.length <= OPENING_LENGTH) return story;
  const cut = story.slice(0, OPENING_LENGTH);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), 0)) || cut} …`;
}

export class Panel {
  private readonly box: HTMLElement;
  private from: HTMLElement | null = null;

  constructor(
    private readonly map: L.Map,
    private readonly labels: Labels,
  ) {
    this.box = element("section", { class: "map-panel", tabindex: "-1", role: "dialog", hidden: "" });
    // Beside the map's element, so that the map's own keys and wheel do not act on it.
    map.getContainer().after(this.box);
    this.box.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.stopPropagation();
        this.close();
      }
    });
    map.on("click", () => this.close(false));
  }

  /** Tells of `features`; focus comes back to `from` when the panel is closed. */
  open(features: PublicFeature[], from: HTMLElement | null): void {
    this.from = from;
    const close = element("button", { type: "button", class: "map-panel-close", "aria-label": this.labels.close }, "×");
    close.addEventListener("click", () => this.close());
    const [first] = features;
    const parts = features.length === 1 && first ? [this.record(first)] : [this.list(features)];
    this.box.replaceChildren(close, ...parts);
    this.box.setAttribute("aria-labelledby", "map-panel-title");
    this.box.hidden = false;
    this.box.scrollTop = 0;
    this.box.focus();
  }

  /** Closes; `returns` says whether focus goes back to the mark (or to the map, where the mark is gone). */
  close(returns = true): void {
    if (this.box.hidden) return;
    this.box.hidden = true;
    if (!returns) return;
    const target = this.from?.isConnected ? this.from : this.map.getContainer();
    target.focus({ preventScroll: true });
  }

  private record(feature: PublicFeature): Node {
    const { title, summary, url, shown_as: shownAs } = feature.properties;
    const told = summary || opening(feature.properties.what_happened ?? "");
    const address = ownAddress(url);
    const exactness =
      shownAs === "cell" ? this.labels.shown_as_cell : shownAs === "neighbourhood" ? this.labels.shown_as_neighbourhood : null;
    return element(
      "div",
      {},
      element("h2", { id: "map-panel-title" }, title ?? ""),
      this.badges(feature),
      told ? element("p", {}, told) : null,
      exactness ? element("p", { class: "small soft" }, exactness) : null,
      address ? element("p", {}, element("a", { href: address, target: "_top" }, this.labels.read_more)) : null,
    );
  }

  private list(features: PublicFeature[]): Node {
    const [first] = features;
    const heading =
      first?.properties.shown_as === "neighbourhood" ? this.labels.shown_as_neighbourhood : this.labels.shown_as_cell;
    const items = features.map((feature) => {
      const address = ownAddress(feature.properties.url);
      const title = feature.properties.title ?? "";
      return element("li", {}, address ? element("a", { href: address, target: "_top" }, title) : title, this.badges(feature));
    });
    return element("div", {}, element("h2", { id: "map-panel-title" }, heading), element("ul", { class: "map-panel-list" }, ...items));
  }

  private badges(feature: PublicFeature): Node {
    const of = feature.properties;
    const texts = [of.activity_label, of.lifecycle_label, of.people_band_label, of.kind_label === of.title ? null : of.kind_label, of.effect_label];
    if (of.recognitions?.length) texts.push(this.labels.recognised);
    if (of.demonstration) texts.push(this.labels.made_up);
    if (of.imported_from) texts.push(`${this.labels.imported}: ${of.imported_from}`);
    const items = texts.filter(Boolean).map((text) => element("li", { class: "badge" }, text ?? ""));
    return element("ul", { class: "badges" }, ...items);
  }
}
