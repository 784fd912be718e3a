// Fetches the features of a view, page by page, and knows what it already has.

import type { PublicFeature } from "./options";

/** West, south, east, north in WGS 84 degrees. */
export type Box = readonly [number, number, number, number];

interface Page {
  features?: PublicFeature[];
  links?: { rel: string; href: string }[];
}

/** More pages than this are not followed: a view with so many marks is of no use to anyone. */
const MOST_PAGES = 20;

function holds(outer: Box, inner: Box): boolean {
  return outer[0] <= inner[0] && outer[1] <= inner[1] && outer[2] >= inner[2] && outer[3] >= inner[3];
}

/** `href` on our own host, whatever public address the server believes to have, and with the page size of `first`. */
function followed(href: string, first: URL): URL {
  const next = new URL(href, first);
  const here = new URL(next.pathname + next.search, first.origin);
  const limit = first.searchParams.get("limit");
  if (limit !== null && !here.searchParams.has("limit")) here.searchParams.set("limit", limit);
  return here;
}

/** One collection of the API, loaded box by box. */
export class FeatureSource {
  private readonly known = new Set<string>();
  private loaded: Box[] = [];
  private running: AbortController | null = null;
  private wanted: Box | null = null;

  constructor(private readonly url: string) {}

  /**
   * Hands each page of features in `box` that were not handed out before to `take`. A call made while another runs
   * stops that one, unless it already fetches all that is wanted. Rejects where the server cannot be read.
   */
  async load(box: Box, take: (features: PublicFeature[]) => void): Promise<void> {
    if (this.loaded.some((done) => holds(done, box))) return;
    if (this.running && this.wanted && holds(this.wanted, box)) return;
    this.running?.abort();
    const running = new AbortController();
    this.running = running;
    this.wanted = box;
    try {
      await this.follow(box, take, running.signal);
      this.loaded = [...this.loaded.filter((done) => !holds(box, done)), box];
    } catch (problem) {
      if (!running.signal.aborted) throw problem;
    } finally {
      if (this.running === running) this.running = null;
    }
  }

  private async follow(box: Box, take: (features: PublicFeature[]) => void, signal: AbortSignal): Promise<void> {
    const first = new URL(this.url, window.location.href);
    first.searchParams.set("bbox", box.join(","));
    let address: URL | null = first;
    for (let pages = 0; address !== null && pages < MOST_PAGES; pages += 1) {
      const answer: Response = await fetch(address, { signal, headers: { Accept: "application/geo+json" } });
      if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
      const page = (await answer.json()) as Page;
      take(this.unknown(page.features ?? []));
      const next: string | undefined = page.links?.find((link) => link.rel === "next")?.href;
      address = next === undefined ? null : followed(next, first);
    }
  }

  private unknown(features: PublicFeature[]): PublicFeature[] {
    const fresh = features.filter((feature) => feature.geometry && !this.known.has(String(feature.id)));
    for (const feature of fresh) this.known.add(String(feature.id));
    return fresh;
  }
}
