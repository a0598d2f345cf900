/**
 * The refusal where a page forbids frames: in words of the agent's own, with a way on, and in the line what the gate's
 * page offers there. What a page forbids besides (requests, forms) takes the rest of it away, and leaves a sentence and
 * a link.
 */

import { addressOf, askOwn } from "../../../shared/page/untouched.ts";
import type { Status } from "../../../shared/protocol.ts";
import { REFUSED_PATH } from "../../../shared/reserved-path.ts";
import { type Answer, ask } from "./seat-api.ts";

interface Words {
  title: string;
  text: string;
  act: string;
  waits: boolean;
  waiting: string;
  offline: string;
  /** Of the line (L15) and of asking for a licence (L16); absent where the words could not be had. */
  line?: Record<"ask" | "leave" | "left" | "waitHere" | "askedFor" | "kept" | "given", string>;
  /** L16: why nobody was asked, by reason. */
  notAsked?: Record<string, string>;
}

/** Where not even the words can be had. */
const ENGLISH: Words = {
  title: "No available licenses, please contact IT",
  text: "",
  act: "Continue working",
  waits: false,
  waiting: "",
  offline: "No connection just now. Please try again.",
};
const PAUSE_MS = 1_000;

export interface PlainWords {
  element: HTMLElement;
  stop(): void;
}

const make = <Tag extends keyof HTMLElementTagNameMap>(tag: Tag): HTMLElementTagNameMap[Tag] =>
  document.createElement(tag);

/** `answered`: where the person stands, as each answer says. */
export function plainWords(reason: string, answered: (answer: Answer) => void): PlainWords {
  const title = make("h1");
  const text = make("p");
  const [act, askHolder, leave] = [make("button"), make("button"), make("button")];
  const link = make("a");
  const [asked, news] = [make("p"), make("p")];
  const element = make("div");
  element.append(title, text, act, " ", askHolder, " ", leave, link, asked, news);
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
    title.textContent = words.title;
    text.textContent = words.text;
    act.textContent = link.textContent = words.act;
    askHolder.textContent = words.line?.ask ?? "";
    leave.textContent = words.line?.leave ?? "";
    news.textContent = words.waits ? words.waiting : "";
    if (words.waits) void waitInLine();
  }

  function hear(answer: Answer): Status | null {
    answered(answer);
    if (typeof answer === "string") return null;
    showLine(answer.line);
    return answer;
  }

  function showLine(line: Status["line"]): void {
    const isInLine = words.line !== undefined && line !== null && line.offeredForMs === null && !hasLeft;
    leave.hidden = !isInLine;
    const answer = line?.asked ?? null;
    askHolder.hidden = !isInLine || line.mayAsk !== true || answer !== null;
    if (answer === null || words.line === undefined) return;
    // Below ten minutes: rounded up to whole seconds, as 1:05; said again with each answer.
    const time = new Date(answer.answerInMs + 999).toISOString().slice(15, 19);
    asked.textContent =
      answer.answer === "awaited" ? words.line.askedFor.replace("{time}", time) : words.line[answer.answer];
  }

  async function waitInLine(): Promise<void> {
    if (isWaiting) return;
    isWaiting = true;
    while (!isOver && words.waits && !hasLeft) {
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
      news.textContent = words.offline;
      act.hidden = true;
      link.hidden = false;
    } else if (status.state !== "seated") {
      hasLeft = false;
      void tell(status.denied ?? "no_seat");
    }
  }

  async function askForLicence(): Promise<void> {
    // The pressed button goes: the focus goes on to what came of it.
    asked.tabIndex = -1;
    asked.focus();
    askHolder.hidden = true;
    let why = "";
    const status = hear(await ask("nudge", {}, undefined, (refusal) => (why = refusal)));
    if (status !== null) return;
    asked.textContent = words.notAsked?.[why] ?? words.offline;
  }

  async function leaveLine(): Promise<void> {
    hasLeft = true;
    if (hear(await ask("leave", {})) === null) {
      hasLeft = false;
      news.textContent = words.offline;
      return void waitInLine();
    }
    asked.textContent = "";
    news.textContent = words.line?.left ?? "";
    act.textContent = words.line?.waitHere ?? words.act;
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
