/** L9: passes that are out. */
import type { HolderId } from "../../../shared/ids.ts";
import { type Drain, type Ledger, noPasses, passesOf } from "../ledger.ts";
import type { Of } from "./of.ts";

export function issuePass(ledger: Ledger, event: Of<"pass_issued">): void {
  const { holder, at } = event;
  const lease = ledger.leases.get(holder);
  const passes = lease?.passes ?? restingDrain(ledger, holder).passes;
  for (const [binding, pass] of passes.byBinding) if (pass.until <= at) passes.byBinding.delete(binding);
  const before = passes.byBinding.get(event.binding);
  if (lease !== undefined && before?.session !== event.session) lease.shape++;
  // The answer may be lost, and the browser have the pass of before: one of a longer life, where the operator shortened it.
  const until = Math.max(event.until, before?.until ?? 0);
  passes.byBinding.set(event.binding, { session: event.session, until, issuedAt: at });
}

/** L24: a page that goes on without a seat takes none: passes that were counted are not any more, for nothing is enforced. */
function restingDrain(ledger: Ledger, holder: HolderId): Drain {
  const drain = ledger.drains.get(holder) ?? { exempt: true, over: null, passes: noPasses() };
  Object.assign(drain, { exempt: true, over: null, resting: true });
  ledger.drains.set(holder, drain);
  return drain;
}

export function takePassesBack(ledger: Ledger, event: Of<"pass_handed_back">): void {
  const { holder } = event;
  passesOf(ledger, holder)?.byBinding.delete(event.binding);
  const lease = ledger.leases.get(holder);
  if (lease !== undefined) lease.shape++;
}
