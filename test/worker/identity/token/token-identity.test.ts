/** [I] People known by signed tokens: Cloudflare Access, and a header or cookie of the CRM's. */

import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Config } from "../../../../worker/config/config.ts";
import { type IdentityEnv, readIdentityConfig } from "../../../../worker/config/identity-config.ts";
import { Browser } from "../../../support/site/browser.ts";
import { GateSite } from "../../../support/site.ts";

const ISSUER = "https://acme.cloudflareaccess.com";
const AUD = "4714c1358e65fe4b408ad6d432a5f878f08194bdb4752441fd56faefa9b2b6f2";
const ACCESS: IdentityEnv = {
  IDENTITY: "access",
  IDENTITY_ISSUER: ISSUER,
  IDENTITY_AUDIENCE: AUD,
  IDENTITY_ROLES: '{"crm-finance":"licence_manager","it":"support"}',
};
const PASS = "__Host-hotseat-pass";

const identityOf = (env: IdentityEnv): Config["identity"] => {
  const faults: string[] = [];
  const identity = readIdentityConfig(env, (fault) => faults.push(fault));
  expect(faults).toEqual([]);
  return identity;
};

beforeEach(() => {
  for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});

/** A signer with keys that change, and a site that believes it. */
async function signedHouse(env: IdentityEnv = ACCESS) {
  const site = new GateSite({ identity: identityOf(env) });
  const keys: { kid: string; privateKey: CryptoKey; jwk: object }[] = [];
  const addKey = async (kid: string) => {
    const { privateKey, publicKey } = await generateKeyPair("RS256");
    keys.push({ kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: "RS256", use: "sig" } });
  };
  await addKey("k1");
  const asked: string[] = [];
  site.fetchKeys = async (url) => {
    asked.push(String(url));
    return Response.json({ keys: keys.map(({ jwk }) => jwk) });
  };
  const sign = (claims: JWTPayload, change: { kid?: string; exp?: number; key?: CryptoKey; alg?: string } = {}) => {
    const key = keys.find(({ kid }) => kid === (change.kid ?? keys[0]?.kid));
    return new SignJWT({ iss: ISSUER, aud: [AUD], sub: "7335d417", email: "anna@larch.example", ...claims })
      .setProtectedHeader({ alg: change.alg ?? "RS256", kid: change.kid ?? "k1" })
      .setIssuedAt(site.time / 1_000 - 5)
      .setExpirationTime(change.exp ?? site.time / 1_000 + 3_600)
      .sign(change.key ?? key?.privateKey ?? new Uint8Array(32));
  };
  const go = (token: string | null, browser = site.browser("s1"), path = "/contacts") =>
    browser.ask(path, {
      headers: {
        accept: "text/html",
        "sec-fetch-mode": "navigate",
        "sec-fetch-user": "?1",
        ...(token === null ? {} : { "cf-access-jwt-assertion": token }),
      },
    });
  return { site, sign, go, addKey, keys, asked };
}

