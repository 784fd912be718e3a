// What the page says beside the map, in words: what happened in the month shown, and what one initiative led to.

import { element } from "../map/dom";
import { rippleOf, type Data } from "./data";

const PARTS = ["began", "rested", "ended", "joined", "stopped", "opened"] as const;
const LABELS = ["Began", "Came to rest", "Ended", "First link to others", "Got in the way", "Got through"];
/** As in app/public/ecology/words.py. */
const MOST_AT_ONCE = 12;
const MANY = "There are too many here to name each. The years below tell how many began, rested and ended.";
const QUIET = "A quiet month: nothing began or ended that we know of.";

function lifeLink(data: Data, life: number): HTMLElement {
  return element("a", { href: `/initiatives/${encodeURIComponent(data.lives.id[life] ?? "")}` }, data.lives.title[life] ?? "");
}

/** Lists what happened in `month`, in place of what stood there. */
export function tellMonth(data: Data, month: number): void {
  const box = document.getElementById("eco-happened");
  const moment = data.moments[month];
  if (!box || !moment) return;
  if (data.groups) {
    // Who they are is not in the data of a large place; the page of that month has them.
    box.replaceChildren(element("p", { class: "soft" }, MANY));
    return;
  }
  const parts = PARTS.map((name, at) => {
    const held = (moment[at + 1] ?? []) as number[];
    if (held.length === 0) return null;
    const links = held.slice(0, MOST_AT_ONCE).map((one) =>
      at < 4
        ? lifeLink(data, one)
        : element("a", { href: `/barriers/${encodeURIComponent(data.gates.id[one] ?? "")}` }, data.gates.label[one] ?? ""),
    );
    const items = links.map((link) => element("li", {}, link));
    if (held.length > MOST_AT_ONCE) items.push(element("li", { class: "soft" }, `and ${held.length - MOST_AT_ONCE} more`));
    return element("div", { class: `eco-part eco-part-${name}` }, element("h3", {}, LABELS[at] ?? ""), element("ul", {}, ...items));
  }).filter((part): part is HTMLDivElement => part !== null);
  box.replaceChildren(...(parts.length > 0 ? parts : [element("p", { class: "soft" }, QUIET)]));
}

function whenOf(data: Data, life: number): string {
  const born = data.lives.born[life] ?? -1;
  const [year = 2019, first = 1] = data.first.split("-").map(Number);
  const since = born < 0 ? "" : `since ${Math.floor((year * 12 + first - 1 + born) / 12)}`;
  return [since, data.lives.shown[life] === 3 ? "in another neighbourhood" : ""].filter(Boolean).join(", ");
}

/** Lists within lists: each under the one that leads to it, by the words of the tie between them. */
function tree(data: Data, from: number, found: Map<number, number>, isOnward: boolean): HTMLElement {
  const under = new Map<number, number[]>();
  for (const [life, tie] of found) {
    const parent = (isOnward ? data.ties.source[tie] : data.ties.result[tie]) ?? from;
    under.set(parent, [...(under.get(parent) ?? []), life]);
  }
  const list = (parent: number, depth: number): HTMLElement => {
    const items = (under.get(parent) ?? []).map((life) => {
      const kind = data.words.kinds[data.ties.kind[found.get(life) ?? 0] ?? 0];
      const words = (isOnward ? kind?.[2] : kind?.[1]) ?? "";
      const when = whenOf(data, life);
      return element(
        "li",
        {},
        element("span", { class: "eco-how" }, words),
        " ",
        lifeLink(data, life),
        when ? element("span", { class: "soft eco-when" }, ` ${when}`) : null,
        // Deeper than this nobody reads on; the page without scripts has all of it.
        under.has(life) && depth < 7 ? list(life, depth + 1) : null,
      );
    });
    return element("ul", { class: "eco-tree" }, ...items);
  };
  return list(from, 0);
}

/** Says a sentence to those who cannot see what changed. */
export function say(sentence: string): void {
  const box = document.getElementById("eco-status");
  if (box) box.textContent = sentence;
}

function things(count: number): string {
  return count === 1 ? "1 other thing" : `${count} other things`;
}

/** Tells what `life` led to and came from; gives all that is in it. With null, tells of nothing. */
export function tellRipple(data: Data, life: number | null, clear: () => void): Set<number> {
  const box = document.getElementById("eco-ripple");
  if (life === null) {
    if (box?.hasChildNodes()) say("Everything is shown again.");
    box?.replaceChildren();
    return new Set();
  }
  const { onward, back } = rippleOf(data, life);
  const all = new Set([life, ...onward.keys(), ...back.keys()]);
  if (!box) return all;
  const led = onward.size > 0 ? `It led to ${things(onward.size)}.` : "Nothing is known yet that it led to.";
  const came = back.size > 0 ? ` It came from ${things(back.size)}.` : "";
  const none = onward.size + back.size === 0 ? "No tie tells yet what it came from, or what it led to." : led + came;
  say(`${data.lives.title[life] ?? ""}. ${none}`);
  const button = element("button", { type: "button", class: "button button-quiet button-small" }, "Show everything again");
  button.addEventListener("click", clear);
  const read = element("a", { href: `/initiatives/${encodeURIComponent(data.lives.id[life] ?? "")}` }, "Read about it");
  const where = ["", "On the map it is somewhere in the shaded square. We do not show where.", "It is somewhere in this neighbourhood. We do not show where.", "It is in another neighbourhood."][data.lives.shown[life] ?? 0];
  box.replaceChildren(
    element("h2", { id: "ripple-title" }, `What did ${data.lives.title[life] ?? ""} lead to?`),
    element("p", {}, `${none} `, read),
    where ? element("p", { class: "small soft" }, where) : "",
    ...(onward.size > 0 ? [element("h3", {}, "It led to"), tree(data, life, onward, true)] : []),
    ...(back.size > 0 ? [element("h3", {}, "It came from"), tree(data, life, back, false)] : []),
    element("p", {}, button),
  );
  return all;
}
