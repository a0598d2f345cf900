/** [G4] [L8] What a person does is told by several headers together, as browsers really send them. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import { FRAMED_COOKIE, noteShown } from "../../../shared/framed-addresses.ts";
import { loadPreset } from "../../../worker/identity/preset/presets.ts";
import { Browser, SITE } from "../../support/site/browser.ts";
import { shownPage } from "../../support/site/page-crm.ts";
import { GateSite } from "../../support/site.ts";
import { stayInOneIsolate } from "../harsh/isolates.ts";

beforeEach(() => {
  for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});

const HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
/** As Safari and every browser of iOS navigate. */
const SAFARI = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", accept: HTML };
const CHROME = { ...SAFARI, "sec-fetch-user": "?1" };
const lastAct = (site: GateSite) => site.tenant.claims.at(-1)?.act;

it("[G8.9] what a browser reports by itself is no work, though it is sent", async () => {
  const site = new GateSite();
  const anna = site.browser("anna");
  await anna.ask("/contacts", { headers: CHROME });
  const send = async (destination: string) => {
    site.time += 25_000;
    const headers = { "sec-fetch-mode": "no-cors", "sec-fetch-dest": destination };
    await anna.ask("/csp", { method: "POST", body: "{}", headers });
    await site.background.settle();
    return site.tenant.claims.at(-1)?.active;
  };
  expect([await send("report"), await send("empty")]).toEqual([false, true]);
});

it.each([
  ["application/csp-report", false],
  ["application/reports+json", false],
  ["Application/Expect-CT-Report+json; charset=utf-8", false],
  ["application/json", true],
])("[G8.9] a browser that tells no destination, as by plain http, reports by its type: %s", async (type, isWork) => {
  const site = new GateSite();
  const anna = site.browser("anna");
  await anna.ask("/contacts", { headers: { accept: HTML } });
  site.time += 25_000;
  await anna.ask("/csp", { method: "POST", body: "{}", headers: { "content-type": type } });
  await site.background.settle();
  expect(site.tenant.claims.at(-1)?.active).toBe(isWork);
});

describe("[G4] a navigation without Sec-Fetch-User", () => {
  it("is a person's in a browser that never sent it, and work", async () => {
    const site = new GateSite();
    const anna = site.browser("anna");
    await anna.ask("/contacts", { headers: SAFARI });
    expect(site.tenant.claims[0]).toMatchObject({ act: "navigation", active: true });
    site.time += 25_000;
    await anna.ask("/deals", { headers: SAFARI });
    expect(site.tenant.claims[1]).toMatchObject({ act: "navigation", active: true });
  });

  it("is a page's own in a browser that has sent it, in every isolate, also long after", async () => {
    const site = new GateSite();
    const anna = site.browser("anna");
    await anna.ask("/contacts", { headers: CHROME });
    site.time += 3 * 86_400_000;
    for (const name of ["__Host-hotseat-pass", "__Host-hotseat-jar", "__Host-hotseat-who"]) anna.cookies.delete(name);
    await anna.ask("/contacts", { headers: SAFARI });
    expect(site.tenant.claims.map(({ act, active }) => [act, active])).toEqual([
      ["navigation", true],
      ["reload", false],
    ]);
  });

  it("is a page's own, too, where the browser was let in by a request of the page's before it showed what it sends", async () => {
    const site = new GateSite();
    const anna = site.browser("anna");
    await anna.poll("/api/contacts");
    await anna.ask("/contacts", { headers: CHROME });
    site.time += 29_000;
    await anna.ask("/contacts", { headers: SAFARI });
    expect(lastAct(site)).toBe("reload");
  });

  it("a refusal remembers what the browser sends, too", async () => {
    const site = new GateSite();
    site.tenant.refuse();
    const anna = site.browser("anna");
    await anna.ask("/contacts", { headers: CHROME });
    await anna.ask("/contacts", { headers: SAFARI });
    expect(lastAct(site)).toBe("reload");
  });

  it("nothing of it is left after signing out, and none of it reaches the CRM", async () => {
    const site = new GateSite();
    const anna = site.browser("anna");
    await anna.ask("/contacts", { headers: CHROME });
    await anna.ask("/contacts", { headers: CHROME });
    expect(site.crm.asked.at(-1)?.headers.get("cookie")).toBe("larch_session=anna");
    await anna.ask("/logout", { method: "POST", headers: CHROME });
    expect([...anna.cookies.keys()]).toEqual(["larch_session", "__Host-hotseat-receipt"]);
  });
});

it("[G4] [L8] a page that loads itself again in WebKit is no work and takes nothing back", async () => {
  const site = new GateSite();
  const anna = site.browser("anna");
  const again = { "sec-fetch-site": "same-origin", "cache-control": "max-age=0", referer: `${SITE}/board` };
  await anna.ask("/board", { headers: { ...SAFARI, ...again } });
  await anna.ask("/board", { headers: SAFARI });
  expect(site.tenant.claims[0]).toMatchObject({ act: "reload", active: false });
});

