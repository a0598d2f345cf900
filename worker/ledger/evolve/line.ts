/** L15: the line. */
import type { HolderId } from "../../../shared/ids.ts";
import { membershipOfHolder } from "../allocation/occupancy.ts";
import { membershipOf } from "../allocation/pools.ts";
import type { Ledger, Waiting } from "../ledger.ts";
import { waitingOf } from "./needed.ts";
import type { Of } from "./of.ts";

export function joinLine(ledger: Ledger, event: Of<"line_joined">): void {
  const { holder, at } = event;
  const order = ++ledger.joined;
  const absence = ledger.absences.get(holder);
  const waiting = {
    since: at,
    rank: event.rank,
    order,
    heardAt: at,
    offeredUntil: null,
    over: null,
    givenBy: null,
    nudgedAt: absence?.nudgedAt ?? null,
    asked: null,
  };
  ledger.line.set(holder, waiting);
  ledger.lineIndex.add(membershipOfHolder(ledger, holder), holder, waiting);
  if (absence?.ended?.handedTo !== undefined) ledger.givers.add(holder);
}

export function giveUpPlace(ledger: Ledger, event: Of<"line_left">): void {
  const { holder } = event;
  const denial = ledger.absences.get(holder)?.denial;
  // R1: waiting is wanting; the episode lasts as long as the person was heard in the line.
  if (denial) denial.lastAt = Math.max(denial.lastAt, waitingOf(ledger, holder).heardAt);
  leaveLine(ledger, holder);
}

export function offerSeat(ledger: Ledger, event: Of<"seat_offered">): void {
  const { holder } = event;
  const waiting = waitingOf(ledger, holder);
  if (waiting.offeredUntil === null) ledger.lineIndex.remove(membershipOfHolder(ledger, holder), waiting);
  waiting.offeredUntil = event.until;
  waiting.over = event.over ?? null;
  keepPromise(ledger, holder, waiting);
}

/** L32: from now on the seat that `actor` gives up is meant for this person. */
export function promiseSeat(ledger: Ledger, { holder, actor }: Of<"seat_handed_over">): void {
  waitingOf(ledger, holder).givenBy = actor.id;
  ledger.promised.add(holder);
}

function keepPromise(ledger: Ledger, holder: HolderId, waiting: Waiting): void {
  waiting.givenBy = null;
  ledger.promised.delete(holder);
}

/** Where the person stands in it. */
export function leaveLine(ledger: Ledger, holder: HolderId): void {
  const waiting = ledger.line.get(holder);
  if (waiting === undefined) return;
  // By the absence, not the lease that may be there by now: the line was joined with it.
  const absence = ledger.absences.get(holder);
  if (waiting.offeredUntil === null) {
    ledger.lineIndex.remove(absence === undefined ? 0 : membershipOf(ledger, absence.person), waiting);
  }
  // L16: joining again does not let the person ask sooner.
  if (absence !== undefined && waiting.nudgedAt !== null) absence.nudgedAt = waiting.nudgedAt;
  keepPromise(ledger, holder, waiting);
  ledger.givers.delete(holder);
  ledger.line.delete(holder);
}
