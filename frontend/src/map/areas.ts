// Soft shapes for records whose place is not shown exactly. Records with the same public shape share it, and one number.

import type { Geometry } from "geojson";
import type { Marker } from "leaflet";
import { amountsOf, visible, type Amounts, type Choose, type Held, type Hidden } from "./held";
import L from "./leaflet";
import { countIcon } from "./marks";
import { counted, type Labels, type PublicFeature } from "./options";

type Kind = "cell" | "neighbourhood";

interface Area {
  kind: Kind;
  held: Held[];
  label: Marker;
  shape: L.GeoJSON;
}

/** The most northern point of an outline, for the number of a whole neighbourhood. */
function topOf(geometry: Geometry, bounds: L.LatLngBounds): L.LatLngExpression {
  const rings = geometry.type === "Polygon" ? geometry.coordinates : geometry.type === "MultiPolygon" ? geometry.coordinates.flat() : [];
  const top = rings.flat().reduce<number[]>((best, point) => ((point[1] ?? -90) > (best[1] ?? -90) ? point : best), []);
  return [top[1] ?? bounds.getNorth(), top[0] ?? bounds.getCenter().lng];
}

export class Areas {
  /** The shapes; their numbers stand among the marks, so that they cluster with them. */
  readonly shapes = L.layerGroup();
  private readonly areas = new Map<string, Area>();

  constructor(
    private readonly labels: Labels,
    private readonly hidden: Hidden,
    private readonly choose: Choose,
  ) {}

  /** Puts a record into its area; `refresh` shows it. */
  add(collection: string, feature: PublicFeature, geometry: Geometry): void {
    const kind: Kind = feature.properties.shown_as === "neighbourhood" ? "neighbourhood" : "cell";
    const shape = L.geoJSON(geometry, {
      pane: "areas",
      // A whole neighbourhood would catch every click on the map: there, only its number can be chosen.
      interactive: kind === "cell",
      style: { className: `map-area map-area-${kind}${geometry.type.endsWith("LineString") ? " map-line" : ""}` },
    });
    const bounds = shape.getBounds();
    // Shapes come from a fixed grid or from boundaries: their extent tells them apart.
    const key = `${geometry.type} ${bounds.toBBoxString()}`;
    const known = this.areas.get(key);
    if (known) {
      known.held.push({ collection, feature });
      return;
    }
    const area: Area = { kind, held: [{ collection, feature }], label: this.label(kind, geometry, bounds), shape };
    const open = (): void => this.choose(visible(area.held, this.hidden), area.label.getElement() ?? null);
    area.label.on("click", open);
    shape.on("click", open);
    this.areas.set(key, area);
  }

  /** Brings shapes and numbers in line with what they hold now. Gives numbers to show and numbers to take away. */
  refresh(): { shown: Map<Marker, Amounts>; gone: Marker[] } {
    const shown = new Map<Marker, Amounts>();
    const gone: Marker[] = [];
    for (const area of this.areas.values()) {
      const features = visible(area.held, this.hidden);
      const amounts = amountsOf(area.held, this.hidden);
      if (features.length === 0) {
        this.shapes.removeLayer(area.shape);
        gone.push(area.label);
        continue;
      }
      this.shapes.addLayer(area.shape);
      area.shape.eachLayer((layer) => (layer as L.Path).getElement()?.classList.toggle("map-area-barriers", amounts.initiatives === 0));
      const words = counted(this.labels.in_area, features.length);
      const title = features.length === 1 ? (features[0]?.properties.title ?? "") : "";
      area.label.setIcon(countIcon("area", amounts, title ? `${title}. ${words}` : words));
      shown.set(area.label, amounts);
    }
    return { shown, gone };
  }

  private label(kind: Kind, geometry: Geometry, bounds: L.LatLngBounds): Marker {
    // On the corner of a square or the top of a neighbourhood: in the middle it would look like a pin.
    const at = kind === "cell" ? bounds.getNorthWest() : topOf(geometry, bounds);
    return L.marker(at, { riseOnHover: true });
  }
}
