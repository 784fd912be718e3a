// Builds elements. Text goes in as text, never as markup: whatever a contributor wrote stays what it is.

const SVG = "http://www.w3.org/2000/svg";

type Child = Node | string | null | undefined | false;

/** An HTML element with attributes and children; strings become text nodes. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  for (const child of children) if (child) made.append(child);
  return made;
}

/** An SVG element with attributes and children. */
export function drawing(tag: string, attributes: Record<string, string>, ...children: Node[]): SVGElement {
  const made = document.createElementNS(SVG, tag) as SVGElement;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** An address that stays on this site, or null: a `javascript:` address or another host is not followed. */
export function ownAddress(address: string | null | undefined): string | null {
  if (!address) return null;
  try {
    const url = new URL(address, window.location.origin);
    return /^https?:$/.test(url.protocol) ? url.pathname + url.search : null;
  } catch {
    return null;
  }
}
