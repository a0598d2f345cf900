/**
 * A document's last word (L6). Chrome keeps it ready with the browser (`fetchLater`), which sends it when the document
 * goes, also when it crashes or the whole browser quits; a beacon would not leave a quitting Chrome.
 * Firefox sends it before the document unloads, since a quitting Firefox takes none later. Where the page asks "Leave
 * page?", nothing is sent until the person has answered: the question may stand for minutes, and timers rest meanwhile.
 * A document that leaves for another of the CRM's own says nothing: the next one continues for it.
 */
import type { ClientId, TabId } from "../ids.ts";
import { BYE_PATH } from "../reserved-path.ts";
import { whenRewritten } from "./rewriting.ts";
import { addressOf, askOwn, messageOf } from "./untouched.ts";

export interface Goodbye {
  /** From now on there is something to say. */
  prepare(client: ClientId, tab: TabId): void;
  /** The document hides for good or for the back-forward cache. Returns whether another one of the CRM's own follows. */
  hide(): boolean;
  /** What was prepared is not to be said. */
  forget(): void;
  /** Nothing is to be said any more. */
  stop(): void;
}

/** A document that is still there so long after it was to unload has stayed, or waits for a slow answer; ms. */
const STAYED_AFTER_MS = 2_000;
/** A navigation that has not led to another document by then was a download, or given up; ms. */
const MOVES_WITHIN_MS = 30_000;

type FetchLater = (address: string, init: RequestInit) => unknown;
interface NavigateEvent extends Event {
  destination: { url: string; sameDocument: boolean };
  downloadRequest: string | null;
}
const scope = globalThis as { fetchLater?: FetchLater; navigation?: EventTarget };

export interface GoodbyeTold {
  /** The document begins to leave for another of the CRM's own, or no longer does. */
  moves(on: boolean): void;
  /** It has said goodbye, before it unloads. A frame in it may still ask the person to stay. */
  leaves(): void;
  /** It has said goodbye and stayed. */
  stays(): void;
}

export function goodbyeOf(told: GoodbyeTold): Goodbye {
  let said: { client: ClientId; tab: TabId } | null = null;
  let ready: AbortController | null = null;
  let movesAt: number | null = null;
  /** The move's own `beforeunload` has come: another one is of another leaving, and the move has led to a download. */
  let hasMoved = false;

  function see(event: Event): void {
    const { destination, downloadRequest } = event as NavigateEvent;
    if (!event.isTrusted || destination.sameDocument || downloadRequest !== null) return;
    // Compared here and forgotten: where it leads is nobody's business (X1).
    note(destination.url.startsWith(addressOf("/")));
  }

  function note(moves: boolean): void {
    movesAt = moves ? performance.now() : null;
    hasMoved = false;
    told.moves(moves);
  }

  const isMoving = () => movesAt !== null && performance.now() - movesAt < MOVES_WITHIN_MS;

  function say(): void {
    if (said === null) return;
    // Outlives the document, and in Firefox its process, which a beacon does not always.
    void askOwn(BYE_PATH, { ...messageOf(said), keepalive: true }).catch(() => undefined);
    said = null;
  }

  /** Added again each time, so that it hears the page's own listeners' answer: it comes after all of them. */
  function seeUnload(): void {
    if (hasMoved) note(false);
    else hasMoved = movesAt !== null;
    removeEventListener("beforeunload", decideUnload);
    addEventListener("beforeunload", decideUnload);
  }

  function decideUnload(event: BeforeUnloadEvent): void {
    if (scope.fetchLater !== undefined || said === null || isMoving() || mayAsk(event)) return;
    say();
    told.leaves();
    setTimeout(told.stays, STAYED_AFTER_MS);
  }

  function unready(): void {
    ready?.abort();
    ready = null;
  }

  function forget(): void {
    unready();
    said = null;
  }

  const listen = () => {
    scope.navigation?.addEventListener("navigate", see);
    addEventListener("beforeunload", seeUnload, true);
  };
  listen();
  const stopListening = whenRewritten(listen);
  return {
    prepare(client, tab) {
      if (said?.tab === tab && said.client === client && ready !== null) return;
      said = { client, tab };
      unready();
      if (scope.fetchLater === undefined) return;
      const later = new AbortController();
      try {
        scope.fetchLater(addressOf(BYE_PATH), { ...messageOf(said), signal: later.signal });
        ready = later;
      } catch {
        // The page has used up what a document may leave for later: it is said as the document hides, then.
      }
    },
    hide() {
      const follows = isMoving();
      movesAt = null;
      if (follows) unready();
      else if (ready === null) say();
      said = null;
      ready = null;
      return follows;
    },
    forget,
    stop() {
      forget();
      stopListening();
      removeEventListener("beforeunload", seeUnload, true);
      removeEventListener("beforeunload", decideUnload);
      scope.navigation?.removeEventListener("navigate", see);
    },
  };
}

/** Whether the browser asks the person for this page: only where they have done something in it. */
function mayAsk(event: BeforeUnloadEvent): boolean {
  const isAsked = event.defaultPrevented || event.returnValue !== "";
  return isAsked && (navigator as { userActivation?: UserActivation }).userActivation?.hasBeenActive !== false;
}
