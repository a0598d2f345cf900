import { env } from "cloudflare:workers";
import { beforeAll, expect, test, vi } from "vitest";
import { verifyAudit } from "../../../scripts/audit/verify-audit.mjs";
import { DAY_MS } from "../../../shared/durations.ts";
import { sentence } from "../../../shared/sentence.ts";
import { patientDatabase } from "../../../worker/audit/databases.ts";
import { directoryStatements } from "../../../worker/audit/directory.ts";
import type { Role } from "../../../worker/tenant/tenant-calls.ts";
import { SITE } from "../../support/site/browser.ts";
import { whoCookie } from "../../support/site/signed-cookies.ts";
import { openSite, type Site } from "../../support/site.ts";
import { writeEvents } from "../audit/audit-rows.ts";
import { writeDenials } from "../audit/denials/denial-rows.ts";
import { makeHistory } from "../audit/usage/year.ts";
import { tellingDatabase } from "../tenant/counted-env.ts";

const ADMIN = "/.hotseat/admin";
const FILES = [
  "/refusals/export?format=csv",
  "/usage/export?format=csv",
  "/usage/people/export?format=csv",
  "/usage/teams/export?format=csv",
  "/report/export?format=csv&from=2026-01-01&to=2026-01-31",
  "/audit/export?format=jsonl",
  "/audit/export?format=csv",
  "/audit/person/export?holder=crm-1",
];
const HOSTILE = `=cmd|'/C calc'!A0"<script>alert(1)</script>`;
const ROLES = ["user", "licence_manager", "admin", "support"] as const;
const PAGES: [string, readonly Role[]][] = [
  ["/refusals", ["licence_manager", "admin", "support"]],
  ["/refusals/export?format=csv", ["licence_manager", "admin", "support"]],
  ["/usage", ["licence_manager", "admin", "support"]],
  ["/usage?period=365", ["licence_manager", "admin", "support"]],
  ["/usage/export?format=csv", ["licence_manager", "admin", "support"]],
  ["/usage/what-if?limit=30&minutes=20", ["licence_manager", "admin", "support"]],
  ["/usage/what-if/export?limit=30&minutes=20&format=csv", ["licence_manager", "admin", "support"]],
  ["/usage/advice/export?format=csv", ["licence_manager", "admin", "support"]],
  ["/managers/export?format=csv", ["licence_manager", "admin", "support"]],
  ["/usage/people", ["licence_manager", "admin", "support"]],
  ["/usage/people/export?format=csv", ["licence_manager", "admin", "support"]],
  ["/audit", ["licence_manager", "admin", "support"]],
  ["/audit/export?format=jsonl", ["licence_manager", "admin", "support"]],
  ["/audit/person?holder=crm-1", ["admin", "support"]],
  ["/audit/person/export?holder=crm-1", ["admin", "support"]],
  ["/alerts", ["licence_manager", "admin", "support"]],
];
const CHANGES: [string, Record<string, string>][] = [
  ["/audit/person/erase", { holder: "crm-1" }],
  ["/audit/replay", { sure: "yes" }],
  ["/alerts/add", { kind: "generic", url: "https://hooks.example.com/x", full: "yes" }],
  ["/alerts/remove", { id: "h" }],
  ["/alerts/test", { id: "h" }],
  ["/alerts/near", { percent: "80" }],
];

const visit = async (site: Site, path: string, role: Role = "admin") =>
  site.ask(`${ADMIN}${path}`, { headers: { cookie: await whoCookie(role) } });
