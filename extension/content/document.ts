/** One CRM document from hello to goodbye: its random id, what it shows, and its last word (L6). */

import { listenForNews } from "../../shared/page/listen.ts";
import { whenRewritten } from "../../shared/page/rewriting.ts";
import { whenSeen } from "../../shared/page/seen.ts";
import { newTab } from "../../shared/page/tab-id.ts";
import { watchTypedText } from "../../shared/page/typed-text.ts";
import { goodbyeOf } from "../../shared/page/unload.ts";
import { COVER_EVENT, REFUSED_EVENT, SPEAKS_EVENT } from "../../shared/reserved-path.ts";
import type { View } from "../messages.ts";
import { wordsOf } from "../words.ts";
import { api, isOrphan, send } from "./extension-api.ts";
import { coverPage } from "./overlay.ts";
import { relayCall } from "./relay.ts";

/** The overlay asks the background so often whether it still stands: the background may have been stopped. */
const ASK_AGAIN_MS = 20_000;
const ORPHAN_CHECK_MS = 1_000;
const GREET_TRIES = 5;
/** The background has answered the first hello by then, also where it had to be started; ms. */
const KNOWN_WITHIN_MS = 5_000;
/** A page that polls is refused again and again; the background is told once in this time. */
const REFUSED_AGAIN_MS = 3_000;

export interface CrmDocument {
  greet(): void;
  /** The extension is gone: nothing of it stays on the page. */
  leave(): void;
}

