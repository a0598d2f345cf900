/** [T1] [T2] Two tenants of the registry on two hosts of one Worker: what one gave is nothing at the other's. */
import { createExecutionContext, createScheduledController, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { API_PATH } from "../../../shared/protocol.ts";
import type { Env } from "../../../worker/config/config.ts";
import { readSignedIn, signSignedIn } from "../../../worker/identity/oidc/oidc-session.ts";
import { seal, secretPurpose } from "../../../worker/registry/encryption.ts";
import { configOf, readRow } from "../../../worker/registry/tenant-row.ts";
import type { TenantCalls } from "../../../worker/tenant/tenant-calls.ts";
import { nextIsolate } from "../harsh/isolates.ts";
import { addTenant, changeTenant, tenantRow } from "../registry/tenant-rows.ts";

const SECRET = "a secret for tests and of no worth elsewhere";
const ACME = "crm.acme.example";
const UMBRA = "crm.umbra.example";
const OWN = ["__Host-hotseat-pass", "__Host-hotseat-jar", "__Host-hotseat-who"] as const;

interface Asked {
  origin: string;
  path: string;
  headers: Headers;
}

const asked: Asked[] = [];
/** Both firms have a person with the very same session, id and login. */
const CRM = {
  fetch: async (input: RequestInfo, init?: RequestInit) => {
    const request = new Request(input, init);
    const { origin, pathname } = new URL(request.url);
    asked.push({ origin, path: pathname, headers: request.headers });
    const login = /larch_session=(\w+)/.exec(request.headers.get("cookie") ?? "")?.[1];
    if (pathname !== "/api/me") return new Response(`${origin} has ${pathname}`);
    if (login === undefined) return new Response(null, { status: 401 });
    const role = login === "maria" ? "accounts" : "sales";
    return Response.json({ id: login, login, name: `${login} at ${origin}`, email: null, role, active: true });
  },
} as unknown as Fetcher;

/** One isolate: the Worker builds its composition root again for other bindings. */
const isolate = (change: Partial<Env> = {}): Env => ({ ...env, CRM, TENANT: "", ...change });
let bindings: Env;

class Browser {
  readonly cookies = new Map<string, string>();
  readonly host: string;
  constructor(host: string, login: string | null) {
    this.host = host;
    if (login !== null) this.cookies.set("larch_session", login);
  }

  async ask(path: string, init: RequestInit & { headers?: Record<string, string> } = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const ctx = createExecutionContext();
    const request = new Request(`https://${this.host}${path}`, { ...init, headers: { cookie, ...init.headers } });
    const { worker } = nextIsolate();
    const response = await worker.fetch(request as Parameters<typeof worker.fetch>[0], bindings, ctx);
    await waitOnExecutionContext(ctx);
    for (const set of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (/max-age=0/i.test(set)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }

  go = (path: string) =>
    this.ask(path, { headers: { "sec-fetch-mode": "navigate", "sec-fetch-user": "?1", accept: "text/html" } });
  poll = (path: string) => this.ask(path, { headers: { "sec-fetch-mode": "cors", accept: "application/json" } });

  /** Carries what this browser was given to another host. */
  at(host: string, names: readonly string[] = OWN): Browser {
    const there = new Browser(host, null);
    for (const name of names) there.cookies.set(name, this.cookies.get(name) ?? "");
    return there;
  }
}

let lines: string[];
beforeEach(() => {
  lines = [];
  for (const level of ["error", "warn", "log"] as const) {
    vi.spyOn(console, level).mockImplementation((...words) => void lines.push(words.map(String).join(" ")));
  }
  asked.length = 0;
  bindings = isolate();
});
afterEach(() => {
  vi.restoreAllMocks();
});

await addTenant(env.RECORDS, tenantRow("acme"));
await addTenant(env.RECORDS, tenantRow("umbra"));
await addTenant(
  env.RECORDS,
  tenantRow("wrong", { variables: { CRM_ORIGIN: "ftp://x", PRESET: "sap", SEAT_LIMIT: "0" } }),
);
await addTenant(
  env.RECORDS,
  tenantRow("gone", { suspendedAt: 1, variables: { ...tenantRow("gone").variables, CONTACT: "Help, ext. 7" } }),
);

describe("[T1] hosts", () => {
  test("each host has its own CRM, its own seats and its own administration", async () => {
    const anna = new Browser(ACME, "anna");
    const other = new Browser(UMBRA, "anna");
    expect(await (await anna.go("/contacts")).text()).toBe("http://acme.test has /contacts");
    expect(await (await other.go("/contacts")).text()).toBe("http://umbra.test has /contacts");
    for (const login of ["bert", "cleo"]) await new Browser(ACME, login).go("/");
    expect((await new Browser(ACME, "dora").go("/")).status).toBe(503);
    expect((await new Browser(UMBRA, "dora").go("/")).status).toBe(200);
    const maria = new Browser(ACME, "maria");
    await maria.go("/");
    const page = await (await maria.ask("/.hotseat/admin")).text();
    expect(page).toContain("anna at http://acme.test");
    expect(page).not.toContain("umbra");
    const health = (await (await new Browser(UMBRA, null).ask("/.hotseat/health")).json()) as { health: string };
    expect(health.health).toBe("healthy");
  });

  test("the host is taken without regard to its port; another spelling of it is another host", async () => {
    expect((await new Browser(`${ACME}:8443`, "anna").go("/contacts")).status).toBe(200);
    expect((await new Browser(`${ACME}.evil.example`, "anna").go("/contacts")).status).toBe(404);
  });

  test.each(["umbra.example", "acme", "localhost", "x'--.example"])(
    "an unknown host (%s) is told nothing of others, and no CRM is asked",
    async (host) => {
      const page = await new Browser(host, "anna").go("/contacts");
      const json = await new Browser(host, "anna").poll("/.hotseat/api/status");
      expect([page.status, json.status]).toEqual([404, 404]);
      expect(json.headers.get("content-type")).toBe("application/problem+json");
      expect(await json.json()).toMatchObject({ code: "unknown_host" });
      const text = await page.text();
      expect(text).toContain("No CRM is served at this address");
      expect(text.replaceAll(host, "")).not.toMatch(/acme|umbra|gone/);
      expect(asked).toEqual([]);
    },
  );

  test("[T2] a wrong row answers with its faults, in the words of the variables, and no other tenant does", async () => {
    const answer = await new Browser("crm.wrong.example", "anna").go("/");
    const text = await answer.text();
    expect(answer.status).toBe(503);
    expect(text).toContain("CRM_ORIGIN must be an origin such as https://crm-origin.acme.com, without a path");
    expect(text).toContain('SEAT_LIMIT must be a whole number from 1 to 100000, not "0"');
    expect((await new Browser(ACME, "anna").go("/")).status).toBe(200);
    expect(lines.filter((line) => line.includes("a tenant's configuration is wrong"))).toHaveLength(1);
  });

  test("[T4] a suspended tenant is told so, by page and by JSON, and its CRM is not asked", async () => {
    const browser = new Browser("crm.gone.example", "anna");
    const page = await browser.go("/contacts");
    expect([page.status, page.headers.get("retry-after"), page.headers.get("cache-control")]).toEqual([
      503,
      "3600",
      "no-store",
    ]);
    const text = await page.text();
    expect(text).toContain("This CRM is suspended for now");
    expect(text).toContain("Help, ext. 7");
    for (const path of ["/api/contacts", "/.hotseat/api/status", "/.hotseat/health"]) {
      const answer = await browser.poll(path);
      expect([answer.status, await answer.json()]).toMatchObject([503, { code: "suspended" }]);
    }
    const german = await browser.ask("/", { headers: { "sec-fetch-mode": "navigate", "accept-language": "de" } });
    expect(await german.text()).toContain("vorübergehend gesperrt");
    expect(asked).toEqual([]);
  });
});

describe("[T2] [G3] across tenants", () => {
  const seated = async (login = "erik") => {
    const browser = new Browser(ACME, login);
    // Whoever has a seat of before makes room.
    const page = await browser.go("/contacts");
    expect(page.status).toBe(200);
    return browser;
  };

  test("pass and binding of one host admit nobody at the other, not even the same person in the same session", async () => {
    const anna = await seated("anna");
    const there = anna.at(UMBRA);
    there.cookies.set("larch_session", "anna");
    asked.length = 0;
    expect((await there.poll("/api/contacts")).status).toBe(200);
    // The other tenant asked its own CRM who this is, and gave a pass of its own.
    expect(asked.map(({ origin, path }) => `${origin}${path}`)).toEqual([
      "http://umbra.test/api/me",
      "http://umbra.test/api/contacts",
    ]);
    for (const { headers } of asked) expect(headers.get("cookie")).toBe("larch_session=anna");
    expect(there.cookies.get(OWN[0])).not.toBe(anna.cookies.get(OWN[0]));
  });

  test("the identity cookie of one host counts for nobody at the other: neither to the API nor to the administration", async () => {
    const maria = new Browser(ACME, "maria");
    await maria.go("/");
    expect(maria.cookies.has(OWN[2])).toBe(true);
    expect((await maria.ask("/.hotseat/admin")).status).toBe(200);
    const there = maria.at(UMBRA);
    expect((await there.ask("/.hotseat/admin")).status).toBe(401);
    expect((await there.poll(`${API_PATH}status`)).status).toBe(401);
    const form = { "content-type": "application/x-www-form-urlencoded", origin: `https://${UMBRA}` };
    const raised = await there.ask("/.hotseat/admin/licensing/limit", {
      method: "POST",
      headers: form,
      body: "limit=99&version=0",
    });
    expect(raised.status).toBe(401);
    const released = await there.ask(`${API_PATH}release`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: `https://${UMBRA}` },
      body: "{}",
    });
    expect(released.status).toBe(401);
  });

  test("a form of one host is not taken at the other", async () => {
    const maria = new Browser(ACME, "maria");
    await maria.go("/");
    const headers = { "content-type": "application/x-www-form-urlencoded", origin: `https://${UMBRA}` };
    const answer = await maria.ask("/.hotseat/admin/licensing/limit", {
      method: "POST",
      headers,
      body: "limit=99&version=0",
    });
    expect(answer.status).toBe(403);
  });

  test("[I6] a sign-in at the identity provider for one tenant does not count for the other", async () => {
    const columns = {
      ...{ jurisdiction: null, location_hint: null, sealed: "{}", suspended_at: null, version: 1 },
      ...{ records: "RECORDS", moving_to: null },
    };
    const [acme, umbra] = await Promise.all(
      ["acme", "umbra"].map((tenant) => {
        const { hosts, variables } = tenantRow(tenant);
        const row = { ...columns, tenant, hosts: JSON.stringify(hosts), variables: JSON.stringify(variables) };
        return configOf(readRow(row), [SECRET]);
      }),
    );
    if (acme === undefined || umbra === undefined) throw new Error("there are two");
    const person = { id: "anna", login: "anna", name: "Anna", email: null, roles: [] };
    const [cookie = ""] = (await signSignedIn(acme, person, 1_000)).split(";");
    expect(await readSignedIn(acme, cookie, 2_000)).toMatchObject({ id: "anna" });
    expect(await readSignedIn(umbra, cookie, 2_000)).toBeNull();
    // Neither by the key alone nor by the name alone.
    expect(await readSignedIn({ ...umbra, tenant: acme.tenant }, cookie, 2_000)).toBeNull();
    expect(await readSignedIn({ ...acme, tenant: umbra.tenant }, cookie, 2_000)).toBeNull();
    expect(acme.secrets).not.toEqual(umbra.secrets);
    expect(acme.secrets).not.toContain(SECRET);
  });

  test("a native client's token of one tenant does not count at the other", async () => {
    const sue = { id: "maria", name: "Maria", email: null, role: "licence_manager" };
    const made = await (env.SEATS.get(env.SEATS.idFromName("acme")) as unknown as TenantCalls).makeToken(
      sue as never,
      { name: "desk", kind: "desktop", policy: "consume" } as never,
    );
    const token = made.ok ? made.value.token : "none";
    const ask = (host: string) =>
      new Browser(host, null).ask("/.hotseat/api/native/check", {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({ person: { id: "anna", name: "Anna" } }),
      });
    const own = await ask(ACME);
    expect([own.status, await own.json()]).toMatchObject([200, {}]);
    expect((await ask(UMBRA)).status).toBe(401);
  });
});

describe("[T2] secrets", () => {
  test("a tenant's own secret is encrypted in D1, works, and is shown to its CRM alone", async () => {
    const secret = "umbra's word to its own CRM, long enough".replaceAll(" ", "_");
    const sealed = { CRM_SECRET: await seal([SECRET], secretPurpose("umbra" as never, "CRM_SECRET"), secret) };
    await changeTenant(env.RECORDS, tenantRow("umbra", { sealed }));
    bindings = isolate();
    await await caches.default.delete("https://registry.hotseat.invalid/crm.umbra.example");
    const dump = JSON.stringify((await env.RECORDS.prepare("SELECT * FROM tenants").all()).results);
    expect(dump).not.toContain(secret);
    await new Browser(UMBRA, "zoe").ask("/contacts", {
      headers: { "x-hotseat-secret": "mine", "sec-fetch-mode": "navigate" },
    });
    await new Browser(ACME, "anna").go("/contacts");
    const shown = asked.map(({ origin, headers }) => [origin, headers.get("x-hotseat-secret")]);
    expect(shown).toContainEqual(["http://umbra.test", secret]);
    for (const [origin, value] of shown) expect(value).toBe(origin === "http://umbra.test" ? secret : null);
    // [T3] The datacenter's copy has it encrypted, too.
    const copy = await (await caches.default.match("https://registry.hotseat.invalid/crm.umbra.example"))?.text();
    expect(copy).toMatch(/^v1\./);
    expect(lines.join("\n")).not.toContain(secret);
  });

  test("one encrypted for another tenant, or with another HOTSEAT_SECRET, is a fault that names it", async () => {
    const text = "x".repeat(40);
    const rows = {
      stolen: await seal([SECRET], secretPurpose("umbra" as never, "CRM_SECRET"), text),
      foreign: await seal(
        ["another secret, long enough to be one"],
        secretPurpose("foreign" as never, "CRM_SECRET"),
        text,
      ),
      broken: "v1.AAAA.BBBB",
    };
    for (const [tenant, sealed] of Object.entries(rows)) {
      await addTenant(env.RECORDS, tenantRow(tenant, { sealed: { CRM_SECRET: sealed } }));
      const answer = await new Browser(`crm.${tenant}.example`, "anna").go("/");
      expect([answer.status, await answer.text()]).toEqual([
        503,
        expect.stringContaining("CRM_SECRET was encrypted with another HOTSEAT_SECRET than the Worker has"),
      ]);
    }
    expect(asked).toEqual([]);
  });

  test("[G3] HOTSEAT_SECRET changes: the new before the old signs nobody out and opens what the old one encrypted", async () => {
    const sealed = { CRM_SECRET: await seal([SECRET], secretPurpose("rota" as never, "CRM_SECRET"), "y".repeat(40)) };
    await addTenant(env.RECORDS, tenantRow("rota", { sealed }));
    const anna = new Browser("crm.rota.example", "anna");
    expect((await anna.go("/contacts")).status).toBe(200);
    const pass = anna.cookies.get(OWN[0]);
    bindings = isolate({ HOTSEAT_SECRET: `the new secret that is as long as it has to be,${SECRET}` });
    asked.length = 0;
    expect((await anna.go("/contacts")).status).toBe(200);
    expect(asked.map(({ path }) => path)).toEqual(["/contacts"]);
    expect(asked[0]?.headers.get("x-hotseat-secret")).toBe("y".repeat(40));
    expect(anna.cookies.get(OWN[0])).toBe(pass);
  });
});

describe("[T3] [G6] D1 down", () => {
  const down = { prepare: () => ({ bind: () => ({ first: () => Promise.reject(new Error("D1 is down")) }) }) };

  test("a new isolate serves who was served here before; others get an honest 503, and the page says what to do", async () => {
    await new Browser(ACME, "anna").go("/contacts");
    bindings = isolate({ RECORDS: down as unknown as D1Database });
    expect((await new Browser(ACME, "anna").go("/contacts")).status).toBe(200);
    const page = await new Browser("crm.newcomer.example", "anna").go("/contacts");
    expect([page.status, page.headers.get("retry-after")]).toEqual([503, "3"]);
    expect(await page.text()).toContain("please try again");
    const json = await new Browser("crm.newcomer.example", "anna").poll("/api/contacts");
    expect(await json.json()).toMatchObject({ code: "busy" });
  });

  test("no HOTSEAT_SECRET: nothing works, and every host says so", async () => {
    bindings = isolate({ HOTSEAT_SECRET: "" });
    const answer = await new Browser(ACME, "anna").go("/");
    expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining("HOTSEAT_SECRET is missing")]);
  });
});

