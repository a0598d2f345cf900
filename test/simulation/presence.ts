/**
 * One lease's signs of life as they reached the object, never forgotten. Two bounds come of them: the lease must not
 * end before the first, and must have ended after the second. A loss of memory takes no sign of life from the first,
 * except between two losses with nothing written between them, and adds to the second, once for each time that
 * something was heard.
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
  /** Until when an object that lost its memory may take it to be there. */
  perhapsUntil: number;
}

interface Gate {
  heardAt: number;
  perhapsUntil: number;
  /** A client that is perhaps still there has said since that it has no tab: the object may have forgotten the gate. */
  isPerhapsGone: boolean;
}

/** Nothing lies unwritten for longer, by whichever clock. */
const UNWRITTEN_MOST_MS = 12_000;

type Ending = { at: number; cause: "idle" | "lost" | "closed" };

export class Presence {
  readonly #timing: Timing;
  readonly #grantedAt: number;
  readonly #clients = new Map<ClientId, Client>();
  readonly #gates = new Map<SessionKey, Gate>();
  /** What counts as activity, and all that might. */
  /** Which activity was the latest before each later one was told of. */
  #told: { before: number; toldAt: number }[] = [];
  #activeAt: number;
  #perhapsActiveAt: number;
  /** The latest number of each browser that has left: an object that remembers it takes no earlier beat. */
  readonly #leftWith = new Map<ClientId, number>();
  /** When a request may have counted as presence, or not. */
  #perhapsGateAt = 0;
  #lossAt = 0;
  /** The first and the latest message of the holder since then; 0: none. */
  #firstAt: number;
  #latestAt: number;
  /** The clocks were set ahead: by then, and so far. */
  #ahead = { at: 0, ms: 0 };
  /** Signs of life between these were lost by two losses in a row. */
  #gap = { from: 0, until: 0 };
  /** What `latestEnd` answered last, for which time-out; null: something was heard or lost since. */
  #end: Ending | null = null;
  #endIdleMs = 0;

  constructor(timing: Timing, at: number) {
    this.#timing = timing;
    this.#grantedAt = at;
    this.#activeAt = at;
    this.#perhapsActiveAt = at;
    this.#firstAt = at;
    this.#latestAt = at;
  }

  /** All clocks were set ahead by so many ms, and show `at` now. */
  setAhead(at: number, ms: number): void {
    this.#ahead = { at, ms: at - this.#ahead.at > UNWRITTEN_MOST_MS ? ms : this.#ahead.ms + ms };
  }

