// On every page: the way off in a hurry, copy and print, and focus on what is to be mended. All of it works plainly without.

document.documentElement.classList.add("scripted");

const ESCAPES_TO_LEAVE = 3;
const ESCAPES_WITHIN_MS = 2000;

/** Leaves without an entry for this page in the history: "back" leads to where one was before. */
function listenForLeaving(link: HTMLAnchorElement): void {
  const leave = (): void => {
    document.body.hidden = true;
    window.location.replace(link.href);
  };
  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  let presses: number[] = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") {
      presses = [];
      return;
    }
    const now = Date.now();
    presses = [...presses.filter((moment) => now - moment < ESCAPES_WITHIN_MS), now];
    if (presses.length >= ESCAPES_TO_LEAVE) leave();
  });
}

/** Copies the text of the element that the button names, and says so to everyone. */
function listenForCopy(button: HTMLButtonElement): void {
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset["copy"] ?? "");
    if (!source) return;
    try {
      await navigator.clipboard.writeText(source.textContent?.trim() ?? "");
    } catch {
      // No clipboard here (an old browser, or no HTTPS): select it, so that one key copies it.
      window.getSelection()?.selectAllChildren(source);
      return;
    }
    const done = button.dataset["done"] ?? "";
    button.textContent = done;
    const status = document.querySelector("[data-copy-status]");
    if (status) status.textContent = done;
  });
}

const exit = document.querySelector<HTMLAnchorElement>("[data-quick-exit]");
if (exit) listenForLeaving(exit);
document.querySelectorAll<HTMLButtonElement>("[data-copy]").forEach(listenForCopy);
document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));
document.querySelector<HTMLElement>("[data-focus]")?.focus();

export {};
