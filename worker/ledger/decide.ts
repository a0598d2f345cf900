/** What a command leads to: events and an answer. Reads the ledger, never changes it. */
import { DENIALS, type DenialReason, REASON_AFTER } from "../../shared/denial.ts";
import {
  type ClientId,
  type DenialId,
  type HolderId,
  isOfEnded,
  type SessionKey,
  type TabId,
} from "../../shared/ids.ts";
import { allowedInMs } from "./allowance.ts";
import type { Act, Command, Denied, Outcome } from "./command.ts";
import { decideAnswer, decideNudge } from "./decide-nudge.ts";
import {
  decideIdleTimeout,
  decideLimit,
  decideRecords,
  decideSettings,
  refuse,
  refuseChange,
} from "./decide-settings.ts";
import { type Decision, DONE, LET_GO, nothing, type Of } from "./decision.ts";
import type { Event } from "./event.ts";
import { presentClient, presentClients, presentGates } from "./gone.ts";
import { handBack } from "./hand-back.ts";
import { judge, judgeAgain, judgeDrain } from "./judge.ts";
import { type Absence, DENIAL_TOLD_EVERY_MS, type Lease, type Ledger } from "./ledger.ts";
import { mayAdminister, type Person } from "./person.ts";
import { hasReservedRoom, membershipOf, noRoom, priorityOf } from "./pools.ts";
import { HEAD_START_MS, othersFirst, positionOf } from "./queue.ts";

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
      return { events: handBack(ledger, command, now), outcome: DONE };
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
    case "change_settings":
      return decideSettings(ledger, command, now);
    case "report_records":
      return decideRecords(ledger, command, now);
    case "nudge":
      return decideNudge(ledger, command.holder, now);
    case "answer_nudge":
      return decideAnswer(ledger, command, now);
    case "check": {
      const reason = ledger.leases.has(command.person.id) ? null : reasonAgainst(ledger, command.person, false);
      return {
        events: [],
        outcome: {
          type: "checked",
          pass: reason === null,
          denied: reason === null ? null : deniedOf(ledger, command.person.id, reason, now),
        },
      };
    }
    case "forget":
      return decideForget(ledger, command.holder, now);
    case "stay": {
      const { holder, session, active } = command;
      if (!ledger.leases.has(holder)) return nothing();
      return { events: [{ type: "gate_seen", at: now, holder, session, active, by: "stream" }], outcome: DONE };
    }
    case "tick":
      return nothing();
  }
}

function decideClaim(ledger: Ledger, command: Of<"claim">, now: number): Decision {
  const { person, session } = command;
  const holder = person.id;
  const lease = ledger.leases.get(holder);
  if (lease !== undefined) {
    const events: Event[] = command.isRemembered === true ? [] : judgeAgain(ledger, holder, lease, person, now);
    const exempt = events.length > 0 ? judge(ledger, person).exempt : lease.exempt;
    if (!lease.sessions.includes(session)) events.push({ type: "session_joined", at: now, holder, session });
    return admit(ledger, command, exempt, events, now);
  }
  const { named, exempt } = judge(ledger, person);
  const absence = ledger.absences.get(holder);
  const waiting = ledger.line.get(holder);
  const offered = waiting !== undefined && waiting.offeredUntil !== null;
  if (!exempt && !offered) {
    const drain = judgeDrain(ledger, person, now);
    if (absence !== undefined && !mayClaim(absence, command.act, session)) {
      return { events: drain, outcome: denied(ledger, holder, reasonOf(absence), now) };
    }
    const reason = reasonAgainst(ledger, person, command.reservedOnly === true);
    if (reason !== null) {
      const { events, outcome } = deny(ledger, command, reason, now);
      return { events: [...drain, ...events], outcome };
    }
  }
  // An offered seat was waited for, and joining the line has its own price.
  if (!offered && allowedInMs(ledger, holder, now) > 0) {
    return { events: [], outcome: denied(ledger, holder, "too_often", now) };
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
      attempts: denial.attempts,
    });
  }
  events.push({
    type: "seat_granted",
    at: now,
    holder,
    person,
    session,
    exempt,
    named,
    clientKind: command.clientKind,
  });
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

