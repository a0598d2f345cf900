/**
 * The state of one tenant: who has a seat, who gave one up, who waits. Changed only by `evolve`.
 * Maps are mutated in place so that a command costs the same at 10,000 holders as at ten.
 */

import type { DenialReason, EndingCause } from "../../shared/denial.ts";
import { DAY_MS, MINUTE_MS } from "../../shared/durations.ts";
import type { BindingId, ClientId, DenialId, HolderId, SessionKey, TabId } from "../../shared/ids.ts";
import type { Timing } from "../../shared/timing.ts";
import { LineIndex } from "./allocation/line-index.ts";
import type { Over, OverdraftMeter, OverVia } from "./over.ts";
import type { Person } from "./person.ts";
import type { Assigned, Settings } from "./settings/settings.ts";
import { DeadlineHeap } from "./time/deadline-heap.ts";
import { type Effective, effectiveAt } from "./time/schedule.ts";

/** More browsers than this on one lease: the one not heard for longest is dropped. */
export const CLIENTS_MAX = 32;
/** The same of browsers known only by their requests. */
export const GATES_MAX = 32;
/**
 * L2: passes out of one holder, each bound to another browser. A request may show a binding that it has made up itself, and
 * every pass is kept until it is over: nobody has so many browsers.
 */
export const PASSES_MAX = 256;
/** CRM sessions remembered for a holder, newest last. */
export const SESSIONS_MAX = 16;
/** Closed document ids remembered for a client, so that a late heartbeat cannot revive them (P3). */
export const CLOSED_TABS_MAX = 64;
/** Lengths of leases remembered for estimates. */
export const LENGTHS_MAX = 50;
/** L16: a holder who was asked for the seat is not asked again for this long. */
export const NUDGE_QUIET_MS = 15 * MINUTE_MS;
/** How long an ended lease is remembered, so that pages left open do not take it back (L8). */
export const ABSENCE_KEPT_MS = 7 * DAY_MS;

/** One browser's extension. Soft: clients restate themselves. */
export interface Client {
  session: SessionKey;
  heardAt: number;
  seq: number;
  tabs: Set<TabId>;
  closed: TabId[];
  /** When its last tab closed; null while one is open. */
  closingAt: number | null;
}

/** A browser known only by its requests through the gate (G8). */
export interface GateClient {
  heardAt: number;
}

/** Passes out, by the binding they are bound to. */
export interface Passes {
  byBinding: Map<BindingId, Pass>;
}

export interface Pass {
  session: SessionKey;
  /** When the seat could be free of all of this binding. */
  until: number;
  /** When the newest was issued. What it follows from cannot tell: the operator changes how long a pass lives. */
  issuedAt: number;
}

export interface Lease {
  person: Person;
  /** Not counted: support, exempt people, and people with a licence of their own. */
  exempt: boolean;
  /** L14: by a licence of the person's own. */
  named: boolean;
  grantedAt: number;
  activeAt: number;
  /** After a loss of memory: activity is taken to be at least here until a client states its own. */
  assumedActiveAt: number;
  sessions: SessionKey[];
  clients: Map<ClientId, Client>;
  gates: Map<SessionKey, GateClient>;
  passes: Passes;
  clientKind: string;
  /** L16: somebody waits and asks for the seat; null: nobody does. `recalled` (L29): it is lent, and goes back. */
  nudge: { askedAt: number; until: number; by: string | null; recalled?: boolean } | null;
  /** L16: a holder who was asked is left in peace until then. */
  quietUntil: number;
  /** L24, L28: there was no seat by the limit, and there is none yet; null: the seat is one of the limit's. */
  over: Over | null;
  /** Grows with every change that must be written before anything else happens: all but mere times (presence.ts). */
  shape: number;
}

/**
 * The seat of an ended lease whose passes are still out (L9). One that was not counted is remembered for its passes.
 */
export interface Drain {
  exempt: boolean;
  /** L24, L28: the seat was none of the limit's. */
  over: OverVia | null;
  /** L24: passes of a page that goes on without a seat while the tenant only observes. */
  resting?: boolean;
  passes: Passes;
}

/**
 * R1: an episode tells the audit of repeated attempts at most this often, in ms: one row a minute, however often a page
 * asks.
 */
export const DENIAL_TOLD_EVERY_MS = MINUTE_MS;

export interface Denial {
  id: DenialId;
  openedAt: number;
  lastAt: number;
  attempts: number;
  /** When the audit was last told of an attempt; missing in what an earlier version stored. */
  toldAt?: number;
  reason: DenialReason;
  clientKind: string;
  limit: number;
  inUse: number;
}

/**
 * How a lease ended. `byId`: whose name `by` is; left out: the person's own, nobody's, or an earlier version stored it.
 * `handedTo`: whom the seat was given to (L32). `heldMs`: how long it lasted, for estimates (L15); missing in what an
 * earlier version stored.
 */
export interface Ended {
  cause: EndingCause;
  at: number;
  by: string | null;
  byId?: HolderId;
  note: string | null;
  handedTo?: Assigned;
  heldMs?: number;
}

/** What is remembered of a person without a lease. */
export interface Absence {
  person: Person;
  since: number;
  ended: Ended | null;
  /** CRM sessions whose pages' own requests do not claim (L8). */
  sessions: SessionKey[];
  /** The open denial episode: the person has asked by an act and was refused. */
  denial: Denial | null;
  /** L16: when the person last asked a holder for a seat, while in a line that they have left; left out: never. */
  nudgedAt?: number;
}

