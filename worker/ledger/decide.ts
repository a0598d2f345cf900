/** What a command leads to: events and an answer. Reads the ledger, never changes it. */
import { type DenialReason, REASON_AFTER } from "../../shared/denial.ts";
import type { DenialId, HolderId, SessionKey, TabId } from "../../shared/ids.ts";
import type { Problem } from "../../shared/problem.ts";
import { LIMIT_MAX } from "../../shared/timing.ts";
import type { Act, Command, Denied, HandedBack, Outcome } from "./command.ts";
import type { Event } from "./event.ts";
import { passesOf } from "./evolve.ts";
import type { Absence, Lease, Ledger } from "./ledger.ts";
import { freeSeats } from "./occupancy.ts";
import { isExempt, mayAdminister, mayLower, type Person } from "./person.ts";
import { headOfLine, positionOf } from "./queue.ts";

export interface Decision {
  events: Event[];
  outcome: Outcome;
}

type Of<T extends Command["type"]> = Extract<Command, { type: T }>;

const DONE: Outcome = { type: "done" };
const nothing = (): Decision => ({ events: [], outcome: DONE });

/** Decides `command` at `now` (ms of the tenant's clock). Everything due has been ended before (L3). */
export function decide(ledger: Ledger, command: Command, now: number): Decision {
  switch (command.type) {
    case "claim":
      return decideClaim(ledger, command, now);
    case "heartbeat":
      return decideHeartbeat(ledger, command, now);
    case "close_tab":
      return decideCloseTab(ledger, command, now);
    case "release":
      return decideRelease(ledger, command, now);
    case "hand_back":
      return { events: handBack(ledger, command.holder, command.handedBack, now), outcome: DONE };
    case "sign_out":
      return decideSignOut(ledger, command, now);
    case "wait":
      return decideWait(ledger, command.holder, now);
    case "leave_line":
      return ledger.line.has(command.holder)
        ? { events: [{ type: "line_left", at: now, holder: command.holder, cause: "left" }], outcome: DONE }
        : nothing();
    case "evict":
      return decideEvict(ledger, command, now);
    case "set_limit":
      return decideLimit(ledger, command, now);
    case "set_idle_timeout":
      return decideIdleTimeout(ledger, command, now);
    case "tick":
      return nothing();
  }
}

function decideClaim(ledger: Ledger, command: Of<"claim">, now: number): Decision {
  const { person, session } = command;
  const holder = person.id;
  const lease = ledger.leases.get(holder);
  if (lease !== undefined) {
    const joined: Event[] = lease.sessions.includes(session)
      ? []
      : [{ type: "session_joined", at: now, holder, session }];
    return admit(ledger, command, lease.exempt, joined, now);
  }
  const exempt = isExempt(person);
  const absence = ledger.absences.get(holder);
  const waiting = ledger.line.get(holder);
  const offered = waiting !== undefined && waiting.offeredUntil !== null;
  if (!exempt && !offered) {
    if (absence !== undefined && !mayClaim(absence, command.act, session)) {
      return { events: [], outcome: denied(ledger, holder, reasonOf(absence), now) };
    }
    const reason = reasonAgainst(ledger, holder);
    if (reason !== null) return deny(ledger, command, reason, now);
  }
  const denial = absence?.denial ?? null;
  const events: Event[] = [];
  if (denial !== null) {
    events.push({
      type: "denial_closed",
      at: now,
      holder,
      id: denial.id,
      outcome: "seated",
      waitedMs: now - denial.openedAt,
    });
  }
  events.push({ type: "seat_granted", at: now, holder, person, session, exempt, clientKind: command.clientKind });
  return admit(ledger, command, exempt, events, now);
}

/** L8: whether this act may bring a seat back to somebody who has none. */
function mayClaim(absence: Absence, act: Act, session: SessionKey): boolean {
  const asked = absence.denial !== null;
  const cause = absence.ended?.cause ?? null;
  switch (act) {
    case "navigation":
    case "button":
      return true;
    case "activity":
      return asked || (cause !== "released" && cause !== "evicted");
    case "reload":
      return asked || (cause !== "released" && cause !== "evicted" && cause !== "idle");
    case "background":
      return !absence.sessions.includes(session);
  }
}

