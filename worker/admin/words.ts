/** The administration pages' words for what the ledger and the records name by code. */
import type { DenialReason } from "../../shared/denial.ts";

export const REASON_WORDS: Record<DenialReason, string> = {
  limit_reached: "All seats in use",
  others_waiting: "Others were waiting",
  reserved_for_others: "Free seats reserved for other groups",
  group_limit_reached: "Group at its maximum",
  technical_cap: "At the technical cap",
  not_assigned: "No named licence assigned",
  seat_released: "Seat was released",
  seat_idle: "Away too long",
  seat_evicted: "Seat was freed",
  seat_ended: "Seat was given back",
  ask_again: "Had no seat yet",
};

const OUTCOME_WORDS: Record<string, string> = { seated: "Got a seat", gave_up: "Gave up" };

/** null is an episode that goes on. */
export const outcomeWord = (outcome: string | null): string =>
  outcome === null ? "Still waiting" : (OUTCOME_WORDS[outcome] ?? outcome);

export const seats = (count: number): string => `${count} ${count === 1 ? "seat" : "seats"}`;
export const people = (count: number): string => `${count} ${count === 1 ? "person" : "people"}`;
