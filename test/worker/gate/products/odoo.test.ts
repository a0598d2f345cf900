/** [I] [G9] Odoo behind the gate: sessions that renew themselves with any answer, its sockets and its sign-in. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import { HOUR_MS } from "../../../../shared/durations.ts";
import { TIMING } from "../../../../shared/timing.ts";
import { FakeOdoo } from "../../../fixtures/fake-crms/odoo.ts";
import type { Browser } from "../../../support/site/browser.ts";
import { ANNA, callJson, FRANK, go, ODOO, openProduct, type Product, poll, submit } from "./products.ts";

const own = (browser: Browser): string[] =>
  [...browser.cookies.keys()].filter((name) => /^__Host-hotseat-(?:pass|who|jar)$/.test(name));

beforeEach(() => {
  for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});

/** A newer Odoo: a session older than three hours gets a new id with any answer, and the old one dies after 120 s. */
function openNewer() {
  const clock = { now: () => 0 };
  const make = () => new FakeOdoo({ afterMs: 3 * HOUR_MS, overlapMs: 120_000, now: () => clock.now() });
  const opened = openProduct({ ...ODOO, make } as Product<FakeOdoo>);
  clock.now = () => opened.site.time;
  return opened;
}

describe("[G9] a newer one, which renews a session in the answer to the gate's own question", () => {
  it("a person who works goes on, with one sign-in", async () => {
    const { site, browser, signIn, crm } = openNewer();
    await signIn(ANNA);
    await go(browser, "/web");
    for (let step = 0; step < 20; step++) {
      site.time += HOUR_MS / 2;
      expect((await go(browser, "/web")).status).toBe(200);
      site.time += 150_000;
      expect((await callJson(browser, "/web/dataset/call_kw/x/y", { id: 1 })).status).toBe(200);
    }
    expect(crm.renewedOn.length).toBeGreaterThan(2);
    expect(site.tenant.signOuts).toEqual([]);
    expect(new Set(site.tenant.claims.map(({ person }) => person.id))).toEqual(new Set([ANNA.id]));
  });

  it.each([
    ["a refused page", (browser: Browser) => go(browser, "/web")],
    ["a refused call", (browser: Browser) => callJson(browser, "/web/dataset/call_kw/x/y", { id: 1 })],
    ["a refused download", (browser: Browser) => poll(browser, "/web/content/3")],
  ])("%s brings the new id, so that who waited is let in without a second sign-in", async (_, ask) => {
    const { site, browser, signIn, crm } = openNewer();
    await signIn(ANNA);
    await go(browser, "/web");
    for (const name of own(browser)) browser.cookies.delete(name);
    const before = browser.cookies.get("session_id");
    site.time += 4 * HOUR_MS;
    site.tenant.refuse();
    const refused = await ask(browser);
    expect(refused.headers.get("x-hotseat-refused")).toBe("limit_reached");
    expect(crm.renewedOn).toEqual(["/web/session/get_session_info"]);
    expect(browser.cookies.get("session_id")).not.toBe(before);
    // Longer than the old id lives.
    site.time += 300_000;
    site.tenant.grant();
    const later = await go(browser, "/web");
    expect([later.status, await later.text()]).toEqual([200, expect.stringContaining("o_web_client")]);
    expect(site.tenant.claims.at(-1)?.person.id).toBe(ANNA.id);
  });

  it("its count of records renews nothing that the browser does not learn of", async () => {
    const { site, browser, signIn } = openNewer();
    site.tenant.wantsRecords = true;
    await signIn(FRANK);
    await go(browser, "/web");
    await site.background.settle();
    site.time += 7 * HOUR_MS;
    for (let count = 0; count < 3; count++) {
      expect((await go(browser, "/web")).status).toBe(200);
      await site.background.settle();
      site.time += 150_000;
    }
    expect((await go(browser, "/web")).status).toBe(200);
    expect(site.tenant.signOuts).toEqual([]);
  });
});

describe("its sign-in", () => {
  it("with a wrong password is the CRM's own affair", async () => {
    const { site, browser } = openProduct(ODOO);
    site.tenant.refuse();
    const answer = await submit(browser, "/web/login", { login: "anna", password: "wrong" });
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining("Wrong login/password")]);
    expect(site.tenant.claims).toEqual([]);
  });

  it("[L1] of somebody else over a live session is the new person's, and the former person's seat ends", async () => {
    const { site, browser, signIn } = openProduct(ODOO);
    await signIn(ANNA);
    await go(browser, "/web");
    await signIn(FRANK);
    await go(browser, "/web");
    expect(site.tenant.claims.at(-1)?.person.id).toBe(FRANK.id);
    expect(site.tenant.signOuts).toMatchObject([{ holder: ANNA.id }]);
  });

  it("by an administrator sets the address of links to the public one", async () => {
    const { crm, signIn } = openProduct(ODOO);
    await signIn(FRANK);
    expect(crm.webBaseUrl).toBe("https://crm.acme.example");
  });

  it("an address as login is shown as the person's address", async () => {
    const { site, browser, crm } = openProduct(ODOO);
    const answers = crm.fetch.bind(crm);
    crm.fetch = async (request) => {
      const answer = await answers(request);
      if (!request.url.endsWith("/get_session_info")) return answer;
      return new Response(
        (await answer.text()).replace('"username":"anna"', '"username":"anna@larch.example"'),
        answer,
      );
    };
    await ODOO.signIn(browser, ANNA.login, ANNA.password);
    await go(browser, "/web");
    expect(site.tenant.claims.at(-1)?.person.email).toBe("anna@larch.example");
  });
});

describe("[G2.11] without a licence", () => {
  it.each([
    ["a stranger", false],
    ["a visitor of the website", true],
  ])("%s opens the document whose link was sent to them, and brings no other key", async (_, hasSession) => {
    const { browser, crm } = openProduct(ODOO);
    if (hasSession) await go(browser, "/web/login");
    await go(browser, "/my/orders/7?access_token=of-the-order&api_key=k");
    expect(browser.cookies.has("session_id")).toBe(true);
    expect(crm.asked).toContain("GET /my/orders/7?access_token=of-the-order");
  });

  it("a person comes back from the provider who signs them in", async () => {
    const { browser, crm } = openProduct(ODOO);
    await go(browser, "/auth_oauth/signin?access_token=t&state=s");
    expect(crm.asked).toContain("GET /auth_oauth/signin?access_token=t&state=s");
  });
});

it("[G7] a refused socket never reaches the CRM, however often it is tried", async () => {
  const { site, browser, signIn, crm } = openProduct(ODOO);
  await signIn(ANNA);
  await go(browser, "/web");
  site.time += TIMING.passLifeMs + 1_000;
  site.tenant.refuse();
  const asked = crm.asked.length;
  for (let count = 0; count < 6; count++) {
    expect((await poll(browser, "/websocket", { upgrade: "websocket" })).status).toBe(503);
  }
  expect(crm.asked.slice(asked).filter((line) => line.includes("/websocket"))).toEqual([]);
});