export interface Waiting {
  since: number;
  /** `since` less the head start of the person's priority: the order of the line. */
  rank: number;
  /** Number of joining, where ranks are equal. */
  order: number;
  heardAt: number;
  offeredUntil: number | null;
  /** L24, L28: the offer is of a seat beyond the limit. */
  over: OverVia | null;
  /** L32: who has given this person their seat, which is not free yet; null: nobody. */
  givenBy: HolderId | null;
  /** L16: when the person last asked a holder for a seat. */
  nudgedAt: number | null;
  /** L16: whom, and until when that person may answer; null: nobody was asked. */
  asked: { holder: HolderId; until: number } | null;
}

export interface Ledger {
  /** The operator may change it under way. */
  timing: Timing;
  readonly idleTimeoutMinMs: number;
  readonly idleTimeoutMaxMs: number;
  settings: Settings;
  /** What of the settings holds since the last turn of the schedule. */
  effective: Effective;
  /** ms: when that was. */
  turnedAt: number;
  leases: Map<HolderId, Lease>;
  drains: Map<HolderId, Drain>;
  absences: Map<HolderId, Absence>;
  /** In order of joining. */
  line: Map<HolderId, Waiting>;
  /** Counted holders that occupy a seat: leases, drains and offers, kept by `evolve`. */
  inUse: number;
  /** L24, L28: those who work beyond the limit, counted apart; by an overdraft alone. */
  over: number;
  overdrawn: number;
  /** L28: what the overdraft has cost this month. */
  overdraft: OverdraftMeter;
  /** L14: people with a lease by a licence of their own, kept by `evolve`. */
  own: number;
  /** People counted within the limit, by membership in pools (L17). */
  counts: Map<number, number>;
  /** How many ever joined the line. */
  joined: number;
  /** How long the latest leases lasted, in ms, newest last: for estimates (L15). */
  lengths: number[];
  /** When each person's allowance of acts is whole again, ms (allowance.ts). */
  acts: Map<HolderId, number>;
  /** A new one with every load from storage, so that denial ids never repeat. */
  readonly epoch: number;
  lastDenial: number;
  /** The latest moment seen; time never runs backwards (L18). */
  lastAt: number;
  /** When something may be due. Derived, like `lineIndex`: not part of the state proper. */
  readonly deadlines: DeadlineHeap;
  readonly lineIndex: LineIndex;
  /** L29: holders whose seat is asked back, the first standing first. Derived from the leases. */
  readonly recalled: Set<HolderId>;
  /** L32: people in line to whom a holder has given a seat, the first standing first. Derived from the line. */
  readonly promised: Set<HolderId>;
  /** L32: people in line who have given their last seat away. Derived from the line. */
  readonly givers: Set<HolderId>;
  /** L24, L28: leases beyond the limit, in the order in which seats are handed on to them. */
  readonly overIndex: LineIndex;
}

export interface LedgerOptions {
  timing: Timing;
  idleTimeoutMinMs: number;
  idleTimeoutMaxMs: number;
  settings: Settings;
  epoch: number;
}

/** A ledger without anybody at `now` (ms). */
export function createLedger(options: LedgerOptions, now = 0): Ledger {
  const ledger: Ledger = {
    timing: options.timing,
    idleTimeoutMinMs: options.idleTimeoutMinMs,
    idleTimeoutMaxMs: options.idleTimeoutMaxMs,
    settings: { ...options.settings },
    effective: effectiveAt(options.settings, now),
    turnedAt: now,
    leases: new Map(),
    drains: new Map(),
    absences: new Map(),
    line: new Map(),
    inUse: 0,
    over: 0,
    overdrawn: 0,
    overdraft: { usedMs: 0, at: now },
    own: 0,
    counts: new Map(),
    joined: 0,
    lengths: [],
    acts: new Map(),
    epoch: options.epoch,
    lastDenial: 0,
    lastAt: 0,
    deadlines: new DeadlineHeap(),
    lineIndex: new LineIndex(),
    recalled: new Set(),
    promised: new Set(),
    givers: new Set(),
    overIndex: new LineIndex(),
  };
  const turn = ledger.effective.nextTurnAt;
  if (turn !== null) ledger.deadlines.ensure("schedule", SCHEDULE, turn);
  return ledger;
}

/** The schedule's key in the heap: it belongs to no holder. */
export const SCHEDULE = "" as HolderId;

export const noPasses = (): Passes => ({ byBinding: new Map() });

/** Until when the seat is taken by passes; 0 when none is out. */
export function passesUntil(passes: Passes): number {
  let until = 0;
  for (const pass of passes.byBinding.values()) until = Math.max(until, pass.until);
  return until;
}

/** Passes of the holder, on the lease or on its drain. */
export function passesOf(ledger: Ledger, holder: HolderId): Passes | null {
  return ledger.leases.get(holder)?.passes ?? ledger.drains.get(holder)?.passes ?? null;
}

/** Adds to a short list of remembered values; the oldest is dropped first. */
export function remember<T>(list: readonly T[], value: T, most: number): T[] {
  return list.includes(value) ? [...list] : [...list, value].slice(-most);
}
