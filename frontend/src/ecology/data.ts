// The data behind the ecology map, as app/public/ecology/data.py writes it: columns, months as numbers from 0. Titles and
// labels are untrusted text: `textContent` only.

/** How exactly an initiative is shown. */
export const PLACE = 0;
export const SQUARE = 1;
export const NOWHERE = 2;
export const ELSEWHERE = 3;

/** Longitude and latitude, WGS 84. */
export type Spot = [number, number];

export interface Data {
  /** The first month, such as "2019-01". */
  first: string;
  months: number;
  hidden: string[];
  words: {
    activities: [string, string][];
    people: string[];
    kinds: [string, string, string, boolean][];
    enablers: string[];
    effects: string[];
  };
  lives: {
    id: string[];
    title: string[];
    activity: (number | null)[];
    form: number[];
    size: (number | null)[];
    /** The month in which it began; -1: before the first, or nobody said. */
    born: number[];
    /** The first month in which it rests or is over; null: it goes on. */
    rested: (number | null)[];
    shown: number[];
    spot: (Spot | null)[];
    cell: (number | null)[];
    helped: number[][];
  };
  /** A tie leads from what came first to what came of it. */
  ties: { source: number[]; result: number[]; kind: number[]; since: number[]; weight?: number[] };
  gates: {
    id: string[];
    label: string[];
    life: (number | null)[];
    effect: (number | null)[];
    since: number[];
    opened: (number | null)[];
    helped: number[][];
    spot: (Spot | null)[];
    cell: (number | null)[];
  };
  /** Outlines of squares. */
  cells: Spot[][];
  /** For each month: its sentence, and the numbers of what began, rested, ended, was first tied, stopped and opened. */
  moments: [string, number[], number[], number[], number[], number[], number[]][];
  /** Where one entry stands for many: months in which members began, and were over, in order. */
  groups?: { began: number[][]; over: number[][] };
}

export const FORMS = ["idea", "starting", "active", "resting", "over"] as const;
export type FormName = (typeof FORMS)[number] | "group";

/** "2022-03" for a month's number. */
export function codeOf(data: Data, month: number): string {
  const [year = 2019, first = 1] = data.first.split("-").map(Number);
  const total = year * 12 + first - 1 + month;
  return `${Math.floor(total / 12)}-${String((total % 12) + 1).padStart(2, "0")}`;
}

/** Its number for "2022-03"; null for no month. */
export function monthOf(data: Data, code: string | null): number | null {
  const found = /^(\d{4})-(\d{2})$/.exec(code ?? "");
  if (!found) return null;
  const [year = 2019, first = 1] = data.first.split("-").map(Number);
  const month = (Number(found[1]) - year) * 12 + Number(found[2]) - first;
  return Math.min(Math.max(month, 0), data.months - 1);
}

/** What an initiative looks like in a month; null before it was there. */
export function formIn(data: Data, life: number, month: number): FormName | null {
  const { born, rested, form } = data.lives;
  if (month < (born[life] ?? 0)) return null;
  if (data.groups) return "group";
  const own = FORMS[form[life] ?? 2] ?? "active";
  const end = rested[life] ?? null;
  if (end !== null && month >= end) return own;
  return own === "resting" || own === "over" ? "active" : own;
}

function upTo(sorted: number[], month: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= month) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many of a group are going on in a month; 1 for a single initiative. */
export function countIn(data: Data, life: number, month: number): number {
  if (!data.groups) return 1;
  return upTo(data.groups.began[life] ?? [], month) - upTo(data.groups.over[life] ?? [], month);
}

/** An initiative with all that it led to and came from, by ties with a direction; null for one that is not there. */
export function rippleOf(data: Data, from: number): { onward: Map<number, number>; back: Map<number, number> } {
  const { source, result, kind } = data.ties;
  const mutual = data.words.kinds.map((one) => one[3]);
  const spread = (begin: number[], end: number[]): Map<number, number> => {
    const next = new Map<number, [number, number][]>();
    begin.forEach((one, tie) => {
      if (!mutual[kind[tie] ?? 0] && end[tie] !== undefined) next.set(one, [...(next.get(one) ?? []), [end[tie], tie]]);
    });
    const found = new Map<number, number>();
    const waiting = [from];
    for (let here = waiting.shift(); here !== undefined; here = waiting.shift()) {
      for (const [to, tie] of next.get(here) ?? []) {
        if (to === from || found.has(to)) continue;
        found.set(to, tie);
        waiting.push(to);
      }
    }
    return found;
  };
  return { onward: spread(source, result), back: spread(result, source) };
}
