/** What stays in the browser of a sign-in at the identity provider: signed, and nothing to the CRM. */

import * as z from "zod/mini";
import { HOUR_MS, MINUTE_MS } from "../../../shared/durations.ts";
import { TenantId } from "../../../shared/ids.ts";
import { findCookies, readCookie } from "../../pass/cookies.ts";
import { openToken, signToken } from "../../pass/signature.ts";
import type { ClaimedPerson } from "../token/claims.ts";

export const OIDC_COOKIE = "__Host-hotseat-oidc";
const BEGUN_PREFIX = "__Host-hotseat-oidc-";
const ATTRIBUTES = "Path=/; HttpOnly; Secure; SameSite=Lax";

/** A working day; then the provider is asked again, which mostly answers without a word to the person. */
export const SIGNED_IN_MS = 10 * HOUR_MS;
/** Time to type a password and a second factor. */
export const BEGUN_MS = 10 * MINUTE_MS;

const text = z.nullable(z.string());
const SignedIn = z.strictObject({
  tenant: TenantId,
  person: z.strictObject({ id: text, login: text, name: text, email: text, roles: z.array(z.string()) }),
  until: z.int(),
});
const Begun = z.strictObject({
  tenant: TenantId,
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  /** Path and query on this host. */
  to: z.string(),
  until: z.int(),
});
export type Begun = z.infer<typeof Begun>;

interface Signer {
  tenant: TenantId;
  secrets: readonly string[];
}

/** Value of `Set-Cookie`: the person signed in at the provider, for `SIGNED_IN_MS`. */
export async function signSignedIn({ tenant, secrets }: Signer, person: ClaimedPerson, now: number): Promise<string> {
  const token = await signToken(secrets, "oidc", { tenant, person, until: now + SIGNED_IN_MS });
  return `${OIDC_COOKIE}=${token}; ${ATTRIBUTES}; Max-Age=${SIGNED_IN_MS / 1_000}`;
}

/** Who signed in, as far as that still counts. */
export async function readSignedIn(
  { tenant, secrets }: Signer,
  cookie: string | null,
  now: number,
): Promise<ClaimedPerson | null> {
  const raw = readCookie(cookie, OIDC_COOKIE);
  const parsed = raw === null ? null : SignedIn.safeParse(await openToken(secrets, "oidc", raw));
  if (parsed?.success !== true || parsed.data.tenant !== tenant || parsed.data.until <= now) return null;
  return parsed.data.person;
}

export const clearSignedIn = (): string => `${OIDC_COOKIE}=; ${ATTRIBUTES}; Max-Age=0`;

/** A browser that is opened again with all its tabs begins a sign-in in each; more would make the Cookie header too long. */
const BEGUN_MAX = 10;
/** Longer addresses of a page do not fit into a cookie. */
const TO_MAX_CHARS = 1_500;

/**
 * `Set-Cookie` values with a sign-in that begins. One cookie each, so that several tabs may sign in at once; of too many
 * the oldest go. `cookie`: what the browser shows.
 */
export async function signBegun(
  { tenant, secrets }: Signer,
  begun: Omit<Begun, "tenant" | "until">,
  cookie: string | null,
  now: number,
): Promise<string[]> {
  const to = begun.to.length > TO_MAX_CHARS ? "/" : begun.to;
  const token = await signToken(secrets, "oidc-begun", { tenant, ...begun, to, until: now + BEGUN_MS });
  const others = namesBegun(cookie);
  return [
    ...others.slice(0, Math.max(0, others.length - BEGUN_MAX + 1)).map(clear),
    `${nameOf(begun.state)}=${token}; ${ATTRIBUTES}; Max-Age=${BEGUN_MS / 1_000}`,
  ];
}

/** The sign-in that this browser began with this state; null: none that is genuine and fresh. */
export async function readBegun(
  { tenant, secrets }: Signer,
  cookie: string | null,
  state: string,
  now: number,
): Promise<Begun | null> {
  const raw = readCookie(cookie, nameOf(state));
  const parsed = raw === null ? null : Begun.safeParse(await openToken(secrets, "oidc-begun", raw));
  if (parsed?.success !== true) return null;
  const begun = parsed.data;
  return begun.tenant === tenant && begun.state === state && begun.until > now ? begun : null;
}

/** `Set-Cookie` value that takes a sign-in that was begun, and no other, out of the browser. */
export const clearBegun = ({ state }: Begun): string => clear(nameOf(state));

const clear = (name: string): string => `${name}=; ${ATTRIBUTES}; Max-Age=0`;

/** In the order sent, which is that in which they began. */
const namesBegun = (cookie: string | null): string[] =>
  findCookies(cookie ?? "", (name) => name.startsWith(BEGUN_PREFIX)).map((pair) => pair.slice(0, pair.indexOf("=")));

const STATE_SHOWN = 12;
const nameOf = (state: string): string => BEGUN_PREFIX + state.replace(/[^A-Za-z0-9_-]/g, "").slice(0, STATE_SHOWN);
