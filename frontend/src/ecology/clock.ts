// The slider: which month is shown, by hand, by keys or played; kept in the address, so that a moment can be shared.

import { codeOf, monthOf, type Data } from "./data";
import { say } from "./told";

/** A month takes so long while the slider plays. */
const MONTH_MS = 240;
/** With less motion asked for, months change at once, and more slowly. */
const CALM_MONTH_MS = 700;
const WAIT_FOR_ADDRESS_MS = 350;

/** Called for each frame while it plays, and for each change: `time` runs to the end of `month`. */
export type Tell = (time: number, month: number) => void;

export class Clock {
  private readonly slider = document.getElementById("eco-slider") as HTMLInputElement | null;
  private readonly button = document.getElementById("eco-play") as HTMLButtonElement | null;
  private readonly sentence = document.getElementById("eco-sentence");
  private readonly form = document.getElementById("eco-time");
  private month: number;
  private playing = 0;
  private began = 0;
  private from = 0;
  private waiting: number | undefined;

  constructor(
    private readonly data: Data,
    private readonly isCalm: boolean,
    private readonly tell: Tell,
  ) {
    const asked = monthOf(data, new URLSearchParams(window.location.search).get("at"));
    this.month = asked ?? data.months - 1;
    this.slider?.setAttribute("max", String(data.months - 1));
    this.slider?.addEventListener("input", () => {
      this.pause();
      this.go(Number(this.slider?.value));
    });
    this.slider?.addEventListener("keydown", (event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      this.toggle();
    });
    this.button?.addEventListener("click", () => this.toggle());
    window.addEventListener("popstate", () => {
      this.go(monthOf(data, new URLSearchParams(window.location.search).get("at")) ?? data.months - 1);
    });
    this.go(this.month);
  }

  get shown(): number {
    return this.month;
  }

  /** Shows a month as it was at its end. */
  go(month: number): void {
    this.month = Math.min(Math.max(month, 0), this.data.months - 1);
    this.say();
    this.tell(this.month + 0.999, this.month);
    this.remember();
  }

  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  private play(): void {
    if (this.month >= this.data.months - 1) this.month = 0;
    this.from = this.month;
    this.began = performance.now();
    this.look(true);
    const step = (now: number): void => {
      const gone = Math.max(now - this.began, 0) / (this.isCalm ? CALM_MONTH_MS : MONTH_MS);
      const time = this.from + gone;
      const month = Math.min(Math.floor(time), this.data.months - 1);
      if (month !== this.month || gone === 0) {
        this.month = month;
        this.say();
        if (this.isCalm) this.tell(month + 0.999, month);
      }
      if (!this.isCalm) this.tell(Math.min(time, this.data.months - 0.001), month);
      if (time >= this.data.months) this.pause();
      else this.playing = requestAnimationFrame(step);
    };
    this.playing = requestAnimationFrame(step);
  }

  pause(): void {
    if (!this.playing) return;
    cancelAnimationFrame(this.playing);
    this.playing = 0;
    this.look(false);
    this.go(this.month);
    say(this.data.moments[this.month]?.[0] ?? "");
  }

  private look(isPlaying: boolean): void {
    this.form?.classList.toggle("is-playing", isPlaying);
    const words = this.button?.querySelector("span");
    if (words) words.textContent = this.button?.dataset[isPlaying ? "pause" : "play"] ?? "";
  }

  private say(): void {
    const words = this.data.moments[this.month]?.[0] ?? "";
    if (this.sentence) this.sentence.textContent = words;
    if (!this.slider) return;
    this.slider.value = String(this.month);
    this.slider.setAttribute("aria-valuetext", words);
  }

  /** Writes the month into the address, not more often than a browser likes. */
  private remember(): void {
    window.clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => {
      const address = new URL(window.location.href);
      const isNow = this.month === this.data.months - 1;
      if (isNow) address.searchParams.delete("at");
      else address.searchParams.set("at", codeOf(this.data, this.month));
      if (address.href !== window.location.href) window.history.replaceState(null, "", address);
    }, WAIT_FOR_ADDRESS_MS);
  }
}
