/** [I] OpenID Connect before the demo CRM, against a real provider, in the real runtime. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type LocalWorker, startWorker } from "../../../../scripts/dev/local-worker.ts";
import { CookieJar } from "../../../../scripts/preset/cookie-jar.ts";
import { HolderId } from "../../../../shared/ids.ts";
import { type DemoCrm, startDemoCrm } from "../../../fixtures/demo-crm/demo-crm.ts";
import {
  CLIENT_ID,
  CLIENT_SECRET,
  type IdentityProvider,
  startIdentityProvider,
} from "../../../fixtures/identity-provider/identity-provider.ts";
import { type Sent, send } from "../../../support/send.ts";

const CALLBACK = "/.hotseat/oidc/callback";
const OIDC = "__Host-hotseat-oidc";
let crm: DemoCrm;
let provider: IdentityProvider;
let worker: LocalWorker;
let folder: string;

beforeAll(async () => {
  // The provider says at length that this is no way to run it in earnest.
  for (const level of ["info", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
  folder = mkdtempSync(join(tmpdir(), "hotseat-oidc-"));
  crm = await startDemoCrm();
  provider = await startIdentityProvider(() => worker.url + CALLBACK);
  worker = await startWorker({
    port: 0,
    persistDir: folder,
    bindings: {
      TENANT: "larch",
      CRM_ORIGIN: crm.origin,
      PRESET: "demo",
      SEAT_LIMIT: "5",
      HOTSEAT_SECRET: "of no worth outside this test but long enough",
      IDENTITY: "oidc",
      IDENTITY_ISSUER: provider.issuer,
      IDENTITY_ROLES: '{"crm-finance":"licence_manager"}',
      OIDC_CLIENT_ID: CLIENT_ID,
      OIDC_CLIENT_SECRET: CLIENT_SECRET,
    },
    log: () => undefined,
  });
}, 60_000);
afterAll(async () => {
  await worker.close();
  await provider.close();
  await crm.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A browser of two hosts, which follows redirects one by one. */
class Browser {
  readonly gate = new CookieJar();
  readonly provider = new CookieJar();

  async ask(address: string, init: Sent = {}): Promise<Response> {
    const url = new URL(address, worker.url);
    const jar = url.origin === worker.url ? this.gate : this.provider;
    const headers = new Headers({ accept: "text/html", "sec-fetch-mode": "navigate", "sec-fetch-user": "?1" });
    for (const [name, value] of new Headers(init.headers)) headers.set(name, value);
    if (jar.header !== null) headers.set("cookie", jar.header);
    const response = await send(url, { ...init, headers });
    jar.take(response);
    return response;
  }

  submit(address: string, fields: Record<string, string>): Promise<Response> {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return this.ask(address, { method: "POST", headers, body: new URLSearchParams(fields).toString() });
  }

  /** Follows redirects until there is none, or until one that leads to `stop`. */
  async follow(response: Response, from: string, stop?: string): Promise<string> {
    let [at, address] = [response, from];
    for (let hops = 0; hops < 12; hops++) {
      const location = at.headers.get("location");
      if (location === null) break;
      address = new URL(location, address).href;
      if (stop !== undefined && address.includes(stop)) break;
      at = await this.ask(address);
    }
    return address;
  }

  signInToCrm(login: string): Promise<Response> {
    return this.submit("/login", { login, password: `${login}-larch` });
  }

  /** From the provider's login page to the address of Hotseat's callback, which is not yet followed. */
  async signInAtProvider(begun: Response, login: string): Promise<string> {
    const form = await this.follow(begun, worker.url);
    const entered = await this.submit(form, { prompt: "login", login, password: "any" });
    const consent = await this.follow(entered, form, CALLBACK);
    if (consent.includes(CALLBACK)) return consent;
    return this.follow(await this.submit(consent, { prompt: "consent" }), consent, CALLBACK);
  }
}

let browser: Browser;
beforeEach(() => {
  browser = new Browser();
});
const holders = async () => {
  const observer = { id: HolderId.parse("observer"), name: "Observer", email: null, role: "support" as const };
  const view = await worker.tenant("larch").adminView(observer);
  return view.ok ? view.value.holders.map(({ id, name, role }) => ({ id, name, role })) : [];
};

