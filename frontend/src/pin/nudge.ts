// A quiet word under a text field when what is written looks like something that says who or where somebody is.
// It never stops anyone: it is the writer's choice. The server looks again on the last page, for those without scripts.

const POSTCODE = /\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b/i;
const EMAIL = /[^\s@]+@[^\s@]+\.[a-z]{2,}/i;
const PHONE = /(?:\+|\b0)(?:[\s().-]?\d){9,12}\b/;
const TITLED_NAME = /\b(?:Mr|Mrs|Ms|Miss|Dr|Rev|Imam|Cllr|Councillor)\.? [A-Z]\p{L}+/u;
const INTRODUCED_NAME = /\b(?:called|named|my name is|ask for|contact|speak to|ring|phone|text) [A-Z]\p{L}+(?: [A-Z]\p{L}+)?/u;

/** What `text` seems to hold: keys of the sentences that may be shown. */
export function seemsToHold(text: string): string[] {
  const found: string[] = [];
  if (EMAIL.test(text)) found.push("email");
  if (PHONE.test(text)) found.push("phone");
  if (POSTCODE.test(text)) found.push("postcode");
  if (TITLED_NAME.test(text) || INTRODUCED_NAME.test(text)) found.push("name");
  return found;
}

/** Watches `field`, and shows what `sentences` say of it below, after a pause in typing. */
export function watch(field: HTMLInputElement | HTMLTextAreaElement, sentences: Record<string, string>): void {
  const note = document.createElement("p");
  note.className = "nudge";
  note.setAttribute("role", "status");
  note.hidden = true;
  field.after(note);
  let waiting: number | undefined;
  const look = (): void => {
    const found = seemsToHold(field.value).flatMap((key) => sentences[key] ?? []);
    note.hidden = found.length === 0;
    note.textContent = found.join(" ");
  };
  field.addEventListener("input", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(look, 600);
  });
  look();
}
