import { describe, expect, it } from "vitest";
import type { BindingId, HolderId, SessionKey, TenantId } from "../../../shared/ids.ts";
import {
  clearBinding,
  forgetBinding,
  newBinding,
  readBinding,
  setBinding,
} from "../../../worker/pass/browser-binding.ts";
import { PASS_COOKIE, readCookie, stripCookies } from "../../../worker/pass/cookies.ts";
import { clearIdentityCookie, readIdentityCookie, signIdentityCookie } from "../../../worker/pass/identity-cookie.ts";
import { clearPass, isLive, readPass, signPass } from "../../../worker/pass/pass.ts";
import { boundGroups } from "../../../worker/pass/person-bounds.ts";
import { fromBase64Url, openToken, signToken, TOKEN_MAX_CHARS, toBase64Url } from "../../../worker/pass/signature.ts";
import { testConfig } from "../../support/site.ts";

const NOW = 1_800_000_000_000;
const SESSION = "s".repeat(22) as SessionKey;
const pair = (setCookie: string): string => setCookie.split(";")[0] ?? "";
const grant = (binding = newBinding()) => ({ holder: "u1" as HolderId, session: SESSION, binding, until: NOW + 1_000 });

describe("[G3] signed tokens", () => {
  const secrets = ["first secret first secret first sec"];

  it("open to what was signed, whatever the script", async () => {
    const value = { name: "Zoë Ünïcödé 😀 日本", list: [1, null] };
    expect(await openToken(secrets, "pass", await signToken(secrets, "pass", value))).toEqual(value);
  });

  it("a rotation of secrets signs nobody out, and a dropped secret opens nothing", async () => {
    const token = await signToken(secrets, "pass", { a: 1 });
    expect(await openToken(["a new secret comes first in the list", ...secrets], "pass", token)).toEqual({ a: 1 });
    expect(await openToken(["a new secret comes first in the list"], "pass", token)).toBeUndefined();
  });

  it("a token of one purpose is nothing for another", async () => {
    expect(await openToken(secrets, "who", await signToken(secrets, "pass", { a: 1 }))).toBeUndefined();
  });

  it("no other spelling, cut or stretch of a token opens", async () => {
    const token = await signToken(secrets, "pass", { a: 1 });
    const last = token.slice(0, -1) + String.fromCharCode(token.charCodeAt(token.length - 1) ^ 1);
    for (const wrong of [
      "",
      ".",
      token.slice(1),
      token.slice(0, -1),
      `${token}=`,
      `${token}A`,
      ` ${token}`,
      last,
      token.replace(".", ".."),
    ]) {
      expect(await openToken(secrets, "pass", wrong)).toBeUndefined();
    }
  });

  it("none is made or read beyond its bound", async () => {
    await expect(signToken(secrets, "pass", "x".repeat(TOKEN_MAX_CHARS))).rejects.toThrow("too long");
    expect(await openToken(secrets, "pass", "x".repeat(TOKEN_MAX_CHARS + 1))).toBeUndefined();
  });

  it("base64url has one spelling per value", () => {
    const bytes = new Uint8Array([255, 254, 253, 0, 62]);
    expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes);
    for (const wrong of ["A", "AB", "AA==", "A+A/", "A A", "AAÄA"]) expect(fromBase64Url(wrong)).toBeNull();
  });
});

