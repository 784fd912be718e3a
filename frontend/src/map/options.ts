// What the server tells the map. Nothing of it is written by contributors.

import type { GeoJsonObject, Geometry } from "geojson";

/** A collection of the API whose features the map shows. */
export interface CollectionOptions {
  id: "initiatives" | "barriers";
  /** Address of its items, with the filters of the page; the map adds `bbox`. */
  url: string;
}

/** The words of the map, translated by the server; those left out are in English. */
export interface Labels {
  initiatives: string;
  barriers: string;
  layers: string;
  close: string;
  read_more: string;
  close_together: string;
  in_area: string;
  shown_as_cell: string;
  shown_as_neighbourhood: string;
  made_up: string;
  recognised: string;
  imported: string;
  not_loaded: string;
  loading: string;
  zoom_in: string;
  zoom_out: string;
  locate: string;
  locate_failed: string;
  you_are_here: string;
}

export interface MapOptions {
  collections: CollectionOptions[];
  /** Outline of the neighbourhood: an address of GeoJSON, or GeoJSON itself. */
  boundary?: string | GeoJsonObject | null;
  /** West, south, east, north in WGS 84 degrees: what the map shows first. */
  bounds?: [number, number, number, number] | null;
  /** "osm", "none", or the address of raster tiles with {z}, {x} and {y}. */
  basemap?: string;
  /** Credit of the base map; HTML written by whoever runs the deployment. */
  attribution?: string;
  locate?: boolean;
  labels?: Partial<Labels>;
}

/** The public properties of a feature, as the publisher wrote them. Every text in it is untrusted: `textContent` only. */
export interface Properties {
  title?: string | null;
  summary?: string | null;
  url?: string | null;
  activity?: string | null;
  activity_label?: string | null;
  lifecycle?: string | null;
  lifecycle_label?: string | null;
  people_band?: string | null;
  people_band_label?: string | null;
  formality_label?: string | null;
  neighbourhood_name?: string | null;
  kind_label?: string | null;
  stage_label?: string | null;
  what_happened?: string | null;
  effect_label?: string | null;
  shown_as?: "place" | "cell" | "neighbourhood" | null;
  demonstration?: boolean | null;
  recognitions?: unknown[] | null;
  imported_from?: string | null;
}

/** A feature of either collection; `geometry` is already no more exact than its contributor chose. */
export interface PublicFeature {
  type: "Feature";
  id: string;
  geometry: Geometry | null;
  properties: Properties;
}

const ENGLISH: Labels = {
  initiatives: "What people do",
  barriers: "What got in the way",
  layers: "Show on the map",
  close: "Close",
  read_more: "Read more",
  close_together: "{count} close together. Choose to see each one.",
  in_area: "{count} somewhere in this area",
  shown_as_cell: "Somewhere in the shaded square. We do not show where.",
  shown_as_neighbourhood: "Somewhere in this neighbourhood. We do not show where.",
  made_up: "made up",
  recognised: "recognised",
  imported: "from another list",
  not_loaded: "Not everything could be loaded. The list has it all.",
  loading: "Loading…",
  zoom_in: "Closer",
  zoom_out: "Further away",
  locate: "Show where I am",
  locate_failed: "Your device did not tell where you are.",
  you_are_here: "You are near here",
};

/** All words, with English where the server sent none. */
export function words(given: Partial<Labels> | undefined): Labels {
  return { ...ENGLISH, ...given };
}

/** `text` with {count} filled in. */
export function counted(text: string, count: number): string {
  return text.replace("{count}", String(count));
}
