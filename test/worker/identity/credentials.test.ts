/** [G2] What of a request could say who sends it, and what a CRM's Set-Cookie makes of a session. */
import { describe, expect, it } from "vitest";
import { addressSetCookie, applySetCookies, nameSetBy } from "../../../worker/http/set-cookie.ts";
import { compileCredentials, compileSessionCookieTest, dropCredentials } from "../../../worker/identity/credentials.ts";
import { dropKeys } from "../../../worker/identity/key-names.ts";
import { dropFieldCookies } from "../../../worker/identity/preset/field-match.ts";
import { loadPreset } from "../../../worker/identity/preset/presets.ts";
import { compileSessionCredentials } from "../../../worker/identity/session-credential.ts";
import { stripCookies } from "../../../worker/pass/cookies.ts";

/** All of them are harmless. */
const SAME = "the same";

describe("[G2] nobody's request", () => {
  it.each([
    "authorization",
    "proxy-authorization",
    "x-api-key",
    "dolapikey",
    "espo-authorization",
    "x-openerp-session-id",
    "cf-access-jwt-assertion",
    "x-forwarded-user",
    "x-client-cert",
    "ssl-client-cert",
    "x-http-method-override",
    "sec-websocket-protocol",
    "x-anything-else",
  ])("goes without %s", (name) => {
    const headers = new Headers({ [name]: "x", accept: "text/html" });
    dropCredentials(headers);
    expect([...headers.keys()]).toEqual(["accept"]);
  });

  it.each([
    ["/contacts?api_key=1", "/contacts"],
    ["/contacts?page=2&API-KEY=1&sort=name", "/contacts?page=2&sort=name"],
    ["/societe/list.php?DOLAPIKEY=3&limit=5", "/societe/list.php?limit=5"],
    ["/contacts?access_token=2;page=1", "/contacts?page=1"],
    ["/index.php?PHPSESSID=x&module=Home", "/index.php?module=Home"],
    ["/index.php?%50HPSESSID=x", "/index.php"],
    ["/index.php?session_id[]=x&a=1", "/index.php?a=1"],
    ["/index.php?session_id[csrf]=x&a=1", "/index.php?a=1"],
    ["/index.php?session_id%00csrf=x&a=1", "/index.php?a=1"],
    ["/index.php?api_key%00x=k&api_key%00%ff=k&a=1", "/index.php?a=1"],
    ["/index.php?api_key%=k&a=1", "/index.php?a=1"],
    ["/contacts;jsessionid=anna/7;v=1", "/contacts/7;v=1"],
    ["/contacts?user.token=1&password=2", "/contacts"],
    ["/(S(lit3py55t21z5v55vlm25s55)F(ticket))/contacts?a=1", "/contacts?a=1"],
    ["/crm/(f(ticket))", "/crm"],
    ["/(A(x))", "/"],
  ])("goes without the keys of its address: %s", (address, left) => {
    expect(dropKeys(address)).toBe(left);
  });

  it.each([
    "/contacts",
    "/contacts?",
    "/contacts?page=2&sort=name",
    "/reset?token=5f1d7a&session_expired=1",
    "/index.php?action=Login&key=",
    "/a;v=1/b?next=%2Fcontacts%3Fapi_key%3D1",
    "/%zz?%zz=1",
    "/wiki/Lead_(sales)/(draft)/a(b)",
    "/sign-in?authenticity_token=x",
  ])("keeps the address that says nothing of who asks: %s", (address) => {
    expect(dropKeys(address)).toBe(address);
  });

  it("keeps the fields that open one document to whoever has the link", () => {
    expect(dropKeys("/my/orders/7?access_token=t&api_key=k", { linkKeys: ["access_token"] })).toBe(
      "/my/orders/7?access_token=t",
    );
  });

  it("keeps what does not say who asks", () => {
    const names = [
      "accept-language",
      "content-type",
      "if-none-match",
      "range",
      "referer",
      "user-agent",
      "x-csrf-token",
    ];
    const headers = new Headers(Object.fromEntries(names.map((name) => [name, "x"])));
    headers.set("sec-fetch-mode", "navigate");
    dropCredentials(headers);
    expect([...headers.keys()].sort()).toEqual([...names, "sec-fetch-mode"].sort());
    const carrying = new Headers({ authorization: "Session x" });
    dropCredentials(carrying, ["authorization"]);
    expect(carrying.has("authorization")).toBe(true);
  });

  it.each<[string, string | null, string | null, boolean]>([
    ["remember_me=anna", null, null, true],
    ["larch_session=s1; remember_me=anna", null, "larch_session=s1", true],
    ["XSRF-TOKEN=x; frontend_lang=de_DE; theme=dark", "XSRF-TOKEN=x; frontend_lang=de_DE; theme=dark", null, false],
    ["csrftoken=x, remember_me=anna", "csrftoken=x", null, true],
    ["session%00csrf=anna", null, null, true],
    ["larch_session=s1", null, "larch_session=s1", false],
    ["__Host-hotseat-who=x; CF_Authorization=y", null, null, false],
    ["langsession=x", null, null, true],
    [".AspNetCore.Correlation.Zk3=N; .AspNetCore.OpenIdConnect.Nonce.CfD-J8_x=N", SAME, null, false],
    ["mod_auth_openidc_state_9f=x; __Host-authjs.pkce.code_verifier=y; oauth2_auth_request_state=z", SAME, null, false],
    ["oidc_nonce=x; saml2_state=y; nonce=z", SAME, null, false],
    ["auth_state=x; state=y; vuex_state=z", null, null, true],
    ["nonce_session=x; sso_token_state=y; correlation.ticket=z", null, null, true],
  ])("[G2.24] of the cookies %s", (cookie, harmless, anonymous, hasOthers) => {
    const credentials = compileCredentials(loadPreset("demo"));
    const kept = harmless === SAME ? cookie : harmless;
    expect(credentials.harmlessCookies(cookie)).toBe(kept);
    expect(credentials.anonymousCookies(cookie)).toBe(anonymous ?? kept);
    expect(credentials.hasOtherCookies(cookie)).toBe(hasOthers);
  });

  it("one cookie of a pair is a carrier's, and no session's", () => {
    const isSessionCookie = compileSessionCookieTest(loadPreset("espocrm"));
    expect(["auth-token", "auth-token-secret", "auth-token-x"].map(isSessionCookie)).toEqual([true, true, false]);
    expect(compileCredentials(loadPreset("espocrm")).harmlessCookies("auth-token=x")).toBeNull();
  });
});

