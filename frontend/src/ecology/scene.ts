// Where everything stands: a place where it is shown, somewhere in a square, or in a row outside the boundary. In the map's
// own pixels at one fixed zoom, so that all of it moves and grows together.

import L from "../map/leaflet";
import { ELSEWHERE, NOWHERE, SQUARE, type Data } from "./data";

/** Width of a living thing in pixels by people involved, at the zoom that shows the whole neighbourhood. */
const SIZES = [20, 24, 29, 34, 40];
const SIZE_UNKNOWN = 22;
const STEP_IN_ROW = 34;
const ROW_HEIGHT = 40;
const LABEL_HEIGHT = 20;
/** So many stand in a row beside the neighbourhood. */
const SIDE_COLUMNS = 6;

export interface Place {
  x: number;
  y: number;
  size: number;
  /** In pixels of the screen: how far it makes room for its neighbours. It shrinks as the map is enlarged. */
  aside: [number, number];
}

/** A square's edges. */
interface Edges {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface RowLabel {
  x: number;
  y: number;
  words: string;
}

export class Scene {
  readonly places: Place[];
  readonly gates: (Place | null)[];
  readonly labels: RowLabel[] = [];
  /** All that should be seen at first. */
  readonly bounds: L.LatLngBounds;

  /** How much larger a group is drawn for the root of its number. */
  private readonly perRoot: number;

  constructor(
    private readonly map: L.Map,
    private readonly data: Data,
    box: L.LatLngBounds,
    readonly zoom: number,
    private readonly scale: number,
    /** How much smaller all of it will be drawn, once the rows are in view: what stands in rows keeps its distances. */
    private readonly shrink: number,
    names: { here: string; elsewhere: string; gates: string },
  ) {
    const corner = this.project(box.getNorthWest());
    this.perRoot = rootSize(data);
    const end = this.project(box.getSouthEast());
    const { lives } = data;
    this.places = lives.id.map((_id, at) => {
      const spot = lives.spot[at];
      const middle = spot ? this.project(L.latLng(spot[1], spot[0])) : corner;
      return { x: middle.x, y: middle.y, size: this.sizeOf(at), aside: [0, 0] };
    });
    const here = this.shownAs(NOWHERE);
    const elsewhere = this.shownAs(ELSEWHERE);
    const freeGates: Place[] = [];
    this.gates = data.gates.id.map((_id, at) => this.gatePlace(at, freeGates));
    this.spreadInSquares();
    this.makeRoom();
    const groups: [Place[], string][] = [
      [here, names.here],
      [freeGates, names.gates],
      [elsewhere, names.elsewhere],
    ];
    const told = groups.filter(([places]) => places.length > 0);
    // Beside the neighbourhood where the window is wide, below it where it is narrow.
    const size = map.getSize();
    const isWide = size.x / size.y > 1.15 * Math.max((end.x - corner.x) / (end.y - corner.y), 0.6) && size.x > 500;
    const unit = scale / shrink;
    const gap = 34 * unit;
    const left = isWide ? end.x + gap : corner.x;
    const right = isWide ? left + SIDE_COLUMNS * STEP_IN_ROW * unit : Math.max(end.x, corner.x + 240 * unit);
    let low = isWide ? corner.y : end.y + gap * 0.6;
    for (const [places, words] of told) low = this.row(places, left, right, low, words);
    const isBeside = isWide && told.length > 0;
    this.bounds = L.latLngBounds(
      map.unproject(L.point(corner.x, told.length > 0 ? Math.max(low, end.y) : end.y), zoom),
      map.unproject(L.point(isBeside ? Math.max(right, left + 250 / shrink) : Math.max(end.x, right), corner.y), zoom),
    );
  }

  private shownAs(shown: number): Place[] {
    return this.places.filter((_place, at) => this.data.lives.shown[at] === shown);
  }

  project(spot: L.LatLng): L.Point {
    return this.map.project(spot, this.zoom);
  }

  private sizeOf(at: number): number {
    if (this.data.groups) return (18 + this.perRoot * Math.sqrt(this.data.groups.began[at]?.length ?? 1)) * this.scale;
    const band = this.data.lives.size[at];
    return (band === null || band === undefined ? SIZE_UNKNOWN : (SIZES[band] ?? SIZE_UNKNOWN)) * this.scale;
  }

  private edgesOf(square: number): Edges {
    const ring = (this.data.cells[square] ?? []).map(([lon, lat]) => this.project(L.latLng(lat, lon)));
    const [xs, ys] = [ring.map((one) => one.x), ring.map((one) => one.y)];
    return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
  }

