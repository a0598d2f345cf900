/** L9, the second step of a hand-back: any request that shows the receipt without the jar confirms it. */
import type { Config } from "../config.ts";
import type { TenantCalls } from "../tenant/tenant-calls.ts";
import { clearReceipt, readReturned, showsReceipt } from "./receipt.ts";

/**
 * Tells the tenant what the request proves to be given back. Answers the `Set-Cookie` value that takes the receipt
 * away; null: there is nothing to take away, or the tenant was not reached and the next request tells it again.
 */
export async function confirmReturn(
  config: Config,
  tenant: Pick<TenantCalls, "handBack">,
  cookieHeader: string | null,
  now: number,
): Promise<string | null> {
  if (!showsReceipt(cookieHeader)) return null;
  const returned = await readReturned(config, cookieHeader, now);
  if (returned === null) return null;
  try {
    await tenant.handBack(returned.holder, returned.jar);
  } catch (error) {
    console.error("The tenant was not told that a pass was given back; it is over soon:", error);
    return null;
  }
  return clearReceipt();
}
