/** [G1] [G3] What a visitor with bad intent may try. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import { TIMING } from "../../../shared/timing.ts";
import { loadPreset } from "../../../worker/identity/preset/presets.ts";
import { Browser, SITE } from "../../support/site/browser.ts";
import { GateSite } from "../../support/site.ts";

const OWN = ["__Host-hotseat-pass", "__Host-hotseat-jar", "__Host-hotseat-who"] as const;
const [PASS, BINDING, WHO] = OWN;
let lines: string[] = [];
beforeEach(() => {
  lines = [];
  for (const level of ["error", "warn", "log", "info", "debug"] as const) {
    vi.spyOn(console, level).mockImplementation((...words) => {
      lines.push(
        words.map((word) => (word instanceof Error ? `${word.message} ${word.stack}` : String(word))).join(" "),
      );
    });
  }
});

const seated = async (site: GateSite, session = "anna"): Promise<Browser> => {
  const browser = site.browser(session);
  await browser.navigate("/contacts");
  return browser;
};

describe("[G1] no header or cookie of a visitor speaks for Hotseat", () => {
  it.each([
    { "x-hotseat-holder": "u6" },
    { "x-hotseat-pass": "u6" },
    { "x-hotseat-outage": "grace" },
    { "x-hotseat-refused": "" },
    { "cf-access-jwt-assertion": "e30.e30.e30" },
    { "cf-access-authenticated-user-email": "anna@larch.example" },
    { "x-forwarded-user": "anna" },
    { "x-remote-user": "anna" },
    { authorization: "Bearer anna" },
  ])("%j gives no seat", async (headers) => {
    const site = new GateSite();
    site.tenant.refuse();
    const answer = await site.browser("anna").ask("/api/contacts", { headers });
    expect(answer.status).toBe(503);
    expect(site.crm.asked).toEqual([]);
  });

  it.each([
    "__host-hotseat-pass",
    "__Host-Hotseat-Pass",
    " __Host-hotseat-pass",
    "hotseat-pass",
    "__Host-hotseat-oidc",
    "__Host-hotseat-anything",
  ])("a cookie by the name %j is no pass, and own ones never reach the CRM", async (name) => {
    const site = new GateSite();
    const anna = await seated(site);
    const pass = anna.cookies.get(PASS) ?? "";
    const binding = anna.cookies.get(BINDING) ?? "";
    site.tenant.refuse();
    const cookie = `larch_session=anna; ${name}=${pass}; ${BINDING}=${binding}`;
    const answer = await site.gate.handle(
      new Request(`${SITE}/api/contacts`, { headers: { cookie } }),
      site.background,
    );
    // Blanks before a name belong to nobody: that one is the pass itself.
    expect(answer.status).toBe(name.trim() === PASS ? 200 : 503);
    for (const { headers } of site.crm.asked) expect(headers.get("cookie") ?? "").not.toContain("__Host-hotseat");
  });

  it("however the cookies are spelled, joined or repeated, the CRM gets none of Hotseat's", async () => {
    const site = new GateSite();
    const anna = await seated(site);
    const own = OWN.map((name) => `${name}=${anna.cookies.get(name)}`);
    for (const cookie of [
      ["a=1", ...own, "larch_session=anna"].join("; "),
      ["a=1", ...own, "larch_session=anna"].join(";"),
      ["a=1", ...own, "larch_session=anna"].join(" ;  "),
      [...own, "larch_session=anna", ...own].join("; "),
    ]) {
      await site.gate.handle(new Request(`${SITE}/api/x`, { headers: { cookie } }), site.background);
      expect(site.crm.asked.at(-1)?.headers.get("cookie") ?? "").not.toMatch(/hotseat/i);
    }
  });
});

describe("open redirects", () => {
  it.each(["//evil.example/x", "/\\evil.example", "/@evil.example", "/%5c%5cevil.example", "/.evil.example"])(
    "the refusal of %s leads nowhere but here",
    async (path) => {
      const site = new GateSite();
      site.tenant.refuse();
      const page = await (await site.browser("anna").navigate(path)).text();
      const links = [...page.matchAll(/(?:href|action|src)="([^"]*)"/g)].map((match) => match[1] ?? "");
      for (const link of links) {
        if (link.startsWith("data:")) continue;
        expect(new URL(link.replaceAll("&amp;", "&"), SITE).origin).toBe(SITE);
      }
    },
  );

  it("a script in an address stays an address", async () => {
    const site = new GateSite();
    site.tenant.refuse();
    const page = await (await site.browser("anna").navigate('/x?"><script>alert(1)</script>')).text();
    expect(page).not.toContain("<script>alert");
    expect(page).toMatch(/<script src="\/\.hotseat\/refused\.js" defer="?"?/);
  });
});

describe("cache poisoning", () => {
  it.each([
    "x-forwarded-host",
    "x-forwarded-scheme",
    "x-forwarded-proto",
    "x-host",
    "x-original-url",
    "x-rewrite-url",
    "path-info",
    "path_info",
    "script-name",
    "script_name",
    "x-envoy-original-path",
    "x-forwarded-context",
    "x-forwarded-pathbase",
    "x-forwarded-url",
    "x-ingress-path",
    "x-original-method",
    "x-original-path",
    "x-script-name",
    "x-waws-unencoded-url",
    "forwarded",
    // As servers read names whose signs they do not tell apart.
    "x_forwarded_host",
    "X-Forwarded_Host",
    "X_Original_URL",
    "X_HTTP_Method_Override",
    "x_hotseat_secret",
  ])("%s changes nothing that the CRM is told", async (name) => {
    const site = new GateSite();
    const anna = await seated(site);
    await anna.poll("/api/contacts");
    const told = () =>
      [...(site.crm.asked.at(-1)?.headers ?? [])].filter(([key]) => /^(?:x|script|path)[-_]|^forwarded$/.test(key));
    const plain = told();
    await anna.ask("/api/contacts", { headers: { [name]: "evil.example", "sec-fetch-mode": "cors" } });
    expect(told()).toEqual(plain);
  });

  it("no refusal, problem or own cookie can be stored", async () => {
    const site = new GateSite();
    site.tenant.refuse();
    const anna = site.browser("anna");
    for (const answer of [await anna.navigate("/contacts"), await anna.poll("/api/contacts")]) {
      expect(answer.headers.get("cache-control")).toBe("no-store");
    }
    site.tenant.answerClaim = () => Promise.reject(new Error("gone"));
    site.time += 2_000;
    for (const answer of [await anna.navigate("/contacts"), await anna.poll("/api/contacts")]) {
      expect([answer.status, answer.headers.get("cache-control")]).toEqual([503, "no-store"]);
    }
  });
});

it.each(["script-name", "script_name", "x-script-name"])(
  "[G1.5] [G2.2] no %s moves a page under a public folder, where servers for Python take the folder off the path",
  async (name) => {
    const site = new GateSite();
    site.tenant.refuse();
    await site.browser("anna").ask("/assets/contacts", { headers: { [name]: "/assets" } });
    const asked = site.crm.asked.at(-1);
    expect([new URL(asked?.url ?? "").pathname, asked?.headers.has(name)]).toEqual(["/assets/contacts", false]);
  },
);

describe("[G3] other people's seats", () => {
  it("a stolen pass without the session, or beside another, admits nobody", async () => {
    const site = new GateSite();
    const anna = await seated(site);
    site.tenant.refuse();
    for (const session of [null, "frank", "nobody"]) {
      const thief = new Browser(site, session === null ? {} : { larch_session: session });
      for (const name of OWN) thief.cookies.set(name, anna.cookies.get(name) ?? "");
      const before = site.crm.asked.length;
      const answer = await thief.poll("/api/contacts");
      // Without a session, and with one that the CRM does not know, the CRM itself sends the visitor away.
      expect(answer.status).toBe(session === "frank" ? 503 : 200);
      for (const { headers } of site.crm.asked.slice(before)) {
        expect(headers.get("cookie") ?? "").not.toContain("larch_session=anna");
      }
    }
  });

  it("[G3] cookies of another tenant are nothing here", async () => {
    const elsewhere = new GateSite({ tenant: "umbra" as never });
    const spy = await seated(elsewhere);
    const site = new GateSite();
    site.tenant.refuse();
    const here = site.browser("anna");
    for (const name of OWN) here.cookies.set(name, spy.cookies.get(name) ?? "");
    expect((await here.poll("/api/contacts")).status).toBe(503);
    expect(site.crm.questions).toBe(1);
  });

  it("session fixation: what was planted before the login is nothing after it", async () => {
    const site = new GateSite();
    const attacker = await seated(site, "frank");
    const victim = new Browser(site, { larch_session: "shared" });
    for (const name of OWN) victim.cookies.set(name, attacker.cookies.get(name) ?? "");
    site.crm.people.set("shared", site.crm.people.get("anna") ?? {});
    await victim.navigate("/login", { method: "POST", body: "user=anna" });
    await victim.navigate("/contacts");
    expect(site.tenant.claims.at(-1)?.person.id).toBe("u1");
    // The planted binding binds the victim's pass, yet the attacker has no pass of that session.
    site.tenant.refuse();
    attacker.cookies.set("larch_session", "shared");
    expect((await attacker.poll("/api/contacts")).status).toBe(503);
  });
});

describe("the log", () => {
  it("has no line of a visitor's making, and no secret", async () => {
    const secrets = ["s3cret-session-0123456789", "s3cret-password", "s3cret-bearer-token"];
    const [session = "", password = "", bearer = ""] = secrets;
    const site = new GateSite({ timing: { ...TIMING, identityTimeoutMs: 20 } });
    const evil = '\r\n{"what":"a part is healthy again"}\u001b[31m';
    const visit = async (browser: Browser) => {
      const query = `?password=${password}&x=${encodeURIComponent(evil)}`;
      await browser.navigate(`/contacts${query}`);
      await browser.ask(`/api/contacts${query}`, {
        method: "POST",
        body: JSON.stringify({ password }),
        headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json", "user-agent": "a\tb" },
      });
    };
    const faults: (() => Response | Promise<Response>)[] = [
      () => Response.json({ id: `a${evil}`, name: evil, active: true }),
      () => new Response(`${evil}${password}`, { status: 500 }),
      () => Promise.reject(new Error("connection refused")),
      () => new Promise(() => undefined),
      () => Response.json(site.crm.people.get("anna")),
    ];
    for (const [index, fault] of faults.entries()) {
      site.crm.pages.set("/api/me", fault);
      await visit(site.browser(`${session}${index}`));
    }
    site.tenant.answerClaim = () => Promise.reject(new Error("gone"));
    await visit(site.browser(session));
    site.crm.pages.set("/contacts", () => Promise.reject(new Error("connection refused")));
    await visit(site.browser(session));
    expect(lines.length).toBeGreaterThan(4);
    const told = lines.join("\n");
    for (const secret of [...secrets, site.config.secrets[0] ?? ""]) expect(told).not.toContain(secret);
    for (const sign of ["\u001b", "\r"]) expect(told).not.toContain(sign);
  });

  it("reports a Tryton header that cannot be read, without repeating it", async () => {
    const site = new GateSite({}, loadPreset("tryton"));
    const headers = { authorization: "Session s3cret%%", "sec-fetch-mode": "cors" };
    await new Browser(site, {}).ask("/dunmore/", { method: "POST", body: "{}", headers });
    expect(lines.join("\n")).toContain("not of a form");
    expect(lines.join("\n")).not.toContain("s3cret");
  });
});

describe("[G3] the identity cookie", () => {
  it("admits to nothing of the CRM's", async () => {
    const site = new GateSite();
    const anna = await seated(site);
    for (const name of [PASS, BINDING]) anna.cookies.delete(name);
    expect(anna.cookies.has(WHO)).toBe(true);
    site.tenant.refuse();
    expect((await anna.poll("/api/contacts")).status).toBe(503);
  });
});
