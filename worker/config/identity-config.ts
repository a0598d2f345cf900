/** Which identity source the operator has chosen (I), read from the Worker's variables. */
import * as z from "zod/mini";
import { ROLES } from "../ledger/person.ts";
import { isPointer, POINTER_FORM } from "./json-pointer.ts";

/** The variables and secrets of identity, see wrangler.toml. */
export interface IdentityEnv {
  /** `crm` (by default), `access`, `token` or `oidc`. */
  IDENTITY?: string;
  /** Origin or address of the signer: `https://acme.cloudflareaccess.com`, `https://login.acme.com/realms/acme`. */
  IDENTITY_ISSUER?: string;
  /** `access`: the application's AUD tags, comma separated. `token`: the `aud` that a token must have. */
  IDENTITY_AUDIENCE?: string;
  /** `token`: `header:NAME` or `cookie:NAME`. */
  IDENTITY_TOKEN?: string;
  /** `token`: address of the signer's public keys; without it IDENTITY_SECRET is shared. */
  IDENTITY_JWKS?: string;
  /** `token`: secrets shared with the signer, newest first, comma separated, each of at least 32 characters. */
  IDENTITY_SECRET?: string;
  OIDC_CLIENT_ID?: string;
  OIDC_CLIENT_SECRET?: string;
  /** JSON: where id, login, name, email and roles stand in the claims, as JSON pointers. */
  IDENTITY_CLAIMS?: string;
  /** JSON: names of the claims' roles to Hotseat's. */
  IDENTITY_ROLES?: string;
}

/** JSON pointers into the claims. */
export interface ClaimMap {
  id: string;
  login: string;
  name: string;
  email: string;
  roles: string;
}

interface FromClaims {
  claims: ClaimMap;
  roleMap: Readonly<Record<string, (typeof ROLES)[number]>>;
}

export interface TokenIdentity extends FromClaims {
  kind: "access" | "token";
  carrier: { header: string } | { cookie: string };
  keys: { jwks: string } | { secrets: readonly string[] };
  issuer: string | null;
  audiences: readonly string[];
}

export interface OidcIdentity extends FromClaims {
  kind: "oidc";
  issuer: string;
  clientId: string;
  /** null: a public client, by PKCE alone. */
  clientSecret: string | null;
}

export type IdentityConfig = { kind: "crm" } | TokenIdentity | OidcIdentity;

const USUAL: ClaimMap = {
  id: "/sub",
  login: "/preferred_username",
  name: "/name",
  email: "/email",
  roles: "/groups",
};
const pointer = z.optional(z.string().check(z.refine(isPointer)));
const Claims = z.strictObject({ id: pointer, login: pointer, name: pointer, email: pointer, roles: pointer });
const RoleMap = z.record(z.string(), z.enum(ROLES));

/** `say` is told of every variable that cannot work, with what would be right. */
export function readIdentityConfig(env: IdentityEnv, say: (fault: string) => void): IdentityConfig {
  const kind = env.IDENTITY || "crm";
  switch (kind) {
    case "crm":
      return { kind };
    case "access":
      return readAccess(env, say);
    case "token":
      return readTokenSettings(env, say);
    case "oidc":
      return readOidc(env, say);
    default:
      say(`IDENTITY must be crm, access, token or oidc, not ${JSON.stringify(kind)}`);
      return { kind: "crm" };
  }
}

type Say = (fault: string) => void;

function readAccess(env: IdentityEnv, say: Say): TokenIdentity {
  const issuer = (env.IDENTITY_ISSUER ?? "").replace(/\/$/, "");
  if (!/^https:\/\/[a-z0-9-]+\.cloudflareaccess\.com$/.test(issuer)) {
    say("IDENTITY_ISSUER must be the team's address, such as https://acme.cloudflareaccess.com");
  }
  const audiences = listOf(env.IDENTITY_AUDIENCE);
  if (audiences.length === 0) say("IDENTITY_AUDIENCE must be the AUD tag of the Access application");
  return {
    kind: "access",
    carrier: { header: "cf-access-jwt-assertion" },
    keys: { jwks: `${issuer}/cdn-cgi/access/certs` },
    issuer,
    audiences,
    ...readClaims(env, say, { ...USUAL, login: "/email", roles: "/custom/groups" }),
  };
}