describe("[G1] cookies joined by commas", () => {
  it.each<[string, string | null]>([
    ["a=1, __Host-hotseat-who=x", "a=1"],
    ["a=1, __Host-hotseat-who=x, b=2; c=3", "a=1, b=2; c=3"],
    ["__Host-hotseat-pass=x, CF_Authorization=y", null],
    ["a=1,2; __Host-hotseat-pass=x", "a=1,2"],
  ])("%s", (cookie, kept) => expect(stripCookies(cookie)).toBe(kept));
});

it.each([
  ['{"v":1,"u":"anna"}', '{"v":1,"u":"bert"}'],
  ["x,AAA=", "x,BBB="],
  ["a k=1", "a k=2"],
])("[L9] [G2] the session values %s and %s are two", (...values) => {
  const read = compileSessionCredentials(loadPreset("demo"));
  const [one, other] = values.map((value) => read({ cookie: `x=1; larch_session=${value}`, header: () => null })?.raw);
  expect(one).not.toBe(other);
  // A value is the same whatever stands beside it.
  expect(read({ cookie: `larch_session=${values[0]}; y="a,b"`, header: () => null })?.raw).toBe(one);
});

it.each([
  ["aspnet", ".ASPXAUTH=one", ".aspxauth=two"],
  ["suitecrm", "PHPSESSID=one", "PHPSESSID=deleted"],
  ["dolibarr", `DOLSESSID_${"a".repeat(40)}=one`, `DOLSESSID_${"a".repeat(40)}=deleted`],
])("[G2.21] [G2.38] a session beside what a server may take in its place is another one: %s", (name, own, other) => {
  const read = compileSessionCredentials(loadPreset(name));
  const [alone, before, behind] = [own, `${other}; ${own}`, `${own}; ${other}`].map(
    (cookie) => read({ cookie, header: () => null })?.raw,
  );
  expect(alone).toBeDefined();
  expect(before).not.toBe(alone);
  expect(behind).not.toBe(alone);
});

it("[G2.38] what a server leaves of a session that it took away is none by itself", () => {
  const read = compileSessionCredentials(loadPreset("suitecrm"));
  expect(read({ cookie: "PHPSESSID=deleted; PHPSESSID=", header: () => null })).toBeNull();
});

it("[L9] [G2] [G2.33] a session behind a comma counts, also one that begins as another one's value does", () => {
  const read = compileSessionCredentials(loadPreset("demo"));
  const rawOf = (cookie: string) => read({ cookie, header: () => null })?.raw;
  expect(rawOf("larch_session=anna.2; x=1,larch_session=anna")).not.toBe(rawOf("larch_session=anna.2; x=1"));
});

/** As much as Cloudflare takes in headers. */
const HEADER_CHARS = 120_000;

it.each([
  ["blanks", `a=1${" ".repeat(HEADER_CHARS)}b`],
  ["other blanks", `a=1${"\f".repeat(HEADER_CHARS)}b`],
  ["words", `a=1${" b".repeat(HEADER_CHARS / 2)}`],
  ["a word", `a=1 ${"b".repeat(HEADER_CHARS)}`],
  ["commas", `a=1${",".repeat(HEADER_CHARS)}b`],
])("[G2] [G2.33] a header of many %s takes no time that grows by its square", (_, cookie) => {
  const credentials = compileCredentials(loadPreset("demo"));
  expect(credentials.harmlessCookies(`theme=1; ${cookie}`)).toBe("theme=1");
  expect(dropFieldCookies(["module"], `${cookie}; module=1`)).toBe(cookie);
  expect(compileSessionCredentials(loadPreset("demo"))({ cookie, header: () => null })).toBeNull();
});

