// Adding something: each part improves one thing of a form that works without it.

import { watch } from "./pin/nudge";
import { startPicker } from "./pin/picker";
import { startPreview } from "./pin/preview";

const sentences = document.querySelector<HTMLElement>("[data-nudges]");
if (sentences) {
  const said = JSON.parse(sentences.dataset["nudges"] ?? "{}") as Record<string, string>;
  document
    .querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("[data-nudge]")
    .forEach((field) => watch(field, said));
}
document.querySelectorAll<HTMLElement>("[data-picker]").forEach(startPicker);
document.querySelectorAll<HTMLElement>("[data-share-map]").forEach(startPreview);
