/** L15: an honest estimate of the wait, from how idle the holders are and how long leases have lasted. */
import type { HolderId } from "../../../shared/ids.ts";
import { isOnItsWay } from "../allocation/handover.ts";
import { membershipOfHolder } from "../allocation/occupancy.ts";
import { helpsBy, noRoom } from "../allocation/pools.ts";
import { positionOf } from "../allocation/queue.ts";
import { type Ledger, noPasses, passesOf, passesUntil } from "../ledger.ts";
import { idleAt } from "../time/expiry.ts";

/** With fewer ended leases than this there is no estimate. */
const LENGTHS_MIN = 3;
/** More holders than this are not all looked at. */
const LOOKED_AT = 1_000;

/** L17: the seats that are free are not for this person, and nobody can say when that ends. */
const isKeptForOthers = (ledger: Ledger, membership: number): boolean =>
  noRoom(ledger, membership) === "reserved_for_others";

/**
 * About how long until the person is offered a seat, in ms; null when too little is known to say, and where what is
 * free is kept for others. Each holder whose seat would help is taken to stop when idle for the time-out, or after a
 * lease of the usual length, whichever is sooner; the person at place k waits for the k-th of them.
 */
export function estimateWait(ledger: Ledger, holder: HolderId, now: number): number | null {
  const position = positionOf(ledger, holder);
  const waiting = ledger.line.get(holder);
  // L32: the seat is free as soon as the giver's passes are over.
  if (waiting !== undefined && isOnItsWay(ledger, waiting)) {
    return Math.max(0, passesUntil(passesOf(ledger, waiting.givenBy as HolderId) ?? noPasses()) - now);
  }
  if (position === null || ledger.lengths.length < LENGTHS_MIN) return null;
  if (waiting?.offeredUntil !== null) return 0;
  const membership = membershipOfHolder(ledger, holder);
  if (isKeptForOthers(ledger, membership)) return null;
  const helps = helpsBy(ledger, membership);
  const sorted = [...ledger.lengths].sort((a, b) => a - b);
  const usual = sorted[sorted.length >> 1] ?? 0;
  const left: number[] = [];
  for (const lease of ledger.leases.values()) {
    if (lease.exempt || !helps(lease)) continue;
    const age = now - lease.grantedAt;
    // A lease that has outlasted the usual length is taken to last half a usual length more.
    const byLength = age < usual ? usual - age : usual / 2;
    left.push(Math.max(0, Math.min(byLength, idleAt(ledger, lease) - now)));
    if (left.length >= LOOKED_AT) break;
  }
  left.sort((a, b) => a - b);
  if (left.length === 0) return null;
  const rounds = Math.floor((position - 1) / left.length);
  return Math.round((left[(position - 1) % left.length] ?? 0) + rounds * usual);
}
