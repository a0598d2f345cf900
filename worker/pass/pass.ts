/** The pass (G3): the short-lived signed cookie that admits a request without asking the tenant. */
import * as z from "zod/mini";
import { BindingId, HolderId, SessionKey, TenantId } from "../../shared/ids.ts";
import { PASS_LIFE_MAX_MS } from "../../shared/timing.ts";
import type { Config } from "../config/config.ts";
import { BoundedMap } from "../memory/bounded-map.ts";
import { isForgotten } from "./browser-binding.ts";
import { PASS_COOKIE, readCookie } from "./cookies.ts";
import { openToken, signToken } from "./signature.ts";

const ATTRIBUTES = "Path=/; HttpOnly; Secure; SameSite=Lax";

/** As signed; the binding is under the name that its cookie has. */
const Payload = z.pipe(
  z.strictObject({
    tenant: TenantId,
    holder: HolderId,
    session: SessionKey,
    jar: BindingId,
    until: z.int().check(z.minimum(0)),
  }),
  z.transform(({ jar, ...pass }) => ({ ...pass, binding: jar })),
);

/** A genuine pass of the tenant; whether it still admits is another question, see `isLive`. */
export interface Pass extends z.infer<typeof Payload> {
  /** G8: the person was active under it, and the tenant has not been told. */
  active: boolean;
}

/** Enough for every pass of a large tenant; one entry is about 600 bytes. */
const KNOWN_MAX = 10_000;

/** By cookie value. The secrets it was verified with stand beside it, since tests hold several configurations. */
const known = new BoundedMap<string, { pass: Pass; secrets: readonly string[] }>(KNOWN_MAX);

/** Value of `Set-Cookie` with a new pass: a session cookie, so that closing the browser takes it along. */
export async function signPass(
  config: Config,
  pass: { holder: HolderId; session: SessionKey; binding: BindingId; until: number },
): Promise<string> {
  const { holder, session, binding, until } = pass;
  const payload = { tenant: config.tenant, holder, session, jar: binding, until };
  return `${PASS_COOKIE}=${await signToken(config.secrets, "pass", payload)}; ${ATTRIBUTES}`;
}

/** Value of `Set-Cookie` that takes the pass out of the browser. */
export const clearPass = (): string => `${PASS_COOKIE}=; ${ATTRIBUTES}; Max-Age=0`;

/**
 * The genuine pass of this tenant that the Cookie header shows, expired or not; else null. Verifies each value once
 * and then answers the same object.
 */
export async function readPass(config: Config, cookieHeader: string | null): Promise<Pass | null> {
  const raw = readCookie(cookieHeader, PASS_COOKIE);
  if (raw === null) return null;
  const { tenant, secrets } = config;
  const recall = (): Pass | null => {
    const kept = known.get(raw);
    return kept !== undefined && isSame(kept.secrets, secrets) && kept.pass.tenant === tenant ? kept.pass : null;
  };
  const before = recall();
  if (before !== null) return before;
  const payload = Payload.safeParse(await openToken(secrets, "pass", raw));
  // What is not genuine is not remembered: strangers could fill the memory with it.
  if (!payload.success || payload.data.tenant !== tenant) return null;
  // Another request may have verified it in the meantime; there is one object, for it holds what was seen.
  const meanwhile = recall();
  if (meanwhile !== null) return meanwhile;
  const pass: Pass = { ...payload.data, active: false };
  known.set(raw, { pass, secrets });
  return pass;
}

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a === b || (a.length === b.length && a.every((secret, index) => secret === b[index]));

/**
 * L9.35: no pass lives longer. One that seems to is from before this clock was set back, or by one that was set ahead: the
 * seat may be free long before it ends.
 */
const isBeyondLife = ({ timing }: Config, until: number, now: number): boolean =>
  until - now > Math.max(PASS_LIFE_MAX_MS, timing.passLifeMs) + timing.clockSkewMs;

/** Whether the pass is neither over nor beyond what a pass may live. */
export const isTimely = (config: Config, { until }: Pick<Pass, "until">, now: number): boolean =>
  until > now && !isBeyondLife(config, until, now);

/** Whether the pass admits a request of this session and binding at this time. */
export function isLive(
  config: Config,
  pass: Pass,
  session: SessionKey,
  binding: BindingId | null,
  now: number,
): boolean {
  return isTimely(config, pass, now) && pass.session === session && pass.binding === binding && !isForgotten(binding);
}

/** G6: whether a pass that is over may still be gone by while the seats are out of reach: it was issued so lately. */
export function isInGrace(config: Config, { until }: Pass, now: number): boolean {
  const { outageGraceMs, timing } = config;
  const issuedAt = until - (timing.passLifeMs - timing.clockSkewMs);
  return outageGraceMs > 0 && now - issuedAt <= outageGraceMs && !isBeyondLife(config, until, now);
}
