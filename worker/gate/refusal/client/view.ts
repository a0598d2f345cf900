/** The refusal page as its script finds it: what the Worker wrote into it, and the parts that change. */
import { MINUTE_MS } from "../../../../shared/durations.ts";
import { clockTime } from "../../../../shared/page/clock-time.ts";
import type { Status } from "../../../../shared/protocol.ts";
import type { WhySaid } from "../../../../shared/why.ts";

const main = document.querySelector("main") as HTMLElement;
const { reason = "", waits, framed, form = "no", page: wanted = null } = main.dataset;

export const page = {
  reason,
  waits: waits === "yes",
  isFramed: framed === "yes" && parent !== window,
  /** no: the page was asked for. yes: a form was sent. kept: what was in it is on the page. */
  form,
  /** The page wanted, by path, query and fragment, where it has another address than this one. */
  wanted,
};

export const words: Readonly<Record<string, string>> = JSON.parse(main.dataset.words ?? "{}");

export const byId = (id: string): HTMLElement | null => document.getElementById(id);

export function say(text: string | undefined): void {
  const news = byId("news");
  if (news !== null && news.textContent !== text) news.textContent = text ?? "";
}

function fill(text: string | undefined, values: object): string {
  return (text ?? "").replace(/\{(\w+)\}/g, (_, name: string) => String((values as Record<string, unknown>)[name]));
}

function write(id: string, text: string | null): void {
  const element = byId(id);
  if (element !== null) element.textContent = text ?? "";
}

function entitle(text: string): void {
  const heading = main.querySelector("h1");
  if (heading !== null) heading.textContent = document.title = text;
}

function hideAll(selector: string, isHidden: boolean): void {
  for (const part of document.querySelectorAll<HTMLElement>(selector)) part.hidden = isHidden;
}

/** L16: why nobody was asked, where the seat service said so. */
let refusedAs: string | null = null;
export function setAsked(reason: string): void {
  refusedAs = reason;
  write("asked", words[reason] ?? words.at_work ?? "");
}

/** The pressed button goes: the focus goes on to what came of it. */
export function focusOn(id: "asked" | "requested"): void {
  const said = byId(id);
  if (said === null) return;
  said.tabIndex = -1;
  said.focus();
}

let ticking: ReturnType<typeof setInterval> | undefined;

/** L16: the outcome of asking, with the time that the holder has left to answer. Returns whether one may ask again. */
function showAsked(asked: NonNullable<Status["line"]>["asked"]): boolean {
  clearInterval(ticking);
  // Heard when the focus comes to it; nobody is read a time that changes every second.
  byId("asked")?.setAttribute("aria-live", asked?.answer === "awaited" ? "off" : "polite");
  if (asked == null) return refusedAs !== "asked_already";
  refusedAs = null;
  if (asked.answer !== "awaited") {
    write("asked", (asked.answer === "kept" ? words.askedKept : words.askedGiven) ?? "");
    return false;
  }
  const answerBy = performance.now() + asked.answerInMs;
  const count = () => {
    const seconds = Math.max(0, Math.ceil((answerBy - performance.now()) / 1_000));
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    write("asked", fill(words.askedFor, { time }));
  };
  count();
  ticking = setInterval(count, 1_000);
  return false;
}

/** Q3: that the request is open, or what came of it. */
function showRequest({ request, mayRequest, denied }: Status): void {
  // L31: no seat more would open what is closed.
  hideAll("#request", mayRequest !== true || denied === "closed_for_maintenance");
  if (request == null) {
    write("requested", "");
    return;
  }
  const texts = { boost: words.requestBoost, raise: words.requestRaise, lower: "", decline: words.requestDecline };
  const text = request.end === null ? words.requested : texts[request.end];
  const note = request.note === "" ? "" : ` ${fill(words.noteSaid, request)}`;
  write("requested", fill(text, { name: request.by ?? "" }) + note);
}

/** L15: nobody waits here any more; a press takes a place again. */
export function showLeft(): void {
  clearInterval(ticking);
  hideAll("#ask, #leave, .place, #estimate", true);
  write("asked", "");
  say(words.leftLine);
  byId("news")?.classList.remove("pulse");
  const button = byId("continue") ?? document.querySelector<HTMLElement>(".way-on button");
  if (button === null) return;
  button.hidden = false;
  button.textContent = words.waitHere ?? button.textContent;
  button.focus();
}

