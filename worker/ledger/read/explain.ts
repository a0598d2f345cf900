/** L19: why a person has a seat or none: the rule, the counts, and what would change it. */
import { DENIALS, type DenialReason } from "../../../shared/denial.ts";
import { allowedInMs } from "../allocation/allowance.ts";
import { countDraining } from "../allocation/occupancy.ts";
import { membershipOf } from "../allocation/pools.ts";
import { positionOf } from "../allocation/queue.ts";
import { reasonAgainst, reasonFor } from "../eligibility.ts";
import { fullnessOf } from "../fullness.ts";
import type { Ledger } from "../ledger.ts";
import type { Person } from "../person.ts";
import { type SmallestChange, smallestChange } from "./smallest-change.ts";

/** How things stand, as numbers; no person is named. */
export type WhyFact =
  | { fact: "in_use" | "named_in_use" | "people_at_work"; inUse: number; limit: number }
  | { fact: "free" | "reserved" | "draining" | "ahead"; count: number }
  | { fact: "nobody_ahead" };

/** What would let the person in. `pools`: their names. */
export type WayIn =
  | { way: "raise"; limit: number }
  | { way: "reservation_ends" | "pool_gives_back" | "pool_most"; pools: string[] }
  | {
      way:
        | "wait"
        | "given_back"
        | "ahead_seated"
        | "unreserved"
        | "reserved_given_back"
        | "more_reserved"
        | "assign"
        | "opens"
        | "wait_minute"
        | "go_on";
    };

export interface Explanation {
  /** null: the person has a seat, or would get one now. */
  reason: DenialReason | null;
  /** The rule of SPEC.md that decides. */
  rule: string;
  sentence: string;
  counts: {
    limit: number;
    inUse: number;
    free: number;
    reserved: number;
    waiting: number;
    draining: number;
    position: number | null;
  };
  /** What the person is told beside it, and what would let them in, the likeliest first. */
  facts: WhyFact[];
  ways: WayIn[];
  /** The ways as sentences in English. */
  wouldChange: string[];
  /** The smallest change of the settings that would; null: none does, or none is needed. */
  change: SmallestChange | null;
}

const RULES: Record<DenialReason, { rule: string; sentence: string }> = {
  limit_reached: { rule: "L2", sentence: "All licences are occupied, by leases, by passes still out, or by offers." },
  others_waiting: { rule: "L15", sentence: "The licence that comes free is for people who have waited longer." },
  reserved_for_others: {
    rule: "L17",
    sentence: "The licences that are free are reserved for groups of which the person is not.",
  },
  reserved_taken: { rule: "N1", sentence: "No licence that is reserved for the program is free." },
  no_seat: { rule: "L15", sentence: "A licence is held for the person, who has not taken it yet." },
  group_limit_reached: { rule: "L17", sentence: "As many of the person's group have a licence as may have one." },
  technical_cap: { rule: "L14", sentence: "As many people work as there technically can be." },
  not_assigned: { rule: "L14", sentence: "Licences belong to persons, and none is assigned to this one." },
  closed_for_maintenance: { rule: "L31", sentence: "A planned closing lasts, in which support alone is let in." },
  too_often: { rule: "L2", sentence: "The person has taken a licence very often in a short time." },
  seat_released: { rule: "L8", sentence: "The person released the licence, and has not asked for one since." },
  seat_idle: { rule: "L8", sentence: "The licence ended for want of activity, and the person has done nothing since." },
  seat_evicted: {
    rule: "L8",
    sentence: "The licence was freed by somebody else, and the person has not asked for one since.",
  },
  seat_ended: {
    rule: "L8",
    sentence: "The licence ended with its last browser, and the person has not asked for one since.",
  },
  ask_again: { rule: "L8", sentence: "The person was refused before, and has not asked again since." },
};

/** Explains how things stand for `person`; changes nothing. */
export function explainStanding(ledger: Ledger, person: Person): Explanation {
  const reserved = ledger.effective.pools.reduce((sum, pool) => sum + pool.reserved, 0);
  const { limit, inUse, free } = fullnessOf(ledger);
  const counts = {
    limit,
    inUse,
    free,
    reserved,
    waiting: ledger.lineIndex.size,
    draining: countDraining(ledger),
    position: positionOf(ledger, person.id),
  };
  const lease = ledger.leases.get(person.id);
  if (lease !== undefined) {
    const sentence = lease.named
      ? "The person has a licence of their own and is always let in."
      : lease.exempt
        ? "The person is exempt: never counted, never refused."
        : "The person has a licence.";
    return {
      reason: null,
      rule: lease.named ? "L14" : lease.exempt ? "L11" : "L1",
      sentence,
      counts,
      facts: [inUseOf(ledger)],
      ways: [],
      wouldChange: [],
      change: null,
    };
  }
  const tooOften = allowedInMs(ledger, person.id, ledger.lastAt) > 0 ? "too_often" : null;
  const against = reasonAgainst(ledger, person, false) ?? tooOften;
  const absence = ledger.absences.get(person.id);
  const reason = against ?? (absence === undefined || ledger.line.has(person.id) ? null : reasonFor(ledger, absence));
  if (reason === null || (against === null && absence?.denial)) {
    const sentence = "A licence is there for the person: going to any page takes it.";
    const facts = [inUseOf(ledger)];
    return {
      reason: null,
      rule: "L2",
      sentence,
      counts,
      facts,
      ways: [{ way: "go_on" }],
      wouldChange: [],
      change: null,
    };
  }
  const change =
    against === null || against === "too_often" || against === "closed_for_maintenance"
      ? null
      : smallestChange(ledger, person);
  const ways = waysIn(ledger, person, reason);
  const facts = factsOf(ledger, counts, reason);
  return { reason, ...RULES[reason], counts, facts, ways, wouldChange: ways.map(sayWay), change };
}

