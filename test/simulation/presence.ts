/**
 * One lease's signs of life as they reached the object, never forgotten. Two bounds come of them: the lease must not
 * end before the first, and must have ended after the second.
 */

import type { EndingCause } from "../../shared/denial.ts";
import type { ClientId, SessionKey, TabId } from "../../shared/ids.ts";
import type { Heartbeat } from "../../shared/protocol.ts";
import type { Timing } from "../../shared/timing.ts";
import type { Act } from "../../worker/ledger/command.ts";

interface Client {
  session: SessionKey;
  seq: number;
  tabs: Set<TabId>;
  closed: Set<TabId>;
  heardAt: number;
  closingAt: number | null;
  /** Also by messages that say nothing new. */
  touchedAt: number;
  /** The object may have forgotten it by then, or not: a loss of memory makes people last longer. */
  isDoubtful: boolean;
}

/** By how much a loss of memory lets somebody last, at most: one more time of silence, and what lay unwritten. */
const DOUBT_MS = 200_000;

type Ending = { at: number; cause: "idle" | "lost" | "closed" };

export class Presence {
  readonly #timing: Timing;
  readonly #grantedAt: number;
  readonly #clients = new Map<ClientId, Client>();
  readonly #gates = new Map<SessionKey, number>();
  /** The newest heartbeat of each client, also of those that left. */
  readonly #seqs = new Map<ClientId, number>();
  /** What counts as activity, and all that might. */
  #activeAt: number;
  #perhapsActiveAt: number;
  #touchedAt: number;
  /** When a request may have counted as presence, or not. */
  #perhapsGateAt = 0;

  constructor(timing: Timing, at: number) {
    this.#timing = timing;
    this.#grantedAt = at;
    this.#activeAt = at;
    this.#perhapsActiveAt = at;
    this.#touchedAt = at;
  }

  claimed(session: SessionKey, act: Act, isActive: boolean, at: number): void {
    this.#touchedAt = at;
    if (isActive) this.#perhapsActiveAt = Math.max(this.#perhapsActiveAt, at);
    if (act === "button" || act === "activity") return;
    this.#dropGone(at);
    for (const client of this.#clients.values()) {
      if (client.session !== session) continue;
      client.touchedAt = at;
      const isGone = this.#goneAt(client) <= at;
      // A page's own request says nothing where the extension speaks, if it still does.
      if (act === "background") {
        if (isGone) this.#perhapsGateAt = at;
        return;
      }
      if (isGone) break;
      client.closingAt = null;
      client.heardAt = at;
      return;
    }
    this.#gates.set(session, at);
    if (isActive) this.#activeAt = Math.max(this.#activeAt, at);
  }

