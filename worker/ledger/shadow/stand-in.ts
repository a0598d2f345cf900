/**
 * What a person would do in the shadow who stands elsewhere in the live ledger. Nobody sees the shadow, so nobody acts by
 * it: where the two differ, what the person really does says what they would have done.
 */
import type { BindingId, HolderId } from "../../../shared/ids.ts";
import type { Command } from "../command.ts";
import { type Lease, type Ledger, noPasses } from "../ledger.ts";

/** Of no browser: passes in the shadow admit nobody. */
const NO_BINDING = "shadow" as BindingId;

/** Whether the two have brought the person to where what they do in one would not do in the other. */
export const needsStandIn = (live: Ledger, shadow: Ledger, holder: HolderId): boolean =>
  live.leases.has(holder) !== shadow.leases.has(holder) || isOfferedAlone(live, shadow, holder);

/** Somebody who waits in both, and would have a seat in the shadow: a page that waits goes on by itself. */
function isOfferedAlone(live: Ledger, shadow: Ledger, holder: HolderId): boolean {
  const waiting = shadow.line.get(holder);
  return waiting !== undefined && waiting.offeredUntil !== null && live.line.get(holder)?.offeredUntil === null;
}

/** null: the two agree about the person, or there is nothing to go by. */
export function standIn(live: Ledger, shadow: Ledger, holder: HolderId): Command | null {
  const lease = live.leases.get(holder);
  if (lease === undefined) return stayOn(live, shadow, holder);
  if (shadow.leases.has(holder)) return null;
  const waiting = shadow.line.get(holder);
  if (waiting !== undefined && waiting.offeredUntil !== null) return claimFor(lease);
  const absence = shadow.absences.get(holder);
  // A page that is refused stands in line by itself, and waits for as long as the person wants to work.
  if (waiting !== undefined || absence?.denial) return { type: "wait", holder };
  // L8: the first thing that somebody does whose seat has ended brings it back.
  const since = absence?.ended?.at ?? absence?.since ?? Number.NEGATIVE_INFINITY;
  return lease.activeAt > since ? claimFor(lease) : null;
}

/** Somebody who has no seat in the live ledger. */
function stayOn(live: Ledger, shadow: Ledger, holder: HolderId): Command | null {
  const absence = shadow.absences.get(holder);
  if (absence !== undefined && isOfferedAlone(live, shadow, holder)) {
    const { person, sessions, denial } = absence;
    return claimFor({ person, sessions, passes: noPasses(), clientKind: denial?.clientKind ?? "browser" });
  }
  const session = shadow.leases.get(holder)?.sessions.at(-1);
  if (session === undefined) return null;
  // Who waits wants to work; whose seat has ended for idleness has left the page open.
  const waits = live.line.has(holder);
  const isIdle = live.absences.get(holder)?.ended?.cause === "idle";
  return waits || isIdle ? { type: "stay", holder, session, active: waits } : null;
}

function claimFor({
  person,
  sessions,
  passes,
  clientKind,
}: Pick<Lease, "person" | "sessions" | "passes" | "clientKind">): Command | null {
  const session = sessions.at(-1);
  if (session === undefined) return null;
  const [binding = NO_BINDING] = passes.byBinding.keys();
  return { type: "claim", person, session, binding, act: "button", active: true, clientKind, isRemembered: true };
}
