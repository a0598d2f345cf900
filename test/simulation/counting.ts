/** Everything counted again, and everything due looked at, apart from the ledger's own bookkeeping. */
import { MINUTE_MS } from "../../shared/durations.ts";
import type { HolderId } from "../../shared/ids.ts";
import { membershipOfHolder } from "../../worker/ledger/allocation/occupancy.ts";
import { noRoom } from "../../worker/ledger/allocation/pools.ts";
import { type Ledger, passesUntil } from "../../worker/ledger/ledger.ts";
import type { OverVia } from "../../worker/ledger/over.ts";
import { absenceDue, leaseDue } from "../../worker/ledger/time/expiry.ts";
import { openingAt } from "../../worker/ledger/time/windows.ts";
import { must, Violation } from "./violation.ts";

/** L3: nothing that is due at `now` goes on. */
export function checkDue(ledger: Ledger, now: number): void {
  for (const [holder, lease] of ledger.leases) {
    if (leaseDue(ledger, lease).at <= now) throw new Violation(`[L3] the lease of ${holder} was due and goes on`);
  }
  for (const [holder, drain] of ledger.drains) {
    if (passesUntil(drain.passes) <= now) throw new Violation(`[L3] the drain of ${holder} was over and goes on`);
  }
  for (const [holder, waiting] of ledger.line) {
    const until = waiting.offeredUntil ?? waiting.heardAt + ledger.timing.waitLostAfterMs;
    if (until <= now) throw new Violation(`[L15] ${holder} should have left the line`);
  }
  for (const [holder, absence] of ledger.absences) {
    const due = absenceDue(ledger, holder, absence);
    if (due <= now) throw new Violation(`[R1] the absence of ${holder} was due and goes on`);
  }
  const turn = ledger.effective.nextTurnAt;
  must(turn === null || turn > now, () => "[L17] a turn of the schedule was due and did not come");
}

/** L29: a pool that is filled ahead holds whenever one of its times comes within its minutes, or lasts. */
export function checkAhead({ settings, effective }: Ledger, now: number): void {
  for (const [bit, { name, windows, guarantee }] of settings.pools.entries()) {
    if (guarantee?.kind !== "ahead" || windows === null) continue;
    // No time is shorter than a minute.
    const minutes = Array.from({ length: guarantee.minutes + 1 }, (_, minute) => now + minute * MINUTE_MS);
    const isDue = minutes.some((at) => openingAt(windows, settings, at).open);
    const holds = effective.pools.some((pool) => pool.bit === bit);
    must(holds === isDue, () => `[L29] ${name}, filled ahead, ${holds ? "holds too early" : "does not hold in time"}`);
  }
}

/** L1, L9, L15, L17: who sits and who waits, and that no seat is free for somebody who waits. */
export function checkCounts(ledger: Ledger): void {
  let inUse = 0;
  let over = 0;
  let overdrawn = 0;
  let unoffered = 0;
  let beyond = 0;
  const memberships = new Map<number, number>();
  const sits = (holder: HolderId) => {
    const membership = membershipOfHolder(ledger, holder);
    memberships.set(membership, (memberships.get(membership) ?? 0) + 1);
    inUse++;
  };
  const takes = (holder: HolderId, by: OverVia | null) => {
    if (by === null) sits(holder);
    else {
      over++;
      if (by === "overdraft") overdrawn++;
    }
  };
  for (const [holder, lease] of ledger.leases) {
    if (ledger.drains.has(holder) || ledger.absences.has(holder) || ledger.line.has(holder)) {
      throw new Violation(`[L1] ${holder} has a lease and something else`);
    }
    if (lease.over !== null) beyond++;
    if (!lease.exempt) takes(holder, lease.over?.via ?? null);
  }
  for (const [holder, drain] of ledger.drains) if (!drain.exempt) takes(holder, drain.over);
  for (const [holder, waiting] of ledger.line) {
    if (waiting.offeredUntil === null) unoffered++;
    else if (ledger.drains.get(holder)?.exempt !== false) takes(holder, waiting.over);
    if (!ledger.absences.has(holder)) throw new Violation(`[L15] ${holder} waits and nobody knows why`);
  }
  must(inUse === ledger.inUse, () => `[L9] ${ledger.inUse} seats are said to be in use, counted ${inUse}`);
  must(over === ledger.over && overdrawn === ledger.overdrawn, () => {
    return `[L28] ${ledger.over} seats beyond the limit are told, ${ledger.overdrawn} overdrawn; counted ${over}, ${overdrawn}`;
  });
  const { lineIndex, overIndex, counts } = ledger;
  must(unoffered === lineIndex.size, () => `[L15] ${lineIndex.size} are said to wait, counted ${unoffered}`);
  const compare = (membership: number) => {
    const said = counts.get(membership) ?? 0;
    const counted = memberships.get(membership) ?? 0;
    if (said === counted) return;
    throw new Violation(`[L17] ${said} people of membership ${membership} are said to sit, counted ${counted}`);
  };
  for (const membership of memberships.keys()) compare(membership);
  for (const membership of counts.keys()) compare(membership);
  must(overIndex.size === beyond, () => `[L24] ${overIndex.size} work beyond the limit, it is said, counted ${beyond}`);
  if (ledger.effective.closed) {
    for (const { person } of ledger.leases.values())
      must(person.role === "support", () => `[L31] ${person.id} works while it is closed`);
    return;
  }
  for (const { membership, holder } of overIndex.heads()) {
    if (noRoom(ledger, membership) === null)
      throw new Violation(`[L24] a seat is there, and ${holder} is beyond the limit`);
  }
  if (lineIndex.size === 0) return;
  must(ledger.settings.enforced, () => "[L24] somebody waits, and the tenant only observes");
  for (const { membership, holder } of lineIndex.heads()) {
    if (noRoom(ledger, membership) === null) throw new Violation(`[L15] a seat is there and ${holder} waits`);
  }
}