  beaten(session: SessionKey, { client: id, seq, tabs }: Heartbeat, at: number): void {
    const known = this.#clients.get(id);
    this.#touchedAt = at;
    if (known !== undefined) known.touchedAt = at;
    for (const { activeAgeMs } of tabs) {
      if (activeAgeMs !== null) this.#perhapsActiveAt = Math.max(this.#perhapsActiveAt, at - activeAgeMs);
    }
    if (known === undefined ? tabs.length === 0 : seq <= known.seq) return;
    this.#dropGone(at);
    const newest = this.#seqs.get(id) ?? 0;
    this.#seqs.set(id, Math.max(newest, seq));
    if (seq < newest) {
      // Older than one of before the client left: heard, by an object that has forgotten that one.
      const closed = new Set<TabId>();
      const old = { session, seq, tabs: new Set(tabs.map((tab) => tab.id)), closed, heardAt: 0, closingAt: null };
      this.#clients.set(id, { ...old, touchedAt: at, isDoubtful: true });
      return;
    }
    const before = this.#clients.get(id) ?? null;
    // Also one dropped just now: that it closes means nothing where the object has forgotten it.
    const isDoubtful = known !== undefined && (known.isDoubtful || this.#goneAt(known) <= at);
    const closed = before?.closed ?? new Set();
    const open = new Set(tabs.map((tab) => tab.id).filter((tab) => !closed.has(tab)));
    const closingAt = open.size > 0 ? null : (before?.closingAt ?? at);
    this.#clients.set(id, { session, seq, tabs: open, closed, heardAt: at, closingAt, touchedAt: at, isDoubtful });
    this.#gates.delete(session);
    for (const { activeAgeMs } of tabs) {
      if (activeAgeMs !== null) this.#activeAt = Math.max(this.#activeAt, at - activeAgeMs);
    }
  }

  tabClosed(id: ClientId, tab: TabId, at: number): void {
    const client = this.#clients.get(id);
    if (client === undefined) return;
    client.tabs.delete(tab);
    client.closed.add(tab);
    if (client.tabs.size === 0) client.closingAt ??= at;
  }

  left(session: SessionKey): void {
    this.#gates.delete(session);
    for (const [id, client] of this.#clients) if (client.session === session) this.#clients.delete(id);
  }

  /** The lease must not end so before this. */
  earliestEnd(cause: EndingCause, idleMs: number): number {
    const { lostAfterMs } = this.#timing;
    if (cause === "idle") return this.#activeAt + idleMs;
    if (cause !== "lost" && cause !== "closed") return 0;
    let at = this.#clients.size + this.#gates.size === 0 ? this.#grantedAt + lostAfterMs : 0;
    for (const client of this.#clients.values()) at = Math.max(at, this.#goneAt(client));
    for (const heardAt of this.#gates.values()) at = Math.max(at, heardAt + lostAfterMs);
    return at;
  }

  /** Something was written of the holder. */
  touch(at: number): void {
    this.#touchedAt = at;
  }

  /**
   * The lease must have ended by then. `losses`: when memory was lost with something unwritten. The first of them after
   * the holder was last written of may have taken newer signs of life along, and is granted; no later one is.
   */
  latestEnd(idleMs: number, losses: readonly number[]): Ending {
    const { lostAfterMs, closeGraceMs } = this.#timing;
    const granted = losses.find((loss) => loss > this.#touchedAt) ?? losses.at(-1) ?? 0;
    const perhaps = (at: number) => Math.max(at, granted);
    const idle = perhaps(this.#perhapsActiveAt) + idleMs;
    let at = 0;
    let cause: Ending["cause"] = "lost";
    for (const { closingAt, touchedAt, isDoubtful } of this.#clients.values()) {
      const isLast = closingAt !== null && touchedAt <= closingAt && !isDoubtful;
      const end = isLast ? closingAt + closeGraceMs : perhaps(touchedAt) + lostAfterMs;
      if (end <= at) continue;
      at = end;
      cause = isLast ? "closed" : "lost";
    }
    for (const heardAt of this.#gates.values()) {
      const end = perhaps(heardAt) + lostAfterMs;
      if (end <= at) continue;
      at = end;
      cause = "lost";
    }
    at = Math.max(at, this.#perhapsGateAt + lostAfterMs);
    if (at === lostAfterMs) at = perhaps(Math.max(this.#grantedAt, this.#touchedAt)) + lostAfterMs;
    return idle < at ? { at: idle, cause: "idle" } : { at, cause };
  }

  #goneAt({ heardAt, closingAt }: Client): number {
    const { lostAfterMs, closeGraceMs } = this.#timing;
    return closingAt === null ? heardAt + lostAfterMs : closingAt + closeGraceMs;
  }

  #dropGone(at: number): void {
    for (const [id, client] of this.#clients) {
      // A loss lets nobody last who was closing.
      const doubtMs = client.closingAt === null ? DOUBT_MS : 0;
      if (this.#goneAt(client) + doubtMs <= at) this.#clients.delete(id);
    }
    for (const [session, heardAt] of this.#gates) {
      if (heardAt + this.#timing.lostAfterMs + DOUBT_MS <= at) this.#gates.delete(session);
    }
  }
}