describe("[G4] behind a service worker", () => {
  const behindWorker = (mode: string) => ({ "sec-fetch-mode": mode, "sec-fetch-dest": "empty", accept: HTML });

  it.each(["navigate", "same-origin"])("a person's navigation by mode %s claims and is shown a page", async (mode) => {
    const site = new GateSite();
    const anna = site.browser("anna");
    // The worker was stopped at first, so the browser has shown its header.
    await anna.ask("/contacts", { headers: CHROME });
    site.time += 29_000;
    site.tenant.refuse({ reason: "seat_released" });
    const refused = await anna.ask("/contacts", { headers: behindWorker(mode) });
    expect(lastAct(site)).toBe("navigation");
    expect(refused.headers.get("content-type")).toBe("text/html; charset=utf-8");
  });

  it("a frame that its page has noted takes nothing back and is no work, and the CRM hears nothing of the note", async () => {
    const site = new GateSite();
    const anna = site.browser("anna");
    anna.cookies.set(FRAMED_COOKIE, noteShown("", "/ticker", true));
    await anna.ask("/ticker?count=1", { headers: behindWorker("navigate") });
    expect(site.tenant.claims.map(({ act, active }) => [act, active])).toEqual([["reload", false]]);
    expect(site.crm.asked.at(-1)?.headers.get("cookie")).toBe("larch_session=anna");
    site.time += 29_000;
    await anna.ask("/contacts", { headers: behindWorker("navigate") });
    expect(site.tenant.claims.at(-1)).toMatchObject({ act: "navigation", active: true });
  });

  it("of which only the address is handed on, a refusal is shown as a page and takes nothing back", async () => {
    stayInOneIsolate("a refusal is remembered by the isolate that gave it");
    const site = new GateSite();
    site.tenant.refuse({ reason: "seat_released" });
    const handedOn = {
      "sec-fetch-mode": "cors",
      "sec-fetch-dest": "empty",
      accept: "*/*",
      referer: "https://crm.acme.example/sw.js",
    };
    const anna = site.browser("anna");
    for (let count = 0; count < 2; count++) {
      const refused = await anna.ask("/contacts", { headers: handedOn });
      expect(refused.headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(refused.headers.get("x-hotseat-refused")).toBe("seat_released");
    }
    expect(site.tenant.claims.map(({ act }) => act)).toEqual(["background"]);
    const data = await anna.ask("/api/contacts", { headers: handedOn });
    expect(data.headers.get("content-type")).toBe("application/json");
  });
});

describe("[G4] what a browser fetches in advance", () => {
  const prefetches: Record<string, string>[] = [
    { ...SAFARI, "sec-purpose": "prefetch" },
    { ...CHROME, "sec-purpose": "prefetch;prerender" },
    { accept: HTML, purpose: "prefetch" },
    { accept: HTML, "x-moz": "prefetch" },
  ];

  it.each(prefetches)("%j takes nothing, records nothing and shows nothing", async (headers) => {
    const site = new GateSite();
    const answer = await site.browser("anna").ask("/contacts", { headers });
    expect([answer.status, answer.headers.get("cache-control"), await answer.text()]).toEqual([503, "no-store", ""]);
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(site.tenant.claims).toEqual([]);
    expect(site.crm.asked).toEqual([]);
    expect(site.crm.questions).toBe(0);
  });

  it("passes by a live pass, without being work or renewing anything", async () => {
    const site = new GateSite();
    const anna = site.browser("anna");
    await anna.poll("/api/contacts");
    site.time += 25_000;
    const answer = await anna.ask("/contacts", { headers: prefetches[1] ?? {} });
    expect(await answer.text()).toBe(shownPage("/contacts"));
    await site.background.settle();
    expect(site.tenant.claims).toHaveLength(1);
    await anna.poll("/api/contacts");
    expect(site.tenant.claims[1]).toMatchObject({ act: "background", active: false });
  });

  it("signs nobody out", async () => {
    const site = new GateSite();
    const anna = site.browser("anna");
    await anna.ask("/contacts", { headers: CHROME });
    const before = site.crm.asked.length;
    const answer = await anna.ask("/logout", { headers: { ...SAFARI, "sec-purpose": "prefetch" } });
    expect(answer.status).toBe(503);
    expect(site.crm.asked).toHaveLength(before);
    expect(site.tenant.signOuts).toEqual([]);
  });

  it("the login page and strangers' pages come in advance, too", async () => {
    const site = new GateSite();
    for (const session of ["anna", "nobody"]) {
      const answer = await site.browser(session).ask("/login", { headers: prefetches[0] ?? {} });
      expect(await answer.text()).toBe(shownPage("/login"));
    }
  });
});

describe("[G4] a page that strangers may see, too", () => {
  it("takes a seat for a person with a session, and is shown to one without a seat all the same", async () => {
    const site = new GateSite({}, { ...loadPreset("demo"), login: [] });
    const anna = site.browser("anna");
    await anna.ask("/login", { headers: CHROME });
    expect(site.tenant.claims).toMatchObject([{ act: "navigation", active: true }]);
    expect(anna.cookies.has("__Host-hotseat-pass")).toBe(true);
    site.time += 29_000;
    site.tenant.refuse();
    const answer = await anna.ask("/login", { headers: CHROME });
    expect([answer.status, await answer.text()]).toEqual([200, shownPage("/login")]);
    expect(site.tenant.claims).toHaveLength(2);
  });

  it("takes nothing where it is the login form, a file of a page, or a page's own reload", async () => {
    const site = new GateSite();
    const anna = site.browser("anna");
    await anna.ask("/login", { headers: CHROME });
    await anna.poll("/assets/app.js");
    anna.cookies.set("__Host-hotseat-sends-user", "1");
    await anna.ask("/assets/start.html", { headers: SAFARI });
    expect(site.tenant.claims).toEqual([]);
    expect(site.crm.questions).toBe(0);
  });
});

describe("[G4] a page whose requests carry the session in a header", () => {
  const HEADER = "x-larch-session";
  const site = () => {
    const preset = structuredClone(loadPreset("demo"));
    preset.carriers = [[{ header: HEADER }]];
    preset.paths.public.push("/");
    const opened = new GateSite({}, preset);
    opened.crm.pages.set("/api/me", () => Response.json(opened.crm.people.get("anna")));
    return opened;
  };
  const ask = (browser: Browser, headers: Record<string, string> = {}) =>
    browser.ask("/api/contacts", {
      headers: { "sec-fetch-mode": "cors", accept: "*/*", [HEADER]: "anna", ...headers },
    });
  const ARRIVAL = "__Host-hotseat-arrival";

  it("makes its first request the act of the person who went there, in every isolate, and only that", async () => {
    const opened = site();
    const anna = new Browser(opened, {});
    await anna.ask("/", { headers: CHROME });
    expect(anna.cookies.has(ARRIVAL)).toBe(true);
    await ask(anna);
    expect(anna.cookies.has(ARRIVAL)).toBe(false);
    expect(opened.tenant.claims).toMatchObject([{ act: "navigation", active: true }]);
    opened.time += 29_000;
    await ask(anna);
    expect(lastAct(opened)).toBe("background");
  });

  it("is refused as data, and the act is used up", async () => {
    const opened = site();
    opened.tenant.refuse({ reason: "limit_reached" });
    const anna = new Browser(opened, {});
    await anna.ask("/", { headers: CHROME });
    const refused = await ask(anna);
    expect([refused.status, refused.headers.get("content-type")]).toEqual([503, "application/json"]);
    expect(lastAct(opened)).toBe("navigation");
    expect(anna.cookies.has(ARRIVAL)).toBe(false);
  });

  it("leaves no act behind where a pass let it in", async () => {
    const opened = site();
    const anna = new Browser(opened, {});
    await ask(anna);
    await anna.ask("/", { headers: CHROME });
    await ask(anna);
    expect(anna.cookies.has(ARRIVAL)).toBe(false);
    opened.time += 29_000;
    await ask(anna);
    expect(lastAct(opened)).toBe("background");
  });

  it.each(["reload", "forged", "old"])("counts for nothing: %s", async (how) => {
    const opened = site();
    const anna = new Browser(opened, {});
    anna.cookies.set("__Host-hotseat-sends-user", "1");
    await anna.ask("/", { headers: how === "reload" ? SAFARI : CHROME });
    if (how === "forged") anna.cookies.set(ARRIVAL, "e30.AAAA");
    if (how === "old") opened.time += 60_001;
    await ask(anna);
    expect(lastAct(opened)).toBe("background");
  });

  describe("or in a cookie", () => {
    const either = (isPublic: boolean) => {
      const preset = structuredClone(loadPreset("demo"));
      preset.carriers.push([{ header: HEADER }]);
      if (isPublic) preset.paths.public.push("/");
      else preset.strangerCalls = [{ method: "GET", path: "/" }];
      const opened = new GateSite({}, preset);
      opened.crm.pages.set("/api/me", () => Response.json(opened.crm.people.get("anna")));
      return opened;
    };

    it.each([true, false])("is arrived at where it shows neither (public: %s)", async (isPublic) => {
      const opened = either(isPublic);
      const anna = new Browser(opened, {});
      await anna.ask("/", { headers: CHROME });
      await ask(anna);
      expect(opened.tenant.claims).toMatchObject([{ act: "navigation", active: true }]);
    });

    it.each([true, false])(
      "leaves no act behind where the cookie's session was refused (public: %s)",
      async (isPublic) => {
        const opened = either(isPublic);
        opened.tenant.refuse({ reason: "limit_reached" });
        const anna = opened.browser("anna");
        expect((await anna.ask("/", { headers: CHROME })).status).toBe(200);
        expect(opened.tenant.claims).toMatchObject([{ act: "navigation" }]);
        expect(anna.cookies.has(ARRIVAL)).toBe(false);
      },
    );
  });

  it("leaves no act behind where it is a sign-out", async () => {
    const opened = site();
    const anna = new Browser(opened, {});
    await anna.ask("/logout", { headers: CHROME });
    expect(anna.cookies.has(ARRIVAL)).toBe(false);
  });
});
