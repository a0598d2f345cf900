/** L2, L8: somebody wants a seat. */
import type { DenialReason } from "../../../shared/denial.ts";
import type { DenialId, SessionKey } from "../../../shared/ids.ts";
import { allowedInMs } from "../allocation/allowance.ts";
import { judge, judgeAgain, judgeDrain } from "../allocation/judge.ts";
import { isObserving, overFor } from "../allocation/overdraft.ts";
import { membershipOf } from "../allocation/pools.ts";
import { isShutOut } from "../closing.ts";
import type { Act } from "../command.ts";
import { reasonAgainst, reasonFor } from "../eligibility.ts";
import type { Event } from "../event.ts";
import { fullnessOf } from "../fullness.ts";
import { type Absence, DENIAL_TOLD_EVERY_MS, type Lease, type Ledger, PASSES_MAX, passesOf } from "../ledger.ts";
import type { OverGrant, OverVia } from "../over.ts";
import type { Decision, Of } from "./decision.ts";
import { denied } from "./denied.ts";

export function decideClaim(ledger: Ledger, command: Of<"claim">, now: number): Decision {
  const { person, session } = command;
  const holder = person.id;
  if (hasTooManyPasses(ledger, command, now)) {
    return { events: [], outcome: denied(ledger, holder, "too_often", now) };
  }
  const lease = ledger.leases.get(holder);
  if (lease !== undefined) return goOn(ledger, command, lease, now);
  if (isShutOut(ledger, person)) return shutOut(ledger, command, now);
  const { named, exempt } = judge(ledger, person);
  const absence = ledger.absences.get(holder);
  const waiting = ledger.line.get(holder);
  const offered = waiting !== undefined && waiting.offeredUntil !== null;
  const reservedOnly = command.reservedOnly === true;
  let over: OverGrant | null =
    offered && waiting.over !== null ? overGrant(ledger, "limit_reached", waiting.over) : null;
  if (!exempt && !offered) {
    const isAsked = absence === undefined || mayClaim(absence, command.act, session);
    if (!isAsked && isObserving(ledger)) return rest(ledger, command, now);
    const drain = judgeDrain(ledger, person, now);
    if (!isAsked) return { events: drain, outcome: denied(ledger, holder, reasonFor(ledger, absence), now) };
    const reason = reasonAgainst(ledger, person, reservedOnly);
    const membership = membershipOf(ledger, person);
    const by = reason === null ? null : overFor(ledger, { holder, membership, reason, reservedOnly }, now);
    if (reason !== null && by === null) {
      const { events, outcome } = deny(ledger, command, reason, now);
      return { events: [...drain, ...events], outcome };
    }
    if (reason !== null && by !== null) over = overGrant(ledger, reason, by);
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
    ...(over === null ? {} : { over }),
  });
  return admit(ledger, command, exempt, events, now);
}

/** L2: whether so many passes are out that another browser gets none. */
function hasTooManyPasses(ledger: Ledger, { person, binding }: Of<"claim">, now: number): boolean {
  const passes = passesOf(ledger, person.id)?.byBinding;
  if (passes === undefined || passes.size < PASSES_MAX || passes.has(binding)) return false;
  let out = 0;
  for (const { until } of passes.values()) if (until > now) out++;
  return out >= PASSES_MAX;
}

/** The person has a seat. */
function goOn(ledger: Ledger, command: Of<"claim">, lease: Lease, now: number): Decision {
  const { person, session } = command;
  const holder = person.id;
  const events: Event[] = command.isRemembered === true ? [] : judgeAgain(ledger, holder, lease, person, now);
  // L31: somebody who is support no more; the seat ends with this step.
  if (command.isRemembered !== true && isShutOut(ledger, person)) {
    return { events, outcome: denied(ledger, holder, "closed_for_maintenance", now) };
  }
  const exempt = events.length > 0 ? judge(ledger, person).exempt : lease.exempt;
  if (!lease.sessions.includes(session)) events.push({ type: "session_joined", at: now, holder, session });
  return admit(ledger, command, exempt, events, now);
}

/** L31: refused while the closing lasts; what a page asks by itself is no refusal of a person. */
function shutOut(ledger: Ledger, command: Of<"claim">, now: number): Decision {
  const { person, session, act } = command;
  const absence = ledger.absences.get(person.id);
  const drain = judgeDrain(ledger, person, now);
  if (absence !== undefined && !mayClaim(absence, act, session)) {
    return { events: drain, outcome: denied(ledger, person.id, "closed_for_maintenance", now) };
  }
  const { events, outcome } = deny(ledger, command, "closed_for_maintenance", now);
  return { events: [...drain, ...events], outcome };
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

/** L24: what somebody is let in by for whom there is no seat because of `reason`. */
const overGrant = (ledger: Ledger, reason: DenialReason, via: OverVia): OverGrant => ({
  via,
  reason,
  denial: via === "observing" ? nextDenialId(ledger) : null,
});

const nextDenialId = (ledger: Ledger): DenialId => `${ledger.epoch}-${ledger.lastDenial + 1}` as DenialId;

/** L24: a page of somebody without a seat goes on, and takes none. */
function rest(ledger: Ledger, { person, session, binding }: Of<"claim">, now: number): Decision {
  const until = now + ledger.timing.passLifeMs;
  return {
    events: [{ type: "pass_issued", at: now, holder: person.id, session, binding, until }],
    outcome: { type: "granted", pass: { until: until - ledger.timing.clockSkewMs }, exempt: false },
  };
}

/** Grants a pass beside the events that lead to it. */
function admit(ledger: Ledger, command: Of<"claim">, exempt: boolean, events: Event[], now: number): Decision {
  const { session, binding, act } = command;
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
  events.push({ type: "pass_issued", at: now, holder, session, binding, until });
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
          id: nextDenialId(ledger),
          person,
          session,
          reason,
          clientKind,
          limit: fullnessOf(ledger).limit,
          inUse: fullnessOf(ledger).inUse,
          ...(command.reservedOnly === true ? { reservedOnly: true as const } : {}),
        }
      : now - (open.toldAt ?? 0) < DENIAL_TOLD_EVERY_MS
        ? { type: "denial_counted", at: now, holder, session, reason }
        : { type: "denial_repeated", at: now, holder, id: open.id, session, reason, attempts: open.attempts + 1 };
  return { events: [event], outcome: denied(ledger, holder, reason, now) };
}