function readTokenSettings(env: IdentityEnv, say: Say): TokenIdentity {
  const [, place, name = ""] = /^(header|cookie):([\w-]+)$/.exec(env.IDENTITY_TOKEN ?? "") ?? [];
  if (place === undefined) say("IDENTITY_TOKEN must be header:NAME or cookie:NAME");
  const jwks = env.IDENTITY_JWKS ?? "";
  const secrets = listOf(env.IDENTITY_SECRET);
  if (jwks === "" && secrets.length === 0) {
    say("IDENTITY_JWKS (address of the signer's public keys) or IDENTITY_SECRET (shared with the signer) is missing");
  }
  if (jwks !== "" && secrets.length > 0) say("IDENTITY_JWKS and IDENTITY_SECRET must not both be set: one signs");
  if (jwks !== "" && !isSafeAddress(jwks)) say("IDENTITY_JWKS must be an https address");
  if (secrets.some((secret) => secret.length < 32)) say("IDENTITY_SECRET must be at least 32 characters each");
  const audiences = listOf(env.IDENTITY_AUDIENCE);
  if (audiences.length === 0) {
    say(
      "IDENTITY_AUDIENCE is missing: the aud of a token says that it was made for Hotseat, and not for something else",
    );
  }
  return {
    kind: "token",
    carrier: place === "cookie" ? { cookie: name } : { header: name.toLowerCase() },
    keys: jwks === "" ? { secrets } : { jwks },
    issuer: env.IDENTITY_ISSUER || null,
    audiences,
    ...readClaims(env, say, USUAL),
  };
}

function readOidc(env: IdentityEnv, say: Say): OidcIdentity {
  const issuer = env.IDENTITY_ISSUER ?? "";
  if (!isSafeAddress(issuer)) say("IDENTITY_ISSUER must be the https address of the identity provider");
  const clientId = env.OIDC_CLIENT_ID ?? "";
  if (clientId === "") say("OIDC_CLIENT_ID is missing: the id that the identity provider knows Hotseat by");
  return {
    kind: "oidc",
    issuer,
    clientId,
    clientSecret: env.OIDC_CLIENT_SECRET || null,
    ...readClaims(env, say, USUAL),
  };
}

function readClaims(env: IdentityEnv, say: Say, usual: ClaimMap): FromClaims {
  const given = parseJson(env.IDENTITY_CLAIMS, Claims);
  if (given === null) {
    say(`IDENTITY_CLAIMS must be JSON of id, login, name, email and roles, each ${POINTER_FORM}`);
  }
  const roleMap = parseJson(env.IDENTITY_ROLES, RoleMap);
  if (roleMap === null) say(`IDENTITY_ROLES must be JSON of names to one of ${ROLES.join(", ")}`);
  const chosen = Object.entries(given ?? {}).filter(([, value]) => value !== undefined);
  return { claims: { ...usual, ...Object.fromEntries(chosen) }, roleMap: roleMap ?? {} };
}

/** An empty object for no text; null for text that is not of the form. */
function parseJson<T extends z.ZodMiniType>(text: string | undefined, schema: T): z.infer<T> | null {
  try {
    const parsed = schema.safeParse(JSON.parse(text || "{}"));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

const listOf = (text: string | undefined): string[] =>
  (text ?? "")
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");

/** https, or a provider on this machine. */
function isSafeAddress(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== "" || url.search !== "" || url.hash !== "") return false;
  return url.protocol === "https:" || (url.protocol === "http:" && /^(?:localhost|127\.0\.0\.1)$/.test(url.hostname));
}
