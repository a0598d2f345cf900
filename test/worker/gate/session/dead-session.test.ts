/** [G9] A session that the CRM ends by itself ends the lease when the CRM says so. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import { GateSite, testConfig } from "../../../support/site.ts";
import { stayInOneIsolate } from "../../harsh/isolates.ts";
import { ANNA, DOLIBARR, FRANK, go, ODOO, openProduct, type Product, poll, submit } from "../products/products.ts";

beforeEach(() => {
  for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});

const PASS = "__Host-hotseat-pass";
const answers = {
  "a 401": () => new Response("", { status: 401 }),
  "a 403": () => new Response("", { status: 403 }),
  "a 419": () => new Response("", { status: 419 }),
  "another site's sign-in": () =>
    new Response(null, { status: 302, headers: { location: "https://idp.example/authorize?x=1" } }),
  "a refresh to the login": () =>
    new Response("", { headers: { refresh: "0; url=/login", "content-type": "text/html" } }),
  "htmx's way to the login": () => new Response(null, { status: 204, headers: { "hx-redirect": "/login" } }),
  "htmx's way there as an object": () =>
    new Response("", { headers: { "hx-location": '{"path":"/login", "target":"body"}' } }),
  "Inertia's way to another site": () =>
    new Response(null, { status: 409, headers: { "x-inertia-location": "https://idp.example/authorize" } }),
  "Yii's way to the login": () => new Response("", { status: 302, headers: { "x-redirect": "/login" } }),
  "a way to the login": () => new Response(null, { status: 303, headers: { location: "/login?next=%2Fcontacts" } }),
};

describe("[G9] a session that the CRM has ended", () => {
  it.each(Object.entries(answers))("ends the lease at once, by %s", async (_, answer) => {
    const site = new GateSite();
    const anna = site.browser("anna");
    await anna.navigate("/contacts");
    site.crm.people.delete("anna");
    site.crm.pages.set("/contacts", answer);
    const said = await anna.navigate("/contacts");
    expect(said.status).toBe(answer().status);
    expect(site.tenant.signOuts).toEqual([{ holder: "u1", session: site.tenant.claims[0]?.session }]);
    expect(anna.cookies.has(PASS)).toBe(false);
  });

  it("ends the lease, too, where the request needs a new pass: a tab in the background polls once a minute", async () => {
    const site = new GateSite();
    const anna = site.browser("anna");
    await anna.navigate("/contacts");
    site.crm.people.delete("anna");
    site.crm.pages.set("/api/contacts", answers["a 401"]);
    site.time += 60_000;
    expect((await anna.poll("/api/contacts")).status).toBe(401);
    expect(site.tenant.signOuts).toEqual([{ holder: "u1", session: site.tenant.claims[0]?.session }]);
    expect(anna.cookies.has(PASS)).toBe(false);
  });

  it("is asked about before it counts as ended, once in a while: a CRM says 401 for other reasons, too", async () => {
    stayInOneIsolate("each isolate remembers by itself that it has asked");
    const site = new GateSite();
    const anna = site.browser("anna");
    await anna.navigate("/contacts");
    const before = site.crm.questions;
    site.crm.pages.set("/api/secret", answers["a 401"]);
    for (let count = 0; count < 5; count++) expect((await anna.poll("/api/secret")).status).toBe(401);
    expect(site.crm.questions).toBe(before + 1);
    expect(site.tenant.signOuts).toEqual([]);
    expect(anna.cookies.has(PASS)).toBe(true);
  });

  it("a script's way to another page of the CRM asks nothing", async () => {
    const site = new GateSite();
    const anna = site.browser("anna");
    await anna.navigate("/contacts");
    const before = site.crm.questions;
    site.crm.pages.set("/api/save", () => new Response("", { headers: { "hx-redirect": "/contacts/7" } }));
    site.crm.pages.set("/api/filter", () => new Response("", { headers: { "hx-push-url": "false" } }));
    const absolute = `${testConfig().crmOrigin}/deals`;
    site.crm.pages.set("/api/deal", () => new Response("", { headers: { "x-redirect": absolute } }));
    for (const path of ["/api/save", "/api/filter", "/api/deal"]) expect((await anna.poll(path)).status).toBe(200);
    expect(site.crm.questions).toBe(before);
  });

  it("ends nothing while the CRM does not say who it is", async () => {
    const site = new GateSite();
    const anna = site.browser("anna");
    await anna.navigate("/contacts");
    site.crm.pages.set("/api/me", () => new Response("", { status: 500 }));
    site.crm.pages.set("/contacts", answers["a 401"]);
    await anna.navigate("/contacts");
    expect(site.tenant.signOuts).toEqual([]);
    expect((await anna.poll("/api/contacts")).status).toBe(200);
  });
});

/** What may take a session's cookie away, and may be about another one of that name. */
const partings: Record<string, Record<string, string>> = {
  "a cookie of the domain is deleted": { "set-cookie": "larch_session=; Domain=acme.example; Path=/; Max-Age=0" },
  "a cookie of a folder is deleted": { "set-cookie": "larch_session=; Path=/contacts; Max-Age=0" },
  "a cookie of the page's folder is deleted": { "set-cookie": "larch_session=; Max-Age=0" },
  "all cookies go": { "clear-site-data": '"cache", "cookies"' },
  "everything goes": { "clear-site-data": '"*"' },
};

