/**
 * The refusal where a page forbids frames: in words of the agent's own, with a way on. What a page forbids beside that
 * (requests, forms) takes the rest of it away, and leaves a sentence and a link.
 */
import { REFUSED_PATH } from "../../../shared/own-path.ts";
import type { Status } from "../../../shared/protocol.ts";
import { type Answer, ask } from "./seat-api.ts";

interface Words {
  title: string;
  text: string;
  act: string;
  waits: boolean;
  waiting: string;
  offline: string;
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

/** `answered`: where the person stands, as each answer says. */
export function plainWords(reason: string, answered: (answer: Answer) => void): PlainWords {
  const title = document.createElement("h1");
  const text = document.createElement("p");
  const button = document.createElement("button");
  const link = document.createElement("a");
  const news = document.createElement("p");
  const element = document.createElement("div");
  element.append(title, text, button, link, news);
  news.setAttribute("role", "status");
  button.type = "button";
  // A fragment alone would lead nowhere.
  link.href = location.pathname + location.search;
  link.hidden = true;
  let words = ENGLISH;
  let isOver = false;

  async function tell(why: string): Promise<void> {
    words = await readWords(why);
    title.textContent = words.title;
    text.textContent = words.text;
    button.textContent = link.textContent = words.act;
    news.textContent = words.waits ? words.waiting : "";
    if (words.waits) void waitInLine();
  }

  function hear(answer: Answer): Status | null {
    answered(answer);
    return typeof answer === "string" ? null : answer;
  }

  async function waitInLine(): Promise<void> {
    while (!isOver && words.waits) {
      const status = hear(await ask("wait", {}, 30_000));
      if (status?.state === "offered") hear(await ask("claim", { act: "button" }));
      await new Promise((settle) => setTimeout(settle, PAUSE_MS));
    }
  }

  button.addEventListener("click", async (event) => {
    if (!event.isTrusted) return;
    button.disabled = true;
    const status = hear(await ask("claim", { act: "button" }));
    button.disabled = false;
    if (status === null) {
      news.textContent = words.offline;
      button.hidden = true;
      link.hidden = false;
    } else if (status.state !== "seated") void tell(status.denied ?? "limit_reached");
  });
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
    const answer = await fetch(`${REFUSED_PATH}?reason=${encodeURIComponent(reason)}`, {
      headers: { accept: "application/json" },
    });
    return answer.ok ? ((await answer.json()) as Words) : ENGLISH;
  } catch {
    return ENGLISH;
  }
}
