/** How somebody's last lease ended, as the person is told. */
import type { EndingCause } from "../../shared/denial.ts";
import type { Ended, Ledger } from "./ledger.ts";

export interface Ending {
  cause: EndingCause;
  ageMs: number;
  by: string | null;
  note: string | null;
  /** L32: to whom the person handed the seat; empty where the firm shows no names. null: to nobody. */
  handedTo?: string | null;
}

export function endingOf({ settings }: Ledger, { cause, at, by, note, handedTo }: Ended, now: number): Ending {
  const name = handedTo === undefined ? null : settings.nudge.showNames ? handedTo.name : "";
  return { cause, ageMs: now - at, by, note, handedTo: name };
}
