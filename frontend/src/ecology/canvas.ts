// The moving part of the map, on one canvas: 300 living things and 600 ties are drawn anew for each frame.

import L from "../map/leaflet";
import { countIn, formIn, type Data } from "./data";
import { Colours, frame, number, Pictures } from "./paint";
import type { Place, Scene } from "./scene";
import { Ties, type TieView } from "./ties";

/** So many months an event is marked by a ring that grows and fades. */
const RING_MONTHS = 4;
const PAD = 60;

/** What is marked out: initiatives and ties of a ripple. */
export interface Lit {
  chosen: number;
  lives: Set<number>;
}

export class EcologyCanvas {
  private readonly canvas = document.createElement("canvas");
  private readonly context: CanvasRenderingContext2D | null;
  /** Ties that do not change within a month are drawn once a month: hundreds of dashes would take half of each frame. */
  private readonly still = document.createElement("canvas");
  private stillKey = "";
  private pictures = new Pictures(new Colours());
  private readonly ties: Ties;
  private readonly activities: string[];
  private readonly gatesOf = new Map<number, number[]>();
  private readonly isCrowded: boolean;
  private time = 0;
  private lit: Lit | null = null;
  private shift = { x: 0, y: 0, grow: 1 };
  private width = 0;
  private height = 0;
  private wanted = 0;
  /** Frames drawn so far, for whoever measures. */
  frames = 0;