export function followDocument(): CrmDocument {
  let tab = newTab();
  let isKnown = false;
  let isGone = false;
  const startedAt = performance.now();
  let watch: ReturnType<typeof setInterval> | undefined;
  let shows: View["show"] = "nothing";
  /** P7 */
  let news: { stop(): void } | null = null;
  const typed = watchTypedText();
  /** G11: false once a request was refused before the person had a seat in this document. */
  let hasAllItNeeds = true;
  /** G11: the address whose content was refused, in a page that goes there without a load. */
  let missing: string | null = null;
  let refusedAt = Number.NEGATIVE_INFINITY;
  const goodbye = goodbyeOf({
    moves: (on) => void send({ kind: "moves", on }),
    leaves: () => void send({ kind: "leaves" }),
    stays: comeBack,
  });
  const cover = coverPage(wordsOf(api.i18n), {
    goOn: () => void send({ kind: "continue" }),
    ask: () => void send({ kind: "ask" }),
    leaveLine: () => void send({ kind: "leave_line" }),
    explain: async () => {
      const answer = await send({ kind: "why" });
      return typeof answer === "object" && "why" in answer ? answer.why : null;
    },
    answerNudge: (keep) => void send({ kind: "answer_nudge", keep }),
    readAnnouncement: (id) => void send({ kind: "announcement_read", id }),
  });

  async function greet(tries = GREET_TRIES): Promise<void> {
    const greeted = tab;
    const answer = await send({ kind: "hello", tab, refusal: isRefusal() });
    // On its way into the back-forward cache it still hears: a goodbye made ready now would be the next document's.
    if (greeted !== tab || isGone) return;
    if (typeof answer === "object" && "client" in answer) {
      isKnown = true;
      goodbye.prepare(answer.client, answer.tab);
      news ??= listenForNews(() => {
        if (isOrphan()) leave();
        else void send({ kind: "news" });
      });
      show(answer.view);
    } else if (tries > 1 && !isOrphan()) {
      setTimeout(() => void greet(tries - 1), 1_000);
    }
  }

  function show(view: View): void {
    clearInterval(watch);
    const shown: View = isRefusal() ? { show: "nothing" } : view;
    if (shows !== "nothing" && shown.show === "nothing") {
      const isWhole = hasAllItNeeds && missing !== location.href;
      missing = null;
      if (!isWhole && !typed.isThere()) {
        hasAllItNeeds = true;
        location.reload();
      }
    }
    cover.show(shown);
    shows = shown.show;
    // An announcement may stand for hours in a tab that nobody looks at, and need not keep the background awake.
    if (shows === "nothing" || shows === "announcement") return;
    let askedAt = performance.now();
    watch = setInterval(async () => {
      if (isOrphan()) {
        leave();
      } else if (performance.now() - askedAt > ASK_AGAIN_MS) {
        askedAt = performance.now();
        const answer = await send({ kind: "waiting" });
        if (typeof answer === "object" && "show" in answer) show(answer);
      }
    }, ORPHAN_CHECK_MS);
  }

  /**
   * The gate's agent is about to cover the page, since a request of it was refused. A page that was at work is covered
   * by us, who lose nothing of it. One that never had a seat has to be loaded again when one comes (G11): where we
   * show nothing over it, the agent covers it and does so.
   */
  async function takeRefusal(event: Event): Promise<void> {
    if (!isKnown || isOrphan()) return;
    event.preventDefault();
    const [reason = "", what] = String((event as CustomEvent<unknown>).detail).split(" ");
    if (what === "save") cover.noteUnsaved();
    if (what === "moved") missing = location.href;
    if (performance.now() - refusedAt < REFUSED_AGAIN_MS) return;
    refusedAt = performance.now();
    const answer = await send({ kind: "refused" });
    if (typeof answer === "object" && "hadSeat" in answer && answer.hadSeat) return;
    hasAllItNeeds = false;
    if (shows !== "nothing") return;
    document.dispatchEvent(new CustomEvent(COVER_EVENT, { detail: reason }));
    setTimeout(() => void greet());
  }

  /** G8: the gate's agent asks whether it is to speak for this document. */
  function speakFor(event: Event): void {
    if (!isOrphan() && (isKnown || performance.now() - startedAt < KNOWN_WITHIN_MS)) event.preventDefault();
  }

  function leave(): void {
    clearInterval(watch);
    news?.stop();
    goodbye.stop();
    stopListening();
    cover.show({ show: "nothing" });
    document.removeEventListener(REFUSED_EVENT, takeRefusal);
    document.removeEventListener(SPEAKS_EVENT, speakFor);
    removeEventListener("pagehide", hide, true);
    removeEventListener("pageshow", reveal, true);
  }

  function hide(): void {
    isGone = true;
    // Chrome delivers no message of a document that goes into the back-forward cache, hence the document's own last word.
    if (!goodbye.hide()) void send({ kind: "bye", tab });
  }

  function reveal({ persisted }: PageTransitionEvent): void {
    if (persisted) comeBack();
  }

  /** P3: a closed tab's id is dead. */
  function comeBack(): void {
    if (isOrphan()) return;
    tab = newTab();
    isGone = false;
    isKnown = false;
    void greet();
  }

  const listen = () => {
    addEventListener("pagehide", hide, true);
    addEventListener("pageshow", reveal, true);
    document.addEventListener(REFUSED_EVENT, takeRefusal);
    document.addEventListener(SPEAKS_EVENT, speakFor);
  };
  listen();
  const stopListening = whenRewritten(listen);
  api.runtime.onMessage.addListener((message, sender, answer) => {
    if (sender.id !== api.runtime.id) return false;
    if (message.kind === "view") show(message.view);
    else void relayCall(message.name, message.body).then(answer);
    return message.kind === "relay";
  });
  whenSeen(() => void greet());
  whenParsed(() => {
    if (isRefusal()) void greet();
  });
  return { greet: () => void greet(1), leave };
}

/** G5: the gate's refusal page stands in the CRM's place, or its agent's over it, with words of its own. */
function isRefusal(): boolean {
  return document.querySelector('head > meta[name="hotseat"][content="refusal"], hotseat-refusal') !== null;
}

function whenParsed(act: () => void): void {
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", act, { once: true, capture: true });
  else act();
}