describe("[T4] the registry's tables", () => {
  const run = (sql: string) => env.RECORDS.prepare(sql).run();

  test.each([
    ["UPDATE tenants SET jurisdiction = 'eu' WHERE tenant = 'acme'", "keeps its name, its jurisdiction"],
    ["UPDATE tenants SET location_hint = 'weur' WHERE tenant = 'acme'", "keeps its name, its jurisdiction"],
    ["UPDATE tenants SET tenant = 'acme2' WHERE tenant = 'acme'", "keeps its name, its jurisdiction"],
    ["DELETE FROM tenants WHERE tenant = 'acme'", "suspended, never deleted"],
    [`UPDATE tenants SET hosts = '["${UMBRA}"]' WHERE tenant = 'acme'`, "UNIQUE constraint failed: hosts.host"],
  ])("%s is refused", async (sql, why) => {
    await expect(run(sql)).rejects.toThrow(why);
    expect((await env.RECORDS.prepare("SELECT tenant FROM hosts WHERE host = ?").bind(ACME).first())?.tenant).toBe(
      "acme",
    );
  });

  test("a row that a hand has spoilt is not woken, and stops nobody else", async () => {
    const spoilt = tenantRow("spoilt", { hosts: ["spoilt.example"] });
    await addTenant(env.RECORDS, spoilt);
    await run("UPDATE tenants SET variables = '[1' WHERE tenant = 'spoilt'");
    const answer = await new Browser("spoilt.example", "anna").go("/");
    expect([answer.status, await answer.text()]).toEqual([
      503,
      expect.stringContaining("variables must be JSON of names to texts"),
    ]);
    const { worker } = nextIsolate();
    await worker.scheduled(createScheduledController({ scheduledTime: new Date(), cron: "*/10 * * * *" }), bindings);
    expect(lines.some((line) => line.includes("its row cannot be read (spoilt)"))).toBe(true);
    await run("UPDATE tenants SET variables = '{}' WHERE tenant = 'spoilt'");
  });

  test("the objects of tenants are woken, suspended ones too", async () => {
    const { worker } = nextIsolate();
    await worker.scheduled(createScheduledController({ scheduledTime: new Date(), cron: "*/10 * * * *" }), bindings);
    const count = (await env.RECORDS.prepare("SELECT count(*) AS n FROM tenants").first())?.n;
    expect(lines).toContain(JSON.stringify({ what: "tenants woken", woken: count, failed: 0 }));
  });
});
