// Pictures of living things and gates for the canvas, made once from the symbols of the page
// (components/ecology_marks.html, components/glyphs.html): list, legend, drawing and map look alike.

import type { FormName } from "./data";

/** The colours of the stylesheet, as they are now: light or dark. */
export class Colours {
  private readonly styles = getComputedStyle(document.documentElement);
  readonly isDark = window.matchMedia("(prefers-color-scheme: dark)").matches;

  of(name: string): string {
    return this.styles.getPropertyValue(name).trim() || "#777";
  }

  activity(code: string): string {
    if (code === "other") return this.of("--ink-soft");
    return this.of(this.isDark ? `--l-${code}` : `--a-${code}`);
  }
}

interface Paint {
  fill?: string;
  stroke?: string;
  width?: number;
  dash?: number[];
  alpha?: number;
}

/** Side of the picture that holds a form, for a form 32 wide: it leaves room for round ends. */
const BOX = 36;
const GLYPH_BOXES: Record<FormName, [number, number, number]> = {
  idea: [7, 7, 18],
  starting: [8.5, 11, 15],
  active: [6.5, 6.5, 19],
  resting: [7.5, 10, 17],
  over: [8.5, 8.5, 15],
  group: [6, 6, 20],
};

function paintOf(name: string, tint: string, glyph: string, colours: Colours): Paint {
  const surface = colours.of("--surface");
  switch (name) {
    case "eco-petal":
      return { fill: tint, alpha: 0.5 };
    case "eco-disc":
    case "eco-seed":
      return { fill: tint };
    case "eco-sprout":
      return { fill: colours.of("--leaf"), alpha: 0.75 };
    case "eco-hollow":
      return { fill: surface, stroke: tint, width: 1.8 };
    case "eco-dotted":
      return { stroke: tint, width: 1.6, dash: [0.1, 4.1] };
    case "eco-fold":
      return { stroke: tint, width: 1.3 };
    case "eco-ray":
      return { stroke: tint, width: 1 };
    case "glyph":
      return { stroke: glyph, width: 2.2 };
    case "gate-ground":
      return { stroke: surface, width: 5 };
    case "gate-shut":
      return { stroke: colours.of("--gate-shut"), width: 2.1 };
    case "gate-open":
      return { stroke: colours.of("--gate-open"), width: 2.1 };
    case "help-ground":
      return { fill: colours.of("--help"), stroke: surface, width: 1 };
    case "help-key":
      return { stroke: colours.of("--help-ink"), width: 1.5 };
    default:
      return {};
  }
}

function pathOf(shape: Element): Path2D {
  const number = (name: string): number => Number(shape.getAttribute(name) ?? 0);
  if (shape.tagName === "path") return new Path2D(shape.getAttribute("d") ?? "");
  const path = new Path2D();
  if (shape.tagName === "circle") path.arc(number("cx"), number("cy"), number("r"), 0, 2 * Math.PI);
  if (shape.tagName === "rect") path.rect(number("x"), number("y"), number("width"), number("height"));
  return path;
}

/** Draws the symbol `id` of the page; without it, nothing. */
function drawSymbol(context: CanvasRenderingContext2D, id: string, tint: string, glyph: string, colours: Colours): void {
  const symbol = document.getElementById(id);
  if (!symbol) return;
  for (const shape of symbol.querySelectorAll("path, circle, rect")) {
    const names = (shape.getAttribute("class") ?? shape.parentElement?.getAttribute("class") ?? "").split(" ");
    const paint = paintOf(names[0] ?? "", tint, glyph, colours);
    const path = pathOf(shape);
    context.globalAlpha = paint.alpha ?? 1;
    if (paint.fill) {
      context.fillStyle = paint.fill;
      context.fill(path);
    }
    if (paint.stroke) {
      context.strokeStyle = paint.stroke;
      context.lineWidth = names.includes("gate-bar") ? 1.5 : (paint.width ?? 1);
      context.setLineDash(paint.dash ?? []);
      context.lineCap = "round";
      context.lineJoin = "round";
      context.stroke(path);
    }
  }
  context.globalAlpha = 1;
}

/** Pictures, each made when it is first wanted. */
export class Pictures {
  private readonly made = new Map<string, HTMLCanvasElement>();
  private readonly ratio = Math.min(window.devicePixelRatio || 1, 2);

  constructor(readonly colours: Colours) {}

  /** A living thing that fills `size` CSS pixels, and the side of its picture. */
  living(form: FormName, activity: string, size: number): { picture: HTMLCanvasElement; side: number } {
    const side = Math.ceil((size * BOX) / 32);
    const picture = this.picture(`${form} ${activity} ${side}`, side, BOX, 2, (context) => {
      const tint = this.colours.activity(activity);
      const isHollow = form === "idea" || form === "resting" || form === "over";
      const glyph = isHollow ? tint : this.colours.isDark ? "#10201c" : "#fff";
      drawSymbol(context, `form-${form}`, tint, glyph, this.colours);
      const [x, y, wide] = GLYPH_BOXES[form];
      if (form === "group") return;
      context.translate(x, y);
      context.scale(wide / 32, wide / 32);
      drawSymbol(context, `glyph-${activity}`, tint, glyph, this.colours);
    });
    return { picture, side };
  }

  /** A gate, or what helped to open it. */
  thing(name: "gate-shut" | "gate-open" | "eco-help", size: number): HTMLCanvasElement {
    return this.picture(`${name} ${size}`, size, name === "eco-help" ? 16 : 24, 0, (context) => {
      drawSymbol(context, name, "", "", this.colours);
    });
  }

  private picture(key: string, side: number, units: number, margin: number, paint: (context: CanvasRenderingContext2D) => void): HTMLCanvasElement {
    const known = this.made.get(key);
    if (known) return known;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = Math.ceil(side * this.ratio);
    const context = canvas.getContext("2d");
    if (context) {
      context.scale(canvas.width / units, canvas.height / units);
      context.translate(margin, margin);
      paint(context);
    }
    this.made.set(key, canvas);
    return canvas;
  }
}

/** A ring around what was chosen. */
export function frame(context: CanvasRenderingContext2D, colours: Colours, x: number, y: number, radius: number): void {
  context.strokeStyle = colours.of("--marigold");
  context.lineWidth = 4;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.stroke();
}

/** How many a group stands for. */
export function number(context: CanvasRenderingContext2D, colours: Colours, x: number, y: number, count: number): void {
  context.fillStyle = colours.isDark ? "#10201c" : "#fff";
  context.font = "700 13px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(String(count), x, y + 0.5);
}
