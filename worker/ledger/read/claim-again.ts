/** L9: a pass that is out, shown again where nobody knows whether its browser has given it back. */
import type { BindingId, HolderId, SessionKey } from "../../../shared/ids.ts";
import type { Command } from "../command.ts";
import type { Ledger } from "../ledger.ts";

/**
 * The claim by which the pass counts as issued again; null: its lease has ended, or it was handed back. It is a page's own
 * request, and says nothing new of the person.
 */
export function claimAgain(
  { leases }: Pick<Ledger, "leases">,
  { holder, session, binding }: { holder: HolderId; session: SessionKey; binding: BindingId },
  now: number,
): Extract<Command, { type: "claim" }> | null {
  const lease = leases.get(holder);
  if (lease === undefined || (lease.passes.byBinding.get(binding)?.until ?? 0) <= now) return null;
  const { person, clientKind } = lease;
  return { type: "claim", person, session, binding, act: "background", active: false, clientKind, isRemembered: true };
}