/** L2: why the person cannot be seated now; null when a seat is there for them. */
export function reasonAgainst(ledger: Ledger, person: Person, reservedOnly: boolean): DenialReason | null {
  if (judge(ledger, person).exempt) return null;
  const offered = ledger.line.get(person.id)?.offeredUntil ?? null;
  if (offered !== null) return null;
  const others = othersFirst(ledger, person.id);
  // L9: the holder's own draining seat is theirs, unless somebody waits for it.
  if (ledger.drains.get(person.id)?.exempt === false) return others ? "others_waiting" : null;
  const membership = membershipOf(ledger, person);
  // Where there is room for the person, nobody in line could have taken it: it would be offered already (L15).
  const reason = noRoom(ledger, membership);
  return reason === null && reservedOnly && !hasReservedRoom(ledger, membership) ? "limit_reached" : reason;
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
      by: act === "background" ? "request" : "navigation",
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
          limit: ledger.effective.limit,
          inUse: ledger.inUse,
        }
      : now - (open.toldAt ?? 0) < DENIAL_TOLD_EVERY_MS
        ? { type: "denial_counted", at: now, holder, session, reason }
        : { type: "denial_repeated", at: now, holder, id: open.id, session, reason, attempts: open.attempts + 1 };
  return { events: [event], outcome: denied(ledger, holder, reason, now) };
}

const denied = (ledger: Ledger, holder: HolderId, reason: DenialReason, now: number): Outcome => ({
  type: "denied",
  denied: deniedOf(ledger, holder, reason, now),
});

function deniedOf(ledger: Ledger, holder: HolderId, reason: DenialReason, now: number): Denied {
  const ended = ledger.absences.get(holder)?.ended ?? null;
  return {
    reason,
    limit: ledger.effective.limit,
    inUse: ledger.inUse,
    position: positionOf(ledger, holder),
    ended: ended === null ? null : { cause: ended.cause, ageMs: now - ended.at, by: ended.by, note: ended.note },
  };
}

function decideHeartbeat(ledger: Ledger, command: Of<"heartbeat">, now: number): Decision {
  const { holder, session, beat } = command;
  const lease = ledger.leases.get(holder);
  // L8: presence alone never brings a seat back.
  if (lease === undefined) return { events: [], outcome: LET_GO };
  // P3: late and doubled ones are ignored; a client that says nothing of itself and is not known, or gone, is none.
  const known = lease.clients.get(beat.client);
  if (known !== undefined && beat.seq <= known.seq) return nothing();
  if (beat.tabs.length === 0 && presentClient(ledger, lease, beat.client, now) === undefined) return nothing();
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
  const isLast = beat.tabs.length === 0 && !sharesBrowser(ledger, lease, session, beat.client, now);
  return { events, outcome: isLast ? LET_GO : DONE };
}

/** Whether another client with open tabs uses the same CRM session, and so the same pass cookie. */
function sharesBrowser(ledger: Ledger, lease: Lease, session: SessionKey, client: ClientId, now: number): boolean {
  return presentClients(ledger, lease, now).some(
    ([id, other]) => id !== client && other.session === session && other.tabs.size > 0,
  );
}

function decideCloseTab(ledger: Ledger, command: Of<"close_tab">, now: number): Decision {
  const { holder, client, tab } = command;
  const lease = ledger.leases.get(holder);
  if (lease === undefined) return { events: [], outcome: LET_GO };
  const known = lease.clients.get(client);
  if (known === undefined) return nothing();
  const events: Event[] = [{ type: "tab_closed", at: now, holder, client, tab }];
  const last = known.tabs.size === 0 || (known.tabs.size === 1 && known.tabs.has(tab));
  return { events, outcome: last && !sharesBrowser(ledger, lease, known.session, client, now) ? LET_GO : DONE };
}