describe("[G3] the pass cookie", () => {
  it("is HttpOnly, Secure, Lax, for the whole host and gone with the browser", async () => {
    expect(await signPass(testConfig(), grant())).toMatch(
      /^__Host-hotseat-pass=[\w-]+\.[\w-]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    for (const cleared of [clearPass(), clearIdentityCookie(), clearBinding()])
      expect(cleared).toMatch(/=; Path=\/; .*; Max-Age=0$/);
  });

  it("is read back, expired or not, as one object per value", async () => {
    const config = testConfig();
    const header = pair(await signPass(config, { ...grant(), until: 5 }));
    const pass = await readPass(config, header);
    expect(pass).toMatchObject({ tenant: "acme", holder: "u1", session: SESSION, until: 5, active: false });
    expect(await readPass(config, `a=b; ${header}`)).toBe(pass);
    expect(await readPass(testConfig({ tenant: "umbra" as TenantId }), header)).toBeNull();
    expect(await readPass(testConfig({ secrets: ["some other secret, long enough for all"] }), header)).toBeNull();
  });

  it("names the binding as every version did, so that a deployment takes nobody's pass away", async () => {
    const config = testConfig();
    const cookie = pair(await signPass(config, grant("b".repeat(22) as BindingId)));
    const signed = await openToken(config.secrets, "pass", cookie.slice(cookie.indexOf("=") + 1));
    expect(signed).toMatchObject({ jar: "b".repeat(22) });
    expect(await readPass(config, cookie)).toMatchObject({ binding: "b".repeat(22) });
  });

  it("[L9] admits its own session, beside its own binding, until its time, until the binding is handed back", async () => {
    const config = testConfig();
    const binding = newBinding();
    const pass = await readPass(config, pair(await signPass(config, grant(binding))));
    if (pass === null) throw new Error("the pass was not read");
    expect(isLive(config, pass, SESSION, binding, NOW)).toBe(true);
    expect(isLive(config, pass, SESSION, binding, NOW + 1_000)).toBe(false);
    expect(isLive(config, pass, "t".repeat(22) as SessionKey, binding, NOW)).toBe(false);
    expect(isLive(config, pass, SESSION, newBinding(), NOW)).toBe(false);
    expect(isLive(config, pass, SESSION, null, NOW)).toBe(false);
    // L9.35: this clock, or the one by which it was issued, was set by an hour.
    expect(isLive(config, pass, SESSION, binding, NOW - 3_600_000)).toBe(false);
    forgetBinding(binding);
    expect(isLive(config, pass, SESSION, binding, NOW)).toBe(false);
  });
});

describe("[L9] the binding", () => {
  it("goes out and comes back; what does not have its form is ignored", () => {
    const binding = newBinding();
    expect(readBinding(pair(setBinding(binding)))).toBe(binding);
    for (const wrong of ["short", "a b c d e f g h", "x".repeat(65), "<script>"]) {
      expect(readBinding(pair(setBinding(wrong as BindingId)))).toBeNull();
    }
  });
});

describe("[G3] the identity cookie", () => {
  const person = {
    id: "u1" as HolderId,
    name: "Carla Núñez 日本",
    email: "carla@larch.example",
    role: "user" as const,
  };

  it("says who it is until its time", async () => {
    const config = testConfig();
    const set = await signIdentityCookie(config, { person, session: SESSION, identifiedAt: NOW });
    expect(set).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=Lax; Max-Age=43200$/);
    expect(await readIdentityCookie(config, pair(set), NOW)).toMatchObject({
      person,
      session: SESSION,
      identifiedAt: NOW,
    });
    expect(await readIdentityCookie(config, pair(set), NOW + config.timing.whoLifeMs)).toBeNull();
    expect(await readIdentityCookie(testConfig({ tenant: "umbra" as TenantId }), pair(set), NOW)).toBeNull();
  });

  it("holds the longest person there can be", async () => {
    const longest = {
      id: "日".repeat(200) as HolderId,
      name: "😀".repeat(500),
      email: `${"é".repeat(125)}@ab`,
      role: "licence_manager" as const,
      groups: boundGroups(Array.from({ length: 60 }, (_, index) => `${index} ${'"'.repeat(40)}日本`)),
    };
    expect(longest.groups.length).toBeGreaterThan(5);
    const set = await signIdentityCookie(testConfig({ tenant: "a".repeat(63) as TenantId }), {
      person: longest,
      session: SESSION,
      identifiedAt: NOW,
    });
    expect(pair(set).length).toBeLessThanOrEqual(4_096);
    expect(await readIdentityCookie(testConfig({ tenant: "a".repeat(63) as TenantId }), pair(set), NOW)).toMatchObject({
      person: { id: longest.id, groups: longest.groups },
    });
  });
});

describe("[G1] the Cookie header", () => {
  it.each([
    [null, null],
    ["", null],
    ["a=1", null],
    [`${PASS_COOKIE}=x`, "x"],
    [`a=1; ${PASS_COOKIE}=x=y; b=2`, "x=y"],
    [`a=1;\t${PASS_COOKIE}=x ;b=2`, "x"],
    [`${PASS_COOKIE}=`, null],
    [`${PASS_COOKIE}=x; ${PASS_COOKIE}=x`, null],
    [`a${PASS_COOKIE}=x; ${PASS_COOKIE}2=y; v=${PASS_COOKIE}=z`, null],
  ])("%j has the pass %j", (header, value) => expect(readCookie(header, PASS_COOKIE)).toBe(value));

  it.each([
    [null, null],
    ["a=1;b=2 ;  c", "a=1;b=2 ;  c"],
    [`a=1; ${PASS_COOKIE}=x;  b="2;"`, `a=1;  b="2;"`],
    [`${PASS_COOKIE}=x; a=1`, "a=1"],
    [`__Host-hotseat-anything=x; ${PASS_COOKIE}=y`, null],
    ["CF_Authorization=jwt; CF_AppSession=s; CF_Authorized=mine", "CF_Authorized=mine"],
  ])("%j goes on as %j", (header, rest) => expect(stripCookies(header)).toBe(rest));
});
