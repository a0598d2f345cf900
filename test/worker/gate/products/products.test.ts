/** [I] [G5] Every measured product's preset before a fake of its identity behaviour. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import { TIMING } from "../../../../shared/timing.ts";
import { Browser } from "../../../support/site/browser.ts";
import { stayInOneIsolate } from "../../harsh/isolates.ts";
import {
  ANNA,
  BASE_HEADERS,
  CARL,
  callJson,
  DOLIBARR,
  ESPO,
  FRANK,
  go,
  HUGO,
  MARA,
  ODOO,
  openProduct,
  PRODUCTS,
  type Product,
  poll,
  SAM,
  SUITE,
  submit,
} from "./products.ts";

const PASS = "__Host-hotseat-pass";
const WHO = "__Host-hotseat-who";
/** Cookies that say who somebody is; how the browser came here says nothing of that. */
const own = (browser: Browser): string[] =>
  [...browser.cookies.keys()].filter((name) => name.startsWith("__Host-") && name !== "__Host-hotseat-arrival");

/** The CRM's own cookies. */
const sessionsOf = ({ cookies }: { cookies: ReadonlyMap<string, string> }): [string, string][] =>
  [...cookies].filter(([name]) => !name.startsWith("__Host-"));

beforeEach(() => {
  for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});

