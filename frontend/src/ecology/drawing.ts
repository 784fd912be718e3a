// Keeps the drawing without a map in step with the slider and the ripple. The server drew it; only classes and one veil move.

import type { Data } from "./data";

/** As in app/ecology/layout.py: where the first month begins and the last ends, in percent of the width. */
const LEFT = 3;
const RIGHT = 97.5;

export class Drawing {
  private readonly box = document.getElementById("eco-drawing");
  private readonly veil = document.getElementById("eco-veil");
  private readonly cursor = document.getElementById("eco-cursor");
  private readonly rows: { row: Element; life: number }[] = [];
  /** Initiatives by the numbers that the server gave to their rows. */
  private readonly lives = new Map<string, number>();
  private readonly all: Element[];
  private month = -1;

  constructor(
    private readonly data: Data,
    choose: (life: number) => void,
  ) {
    const number = new Map(data.lives.id.map((id, at) => [id, at]));
    for (const row of this.box?.querySelectorAll<HTMLElement>(".eco-row") ?? []) {
      const life = number.get(row.dataset["id"] ?? "");
      if (life === undefined || data.groups) continue;
      this.rows.push({ row, life });
      this.lives.set(row.dataset["row"] ?? "", life);
      row.querySelector("a")?.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        choose(life);
      });
    }
    this.all = [...(this.box?.querySelectorAll("[data-row], [data-source]") ?? [])];
  }

  /** Lets time come to `time`. */
  show(time: number): void {
    const x = LEFT + ((RIGHT - LEFT) * Math.min(time, this.data.months)) / Math.max(this.data.months, 1);
    this.veil?.setAttribute("x", `${x}%`);
    this.veil?.setAttribute("width", `${Math.max(100 - x, 0)}%`);
    this.cursor?.setAttribute("x1", `${x}%`);
    this.cursor?.setAttribute("x2", `${x}%`);
    const month = Math.floor(time);
    if (month === this.month) return;
    this.month = month;
    for (const { row, life } of this.rows) row.classList.toggle("yet", (this.data.lives.born[life] ?? -1) > month);
  }

  /** Marks out `lives`, or with null all alike. */
  light(lives: Set<number> | null, chosen: number | null): void {
    if (!this.box || this.data.groups) return;
    this.box.classList.toggle("has-ripple", lives !== null);
    const has = (row: string | undefined): boolean => lives?.has(this.lives.get(row ?? "") ?? -1) ?? false;
    for (const one of this.all) {
      const { row, source, result, mutual } = (one as HTMLElement).dataset;
      const isLit = row !== undefined ? has(row) : has(source) && has(result) && mutual === undefined;
      one.classList.toggle("lit", lives !== null && isLit);
    }
    for (const { row, life } of this.rows) {
      row.classList.toggle("chosen", life === chosen);
      const link = row.querySelector("a");
      if (life === chosen) link?.setAttribute("aria-current", "true");
      else link?.removeAttribute("aria-current");
    }
  }
}
