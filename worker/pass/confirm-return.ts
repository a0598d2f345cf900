/** L9, the second step of a hand-back: any request that shows the receipt without the binding confirms it. */
import type { BindingId, HolderId } from "../../shared/ids.ts";
import type { Config } from "../config/config.ts";
import { BoundedMap } from "../memory/bounded-map.ts";
import { RECEIPT_COOKIE } from "./cookies.ts";
import { clearReceipt, readReturned } from "./receipt.ts";

export interface ReturnPorts {
  config: Config;
  /** Tells the tenant. */
  handBack(holder: HolderId, binding: BindingId): Promise<void>;
  now(): number;
  /** Whether the answer may carry a cookie: not one that may be stored for others. */
  mayBring(response: Response): boolean;
}

/** A page's requests show the same receipt until the first answer has come: this isolate tells the tenant once. */
const told = new BoundedMap<BindingId, true>(10_000, { isOwn: true });

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
  const { holder, binding } = returned;
  try {
    if (told.get(binding) === undefined) await handBack(holder, binding);
  } catch (error) {
    console.error("The tenant was not told that a pass was given back; it is over soon:", error);
    return answer();
  }
  told.set(binding, true);
  const response = await answer();
  if (response.webSocket || leavesReceipt(response) || !mayBring(response)) return response;
  const cleared = new Response(response.body, response);
  cleared.headers.append("set-cookie", clearReceipt());
  return cleared;
}

const leavesReceipt = ({ headers }: Response): boolean =>
  headers.getSetCookie().some((cookie) => cookie.startsWith(`${RECEIPT_COOKIE}=`));
