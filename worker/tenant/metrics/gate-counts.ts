/** M2: what the gate did with requests, counted in each isolate and handed to the tenant with its next claim. */

/**
 * `passed`: by a live pass. `open`: needed no seat. `claimed`: the tenant was asked and let in. `refused`: no seat.
 * `grace`: went on by an old pass while the seats were out of reach; `out_of_reach`: could not. `identity_unknown`:
 * the CRM did not say who it is. `unproven`: no sign-in that counts. `exempt`: people of whom no seat is wanted.
 * `machine`: an address for programs that is closed.
 */
export const GATE_OUTCOMES = [
  "passed",
  "open",
  "claimed",
  "refused",
  "grace",
  "out_of_reach",
  "identity_unknown",
  "unproven",
  "exempt",
  "machine",
] as const;
export type GateOutcome = (typeof GATE_OUTCOMES)[number];

export type GateCounts = Record<GateOutcome, number>;

export const noCounts = (): GateCounts =>
  Object.fromEntries(GATE_OUTCOMES.map((outcome) => [outcome, 0])) as GateCounts;

export function addCounts(into: GateCounts, more: Readonly<GateCounts>): void {
  for (const outcome of GATE_OUTCOMES) into[outcome] += more[outcome];
}