  constructor(
    private readonly map: L.Map,
    private readonly data: Data,
    private readonly scene: Scene,
    private readonly isCalm: boolean,
  ) {
    this.canvas.className = "eco-canvas leaflet-zoom-hide";
    this.canvas.setAttribute("aria-hidden", "true");
    this.context = this.canvas.getContext("2d");
    map.getPane("markerPane")?.append(this.canvas);
    this.activities = data.words.activities.map(([code]) => code);
    data.gates.life.forEach((life, gate) => {
      if (life !== null) this.gatesOf.set(life, [...(this.gatesOf.get(life) ?? []), gate]);
    });
    this.ties = new Ties(data, scene);
    this.isCrowded = data.gates.id.length > 60;
    this.takeColours();
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.takeColours());
    map.on("moveend zoomend resize viewreset", () => this.place());
    this.place();
  }

  /** Shows a moment: 5.4 is a little before the middle of the sixth month. */
  show(time: number): void {
    this.time = time;
    this.ask();
  }

  /** Dims all but these; null shows everything alike. */
  light(lit: Lit | null): void {
    this.lit = lit;
    this.view += 1;
    this.ask();
  }

  /** The initiative drawn nearest to a point of the map's container, or null. */
  at(point: L.Point): number | null {
    let best: number | null = null;
    let nearest = Infinity;
    const month = Math.floor(this.time);
    this.scene.places.forEach((place, life) => {
      if (formIn(this.data, life, month) === null) return;
      const { x, y } = this.onScreen(place);
      const away = Math.hypot(x - point.x, y - point.y);
      const reach = Math.max((place.size * this.shift.grow) / 2 + 3, 12);
      if (away < reach && away < nearest) [best, nearest] = [life, away];
    });
    return best;
  }

  /** Where an initiative stands in the map's container. */
  where(life: number): L.Point {
    const place = this.scene.places[life];
    const { x, y } = place ? this.onScreen(place) : { x: 0, y: 0 };
    return L.point(x, y);
  }

  private takeColours(): void {
    const colours = new Colours();
    this.pictures = new Pictures(colours);
    this.ties.takeColours(colours);
    this.view += 1;
    this.ask();
  }

  /** Lays the canvas over what is seen now, and a little more. */
  private place(): void {
    const size = this.map.getSize();
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    this.width = size.x + 2 * PAD;
    this.height = size.y + 2 * PAD;
    this.canvas.width = Math.ceil(this.width * ratio);
    this.canvas.height = Math.ceil(this.height * ratio);
    this.canvas.style.width = `${this.width}px`;
    this.canvas.style.height = `${this.height}px`;
    const corner = this.map.containerPointToLayerPoint([-PAD, -PAD]);
    L.DomUtil.setPosition(this.canvas, corner);
    const zoomed = this.map.getZoomScale(this.map.getZoom(), this.scene.zoom);
    const origin = this.map.project(this.map.containerPointToLatLng([0, 0]), this.map.getZoom());
    // Marks grow more slowly than the ground below them: at a closer look there is room between.
    this.shift = { x: -origin.x, y: -origin.y, grow: Math.min(Math.max(zoomed ** 0.4, 0.75), 2.2) };
    this.scaleTo = zoomed;
    this.view += 1;
    this.ask();
  }

  private scaleTo = 1;
  /** Raised whenever what is drawn before must be drawn anew: another part of the map, a ripple, other colours. */
  private view = 0;

  private onScreen(place: Place): { x: number; y: number } {
    const aside = this.scaleTo > 1 ? 1 / this.scaleTo : this.scaleTo;
    return {
      x: place.x * this.scaleTo + this.shift.x + place.aside[0] * aside,
      y: place.y * this.scaleTo + this.shift.y + place.aside[1] * aside,
    };
  }

  private ask(): void {
    if (this.wanted) return;
    this.wanted = requestAnimationFrame(() => {
      this.wanted = 0;
      this.draw();
    });
  }

  private draw(): void {
    const context = this.context;
    if (!context) return;
    this.frames += 1;
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
    this.drawStill(ratio);
    context.drawImage(this.still, 0, 0, this.width, this.height);
    context.translate(PAD, PAD);
    context.lineCap = "round";
    this.ties.draw(context, this.tieView(), (since) => !this.isStill(since));
    this.drawRings(context);
    this.drawLives(context);
    this.drawGates(context);
  }

  private tieView(): TieView {
    return { time: this.time, lit: this.lit?.lives ?? null, newFor: RING_MONTHS, grow: this.shift.grow, at: (place) => this.onScreen(place) };
  }

  private isStill(since: number): boolean {
    return this.lit !== null || since + RING_MONTHS <= Math.floor(this.time);
  }

  private drawStill(ratio: number): void {
    const key = `${Math.floor(this.time)} ${this.view}`;
    if (key === this.stillKey) return;
    this.stillKey = key;
    if (this.still.width !== this.canvas.width) this.still.width = this.canvas.width;
    if (this.still.height !== this.canvas.height) this.still.height = this.canvas.height;
    const context = this.still.getContext("2d");
    if (!context) return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
    context.translate(PAD, PAD);
    context.lineCap = "round";
    this.ties.draw(context, this.tieView(), (since) => this.isStill(since));
  }

  /** A ring around what has just begun, come to rest, ended, or been tied to another for the first time. */
  private drawRings(context: CanvasRenderingContext2D): void {
    if (this.data.groups) return;
    const colours = this.pictures.colours;
    const looks = [
      { colour: colours.of("--leaf"), dash: [], more: 2 },
      { colour: colours.of("--heather"), dash: [3, 4], more: 2 },
      { colour: colours.of("--soil"), dash: [3, 4], more: 2 },
      { colour: colours.of("--marigold"), dash: [], more: 5 },
    ];
    const month = Math.floor(this.time);
    for (let since = Math.max(month - RING_MONTHS, 0); since <= month; since += 1) {
      const age = this.time - since;
      if (age >= RING_MONTHS) continue;
      looks.forEach((look, at) => {
        for (const life of (this.data.moments[since]?.[at + 1] ?? []) as number[]) this.drawRing(context, life, age, look);
      });
    }
    context.setLineDash([]);
    context.globalAlpha = 1;
  }

  private drawRing(context: CanvasRenderingContext2D, life: number, age: number, look: { colour: string; dash: number[]; more: number }): void {
    const place = this.scene.places[life];
    if (!place) return;
    const { x, y } = this.onScreen(place);
    context.globalAlpha = (1 - age / RING_MONTHS) * (this.lit && !this.isLit(life) ? 0.15 : 0.9);
    context.strokeStyle = look.colour;
    context.lineWidth = 2.5;
    context.setLineDash(look.dash);
    context.beginPath();
    context.arc(x, y, (place.size * this.shift.grow) / 2 + look.more + (this.isCalm ? 1 : age) * 4, 0, 2 * Math.PI);
    context.stroke();
  }

  private drawLives(context: CanvasRenderingContext2D): void {
    const { born, rested, activity, id } = this.data.lives;
    const month = Math.floor(this.time);
    for (let life = 0; life < id.length; life += 1) {
      const form = formIn(this.data, life, month);
      const place = this.scene.places[life];
      if (form === null || !place) continue;
      const count = countIn(this.data, life, month);
      const { x, y } = this.onScreen(place);
      const age = this.time - (born[life] ?? -1);
      const grown = this.isCalm || (born[life] ?? -1) < 0 ? 1 : Math.min(1, 0.35 + age * 0.65);
      const code = this.activities[activity[life] ?? -1] ?? "other";
      const whole = this.data.groups ? this.sizeOfGroup(life, count, place.size) : place.size;
      // Numbers of groups change with each month: their pictures are made in steps, and stretched.
      const step = this.data.groups ? 8 : 1;
      const size = Math.max(Math.ceil((whole * this.shift.grow) / step) * step, 4);
      const { picture, side } = this.pictures.living(form, code, size);
      const drawn = side * grown * ((whole * this.shift.grow) / size);
      const isOut = this.lit !== null && !this.isLit(life);
      const end = rested[life];
      const isOver = end !== null && end !== undefined && month >= end && form === "over";
      context.globalAlpha = isOut ? 0.16 : isOver ? 0.7 : count === 0 ? 0.35 : 1;
      context.drawImage(picture, x - drawn / 2, y - drawn / 2, drawn, drawn);
      if (this.lit?.chosen === life) frame(context, this.pictures.colours, x, y, drawn / 2 + 3);
      if (this.data.groups && count > 0) number(context, this.pictures.colours, x, y, count);
    }
    context.globalAlpha = 1;
  }

  /** As large as its number that month, where `size` stands for all that ever were. */
  private sizeOfGroup(life: number, count: number, size: number): number {
    const all = this.data.groups?.began[life]?.length ?? 1;
    return Math.max(size * Math.sqrt(Math.max(count, 0) / Math.max(all, 1)), 16);
  }

  /** Gates stand on the rim of what they stopped; those of no initiative by themselves. */
  private drawGates(context: CanvasRenderingContext2D): void {
    const { since, opened, life, helped } = this.data.gates;
    const month = Math.floor(this.time);
    const paint = (gate: number, x: number, y: number, size: number): void => {
      const isOpen = opened[gate] !== null && month >= (opened[gate] ?? Infinity);
      context.drawImage(this.pictures.thing(isOpen ? "gate-open" : "gate-shut", size), x - size / 2, y - size / 2, size, size);
      if (isOpen && (helped[gate]?.length ?? 0) > 0 && size > 9) {
        const key = Math.round(size * 0.62);
        context.drawImage(this.pictures.thing("eco-help", key), x + size * 0.15, y - size * 0.75, key, key);
      }
    };
    for (const [of, gates] of this.gatesOf) {
      const place = this.scene.places[of];
      if (!place || formIn(this.data, of, month) === null) continue;
      const { x, y } = this.onScreen(place);
      const size = Math.round(Math.min(Math.max(place.size * 0.5, this.isCrowded ? 8 : 11), this.isCrowded ? 10 : 16) * this.shift.grow);
      const radius = (place.size * this.shift.grow) / 2 + size * 0.28;
      context.globalAlpha = this.lit && !this.isLit(of) ? 0.14 : 1;
      gates.forEach((gate, number) => {
        if (month < (since[gate] ?? 0)) return;
        const angle = 0.6 + number * 0.95;
        paint(gate, x + radius * Math.cos(angle), y + radius * Math.sin(angle), size);
      });
    }
    context.globalAlpha = this.lit ? 0.14 : 1;
    this.scene.gates.forEach((place, gate) => {
      if (!place || life[gate] !== null || month < (since[gate] ?? 0)) return;
      const { x, y } = this.onScreen(place);
      paint(gate, x, y, Math.round(place.size * this.shift.grow));
    });
    context.globalAlpha = 1;
  }

  private isLit(life: number): boolean {
    return this.lit?.lives.has(life) ?? true;
  }
}
