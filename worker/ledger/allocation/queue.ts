/**
 * L15: the line of people who wait. Its order is the time of joining, less a head start for priority: so nobody
 * is overtaken by anyone who came later than the head start of the highest priority. Kept by membership, since not
 * every free seat is for everybody.
 */
import { MINUTE_MS } from "../../../shared/durations.ts";
import type { HolderId } from "../../../shared/ids.ts";
import type { Ledger, Waiting } from "../ledger.ts";

/**
 * What one step of priority is worth, in ms of waiting. With priorities to 10, nobody is overtaken by anyone who comes
 * 50 minutes later.
 */
export const HEAD_START_MS = 5 * MINUTE_MS;

/** Whether somebody else has a better right to the next seat: for a person who is not in line, everybody in it. */
export function othersFirst(ledger: Ledger, holder: HolderId): boolean {
  const own = ledger.line.get(holder);
  if (own === undefined || own.offeredUntil !== null) return ledger.lineIndex.size > 0;
  return ledger.lineIndex.ahead(own) > 0;
}

/** Place in line, 1 is the head, also for a person with an offer, or to whom a seat was given; null when not in line. */
export function positionOf(ledger: Ledger, holder: HolderId): number | null {
  const waiting = ledger.line.get(holder);
  if (waiting === undefined) return null;
  const isFirst = waiting.offeredUntil !== null || waiting.givenBy !== null;
  return isFirst ? 1 : ledger.lineIndex.ahead(waiting) + 1;
}

/** When the person leaves the line: an offer runs out, or the person has not been heard. */
export const waitingUntil = (ledger: Ledger, waiting: Waiting): number =>
  waiting.offeredUntil ?? waiting.heardAt + ledger.timing.waitLostAfterMs;
