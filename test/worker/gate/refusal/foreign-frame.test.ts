/** [G13] The CRM inside a frame of another site, where browsers keep Hotseat's cookies back. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import { loadPreset } from "../../../../worker/identity/preset/presets.ts";
import { Browser } from "../../../support/site/browser.ts";
import { GateSite } from "../../../support/site.ts";

beforeEach(() => {
  for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});

const FRAME = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe", accept: "text/html" };
const askIn = async (headers: Record<string, string>) => {
  const site = new GateSite();
  site.tenant.refuse();
  const answer = await site.browser("anna").ask("/contacts?page=2", { headers: { ...FRAME, ...headers } });
  return { answer, page: await answer.text() };
};

describe("[G13] a refusal in a frame", () => {
  it.each([
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "same-origin", "sec-fetch-storage-access": "none" },
  ])("of another site (%j) says plainly that it cannot work there, and loads nothing again", async (headers) => {
    const { answer, page } = await askIn(headers);
    expect(answer.status).toBe(503);
    expect(page).toContain("<h1>Please open the CRM in a tab of its own</h1>");
    expect(page).toContain('target="_blank"');
    expect(page).toContain(encodeURIComponent("/contacts?page=2"));
    expect(page).not.toMatch(/<script|http-equiv/);
    expect(answer.headers.get("content-security-policy")).toContain("frame-ancestors *");
  });

  it("of the CRM's own page is the refusal, and nobody else's frame may show it", async () => {
    const { answer, page } = await askIn({ "sec-fetch-site": "same-origin" });
    expect(page).toContain('data-reason="limit_reached"');
    expect(answer.headers.get("content-security-policy")).toContain("frame-ancestors 'self'");
  });
});

describe("[G13] [G5] signing in inside a frame in which the browser says that it keeps no cookies", () => {
  const NO_COOKIES = { ...FRAME, "sec-fetch-site": "cross-site", "sec-fetch-storage-access": "none" };
  const FORM = { "content-type": "application/x-www-form-urlencoded" };
  interface Asking {
    preset?: string;
    headers?: Record<string, string>;
    /** A form that is sent. */
    body?: string;
    cookie?: string;
  }
  const ask = async (path: string, { preset = "demo", headers = NO_COOKIES, body, cookie }: Asking = {}) => {
    const site = new GateSite({}, loadPreset(preset));
    const form = body === undefined ? {} : { method: "POST", body };
    const sent = {
      ...headers,
      ...(body === undefined ? {} : { ...FORM, "content-length": String(body.length) }),
      ...(cookie === undefined ? {} : { cookie }),
    };
    const answer = await new Browser(site, {}).ask(path, { ...form, headers: sent });
    return { answer, page: await answer.text(), asked: site.crm.asked.length };
  };
  const TITLE = "<h1>Please open the CRM in a tab of its own</h1>";

  it.each<[string, Asking]>([
    ["/login?to=/contacts", {}],
    ["/login", { body: "login=anna" }],
    ["/login", { headers: { ...NO_COOKIES, "sec-fetch-site": "same-origin" } }],
    ["/login", { headers: { ...NO_COOKIES, "sec-fetch-dest": "object" } }],
    ["/web/login?redirect=%2Fodoo", { preset: "odoo" }],
    ["/SLXClient/Login.aspx?x=1", { preset: "aspnet" }],
    ["/index.php", { preset: "dolibarr", body: "actionlogin=login&username=anna" }],
    ["/index.php", { preset: "suitecrm", body: "module=Users&action=Authenticate&user_name=anna" }],
  ])("%s %j: would not last, so it is said, with a way on", async (path, asking) => {
    const { answer, page, asked } = await ask(path, asking);
    expect(answer.status).toBe(503);
    expect(page).toContain(TITLE);
    expect(page).toContain('target="_blank"');
    expect(page).toContain(encodeURIComponent(path));
    expect(page).not.toMatch(/<script|http-equiv/);
    expect(answer.headers.get("content-security-policy")).toContain("frame-ancestors *");
    expect(answer.headers.get("cache-control")).toContain("no-store");
    expect(asked).toBe(0);
  });

  const redirected = async (path: string, location: string, headers: Record<string, string>, preset = "demo") => {
    const site = new GateSite({}, loadPreset(preset));
    const { pathname } = new URL(path, "http://crm.test");
    site.crm.pages.set(pathname, () => new Response(null, { status: 302, headers: { location } }));
    const answer = await new Browser(site, {}).ask(path, { headers });
    return { answer, page: await answer.text() };
  };

  it.each([
    ["demo", "/contacts?page=2", "/login?to=%2Fcontacts"],
    ["demo", "/contacts", "https://crm.acme.example/login"],
    ["odoo", "/odoo/contacts", "/web/login?redirect=%2Fodoo"],
    ["suitecrm", "/index.php?module=Contacts", "index.php?action=Login&module=Users"],
  ])("%s: %s, from which the CRM leads to its login (%s): the tab opens the page that was wanted", async (...row) => {
    const [preset, path, location] = row;
    const { answer, page } = await redirected(path, location, NO_COOKIES, preset);
    expect(answer.status).toBe(503);
    expect(page).toContain(TITLE);
    expect(page).toContain(`to=${encodeURIComponent(path)}`);
    expect(answer.headers.get("location")).toBeNull();
  });

  it.each([
    ["/thanks", NO_COOKIES],
    ["https://shop.example/login", NO_COOKIES],
    ["/thanks?after=/login", NO_COOKIES],
    ["/login", { ...FRAME, "sec-fetch-site": "cross-site" }],
  ])("a redirect to %s is untouched (%j)", async (location, headers) => {
    const { answer } = await redirected("/survey", location, headers);
    expect(answer.status).toBe(302);
    expect(answer.headers.get("location")).toBe(location);
  });

  const answeredWith = async (html: string, headers: Record<string, string>, cookies: string[] = []) => {
    const site = new GateSite({}, loadPreset("dolibarr"));
    const sent = new Headers({ "content-type": "text/html; charset=utf-8" });
    for (const line of cookies) sent.append("set-cookie", line);
    site.crm.pages.set("/contact/list.php", () => new Response(html, { headers: sent }));
    const answer = await new Browser(site, {}).ask("/contact/list.php?page=2", { headers });
    return { answer, page: await answer.text() };
  };
  const LOGIN = `<!doctype html>${" ".repeat(6_000)}<form id="login"><input type="hidden" name="actionlogin"></form>`;

  it("the login form in place of a page, as Dolibarr answers: the tab opens the page that was wanted", async () => {
    const { answer, page } = await answeredWith(LOGIN, NO_COOKIES, ["DOLSESSID_0123456789=x; path=/"]);
    expect(answer.status).toBe(503);
    expect(page).toContain(TITLE);
    expect(page).toContain(encodeURIComponent("/contact/list.php?page=2"));
    expect(page).not.toContain("actionlogin");
    expect(answer.headers.getSetCookie().join()).not.toContain("DOLSESSID");
  });

  it.each([
    ["no login", "<!doctype html><h1>A form for strangers</h1>", NO_COOKIES, []],
    ["a page of its own", LOGIN, { ...NO_COOKIES, "sec-fetch-dest": "document" }, []],
    ["a browser that says nothing of it", LOGIN, { ...FRAME, "sec-fetch-site": "cross-site" }, []],
    ["a partitioned cookie", LOGIN, NO_COOKIES, ["DOLSESSID_0123456789=x; Secure; SameSite=None; Partitioned"]],
  ])("an answer in place of a page is untouched: %s", async (_, html, headers, cookies) => {
    const { answer, page } = await answeredWith(html, headers, cookies);
    expect(answer.status).toBe(200);
    expect(page).toContain(html.slice(0, 30));
    expect(page).not.toContain(TITLE);
  });

  it("a redirect that brings a partitioned cookie is untouched", async () => {
    const site = new GateSite();
    const headers = { location: "/login", "set-cookie": "seen=1; Secure; SameSite=None; Partitioned" };
    site.crm.pages.set("/contacts", () => new Response(null, { status: 302, headers }));
    const answer = await new Browser(site, {}).ask("/contacts", { headers: NO_COOKIES });
    expect(answer.status).toBe(302);
    expect(answer.headers.get("set-cookie")).toContain("Partitioned");
  });

  it.each<[string, string, Asking]>([
    ["a form for strangers", "/public/ticket/create_ticket.php", { preset: "dolibarr" }],
    ["a form for strangers, sent", "/public/ticket/create_ticket.php", { preset: "dolibarr", body: "subject=x" }],
    ["a lead from a web form", "/index.php?entryPoint=WebToLeadCapture", { preset: "suitecrm", body: "last_name=x" }],
    ["a page at which a form also signs in", "/index.php?entryPoint=survey", { preset: "suitecrm" }],
    ["what the login page needs", "/assets/app.css", { headers: { ...NO_COOKIES, "sec-fetch-dest": "style" } }],
    ["a logout", "/logout", {}],
    ["a page of its own", "/login", { headers: { ...NO_COOKIES, "sec-fetch-dest": "document" } }],
    ["a browser that says nothing of it", "/login", { headers: { ...FRAME, "sec-fetch-site": "cross-site" } }],
    ["access not yet used", "/login", { headers: { ...NO_COOKIES, "sec-fetch-storage-access": "inactive" } }],
    ["access", "/login", { headers: { ...NO_COOKIES, "sec-fetch-storage-access": "active" } }],
    ["partitioned cookies", "/login", { cookie: "seen=1" }],
    ["a session in a partitioned cookie", "/login", { cookie: "larch_session=anna" }],
  ])("%s is untouched", async (_, path, asking) => {
    const { answer, page, asked } = await ask(path, asking);
    expect(page).not.toContain(TITLE);
    expect(answer.status).toBe(200);
    expect(asked).toBe(1);
  });
});