function decideRelease(ledger: Ledger, command: Of<"release">, now: number): Decision {
  const { holder, client, tab } = command;
  const lease = ledger.leases.get(holder);
  if (lease === undefined) return { events: [], outcome: LET_GO };
  const events: Event[] = [];
  if (tab !== null) {
    if (client !== null && lease.clients.has(client)) events.push({ type: "tab_closed", at: now, holder, client, tab });
    if (isUsedBeside(ledger, lease, client, tab, now)) return { events, outcome: DONE };
  }
  events.push({ type: "lease_ended", at: now, holder, cause: "released", by: lease.person.name, note: null });
  return { events, outcome: LET_GO };
}

/** Whether another tab, or a browser without the extension, uses the seat beside this tab. */
function isUsedBeside(ledger: Ledger, lease: Lease, id: ClientId | null, tab: TabId, now: number): boolean {
  const session = id === null ? undefined : lease.clients.get(id)?.session;
  if (presentGates(ledger, lease, now).some((other) => other !== session)) return true;
  return presentClients(ledger, lease, now).some(([, { tabs }]) => tabs.size > (tabs.has(tab) ? 1 : 0));
}

function decideSignOut(ledger: Ledger, command: Of<"sign_out">, now: number): Decision {
  const { holder, session } = command;
  const lease = ledger.leases.get(holder);
  if (lease === undefined) {
    return ledger.line.has(holder)
      ? { events: [{ type: "line_left", at: now, holder, cause: "left" }], outcome: DONE }
      : nothing();
  }
  // L9: anybody's dead session beside somebody's identity is not that person's sign-out.
  const over = lease.sessions.filter((known) => isOfEnded(known, session));
  if (over.length === 0) return nothing();
  const events: Event[] = over.map((ended) => ({ type: "session_left", at: now, holder, session: ended }));
  const elsewhere =
    presentClients(ledger, lease, now).some(
      ([, client]) => !isOfEnded(client.session, session) && client.tabs.size > 0,
    ) || presentGates(ledger, lease, now).some((other) => !isOfEnded(other, session));
  if (!elsewhere) events.push({ type: "lease_ended", at: now, holder, cause: "signed_out", by: null, note: null });
  return { events, outcome: DONE };
}

/** Only what nobody needs: who has a seat, drains, waits or was just refused is remembered. */
function decideForget(ledger: Ledger, holder: HolderId, now: number): Decision {
  const absence = ledger.absences.get(holder);
  if (absence === undefined || absence.denial !== null || ledger.drains.has(holder) || ledger.line.has(holder))
    return nothing();
  return { events: [{ type: "absence_forgotten", at: now, holder }], outcome: DONE };
}

function decideWait(ledger: Ledger, holder: HolderId, now: number): Decision {
  if (ledger.leases.has(holder)) return nothing();
  if (ledger.line.has(holder)) return { events: [{ type: "waiter_heard", at: now, holder }], outcome: DONE };
  // L15: the line is for those who asked by an act and were refused, for a reason that waiting can end.
  const absence = ledger.absences.get(holder);
  if (absence?.denial == null || !DENIALS[absence.denial.reason].waits) return nothing();
  if (allowedInMs(ledger, holder, now) > 0) return nothing();
  const priority = priorityOf(ledger.effective, membershipOf(ledger, absence.person));
  return { events: [{ type: "line_joined", at: now, holder, rank: now - priority * HEAD_START_MS }], outcome: DONE };
}

function decideEvict(ledger: Ledger, command: Of<"evict">, now: number): Decision {
  const { actor, holder, note } = command;
  if (!mayAdminister(actor.role)) {
    return refuseChange(
      ledger,
      actor,
      `free the licence of ${holder}`,
      "Only licence managers, admins and support free licences.",
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
