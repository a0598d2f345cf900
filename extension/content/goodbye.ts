/**
 * A document's last word (L6). Chrome keeps it ready with the browser (`fetchLater`), which says it when the document
 * goes, also when it crashes or the whole browser quits; a beacon would not leave a quitting Chrome. Firefox sends a
 * beacon as it hides. A document that leaves for another of the CRM's own says nothing: the next one goes on for it.
 */
import type { ClientId, TabId } from "../../shared/ids.ts";
import { BYE_PATH } from "../../shared/own-path.ts";

export interface Goodbye {
  /** From now on there is something to say. */
  prepare(client: ClientId, tab: TabId): void;
  /** The document hides for good or for the back-forward cache. Returns whether another one of the CRM's own follows. */
  hide(): boolean;
  /** Nothing is to be said any more. */
  stop(): void;
}

/** A navigation that has not led to another document by then was a download, or given up; ms. */
const MOVES_WITHIN_MS = 30_000;

type FetchLater = (address: string, init: RequestInit) => unknown;
interface NavigateEvent extends Event {
  destination: { url: string; sameDocument: boolean };
  downloadRequest: string | null;
}
const scope = globalThis as { fetchLater?: FetchLater; navigation?: EventTarget };

/** `tell`: the document begins to leave for another of the CRM's own, or no longer does. */
export function goodbyeOf(tell: (moves: boolean) => void): Goodbye {
  let said: { client: ClientId; tab: TabId } | null = null;
  let ready: AbortController | null = null;
  let movesAt: number | null = null;

  function see(event: Event): void {
    const { destination, downloadRequest } = event as NavigateEvent;
    if (!event.isTrusted || destination.sameDocument || downloadRequest !== null) return;
    // Compared here and forgotten: where it leads is nobody's business (X1).
    const moves = new URL(destination.url).origin === location.origin;
    if (!moves && movesAt === null) return;
    movesAt = moves ? performance.now() : null;
    tell(moves);
  }

  function unready(): void {
    ready?.abort();
    ready = null;
  }

  scope.navigation?.addEventListener("navigate", see);
  return {
    prepare(client, tab) {
      if (said?.tab === tab && ready !== null) return;
      said = { client, tab };
      unready();
      if (scope.fetchLater === undefined) return;
      const later = new AbortController();
      try {
        scope.fetchLater(BYE_PATH, { ...messageOf(said), signal: later.signal });
        ready = later;
      } catch {
        // The page has used up what a document may leave for later: a beacon then.
      }
    },
    hide() {
      const follows = movesAt !== null && performance.now() - movesAt < MOVES_WITHIN_MS;
      movesAt = null;
      if (follows) unready();
      else if (said !== null && ready === null) {
        const { body, headers } = messageOf(said);
        navigator.sendBeacon(BYE_PATH, new Blob([body], { type: headers["content-type"] }));
      }
      said = null;
      ready = null;
      return follows;
    },
    stop() {
      unready();
      said = null;
      scope.navigation?.removeEventListener("navigate", see);
    },
  };
}

function messageOf(said: { client: ClientId; tab: TabId }) {
  return { method: "POST", body: JSON.stringify(said), headers: { "content-type": "application/json" } };
}
