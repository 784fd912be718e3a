// Ties on the canvas: curves by kind, each with a dash and a colour of its own, and an arrow towards what came of it.

import type { Data } from "./data";
import type { Colours } from "./paint";
import type { Place, Scene } from "./scene";

interface Style {
  colour: string;
  width: number;
  dash: number[];
}

interface Spot {
  x: number;
  y: number;
}

/** How ties are seen now. */
export interface TieView {
  time: number;
  /** Initiatives of a ripple; null: none is marked out. */
  lit: Set<number> | null;
  /** So many months a tie counts as new. */
  newFor: number;
  grow: number;
  at: (place: Place) => Spot;
}

/** As in styles/ecology.css: each kind of tie has a colour and a dash of its own. */
const DASHES: Record<string, { width: number; dash: number[] }> = {
  grew_out_of: { width: 2.25, dash: [] },
  learned_from: { width: 1.75, dash: [8, 5] },
  encouraged_by: { width: 2.5, dash: [0.1, 5.5] },
  shares_people: { width: 1.75, dash: [10, 4, 0.1, 4] },
  shares_space: { width: 1.75, dash: [3, 5] },
  lent_by: { width: 1.5, dash: [14, 5] },
  made_possible_by: { width: 1.4, dash: [] },
};
/** More ties than this are drawn fainter, so that those of a moment stand out. */
const MANY = 150;
/** How far a curve leaves the straight way, as a share of its length. */
const BEND = 0.16;

export class Ties {
  private styles: Style[] = [];
  private readonly mutual: boolean[];

  constructor(
    private readonly data: Data,
    private readonly scene: Scene,
  ) {
    this.mutual = data.words.kinds.map((kind) => kind[3]);
  }

  takeColours(colours: Colours): void {
    this.styles = this.data.words.kinds.map(([code]) => ({
      colour: colours.of(`--e-${code}`),
      ...(DASHES[code] ?? { width: 1.5, dash: [] }),
    }));
  }

  /** Draws the ties whose first month is wanted. One kind and brightness is one path: 600 single strokes are too slow. */
  draw(context: CanvasRenderingContext2D, view: TieView, isWanted: (since: number) => boolean): void {
    const { source, result, kind, since } = this.data.ties;
    const paths = new Map<string, { path: Path2D; tips: Path2D; style: Style; alpha: number; wider: number }>();
    const isMany = source.length > MANY;
    for (let tie = 0; tie < source.length; tie += 1) {
      const age = view.time - (since[tie] ?? 0);
      if (age < 0 || !isWanted(since[tie] ?? 0)) continue;
      const [start, end, sort] = [source[tie] ?? 0, result[tie] ?? 0, kind[tie] ?? 0];
      const [from, to, style] = [this.scene.places[start], this.scene.places[end], this.styles[sort]];
      if (!from || !to || !style) continue;
      const isMutual = this.mutual[sort] ?? false;
      const isLit = view.lit !== null && view.lit.has(start) && view.lit.has(end) && !isMutual;
      const isNew = age < view.newFor && !view.lit;
      const alpha = view.lit ? (isLit ? 1 : 0.07) : isNew ? 0.95 : isMany ? 0.2 : 0.6;
      const wider = isLit || isNew ? 1.25 : isMany ? 0.75 : 1;
      const key = `${sort} ${alpha}`;
      let held = paths.get(key);
      if (!held) paths.set(key, (held = { path: new Path2D(), tips: new Path2D(), style, alpha, wider }));
      addCurve(held.path, isMutual ? null : held.tips, view.at(from), view.at(to), (to.size * view.grow) / 2 + 1);
    }
    for (const { path, tips, style, alpha, wider } of paths.values()) {
      context.globalAlpha = alpha;
      context.strokeStyle = context.fillStyle = style.colour;
      context.lineWidth = style.width * wider;
      context.setLineDash(style.dash);
      context.stroke(path);
      context.fill(tips);
    }
    context.setLineDash([]);
    context.globalAlpha = 1;
  }
}

/** From `a` to the rim of `b`, always to the left of its way: there and back are two curves. */
function addCurve(path: Path2D, tips: Path2D | null, a: Spot, b: Spot, rim: number): void {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const long = Math.hypot(dx, dy);
  if (long < 1) return;
  const cx = (a.x + b.x) / 2 + dy * BEND;
  const cy = (a.y + b.y) / 2 - dx * BEND;
  const last = Math.hypot(b.x - cx, b.y - cy);
  const inX = (b.x - cx) / last;
  const inY = (b.y - cy) / last;
  const tipX = b.x - inX * rim;
  const tipY = b.y - inY * rim;
  path.moveTo(a.x, a.y);
  path.quadraticCurveTo(cx, cy, tips ? tipX - inX * 5 : b.x, tips ? tipY - inY * 5 : b.y);
  if (!tips || long < rim * 2) return;
  tips.moveTo(tipX, tipY);
  tips.lineTo(tipX - inX * 8 - inY * 3.6, tipY - inY * 8 + inX * 3.6);
  tips.lineTo(tipX - inX * 8 + inY * 3.6, tipY - inY * 8 - inX * 3.6);
  tips.closePath();
}
