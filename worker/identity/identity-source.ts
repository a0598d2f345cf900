/** Who says who a visitor is, chosen by configuration (I). One adapter per file. */
import type { Config } from "../config/config.ts";
import { readCookie } from "../pass/cookies.ts";
import { readSignIn } from "../pass/sign-in.ts";
import { type Credentials, compileCredentials, compileSessionCookieTest } from "./credentials.ts";
import { type Ask, compileQuestion, type Visitor } from "./crm/crm-question.ts";
import { compileRecordCount, type RecordCount } from "./crm/record-count.ts";
import type { IdentityLives } from "./identity-cache.ts";
import type { IdentityResult } from "./identity-result.ts";
import { clearSignedIn, OIDC_COOKIE, readSignedIn } from "./oidc/oidc-session.ts";
import { signInAddress } from "./oidc/oidc-sign-in.ts";
import type { Preset } from "./preset/preset-schema.ts";
import { compileSessionCredentials, credentialHeaders, type ReadCredential } from "./session-credential.ts";
import { personOf } from "./token/claims.ts";
import { createTokenIdentity, readSentToken, TOKEN_MAX_CHARS } from "./token/token-identity.ts";

export interface IdentitySource {
  /** The session of a request: the CRM's, together with what says who it is. Null where there is none of the CRM's. */
  readCredential: ReadCredential;
  /** Names of headers that may carry it, in lower case. */
  credentialHeaders: readonly string[];
  /** Whether a cookie of this name may carry it, alone or with others. */
  isSessionCookie: (name: string) => boolean;
  /** What of a request could say who asks, besides the session. */
  credentials: Credentials;
  /** Of these, those that come with every request, also to Hotseat's own addresses. */
  steadyHeaders: readonly string[];
  find(visitor: Visitor): Promise<IdentityResult>;
  /** How many records the CRM has; null: it does not tell. */
  countRecords: RecordCount | null;
  lives: IdentityLives;
  /** Where a person goes who has not proved who it is; null: there is no such place. */
  signInAddress: ((pathAndQuery: string) => string) | null;
  /** `Set-Cookie` values that go with a logout. */
  signedOutCookies: readonly string[];
}

export interface SourcePorts {
  /** Asks the CRM. */
  ask: Ask;
  /** Asks signers and identity providers. */
  fetchKeys: typeof fetch;
  now: () => number;
}

export function createIdentitySource(config: Config, preset: Preset, ports: SourcePorts): IdentitySource {
  const { crmOrigin, roleLists, identity } = config;
  const { identityLifeMs, anonymousLifeMs, identityTimeoutMs } = config.timing;
  const crm: IdentitySource = {
    readCredential: withSignIn(compileSessionCredentials(preset)),
    credentialHeaders: credentialHeaders(preset),
    isSessionCookie: compileSessionCookieTest(preset),
    credentials: compileCredentials(preset),
    steadyHeaders: [],
    find: compileQuestion({ crmOrigin, roleLists, identityTimeoutMs }, preset, ports.ask),
    countRecords: compileRecordCount({ crmOrigin, identityTimeoutMs }, preset, ports.ask),
    lives: {
      signedInMs: preset.identity.signedInLifeMs ?? identityLifeMs,
      anonymousMs: preset.identity.anonymousLifeMs ?? anonymousLifeMs,
    },
    signInAddress: null,
    signedOutCookies: [],
  };
  if (identity.kind === "crm") return crm;
  if (identity.kind === "oidc") {
    return {
      ...crm,
      readCredential: joinCredentials(crm.readCredential, ({ cookie }) => readCookie(cookie, OIDC_COOKIE)),
      find: async ({ headers }) => {
        const claimed = await readSignedIn(config, headers.get("cookie"), ports.now());
        const person = claimed === null ? null : personOf(claimed, identity, roleLists);
        return person === null ? { kind: "unproven", why: "nobody has signed in" } : { kind: "signed_in", person };
      },
      signInAddress,
      signedOutCookies: [clearSignedIn()],
    };
  }
  const find = createTokenIdentity(identity, roleLists, ports.fetchKeys, ports.now);
  const header = "header" in identity.carrier ? [identity.carrier.header] : [];
  return {
    ...crm,
    readCredential: joinCredentials(
      crm.readCredential,
      (source) => readSentToken(identity, source.cookie, source.header),
      header,
    ),
    credentialHeaders: [...crm.credentialHeaders, ...header],
    steadyHeaders: identity.kind === "access" ? header : [],
    find: ({ headers }) => find(readSentToken(identity, headers.get("cookie"), (name) => headers.get(name))),
  };
}

/** I9: another sign-in by the same value is another session. */
const withSignIn =
  (readCrm: ReadCredential): ReadCredential =>
  (source, after) => {
    const credential = readCrm(source, after);
    const signIn = readSignIn(source.cookie);
    return credential === null || signIn === null ? credential : { ...credential, signIn };
  };

/** A pass is bound to both: another person behind the same session of the CRM is another session. */
const joinCredentials =
  (
    readCrm: ReadCredential,
    readOther: (source: Parameters<ReadCredential>[0]) => string | null,
    headers: readonly string[] = [],
  ): ReadCredential =>
  (source, after) => {
    const credential = readCrm(source, after);
    // A longer token proves nobody, so the rest does not distinguish sessions.
    const other = (readOther(source) ?? "").slice(0, TOKEN_MAX_CHARS + 1);
    if (credential === null) return null;
    const raw = `${credential.raw}\n\n${other}`;
    return { ...credential, raw, headers: [...(credential.headers ?? []), ...headers] };
  };
