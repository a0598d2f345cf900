/** The administration pages' words for what the ledger and the records name by code. */
import type { DenialReason } from "../../shared/denial.ts";
import type { AdminView, Role } from "../tenant/tenant-calls.ts";
import { writeMinutes } from "./age.ts";

export const ROLE_WORDS: Record<Role, string> = {
  user: "user",
  licence_manager: "licence manager",
  admin: "administrator",
  support: "support",
};

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

/** What the page says after a change that was made; the key travels in the address. */
export const NOTICES = {
  limit: (view: AdminView) => `The limit is ${seats(view.limit)} now.`,
  "idle-timeout": (view: AdminView) => `The idle time-out is ${writeMinutes(view.idleTimeoutMs)} now.`,
  freed: () => "The seat is freed. The person is told who did it and why.",
} as const satisfies Record<string, (view: AdminView) => string>;
export type Notice = keyof typeof NOTICES;
export const isNotice = (word: string | undefined): word is Notice =>
  word !== undefined && Object.hasOwn(NOTICES, word);

export const seats = (count: number): string => `${count} ${count === 1 ? "seat" : "seats"}`;
export const people = (count: number): string => `${count} ${count === 1 ? "person" : "people"}`;
