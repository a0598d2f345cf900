/**
 * The receipt (L9): an answer that takes a jar out of a browser leaves this cookie instead, for as long as a pass lives.
 * A later request that shows the receipt and not the jar proves that the browser took the answer: only then are the
 * jar's passes counted as gone. It says nothing to anybody else and admits to nothing.
 */
import * as z from "zod/mini";
import { HolderId, JarId, TenantId } from "../../shared/ids.ts";
import type { Config } from "../config/config.ts";
import { JAR_COOKIE, RECEIPT_COOKIE, readCookie } from "./cookies.ts";
import { clearJar, forgetJar } from "./jar.ts";
import { clearPass } from "./pass.ts";
import { openToken, signToken } from "./signature.ts";

const ATTRIBUTES = "Path=/; HttpOnly; Secure; SameSite=Lax";

const Payload = z.strictObject({ tenant: TenantId, holder: HolderId, jar: JarId, until: z.int() });

/** What a browser has given back. */
export interface Returned {
  holder: HolderId;
  jar: JarId;
}

/**
 * Values of `Set-Cookie` that take pass and jar out of the browser and leave the receipt, in this order. This isolate
 * admits nobody by the jar any more.
 */
export async function letGo(config: Config, { holder, jar }: Returned, now: number): Promise<string[]> {
  forgetJar(jar);
  const { passLifeMs } = config.timing;
  const payload = { tenant: config.tenant, holder, jar, until: now + passLifeMs };
  const receipt = await signToken(config.secrets, "receipt", payload);
  return [
    clearPass(),
    clearJar(),
    `${RECEIPT_COOKIE}=${receipt}; ${ATTRIBUTES}; Max-Age=${Math.ceil(passLifeMs / 1_000)}`,
  ];
}

/** Value of `Set-Cookie` that takes the receipt away: it has been counted. */
export const clearReceipt = (): string => `${RECEIPT_COOKIE}=; ${ATTRIBUTES}; Max-Age=0`;

/** Whether a look at the receipt is worth it. */
export const showsReceipt = (cookieHeader: string | null): cookieHeader is string =>
  cookieHeader?.includes(RECEIPT_COOKIE) === true;

/** What the Cookie header proves to be given back; null: nothing, or the jar is still there. */
export async function readReturned(config: Config, cookieHeader: string | null, now: number): Promise<Returned | null> {
  const raw = readCookie(cookieHeader, RECEIPT_COOKIE);
  if (raw === null || cookieHeader === null) return null;
  const payload = Payload.safeParse(await openToken(config.secrets, "receipt", raw));
  if (!payload.success || payload.data.tenant !== config.tenant || payload.data.until <= now) return null;
  const { holder, jar } = payload.data;
  return cookieHeader.includes(`${JAR_COOKIE}=${jar}`) ? null : { holder, jar };
}
