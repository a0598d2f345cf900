/**
 * The seat button (G8), for people without the extension: how their licence stands, a way to give it back, and what
 * they are asked. The agent loads it once there is something to show. It lies in a closed shadow root, in the top
 * layer, so that neither the page's styles nor its scripts reach in, and nothing of it reaches out.
 */

import { CLOSING_COUNTED_MS, type ClosingAhead, closingAhead } from "../../../shared/closing.ts";
import { CORNERS, type Corner } from "../../../shared/corner.ts";
import { DAY_MS } from "../../../shared/durations.ts";
import { clockTime } from "../../../shared/page/clock-time.ts";
import { keepOnTop } from "../../../shared/page/top-layer.ts";
import STYLE from "./button.style.js";
import { countSeconds, fill } from "./count-words.ts";
import { AGENT_MARK, type Marked } from "./document-agent.ts";
import type { Acts, SeatView } from "./seat-view.ts";

/** Inserted by the Worker, in the reader's language; see gate-assets.ts. */
declare const HOTSEAT_WORDS: { language: string; words: Record<string, string> };
const { language, words } = HOTSEAT_WORDS;

const PLACE = "hotseat.button";
const SEAT =
  "M7 2h10a2 2 0 0 1 2 2v5a3 3 0 0 0-2 3H7a3 3 0 0 0-2-3V4a2 2 0 0 1 2-2zM3 11a2 2 0 0 1 2 2v2h14v-2a2 2 0 0 1 4 0v4a2 2 0 0 1-2 2v3h-2v-2H5v2H3v-3a2 2 0 0 1-2-2v-4a2 2 0 0 1 2-2z";

const rules = new Intl.PluralRules(language);
const within = (key: string, until: number, now: number) =>
  countSeconds(words, rules, key, Math.max(0, Math.ceil((until - now) / 1_000)));

function make<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, name: string, ...children: (Node | string)[]) {
  const element = document.createElement(tag);
  element.className = name;
  element.append(...children);
  return element;
}

/** What the person chose in this browser, over the tenant's corner; and the last announcement that they have read. */
function readChoice(): { corner?: Corner; hiddenUntil?: number; read?: string } {
  try {
    return JSON.parse(localStorage.getItem(PLACE) ?? "{}") ?? {};
  } catch {
    return {};
  }
}

function keepChoice(change: ReturnType<typeof readChoice>): void {
  try {
    localStorage.setItem(PLACE, JSON.stringify({ ...readChoice(), ...change }));
  } catch {
    // For this page alone, then.
  }
}

/** L25: what is in use, by what the tenant's licence model counts. */
const FIGURES: Record<NonNullable<SeatView["status"]["measure"]>, string | undefined> = {
  concurrent: words.inUse,
  mixed: words.inUse,
  named: words.inUseNamed,
  records: words.peopleAtWork,
};

