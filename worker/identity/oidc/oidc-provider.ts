/** The identity provider, as Hotseat speaks to it: OpenID Connect, authorization code flow with PKCE. */

import { createRemoteJWKSet, customFetch, jwtVerify } from "jose";
import * as z from "zod/mini";
import { HOUR_MS } from "../../../shared/durations.ts";
import { within } from "../../async/timeout.ts";
import type { OidcIdentity } from "../../config/identity-config.ts";
import type { Begun } from "./oidc-session.ts";

const address = z.string().check(z.refine((text: string) => URL.parse(text) !== null));
const Discovered = z.object({
  issuer: z.string(),
  authorization_endpoint: address,
  token_endpoint: address,
  jwks_uri: address,
  userinfo_endpoint: z.optional(address),
  token_endpoint_auth_methods_supported: z.optional(z.array(z.string())),
});
type Discovered = z.infer<typeof Discovered>;
const Tokens = z.object({ id_token: z.string(), access_token: z.optional(z.string()) });

export interface OidcProvider {
  /** Where the person signs in. */
  startAt(begun: Pick<Begun, "state" | "nonce" | "verifier">, redirectUri: string): Promise<string>;
  /** The verified claims for a code. Throws when the provider does not say what it must. */
  redeem(code: string, begun: Pick<Begun, "nonce" | "verifier">, redirectUri: string): Promise<Record<string, unknown>>;
  issuer: string;
}

const DISCOVERED_FOR_MS = HOUR_MS;
const PATIENCE_MS = 10_000;
const ANSWER_MAX_CHARS = 256 * 1024;
const SCOPES = "openid profile email groups";
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"];

export function createOidcProvider(config: OidcIdentity, fetchIt: typeof fetch, now: () => number): OidcProvider {
  let known: { discovered: Discovered; keys: ReturnType<typeof createRemoteJWKSet>; until: number } | null = null;

  async function ask(url: string, init: RequestInit = {}): Promise<unknown> {
    const asked = await within(
      PATIENCE_MS,
      fetchIt(url, { ...init, redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS) }),
    );
    if (asked === undefined) throw new Error(`${new URL(url).origin} took longer than ${PATIENCE_MS} ms`);
    const text = await asked.value.text();
    if (!asked.value.ok) throw new Error(`${url} answered ${asked.value.status}`);
    if (text.length > ANSWER_MAX_CHARS) throw new Error(`${url} answered more than ${ANSWER_MAX_CHARS} characters`);
    try {
      return JSON.parse(text);
    } catch {
      // The parser's own message would copy a piece of the answer, which may be a token, into the log.
      throw new Error(`${url} answered no JSON`);
    }
  }

  async function discover() {
    if (known !== null && known.until > now()) return known;
    const answer = await ask(`${config.issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
    const discovered = Discovered.parse(answer);
    // OpenID Connect Discovery 4.3: otherwise another provider could speak for this one.
    if (discovered.issuer !== config.issuer) throw new Error(`the provider calls itself ${discovered.issuer}`);
    const keys = createRemoteJWKSet(new URL(discovered.jwks_uri), { [customFetch]: (url, init) => fetchIt(url, init) });
    known = { discovered, keys, until: now() + DISCOVERED_FOR_MS };
    return known;
  }

  return {
    issuer: config.issuer,

    async startAt({ state, nonce, verifier }, redirectUri) {
      const { discovered } = await discover();
      const url = new URL(discovered.authorization_endpoint);
      const challenge = await challengeOf(verifier);
      const fields = { response_type: "code", client_id: config.clientId, redirect_uri: redirectUri, scope: SCOPES };
      const proof = { state, nonce, code_challenge: challenge, code_challenge_method: "S256" };
      for (const [name, value] of Object.entries({ ...fields, ...proof })) url.searchParams.set(name, value);
      return url.href;
    },

    async redeem(code, { nonce, verifier }, redirectUri) {
      const { discovered, keys } = await discover();
      const body = new URLSearchParams({ grant_type: "authorization_code", code, redirect_uri: redirectUri });
      body.set("code_verifier", verifier);
      const headers = authenticate(config, discovered, body);
      const tokens = Tokens.parse(
        await ask(discovered.token_endpoint, { method: "POST", headers, body: body.toString() }),
      );
      const { payload } = await jwtVerify(tokens.id_token, keys, {
        issuer: config.issuer,
        audience: config.clientId,
        algorithms: ALGORITHMS,
        requiredClaims: ["exp", "sub"],
        clockTolerance: 10,
        currentDate: new Date(now()),
      });
      if (payload.nonce !== nonce) throw new Error("the token was made for another sign-in");
      if (payload.azp !== undefined && payload.azp !== config.clientId)
        throw new Error("the token is another client's");
      if (discovered.userinfo_endpoint === undefined || tokens.access_token === undefined) return payload;
      const told = await ask(discovered.userinfo_endpoint, {
        headers: { authorization: `Bearer ${tokens.access_token}`, accept: "application/json" },
      });
      const more = z.record(z.string(), z.unknown()).parse(told);
      // OpenID Connect Core 5.3.2: otherwise one person's token could bring another's name.
      if (more.sub !== payload.sub) throw new Error("the provider speaks of somebody else");
      return { ...more, ...payload };
    },
  };
}

function authenticate(config: OidcIdentity, discovered: Discovered, body: URLSearchParams): Record<string, string> {
  const headers = { "content-type": "application/x-www-form-urlencoded", accept: "application/json" };
  const { clientId, clientSecret } = config;
  const ways = discovered.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
  if (clientSecret !== null && ways.includes("client_secret_basic")) {
    // RFC 6749 2.3.1: both parts encoded as in a form.
    const pair = [clientId, clientSecret].map((part) => new URLSearchParams({ p: part }).toString().slice(2)).join(":");
    return { ...headers, authorization: `Basic ${btoa(pair)}` };
  }
  body.set("client_id", clientId);
  if (clientSecret !== null) body.set("client_secret", clientSecret);
  return headers;
}

async function challengeOf(verifier: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  return btoa(String.fromCharCode(...new Uint8Array(digest)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
