/** L9: passes that are out. */
import { type Ledger, passesOf } from "../ledger.ts";
import { leaseOf } from "./needed.ts";
import type { Of } from "./of.ts";

export function issuePass(ledger: Ledger, event: Of<"pass_issued">): void {
  const { holder, at } = event;
  const lease = leaseOf(ledger, holder);
  const { passes } = lease;
  for (const [jar, pass] of passes.byJar) if (pass.until <= at) passes.byJar.delete(jar);
  if (passes.byJar.get(event.jar)?.session !== event.session) lease.shape++;
  passes.byJar.set(event.jar, { session: event.session, until: event.until });
}

export function takePassesBack(ledger: Ledger, event: Of<"pass_handed_back">): void {
  const { holder } = event;
  passesOf(ledger, holder)?.byJar.delete(event.jar);
  const lease = ledger.leases.get(holder);
  if (lease !== undefined) lease.shape++;
}
