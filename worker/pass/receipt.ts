/**
 * The receipt (L9): an answer that takes a binding out of a browser leaves this cookie instead, for as long as a pass lives.
 * A later request that shows the receipt and not the binding proves that the browser took the answer: only then are the
 * binding's passes counted as gone. It says nothing to anybody else and admits to nothing.
 */
import * as z from "zod/mini";
import { BindingId, HolderId, TenantId } from "../../shared/ids.ts";
import type { Config } from "../config/config.ts";
import { clearBinding, forgetBinding } from "./browser-binding.ts";
import { BINDING_COOKIE, RECEIPT_COOKIE, readCookie } from "./cookies.ts";
import { clearPass } from "./pass.ts";
import { openToken, signToken } from "./signature.ts";

const ATTRIBUTES = "Path=/; HttpOnly; Secure; SameSite=Lax";

/** As signed; the binding is under the name that its cookie has. */
const Payload = z.strictObject({ tenant: TenantId, holder: HolderId, jar: BindingId, at: z.int(), until: z.int() });

/** What a browser has given back. */
export interface Returned {
  holder: HolderId;
  binding: BindingId;
  /** When the receipt was written, ms of the Worker's clock: a browser that is restored may get passes of the binding later. */
  at: number;
}

/**
 * Values of `Set-Cookie` that take pass and binding out of the browser and leave the receipt, in this order. This isolate
 * admits nobody by the binding any more.
 */
export async function letGo(
  config: Config,
  { holder, binding }: Pick<Returned, "holder" | "binding">,
  now: number,
): Promise<string[]> {
  forgetBinding(binding);
  const { passLifeMs } = config.timing;
  const payload = { tenant: config.tenant, holder, jar: binding, at: now, until: now + passLifeMs };
  const receipt = await signToken(config.secrets, "receipt", payload);
  return [
    clearPass(),
    clearBinding(),
    `${RECEIPT_COOKIE}=${receipt}; ${ATTRIBUTES}; Max-Age=${Math.ceil(passLifeMs / 1_000)}`,
  ];
}

/** Value of `Set-Cookie` that takes the receipt away: it has been counted. */
export const clearReceipt = (): string => `${RECEIPT_COOKIE}=; ${ATTRIBUTES}; Max-Age=0`;

/** Whether a look at the receipt is worth it. */
export const showsReceipt = (cookieHeader: string | null): cookieHeader is string =>
  cookieHeader?.includes(RECEIPT_COOKIE) === true;

/** What the Cookie header proves to be given back; null: nothing, or the binding is still there. */
export async function readReturned(config: Config, cookieHeader: string | null, now: number): Promise<Returned | null> {
  const raw = readCookie(cookieHeader, RECEIPT_COOKIE);
  if (raw === null || cookieHeader === null) return null;
  const payload = Payload.safeParse(await openToken(config.secrets, "receipt", raw));
  if (!payload.success || payload.data.tenant !== config.tenant || payload.data.until <= now) return null;
  const { holder, jar: binding, at } = payload.data;
  return cookieHeader.includes(`${BINDING_COOKIE}=${binding}`) ? null : { holder, binding, at };
}