describe("[I6] Cloudflare Access", () => {
  it("the person of the assertion has the seat, and the CRM is not asked", async () => {
    const { site, sign, go, asked } = await signedHouse();
    const browser = site.browser("s1");
    expect((await go(await sign({ name: "Anna L." }), browser)).status).toBe(200);
    expect(site.tenant.claims[0]?.person).toEqual({
      id: "7335d417",
      name: "Anna L.",
      names: ["anna@larch.example"],
      email: "anna@larch.example",
      role: "user",
      crmRoles: 0,
    });
    expect(browser.cookies.has(PASS)).toBe(true);
    expect([site.crm.questions, asked]).toEqual([0, [`${ISSUER}/cdn-cgi/access/certs`]]);
  });

  it("[G2] the CRM's own keys go along: here the provider says who people are", async () => {
    const { site, sign } = await signedHouse();
    const browser = site.browser("s1");
    const answer = await browser.ask("/api/contacts?access_token=t-1", {
      headers: { "cf-access-jwt-assertion": await sign({}), authorization: "Bearer t-2", "x-api-key": "t-3" },
    });
    expect([answer.status, site.crm.questions]).toEqual([200, 0]);
    const { url, headers } = site.crm.asked.at(-1) ?? {};
    expect(new URL(url ?? "").search).toBe("?access_token=t-1");
    expect([headers?.get("authorization"), headers?.get("x-api-key")]).toEqual(["Bearer t-2", "t-3"]);
  });

  it("[I4] its groups are mapped, and lists name people by email", async () => {
    const { site, sign, go } = await signedHouse();
    await go(await sign({ custom: { groups: ["x", "crm-finance"] } }));
    expect(site.tenant.claims[0]?.person.role).toBe("licence_manager");
    const listed = new GateSite({
      identity: identityOf(ACCESS),
      roleLists: { licence_manager: [], admin: ["anna@larch.example"], support: [] },
    });
    listed.fetchKeys = site.fetchKeys;
    await listed.browser("s1").ask("/contacts", { headers: { "cf-access-jwt-assertion": await sign({}) } });
    expect(listed.tenant.claims[0]?.person.role).toBe("admin");
  });

  it("[G2] public paths and visitors without a session of the CRM pass without an assertion", async () => {
    const { site, go } = await signedHouse();
    expect((await go(null, site.browser("s1"), "/login")).status).toBe(200);
    expect((await go(null, new Browser(site, {}))).status).toBe(200);
  });

  it.each<[string, (signed: Awaited<ReturnType<typeof signedHouse>>) => Promise<string | null> | null]>([
    ["no assertion", () => null],
    ["no token at all", async () => "anna@larch.example"],
    ["another issuer", ({ sign }) => sign({ iss: "https://evil.cloudflareaccess.com" })],
    ["another application", ({ sign }) => sign({ aud: ["other"] })],
    ["no audience", ({ sign }) => sign({ aud: [] })],
    ["one that is over", ({ sign, site }) => sign({}, { exp: site.time / 1_000 - 60 })],
    ["another key", async ({ sign }) => sign({}, { key: (await generateKeyPair("RS256")).privateKey })],
    [
      "a key that is not there",
      async ({ sign }) => sign({}, { kid: "k9", key: (await generateKeyPair("RS256")).privateKey }),
    ],
    [
      "the public key taken for a shared secret",
      ({ sign, keys }) =>
        sign({}, { alg: "HS256", key: new TextEncoder().encode(JSON.stringify(keys[0]?.jwk)) as never }),
    ],
    [
      "no signature",
      async ({ sign }) => {
        const [, payload] = (await sign({})).split(".");
        return `${btoa('{"alg":"none"}').replaceAll("=", "")}.${payload}.`;
      },
    ],
    ["an altered payload", async ({ sign }) => (await sign({})).replace(/\.ey../, ".eyAA")],
    ["no usable id", ({ sign }) => sign({ sub: "" })],
    ["a huge one", ({ sign }) => sign({ x: "x".repeat(20_000) })],
  ])("[I5] %s proves nobody: refused, and the CRM sees nothing", async (_, make) => {
    const signed = await signedHouse();
    const token = await make(signed);
    const answer = await signed.go(token);
    expect([answer.status, await answer.text()]).toEqual([
      403,
      expect.stringContaining("Sign in to your organisation"),
    ]);
    expect([signed.site.tenant.claims, signed.site.crm.asked]).toEqual([[], []]);
  });

  it("a new key of the signer's is fetched when a token names it", async () => {
    const { site, sign, go, addKey, asked } = await signedHouse();
    await go(await sign({}));
    await addKey("k2");
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_000 });
    try {
      expect((await go(await sign({ sub: "2" }, { kid: "k2" }), site.browser("s2"))).status).toBe(200);
    } finally {
      vi.useRealTimers();
    }
    expect(asked).toHaveLength(2);
    expect(site.tenant.claims.map(({ person }) => person.id)).toEqual(["7335d417", "2"]);
  });

  it("[I1] where keys cannot be fetched the answer is unknown: nobody is let in, and an earlier answer goes on", async () => {
    const { site, sign, go } = await signedHouse();
    site.fetchKeys = () => Promise.reject(new Error("connection refused"));
    const held = await go(await sign({}));
    expect([held.status, await held.text()]).toEqual([503, expect.stringContaining("did not say who you are")]);
    expect(site.tenant.claims).toEqual([]);
  });

  it("an assertion that is over ends what it gave, whatever the identity cookie says", async () => {
    const { site, sign, go } = await signedHouse();
    const browser = site.browser("s1");
    const token = await sign({}, { exp: site.time / 1_000 + 60 });
    await go(token, browser);
    site.time += site.config.timing.identityLifeMs + 1;
    for (let count = 0; count < 2; count++) expect((await go(token, browser)).status).toBe(403);
  });

  it("another person behind the same session of the CRM is another session", async () => {
    const { site, sign, go } = await signedHouse();
    const browser = site.browser("shared");
    await go(await sign({}), browser);
    await go(await sign({ sub: "other", email: "x@larch.example" }), browser);
    expect(site.tenant.claims.map(({ person }) => person.id)).toEqual(["7335d417", "other"]);
  });
});

