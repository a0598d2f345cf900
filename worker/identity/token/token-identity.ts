/** People known by a signed token: Cloudflare Access's header, or a header or cookie that the CRM signs. */
import {
  createRemoteJWKSet,
  customFetch,
  decodeJwt,
  errors,
  type JWTPayload,
  type JWTVerifyOptions,
  jwtVerify,
} from "jose";
import type { RoleLists } from "../../config/env.ts";
import type { TokenIdentity } from "../../config/identity-config.ts";
import { readCookie } from "../../pass/cookies.ts";
import type { IdentityResult } from "../identity-result.ts";
import { personOf, readClaims } from "./claims.ts";

/** Signatures by a key pair; what a public key could be mistaken to verify (HS256) is not among them. */
const PAIR_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"];
const SHARED_ALGORITHMS = ["HS256", "HS384", "HS512"];
/** Clocks of signer and Worker may differ by this. */
const TOLERANCE_SECONDS = 10;
export const TOKEN_MAX_CHARS = 8_192;

/** Reads the token as it was sent; null for none. */
export const readSentToken = (
  { carrier }: TokenIdentity,
  cookie: string | null,
  header: (name: string) => string | null,
): string | null => {
  const value = "header" in carrier ? header(carrier.header) : readCookie(cookie, carrier.cookie);
  return value === null || value === "" ? null : value.replace(/^Bearer\s+/i, "");
};

/** `fetchKeys` gets the signer's public keys, which are kept and asked for again when a key is unknown. */
export function createTokenIdentity(
  config: TokenIdentity,
  roleLists: RoleLists,
  fetchKeys: typeof fetch,
  now: () => number,
): (token: string | null) => Promise<IdentityResult> {
  const verify = compileVerify(config, fetchKeys, now);
  return async (token) => {
    if (token === null) return { kind: "unproven", why: "there is no token" };
    if (token.length > TOKEN_MAX_CHARS) return { kind: "unproven", why: "the token is too long" };
    let claims: JWTPayload;
    try {
      claims = await verify(token);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (!isSigners(error) || isOver(token, now())) return { kind: "unproven", why };
      return { kind: "unknown", why: `the signer's keys cannot be had: ${why}` };
    }
    const person = personOf(readClaims(claims, config.claims), config, roleLists);
    return person === null
      ? { kind: "unproven", why: `the token has no usable id at ${config.claims.id}` }
      : { kind: "signed_in", person };
  };
}

/** Whether the fault is the signer's, whose keys did not come, and not the token's. */
const isSigners = (error: unknown): boolean =>
  !(error instanceof errors.JOSEError) || error instanceof errors.JWKSTimeout || error.code === "ERR_JOSE_GENERIC";

/** Whether the token itself says that it is over. */
function isOver(token: string, now: number): boolean {
  try {
    return (decodeJwt(token).exp ?? 0) * 1_000 <= now;
  } catch {
    return true;
  }
}

function compileVerify(
  { keys, issuer, audiences }: TokenIdentity,
  fetchKeys: typeof fetch,
  now: () => number,
): (token: string) => Promise<JWTPayload> {
  const options = (algorithms: string[]): JWTVerifyOptions => ({
    algorithms,
    audience: [...audiences],
    ...(issuer === null ? {} : { issuer }),
    requiredClaims: ["exp"],
    clockTolerance: TOLERANCE_SECONDS,
    currentDate: new Date(now()),
  });
  if ("jwks" in keys) {
    const remote = createRemoteJWKSet(new URL(keys.jwks), { [customFetch]: (url, init) => fetchKeys(url, init) });
    return async (token) => (await jwtVerify(token, remote, options(PAIR_ALGORITHMS))).payload;
  }
  const secrets = keys.secrets.map((secret) => new TextEncoder().encode(secret));
  return async (token) => {
    let fault: unknown = new errors.JWSSignatureVerificationFailed();
    for (const secret of secrets) {
      try {
        return (await jwtVerify(token, secret, options(SHARED_ALGORITHMS))).payload;
      } catch (error) {
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
        fault = error;
      }
    }
    throw fault;
  };
}