describe.each(Object.entries(partings))("[G9] where %s", (_, headers) => {
  async function atWork() {
    const site = new GateSite();
    const anna = site.browser("anna");
    await anna.navigate("/contacts");
    site.crm.pages.set(
      "/contacts/7",
      () => new Response("page", { headers: { "content-type": "text/html", ...headers } }),
    );
    /** It keeps another cookie of that name; the browser of the tests knows cookies by their names alone. */
    const openAndKeep = async () => {
      const { status } = await anna.navigate("/contacts/7");
      anna.cookies.set("larch_session", "anna");
      return status;
    };
    return { site, anna, openAndKeep };
  }

  it("the session is over if the CRM no longer knows it", async () => {
    const { site, anna } = await atWork();
    site.crm.people.delete("anna");
    await anna.navigate("/contacts/7");
    expect(site.tenant.signOuts).toEqual([{ holder: "u1", session: site.tenant.claims[0]?.session }]);
    expect(anna.cookies.has(PASS)).toBe(false);
  });

  it("the seat stays if the CRM still knows it, which is asked once in a while", async () => {
    stayInOneIsolate("each isolate remembers by itself that it has asked");
    const { site, anna, openAndKeep } = await atWork();
    const before = site.crm.questions;
    for (let count = 0; count < 3; count++) expect(await openAndKeep()).toBe(200);
    expect(site.crm.questions).toBe(before + 1);
    expect(site.tenant.signOuts).toEqual([]);
    expect(anna.cookies.has(PASS)).toBe(true);
  });

  it("what the CRM sets when it is asked reaches the browser", async () => {
    stayInOneIsolate("what is owed to a browser is kept by the isolate that owes it");
    const { site, anna, openAndKeep } = await atWork();
    const me = site.crm.people.get("anna");
    site.crm.pages.set("/api/me", () => Response.json(me, { headers: { "set-cookie": "seen=1; Path=/" } }));
    for (let count = 0; count < 2; count++) await openAndKeep();
    expect(anna.cookies.get("seen")).toBe("1");
  });
});

describe("[G9.15] a session's cookie with a date that browsers cannot read", () => {
  it.each(["Expires=0", "Expires=-1", "Max-Age=86400; Expires=0"])("ends nothing: %s", async (attributes) => {
    const site = new GateSite();
    const anna = site.browser("anna");
    await anna.navigate("/contacts");
    const headers = { "set-cookie": `larch_session=anna; Path=/; ${attributes}` };
    site.crm.pages.set("/api/contacts", () => Response.json([], { headers }));
    for (let count = 0; count < 3; count++) expect((await anna.poll("/api/contacts")).status).toBe(200);
    expect(site.tenant.signOuts).toEqual([]);
    expect(anna.cookies.has(PASS)).toBe(true);
  });
});