/** What a request is told that may not claim. */
export function reasonOf(absence: Absence): DenialReason {
  if (absence.denial !== null) return absence.denial.reason;
  return absence.ended === null ? "ask_again" : REASON_AFTER[absence.ended.cause];
}

/** L2: why the holder cannot be seated now; null when a seat is there for them. */
function reasonAgainst(ledger: Ledger, holder: HolderId): DenialReason | null {
  const head = headOfLine(ledger);
  const others = head !== null && head !== holder;
  // L9: the holder's own draining seat is theirs, unless somebody waits for it.
  if (ledger.drains.has(holder)) return others ? "others_waiting" : null;
  return freeSeats(ledger) <= 0 ? "limit_reached" : others ? "others_waiting" : null;
}

/** Grants a pass beside the events that lead to it. */
function admit(ledger: Ledger, command: Of<"claim">, exempt: boolean, events: Event[], now: number): Decision {
  const { session, jar, act } = command;
  const holder = command.person.id;
  const until = now + ledger.timing.passLifeMs;
  if (act === "navigation" || act === "reload" || act === "background") {
    events.push({
      type: "gate_seen",
      at: now,
      holder,
      session,
      active: command.active,
      navigation: act !== "background",
    });
  }
  events.push({ type: "pass_issued", at: now, holder, session, jar, until });
  return {
    events,
    outcome: { type: "granted", pass: { until: until - ledger.timing.clockSkewMs }, exempt },
  };
}

/** R1: a refusal that a person caused opens a denial episode, or is one more attempt of it. */
function deny(ledger: Ledger, command: Of<"claim">, reason: DenialReason, now: number): Decision {
  const { person, session, clientKind } = command;
  const holder = person.id;
  const open = ledger.absences.get(holder)?.denial ?? null;
  // A refusal page that refreshes itself (no JavaScript) is one long wish, not an attempt every few seconds.
  if (open !== null && command.act === "reload" && now - open.lastAt < ledger.timing.denialGapMs / 2) {
    return { events: [], outcome: denied(ledger, holder, reason, now) };
  }
  const event: Event =
    open === null
      ? {
          type: "denial_opened",
          at: now,
          holder,
          id: `${ledger.epoch}-${ledger.lastDenial + 1}` as DenialId,
          person,
          session,
          reason,
          clientKind,
          limit: ledger.settings.limit,
          inUse: ledger.inUse,
        }
      : { type: "denial_repeated", at: now, holder, id: open.id, session, reason };
  return { events: [event], outcome: denied(ledger, holder, reason, now) };
}

function denied(ledger: Ledger, holder: HolderId, reason: DenialReason, now: number): Outcome {
  const ended = ledger.absences.get(holder)?.ended ?? null;
  const answer: Denied = {
    reason,
    limit: ledger.settings.limit,
    inUse: ledger.inUse,
    position: positionOf(ledger, holder),
    ended: ended === null ? null : { cause: ended.cause, ageMs: now - ended.at, by: ended.by, note: ended.note },
  };
  return { type: "denied", denied: answer };
}

function decideHeartbeat(ledger: Ledger, command: Of<"heartbeat">, now: number): Decision {
  const { holder, session, beat, handedBack } = command;
  const lease = ledger.leases.get(holder);
  // L8: presence alone never brings a seat back. What was handed back counts all the same.
  if (lease === undefined) {
    return { events: beat.tabs.length === 0 ? handBack(ledger, holder, handedBack, now) : [], outcome: DONE };
  }
  const known = lease.clients.get(beat.client);
  // P3: late and doubled ones are ignored; a client that says nothing of itself and is not known is none.
  if (known === undefined ? beat.tabs.length === 0 : beat.seq <= known.seq) return nothing();
  let youngestMs: number | null = null;
  for (const tab of beat.tabs) {
    if (tab.activeAgeMs !== null && (youngestMs === null || tab.activeAgeMs < youngestMs)) youngestMs = tab.activeAgeMs;
  }
  const events: Event[] = [
    {
      type: "client_heard",
      at: now,
      holder,
      client: beat.client,
      session,
      seq: beat.seq,
      tabs: beat.tabs.map((tab) => tab.id),
      activeAt: youngestMs === null ? null : now - youngestMs,
    },
  ];
  if (beat.tabs.length === 0 && !sharesBrowser(lease, session, beat.client)) {
    events.push(...handBack(ledger, holder, handedBack, now));
  }
  return { events, outcome: DONE };
}