function inUseOf(ledger: Ledger): WhyFact {
  const { measure, inUse, limit } = fullnessOf(ledger);
  const fact = measure === "named" ? "named_in_use" : measure === "records" ? "people_at_work" : "in_use";
  return { fact, inUse, limit };
}

/** L27: only numbers that have to do with the reason: what is free says nothing where nobody may wait for it. */
function factsOf(ledger: Ledger, counts: Explanation["counts"], reason: DenialReason): WhyFact[] {
  const { free, reserved, draining, waiting, position } = counts;
  const facts: WhyFact[] = [inUseOf(ledger)];
  if (reason === "too_often" || reason === "not_assigned" || reason === "closed_for_maintenance") return facts;
  if (free > 0) facts.push({ fact: "free", count: free });
  if (!DENIALS[reason].waits) return facts;
  if (reserved > 0) facts.push({ fact: "reserved", count: reserved });
  if (draining > 0) facts.push({ fact: "draining", count: draining });
  const ahead = position === null ? waiting : position - 1;
  facts.push(ahead === 0 ? { fact: "nobody_ahead" } : { fact: "ahead", count: ahead });
  return facts;
}

function waysIn(ledger: Ledger, person: Person, reason: DenialReason): WayIn[] {
  switch (reason) {
    case "limit_reached":
    case "technical_cap":
      return [
        ...(ledger.line.has(person.id) ? [] : [{ way: "wait" } as const]),
        { way: "given_back" },
        ...(reason === "limit_reached" ? [{ way: "raise", limit: ledger.effective.limit } as const] : []),
      ];
    case "others_waiting":
      return [{ way: "ahead_seated" }, { way: "raise", limit: ledger.effective.limit }];
    case "reserved_for_others": {
      const membership = membershipOf(ledger, person);
      // Of those that hold now, the ones that keep seats from this person.
      const kept = ledger.effective.pools.filter(({ bit, reserved }) => reserved > 0 && !(membership & (1 << bit)));
      const pools = kept.flatMap(({ bit }) => ledger.settings.pools[bit]?.name ?? []);
      return [{ way: "unreserved" }, { way: "reservation_ends", pools }];
    }
    case "group_limit_reached": {
      const membership = membershipOf(ledger, person);
      const bounded = ledger.settings.pools.filter((pool, bit) => membership & (1 << bit) && pool.most !== null);
      const pools = bounded.map((pool) => pool.name);
      return [
        { way: "pool_gives_back", pools },
        { way: "pool_most", pools },
      ];
    }
    case "reserved_taken":
      return [{ way: "reserved_given_back" }, { way: "more_reserved" }];
    case "not_assigned":
      return [{ way: "assign" }];
    case "closed_for_maintenance":
      return [{ way: "opens" }];
    case "too_often":
      return [{ way: "wait_minute" }];
    default:
      return [{ way: "go_on" }];
  }
}

/** A sentence for programs. */
function sayWay(way: WayIn): string {
  switch (way.way) {
    case "wait":
      return "The person waits in line.";
    case "given_back":
      return "A holder releases the licence, is idle for the time-out, or closes the last tab.";
    case "raise":
      return `A licence manager raises the limit above ${way.limit}, or frees a licence.`;
    case "ahead_seated":
      return "Everybody ahead in line is seated or leaves.";
    case "unreserved":
      return "A licence that is not reserved comes free.";
    case "reservation_ends":
      return `The reservation of ${way.pools.join(", ")} ends or is made smaller.`;
    case "pool_gives_back":
      return `Somebody of ${way.pools.join(", ")} gives a licence back.`;
    case "pool_most":
      return `The maximum of ${way.pools.join(", ")} is raised.`;
    case "reserved_given_back":
      return "Somebody gives a reserved licence back.";
    case "more_reserved":
      return "A licence manager reserves more for the program.";
    case "assign":
      return "A licence manager assigns a named licence to the person.";
    case "opens":
      return "The closing ends, or a licence manager ends it sooner.";
    case "wait_minute":
      return "The person waits a minute, and presses Continue working.";
    case "go_on":
      return "The person goes to a page, or presses Continue working.";
  }
}