describe("[I6] OpenID Connect", () => {
  test("code flow with PKCE: from a page of the CRM to the provider and back, with a seat", async () => {
    await browser.signInToCrm("anna");
    const begun = await browser.ask("/contacts?sort=name");
    expect(begun.status).toBe(302);
    const callback = await browser.signInAtProvider(begun, "frank");
    const asked = new URL(provider.asked.find((path) => path.startsWith("/auth?")) ?? "", provider.issuer).searchParams;
    expect(asked.get("code_challenge_method")).toBe("S256");
    expect(asked.get("code_challenge")).toMatch(/^[\w-]{43}$/);
    expect(asked.get("response_type")).toBe("code");
    expect([asked.get("state"), asked.get("nonce")]).toEqual([
      expect.stringMatching(/^[\w-]{43}$/),
      expect.stringMatching(/^[\w-]{43}$/),
    ]);
    const back = await browser.ask(callback);
    expect([back.status, back.headers.get("location")]).toEqual([303, "/contacts?sort=name"]);
    expect(back.headers.getSetCookie().join("\n")).toMatch(
      new RegExp(`${OIDC}=[^;]+; Path=/; HttpOnly; Secure; SameSite=Lax`),
    );
    const page = await browser.ask("/contacts?sort=name");
    expect(page.status).toBe(200);
    expect(browser.gate.names).toContain("__Host-hotseat-pass");
    expect(await holders()).toContainEqual({ id: "frank", name: "Frank Weiß", role: "licence_manager" });
    // A second use of the same answer is none.
    expect((await browser.ask(callback)).status).toBe(403);
    // The CRM's logout takes the sign-in along, so that the next person at this machine is asked.
    await browser.submit("/logout", {});
    expect(browser.gate.names).not.toContain(OIDC);
    expect(await holders()).not.toContainEqual(expect.objectContaining({ id: "frank" }));
  });

  test("what needs no person passes: the login page, files, visitors without a session", async () => {
    for (const path of ["/login", "/assets/base.css"]) expect((await browser.ask(path)).status).toBe(200);
    expect((await browser.ask("/contacts")).headers.get("location")).toMatch(/^\/login/);
  });

  test("[I5] a page's own request is refused in place, never redirected", async () => {
    await browser.signInToCrm("anna");
    const answer = await browser.ask("/api/contacts", { headers: { "sec-fetch-mode": "cors", accept: "*/*" } });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([403, "application/problem+json"]);
    expect((await browser.submit("/contacts", { name: "x" })).status).toBe(403);
  });

  test("[I6.6] a sign-in that runs out while a page is open covers it and leads to the provider", async () => {
    await browser.signInToCrm("anna");
    const script = { headers: { "sec-fetch-mode": "cors", "sec-fetch-user": "", accept: "*/*" } };
    const before = await browser.ask("/api/contacts", script);
    expect([before.status, before.headers.get("x-hotseat-refused")]).toEqual([403, null]);
    await browser.ask(await browser.signInAtProvider(await browser.ask("/contacts"), "anna"));
    await browser.ask("/contacts");
    expect((await browser.ask("/api/contacts", script)).status).toBe(200);
    browser.gate.set(OIDC, "");
    const heartbeat = {
      method: "POST",
      headers: { "content-type": "application/json", origin: worker.url },
      body: "{}",
    };
    expect((await browser.ask("/.hotseat/api/heartbeat", heartbeat)).status).toBe(401);
    const after = await browser.ask("/api/contacts", script);
    expect([after.status, after.headers.get("x-hotseat-refused")]).toEqual([403, "identity_unproven"]);
    // What the page's script then shows over it, and in words where the page takes no frame.
    const cover = await browser.ask("/.hotseat/refused?reason=identity_unproven");
    expect([cover.headers.get("cross-origin-embedder-policy"), cover.headers.get("refresh")]).toEqual([
      "require-corp",
      "20",
    ]);
    const page = await cover.text();
    expect(page).toContain("<h1>Sign in to your organisation first</h1>");
    expect(page).toMatch(/<form method="post" action="\/\.hotseat\/continue[^"]*" target="_blank"/);
    const asData = { headers: { ...script.headers, accept: "application/json" } };
    expect(await (await browser.ask("/.hotseat/refused?reason=identity_unproven", asData)).json()).toMatchObject({
      title: "Sign in to your organisation first",
      text: expect.stringContaining("sign in again"),
      act: "Try again",
    });
    const address = /action="([^"]*)" target="_blank"/.exec(page)?.[1]?.replaceAll("&amp;", "&") ?? "";
    const led = await browser.ask(address, { method: "POST", headers: { origin: worker.url }, body: "" });
    await browser.ask(await browser.signInAtProvider(led, "anna"));
    expect((await browser.ask("/api/contacts", script)).status).toBe(200);
    // Looking again, the cover is the page that leaves by itself once the person has a seat.
    const again = await browser.ask("/.hotseat/refused?reason=identity_unproven");
    expect([again.headers.get("refresh"), again.headers.get("x-hotseat-refused")]).toEqual([null, "no_seat"]);
  });

  test("an answer that this browser did not ask for does not count: another browser's, a made-up state, no state", async () => {
    await browser.signInToCrm("anna");
    const callback = await browser.signInAtProvider(await browser.ask("/contacts"), "anna");
    const victim = new Browser();
    await victim.signInToCrm("ben");
    await victim.follow(await victim.ask("/contacts"), worker.url, provider.issuer);
    for (const address of [callback, `${CALLBACK}?code=x&state=${"A".repeat(43)}`, `${CALLBACK}?code=x`, CALLBACK]) {
      const answer = await victim.ask(address);
      expect([answer.status, victim.gate.names.includes(OIDC)]).toEqual([403, false]);
    }
    expect((await browser.ask(callback.replace(/iss=[^&]+/, "iss=https%3A%2F%2Fevil.example"))).status).toBe(403);
    expect((await browser.ask(callback)).status).toBe(303);
  });

  test("[I6.4] several tabs that sign in at once each come back to their own page", async () => {
    await browser.signInToCrm("anna");
    const begun = [await browser.ask("/contacts"), await browser.ask("/deals")];
    const addresses: string[] = [];
    for (const answer of begun) addresses.push(await browser.follow(answer, worker.url, provider.issuer));
    const [first = "", second = ""] = addresses;
    const form = await browser.follow(await browser.ask(first), first);
    const entered = await browser.submit(form, { prompt: "login", login: "anna", password: "any" });
    const consent = await browser.follow(entered, form, CALLBACK);
    const callback = await browser.follow(await browser.submit(consent, { prompt: "consent" }), consent, CALLBACK);
    expect((await browser.ask(callback)).headers.get("location")).toBe("/contacts");
    // The second tab still shows the provider's page, which by now knows the person.
    const other = await browser.follow(await browser.ask(second), second, CALLBACK);
    expect(other).toContain(CALLBACK);
    const back = await browser.ask(other);
    expect([back.status, back.headers.get("location")]).toEqual([303, "/deals"]);
    expect(browser.gate.names.filter((name) => name.startsWith("__Host-hotseat-oidc-"))).toEqual([]);
  });

  test("[I6.4] however many tabs begin a sign-in, the browser keeps ten of them", async () => {
    await browser.signInToCrm("anna");
    for (let tab = 0; tab < 13; tab++)
      await browser.follow(await browser.ask("/contacts"), worker.url, provider.issuer);
    expect(browser.gate.names.filter((name) => name.startsWith("__Host-hotseat-oidc-"))).toHaveLength(10);
  });

  test("[I6.5] a page with an address that no cookie could hold is signed in for, too, and leads to the first page", async () => {
    await browser.signInToCrm("anna");
    const begun = await browser.ask(`/contacts?filter=${"x".repeat(6_000)}`);
    const callback = await browser.signInAtProvider(begun, "anna");
    expect((await browser.ask(callback)).headers.get("location")).toBe("/");
  });

  test("[I6.5] a person who comes back without a sign-in is shown a page with a way on, a program JSON", async () => {
    const address = `${CALLBACK}?code=x&state=${"A".repeat(43)}`;
    const page = await browser.ask(address, { headers: { "accept-language": "de" } });
    expect([page.status, page.headers.get("content-type")]).toEqual([403, "text/html; charset=utf-8"]);
    expect(await page.text()).toMatch(/<form method="post" action="\/\.hotseat\/continue\?to=%2F"/);
    const answer = await browser.ask(address, { headers: { "sec-fetch-mode": "cors", accept: "*/*" } });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([403, "application/problem+json"]);
  });

  test("[G5.15] a form that is sent after the sign-in has run out is kept, with a way to sign in beside it", async () => {
    await browser.signInToCrm("anna");
    const headers = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };
    const page = await (await browser.ask("/contacts", { method: "POST", headers, body: "note=typed" })).text();
    expect(page).toContain('<input type="hidden" name="note" value="typed"/>');
    expect(page).toMatch(/<form method="post" action="\/\.hotseat\/continue\?to=%2Fcontacts" target="_blank"/);
  });

  test("a refusal of the provider's is told, and signs nobody in", async () => {
    await browser.signInToCrm("anna");
    const begun = await browser.follow(await browser.ask("/contacts"), worker.url, provider.issuer);
    const state = new URL(begun).searchParams.get("state");
    const answer = await browser.ask(`${CALLBACK}?error=access_denied&state=${state}&error_description=<b>no</b>`);
    expect([answer.status, await answer.text()]).toEqual([403, expect.not.stringContaining("<b>")]);
    const spent = await browser.ask(`${CALLBACK}?code=made-up&state=${state}`);
    expect([spent.status, browser.gate.names.includes(OIDC)]).toEqual([403, false]);
  });

  test.each([
    "//evil.example/",
    "https://evil.example/",
    "/\\evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
    "",
  ])("%j is no place to come back to", async (to) => {
    await browser.signInToCrm("anna");
    const begun = await browser.ask(`/.hotseat/oidc/start?to=${encodeURIComponent(to)}`);
    const callback = await browser.signInAtProvider(begun, "anna");
    expect((await browser.ask(callback)).headers.get("location")).toBe("/");
  });

  test("a cookie that Hotseat did not sign says nothing", async () => {
    await browser.signInToCrm("anna");
    const payload = { tenant: "larch", person: { id: "frank", roles: ["crm-finance"] }, until: 9e15 };
    browser.gate.set(OIDC, `${Buffer.from(JSON.stringify(payload)).toString("base64url")}.${"A".repeat(43)}`);
    expect((await browser.ask("/contacts")).headers.get("location")).toMatch(
      /^\/\.hotseat\/oidc\/start\?to=%2Fcontacts$/,
    );
  });
});
