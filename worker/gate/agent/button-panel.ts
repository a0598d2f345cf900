/** What the panel of the seat button says, and what its two buttons do. */
import { closingAhead } from "../../../shared/closing.ts";
import { drawHandover } from "./button-handover.ts";
import { fact, first, give, make, pill, say, second, tabs, title } from "./button-parts.ts";
import { sayClosing, sayTime, within, words } from "./button-words.ts";
import { fill } from "./count-words.ts";
import type { Acts, SeatView } from "./seat-view.ts";

/** L25: what is in use, by what the tenant's licence model counts. */
const FIGURES: Record<NonNullable<SeatView["status"]["measure"]>, string | undefined> = {
  concurrent: words.inUse,
  mixed: words.inUse,
  named: words.inUseNamed,
  records: words.peopleAtWork,
};

export class ButtonPanel {
  readonly #acts: Acts;
  #onFirst: () => void = () => undefined;
  #onSecond: () => void = () => undefined;
  #ticking: ReturnType<typeof setInterval> | undefined;

  constructor(acts: Acts) {
    this.#acts = acts;
    whenPressed(first, () => this.#onFirst());
    whenPressed(second, () => this.#onSecond());
  }

  stopCounting(): void {
    clearInterval(this.#ticking);
  }

  drawNews(text: string, understood: () => void): void {
    title.textContent = words.announcement ?? "";
    fact.textContent = text;
    fact.dir = "auto";
    tabs.textContent = "";
    this.#setActs([words.understood, understood]);
  }

  drawStanding({ status, at }: SeatView, isOpen: boolean): void {
    const isSeated = status.state === "seated";
    const time = sayTime(at - (status.seat?.sinceAgeMs ?? 0));
    title.textContent = fill(sentenceOf(status), { time, name: status.ended?.handedTo });
    fact.textContent = fill(FIGURES[status.measure ?? "concurrent"], status);
    const reason = status.denied === null ? undefined : words[`reason_${status.denied}`];
    tabs.textContent = isSeated ? fill(words.tabs, { tabs: Math.max(1, status.seat?.tabs ?? 1) }) : fill(reason);
    const announced = status.announcement ?? null;
    if (announced !== null && at + announced.endsInMs > this.#acts.now())
      tabs.append(make("br", ""), `${words.announcement}: ${announced.text}`);
    const ahead = isSeated ? closingAhead(status, at) : null;
    if (ahead !== null) tabs.append(make("br", ""), sayClosing(ahead));
    pill.dataset.state = isSeated ? "seated" : "without";
    pill.setAttribute("aria-label", `${words.label}: ${title.textContent}`);
    pill.title = title.textContent;
    pill.setAttribute("aria-expanded", String(isOpen));
    // Nobody waits for what somebody who is not counted gives up: it is not the first thing to press.
    const [main, other] = !isSeated ? [] : status.exempt ? [undefined, words.endSession] : [words.release];
    const release = () => this.#press(() => this.#acts.giveBack("release", {}));
    this.#setActs([main, release], [other, release]);
    drawHandover(give, status.handover?.people, (to) =>
      this.#press(() => this.#acts.giveBack("hand-over", { to }), words.handOverRefused),
    );
  }

  drawQuestion({ nudgedUntil, status }: SeatView, until: number): void {
    const name = status.nudge?.by ?? null;
    const isNudge = nudgedUntil !== null;
    // L29: it was lent, and goes back whatever is answered.
    const isRecalled = isNudge && status.nudge?.recalled === true;
    title.textContent = isRecalled
      ? fill(words.recalled, { name })
      : isNudge
        ? fill(name === null ? words.nudged : words.nudgedBy, { name })
        : fill(words.warningTitle);
    tabs.textContent = "";
    this.#count(isRecalled ? "givenBackWithin" : isNudge ? "answerWithin" : "warningText", until);
    const answer = (keep: boolean) => this.#press(() => this.#acts.giveBack("answer-nudge", { keep }));
    // The press itself is activity and is told of as such.
    const keep = () => (isNudge ? answer(true) : this.stopCounting());
    this.#setActs(
      [isRecalled ? undefined : isNudge ? words.keep : words.keepWorking, keep],
      [isNudge ? words.give : undefined, () => answer(false)],
    );
  }

  /** L31: the countdown; there is nothing to answer. */
  drawClosing(why: string, until: number): void {
    title.textContent = words.closingSoon ?? "";
    tabs.textContent = why;
    this.#count("closingWithin", until);
    this.#setActs();
  }

  #count(key: string, until: number): void {
    const count = () => {
      fact.textContent = within(key, until, this.#acts.now());
    };
    count();
    this.#ticking = setInterval(count, 1_000);
  }

  /** A button without a text is not shown. */
  #setActs(...acts: [text: string | undefined, act: () => void][]): void {
    // No `entries`: in some pages lists have one of the page's own.
    [first, second].forEach((button, place) => {
      const text = acts[place]?.[0];
      button.hidden = text === undefined;
      if (button.textContent !== text) button.textContent = text ?? "";
    });
    this.#onFirst = acts[0]?.[1] ?? (() => undefined);
    this.#onSecond = acts[1]?.[1] ?? (() => undefined);
  }

  #press(act: () => Promise<boolean>, failed = words.failed): void {
    for (const button of [first, second]) button.disabled = true;
    void act().then((isDone) => {
      for (const button of [first, second]) button.disabled = false;
      say.textContent = isDone ? "" : (failed ?? "");
    });
  }
}

function sentenceOf({ state, exempt, named, seat, ended }: SeatView["status"]): string | undefined {
  if (state !== "seated" && exempt) return words.always;
  // L32: whoever waits again reads where they stand now.
  const handedTo = state === "unseated" ? (ended?.handedTo ?? null) : null;
  if (handedTo !== null) return handedTo === "" ? words.handedOver : words.handedTo;
  if (state !== "seated") return words.gone;
  if (named === true) return words.named;
  if (seat?.overdraft === true) return words.overdraft;
  return exempt ? words.exempt : words.seated;
}

/** Only a press by the person counts, none by a script of the page. */
export const whenPressed = (button: HTMLButtonElement, act: () => void): void =>
  button.addEventListener("click", (event) => {
    if (event.isTrusted) act();
  });
