import { beforeEach, describe, expect, it, vi } from "vitest";
import type { BindingId } from "../../../shared/ids.ts";
import { TIMING } from "../../../shared/timing.ts";
import { loadPreset } from "../../../worker/identity/preset/presets.ts";
import { forgetBinding } from "../../../worker/pass/browser-binding.ts";
import { Browser, SITE } from "../../support/site/browser.ts";
import { CRM_ORIGIN, shownPage } from "../../support/site/page-crm.ts";
import { GateSite } from "../../support/site.ts";
import { stayInOneIsolate } from "../harsh/isolates.ts";

const PASS = "__Host-hotseat-pass";
const BINDING = "__Host-hotseat-jar";
const WHO = "__Host-hotseat-who";
const RECEIPT = "__Host-hotseat-receipt";
const SENDS_USER = "__Host-hotseat-sends-user";
/** Faults are logged; here they are made on purpose. */
beforeEach(() => {
  for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});

const bindingsIn = (answers: Response[]): string[] =>
  answers.flatMap((answer) => answer.headers.getSetCookie()).filter((cookie) => cookie.startsWith(BINDING));

const retryable = () => Object.assign(new Error("the object was reset"), { retryable: true });

describe("[G2] what needs no seat", () => {
  it("a request without a session of the CRM passes, and nobody is asked", async () => {
    const site = new GateSite();
    const answer = await new Browser(site, {}).navigate("/contacts");
    expect(await answer.text()).toBe(shownPage("/contacts"));
    expect(site.tenant.claims).toEqual([]);
    expect(site.crm.questions).toBe(0);
  });

  it("public paths pass with a session too, without cookies of Hotseat's", async () => {
    const site = new GateSite();
    for (const path of ["/login", "/assets/app.js", "/health"]) {
      const answer = await site.browser("anna").ask(path);
      expect(answer.status).toBe(200);
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
    expect(site.tenant.claims).toEqual([]);
  });

  it.each([
    "/assets/../contacts",
    "/assets/%2e%2e/contacts",
    "/assets/..%2fcontacts",
    "/assets//contacts",
    "/assets/..\\contacts",
  ])("%s is no public path, whatever the CRM makes of it", async (path) => {
    const site = new GateSite();
    site.tenant.refuse();
    expect((await site.browser("anna").poll(path)).status).toBe(503);
  });
});

describe("[G3] passes", () => {
  it("a grant sets pass, binding and identity cookie, and the next requests ask nobody", async () => {
    const site = new GateSite();
    const anna = site.browser("anna");
    const first = await anna.navigate("/contacts");
    expect(await first.text()).toBe(shownPage("/contacts"));
    for (const cookie of first.headers.getSetCookie())
      expect(cookie).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=Lax/);
    expect([...anna.cookies.keys()]).toEqual(["larch_session", BINDING, PASS, WHO, SENDS_USER]);
    for (let count = 0; count < 5; count++) expect((await anna.poll("/api/contacts")).status).toBe(200);
    expect(site.tenant.claims).toHaveLength(1);
    expect(site.tenant.claims[0]).toMatchObject({
      person: { id: "u1", name: "Anna Lindström", role: "user" },
      act: "navigation",
      active: true,
      clientKind: "browser",
      binding: anna.cookies.get(BINDING),
    });
    expect(site.crm.questions).toBe(1);
  });

  it("a request with a pass that this isolate knows reaches the CRM before anything is awaited", async () => {
    stayInOneIsolate("what an isolate has verified is its own");
    const crm = new GateSite().crm;
    let asked = 0;
    const site = new GateSite({}, loadPreset("demo"), (...request) => {
      asked++;
      return crm.fetch(...request);
    });
    const anna = site.browser("anna");
    await anna.navigate("/contacts");
    // Verified once.
    await anna.poll("/api/contacts");
    const cookie = [...anna.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const before = asked;
    const answer = site.gate.handle(new Request(`${SITE}/api/contacts`, { headers: { cookie } }), site.background);
    expect(asked).toBe(before + 1);
    expect((await answer).status).toBe(200);
  });

  it("the pass is renewed beside the request in its last seconds, with the activity seen under it", async () => {
    stayInOneIsolate("activity under a pass is noted by the isolate that saw it");
    const site = new GateSite();
    const anna = site.browser("anna");
    await anna.poll("/api/contacts");
    const before = anna.cookies.get(PASS);
    await anna.ask("/api/contacts", { method: "POST", body: "{}" });
    site.time += 28_000 - 5_000;
    await anna.poll("/api/contacts");
    expect(site.tenant.claims.map(({ act, active }) => ({ act, active }))).toEqual([
      { act: "background", active: false },
      { act: "background", active: true },
    ]);
    expect(anna.cookies.get(PASS)).not.toBe(before);
    expect(site.tenant.claims[1]?.binding).toBe(anna.cookies.get(BINDING));
  });

  it("a renewal that is refused or fails stops nobody who holds a live pass", async () => {
    const site = new GateSite();
    const anna = site.browser("anna");
    await anna.navigate("/contacts");
    site.time += 25_000;
    site.tenant.refuse({ reason: "seat_released" });
    expect((await anna.poll("/api/contacts")).status).toBe(200);
    site.tenant.answerClaim = () => Promise.reject(new Error("gone"));
    expect((await anna.poll("/api/contacts")).status).toBe(200);
    site.time += 4_000;
    site.tenant.refuse({ reason: "seat_released" });
    expect((await anna.poll("/api/contacts")).status).toBe(503);
  });

  it("a renewal that is slow is waited for by nobody, and comes with a later answer", async () => {
    stayInOneIsolate("the renewed pass lies ready in the isolate that asked for it");
    const site = new GateSite();
    const anna = site.browser("anna");
    await anna.navigate("/contacts");
    site.time += 25_000;
    const before = anna.cookies.get(PASS);
    const slow = Promise.withResolvers<void>();
    const grant = site.tenant.answerClaim;
    site.tenant.answerClaim = async (call) => {
      await slow.promise;
      return grant(call);
    };
    expect((await anna.poll("/api/contacts")).status).toBe(200);
    expect(anna.cookies.get(PASS)).toBe(before);
    slow.resolve();
    await site.background.settle();
    await anna.poll("/api/contacts");
    expect(anna.cookies.get(PASS)).not.toBe(before);
    expect(site.tenant.claims).toHaveLength(2);
  });

  it("requests that arrive together ask once, and one answer brings the binding", async () => {
    stayInOneIsolate("an isolate shares its own questions; others may ask, and give another binding");
    const site = new GateSite();
    const anna = site.browser("anna");
    const answers = await Promise.all(Array.from({ length: 8 }, () => anna.poll("/api/contacts")));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(site.tenant.claims).toHaveLength(1);
    expect(site.crm.questions).toBe(1);
    expect(bindingsIn(answers)).toHaveLength(1);
  });

  it("[L9] a navigation does not share a page's own question, but its binding, which one answer brings", async () => {
    stayInOneIsolate("an isolate shares its own questions; others may ask, and give another binding");
    const site = new GateSite();
    const anna = site.browser("anna");
    const answers = await Promise.all([anna.poll("/api/contacts"), anna.navigate("/contacts")]);
    expect(site.tenant.claims.map(({ act }) => act).sort()).toEqual(["background", "navigation"]);
    expect(new Set(site.tenant.claims.map(({ binding }) => binding))).toEqual(new Set([anna.cookies.get(BINDING)]));
    expect(bindingsIn(answers)).toHaveLength(1);
  });

  it("[L9] while a pass is ready for delivery nobody asks for a second, even when the CRM has to be asked again who it is", async () => {
    stayInOneIsolate("a pass lies ready in the isolate that asked for it");
    const site = new GateSite({ timing: { ...TIMING, identityLifeMs: 0 } });
    const anna = site.browser("anna");
    // The pass lies ready until the CRM has answered the request that asked for it.
    const page = Promise.withResolvers<void>();
    site.crm.pages.set("/slow", async () => {
      await page.promise;
      return new Response("slow");
    });
    const first = anna.poll("/slow");
    await vi.waitFor(() => expect(site.crm.asked).toHaveLength(1));
    const second = await anna.poll("/api/contacts");
    page.resolve();
    expect(bindingsIn([await first, second])).toHaveLength(1);
    expect(site.tenant.claims).toHaveLength(1);
  });

  it("[L1] a pass ready for delivery goes to the person it was issued to, not to whoever signs in to the same session next", async () => {
    const site = new GateSite();
    // The only answer yet may be stored, so it brings no cookie and the pass stays ready.
    const stored = { "cache-control": "public, max-age=60" };
    site.crm.pages.set("/picture", () => new Response("a picture", { headers: stored }));
    const browser = site.browser("anna");
    await browser.poll("/picture");
    expect(site.tenant.claims.map(({ person }) => person.id)).toEqual(["u1"]);
    // The CRM keeps the session and changes who is signed in to it.
    site.crm.people.set("anna", { ...site.crm.people.get("frank") });
    await browser.ask("/login", { method: "POST", body: "login=frank" });
    await browser.poll("/api/contacts");
    expect(site.tenant.claims.map(({ person }) => person.id)).toEqual(["u1", "u6"]);
  });

  it("[L9] the stragglers of a burst get no second binding", async () => {
    stayInOneIsolate("an isolate remembers the bindings that it gave");
    const site = new GateSite();
    const anna = site.browser("anna");
    await anna.poll("/api/contacts");
    // As they left the browser: without what the first answer brought.
    const stragglers = new Browser(site, { larch_session: "anna" });
    const late = await Promise.all([stragglers.poll("/api/contacts"), stragglers.poll("/api/orders")]);
    expect(late.map(({ status }) => status)).toEqual([200, 200]);
    expect(bindingsIn(late)).toEqual([]);
    expect(new Set(site.tenant.claims.map(({ binding }) => binding))).toEqual(new Set([anna.cookies.get(BINDING)]));
    // Whose answer never came is given another after a while.
    site.time += 5_001;
    expect(bindingsIn([await stragglers.poll("/api/contacts")])).toHaveLength(1);
    expect(new Set(site.tenant.claims.map(({ binding }) => binding)).size).toBe(2);
  });

  it("cacheable answers carry no cookie; the next answer does", async () => {
    stayInOneIsolate("a pass lies ready in the isolate that asked for it");
    const site = new GateSite();
    const anna = site.browser("anna");
    site.crm.pages.set(
      "/logo.svg",
      () => new Response("<svg/>", { headers: { "cache-control": "public, max-age=600" } }),
    );
    const stored = await anna.poll("/logo.svg");
    expect(stored.status).toBe(200);
    expect(stored.headers.getSetCookie()).toEqual([]);
    await anna.poll("/api/contacts");
    expect(anna.cookies.has(PASS)).toBe(true);
    expect(site.tenant.claims).toHaveLength(1);
  });

  it("[L9] an isolate that saw the binding handed back admits by no pass of it", async () => {
    stayInOneIsolate("what is forgotten is each isolate's own");
    const site = new GateSite();
    const anna = site.browser("anna");
    await anna.navigate("/contacts");
    const grant = site.tenant.answerClaim;
    const binding = anna.cookies.get(BINDING) as BindingId;
    forgetBinding(binding);
    site.tenant.refuse({ reason: "seat_released" });
    expect((await anna.poll("/api/contacts")).status).toBe(503);
    site.tenant.answerClaim = grant;
    for (let count = 0; count < 3; count++) expect((await anna.navigate("/contacts")).status).toBe(200);
    expect(site.tenant.claims).toHaveLength(3);
    expect(anna.cookies.get(BINDING)).not.toBe(binding);
  });

  it("[L9] a pass without its binding admits nobody, and a new one is asked for a new binding", async () => {
    const site = new GateSite();
    const anna = site.browser("anna");
    await anna.navigate("/contacts");
    const binding = anna.cookies.get(BINDING);
    anna.cookies.delete(BINDING);
    site.time += 5_001;
    await anna.poll("/api/contacts");
    expect(site.tenant.claims).toHaveLength(2);
    expect(site.tenant.claims[1]?.binding).not.toBe(binding);
    expect(anna.cookies.get(BINDING)).toBe(site.tenant.claims[1]?.binding);
  });
});

describe("bad passes take the claim path, and never a seat", () => {
  const cases: [string, (anna: Browser, site: GateSite) => Promise<void> | void][] = [
    [
      "forged",
      (anna) => void anna.cookies.set(PASS, `${btoa('{"tenant":"acme"}').replaceAll("=", "")}.${"A".repeat(43)}`),
    ],
    ["truncated", (anna) => void anna.cookies.set(PASS, (anna.cookies.get(PASS) ?? "").slice(0, -5))],
    [
      "altered in one character",
      (anna) => {
        const pass = anna.cookies.get(PASS) ?? "";
        anna.cookies.set(PASS, pass.slice(0, 9) + (pass[9] === "A" ? "B" : "A") + pass.slice(10));
      },
    ],
    [
      "spelled otherwise at its end",
      (anna) => {
        const pass = anna.cookies.get(PASS) ?? "";
        anna.cookies.set(PASS, pass.slice(0, -1) + String.fromCharCode(pass.charCodeAt(pass.length - 1) ^ 1));
      },
    ],
    [
      "expired",
      (_, site) => {
        site.time += 28_001;
      },
    ],
    [
      "of another session of the CRM",
      (anna, site) => {
        site.crm.people.set("other", site.crm.people.get("anna") ?? {});
        anna.cookies.set("larch_session", "other");
      },
    ],
    [
      "of another tenant",
      async (anna) => {
        const elsewhere = new GateSite({ tenant: "umbra" as never });
        const spy = elsewhere.browser("anna");
        await spy.navigate("/contacts");
        for (const name of [PASS, BINDING]) anna.cookies.set(name, spy.cookies.get(name) ?? "");
      },
    ],
    [
      "signed by a foreign secret",
      async (anna) => {
        const elsewhere = new GateSite({ secrets: ["another secret that nobody here has ever heard of"] });
        const spy = elsewhere.browser("anna");
        await spy.navigate("/contacts");
        for (const name of [PASS, BINDING]) anna.cookies.set(name, spy.cookies.get(name) ?? "");
      },
    ],
    ["that is an identity cookie", (anna) => void anna.cookies.set(PASS, anna.cookies.get(WHO) ?? "")],
    ["of 100 kB", (anna) => void anna.cookies.set(PASS, `${"A".repeat(100_000)}.${"A".repeat(43)}`)],
    ["of no form at all", (anna) => void anna.cookies.set(PASS, "%%%.===;")],
  ];
  it.each(cases)("a pass %s", async (_, spoil) => {
    const site = new GateSite();
    const anna = site.browser("anna");
    await anna.navigate("/contacts");
    await spoil(anna, site);
    site.tenant.refuse();
    const before = site.crm.asked.length;
    const answer = await anna.poll("/api/contacts");
    expect(answer.status).toBe(503);
    expect(answer.headers.get("x-hotseat-refused")).toBe("limit_reached");
    expect(site.crm.asked).toHaveLength(before);
    expect(site.tenant.claims).toHaveLength(2);
  });

  it("two pass cookies count as none", async () => {
    const site = new GateSite();
    const anna = site.browser("anna");
    await anna.navigate("/contacts");
    site.tenant.refuse();
    const cookie = [...anna.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await anna.ask("/api/contacts", { headers: { cookie: `${cookie}; ${PASS}=x` } });
    expect(answer.status).toBe(503);
  });

  it("a session that hides behind another Cookie header is a session all the same", async () => {
    const site = new GateSite();
    site.tenant.refuse();
    const headers = new Headers({ cookie: "x=1" });
    headers.append("cookie", "larch_session=anna");
    const answer = await site.gate.handle(new Request(`${SITE}/api/contacts`, { headers }), site.background);
    expect(answer.status).toBe(503);
    expect(site.crm.asked).toEqual([]);
  });

  it("huge headers are passed on or refused, never a fault", async () => {
    const site = new GateSite();
    site.tenant.refuse();
    const answer = await site
      .browser("anna")
      .ask("/api/contacts", { headers: { "x-large": "x".repeat(60_000), referer: "y".repeat(30_000) } });
    expect(answer.status).toBe(503);
  });
});

describe("[G5] refusals", () => {
  it("a navigation gets a page in place", async () => {
    const site = new GateSite();
    site.tenant.refuse({ position: 3 });
    const anna = site.browser("anna");
    const answer = await anna.navigate("/contacts?sort=<name>");
    const page = await answer.text();
    expect(answer.status).toBe(503);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(answer.headers.get("x-hotseat-refused")).toBe("limit_reached");
    expect(page).toContain('<meta name="hotseat" content="refusal"/>');
    expect(page).toContain("<h1>No available licenses, please contact IT</h1>");
    expect(page).toContain("IT, extension 4711");
    expect(page).toContain("2 of 2");
    expect(page).toContain('<form method="post" action="/.hotseat/continue?to=%2Fcontacts%3Fsort%3D');
    expect(page).not.toContain("<name>");
    expect(page).toMatch(/id="administer"[^>]*hidden/);
    expect([...anna.cookies.keys()]).toEqual(["larch_session", WHO, SENDS_USER]);
    expect(site.crm.asked).toEqual([]);
  });

  it("[L13] a licence manager's page leads to the administration", async () => {
    const site = new GateSite();
    site.tenant.refuse();
    const page = await (await site.browser("frank").navigate("/contacts")).text();
    expect(page).toMatch(/<a class="act second" id="administer" href="\/\.hotseat\/admin">/);
  });

  it("[L32] a giver who asks for another reads to whom the licence went, by name only where names are told", async () => {
    const titles: Record<string, string> = {
      "Ben <b>": "You handed your licence over to Ben &lt;b&gt;",
      "": "You handed your licence over to a colleague",
    };
    for (const [handedTo, title] of Object.entries(titles)) {
      const site = new GateSite();
      const ended = { cause: "released", ageMs: 5, by: "Anna", note: null, handedTo } as const;
      site.tenant.refuse({ reason: "seat_released", ended });
      const page = await (await site.browser("anna").navigate("/contacts")).text();
      expect(page).toContain(`<h1>${title}</h1>`);
    }
  });

  it("[L12] an evicted person reads who and why, whatever is in it", async () => {
    const site = new GateSite();
    site.tenant.refuse({
      reason: "seat_evicted",
      ended: { cause: "evicted", ageMs: 5, by: "Frank <b>", note: '"><script>alert(1)</script>' },
    });
    const page = await (await site.browser("anna").navigate("/contacts")).text();
    expect(page).toContain("<h1>Your licence was freed by Frank &lt;b&gt;");
    expect(page).toContain("&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(page).toContain("Continue working");
  });

  it("a form that was sent is answered by a page that says so", async () => {
    const site = new GateSite();
    site.tenant.refuse();
    const page = await (await site.browser("anna").navigate("/contacts", { method: "POST", body: "a=1" })).text();
    expect(page).toContain("was not passed on to the CRM");
    expect(page).toContain('data-form="yes"');
  });

  describe("[G5] a form that was sent and refused", () => {
    const form = (body: string, headers: Record<string, string> = {}) => ({
      method: "POST",
      body,
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        "sec-fetch-site": "same-origin",
        ...headers,
      },
    });
    const send = async (init: ReturnType<typeof form>) => {
      const site = new GateSite();
      site.tenant.refuse();
      return (await site.browser("anna").navigate("/contacts/7", init)).text();
    };

    it("is kept in the page, whatever was typed, and is not sent by itself", async () => {
      const page = await send(form("name=Zo%C3%AB+%22%3Cb%3E&notes=one%0D%0Atwo&csrf=t0ken&save=1"));
      expect(page).toContain('<form method="post" action="https://crm.acme.example/contacts/7" id="again">');
      expect(page).toContain('name="name" value="Zoë &quot;&lt;b&gt;"');
      expect(page).toContain('name="csrf" value="t0ken"');
      expect(page).toContain("Send it again");
      expect(page).not.toContain("http-equiv");
    });

    it("with a part of several types is kept, too; a file must be chosen again", async () => {
      const parts = (file: string) =>
        `--x\r\ncontent-disposition: form-data; name="notes"\r\n\r\na text\r\n--x\r\ncontent-disposition: form-data; name="file"; filename="${file}"\r\n\r\n\r\n--x--\r\n`;
      const multipart = { "content-type": "multipart/form-data; boundary=x" };
      const without = await send(form(parts(""), multipart));
      expect(without).toContain('enctype="multipart/form-data"');
      expect(without).toContain(
        '<input type="hidden" name="notes" value="a text"/><input type="file" name="file" hidden=""/>',
      );
      const page = await send(form(parts("scan.pdf"), multipart));
      expect(page).toContain('name="notes" value="a text"');
      expect(page).toContain('<input type="file" name="file" multiple=""/>');
      expect(page).toContain("Files are not kept");
      expect(page).not.toContain("Go back");
    });

    it.each([
      ["of another site", form("a=1", { "sec-fetch-site": "cross-site" })],
      ["of nobody knows which site", form("a=1", { "sec-fetch-site": "none" })],
      ["of another type", form("{}", { "content-type": "text/plain" })],
      ["longer than anybody types", form(`a=${"x".repeat(300_000)}`)],
    ])("%s is not kept", async (_, init) => {
      const page = await send(init);
      expect(page).toContain("was not passed on to the CRM");
      expect(page).not.toContain('id="again"');
    });
  });

  it("any other request gets JSON, never HTML", async () => {
    const site = new GateSite();
    site.tenant.refuse({ reason: "seat_idle" });
    const answer = await site.browser("anna").poll("/api/contacts");
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("5");
    expect(await answer.json()).toEqual({
      error: "no_seat",
      reason: "seat_idle",
      message: "Your licence was given back because you were away",
      limit: 2,
      inUse: 2,
    });
  });

  it("a WebSocket is refused as a request", async () => {
    const site = new GateSite();
    site.tenant.refuse();
    const answer = await site
      .browser("anna")
      .ask("/feed", { headers: { upgrade: "websocket", "sec-websocket-key": "eHh4eHh4eHh4eHh4eHh4eA==" } });
    expect(answer.status).toBe(503);
    expect(site.crm.asked).toEqual([]);
  });

  it("a storming page costs the tenant one call per second, a navigation is always asked", async () => {
    stayInOneIsolate("a refusal is remembered by the isolate that gave it");
    const site = new GateSite();
    site.tenant.refuse();
    const anna = site.browser("anna");
    for (let count = 0; count < 50; count++) await anna.poll("/api/contacts");
    expect(site.tenant.claims).toHaveLength(1);
    await anna.navigate("/contacts");
    expect(site.tenant.claims).toHaveLength(2);
    site.time += 1_001;
    await anna.poll("/api/contacts");
    expect(site.tenant.claims).toHaveLength(3);
  });

  it("a remembered refusal is dropped as soon as a live pass is seen", async () => {
    const site = new GateSite();
    const grant = site.tenant.answerClaim;
    const anna = site.browser("anna");
    await anna.navigate("/contacts");
    const pass = anna.cookies.get(PASS) ?? "";
    anna.cookies.delete(PASS);
    site.tenant.refuse();
    expect((await anna.poll("/api/contacts")).status).toBe(503);
    anna.cookies.set(PASS, pass);
    expect((await anna.poll("/api/contacts")).status).toBe(200);
    anna.cookies.delete(PASS);
    site.tenant.answerClaim = grant;
    expect((await anna.poll("/api/contacts")).status).toBe(200);
  });

  it("logout is never refused and ends the lease", async () => {
    const site = new GateSite();
    const anna = site.browser("anna");
    await anna.navigate("/contacts");
    site.tenant.refuse();
    site.crm.pages.set(
      "/logout",
      () =>
        new Response(null, {
          status: 303,
          headers: { location: "/login", "set-cookie": "larch_session=; Max-Age=0; Path=/" },
        }),
    );
    const answer = await anna.navigate("/logout", { method: "POST" });
    expect(answer.status).toBe(303);
    expect(site.tenant.signOuts).toEqual([{ holder: "u1", session: site.tenant.claims[0]?.session }]);
    expect([...anna.cookies.keys()]).toEqual([RECEIPT]);
  });

  it("[L9] what a logout took away is handed back by the next request, and not before", async () => {
    stayInOneIsolate("the isolate that told the tenant tells it once; another tells it again, which changes nothing");
    const site = new GateSite();
    const anna = site.browser("anna");
    await anna.navigate("/contacts");
    const before = new Map(anna.cookies);
    const binding = site.tenant.claims[0]?.binding;
    await anna.navigate("/logout", { method: "POST" });
    expect(site.tenant.handBacks).toEqual([]);
    // The answer never arrived: the browser was restored with what it had.
    const receipt = anna.cookies.get(RECEIPT) ?? "";
    const restored = site.browser("anna");
    for (const [name, value] of [...before, [RECEIPT, receipt] as const]) restored.cookies.set(name, value);
    await restored.poll("/public.css");
    expect(site.tenant.handBacks).toEqual([]);
    await Promise.all([anna.poll("/style.css"), anna.navigate("/login")]);
    expect(site.tenant.handBacks).toContainEqual({ holder: "u1", binding });
    expect(anna.cookies.has(RECEIPT)).toBe(false);
    expect(site.crm.asked.some(({ headers }) => headers.get("cookie")?.includes("hotseat"))).toBe(false);
    const told = site.tenant.handBacks.length;
    anna.cookies.set(RECEIPT, receipt);
    await anna.poll("/style.css");
    expect(site.tenant.handBacks).toHaveLength(told);
  });

  it("a logout that the CRM refuses ends nothing", async () => {
    const site = new GateSite();
    const anna = site.browser("anna");
    await anna.navigate("/contacts");
    site.crm.pages.set("/logout", () => new Response("bad token", { status: 403 }));
    await anna.navigate("/logout", { method: "POST" });
    expect(site.tenant.signOuts).toEqual([]);
    expect(anna.cookies.has(PASS)).toBe(true);
  });
});

describe("[I] identity at the gate", () => {
  it("[I1] an anonymous session passes to the CRM without cookies, and is asked about each time", async () => {
    stayInOneIsolate("an isolate shares its own questions");
    const site = new GateSite();
    const nobody = site.browser("stranger");
    expect(await (await nobody.navigate("/contacts")).text()).toBe(shownPage("/contacts"));
    expect([...nobody.cookies.keys()]).toEqual(["larch_session"]);
    // A login that another isolate saw counts here, too.
    await Promise.all([nobody.poll("/api/a"), nobody.poll("/api/b")]);
    expect(site.crm.questions).toBe(2);
    expect(site.tenant.claims).toEqual([]);
  });

  it("a session that ended in the CRM ends the lease", async () => {
    const site = new GateSite();
    const anna = site.browser("anna");
    await anna.navigate("/contacts");
    site.crm.people.delete("anna");
    site.time += site.config.timing.identityLifeMs + 1;
    await anna.navigate("/contacts");
    expect(site.tenant.signOuts).toEqual([{ holder: "u1", session: site.tenant.claims[0]?.session }]);
    expect([...anna.cookies.keys()]).toEqual(["larch_session", RECEIPT]);
  });

  it("[L9] a session that is nobody's ends no other session, whatever the identity cookie says", async () => {
    const site = new GateSite();
    const anna = site.browser("anna");
    await anna.navigate("/contacts");
    const living = site.tenant.claims[0]?.session;
    anna.cookies.set("larch_session", "dead");
    await anna.navigate("/contacts");
    expect(site.tenant.signOuts.filter(({ session }) => session === living)).toEqual([]);
  });

  it("the same is seen at a renewal", async () => {
    const site = new GateSite({ timing: { ...TIMING, identityLifeMs: 10_000 } });
    const anna = site.browser("anna");
    await anna.navigate("/contacts");
    site.crm.people.delete("anna");
    site.time += 25_000;
    await anna.poll("/api/contacts");
    expect(site.tenant.signOuts).toHaveLength(1);
    expect([...anna.cookies.keys()]).toEqual(["larch_session", RECEIPT]);
  });

  it("[I5] unknown without an earlier answer is refused by a clear page, the CRM's page is not reached", async () => {
    const site = new GateSite();
    site.crm.pages.set("/api/me", () => new Response("<h1>down for maintenance</h1>", { status: 500 }));
    const page = await site.browser("anna").navigate("/contacts");
    expect(page.status).toBe(503);
    expect(await page.text()).toContain("The CRM did not say who you are");
    const program = await site.browser("anna").poll("/api/contacts");
    expect(await program.json()).toMatchObject({ status: 503, code: "identity_unknown" });
    expect(site.crm.asked).toEqual([]);
    expect(site.tenant.claims).toEqual([]);
  });

  it("[I1] unknown keeps the earlier answer, in this isolate and by the identity cookie in another", async () => {
    const site = new GateSite();
    const anna = site.browser("anna");
    await anna.navigate("/contacts");
    const broken = () => new Response("", { status: 500 });
    site.crm.pages.set("/api/me", broken);
    site.time += site.config.timing.identityLifeMs + 1;
    expect((await anna.navigate("/contacts")).status).toBe(200);
    const elsewhere = new GateSite();
    elsewhere.time = site.time;
    elsewhere.crm.pages.set("/api/me", broken);
    const sameBrowser = new Browser(elsewhere, Object.fromEntries(anna.cookies));
    sameBrowser.cookies.delete(PASS);
    expect((await sameBrowser.navigate("/contacts")).status).toBe(200);
    expect(elsewhere.tenant.claims[0]?.person.id).toBe("u1");
  });

  it("[I2] a fresh identity cookie of the same session saves the question, another session's does not", async () => {
    const site = new GateSite();
    const anna = site.browser("anna");
    await anna.navigate("/contacts");
    const elsewhere = new GateSite();
    const same = new Browser(elsewhere, Object.fromEntries(anna.cookies));
    await same.navigate("/contacts");
    expect(elsewhere.crm.questions).toBe(0);
    same.cookies.set("larch_session", "frank");
    await same.navigate("/contacts");
    expect(elsewhere.crm.questions).toBe(1);
    expect(elsewhere.tenant.claims.at(-1)?.person.id).toBe("u6");
  });

  it("a login in the same session is asked about again", async () => {
    const site = new GateSite();
    const nobody = site.browser("shared");
    await nobody.navigate("/contacts");
    site.crm.people.set("shared", site.crm.people.get("frank") ?? {});
    await nobody.navigate("/login", { method: "POST", body: "user=frank" });
    await nobody.navigate("/contacts");
    expect(site.tenant.claims.map(({ person }) => person.id)).toEqual(["u6"]);
  });
});

describe("faults of others", () => {
  it("the tenant is asked once more, by a new stub, where that may help", async () => {
    const site = new GateSite();
    const grant = site.tenant.answerClaim;
    let calls = 0;
    site.tenant.answerClaim = (call) => (++calls === 1 ? Promise.reject(retryable()) : grant(call));
    expect((await site.browser("anna").navigate("/contacts")).status).toBe(200);
    expect(calls).toBe(2);
  });

  it.each([
    ["lasting", retryable()],
    ["overload", Object.assign(retryable(), { overloaded: true })],
    ["unknown", new Error("broken")],
  ])("%s fault of the tenant: an honest 503, nobody is let in", async (_, error) => {
    const site = new GateSite();
    site.tenant.answerClaim = () => Promise.reject(error);
    const page = await site.browser("anna").navigate("/contacts");
    expect(page.status).toBe(503);
    expect(await page.text()).toContain("The licence service is busy");
    expect(await (await site.browser("anna").poll("/api/contacts")).json()).toMatchObject({ code: "busy" });
    expect(site.crm.asked).toEqual([]);
  });

  it("a CRM that does not answer is said to be so", async () => {
    const site = new GateSite();
    site.crm.pages.set("/contacts", () => Promise.reject(new Error("connection refused")));
    const page = await site.browser("anna").navigate("/contacts");
    expect(page.status).toBe(502);
    expect(await page.text()).toContain("The CRM does not answer");
    expect((await site.browser("anna").poll("/contacts")).headers.get("content-type")).toBe("application/problem+json");
  });
});

describe("[G1] nothing of Hotseat's reaches the CRM, and no header speaks for it", () => {
  it("cookies and headers are stripped, the rest stays", async () => {
    const site = new GateSite();
    const anna = site.browser("anna");
    await anna.navigate("/contacts");
    anna.cookies.set("theme", "dark; CF_Authorization=secret");
    await anna.ask("/api/contacts?a=%20b", {
      headers: {
        "x-hotseat-holder": "u6",
        "x-hotseat-refused": "no",
        "x-forwarded-for": "6.6.6.6",
        "x-forwarded-host": "evil.example",
        forwarded: "for=6.6.6.6",
        "x-original-url": "/login",
        "x-mine": "kept",
        "accept-encoding": "gzip, deflate, br, zstd",
        origin: SITE,
        referer: `${SITE}/contacts`,
      },
    });
    const asked = site.crm.asked.at(-1);
    expect(asked?.url).toBe(`${CRM_ORIGIN}/api/contacts?a=%20b`);
    const { "accept-encoding": encodings, ...headers } = Object.fromEntries(asked?.headers ?? []);
    expect(encodings).toBe("gzip, br");
    expect(headers).toEqual({
      cookie: "larch_session=anna; theme=dark",
      "x-mine": "kept",
      "x-forwarded-host": "crm.acme.example",
      "x-forwarded-proto": "https",
      origin: CRM_ORIGIN,
      referer: `${CRM_ORIGIN}/contacts`,
    });
  });

  it("the who-am-I question carries the same address headers as proxied traffic", async () => {
    const site = new GateSite();
    const seen: Record<string, string>[] = [];
    const address = (headers: Headers) =>
      Object.fromEntries([...headers].filter(([name]) => /^(x-forwarded|x-real|cf-conn|user-agent|cookie)/.test(name)));
    site.crm.pages.set("/api/me", ({ headers }) => {
      seen.push(address(headers));
      return Response.json(site.crm.people.get("anna"));
    });
    await site.browser("anna").ask("/api/contacts", {
      headers: { "cf-connecting-ip": "192.0.2.7", "user-agent": "Mozilla", "x-forwarded-for": "6.6.6.6" },
    });
    expect(seen[0]).toEqual(address(site.crm.asked[0]?.headers ?? new Headers()));
    expect(seen[0]?.["x-forwarded-for"]).toBe("192.0.2.7");
  });
});