  /** Memory was lost with something unwritten. */
  memoryLost(at: number): void {
    this.#end = null;
    const unwrittenMs = UNWRITTEN_MOST_MS + (at - this.#ahead.at > UNWRITTEN_MOST_MS ? 0 : this.#ahead.ms);
    // L5: granted once, and again only to people who were heard in between.
    // What was told since the last write is gone, and the next beat may tell of it as earlier.
    for (const { before, toldAt } of this.#told) {
      if (toldAt > at - unwrittenMs) this.#activeAt = Math.min(this.#activeAt, before);
    }
    this.#told = [];
    if (this.#firstAt === 0) return;
    if (this.#lossAt > 0 && this.#firstAt > at - unwrittenMs) {
      this.#gap = { from: this.#gap.until === this.#lossAt ? this.#gap.from : this.#lossAt, until: at };
    }
    this.#lossAt = at;
    this.#firstAt = 0;
    this.#perhapsActiveAt = Math.max(this.#perhapsActiveAt, at);
    const until = at + this.#timing.lostAfterMs;
    for (const client of this.#clients.values()) {
      // The object grants a loss until its next write would have been.
      const there = Math.max(this.#goneAt(client), client.perhapsUntil + UNWRITTEN_MOST_MS);
      // Whoever was gone when times were last written is granted nothing.
      if (client.closingAt === null && there > at - unwrittenMs) client.perhapsUntil = until;
    }
    const gateThere = this.#perhapsGateAt + this.#timing.lostAfterMs + UNWRITTEN_MOST_MS;
    if (gateThere > at - unwrittenMs) this.#perhapsGateAt = at;
    for (const gate of this.#gates.values()) {
      const there = Math.max(this.#gateUntil(gate), gate.perhapsUntil + UNWRITTEN_MOST_MS);
      if (there > at - unwrittenMs) gate.perhapsUntil = until;
    }
  }

  claimed(session: SessionKey, act: Act, isActive: boolean, at: number): void {
    this.#end = null;
    if (isActive) this.#perhapsActiveAt = Math.max(this.#perhapsActiveAt, at);
    if (act === "button" || act === "activity") return;
    this.#seen(session, act === "background" ? "request" : "navigation", isActive, at);
  }

  /** A socket or stream of that session is open. */
  stayed(session: SessionKey, isActive: boolean, at: number): void {
    this.#end = null;
    if (isActive) this.#perhapsActiveAt = Math.max(this.#perhapsActiveAt, at);
    this.#seen(session, "stream", isActive, at);
  }

  #seen(session: SessionKey, by: "navigation" | "request" | "stream", isActive: boolean, at: number): void {
    for (const client of this.#clients.values()) {
      if (client.session !== session) continue;
      if (this.#goneAt(client) > at) {
        // A page's own request says nothing where the extension speaks, nor does a socket once all pages have closed.
        if (by === "navigation") client.closingAt = null;
        if (by !== "request" && client.closingAt === null) client.heardAt = at;
        return;
      }
      if (!this.#isPerhapsThere(client, at)) continue;
      if (by === "request") {
        this.#perhapsGateAt = at;
        return;
      }
      client.perhapsUntil = at + this.#timing.lostAfterMs;
      this.#gates.set(session, { heardAt: at, perhapsUntil: 0, isPerhapsGone: false });
      return;
    }
    this.#gates.set(session, { heardAt: at, perhapsUntil: 0, isPerhapsGone: false });
    if (isActive) this.#wasActive(at, at);
  }

  beaten(session: SessionKey, { client: id, seq, tabs }: Heartbeat, at: number): void {
    this.#end = null;
    const known = this.#clients.get(id);
    for (const { activeAgeMs } of tabs) {
      if (activeAgeMs !== null) this.#perhapsActiveAt = Math.max(this.#perhapsActiveAt, at - activeAgeMs);
    }
    if (known !== undefined && seq <= known.seq) {
      // An object that has forgotten the newer one hears it.
      known.perhapsUntil = Math.max(known.perhapsUntil, at + this.#timing.lostAfterMs);
      return;
    }
    if (seq <= (this.#leftWith.get(id) ?? -1)) {
      this.#perhapsComesBack(id, known, { session, seq, tabs: tabs.map((tab) => tab.id) }, at);
      return;
    }
    const isThere = known !== undefined && this.#goneAt(known) > at;
    const closed = known?.closed ?? new Set<TabId>();
    const open = new Set(tabs.map((tab) => tab.id).filter((tab) => !closed.has(tab)));
    if (open.size === 0 && !isThere) {
      if (known !== undefined) this.#perhapsCloses(known, session, at);
      return;
    }
    // What is said of tabs that have closed is from before: nothing closes by it that a navigation has opened since.
    const isLate = tabs.length > 0 && known?.tabs.size === 0 && known.closingAt === null;
    const closingAt = open.size > 0 || isLate ? null : ((isThere ? known.closingAt : null) ?? at);
    const perhapsUntil = closingAt === null ? (known?.perhapsUntil ?? 0) : 0;
    this.#clients.delete(id);
    this.#clients.set(id, { session, seq, tabs: open, closed, heardAt: at, closingAt, perhapsUntil });
    this.#gates.delete(session);
    for (const { activeAgeMs } of tabs) {
      if (activeAgeMs !== null) this.#wasActive(at - activeAgeMs, at);
    }
  }

  /** A beat from before the browser left, late: an object that has forgotten the number takes it for a new one. */
  #perhapsComesBack(
    id: ClientId,
    known: Client | undefined,
    { session, seq, tabs }: { session: SessionKey; seq: number; tabs: TabId[] },
    at: number,
  ): void {
    if (tabs.length === 0) {
      if (known !== undefined) this.#perhapsCloses(known, session, at);
      return;
    }
    const perhapsUntil = at + this.#timing.lostAfterMs;
    const closed = known?.closed ?? new Set<TabId>();
    this.#clients.set(id, { session, seq, tabs: new Set(tabs), closed, heardAt: 0, closingAt: null, perhapsUntil });
    const gate = this.#gates.get(session);
    if (gate !== undefined) gate.isPerhapsGone = true;
  }

  /** Told at `toldAt`; a beat that was long on its way tells of a later activity than there was. */
  #wasActive(activeAt: number, toldAt: number): void {
    if (activeAt <= this.#activeAt) return;
    this.#told.push({ before: this.#activeAt, toldAt });
    this.#activeAt = activeAt;
  }

  tabClosed(id: ClientId, tab: TabId, at: number): void {
    this.#end = null;
    const client = this.#clients.get(id);
    if (client === undefined) return;
    const isThere = this.#goneAt(client) > at;
    if (isThere && client.closingAt === null && client.closed.has(tab)) return;
    client.tabs.delete(tab);
    if (String(tab) !== id) client.closed.add(tab);
    if (client.tabs.size > 0) return;
    if (isThere) {
      client.closingAt ??= at;
      client.perhapsUntil = 0;
    } else this.#perhapsCloses(client, client.session, at);
  }

  /** It is gone, but for an object that lost its memory, which takes it to speak for its session still. */
  #perhapsCloses(client: Client, session: SessionKey, at: number): void {
    if (!this.#isPerhapsThere(client, at)) return;
    const gate = this.#gates.get(session);
    if (gate !== undefined) gate.isPerhapsGone = true;
    // For such an object it speaks for the session that it names: a request of that session keeps nothing.
    client.session = session;
    client.perhapsUntil = Math.max(client.perhapsUntil, at + this.#timing.closeGraceMs);
  }

  left(session: SessionKey): void {
    this.#end = null;
    this.#gates.delete(session);
    for (const [id, { session: own, seq }] of this.#clients) {
      if (own !== session) continue;
      this.#clients.delete(id);
      this.#leftWith.set(id, Math.max(seq, this.#leftWith.get(id) ?? 0));
    }
  }

  /** The lease must not end so before this. */
  earliestEnd(cause: EndingCause, idleMs: number): number {
    if (cause === "idle") return this.#surely(this.#activeAt) + idleMs;
    if (cause !== "lost" && cause !== "closed") return 0;
    const { lostAfterMs } = this.#timing;
    if (this.#clients.size + this.#gates.size === 0) return this.#grantedAt + lostAfterMs;
    let at = 0;
    for (const client of this.#clients.values()) {
      at = Math.max(at, client.closingAt === null ? this.#surely(client.heardAt) + lostAfterMs : this.#goneAt(client));
    }
    for (const { heardAt, isPerhapsGone } of this.#gates.values()) {
      if (!isPerhapsGone) at = Math.max(at, this.#surely(heardAt) + lostAfterMs);
    }
    return at;
  }

  /** Something was heard, or written, of the holder. */
  touch(at: number): void {
    this.#end = null;
    if (this.#firstAt === 0) this.#firstAt = at;
    this.#latestAt = at;
  }

  /** The lease must have ended by then. Asked of everybody after each step, and mostly nothing was heard since. */
  latestEnd(idleMs: number): Ending {
    if (this.#end === null || this.#endIdleMs !== idleMs) {
      this.#end = this.#findEnd(idleMs);
      this.#endIdleMs = idleMs;
    }
    return this.#end;
  }

  #findEnd(idleMs: number): Ending {
    const { lostAfterMs } = this.#timing;
    let at = this.#perhapsGateAt + lostAfterMs;
    let cause: Ending["cause"] = "lost";
    for (const client of this.#clients.values()) {
      const gone = this.#goneAt(client);
      const end = Math.max(gone, client.perhapsUntil);
      if (end <= at) continue;
      at = end;
      cause = client.closingAt !== null && end === gone ? "closed" : "lost";
    }
    for (const gate of this.#gates.values()) {
      const end = this.#gateUntil(gate);
      if (end <= at) continue;
      at = end;
      cause = "lost";
    }
    if (at === lostAfterMs) at = this.#latestAt + lostAfterMs;
    const idle = this.#perhapsActiveAt + idleMs;
    return idle < at ? { at: idle, cause: "idle" } : { at, cause };
  }

  /** What of it no loss has taken. */
  #surely(at: number): number {
    return at > this.#gap.from && at <= this.#gap.until ? this.#gap.from : at;
  }

  #goneAt({ heardAt, closingAt }: Client): number {
    const { lostAfterMs, closeGraceMs } = this.#timing;
    return closingAt === null ? heardAt + lostAfterMs : closingAt + closeGraceMs;
  }

  /** The object grants a loss until its next write would have been. */
  #isPerhapsThere({ perhapsUntil }: Client, at: number): boolean {
    return perhapsUntil + UNWRITTEN_MOST_MS > at;
  }

  #gateUntil({ heardAt, perhapsUntil }: Gate): number {
    return Math.max(heardAt + this.#timing.lostAfterMs, perhapsUntil);
  }
}
