// Leaflet and the plain map of forms, from the map's bundle: it is loaded before this one, and not carried twice.

import type * as Leaflet from "leaflet";
import type { plainMap } from "../map/plain";

interface Bundle {
  L: typeof Leaflet;
  plainMap: typeof plainMap;
}

/** What the map's bundle offers, or null on a page without it. */
export function mapBundle(): Bundle | null {
  const page = window as unknown as { L?: typeof Leaflet; smallEcology?: { plainMap: typeof plainMap } };
  return page.L && page.smallEcology ? { L: page.L, plainMap: page.smallEcology.plainMap } : null;
}
