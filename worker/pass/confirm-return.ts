/** L9, the second step of a hand-back: any request that shows the receipt without the binding confirms it. */
import type { Config } from "../config/config.ts";
import { BoundedMap } from "../memory/bounded-map.ts";
import { forgetBinding } from "./browser-binding.ts";
import { RECEIPT_COOKIE } from "./cookies.ts";
import { clearReceipt, type Returned, readReturned } from "./receipt.ts";

export interface ReturnPorts {
  config: Config;
  /** Tells the tenant. */
  handBack(returned: Returned): Promise<void>;
  now(): number;
  /** Whether the answer may carry a cookie: not one that may be stored for others. */
  mayBring(response: Response): boolean;
}

/** By binding and time of the receipt: a page shows the same one until an answer has come, and the tenant is told once. */
const told = new BoundedMap<string, true>(10_000, { isOwn: true });

/**
 * Answers a request whose Cookie header shows a receipt. The tenant is told first, so that the answer says how things
 * stand afterwards. Where the tenant is not reached the receipt stays, and the next request tells it.
 */
export async function answerConfirmed(
  { config, handBack, now, mayBring }: ReturnPorts,
  cookieHeader: string,
  answer: () => Response | Promise<Response>,
): Promise<Response> {
  const returned = await readReturned(config, cookieHeader, now());
  if (returned === null) return answer();
  const { binding, at } = returned;
  forgetBinding(binding);
  const receipt = `${binding} ${at}`;
  try {
    if (told.get(receipt) === undefined) await handBack(returned);
  } catch (error) {
    console.error("The tenant was not told that a pass was given back; it is over soon:", error);
    return answer();
  }
  told.set(receipt, true);
  const response = await answer();
  if (response.webSocket || leavesReceipt(response) || !mayBring(response)) return response;
  const cleared = new Response(response.body, response);
  cleared.headers.append("set-cookie", clearReceipt());
  return cleared;
}

const leavesReceipt = ({ headers }: Response): boolean =>
  headers.getSetCookie().some((cookie) => cookie.startsWith(`${RECEIPT_COOKIE}=`));
