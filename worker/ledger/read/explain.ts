/** L19: why a person has a seat or none: the rule, the counts, and what would change it. */
import type { DenialReason } from "../../../shared/denial.ts";
import { allowedInMs } from "../allocation/allowance.ts";
import { countDraining } from "../allocation/occupancy.ts";
import { membershipOf } from "../allocation/pools.ts";
import { positionOf } from "../allocation/queue.ts";
import { reasonAgainst, reasonFor } from "../eligibility.ts";
import { fullnessOf } from "../fullness.ts";
import type { Ledger } from "../ledger.ts";
import type { Person } from "../person.ts";
import { type SmallestChange, smallestChange } from "./smallest-change.ts";

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
  /** What would let the person in, the likeliest first. */
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
    return { reason: null, rule: "L2", sentence, counts, wouldChange: [], change: null };
  }
  const change =
    against === null || against === "too_often" || against === "closed_for_maintenance"
      ? null
      : smallestChange(ledger, person);
  return { reason, ...RULES[reason], counts, wouldChange: wouldChange(ledger, person, reason), change };
}

function wouldChange(ledger: Ledger, person: Person, reason: DenialReason): string[] {
  switch (reason) {
    case "limit_reached":
    case "technical_cap":
      return [
        ...(ledger.line.has(person.id) ? [] : ["The person waits in line."]),
        "A holder releases the licence, is idle for the time-out, or closes the last tab.",
        ...(countDraining(ledger) > 0 ? [`${countDraining(ledger)} draining licences come free within seconds.`] : []),
        ...(reason === "limit_reached"
          ? [`A licence manager raises the limit above ${ledger.effective.limit}, or frees a licence.`]
          : []),
      ];
    case "others_waiting":
      return ["Everybody ahead in line is seated or leaves.", "A licence manager raises the limit."];
    case "reserved_for_others": {
      const groups = ledger.settings.pools.filter((pool) => pool.reserved > 0).map((pool) => pool.name);
      return [
        `A licence that is not reserved comes free.`,
        `The reservation of ${groups.join(", ")} ends or is made smaller.`,
      ];
    }
    case "group_limit_reached": {
      const membership = membershipOf(ledger, person);
      const pools = ledger.settings.pools.filter((pool, bit) => membership & (1 << bit) && pool.most !== null);
      return [
        `Somebody of ${pools.map((pool) => pool.name).join(", ")} gives a licence back.`,
        "The maximum of the pool is raised.",
      ];
    }
    case "reserved_taken":
      return ["Somebody gives a reserved licence back.", "A licence manager reserves more for the program."];
    case "not_assigned":
      return ["A licence manager assigns a named licence to the person."];
    case "closed_for_maintenance":
      return ["The closing ends, or a licence manager ends it sooner."];
    case "too_often":
      return ["The person waits a minute, and presses Continue working."];
    default:
      return ["The person goes to a page, or presses Continue working."];
  }
}