describe("[I6] a token that the CRM signs", () => {
  const SECRET = "shared with the CRM and of no worth elsewhere";
  const env: IdentityEnv = {
    IDENTITY: "token",
    IDENTITY_AUDIENCE: "hotseat",
    IDENTITY_SECRET: `new ${SECRET},${SECRET}`,
  };
  const make = (secret: string, claims: Record<string, unknown> = {}) =>
    new SignJWT({ aud: "hotseat", sub: "u1", preferred_username: "anna", name: "Anna", exp: 2_000_000_000, ...claims })
      .setProtectedHeader({ alg: "HS256" })
      .sign(new TextEncoder().encode(secret));

  it("in a cookie, by a shared secret, the new one and the one before", async () => {
    const site = new GateSite({ identity: identityOf({ ...env, IDENTITY_TOKEN: "cookie:crm_user" }) });
    for (const secret of [SECRET, `new ${SECRET}`]) {
      const browser = new Browser(site, { larch_session: secret.slice(0, 3), crm_user: await make(secret) });
      expect((await browser.navigate("/contacts")).status).toBe(200);
    }
    expect(site.tenant.claims.map(({ person }) => person.name)).toEqual(["Anna", "Anna"]);
  });

  it("in a header, with or without Bearer", async () => {
    const site = new GateSite({ identity: identityOf({ ...env, IDENTITY_TOKEN: "header:X-Crm-User" }) });
    for (const before of ["", "Bearer "]) {
      const headers = { "x-crm-user": before + (await make(SECRET)), "sec-fetch-mode": "cors" };
      expect((await site.browser(`s${before}`).ask("/api/contacts", { headers })).status).toBe(200);
    }
  });

  it.each([
    ["another secret", () => make("another secret that nobody here has heard of")],
    ["another audience", () => make(SECRET, { aud: "billing" })],
    ["no word of its end", () => make(SECRET, { exp: undefined })],
    ["nothing in it", async () => "e30.e30.e30"],
  ])("%s proves nobody", async (_, token) => {
    const site = new GateSite({ identity: identityOf({ ...env, IDENTITY_TOKEN: "cookie:crm_user" }) });
    const browser = new Browser(site, { larch_session: "s", crm_user: await token() });
    expect((await browser.poll("/api/contacts")).status).toBe(403);
    expect(site.tenant.claims).toEqual([]);
  });
});

describe("variables of identity", () => {
  it.each<[IdentityEnv, string]>([
    [{ IDENTITY: "ldap" }, "IDENTITY must be crm, access, token or oidc"],
    [{ IDENTITY: "access", IDENTITY_AUDIENCE: AUD }, "IDENTITY_ISSUER must be the team's address"],
    [
      { IDENTITY: "access", IDENTITY_ISSUER: "https://evil.example", IDENTITY_AUDIENCE: AUD },
      "IDENTITY_ISSUER must be",
    ],
    [{ IDENTITY: "access", IDENTITY_ISSUER: ISSUER }, "IDENTITY_AUDIENCE must be the AUD tag"],
    [{ IDENTITY: "token" }, "IDENTITY_TOKEN must be header:NAME or cookie:NAME"],
    [{ IDENTITY: "token", IDENTITY_TOKEN: "cookie:x" }, "IDENTITY_JWKS (address of the signer's public keys) or"],
    [{ IDENTITY: "token", IDENTITY_SECRET: "short" }, "IDENTITY_SECRET must be at least 32 characters each"],
    [{ IDENTITY: "token", IDENTITY_JWKS: "http://crm.example/jwks" }, "IDENTITY_JWKS must be an https address"],
    [{ IDENTITY: "token", IDENTITY_JWKS: "https://a.b", IDENTITY_SECRET: "x".repeat(32) }, "must not both be set"],
    [{ IDENTITY: "token" }, "IDENTITY_AUDIENCE is missing"],
    [{ IDENTITY: "oidc" }, "IDENTITY_ISSUER must be the https address of the identity provider"],
    [{ IDENTITY: "oidc", IDENTITY_ISSUER: "http://login.example" }, "IDENTITY_ISSUER must be the https address"],
    [{ IDENTITY: "oidc", IDENTITY_ISSUER: "https://login.example" }, "OIDC_CLIENT_ID is missing"],
    [
      { ...ACCESS, IDENTITY_CLAIMS: '{"id":"sub"}' },
      "IDENTITY_CLAIMS must be JSON of id, login, name, email and roles",
    ],
    [{ ...ACCESS, IDENTITY_CLAIMS: "sub" }, "IDENTITY_CLAIMS must be JSON"],
    [{ ...ACCESS, IDENTITY_ROLES: '{"it":"boss"}' }, "IDENTITY_ROLES must be JSON of names to one of user"],
  ])("%j: %s", (env, words) => {
    const faults: string[] = [];
    readIdentityConfig(env, (fault) => faults.push(fault));
    expect(faults.join("; ")).toContain(words);
  });
});