/** Whether another client with open tabs uses the same CRM session, and so the same pass cookie. */
function sharesBrowser(lease: Lease, session: SessionKey, client: string): boolean {
  for (const [id, other] of lease.clients) {
    if (id !== client && other.session === session && other.tabs.size > 0) return true;
  }
  return false;
}

function decideCloseTab(ledger: Ledger, command: Of<"close_tab">, now: number): Decision {
  const { holder, client, tab, handedBack } = command;
  const lease = ledger.leases.get(holder);
  if (lease === undefined) return { events: handBack(ledger, holder, handedBack, now), outcome: DONE };
  const known = lease.clients.get(client);
  if (known === undefined) return nothing();
  const events: Event[] = [{ type: "tab_closed", at: now, holder, client, tab }];
  const last = known.tabs.size === 0 || (known.tabs.size === 1 && known.tabs.has(tab));
  if (last && !sharesBrowser(lease, known.session, client)) events.push(...handBack(ledger, holder, handedBack, now));
  return { events, outcome: DONE };
}

function decideRelease(ledger: Ledger, command: Of<"release">, now: number): Decision {
  const { holder, client, tab, handedBack } = command;
  const lease = ledger.leases.get(holder);
  if (lease === undefined) return { events: handBack(ledger, holder, handedBack, now), outcome: DONE };
  const events: Event[] = [];
  if (tab !== null) {
    if (client !== null && lease.clients.has(client)) events.push({ type: "tab_closed", at: now, holder, client, tab });
    if (hasOtherTab(lease, tab)) return { events, outcome: DONE };
  }
  events.push(...handBack(ledger, holder, handedBack, now));
  events.push({ type: "lease_ended", at: now, holder, cause: "released", by: lease.person.name, note: null });
  return { events, outcome: DONE };
}

function hasOtherTab(lease: Lease, tab: TabId): boolean {
  for (const client of lease.clients.values()) {
    for (const other of client.tabs) if (other !== tab) return true;
  }
  return false;
}

/** L9: takes back every pass of one jar. In a drain the last one frees the seat. */
function handBack(ledger: Ledger, holder: HolderId, jar: HandedBack, now: number): Event[] {
  const passes = passesOf(ledger, holder);
  if (jar === null || passes === null || !passes.byJar.has(jar)) return [];
  const events: Event[] = [{ type: "pass_handed_back", at: now, holder, jar }];
  if (ledger.drains.has(holder)) {
    let until = passes.unknownUntil;
    for (const [other, pass] of passes.byJar) if (other !== jar) until = Math.max(until, pass.until);
    if (until <= now) events.push({ type: "drain_ended", at: now, holder });
  }
  return events;
}

function decideSignOut(ledger: Ledger, command: Of<"sign_out">, now: number): Decision {
  const { holder, session } = command;
  const lease = ledger.leases.get(holder);
  if (lease === undefined) {
    return ledger.line.has(holder)
      ? { events: [{ type: "line_left", at: now, holder, cause: "left" }], outcome: DONE }
      : nothing();
  }
  const events: Event[] = [{ type: "session_left", at: now, holder, session }];
  const elsewhere =
    [...lease.clients.values()].some((client) => client.session !== session && client.tabs.size > 0) ||
    [...lease.gates.keys()].some((other) => other !== session);
  if (!elsewhere) events.push({ type: "lease_ended", at: now, holder, cause: "signed_out", by: null, note: null });
  return { events, outcome: DONE };
}

function decideWait(ledger: Ledger, holder: HolderId, now: number): Decision {
  if (ledger.leases.has(holder)) return nothing();
  if (ledger.line.has(holder)) return { events: [{ type: "waiter_heard", at: now, holder }], outcome: DONE };
  // L15: the line is for those who asked by an act and were refused.
  if (ledger.absences.get(holder)?.denial == null) return nothing();
  return { events: [{ type: "line_joined", at: now, holder }], outcome: DONE };
}

