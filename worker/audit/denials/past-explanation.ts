/** L19: a refusal as it was, explained by the functions that explain how things stand now. */

import type { DenialReason } from "../../../shared/denial.ts";
import { type Fullness, fullnessOf } from "../../ledger/fullness.ts";
import type { Person } from "../../ledger/person.ts";
import { type Explanation, explainStanding } from "../../ledger/read/explain.ts";
import { ledgerOf } from "../../ledger/read/scene.ts";
import { type SmallestChange, smallestChange } from "../../ledger/read/smallest-change.ts";
import type { PastRefusal } from "./past-scene.ts";

export interface PastExplanation {
  explanation: Explanation;
  /** The smallest change of the settings that would have seated the person; null: none. */
  change: SmallestChange | null;
  full: Fullness;
  /** Names of the pools that held. */
  pools: string[];
  /** Whether what was rebuilt has as many seats in use, of as many, as the refusal itself told: else rows are missing. */
  isWhole: boolean;
}

/** L19: no setting would have seated somebody who came too often, or while it was closed. */
const UNCHANGED: ReadonlySet<DenialReason> = new Set(["too_often", "closed_for_maintenance"]);

export function explainPast(past: PastRefusal): PastExplanation {
  const ledger = ledgerOf(past.scene);
  const person: Person = { ...past.person, name: "", email: null };
  const explanation = explainStanding(ledger, person);
  const change = UNCHANGED.has(past.reason)
    ? null
    : past.reservedOnly
      ? smallestChange(ledger, person, true)
      : explanation.change;
  const full = fullnessOf(ledger);
  return {
    explanation,
    change,
    full,
    pools: ledger.effective.pools.flatMap(({ bit }) => ledger.settings.pools[bit]?.name ?? []),
    isWhole: full.inUse === past.inUse && full.limit === past.limit,
  };
}
