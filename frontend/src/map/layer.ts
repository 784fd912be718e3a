// The records on the map: marks for exact places, numbers for areas, all in one cluster, so that none hides another.

import type { MarkerClusterGroup, Marker } from "leaflet";
import { Areas } from "./areas";
import { amountsOf, type Amounts, type Choose, type Held } from "./held";
import L from "./leaflet";
import "leaflet.markercluster";
import { countIcon, markIcon } from "./marks";
import { counted, type Labels, type PublicFeature } from "./options";

/** Marks nearer to each other than this, in CSS pixels, become one number: a finger must be able to choose each. */
const NEAREST_PIXELS = 56;

export class RecordLayer {
  private readonly areas: Areas;
  private readonly hidden = new Set<string>();
  private readonly pins = new Map<string, Marker[]>();
  private readonly amounts = new WeakMap<Marker, Amounts>();
  private readonly clusters: MarkerClusterGroup;

  constructor(
    map: L.Map,
    labels: Labels,
    private readonly choose: Choose,
  ) {
    this.areas = new Areas(labels, this.hidden, choose);
    this.clusters = L.markerClusterGroup({
      chunkedLoading: true,
      chunkInterval: 60,
      chunkDelay: 10,
      maxClusterRadius: NEAREST_PIXELS,
      showCoverageOnHover: false,
      spiderfyDistanceMultiplier: 1.6,
      spiderLegPolylineOptions: { className: "map-leg", weight: 1.5 },
      animate: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
      iconCreateFunction: (cluster) => {
        const sum = this.sum(cluster.getAllChildMarkers());
        return countIcon("cluster", sum, counted(labels.close_together, sum.initiatives + sum.barriers));
      },
    });
    map.addLayer(this.areas.shapes).addLayer(this.clusters);
    // Leaflet sends a click for a mouse and a finger, but not for the keys Enter and Space.
    this.clusters.on("keypress", (event) => {
      const pressed = event as unknown as L.LeafletKeyboardEvent & { propagatedFrom?: Marker; layer?: Marker };
      if (pressed.originalEvent.key === "Enter" || pressed.originalEvent.key === " ") {
        (pressed.propagatedFrom ?? pressed.layer)?.fire("click");
      }
    });
  }

  /** Draws `features`; all marks at once, since adding them one by one takes seconds for thousands. */
  add(collection: string, features: PublicFeature[]): void {
    const fresh: Marker[] = [];
    for (const feature of features) {
      if (feature.geometry?.type === "Point") fresh.push(this.pin({ collection, feature }, feature.geometry.coordinates));
      else if (feature.geometry) this.areas.add(collection, feature, feature.geometry);
    }
    const pins = this.pins.get(collection) ?? [];
    this.pins.set(collection, pins.concat(fresh));
    this.redraw(this.hidden.has(collection) ? [] : fresh, []);
  }

  /** Shows a collection or hides it. */
  show(collection: string, isShown: boolean): void {
    if (isShown) this.hidden.delete(collection);
    else this.hidden.add(collection);
    const pins = this.pins.get(collection) ?? [];
    this.redraw(isShown ? pins : [], isShown ? [] : pins);
  }

  private redraw(pins: Marker[], gonePins: Marker[]): void {
    const { shown, gone } = this.areas.refresh();
    // Numbers are few: they are taken off and put on again, so that clusters count them anew.
    this.clusters.removeLayers([...gonePins, ...gone, ...[...shown.keys()].filter((label) => this.clusters.hasLayer(label))]);
    for (const [label, amounts] of shown) this.amounts.set(label, amounts);
    this.clusters.addLayers([...pins, ...shown.keys()]);
  }

  private sum(markers: Marker[]): Amounts {
    const sum: Amounts = { initiatives: 0, barriers: 0 };
    for (const marker of markers) {
      const amounts = this.amounts.get(marker);
      sum.initiatives += amounts?.initiatives ?? 0;
      sum.barriers += amounts?.barriers ?? 0;
    }
    return sum;
  }

  private pin(held: Held, at: number[]): Marker {
    const { collection, feature } = held;
    const marker = L.marker([at[1] ?? 0, at[0] ?? 0], { icon: markIcon(collection, feature.properties), riseOnHover: true });
    this.amounts.set(marker, amountsOf([held], new Set()));
    marker.on("click", () => this.choose([feature], marker.getElement() ?? null));
    return marker;
  }
}