const submit = async (site: Site, path: string, fields: Record<string, string>, role: Role = "admin", origin = SITE) =>
  site.ask(`${ADMIN}${path}`, {
    method: "POST",
    redirect: "manual",
    headers: { cookie: await whoCookie(role), origin, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(fields).toString(),
  });

beforeAll(async () => {
  const from = Math.floor(Date.now() / DAY_MS) * DAY_MS - 20 * DAY_MS;
  await writeEvents(env.RECORDS, "acme", [
    ...makeHistory({ from, days: 20, people: 20, limit: 4 }),
    {
      at: Date.now() - 1_000,
      kind: "lease_ended",
      holder: "p-hostile",
      actor: "p-hostile",
      inUse: 0,
      limit: 4,
      note: HOSTILE,
      body: { cause: "evicted", heldMs: 1 },
    },
  ]);
  await env.RECORDS.batch(
    directoryStatements(env.RECORDS, "acme", [
      { person: "p-1", holder: "crm-1", name: "Una Unger", email: "una@acme.example", role: "user", revision: 1 },
      { person: "p-hostile", holder: HOSTILE, name: HOSTILE, email: HOSTILE, role: "user", revision: 1 },
    ]),
  );
  await writeDenials(env.RECORDS, [
    { id: "a", holder: "crm-1", name: "Una Unger", lastAt: Date.now() - DAY_MS, waitedMs: 90_000 },
    {
      id: "b",
      holder: HOSTILE,
      name: HOSTILE,
      email: HOSTILE,
      outcome: HOSTILE,
      reason: "others_waiting",
      lastAt: Date.now(),
    },
  ]);
});

test.each(PAGES)("[A1] %s is for %j, and for nobody else", async (path, allowed) => {
  for (const role of ROLES) {
    const response = await visit(openSite(), path, role);
    const text = await response.text();
    expect([role, response.status]).toEqual([role, allowed.includes(role) ? 200 : 403]);
    expect(response.headers.get("cache-control")).toBe("no-store");
    if (response.status === 403) expect(text).not.toContain("Una");
    if (path.includes("export")) continue;
    // Nothing but the pages' own.
    expect(text.replace('<script src="/.hotseat/admin.js" defer=""></script>', "")).not.toContain("<script");
    expect(text).not.toMatch(/ style=| on[a-z]+="/);
  }
  const nobody = await openSite().ask(`${ADMIN}${path}`);
  expect(nobody.status).toBe(401);
});

test.each(CHANGES)(
  "[A2] POST %s is asked of the tenant, which judges; from elsewhere it asks nobody",
  async (path, fields) => {
    for (const role of ROLES) {
      const site = openSite();
      const response = await submit(site, path, fields, role);
      expect([role, response.status]).toEqual([role, 303]);
      expect(site.tenant.asked[0]?.call).toBe("records");
    }
    const refusing = openSite();
    refusing.tenant.recordsAnswer = { ok: false, error: { code: "forbidden", says: sentence("recordsFor") } };
    const refused = await submit(refusing, path, fields, "user");
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain("The records are for licence managers, admins and support.");
    const site = openSite();
    expect((await submit(site, path, fields, "admin", "https://evil.example")).status).toBe(403);
    expect((await submit(site, path, { ...fields, more: "1" })).status).toBe(400);
    expect(site.tenant.asked).toEqual([]);
  },
);

test("[R3] counting again is for admins and support, and says what it found", async () => {
  for (const role of ["user", "licence_manager"] as const) {
    expect((await submit(openSite(), "/usage/recount", { mend: "yes" }, role)).status).toBe(403);
  }
  const html = await (await submit(openSite(), "/usage/recount", { mend: "no" })).text();
  expect(html).toMatch(
    /events of the audit lead to [\d,]+ quarter hours of usage and the stays of each person; all are as counted\./,
  );
});

test("[R2] the exported files verify, and filters are those of the page", async () => {
  for (const format of ["csv", "jsonl"]) {
    const whole = await visit(openSite(), `/audit/export?format=${format}`);
    expect(whole.headers.get("content-disposition")).toMatch(
      new RegExp(`^attachment; filename="hotseat-audit-acme-[\\d-]+\\.${format}"$`),
    );
    const found = await verifyAudit([await whole.bytes()]);
    expect(found).toMatchObject({ first: 1, anchor: 0, filtered: false });
    const part = await visit(openSite(), `/audit/export?format=${format}&kind=denial_opened`);
    expect(await verifyAudit([await part.bytes()])).toMatchObject({ filtered: true });
    const day = new Date(Date.now() - 5 * DAY_MS).toISOString().slice(0, 10);
    const some = await visit(openSite(), `/audit/export?format=${format}&from=${day}`);
    const later = await verifyAudit([await some.bytes()]);
    expect(later).toMatchObject({ last: found.last, filtered: false });
    expect(later.count).toBeLessThan(found.count);
  }
  for (const query of ["", "?format=xml", "?format=csv&from=yesterday", "?format=csv&from=2026-02-02&to=2026-02-01"]) {
    expect([query, (await visit(openSite(), `/audit/export${query}`)).status]).toEqual([query, 422]);
  }
});

test("[R3] usage by day and the warnings are files, and `json` is JSON lines too", async () => {
  const lines = async (path: string) => {
    const response = await visit(openSite(), path, "licence_manager");
    if (response.status !== 200) throw new Error(`${path}: ${response.status}`);
    return (await response.text()).trim().split(/\r?\n/);
  };
  expect(await (await visit(openSite(), "/usage?period=30")).text()).toContain(
    "/usage/export?period=30&amp;format=csv",
  );
  const [head, ...table] = await lines("/usage/export?period=30&format=csv");
  expect(head).toMatch(/^start,day,pool,peak,seat_hours,/);
  const days = (await lines("/usage/export?period=30&format=json")).map((line) => JSON.parse(line));
  expect(days).toHaveLength(table.length);
  expect(days.length).toBeGreaterThan(10);
  expect(new Set(days.map(({ day }) => day)).size).toBe(days.length);
  expect(Math.max(...days.map(({ peak }) => peak))).toBe(4);

  const site = openSite();
  if (!site.tenant.view.ok) throw new Error("the fake answers");
  const warnings = [{ kind: "over_limit", values: { count: 2, limit: 10 } }] as const;
  site.tenant.view = { ok: true, value: { ...site.tenant.view.value, warnings: [...warnings] } };
  expect(await (await visit(site, "/warnings")).text()).toContain("/warnings/export?format=csv");
  expect(await (await visit(site, "/warnings/export?format=csv")).text()).toBe(
    "kind,grave,pool,count,of,minutes\r\nover_limit,yes,,2,10,\r\n",
  );
  for (const path of ["/usage/export", "/warnings/export?format=xml", "/usage/advice/export", "/managers/export"])
    expect([path, (await visit(openSite(), path)).status]).toEqual([path, 422]);
  for (const path of ["/audit", "/refusals", "/usage/people", "/usage/teams"]) {
    const response = await visit(openSite(), `${path}/export?format=json`);
    expect([path, response.headers.get("content-type")]).toEqual([path, "application/jsonl; charset=utf-8"]);
    expect(response.headers.get("content-disposition")).toContain(".jsonl");
    await response.arrayBuffer();
  }
});

test("[R1] no cell of the files is a formula, and hostile names are text on every page", async () => {
  const csv = await (await visit(openSite(), "/refusals/export?format=csv")).text();
  expect(csv).toContain("first_time,last_time,person");
  expect(csv).toContain(`"'=cmd|'/C calc'!A0""<script>`);
  expect(csv).not.toMatch(/(?:^|,|\r\n)"?[=+@]/m);
  const audit = await (await visit(openSite(), "/audit/export?format=csv")).text();
  expect(audit).not.toMatch(/(?:^|,|\r\n)"?[=+@]/m);
  for (const path of [
    "/audit",
    "/refusals",
    `/audit?person=${encodeURIComponent(HOSTILE)}`,
    `/audit/person?holder=${encodeURIComponent(HOSTILE)}`,
  ]) {
    const html = await (await visit(openSite(), path)).text();
    expect([path, html.includes("<script>alert")]).toEqual([path, false]);
    expect([path, html.includes("&lt;script&gt;")]).toEqual([path, true]);
  }
});

test("[R3] [A12] [L19] the recommendation, other settings, managers and a past refusal are files, and the pages lead there", async () => {
  const read = async (path: string) => {
    const response = await visit(openSite(), path);
    return { status: response.status, text: await response.text() };
  };
  const past = await env.RECORDS.prepare(
    "SELECT body ->> 'id' AS id, at FROM events WHERE tenant = 'acme' AND kind = 'denial_opened' ORDER BY seq LIMIT 1",
  ).first<{ id: string; at: number }>();
  const then = `id=${past?.id}&at=${past?.at}`;
  for (const [page, file, head] of [
    ["/usage", "/usage/advice/export?format=csv", "what,about,verdict,"],
    ["/usage/what-if?limit=3&minutes=20", "/usage/what-if/export?limit=3&minutes=20&format=csv", "what,limit,idle_"],
    ["/managers", "/managers/export?format=csv", "person,name,role,"],
    [`/refusals/then?${then}`, `/refusals/then/export?${then}&format=csv`, "what,time,person,"],
  ] as const) {
    expect((await read(page)).text).toContain(`href="${ADMIN}${file.replaceAll("&", "&amp;")}"`);
    expect([file, (await read(file)).text]).toEqual([file, expect.stringMatching(new RegExp(`^\uFEFF?${head}`))]);
  }
  const rows = (await read(`/refusals/then/export?${then}&format=json`)).text.trim().split("\n");
  expect(rows.map((row) => JSON.parse(row).what)).toContain("refused");
  expect((await read("/refusals/then/export?id=d-none&at=1&format=csv")).status).toBe(404);
  expect((await read("/refusals/then/export?id=d-none&at=soon&format=csv")).status).toBe(404);
  expect((await read("/usage/what-if/export?limit=0&minutes=20&format=csv")).status).toBe(422);
});

test("[L1.2] what is kept about one person is found by another spelling of the key", async () => {
  const holder = encodeURIComponent(" crm-1 ");
  const page = await (await visit(openSite(), `/audit/person?holder=${holder}`, "support")).text();
  expect(page).toContain("Una Unger");
  expect(page).toContain('name="holder" value="crm-1"');
  const file = await visit(openSite(), `/audit/person/export?holder=${holder}`, "support");
  expect(await file.json()).toMatchObject({ directory: [{ holder: "crm-1", name: "Una Unger" }] });
});

test("[R1] refusals are filtered by person, reason and day, and spread over days, hours and people", async () => {
  const all = await (await visit(openSite(), "/refusals")).text();
  expect(all).toContain("By person");
  expect(all).toContain("<svg");
  const una = await (await visit(openSite(), "/refusals?person=una%20u")).text();
  expect(una).toContain("1 in all");
  const waiting = await (await visit(openSite(), "/refusals/export?format=jsonl&reason=others_waiting")).text();
  expect(waiting.trim().split("\n")).toHaveLength(1);
  expect((await visit(openSite(), "/refusals?from=x")).status).toBe(422);
});

test("[R4] a secret is shown once, in the answer; what was typed wrongly stands there with the reason", async () => {
  const site = openSite();
  if (!site.tenant.recordsAnswer.ok) throw new Error("the fake answers");
  site.tenant.recordsAnswer = { ok: true, value: { ...site.tenant.recordsAnswer.value, secret: "p-the-secret" } };
  const added = await submit(site, "/alerts/add", CHANGES[2]?.[1] ?? {});
  expect(added.status).toBe(200);
  expect(await added.text()).toContain("p-the-secret");
});

test("[R3] the replay says what would have been, or what is wrong with the numbers", async () => {
  const ok = await (await visit(openSite(), "/usage/what-if?limit=30&minutes=20")).text();
  expect(ok).toMatch(/With 30 licences and an idle time-out of 20 minutes there would have been\s+no refusal/);
  for (const query of ["limit=0&minutes=20", "limit=3&minutes=4", "limit=&minutes=", "limit=100001&minutes=20"]) {
    expect([query, (await visit(openSite(), `/usage/what-if?${query}`)).status]).toEqual([query, 422]);
  }
});

// The last test: such a row alone is no chain that verifies.
test("[A11] the row in which the chain divided is marked", async () => {
  const body = { base: {}, kept: { from: 1, to: 2, hash: "a" }, renumbered: null };
  await env.RECORDS.prepare(
    `INSERT INTO events (tenant, seq, at, kind, in_use, seat_limit, body, hash)
     VALUES ('acme', 1000000, ?, 'chain_divided', 0, 4, ?, '')`,
  )
    .bind(Date.now(), JSON.stringify(body))
    .run();
  const html = await (await visit(openSite(), "/audit?kind=chain_divided")).text();
  expect(html).toContain('<span class="tag">licences restored</span>');
});

test("[R2.11] [G6.9] records that do not answer, or refuse, are said in a page before a file begins", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const refusing = tellingDatabase(env.RECORDS, async () => {
    throw new Error("D1_ERROR: internal error");
  });
  const silent = tellingDatabase(env.RECORDS, () => new Promise(() => undefined));
  for (const records of [refusing, patientDatabase(silent, 50)]) {
    const site = openSite(records);
    for (const path of FILES) {
      const answer = await visit(site, path);
      expect([path, answer.status, answer.headers.get("retry-after")]).toEqual([path, 503, "2"]);
      expect(await answer.text()).toContain("<html");
    }
  }
});
