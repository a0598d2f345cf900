/** [I] SuiteCRM behind the gate: one program for every page, rights from the user's own page, sessions tied to addresses. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import { TIMING } from "../../../../shared/timing.ts";
import { Browser } from "../../../support/site/browser.ts";
import type { GateSite } from "../../../support/site.ts";
import { stayInOneIsolate } from "../../harsh/isolates.ts";
import { ANNA, FRANK, go, HUGO, openProduct, poll, SAM, SUITE, submit } from "./products.ts";

beforeEach(() => {
  for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});

const SCRIPT = { "sec-fetch-mode": "cors", "sec-fetch-user": "" };

describe("[I4] who somebody is", () => {
  it("is read from the user's own page: the login, however the person calls themselves, and the type", async () => {
    const roleLists = { licence_manager: ["anna"], admin: [], support: ["sam"] };
    const { site } = openProduct(SUITE, { roleLists });
    for (const [who, role] of [
      [ANNA, "licence_manager"],
      [FRANK, "licence_manager"],
      [SAM, "support"],
      [HUGO, "user"],
    ] as const) {
      const browser = new Browser(site, {});
      await SUITE.signIn(browser, who.login, who.password);
      await go(browser, SUITE.page);
      const { person } = site.tenant.claims.at(-1) ?? {};
      expect([person?.id, person?.name, person?.role]).toEqual([SUITE.idOf(who), who.name, role]);
    }
  });

  it("without the user's own page it is somebody without rights, not nobody", async () => {
    const { site, browser, signIn, crm } = openProduct(SUITE);
    const answers = crm.fetch.bind(crm);
    crm.fetch = async (request) =>
      request.url.includes("action=DetailView")
        ? new Response("You do not have access to this area", { headers: { "content-type": "text/html" } })
        : answers(request);
    await signIn(FRANK);
    expect((await go(browser, SUITE.page)).status).toBe(200);
    expect(site.tenant.claims.at(-1)?.person).toMatchObject({ id: SUITE.idOf(FRANK), role: "user" });
  });
});

describe("[I1] whoever has a page to fill in before any other", () => {
  it("is known by the page's own menu, works on, and gets to that page", async () => {
    const { site, browser, crm } = openProduct(SUITE);
    crm.mustFillIn.add(FRANK.login);
    const answer = await SUITE.signIn(browser, FRANK.login, FRANK.password);
    expect(answer.headers.get("location")).toBe("index.php?module=Users&action=Wizard");
    const wizard = await go(browser, "/index.php?module=Users&action=Wizard");
    expect([wizard.status, await wizard.text()]).toEqual([200, expect.stringContaining("SetTimezone")]);
    expect(site.tenant.claims.at(-1)?.person).toMatchObject({ id: SUITE.idOf(FRANK), name: FRANK.name, role: "user" });
    const saved = await submit(browser, "/index.php", { module: "Users", action: "SaveTimezone" });
    expect(saved.status).toBe(200);
  });

  it("is nobody else by what the page holds besides", async () => {
    const { site, browser, signIn, crm } = openProduct(SUITE);
    const answers = crm.fetch.bind(crm);
    crm.fetch = async (request) => {
      const answer = await answers(request);
      if (!request.url.includes("module=Home&action=index")) return answer;
      return new Response(`${await answer.text()}<p>current_user_id = '${SUITE.idOf(SAM)}'</p>`, answer);
    };
    await signIn(HUGO);
    expect((await go(browser, SUITE.page)).status).toBe(200);
    expect(site.tenant.claims.at(-1)?.person.id).toBe(SUITE.idOf(HUGO));
  });
});

describe("[G9] somebody else signs in by a request that is no login form's", () => {
  const fieldsOf = ({ login, password }: typeof ANNA) => ({ user_name: login, username_password: password });
  const byLink = (browser: Browser, who: typeof ANNA) =>
    go(browser, `/index.php?module=Users&action=Authenticate&${new URLSearchParams(fieldsOf(who))}`);
  const byHalves = (browser: Browser, who: typeof ANNA) =>
    submit(browser, "/index.php?module=Users&action=Authenticate", fieldsOf(who));
  const sessionOf = async (site: GateSite, { login, password }: typeof ANNA): Promise<string> => {
    const rest_data = JSON.stringify({ user_auth: { user_name: login, password } });
    const answer = await submit(new Browser(site, {}), "/service/v4_1/rest.php", { method: "login", rest_data });
    return ((await answer.json()) as { id: string }).id;
  };

  it.each([
    ["a link", byLink],
    ["a form with half of it in its address", byHalves],
  ])("by %s: the seat ends with the person", async (_, signInBy) => {
    const { site, browser, signIn } = openProduct(SUITE);
    await signIn(ANNA);
    await go(browser, SUITE.page);
    site.tenant.refuse();
    await signInBy(browser, HUGO);
    expect(site.tenant.signOuts.map(({ holder }) => holder)).toEqual([SUITE.idOf(ANNA)]);
    const answer = await go(browser, SUITE.page);
    expect([answer.status, answer.headers.get("x-hotseat-refused")]).toEqual([503, "limit_reached"]);
  });

  it("a fault with a new value makes no CRM of it that renews the values of those who read", async () => {
    // As with another CRM that takes a session from a form and whose preset does not say so.
    const { site, browser, signIn, crm } = openProduct(SUITE, {}, (preset) => delete preset.keyFields);
    await signIn(ANNA);
    await go(browser, SUITE.page);
    const answers = crm.fetch.bind(crm);
    crm.fetch = async (request) => {
      const answer = await answers(request);
      if (!request.url.includes("action=Missing")) return answer;
      return new Response("", { status: 404, headers: { "set-cookie": "PHPSESSID=of-nobody; path=/" } });
    };
    const id = await sessionOf(site, HUGO);
    const before = browser.cookies.get("PHPSESSID") ?? "";
    await poll(browser, "/index.php?module=Home&action=Missing");
    browser.cookies.set("PHPSESSID", before);
    site.tenant.refuse();
    const answer = await submit(browser, SUITE.page, { MSID: id });
    expect([answer.status, answer.headers.get("x-hotseat-refused")]).toEqual([503, "limit_reached"]);
  });

  it("by the name of a session in the address: it stays behind, and the page is the person's own", async () => {
    const { site, browser, signIn } = openProduct(SUITE);
    await signIn(ANNA);
    await go(browser, SUITE.page);
    const shown = browser.cookies.get("PHPSESSID");
    const answer = await go(browser, `${SUITE.page}&MSID=${await sessionOf(site, HUGO)}`);
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining(SUITE.idOf(ANNA))]);
    expect([browser.cookies.get("PHPSESSID"), site.tenant.signOuts]).toEqual([shown, []]);
  });

  it("by a cookie that names a session: the person of that session asks for a seat", async () => {
    const { site, browser, signIn } = openProduct(SUITE);
    await signIn(ANNA);
    await go(browser, SUITE.page);
    site.tenant.refuse();
    for (const name of ["MSID", "MSID[x]", "MSID%00"]) {
      const cookies = new Map(browser.cookies);
      browser.cookies.set(name, await sessionOf(site, HUGO));
      const answer = await go(browser, SUITE.page);
      expect([name, (await answer.text()).includes(SUITE.idOf(HUGO))]).toEqual([name, false]);
      for (const one of browser.cookies.keys()) browser.cookies.delete(one);
      for (const [one, value] of cookies) browser.cookies.set(one, value);
    }
  });

  it("[G2.26] by the name of a session in a form: nothing is done in that session", async () => {
    const { site, browser, signIn, crm } = openProduct(SUITE);
    await signIn(ANNA);
    await go(browser, SUITE.page);
    const id = await sessionOf(site, HUGO);
    const { length } = crm.asked;
    const answer = await submit(browser, "/index.php", { module: "Contacts", action: "Save", MSID: id });
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining("A key in what is sent")]);
    expect(crm.asked.slice(length)).toEqual([]);
    // SuiteCRM takes it from the form, too, where the address repeats that of the cookie.
    const own = `/index.php?PHPSESSID=${browser.cookies.get("PHPSESSID")}`;
    expect((await submit(browser, own, { module: "Contacts", action: "Save", PHPSESSID: id })).status).toBe(403);
    const login = { module: "Users", action: "Authenticate", MSID: id };
    expect((await submit(browser, "/index.php", login)).status).toBe(403);
    expect(crm.asked.slice(length)).toEqual([]);
    expect((await submit(browser, "/index.php", { module: "Contacts", action: "Save" })).status).toBe(200);
  });

  it("by such a name that the preset does not know: no page of theirs leaves", async () => {
    const { site, browser, signIn } = openProduct(SUITE, {}, (preset) => delete preset.keyFields);
    await signIn(ANNA);
    await go(browser, SUITE.page);
    site.tenant.refuse();
    const answer = await submit(browser, SUITE.page, { MSID: await sessionOf(site, HUGO) });
    expect([answer.status, answer.headers.get("x-hotseat-refused")]).toEqual([503, "limit_reached"]);
    expect(await answer.text()).not.toContain("<main>");
  });

  it("the same person goes on in another session of theirs", async () => {
    const { site, browser, signIn } = openProduct(SUITE);
    await signIn(ANNA);
    await go(browser, SUITE.page);
    const answer = await go(browser, `${SUITE.page}&MSID=${await sessionOf(site, ANNA)}`);
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining("<main>Contacts</main>")]);
    expect(site.tenant.signOuts).toEqual([]);
  });
});

describe("[G2] [G2.28] a cookie that is called like a field, which PHP may read in its place", () => {
  const showAs = (browser: Browser, fields: Record<string, string>): void => {
    for (const [name, value] of Object.entries(fields)) browser.cookies.set(name, value);
  };

  it.each([
    ["the login page", "/index.php?module=Users&action=Login", { module: "Contacts", action: "index" }],
    [
      "the same, in another spelling",
      "/index.php?module=Users&action=Login",
      { "module[x": "Contacts", action: "index" },
    ],
    ["a logout", "/index.php?module=Users&action=Logout", { action: "index" }],
    ["a login by an address", "/index.php?module=Users&action=Authenticate", { action: "index" }],
    ["an image", "/index.php?entryPoint=getImage", { entryPoint: "download" }],
    ["what must not be there", "/index.php?module=Users&action=Login", { entryPoint: "download" }],
  ])("makes a page that needs a seat of %s", async (_, path, fields) => {
    const { site, browser, signIn } = openProduct(SUITE);
    await signIn(ANNA);
    site.tenant.refuse();
    showAs(browser, fields);
    const answer = await poll(browser, path);
    expect([answer.status, answer.headers.get("x-hotseat-refused")]).toEqual([503, "limit_reached"]);
  });

  it("makes one of a login's form, too", async () => {
    const { site, browser, signIn } = openProduct(SUITE);
    await signIn(ANNA);
    site.tenant.refuse();
    showAs(browser, { action: "index" });
    const answer = await submit(browser, "/index.php", { module: "Users", action: "Authenticate" });
    expect([answer.status, answer.headers.get("x-hotseat-refused")]).toEqual([503, "limit_reached"]);
  });

  it("says nothing in the question who somebody is", async () => {
    const { site, browser, signIn } = openProduct(SUITE);
    await signIn(FRANK);
    showAs(browser, { action: "About" });
    await go(browser, SUITE.page);
    const role = "licence_manager";
    expect(site.tenant.claims.at(-1)?.person).toMatchObject({ id: SUITE.idOf(FRANK), name: FRANK.name, role });
  });
});

describe("[G2] static files", () => {
  it.each(SUITE.open)("%s is open without a seat, also with a version behind it", async (path) => {
    const { site, browser, signIn } = openProduct(SUITE);
    await signIn(ANNA);
    site.tenant.refuse();
    const versioned = path.includes("?") ? path : `${path}?s=1f2e&c=1&v=7.15`;
    expect((await poll(browser, versioned)).headers.get("x-hotseat-refused")).toBeNull();
    expect(site.tenant.claims).toEqual([]);
  });

  it.each([
    "/modules/Contacts/Save.php",
    "/modules/Contacts/Save.php/x.js",
    "/index.php/modules/x.js",
    "/include/utils/export.php/x.css",
    "/cache/images/secret.png",
    "/include/export.php",
    "/modules/../upload/1.js",
  ])("%s is none", async (path) => {
    const { site, browser, signIn } = openProduct(SUITE);
    await signIn(ANNA);
    site.tenant.refuse();
    expect((await poll(browser, path)).headers.get("x-hotseat-refused")).toBe("limit_reached");
  });
});

describe("its session", () => {
  it("[I1] that has ended is a stranger's: the login page's own poll is answered by the CRM", async () => {
    const { site, browser, signIn, crm } = openProduct(SUITE);
    await signIn(ANNA);
    await go(browser, SUITE.page);
    crm.endSessions();
    site.time += TIMING.identityLifeMs + 1;
    site.tenant.refuse();
    const answer = await poll(browser, "/index.php?module=Alerts&action=get&to_pdf=1");
    expect([answer.status, answer.headers.get("x-hotseat-refused")]).toEqual([301, null]);
  });

  it("[G5] with a wrong password the CRM leads back to its login, and nobody is refused", async () => {
    const { site, browser } = openProduct(SUITE);
    site.tenant.refuse();
    const answer = await SUITE.signIn(browser, ANNA.login, "wrong");
    expect([answer.status, answer.headers.get("location")]).toEqual([302, expect.stringContaining("action=Login")]);
    expect(site.tenant.claims).toEqual([]);
  });

  it("[G8] a poll for alerts is no activity, and a form that is sent is", async () => {
    stayInOneIsolate("activity under a pass is noted by the isolate that saw it");
    const { site, browser, signIn } = openProduct(SUITE);
    await signIn(ANNA);
    await go(browser, SUITE.page);
    site.tenant.claims.length = 0;
    for (const count of [1, 2]) {
      site.time += 25_000 * count;
      // A reminder falls due by itself.
      await submit(browser, "/index.php", { module: "Alerts", action: "add", name: "Call" }, SCRIPT);
      await poll(browser, "/index.php?module=Alerts&action=get&to_pdf=1");
    }
    expect(site.tenant.claims.map(({ active }) => active)).not.toContain(true);
    await submit(browser, "/index.php", { module: "Contacts", action: "Save" });
    site.time += 25_000;
    await poll(browser, "/index.php?module=Alerts&action=get&to_pdf=1");
    expect(site.tenant.claims.at(-1)?.active).toBe(true);
  });
});