describe.each([...PRODUCTS])("$preset", (product) => {
  it("[G2] anyone who is not signed in passes, gets the product's own answer and nothing of Hotseat's", async () => {
    const { site, browser, crm } = openProduct(product);
    site.tenant.refuse();
    for (let visit = 0; visit < 2; visit++) {
      const answer = await go(browser, product.page);
      expect([200, 301, 303, 401]).toContain(answer.status);
      site.time += 10_000;
    }
    expect(own(browser)).toEqual([]);
    expect(site.tenant.claims).toEqual([]);
    expect(crm.asked.length).toBeGreaterThan(0);
  });

  it("[G2] its login, what the form needs and static files are never refused", async () => {
    const { site, browser, signIn, crm } = openProduct(product);
    await signIn(ANNA);
    site.tenant.refuse();
    expect((await go(browser, product.page)).headers.get("x-hotseat-refused")).toBe("limit_reached");
    for (const path of product.open) {
      const answer = await poll(browser, path);
      expect([path, answer.headers.get("x-hotseat-refused"), answer.status]).toEqual([path, null, 200]);
    }
    const asked = crm.asked.length;
    const again = await product.signIn(new Browser(site, {}), FRANK.login, FRANK.password);
    // The CRM takes every login; where it answers with a page, that is for people with a seat.
    expect(again.headers.get("x-hotseat-refused")).toBe(product.signsInToAPage === true ? "limit_reached" : null);
    expect(crm.asked.length).toBeGreaterThan(asked);
  });

  it("[G2] what it takes from strangers it also gets from somebody without a seat, and without their session", async () => {
    const { site, browser, signIn } = openProduct(product);
    await signIn(ANNA);
    site.tenant.refuse();
    expect((await go(browser, product.page)).headers.get("x-hotseat-refused")).toBe("limit_reached");
    for (const address of product.ofStrangers) {
      const [path = "", method] = address.split(" ").reverse();
      const before = new Map(browser.cookies);
      const answer = await (method === "POST"
        ? submit(browser, path, { name: "Elif" })
        : browser.ask(path, { method: method ?? "GET", headers: { ...BASE_HEADERS, "sec-fetch-mode": "navigate" } }));
      expect([address, answer.status, answer.headers.get("x-hotseat-refused")]).toEqual([address, 200, null]);
      expect([address, await answer.text()]).toEqual([address, expect.stringMatching(/of nobody|^file$/)]);
      expect([address, sessionsOf(browser)]).toEqual([address, sessionsOf({ cookies: before })]);
      expect((await go(browser, product.page)).headers.get("x-hotseat-refused")).toBe("limit_reached");
    }
    site.tenant.grant();
    site.time += 10_000;
    expect((await go(browser, product.page)).status).toBe(200);
    expect(site.tenant.claims.at(-1)?.person.id).toBe(product.idOf(ANNA));
  });

  it("[I1] [G4] after the login the person has a seat, by id, name and role", async () => {
    const { site, browser, signIn } = openProduct(product);
    await go(browser, product.page);
    await signIn(FRANK);
    const answer = await go(browser, product.page);
    expect(answer.status).toBe(200);
    expect(site.tenant.claims.at(-1)?.person).toMatchObject({ id: product.idOf(FRANK) });
    expect(site.tenant.claims.at(-1)?.person.name).toMatch(/^Frank Weiß/);
    expect(site.tenant.claims.at(-1)?.person.role).toBe("licence_manager");
    expect(own(browser)).toContain(PASS);
    const anna = new Browser(site, {});
    await signIn(ANNA, anna);
    await go(anna, product.page);
    expect(site.tenant.claims.at(-1)?.person).toMatchObject({ id: product.idOf(ANNA), role: "user" });
  });

  it("[I4] no right comes from what people write into their own profile", async () => {
    const roleLists = { licence_manager: [], admin: [], support: ["sam", "sam@vendor.example"] };
    const { site, signIn } = openProduct(product, { roleLists });
    for (const [who, role] of [
      [HUGO, "user"],
      [MARA, "user"],
      [SAM, "support"],
    ] as const) {
      const browser = new Browser(site, {});
      await signIn(who, browser);
      expect((await go(browser, product.page)).status).toBe(200);
      const { person } = site.tenant.claims.at(-1) ?? {};
      expect([person?.id, person?.role]).toEqual([product.idOf(who), role]);
    }
  });

  it("[I4] lists name people by login", async () => {
    const roleLists = { licence_manager: [], admin: [], support: ["anna"] };
    const { site, browser, signIn } = openProduct(product, { roleLists });
    await signIn(ANNA);
    await go(browser, product.page);
    expect(site.tenant.claims.at(-1)?.person.role).toBe("support");
  });

  it("[I2] the product is asked once for many requests, and not again before the answer is old", async () => {
    stayInOneIsolate("answers and questions under way are each isolate's own");
    const { site, browser, signIn, questions } = openProduct(product);
    await signIn(ANNA);
    const asked = questions();
    await Promise.all(Array.from({ length: 6 }, () => product.call(browser)));
    await go(browser, product.page);
    const first = questions() - asked;
    for (let minute = 0; minute < 4; minute++) {
      site.time += 60_000;
      await go(browser, product.page);
    }
    expect([first, questions() - asked]).toEqual([1, 1]);
    site.time += TIMING.identityLifeMs;
    expect(questions() - asked).toBe(1);
    await go(browser, product.page);
    expect(questions() - asked).toBe(2);
  });

  it("[G5] refusals suit the product: a page, its own shape, a refused WebSocket", async () => {
    const { site, browser, signIn, crm } = openProduct(product);
    await signIn(ANNA);
    site.tenant.refuse();
    const asked = crm.asked.filter((line) => !line.startsWith(product.question)).length;
    const page = await go(browser, product.page);
    expect([page.status, page.headers.get("cache-control")]).toEqual([503, "no-store"]);
    expect(await page.text()).toContain("No available licenses, please contact IT");
    const answer = await product.call(browser);
    expect(answer.headers.get("x-hotseat-refused")).toBe("limit_reached");
    expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
    await product.refused(answer);
    const socket = await poll(browser, "/websocket", { upgrade: "websocket" });
    expect(socket.status).toBe(503);
    // The product's business saw nothing.
    const seen = crm.asked.filter((line) => !line.startsWith(product.question)).slice(asked);
    expect(seen.filter((line) => product.furtherQuestions?.test(line) !== true)).toEqual([]);
  });

  it("[G5] logout ends the lease at once and is never refused", async () => {
    const { site, browser, signIn } = openProduct(product);
    await signIn(ANNA);
    await go(browser, product.page);
    const session = site.tenant.claims[0]?.session;
    site.tenant.refuse();
    const answer = await product.signOut(browser);
    expect(answer.headers.get("x-hotseat-refused")).toBeNull();
    expect(site.tenant.signOuts).toEqual([{ holder: product.idOf(ANNA), session }]);
    expect(own(browser)).toEqual(["__Host-hotseat-receipt"]);
    const after = await go(browser, product.page);
    expect(after.headers.get("x-hotseat-refused")).toBeNull();
    // A receipt that is cleared with an answer that nobody may keep is over by itself in a moment.
    expect(own(browser).filter((name) => name !== "__Host-hotseat-receipt")).toEqual([]);
  });

  it("[I1] a session that the product ended ends the lease at the next question", async () => {
    const { site, browser, signIn, crm } = openProduct(product);
    await signIn(ANNA);
    await go(browser, product.page);
    crm.endSessions();
    site.time += TIMING.identityLifeMs + 1;
    await go(browser, product.page);
    expect(site.tenant.signOuts).toMatchObject([{ holder: product.idOf(ANNA) }]);
    expect(own(browser)).toEqual(["__Host-hotseat-receipt"]);
  });

  it("[I1] [I5] a question that takes too long is unknown: nobody is let in, nobody is signed out", async () => {
    const { site, browser, signIn, crm } = openProduct(product, { timing: { ...TIMING, identityTimeoutMs: 30 } });
    await signIn(ANNA);
    const sane = crm.fetch;
    crm.fetch = () => new Promise(() => undefined);
    const held = await go(browser, product.page);
    expect([held.status, site.tenant.claims, site.tenant.signOuts]).toEqual([503, [], []]);
    expect(await held.text()).toContain("The CRM did not say who you are");
    crm.fetch = sane;
    // On a busy machine also an answer at once may take longer than that.
    const comesIn = async () => expect((await go(browser, product.page)).status).toBe(200);
    await vi.waitFor(comesIn, { timeout: 20_000 });
    expect(site.tenant.claims).toHaveLength(1);
  });

  it("[I3] a forged or foreign session is nobody", async () => {
    const { site, browser, signIn } = openProduct(product);
    await signIn(ANNA);
    const forged = new Browser(site, {});
    for (const name of browser.cookies.keys()) forged.cookies.set(name, "f".repeat(26));
    forged.cookies.set("ck_login_id_20", "1");
    await go(forged, product.page);
    expect(site.tenant.claims).toEqual([]);
  });
});

