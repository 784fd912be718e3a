// Where everything stands: a place where it is shown, somewhere in a square, or in a row outside the boundary. In the map's
// own pixels at one fixed zoom, so that all of it moves and grows together.

import L from "../map/leaflet";
import { ELSEWHERE, NOWHERE, SQUARE, type Data } from "./data";

/** Width of a living thing in pixels by people involved, at the zoom that shows the whole neighbourhood. */
const SIZES = [20, 24, 29, 34, 40];
const SIZE_UNKNOWN = 22;
const STEP_IN_ROW = 34;
const ROW_HEIGHT = 40;
/** So many stand in a row beside the neighbourhood. */
const SIDE_COLUMNS = 6;

export interface Place {
  x: number;
  y: number;
  size: number;
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

  constructor(
    private readonly map: L.Map,
    private readonly data: Data,
    box: L.LatLngBounds,
    readonly zoom: number,
    private readonly scale: number,
    names: { here: string; elsewhere: string; gates: string },
  ) {
    const corner = this.project(box.getNorthWest());
    const end = this.project(box.getSouthEast());
    const { lives } = data;
    this.places = lives.id.map((_id, at) => {
      const spot = lives.spot[at];
      const middle = spot ? this.project(L.latLng(spot[1], spot[0])) : corner;
      return { x: middle.x, y: middle.y, size: this.sizeOf(at) };
    });
    this.spreadInSquares();
    this.partNeighbours();
    const here = this.shownAs(NOWHERE);
    const elsewhere = this.shownAs(ELSEWHERE);
    const freeGates: Place[] = [];
    this.gates = data.gates.id.map((_id, at) => this.gatePlace(at, freeGates));
    const groups: [Place[], string][] = [
      [here, names.here],
      [freeGates, names.gates],
      [elsewhere, names.elsewhere],
    ];
    const told = groups.filter(([places]) => places.length > 0);
    // Beside the neighbourhood where the window is wide, below it where it is narrow.
    const size = map.getSize();
    const isWide = size.x / size.y > 1.15 * Math.max((end.x - corner.x) / (end.y - corner.y), 0.6) && size.x > 500;
    const gap = 34 * scale;
    const left = isWide ? end.x + gap : corner.x;
    const right = isWide ? left + SIDE_COLUMNS * STEP_IN_ROW * scale : Math.max(end.x, corner.x + 240 * scale);
    let low = isWide ? corner.y : end.y + gap * 0.6;
    for (const [places, words] of told) low = this.row(places, left, right, low, words);
    const isBeside = isWide && told.length > 0;
    this.bounds = L.latLngBounds(
      map.unproject(L.point(corner.x, told.length > 0 ? Math.max(low, end.y) : end.y), zoom),
      map.unproject(L.point(isBeside ? Math.max(right, left + 210) : Math.max(end.x, right), corner.y), zoom),
    );
  }

  private shownAs(shown: number): Place[] {
    return this.places.filter((_place, at) => this.data.lives.shown[at] === shown);
  }

  project(spot: L.LatLng): L.Point {
    return this.map.project(spot, this.zoom);
  }

  private sizeOf(at: number): number {
    if (this.data.groups) return (16 + 6 * Math.sqrt(this.data.groups.began[at]?.length ?? 1)) * this.scale;
    const band = this.data.lives.size[at];
    return (band === null || band === undefined ? SIZE_UNKNOWN : (SIZES[band] ?? SIZE_UNKNOWN)) * this.scale;
  }

  /** Those of one square stand in even rows in it: in an order that tells nothing, as large as there is room. */
  private spreadInSquares(): void {
    const held = new Map<number, number[]>();
    const { cell, shown } = this.data.lives;
    cell.forEach((square, at) => {
      if (square !== null && shown[at] === SQUARE) held.set(square, [...(held.get(square) ?? []), at]);
    });
    for (const [square, members] of held) {
      const ring = (this.data.cells[square] ?? []).map(([lon, lat]) => this.project(L.latLng(lat, lon)));
      const left = Math.min(...ring.map((one) => one.x));
      const right = Math.max(...ring.map((one) => one.x));
      const top = Math.min(...ring.map((one) => one.y));
      const bottom = Math.max(...ring.map((one) => one.y));
      const columns = Math.ceil(Math.sqrt(members.length));
      const rows = Math.ceil(members.length / columns);
      members.forEach((at, number) => {
        const place = this.places[at] as Place;
        const row = Math.floor(number / columns);
        const inRow = row === rows - 1 ? members.length - row * columns : columns;
        place.x = left + ((right - left) * ((number % columns) + 0.5)) / inRow;
        place.y = top + ((bottom - top) * (row + 0.5)) / rows;
        const room = Math.min((right - left) / columns, (bottom - top) / rows);
        place.size = Math.max(Math.min(place.size, room * 1.15), 9 * this.scale);
      });
    }
  }

  /** Marks at one and the same place stand in a small ring around it. */
  private partNeighbours(): void {
    const held = new Map<string, Place[]>();
    this.places.forEach((place, at) => {
      if ((this.data.lives.shown[at] ?? 0) >= NOWHERE || this.data.lives.shown[at] === SQUARE) return;
      const key = `${Math.round(place.x / 6)} ${Math.round(place.y / 6)}`;
      held.set(key, [...(held.get(key) ?? []), place]);
    });
    for (const group of held.values()) {
      if (group.length < 2) continue;
      const radius = Math.max(...group.map((one) => one.size)) * 0.6 * Math.max(1, group.length / 5);
      group.forEach((place, number) => {
        const angle = (2 * Math.PI * number) / group.length;
        place.x += radius * Math.cos(angle);
        place.y += radius * Math.sin(angle);
      });
    }
  }

  private gatePlace(at: number, free: Place[]): Place | null {
    const { life, spot } = this.data.gates;
    if (life[at] !== null && life[at] !== undefined) return null;
    const size = 17 * this.scale;
    const where = spot[at];
    if (where) {
      const middle = this.project(L.latLng(where[1], where[0]));
      // Several in one square would hide each other.
      return { x: middle.x + ((at * 7) % 5) * 5 - 10, y: middle.y + ((at * 3) % 5) * 5 - 10, size };
    }
    const place = { x: 0, y: 0, size };
    free.push(place);
    return place;
  }

  /** Puts `places` in rows from `left` to `right`, with words above; gives where the next may begin. */
  private row(places: Place[], left: number, right: number, top: number, words: string): number {
    this.labels.push({ x: left, y: top, words });
    // Many stand closer.
    const step = STEP_IN_ROW * this.scale * (places.length > 40 ? 0.7 : 1);
    const perRow = Math.max(1, Math.floor((right - left) / step));
    places.forEach((place, number) => {
      place.x = left + ((number % perRow) + 0.5) * step;
      place.y = top + (18 + 22) * this.scale + Math.floor(number / perRow) * ROW_HEIGHT * this.scale;
      place.size = Math.min(place.size, 30 * this.scale);
    });
    return top + 22 * this.scale + Math.ceil(places.length / perRow) * ROW_HEIGHT * this.scale + 16 * this.scale;
  }
}