const actorOf = (person: Person) => ({ id: person.id, name: person.name, role: person.role });

/** L10: refuses for want of rights, and leaves a trace. */
function refuseChange(actor: Person, change: string, reason: string, now: number): Decision {
  return {
    events: [{ type: "change_refused", at: now, holder: actor.id, actor: actorOf(actor), change, reason }],
    outcome: { type: "refused", problem: { code: "forbidden", detail: reason } },
  };
}

const refuse = (problem: Problem): Decision => ({ events: [], outcome: { type: "refused", problem } });

function decideEvict(ledger: Ledger, command: Of<"evict">, now: number): Decision {
  const { actor, holder, note } = command;
  if (!mayAdminister(actor.role)) {
    return refuseChange(
      actor,
      `free the seat of ${holder}`,
      "Only licence managers, admins and support free seats.",
      now,
    );
  }
  if (!ledger.leases.has(holder)) {
    return refuse({ code: "not_found", detail: "This person has no licence in use any more.", field: "holder" });
  }
  return {
    events: [{ type: "lease_ended", at: now, holder, cause: "evicted", by: actor.name, note }],
    outcome: DONE,
  };
}

function stale(ledger: Ledger): Decision {
  const { limit, idleTimeoutMs } = ledger.settings;
  return refuse({
    code: "stale",
    field: "version",
    detail: `Somebody changed the settings in the meantime: the limit is ${limit} and the idle time-out ${idleTimeoutMs / 60_000} minutes now. Look at them and try again.`,
  });
}

function decideLimit(ledger: Ledger, command: Of<"set_limit">, now: number): Decision {
  const { actor, limit, version } = command;
  const from = ledger.settings.limit;
  const change = `set the limit from ${from} to ${limit}`;
  if (!mayAdminister(actor.role)) {
    return refuseChange(actor, change, "Only licence managers, admins and support change the limit.", now);
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX) {
    return refuse({
      code: "out_of_range",
      field: "limit",
      detail: `The limit is a whole number from 1 to ${LIMIT_MAX}, not ${limit}.`,
    });
  }
  if (limit < from && !mayLower(actor.role)) {
    return refuseChange(
      actor,
      change,
      `Only support lowers the limit. It stays at ${from}; ask support to lower it to ${limit}. This attempt is recorded.`,
      now,
    );
  }
  if (version !== ledger.settings.version) return stale(ledger);
  if (limit === from) return nothing();
  return {
    events: [{ type: "limit_changed", at: now, holder: actor.id, actor: actorOf(actor), from, to: limit }],
    outcome: DONE,
  };
}

function decideIdleTimeout(ledger: Ledger, command: Of<"set_idle_timeout">, now: number): Decision {
  const { actor, idleTimeoutMs, version } = command;
  const { idleTimeoutMinMs: low, idleTimeoutMaxMs: high } = ledger;
  const minutes = (ms: number) => Math.round((ms / 60_000) * 100) / 100;
  if (!mayAdminister(actor.role)) {
    const reason = "Only licence managers, admins and support change the idle time-out.";
    return refuseChange(actor, `set the idle time-out to ${minutes(idleTimeoutMs)} minutes`, reason, now);
  }
  if (!Number.isInteger(idleTimeoutMs) || idleTimeoutMs < low || idleTimeoutMs > high) {
    return refuse({
      code: "out_of_range",
      field: "idleTimeoutMinutes",
      detail: `The idle time-out is from ${minutes(low)} to ${minutes(high)} minutes, not ${minutes(idleTimeoutMs)}.`,
    });
  }
  if (version !== ledger.settings.version) return stale(ledger);
  const from = ledger.settings.idleTimeoutMs;
  if (idleTimeoutMs === from) return nothing();
  return {
    events: [
      { type: "idle_timeout_changed", at: now, holder: actor.id, actor: actorOf(actor), from, to: idleTimeoutMs },
    ],
    outcome: DONE,
  };
}
