/**
 * The refusal where a page forbids frames: in words of the agent's own, with a way on, and in the line what the gate's
 * page offers there. What a page forbids besides (requests, forms) takes the rest of it away, and leaves a sentence and
 * a link.
 */

import { addressOf, askOwn } from "../../../shared/page/untouched.ts";
import type { Status } from "../../../shared/protocol.ts";
import { REFUSED_PATH } from "../../../shared/reserved-path.ts";
import { type Answer, ask } from "./seat-api.ts";

/** As gate-assets.ts writes them. */
type Words = Record<string, string> & Record<"language" | "title", string>;

/** Where not even the words can be had: nothing of the line, then. */
const ENGLISH: Words = {
  language: "en",
  title: "No available licenses, please contact IT",
  act: "Continue working",
  offline: "No connection just now. Please try again.",
};
const PAUSE_MS = 1_000;

export interface PlainWords {
  element: HTMLElement;
  stop(): void;
}

const make = <Tag extends keyof HTMLElementTagNameMap>(tag: Tag): HTMLElementTagNameMap[Tag] =>
  document.createElement(tag);

const write = (element: HTMLElement, text = "") => {
  element.textContent = text;
};

/** `answered`: where the person stands, as each answer says. */
export function plainWords(reason: string, answered: (answer: Answer) => void): PlainWords {
  const title = make("h1");
  const text = make("p");
  const act = make("button");
  const askHolder = make("button");
  const leave = make("button");
  const link = make("a");
  const asked = make("p");
  const news = make("p");
  const element = make("div");
  element.append(title, text, act, " ", askHolder, " ", leave, link, asked, news);
  // The frame goes, and with it whatever had the focus.
  element.tabIndex = asked.tabIndex = -1;
  for (const line of [asked, news]) line.setAttribute("role", "status");
  // A fragment alone would lead nowhere.
  link.href = addressOf(location.pathname + location.search);
  askHolder.hidden = leave.hidden = link.hidden = true;
  let words = ENGLISH;
  let isOver = false;
  let hasLeft = false;
  let said = reason;
  let isWaiting = false;

  async function tell(why: string): Promise<void> {
    said = why;
    words = await readWords(why);
    element.lang = words.language;
    element.parentElement?.setAttribute("aria-label", words.title);
    write(title, words.title);
    write(text, words.text);
    write(act, words.act);
    write(link, words.act);
    write(askHolder, words.ask);
    write(leave, words.leave);
    write(news, words.waiting);
    if (words.waiting) void waitInLine();
  }

  function hear(answer: Answer): Status | null {
    answered(answer);
    if (typeof answer === "string") return null;
    showLine(answer.line);
    return answer;
  }

  function showLine(line: Status["line"]): void {
    const isInLine = words.leave !== undefined && line !== null && line.offeredForMs === null && !hasLeft;
    leave.hidden = !isInLine;
    const answer = line?.asked ?? null;
    askHolder.hidden = !isInLine || line.mayAsk !== true || answer !== null;
    if (answer === null) return;
    // Below ten minutes: rounded up to whole seconds, as 1:05; said again with each answer.
    const time = new Date(answer.answerInMs + 999).toISOString().slice(15, 19);
    write(asked, words[answer.answer]?.replace("{time}", time));
  }

  async function waitInLine(): Promise<void> {
    if (isWaiting) return;
    isWaiting = true;
    while (!isOver && words.waiting && !hasLeft) {
      const status = hear(await ask("wait", {}, 30_000));
      // L31: it closes, or opens with all seats taken.
      if (status?.denied && status.denied !== said) void tell(status.denied);
      if (status?.state === "offered") hear(await ask("claim", { act: "button" }));
      await new Promise((settle) => setTimeout(settle, PAUSE_MS));
    }
    isWaiting = false;
  }

  async function claim(): Promise<void> {
    act.disabled = true;
    const status = hear(await ask("claim", { act: "button" }));
    act.disabled = false;
    if (status === null) {
      write(news, words.offline);
      act.hidden = true;
      link.hidden = false;
    } else if (status.state !== "seated") {
      hasLeft = false;
      void tell(status.denied ?? "no_seat");
    }
  }

  async function askForLicence(): Promise<void> {
    // The pressed button goes: the focus goes on to what came of it.
    asked.focus();
    askHolder.hidden = true;
    let why = "";
    const status = hear(await ask("nudge", {}, undefined, (refusal) => (why = refusal)));
    if (status !== null) return;
    write(asked, words[why] ?? words.offline);
  }

  async function leaveLine(): Promise<void> {
    hasLeft = true;
    if (hear(await ask("leave", {})) === null) {
      hasLeft = false;
      write(news, words.offline);
      return void waitInLine();
    }
    write(asked);
    write(news, words.left);
    write(act, words.waitHere);
    act.focus();
  }

  const onPress = (button: HTMLElement, work: () => void) =>
    button.addEventListener("click", ({ isTrusted }) => {
      if (isTrusted) work();
    });
  onPress(act, claim);
  onPress(askHolder, askForLicence);
  onPress(leave, leaveLine);
  void tell(reason);
  return {
    element,
    stop: () => {
      isOver = true;
    },
  };
}

async function readWords(reason: string): Promise<Words> {
  try {
    const answer = await askOwn(`${REFUSED_PATH}?reason=${encodeURIComponent(reason)}`, {
      headers: { accept: "application/json" },
    });
    return answer.ok ? ((await answer.json()) as Words) : ENGLISH;
  } catch {
    return ENGLISH;
  }
}