/**
 * L11: people who are not counted read nothing about free seats. L2: people who wait read what keeps them waiting now.
 */
function showReason({ state, exempt, denied }: Status): void {
  if (exempt && state !== "seated") {
    write("text", words.always ?? "");
    const title = words[`session_${page.reason}`];
    if (title !== undefined) entitle(title);
  } else if (state === "offered") {
    write("text", words.freeForYou ?? "");
  } else if (page.waits && denied !== null && words[`text_${denied}`] !== undefined) {
    write("text", words[`text_${denied}`] ?? "");
    entitle(words[`title_${denied}`] ?? document.title);
  }
}

/** L31: when it opens again, and why it is closed. */
function showClosing({ closing, denied }: Status): void {
  const isClosed = denied === "closed_for_maintenance" && closing != null;
  hideAll("#opens", !isClosed);
  if (!isClosed) return;
  const time = clockTime(Date.now() + closing.endsInMs, document.documentElement.lang || undefined);
  write("opens", `${fill(words.opensAt, { time })} ${closing.text}`.trim());
}

/** While something is pressed the page stays as it is: a press whose link has moved by its end does nothing. */
let isPressed = false;
let held: Status | null = null;
addEventListener("pointerdown", ({ button }) => {
  isPressed = button === 0;
});
// The end of a press outside the window may never be heard of.
addEventListener("pointermove", ({ buttons }) => {
  if (buttons === 0) letGo();
});
for (const end of ["pointerup", "pointercancel", "blur"]) addEventListener(end, letGo);

function letGo(): void {
  // What was pressed hears of it first.
  if (isPressed) setTimeout(showHeld);
}

function showHeld(): void {
  isPressed = false;
  if (held !== null) show(held);
}

export function show(status: Status): void {
  held = isPressed ? status : null;
  if (!isPressed) showStatus(status);
}

function showStatus(status: Status): void {
  const isPeople = status.measure === "records";
  write("in-use", fill(isPeople ? words.peopleOf : words.inUseOf, status));
  write("in-use-label", words[`label_${status.measure}`] ?? words.label ?? "");
  write("contact", status.tenant.contact);
  hideAll(".contact", status.tenant.contact === "");
  hideAll("#administer", !status.mayAdminister);
  const { line, ended } = status;
  hideAll(".place", line === null);
  if (line !== null) write("position", line.length > 1 ? fill(words.placeOf, line) : String(line.position));
  const { estimateMs = null, mayAsk = false, asked = null, offeredForMs = null } = line ?? {};
  hideAll("#estimate", estimateMs === null);
  if (estimateMs !== null)
    write("estimate", fill(words.estimate, { minutes: Math.max(1, Math.round(estimateMs / MINUTE_MS)) }));
  const isInLine = line !== null && offeredForMs === null;
  hideAll("#ask", !showAsked(asked) || !mayAsk || !isInLine);
  hideAll("#leave", !isInLine);
  showReason(status);
  showClosing(status);
  showRequest(status);
  const handedTo = page.reason === "seat_released" && !status.exempt ? (ended?.handedTo ?? null) : null;
  if (handedTo !== null) entitle(handedTo === "" ? (words.handedOver ?? "") : fill(words.handedTo, { name: handedTo }));
  if (page.reason !== "seat_evicted" || ended?.cause !== "evicted") return;
  const { by, note } = ended;
  if (by) entitle(fill(status.exempt ? words.session_by : words.freedBy, { name: by }));
  write("note", note ? fill(words.noteSaid, { note }) : null);
  hideAll("#note", !note);
}

/** L19: the explanation as it is now, in the parts that the page has for it. */
export function showWhy({ facts, waysTitle, ways, changeTitle, change }: WhySaid): void {
  const said = byId("why-said");
  if (said === null) return;
  const part = (title: string | null, lines: readonly string[]): HTMLElement[] => {
    if (lines.length === 0) return [];
    const list = document.createElement("ul");
    list.append(...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
    if (title === null) return [list];
    return [Object.assign(document.createElement("p"), { className: "why-title", textContent: title }), list];
  };
  said.replaceChildren(...part(null, facts), ...part(waysTitle, ways), ...part(changeTitle, change));
}
