// One layer of the map: points as marks that cluster and spread, areas as soft shapes that records may share.

import type { Geometry } from "geojson";
import type { MarkerClusterGroup } from "leaflet";
import L from "./leaflet";
import "leaflet.markercluster";
import { countIcon, markIcon } from "./marks";
import { counted, type Labels, type PublicFeature } from "./options";

/** Called when somebody chooses a mark: the records it stands for, and the element that focus returns to. */
export type Choose = (features: PublicFeature[], from: HTMLElement | null) => void;

interface Area {
  features: PublicFeature[];
  label: L.Marker;
}

/** How many records a marker stands for: one, or all of an area. */
const amounts = new WeakMap<L.Marker, number>();

/** Records with the same public shape share it. Shapes come from a fixed grid, so few numbers tell them apart. */
function shapeKey(geometry: Geometry, bounds: L.LatLngBounds): string {
  return `${geometry.type} ${bounds.toBBoxString()}`;
}

export class RecordLayer {
  /** Everything of this layer: add it to a map or take it away as one. */
  readonly group = L.layerGroup();
  private readonly shapes = L.layerGroup();
  private readonly clusters: MarkerClusterGroup;
  private readonly areas = new Map<string, Area>();

  constructor(
    private readonly collection: string,
    private readonly labels: Labels,
    private readonly choose: Choose,
  ) {
    this.clusters = L.markerClusterGroup({
      chunkedLoading: true,
      chunkInterval: 60,
      chunkDelay: 10,
      maxClusterRadius: 46,
      showCoverageOnHover: false,
      spiderfyOnMaxZoom: true,
      spiderLegPolylineOptions: { className: "map-leg", weight: 1.5 },
      animate: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
      iconCreateFunction: (cluster) => {
        const count = cluster.getAllChildMarkers().reduce((sum, marker) => sum + (amounts.get(marker) ?? 1), 0);
        return countIcon(collection, "over", count, counted(labels.close_together, count));
      },
    });
    this.group.addLayer(this.shapes).addLayer(this.clusters);
  }

  /** Draws `features`; all marks at once, since adding them one by one takes seconds for thousands. */
  add(features: PublicFeature[]): void {
    const fresh: L.Marker[] = [];
    for (const feature of features) {
      const geometry = feature.geometry;
      if (!geometry) continue;
      if (geometry.type === "Point") fresh.push(this.pin(feature, geometry.coordinates));
      else fresh.push(...this.area(feature, geometry));
    }
    this.clusters.addLayers(fresh);
  }

  private pin(feature: PublicFeature, at: number[]): L.Marker {
    const marker = L.marker([at[1] ?? 0, at[0] ?? 0], { icon: markIcon(this.collection, feature.properties), riseOnHover: true });
    this.listen(marker, () => [feature]);
    return marker;
  }

  /** The label of a new area, or nothing where its shape is there already and only the number grows. */
  private area(feature: PublicFeature, geometry: Geometry): L.Marker[] {
    const kind = feature.properties.shown_as === "neighbourhood" ? "neighbourhood" : "cell";
    const isLine = geometry.type.endsWith("LineString");
    const shape = L.geoJSON(geometry, {
      pane: "areas",
      // A whole neighbourhood would catch every click on the map: there, only its label can be chosen.
      interactive: kind === "cell",
      style: { className: `map-area map-area-${kind} map-area-${this.collection}${isLine ? " map-line" : ""}`, weight: isLine ? 5 : 2 },
    });
    const bounds = shape.getBounds();
    const key = shapeKey(geometry, bounds);
    const shared = this.areas.get(key);
    if (shared) {
      shared.features.push(feature);
      amounts.set(shared.label, shared.features.length);
      shared.label.setIcon(this.areaIcon(shared.features, kind));
      return [];
    }
    const features = [feature];
    const corner = this.collection === "barriers" ? bounds.getNorthEast() : bounds.getNorthWest();
    const label = L.marker(kind === "cell" ? corner : bounds.getCenter(), { icon: this.areaIcon(features, kind), riseOnHover: true });
    if (kind === "neighbourhood") label.setLatLng(this.upperEdge(geometry, bounds));
    amounts.set(label, 1);
    this.listen(label, () => features);
    shape.on("click", () => this.choose(features, label.getElement() ?? null));
    this.areas.set(key, { features, label });
    this.shapes.addLayer(shape);
    return [label];
  }

  private areaIcon(features: PublicFeature[], kind: "cell" | "neighbourhood"): L.DivIcon {
    const [first] = features;
    const words = features.length === 1 && first ? `${first.properties.title ?? ""}. ` : "";
    return countIcon(this.collection, kind === "cell" ? "within" : "beside", features.length, words + counted(this.labels.in_area, features.length));
  }

  /** The most northern point of an outline. */
  private upperEdge(geometry: Geometry, bounds: L.LatLngBounds): L.LatLngExpression {
    const rings = geometry.type === "Polygon" ? geometry.coordinates : geometry.type === "MultiPolygon" ? geometry.coordinates.flat() : [];
    const top = rings.flat().reduce<number[]>((best, point) => ((point[1] ?? -90) > (best[1] ?? -90) ? point : best), []);
    return [top[1] ?? bounds.getNorth(), top[0] ?? bounds.getCenter().lng];
  }

  private listen(marker: L.Marker, features: () => PublicFeature[]): void {
    const open = (): void => this.choose(features(), marker.getElement() ?? null);
    marker.on("click", open);
    marker.on("keypress", (event) => {
      const key = (event as unknown as L.LeafletKeyboardEvent).originalEvent.key;
      if (key === "Enter" || key === " ") open();
    });
  }
}