describe("what only some products do", () => {
  it("EspoCRM: one of the two cookies is no session", async () => {
    const { site, browser, signIn } = openProduct(ESPO);
    await signIn(ANNA);
    browser.cookies.delete("auth-token-secret");
    expect((await ESPO.call(browser)).status).toBe(401);
    expect(site.tenant.claims).toEqual([]);
  });

  it("EspoCRM: the agent comes into its page with the page's nonce", async () => {
    const { browser } = openProduct(ESPO);
    expect(await (await go(browser, "/")).text()).toContain('<script src="/.hotseat/agent.js" nonce="q83vEjRWeJA=">');
  });

  it("[G8] EspoCRM: its polls are no activity, what a person saves is", async () => {
    const { site, browser, signIn } = openProduct(ESPO);
    await signIn(ANNA);
    await browser.ask("/api/v1/Notification/action/notReadCount", { method: "POST" });
    await browser.ask("/api/v1/Account", { method: "POST" });
    site.time += 25_000;
    await poll(browser, "/api/v1/Account");
    expect(site.tenant.claims.map(({ active }) => active)).toEqual([false, true]);
  });

  it.each<[Product, string]>([
    [ESPO, "/api/v1/Settings"],
    [ODOO, "/web"],
  ])("[I7] portal users need no licence: %#", async (product, page) => {
    const { site, browser, signIn } = openProduct(product);
    await signIn(CARL);
    site.tenant.refuse();
    for (let count = 0; count < 3; count++) expect((await go(browser, page)).status).toBe(200);
    expect(site.tenant.claims).toEqual([]);
    // This one says that the session needs no seat, and nothing to Hotseat's own addresses.
    expect(own(browser).filter((name) => name !== WHO)).toEqual([]);
  });

  it("Odoo: login and logout change the session's cookie, and both are followed", async () => {
    const { site, browser, signIn } = openProduct(ODOO);
    await go(browser, "/web");
    const anonymous = browser.cookies.get("session_id");
    await signIn(ANNA);
    const signedIn = browser.cookies.get("session_id");
    await go(browser, "/web");
    await ODOO.signOut(browser);
    expect(new Set([anonymous, signedIn, browser.cookies.get("session_id")]).size).toBe(3);
    await signIn(FRANK);
    await go(browser, "/web");
    expect(site.tenant.claims.map(({ person }) => person.id)).toEqual(["4", "1"]);
  });

  it("[G5] Odoo: what is no JSON-RPC is refused by a status, so that no browser saves the refusal as the file", async () => {
    const { site, browser, signIn } = openProduct(ODOO);
    await signIn(ANNA);
    site.tenant.refuse();
    const form = { method: "POST", body: new URLSearchParams({ data: "{}" }), headers: { "sec-fetch-mode": "cors" } };
    const multipart = new FormData();
    multipart.set("data", "{}");
    for (const refused of [
      await poll(browser, "/web/webclient/load_menus"),
      await poll(browser, "/web/image/3"),
      await poll(browser, "/web/bundle/web.assets_backend_lazy"),
      await poll(browser, "/report/pdf/account.report_invoice/3"),
      await poll(browser, "/my/invoices"),
      await poll(browser, "/bus/websocket_worker_bundle"),
      await callJson(browser, "/websocket/peek_notifications", {}),
      await browser.ask("/web/export/csv", form),
      await browser.ask("/report/download", { ...form, body: multipart }),
    ]) {
      expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "5"]);
      expect(await refused.json()).toMatchObject({ error: "no_seat" });
    }
  });

  it.each<Product>([ODOO, ESPO, SUITE, DOLIBARR])("[L14] $preset: its records are counted", async (product) => {
    stayInOneIsolate("each isolate counts for itself, and each number is reported");
    const { site, browser, signIn } = openProduct(product);
    site.tenant.wantsRecords = true;
    await signIn(FRANK);
    await go(browser, product.page);
    await site.background.settle();
    expect(site.tenant.reports).toEqual([{ actor: expect.any(String), count: product === ODOO ? 123 : 60 }]);
  });

  it("Odoo: programs with credentials of their own use no seat", async () => {
    const { site, browser } = openProduct(ODOO);
    site.tenant.refuse();
    expect((await browser.ask("/xmlrpc/2/object", { method: "POST", body: "<x/>" })).status).not.toBe(503);
    expect(site.tenant.claims).toEqual([]);
  });

  it("Dolibarr: the login answers 200 at the same address, and the session is asked about again", async () => {
    const { site, browser, signIn } = openProduct(DOLIBARR);
    expect(await (await go(browser, "/index.php")).text()).toContain('name="actionlogin"');
    const login = await signIn(ANNA);
    expect([login.status, login.headers.get("location")]).toEqual([200, null]);
    await go(browser, "/index.php");
    expect(site.tenant.claims.map(({ person }) => person.name)).toEqual(["Anna Lindström (anna)"]);
  });

  it("[G2] Dolibarr: a login that is answered with a page waits for a seat, and has one in the same answer", async () => {
    const { site, browser, crm } = openProduct(DOLIBARR);
    site.tenant.refuse();
    const fields = { actionlogin: "login", username: ANNA.login, password: ANNA.password, token: "t" };
    const refused = await submit(browser, "/societe/list.php?limit=500", fields);
    const page = await refused.text();
    expect([refused.status, refused.headers.get("x-hotseat-refused")]).toEqual([503, "limit_reached"]);
    expect(page).not.toContain("customers");
    expect(page).not.toContain(ANNA.password);
    expect(crm.asked).toContain("POST /societe/list.php?limit=500");
    expect((await go(browser, DOLIBARR.page)).headers.get("x-hotseat-refused")).toBe("limit_reached");

    const other = openProduct(DOLIBARR);
    const admitted = await submit(other.browser, "/societe/list.php?limit=500", fields);
    expect(await admitted.text()).toContain("customers");
    expect(other.site.tenant.claims.map(({ person, act }) => [person.id, act])).toEqual([["4", "navigation"]]);
    expect(own(other.browser)).toEqual(expect.arrayContaining([PASS, WHO]));
    const wrong = openProduct(DOLIBARR);
    const again = await submit(wrong.browser, "/index.php", { ...fields, password: "wrong" });
    expect([again.status, wrong.site.tenant.claims]).toEqual([200, []]);
  });

  it("Dolibarr: a form that calls itself a login is no way past the gate for anyone who is signed in", async () => {
    const { site, browser, signIn, crm } = openProduct(DOLIBARR);
    await signIn(ANNA);
    site.tenant.refuse();
    const answer = await submit(browser, "/societe/card.php", { actionlogin: "login", action: "delete", id: "3" });
    expect(answer.headers.get("x-hotseat-refused")).toBe("limit_reached");
    expect(crm.asked).not.toContain("POST /societe/card.php");
  });

  it("Dolibarr: the session's lock makes the question wait; that is unknown, and the earlier answer goes on", async () => {
    const timing = { ...TIMING, identityTimeoutMs: 40 };
    const { site, browser, signIn, crm } = openProduct(DOLIBARR, { timing });
    await signIn(ANNA);
    await go(browser, DOLIBARR.page);
    const slow = Promise.withResolvers<void>();
    crm.slow = slow.promise;
    const report = go(browser, "/slow.php");
    await vi.waitFor(() => expect(crm.asked).toContain("GET /slow.php"));
    site.time += TIMING.identityLifeMs + 1;
    const meanwhile = go(browser, DOLIBARR.page);
    await vi.waitFor(() => expect(site.tenant.claims).toHaveLength(2));
    slow.resolve();
    expect([(await report).status, (await meanwhile).status]).toEqual([200, 200]);
    expect(site.tenant.signOuts).toEqual([]);
    expect(own(browser)).toContain(WHO);
  });

  it("Dolibarr: the Referer of a form names the product's own host", async () => {
    const { browser, signIn } = openProduct(DOLIBARR);
    await signIn(ANNA);
    expect((await submit(browser, "/societe/card.php", { action: "add" })).status).toBe(200);
  });

  it("SuiteCRM: the question comes from the visitor's address, whatever address the visitor claims", async () => {
    const { site, browser, signIn } = openProduct(SUITE);
    await signIn(ANNA);
    const lies = { "x-forwarded-for": "6.6.6.6", "client-ip": "6.6.6.6", "x-real-ip": "6.6.6.6" };
    for (let count = 0; count < 3; count++) {
      expect((await go(browser, SUITE.page, lies)).status).toBe(200);
      site.time += TIMING.identityLifeMs + 1;
    }
    expect(site.tenant.signOuts).toEqual([]);
  });

  it.each([
    "/index.php?module=Users&action=Logout&module=Contacts&action=index",
    "/index.php?module=Users&action=Logout&mod%75le=Contacts",
    "/index.php?module=Users&action=Logout&module[]=Contacts",
    "/index.php?module=Users&action=Logout&entryPoint=download&id=3",
    "/index.php?module=Users&action=Login&action=index&module=Contacts",
    "/index.php?entryPoint=image&entryPoint=download",
    "/index.php?entrypoint=image&entryPoint=download",
  ])("SuiteCRM: %s is neither logout nor public", async (path) => {
    const { site, browser, signIn } = openProduct(SUITE);
    await signIn(ANNA);
    site.tenant.refuse();
    expect((await go(browser, path)).headers.get("x-hotseat-refused")).toBe("limit_reached");
    expect(site.tenant.signOuts).toEqual([]);
  });

  it("SuiteCRM: a body does not make a page of the query's login", async () => {
    const { site, browser, signIn } = openProduct(SUITE);
    await signIn(ANNA);
    site.tenant.refuse();
    for (const [path, fields] of [
      ["/index.php?module=Users&action=Logout", { module: "Contacts", action: "Save" }],
      ["/index.php?module=Contacts", { module: "Users", action: "Authenticate" }],
      ["/index.php", { module: "Users", action: "Authenticate", entryPoint: "download" }],
    ] as [string, Record<string, string>][]) {
      expect((await submit(browser, path, fields)).headers.get("x-hotseat-refused")).toBe("limit_reached");
    }
  });
});

describe("[G5] a form that was refused is kept", () => {
  it("also where its body was looked into for a login", async () => {
    const { site, browser, signIn } = openProduct(DOLIBARR);
    await signIn(ANNA);
    site.tenant.refuse();
    const fields = { action: "add", name: "Grüße" };
    const page = await (await submit(browser, "/societe/card.php", fields, { "sec-fetch-site": "same-origin" })).text();
    expect(page).toContain('<input type="hidden" name="name" value="Grüße"/>');
    expect(page).toContain("Send it again");
  });
});
