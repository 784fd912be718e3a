// Records on the map, told apart by collection: each can be shown or hidden.

import type { PublicFeature } from "./options";

export interface Held {
  collection: string;
  feature: PublicFeature;
}

/** Names of the collections that are switched off. */
export type Hidden = ReadonlySet<string>;

/** Called when somebody chooses a mark: the records it stands for, and the element that focus returns to. */
export type Choose = (features: PublicFeature[], from: HTMLElement | null) => void;

/** How many records of each kind something stands for. */
export interface Amounts {
  initiatives: number;
  barriers: number;
}

export function visible(held: readonly Held[], hidden: Hidden): PublicFeature[] {
  return held.filter(({ collection }) => !hidden.has(collection)).map(({ feature }) => feature);
}

export function amountsOf(held: readonly Held[], hidden: Hidden): Amounts {
  const amounts: Amounts = { initiatives: 0, barriers: 0 };
  for (const { collection } of held) {
    if (!hidden.has(collection)) amounts[collection === "barriers" ? "barriers" : "initiatives"] += 1;
  }
  return amounts;
}