  /** Those of one square stand in even rows in it: in an order that tells nothing, as large as there is room. */
  private spreadInSquares(): void {
    const held = new Map<number, Place[]>();
    const put = (square: number | null | undefined, place: Place | null | undefined): void => {
      if (square !== null && square !== undefined && place) held.set(square, [...(held.get(square) ?? []), place]);
    };
    const { cell, shown } = this.data.lives;
    cell.forEach((square, at) => put(shown[at] === SQUARE ? square : null, this.places[at]));
    this.data.gates.cell.forEach((square, at) => put(square, this.gates[at]));
    for (const [square, members] of held) {
      const { left, right, top, bottom } = this.edgesOf(square);
      const columns = Math.ceil(Math.sqrt(members.length));
      const rows = Math.ceil(members.length / columns);
      members.forEach((place, number) => {
        const row = Math.floor(number / columns);
        const inRow = row === rows - 1 ? members.length - row * columns : columns;
        place.x = left + ((right - left) * ((number % columns) + 0.5)) / inRow;
        place.y = top + ((bottom - top) * (row + 0.5)) / rows;
        const room = Math.min((right - left) / columns, (bottom - top) / rows);
        place.size = Math.max(Math.min(place.size, room * 1.15), 10 * this.scale);
      });
    }
  }

  /** Marks that would hide each other step aside a little, on the screen alone: enlarged, each stands where it belongs. */
  private makeRoom(): void {
    const all = [...this.places.filter((_place, at) => (this.data.lives.shown[at] ?? 0) < NOWHERE), ...this.gates.filter((gate, at): gate is Place => gate !== null && this.data.gates.spot[at] !== null)];
    for (let round = 0; round < 24; round += 1) {
      for (let a = 0; a < all.length; a += 1) {
        for (let b = a + 1; b < all.length; b += 1) part(all[a] as Place, all[b] as Place, a + b * 7);
      }
    }
  }

  private gatePlace(at: number, free: Place[]): Place | null {
    const { life, spot } = this.data.gates;
    if (life[at] !== null && life[at] !== undefined) return null;
    const where = spot[at];
    const middle = where ? this.project(L.latLng(where[1], where[0])) : { x: 0, y: 0 };
    const place: Place = { x: middle.x, y: middle.y, size: 17 * this.scale, aside: [0, 0] };
    if (!where) free.push(place);
    return place;
  }

  /** Puts `places` in rows from `left` to `right`, with words above; gives where the next may begin. */
  private row(places: Place[], left: number, right: number, top: number, words: string): number {
    this.labels.push({ x: left, y: top, words });
    const unit = this.scale / this.shrink;
    // Many stand closer.
    const step = STEP_IN_ROW * unit * (places.length > 40 ? 0.7 : 1);
    const perRow = Math.max(1, Math.floor((right - left) / step + 0.01));
    const first = top + LABEL_HEIGHT / this.shrink + (ROW_HEIGHT / 2) * unit;
    places.forEach((place, number) => {
      place.x = left + ((number % perRow) + 0.5) * step;
      place.y = first + Math.floor(number / perRow) * ROW_HEIGHT * unit;
      place.size = Math.min(place.size, 30 * this.scale);
    });
    return first + (Math.ceil(places.length / perRow) - 0.5) * ROW_HEIGHT * unit + 12 / this.shrink;
  }
}

/** Moves two marks apart by a share of what they overlap; no further than their own size from where they belong. */
function part(one: Place, other: Place, chance: number): void {
  let dx = other.x + other.aside[0] - one.x - one.aside[0];
  let dy = other.y + other.aside[1] - one.y - one.aside[1];
  const wanted = (one.size + other.size) * 0.5;
  if (Math.abs(dx) > wanted || Math.abs(dy) > wanted) return;
  let away = Math.hypot(dx, dy);
  if (away >= wanted) return;
  if (away < 0.5) [dx, dy, away] = [Math.cos(chance), Math.sin(chance), 1];
  const step = ((wanted - away) * 0.25) / away;
  for (const [place, sign] of [[one, -1], [other, 1]] as const) {
    const x = place.aside[0] + sign * dx * step;
    const y = place.aside[1] + sign * dy * step;
    const far = Math.hypot(x, y) / (place.size * 1.3);
    place.aside = far > 1 ? [x / far, y / far] : [x, y];
  }
}

/** The largest group is 64 pixels wide, and one of a few 20. */
function rootSize(data: Data): number {
  const most = Math.max(1, ...(data.groups?.began.map((one) => one.length) ?? []));
  return Math.min(6, 46 / Math.sqrt(most));
}
