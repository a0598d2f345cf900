/** One CRM document from hello to goodbye: what it shows, what it is refused, and its last word (L6). */

import { watchFrames } from "../../shared/page/frames.ts";
import { listenForNews } from "../../shared/page/listen.ts";
import { whenRewritten } from "../../shared/page/rewriting.ts";
import { whenSeen } from "../../shared/page/seen.ts";
import { watchTypedText } from "../../shared/page/typed-text.ts";
import { goodbyeOf } from "../../shared/page/unload.ts";
import { COVER_EVENT, REFUSED_EVENT, SPEAKS_EVENT } from "../../shared/reserved-path.ts";
import type { View, Welcome } from "../messages.ts";
import { wordsOf } from "../words.ts";
import { api, isOrphan, send } from "./extension-api.ts";
import { Greeting } from "./greeting.ts";
import { coverPage, type Decided } from "./overlay.ts";
import { Reach } from "./reach.ts";
import { relayCall } from "./relay.ts";

/** The overlay asks the background so often whether it still stands: the background may have been stopped. */
const ASK_AGAIN_MS = 20_000;
const ORPHAN_CHECK_MS = 1_000;
/** A page that polls is refused again and again; the background is told once in this time. */
const REFUSED_AGAIN_MS = 3_000;

/** What the person decides in the overlay is the background's to do. */
const DECIDED: Decided = {
  goOn: () => void send({ kind: "continue" }),
  ask: () => void send({ kind: "ask" }),
  leaveLine: () => void send({ kind: "leave_line" }),
  explain: async () => {
    const answer = await send({ kind: "why" });
    return typeof answer === "object" && "why" in answer ? answer.why : null;
  },
  answerNudge: (keep) => void send({ kind: "answer_nudge", keep }),
  readAnnouncement: (id) => void send({ kind: "announcement_read", id }),
};