export function mountButton(acts: Acts): (view: SeatView | null) => void {
  const host = document.createElement("hotseat-seat");
  host.style.cssText = "all:initial!important;display:contents!important";
  const root = host.attachShadow({ mode: "closed" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];

  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SEAT);
  icon.append(path);
  const pill = make("button", "pill", icon);
  pill.setAttribute("aria-expanded", "false");
  const title = make("strong", "");
  title.id = "title";
  const fact = make("p", "");
  const tabs = make("p", "");
  const say = make("p", "");
  say.setAttribute("role", "status");
  // An assistive technology reads a question out when it comes, not each second.
  const spoken = make("p", "spoken");
  spoken.setAttribute("aria-live", "assertive");
  const first = make("button", "first");
  const second = make("button", "");
  const give = make("form", "give");
  const move = make("button", "", words.move ?? "");
  const hide = make("button", "", words.hide ?? "");
  const close = make("button", "", words.close ?? "");
  const small = make("div", "small", move, hide, close);
  const panel = make("div", "panel", title, fact, tabs, make("div", "acts", first, second), give, say, spoken, small);
  panel.setAttribute("aria-labelledby", "title");
  panel.hidden = true;
  const stage = make("div", "stage", pill, panel);
  // Not there before Safari 17, Chrome 114 and Firefox 125: the button is then above all but the page's own popovers.
  const canPopOver = "showPopover" in stage;
  if (canPopOver) stage.popover = "manual";
  const isOver = () => canPopOver && stage.matches(":popover-open");
  stage.lang = language;
  root.append(stage);
  for (const button of stage.querySelectorAll("button")) button.type = "button";

  const raise = () => {
    if (!canPopOver || !host.isConnected) return;
    if (isOver()) stage.hidePopover();
    stage.showPopover();
  };
  const onTop = keepOnTop(host, raise);
  let view: SeatView | null = null;
  let isOpen = false;
  let isHidden = false;
  let asked = "";
  let readHere: string | undefined;
  let ticking: ReturnType<typeof setInterval> | undefined;
  let onFirst: () => void = () => undefined;
  let onSecond: () => void = () => undefined;

  const release = () => acts.giveBack("release", {});
  const answer = (keep: boolean) => acts.giveBack("answer-nudge", { keep });

  function cornerOf({ status }: SeatView): Corner {
    const { corner, hiddenUntil = 0 } = readChoice();
    const tenants = status.button ?? "bottom-right";
    if (tenants === "off" || isHidden || hiddenUntil > Date.now()) return "off";
    return corner !== undefined && CORNERS.includes(corner) ? corner : tenants;
  }

  function draw(): void {
    clearInterval(ticking);
    const until = view?.nudgedUntil ?? view?.warnedUntil ?? (view === null ? null : closesSoon(view));
    const news = view === null || until !== null ? null : announcedIn(view);
    if (view === null || (until === null && news === null && cornerOf(view) === "off")) leave();
    else drawView(view, until, news);
  }

  /** L31: when a planned closing begins, in its last minutes; null: none does. */
  function closesSoon({ status, at }: SeatView): number | null {
    const ahead = status.state === "seated" ? closingAhead(status, at) : null;
    if (ahead === null || ahead.from <= acts.now() || ahead.from - acts.now() > CLOSING_COUNTED_MS) return null;
    return ahead.from;
  }

  const sayClosing = ({ from, until, text }: ClosingAhead): string => {
    const times = { from: clockTime(from, language), until: clockTime(until, language) };
    return `${fill(words.closingPlanned, times)} ${text}`.trim();
  };

  /** Q4, L31: what is announced, and not read yet; null: nothing. */
  function announcedIn({ status, at }: SeatView): { id: string; text: string } | null {
    const ahead = status.state === "seated" ? closingAhead(status, at) : null;
    if (ahead !== null && ahead.id !== readHere && ahead.id !== readChoice().read) {
      return { id: ahead.id, text: sayClosing(ahead) };
    }
    const announcement = status.announcement ?? null;
    if (announcement === null || status.state !== "seated" || at + announcement.endsInMs <= acts.now()) return null;
    return announcement.id === readHere || announcement.id === readChoice().read ? null : announcement;
  }

  /**
   * `until`: when what the person is asked is over; null: nothing is asked. `news`: what they are told; null: nothing.
   */
  function drawView(view: SeatView, until: number | null, news: ReturnType<typeof announcedIn>): void {
    const { warnedUntil, nudgedUntil } = view;
    const kind =
      nudgedUntil !== null ? "nudge" : warnedUntil !== null ? "warning" : until !== null ? "closing" : (news?.id ?? "");
    const speaks = until !== null || news !== null;
    const corner = cornerOf(view);
    stage.dataset.corner = corner === "off" ? "bottom-right" : corner;
    pill.hidden = speaks || corner === "off";
    panel.hidden = !speaks && !isOpen;
    panel.classList.toggle("asks", speaks);
    panel.setAttribute("role", speaks ? "alertdialog" : "dialog");
    small.hidden = speaks;
    give.hidden = true;
    if (news !== null) drawNews(news);
    else if (until === null) drawStanding(view);
    else if (kind === "closing") drawClosing(view.status.closing?.text ?? "", until);
    else drawQuestion(view, until);
    onTop.enter(false);
    if (!isOver()) raise();
    if (kind !== asked) spoken.textContent = kind === "" ? "" : `${title.textContent} ${news?.text ?? ""}`;
    asked = kind;
  }

  function leave(): void {
    if (isOver()) stage.hidePopover();
    onTop.leave();
    host.remove();
  }

  function drawStanding({ status, at }: SeatView): void {
    const isSeated = status.state === "seated";
    const time = clockTime(at - (status.seat?.sinceAgeMs ?? 0), language);
    title.textContent = fill(sentenceOf(status), { time, name: status.ended?.handedTo });
    fact.textContent = fill(FIGURES[status.measure ?? "concurrent"], status);
    const reason = status.denied === null ? undefined : words[`reason_${status.denied}`];
    tabs.textContent = isSeated ? fill(words.tabs, { tabs: Math.max(1, status.seat?.tabs ?? 1) }) : fill(reason);
    const announced = status.announcement ?? null;
    if (announced !== null && at + announced.endsInMs > acts.now())
      tabs.append(make("br", ""), `${words.announcement}: ${announced.text}`);
    const ahead = isSeated ? closingAhead(status, at) : null;
    if (ahead !== null) tabs.append(make("br", ""), sayClosing(ahead));
    pill.dataset.state = isSeated ? "seated" : "without";
    pill.setAttribute("aria-label", `${words.label}: ${title.textContent}`);
    pill.title = title.textContent;
    pill.setAttribute("aria-expanded", String(isOpen));
    // Nobody waits for what somebody who is not counted gives up: it is not the first thing to press.
    const [main, other] = !isSeated ? [] : status.exempt ? [undefined, words.endSession] : [words.release];
    setAct(first, main, () => press(release));
    setAct(second, other, () => press(release));
    drawHandover(status.handover?.people);
  }

  /** L32: what the person has begun to choose or to type stays for as long as it is the same question. */
  function drawHandover(people: NonNullable<SeatView["status"]["handover"]>["people"] | undefined): void {
    give.hidden = people === undefined;
    const question = JSON.stringify(people);
    if (people === undefined || give.dataset.of === question) return;
    give.dataset.of = question;
    const to = make(people === null ? "input" : "select", "to");
    for (const { id, name } of people ?? []) to.append(new Option(name, id));
    to.required = true;
    to.id = "to";
    const label = make("label", "", words[people === null ? "handOverTyped" : "handOverTo"] ?? "");
    label.htmlFor = "to";
    give.replaceChildren(label, to, make("button", "", words.handOver ?? ""));
    // What is typed here is no key of the CRM's page.
    to.onkeydown = (event) => event.key !== "Escape" && event.stopPropagation();
    give.onsubmit = (event) => {
      event.preventDefault();
      if (event.isTrusted) press(() => acts.giveBack("hand-over", { to: to.value.trim() }), words.handOverRefused);
    };
  }

  function drawNews({ id, text }: { id: string; text: string }): void {
    title.textContent = words.announcement ?? "";
    fact.textContent = text;
    fact.dir = "auto";
    tabs.textContent = "";
    setAct(first, words.understood, () => {
      // Kept for this page alone where the browser keeps nothing.
      readHere = id;
      keepChoice({ read: id });
      draw();
      pill.focus();
    });
    setAct(second, undefined, () => undefined);
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

  function drawQuestion({ nudgedUntil, status }: SeatView, until: number): void {
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
    const key = isRecalled ? "givenBackWithin" : isNudge ? "answerWithin" : "warningText";
    const count = () => {
      fact.textContent = within(key, until, acts.now());
    };
    count();
    ticking = setInterval(count, 1_000);
    // The press itself is activity and is told of as such.
    setAct(first, isRecalled ? undefined : isNudge ? words.keep : words.keepWorking, () =>
      isNudge ? press(() => answer(true)) : clearInterval(ticking),
    );
    setAct(second, isNudge ? words.give : undefined, () => press(() => answer(false)));
  }

  /** L31: the countdown; there is nothing to answer. */
  function drawClosing(why: string, until: number): void {
    title.textContent = words.closingSoon ?? "";
    tabs.textContent = why;
    const count = () => {
      fact.textContent = within("closingWithin", until, acts.now());
    };
    count();
    ticking = setInterval(count, 1_000);
    setAct(first, undefined, () => undefined);
    setAct(second, undefined, () => undefined);
  }

  function setAct(button: HTMLButtonElement, text: string | undefined, act: () => void): void {
    button.hidden = text === undefined;
    button.textContent = text ?? "";
    if (button === first) onFirst = act;
    else onSecond = act;
  }

  function press(act: () => Promise<boolean>, failed = words.failed): void {
    for (const button of [first, second]) button.disabled = true;
    void act().then((isDone) => {
      for (const button of [first, second]) button.disabled = false;
      say.textContent = isDone ? "" : (failed ?? "");
    });
  }

  function setOpen(open: boolean): void {
    isOpen = open;
    say.textContent = "";
    draw();
    (open ? (first.hidden ? close : first) : pill).focus();
  }

  const on = (button: HTMLButtonElement, act: () => void) =>
    button.addEventListener("click", (event) => {
      if (event.isTrusted) act();
    });
  on(pill, () => setOpen(!isOpen));
  on(first, () => onFirst());
  on(second, () => onSecond());
  on(close, () => setOpen(false));
  on(hide, () => {
    isHidden = true;
    isOpen = false;
    keepChoice({ hiddenUntil: Date.now() + DAY_MS });
    draw();
  });
  on(move, () => {
    const corners = CORNERS.filter((corner) => corner !== "off");
    const at = corners.indexOf(stage.dataset.corner as (typeof corners)[number]);
    keepChoice({ corner: corners[(at + 1) % corners.length] ?? "bottom-right" });
    draw();
    move.focus();
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !isOpen) return;
    event.stopPropagation();
    setOpen(false);
  });

  return (next) => {
    view = next;
    draw();
  };
}

(window as Marked)[AGENT_MARK]?.attach(mountButton);