describe("[G9] a CRM that answers nobody with its login, in place of the page", () => {
  async function atWork() {
    const opened = openProduct(DOLIBARR);
    await opened.signIn(ANNA);
    await go(opened.browser, DOLIBARR.page);
    return opened;
  }

  it("ends the lease with the page that shows it, whole", async () => {
    const { site, browser, crm } = await atWork();
    crm.endSessions();
    const page = await go(browser, DOLIBARR.page);
    expect(await page.text()).toMatch(/<script src="\/\.hotseat\/agent\.js".*name="actionlogin".*<\/html>$/s);
    expect(site.tenant.signOuts).toEqual([{ holder: DOLIBARR.idOf(ANNA), session: site.tenant.claims[0]?.session }]);
    expect(browser.cookies.has(PASS)).toBe(false);
  });

  it("keeps it where a page of the person's own holds the same text", async () => {
    const { site, browser, crm } = await atWork();
    const answers = crm.fetch.bind(crm);
    const note = `<!doctype html><html><head></head><body>How to sign in: name="actionlogin"${"x".repeat(90_000)}</body></html>`;
    crm.fetch = async (request) =>
      request.url.endsWith("/note.php")
        ? new Response(note, { headers: { "content-type": "text/html", "content-length": String(note.length) } })
        : answers(request);
    const page = await (await go(browser, "/note.php")).text();
    expect(page.replace(/<script src="\/\.hotseat[^>]*><\/script>/, "")).toBe(note);
    expect(site.tenant.signOuts).toEqual([]);
    expect(browser.cookies.has(PASS)).toBe(true);
  });

  it("[L1] whoever signs in there next is not worked for by the seat of the person before", async () => {
    const { site, browser, crm } = await atWork();
    const before = browser.cookies.get(PASS);
    crm.endSessions();
    site.tenant.refuse();
    // By the page as it was opened before, with the pass still alive.
    const fields = { actionlogin: "login", username: FRANK.login, password: FRANK.password, token: "t" };
    const answer = await submit(browser, "/societe/list.php", fields);
    expect([answer.status, answer.headers.get("x-hotseat-refused")]).toEqual([503, "limit_reached"]);
    expect(await answer.text()).not.toContain("customers");
    expect(site.tenant.signOuts).toMatchObject([{ holder: DOLIBARR.idOf(ANNA) }]);
    expect(site.tenant.claims.at(-1)?.person.id).toBe(DOLIBARR.idOf(FRANK));
    expect([before, browser.cookies.get(PASS)]).toEqual([expect.any(String), undefined]);
    site.tenant.grant();
    const page = await go(browser, DOLIBARR.page);
    expect([page.status, site.tenant.claims.at(-1)?.person.id]).toEqual([200, DOLIBARR.idOf(FRANK)]);
  });
});

describe("[G9] data in place of which a dead session gets something else, by 200", () => {
  it.each<[string, Product, Product["call"]]>([
    ["Odoo's error", ODOO, (browser) => ODOO.call(browser)],
    ["Dolibarr's login", DOLIBARR, (browser) => poll(browser, "/core/ajax/selectobject.php")],
  ])("%s ends the lease and comes through whole", async (_, product, call) => {
    const { site, browser, signIn, crm } = openProduct(product);
    await signIn(ANNA);
    await go(browser, product.page);
    const before = await (await call(browser)).text();
    expect(site.tenant.signOuts).toEqual([]);
    crm.endSessions();
    const said = await call(browser);
    expect([said.status, said.headers.get("x-hotseat-refused")]).toEqual([200, null]);
    expect(await said.text()).toMatch(/session|actionlogin/i);
    expect(before).not.toMatch(/session.expired|actionlogin/i);
    expect(site.tenant.signOuts).toMatchObject([{ holder: product.idOf(ANNA) }]);
  });
});

describe("[G1] [G9] an answer that the CRM sends in pieces, where it could say that the session is over", () => {
  const page = "<!doctype html><html><head></head><body>";
  const kinds: [string, Product, string, string][] = [
    ["a page", DOLIBARR, "text/html", page],
    ["data", ODOO, "application/json", '{"rows":['],
  ];

  /** The CRM has sent the first piece of an answer, and pauses. */
  async function paused(product: Product, type: string, first: string) {
    const { site, browser, signIn, crm } = openProduct(product);
    await signIn(ANNA);
    await go(browser, product.page);
    const answers = crm.fetch.bind(crm);
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const send = (text: string) => writer.write(new TextEncoder().encode(text));
    crm.fetch = async (request) =>
      request.url.endsWith("/slow") ? new Response(readable, { headers: { "content-type": type } }) : answers(request);
    void send(first);
    const answer = await (type === "text/html" ? go(browser, "/slow") : poll(browser, "/slow"));
    const reader = (answer.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
    return { site, writer, send, reader, begun: (await reader.read()).value ?? "" };
  }

  it.each(kinds)("%s begins before the rest is there, and comes through whole", async (_, product, type, first) => {
    const { site, writer, send, reader, begun } = await paused(product, type, first);
    expect(begun.replace(/<script src="\/\.hotseat[^>]*><\/script>/, "")).toBe(first);
    void (async () => {
      for (const piece of ["second", "third"]) await send(piece);
      await writer.close();
    })();
    let rest = "";
    for (let read = await reader.read(); !read.done; read = await reader.read()) rest += read.value;
    expect(rest).toBe("secondthird");
    expect(site.tenant.signOuts).toEqual([]);
  });

  it.each(kinds)("%s that breaks off is not taken for a whole one", async (_, product, type, first) => {
    const { writer, reader } = await paused(product, type, first);
    await writer.abort(new Error("the CRM breaks off"));
    await expect(reader.read()).rejects.toThrow();
  });
});