it.each([
  ["s=a,b; module=x", "s=a,b"],
  ["s=a k=1; t=1, module=x; u=2,3", "s=a k=1; t=1; u=2,3"],
  ["s=1,module=x", "s=1"],
  ["module=x", null],
])("[L9] [G2] [G2.28] of %s the question shows what stands beside a field's cookie as it is", (cookie, left) => {
  expect(dropFieldCookies(["module"], cookie)).toBe(left);
});

describe("[G9] Set-Cookie", () => {
  const NOW = Date.UTC(2026, 10, 1);
  it.each<[string | null, string[], string | null]>([
    [null, ["s=1; Path=/"], "s=1"],
    ["s=1; a=2", ["s=3; HttpOnly"], "s=3; a=2"],
    ["s=1, a=2", ["s=3"], "s=3; a=2"],
    ["s=1", ["s=; Max-Age=0"], null],
    ["s=1", ["s=x; Max-Age=-1; Expires=Fri, 01 Jan 2038 00:00:00 GMT"], null],
    ["s=1", ["s=x; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT"], "s=x"],
    ["s=1", ["s=x; expires=Thu, 01 Jan 1970 00:00:00 GMT"], null],
    ["s=1", ["s=x; Expires=Thu, 01-Jan-1970 00:00:01 GMT"], null],
    ["s=1", ["s=x; Expires=Thu, 01-Jan-70 0:0:10"], null],
    ["s=1", ["s=x; Expires=Thu, 01 Jan 1970 00:00:00 MEZ"], null],
    ["s=1", ["s=x; Expires=Thu Jan  1 00:00:00 1970"], null],
    ["s=1", ["s=x; Expires=Mon, 01-Jan-0001 00:00:00 GMT"], null],
    ["s=1", ["s=x; Expires=Fri, 31-Dec-69 23:59:59 GMT"], "s=x"],
    ["s=1", ["s=x; Expires=0"], "s=x"],
    ["s=1", ["s=x; Expires=-1"], "s=x"],
    ["s=1", ["s=x; Expires=Session"], "s=x"],
    ["s=1", ["s=x; Expires=Thu, 31-Feb-1970 00:00:00 GMT"], "s=x"],
    ["s=1", ["s=x; Expires=Thu, 01 Jan 1970 24:00:00 GMT"], "s=x"],
    ["s=1", ["s=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Expires=0"], null],
    ["s=1", ["s=deleted; expires=Thu, 01 Jan 1970 00:00:00 GMT", "s=2"], "s=2"],
    ["s=1", ["s=deleted; Max-Age=0; Path=/old"], "s=1"],
    ["s=1", ["s=2; Path=/crm"], "s=2"],
    ["s=1", ["s=2; Path=/cr"], "s=1"],
    ["s=1", ["s=2; Path=/", "s=; Path=/; Domain=acme.example; Max-Age=0"], "s=2"],
    ["s=1", ["s=2; Path=/", "s=x; Path=/crm; Expires=Thu, 01 Jan 1970 00:00:00 GMT"], "s=2"],
    ["s=1", ["s=2; Path=/; Domain=.Acme.example", "s=; Domain=acme.example; Path=/; Max-Age=0"], null],
    ["s=1", ["s=2; Path=/crm", "s=; Max-Age=0"], null],
    ["s=1", ["s=2; Path=/", "s=; Max-Age=0"], "s=2"],
    ["s=1; s=2", ["s=3"], "s=3"],
    // Browsers keep the place of a cookie that is set again.
    ["c0=1; c1=2; x=3", ["c0=4"], "c0=4; c1=2; x=3"],
    ["c0=1; c1=2", ["c1=3", "c0=4", "c2=5"], "c0=4; c1=3; c2=5"],
    // A comma may be part of a value.
    ['p={"a":1,"b":2}; s=1', ["s=2"], 'p={"a":1,"b":2}; s=2'],
    ["s=1", ["no pair", "=x"], "s=1"],
  ])("%s and %j", (cookie, lines, after) => expect(applySetCookies(cookie, lines, NOW, "/crm/x")).toBe(after));

  it("of an answer to another path means the same there", () => {
    expect(addressSetCookie("s=1; HttpOnly", "/web/session/info")).toBe("s=1; HttpOnly; Path=/web/session");
    expect(addressSetCookie("s=1", "/info")).toBe("s=1; Path=/");
    expect(addressSetCookie("s=1; path=/", "/web/x")).toBe("s=1; path=/");
    expect([nameSetBy("s=1; Path=/"), nameSetBy("x")]).toEqual(["s", null]);
  });
});