export class CrmDocument {
  readonly #greeting = new Greeting({
    hello: (tab) => send({ kind: "hello", tab, refusal: isRefusal() }),
    welcome: (told) => this.#takeWelcome(told),
    isOrphan,
  });
  readonly #reach = new Reach(async () => {
    const answer = await send({ kind: "speaks" });
    return typeof answer === "object" && "speaks" in answer && answer.speaks;
  });
  readonly #goodbye = goodbyeOf({
    moves: (on) => void send({ kind: "moves", on }),
    leaves: () => void send({ kind: "leaves" }),
    stays: () => this.#greeting.comeBack(),
  });
  readonly #typed = watchTypedText();
  readonly #cover = coverPage(wordsOf(api.i18n), DECIDED);
  readonly #stopListening: () => void;
  /** P7 */
  #news: { stop(): void } | null = null;
  #watch: ReturnType<typeof setInterval> | undefined;
  #shows: View["show"] = "nothing";
  /** G11: false once a request was refused before the person had a seat in this document. */
  #hasAllItNeeds = true;
  /** G11: the address whose content was refused, in a page that goes there without a load. */
  #missing: string | null = null;
  #refusedAt = Number.NEGATIVE_INFINITY;

  /** Follows the document of this script, once. */
  constructor() {
    this.#listen();
    this.#stopListening = whenRewritten(this.#listen);
    watchFrames(this.#typed.watch);
    api.runtime.onMessage.addListener((message, sender, answer) => {
      if (sender.id !== api.runtime.id) return false;
      if (message.kind === "view") this.#show(message.view);
      else void relayCall(message.name, message.body).then(answer);
      return message.kind === "relay";
    });
    whenSeen(() => void this.#greeting.greet());
    whenParsed(() => {
      if (isRefusal()) void this.#greeting.greet();
    });
  }

  greet(): void {
    void this.#greeting.greet(1);
  }

  /** The extension is gone: nothing of it stays on the page. */
  leave(): void {
    clearInterval(this.#watch);
    this.#news?.stop();
    this.#goodbye.stop();
    this.#stopListening();
    this.#cover.show({ show: "nothing" });
    document.removeEventListener(REFUSED_EVENT, this.#takeRefusal);
    document.removeEventListener(SPEAKS_EVENT, this.#speakFor);
    removeEventListener("pagehide", this.#hide, true);
    removeEventListener("pageshow", this.#reveal, true);
  }

  /** Adding what is there already changes nothing. */
  readonly #listen = (): void => {
    addEventListener("pagehide", this.#hide, true);
    addEventListener("pageshow", this.#reveal, true);
    document.addEventListener(REFUSED_EVENT, this.#takeRefusal);
    document.addEventListener(SPEAKS_EVENT, this.#speakFor);
  };

  #takeWelcome({ client, tab, view }: Welcome): void {
    this.#goodbye.prepare(client, tab);
    this.#news ??= listenForNews(() => {
      if (isOrphan()) this.leave();
      else void send({ kind: "news" });
    });
    this.#show(view);
  }

  #show(view: View): void {
    clearInterval(this.#watch);
    const shown: View = isRefusal() ? { show: "nothing" } : view;
    if (this.#shows !== "nothing" && shown.show === "nothing") {
      const isWhole = this.#hasAllItNeeds && this.#missing !== location.href;
      this.#missing = null;
      if (!isWhole && !this.#typed.isThere()) {
        this.#hasAllItNeeds = true;
        location.reload();
      }
    }
    this.#cover.show(shown);
    this.#shows = shown.show;
    // An announcement may stand for hours in a tab that nobody looks at, and need not keep the background awake.
    if (shown.show !== "nothing" && shown.show !== "announcement") this.#askWhetherItStands();
  }

  #askWhetherItStands(): void {
    let askedAt = performance.now();
    let isAsking = false;
    this.#watch = setInterval(async () => {
      if (isOrphan()) {
        this.leave();
      } else if (performance.now() - askedAt > ASK_AGAIN_MS) {
        if (isAsking) {
          this.#giveUp();
          return;
        }
        askedAt = performance.now();
        isAsking = true;
        const answer = await send({ kind: "waiting" });
        isAsking = false;
        if (typeof answer === "object" && "show" in answer) this.#show(answer);
      }
    }, ORPHAN_CHECK_MS);
  }

  /** The background is stuck, so a press of a button would do nothing, and nobody is in the way; the gate enforces (X5). */
  #giveUp(): void {
    clearInterval(this.#watch);
    this.#cover.show({ show: "nothing" });
    this.#shows = "nothing";
  }

  /**
   * The gate's agent is about to cover the page, since a request of it was refused. A page that was at work is covered
   * by us, who lose nothing of it. One that never had a seat has to be loaded again when one comes (G11): where we
   * show nothing over it, the agent covers it and does so.
   */
  readonly #takeRefusal = async (event: Event): Promise<void> => {
    if (!this.#greeting.isKnown || !this.#speaks()) return;
    event.preventDefault();
    const [reason = "", what] = String((event as CustomEvent<unknown>).detail).split(" ");
    if (what === "save") this.#cover.noteUnsaved();
    if (what === "moved") this.#missing = location.href;
    if (performance.now() - this.#refusedAt < REFUSED_AGAIN_MS) return;
    this.#refusedAt = performance.now();
    const answer = await send({ kind: "refused" });
    if (typeof answer === "object" && "hadSeat" in answer && answer.hadSeat) {
      // Shown again where a stuck background had made it go.
      if (this.#shows === "nothing") void this.#greeting.greet(1);
      return;
    }
    this.#hasAllItNeeds = false;
    if (this.#shows !== "nothing") return;
    document.dispatchEvent(new CustomEvent(COVER_EVENT, { detail: reason }));
    setTimeout(() => void this.#greeting.greet());
  };

  /** G8: the gate's agent asks whether the extension speaks for this document. */
  readonly #speakFor = (event: Event): void => {
    if (this.#speaks()) event.preventDefault();
  };

  /** Asked of the background only once it knows the document: it hears of that with the hello. */
  #speaks(): boolean {
    if (isOrphan() || !this.#greeting.speaksFor) return false;
    return !this.#greeting.isKnown || this.#reach.look();
  }

  readonly #hide = (): void => {
    this.#greeting.hide();
    // Chrome delivers no message of a document that goes into the back-forward cache, hence the document's own last word.
    if (!this.#goodbye.hide()) void send({ kind: "bye", tab: this.#greeting.tab });
  };

  readonly #reveal = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) this.#greeting.comeBack();
  };
}

/** G5: the gate's refusal page stands in the CRM's place, or its agent's over it, with words of its own. */
function isRefusal(): boolean {
  return document.querySelector('head > meta[name="hotseat"][content="refusal"], hotseat-refusal') !== null;
}

function whenParsed(act: () => void): void {
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", act, { once: true, capture: true });
  else act();
}
