/** L15: the line of people who wait, first come first served. */
import type { HolderId } from "../../shared/ids.ts";
import type { Ledger, Waiting } from "./ledger.ts";

/** The first in line to whom nothing is offered yet. */
export function headOfLine(ledger: Ledger): HolderId | null {
  if (ledger.unoffered === 0) return null;
  for (const [holder, waiting] of ledger.line) if (waiting.offeredUntil === null) return holder;
  return null;
}

/** Place in line, 1 is the head; null when not in line. */
export function positionOf(ledger: Ledger, holder: HolderId): number | null {
  if (!ledger.line.has(holder)) return null;
  let position = 0;
  for (const other of ledger.line.keys()) {
    position++;
    if (other === holder) break;
  }
  return position;
}

/** When the person leaves the line: an offer runs out, or the person has not been heard. */
export const waitingUntil = (ledger: Ledger, waiting: Waiting): number =>
  waiting.offeredUntil ?? waiting.heardAt + ledger.timing.waitLostAfterMs;
