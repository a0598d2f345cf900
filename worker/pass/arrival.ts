/**
 * G4: a person went to a page of a CRM that keeps its session in a header, so that nothing in the request said whose
 * page it is. The mark makes the first request of the page's session that person's act; then it is taken away.
 */

import * as z from "zod/mini";
import { MINUTE_MS } from "../../shared/durations.ts";
import { TenantId } from "../../shared/ids.ts";
import type { Config } from "../config/config.ts";
import { readCookie } from "./cookies.ts";
import { openToken, signToken } from "./signature.ts";

const ARRIVAL_COOKIE = "__Host-hotseat-arrival";
const ATTRIBUTES = "Path=/; HttpOnly; Secure; SameSite=Lax";
/** Within this a page asks for the first time in the person's name: Tryton's loads 130 files before. */
const ARRIVAL_LIFE_MS = MINUTE_MS;

const Payload = z.strictObject({ tenant: TenantId, until: z.int() });

export const showsArrival = (cookieHeader: string | null): boolean => cookieHeader?.includes(ARRIVAL_COOKIE) === true;

/** Values of `Set-Cookie` that set the mark, and that take it away. */
export async function setArrival({ tenant, secrets }: Config, now: number): Promise<string> {
  const token = await signToken(secrets, "arrival", { tenant, until: now + ARRIVAL_LIFE_MS });
  return `${ARRIVAL_COOKIE}=${token}; ${ATTRIBUTES}; Max-Age=${ARRIVAL_LIFE_MS / 1_000}`;
}
export const clearArrival = (): string => `${ARRIVAL_COOKIE}=; ${ATTRIBUTES}; Max-Age=0`;

/** Whether the Cookie header shows a genuine mark of this tenant that is not over. */
export async function readArrival(
  { tenant, secrets }: Config,
  cookieHeader: string | null,
  now: number,
): Promise<boolean> {
  const raw = readCookie(cookieHeader, ARRIVAL_COOKIE);
  if (raw === null) return false;
  const payload = Payload.safeParse(await openToken(secrets, "arrival", raw));
  return payload.success && payload.data.tenant === tenant && payload.data.until > now;
}
