/** The licensing page's forms against the tenant's own object: role by role, typed right and wrong. */

import { env } from "cloudflare:workers";
import ICAL from "ical.js";
import { expect, test, vi } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../../../shared/durations.ts";
import { BindingId, HolderId, SessionKey } from "../../../../../shared/ids.ts";
import { FORM_NAMES, type FormName } from "../../../../../worker/admin/pages/licensing/forms.ts";
import { changesOf } from "../../../../../worker/admin/pages/trial/trial-fields.ts";
import type { Role } from "../../../../../worker/tenant/tenant-calls.ts";
import { makeSecret } from "../../../../../worker/tenant/tokens/secret.ts";
import { SITE } from "../../../../support/site/browser.ts";
import { person, SESSION, whoCookie } from "../../../../support/site/signed-cookies.ts";
import { TOKEN, TOKEN_KEY } from "../../../../support/site/tenant-answers.ts";
import { openRoutes, openSite } from "../../../../support/site.ts";
import { writeEvents } from "../../../audit/audit-rows.ts";
import { makeHistory } from "../../../audit/usage/year.ts";
import { freshFirm } from "../../../tenant/firm.ts";

const LICENSING = "/.hotseat/admin/licensing";
const ROLES = ["user", "licence_manager", "admin", "support"] as const;

/** Tells which calls of the tenant's object were made. */
const noting = <Calls extends object>(calls: Calls, asked: string[]): Calls =>
  new Proxy(calls, {
    get: (target, name) => {
      const call = Reflect.get(target, name);
      if (typeof call !== "function") return call;
      return (...args: unknown[]) => {
        asked.push(String(name));
        return Reflect.apply(call, target, args);
      };
    },
  });

function openHouse() {
  const asked: string[] = [];
  const { calls } = freshFirm("licensing");
  const tenant = noting(calls, asked);
  const site = openRoutes(tenant, {
    readCaller: async (request) => {
      const role = (request.headers.get("x-role") ?? "user") as Role;
      return { person: person(role, role), session: SESSION };
    },
  });
  const ask = async (role: Role, path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    headers.set("x-role", role);
    headers.set("origin", SITE);
    return site.ask(path, { redirect: "manual", ...init, headers });
  };
  const look = async () => {
    const view = await tenant.adminView(person("support", "support"));
    if (!view.ok) throw new Error(view.error.says.key);
    return view.value;
  };
  const submit = async (role: Role, form: string, fields: Record<string, string>, version?: number) => {
    const body = new URLSearchParams({ ...fields, version: String(version ?? (await look()).version) }).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return ask(role, `${LICENSING}/${form}`, { method: "POST", headers, body });
  };
  /** A form that names no version of the settings. */
  const form = (role: Role, path: string, fields: Record<string, string>) => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const body = new URLSearchParams(fields).toString();
    return ask(role, `${LICENSING}/${path}`, { method: "POST", headers, body });
  };
  return { tenant, asked, ask, look, submit, form };
}

test("[A7.10] a change is one call of the tenant's object, also one made from an older version", async () => {
  const house = openHouse();
  const { version } = await house.look();
  expect((await house.submit("support", "limit", { limit: "20" }, version)).status).toBe(303);
  house.asked.length = 0;
  const stale = await house.submit("support", "limit", { limit: "30" }, version);
  expect([stale.status, house.asked]).toEqual([409, ["setLimit"]]);
  expect(textOf(await stale.text())).toContain("20");
  house.asked.length = 0;
  await house.submit("user", "limit", { limit: "30" }, version);
  expect(house.asked.filter((name) => name === "adminView")).toEqual([]);
});

const textOf = (html: string): string =>
  html
    .replace(/<[^>]*>/g, " ")
    .replaceAll("&#39;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
    .replace(/\s+/g, " ");

/** By the clock of UTC, as the test tenants have. */
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString().slice(0, 16);

/** What each form may be sent with, and who may. */
const SUPPORT_ONLY = new Set<string>(["exempt", "model", "records-agreed", "enforcement", "overdraft"]);
const SENT: Record<FormName, Record<string, string>> = {
  limit: { limit: "5" },
  "idle-timeout": { minutes: "30" },
  boost: { extra: "3", starts: "", ends: "2099-01-01T10:00" },
  "cancel-boost": { id: "b2" },
  model: { model: "records" },
  "time-zone": { zone: "Europe/Berlin" },
  "named-licences": { licences: "4" },
  assign: { id: "u9", name: "Nine" },
  unassign: { id: "u1" },
  exempt: { id: "u9", name: "Nine" },
  "end-exemption": { id: "u2" },
  "records-agreed": { agreed: "50000" },
  "records-count": { count: "41000" },
  enforcement: { enforced: "no" },
  overdraft: { seats: "2", hours: "40" },
  button: { button: "top-left" },
  contact: { contact: " Ask\n Mia " },
  nudge: { nudge: "names" },
  tolerance: { seconds: "90" },
  announce: { text: "Maintenance at six", ends: "" },
  "end-announcement": {},
  handover: { handover: "any" },
  close: { starts: "", ends: "", text: "An update" },
  "end-closing": {},
};

async function furnish({ tenant }: ReturnType<typeof openHouse>) {
  const sue = person("support", "support");
  const boost = { what: "boost", extra: 1, startsInMs: 3_600_000, lastsMs: 3_600_000 } as const;
  const one = { id: HolderId.parse("u1"), name: "One" };
  const two = { id: HolderId.parse("u2"), name: "Two" };
  await tenant.changeSettings(sue, boost, 1);
  await tenant.changeSettings(sue, { what: "named_licences", licences: 2 }, 2);
  await tenant.changeSettings(sue, { what: "assign", person: one }, 3);
  await tenant.changeSettings(sue, { what: "exempt", person: two }, 4);
  await tenant.changeSettings(sue, { what: "announce", text: "Maintenance at five", lastsMs: 3_600_000 }, 5);
  await tenant.changeSettings(sue, { what: "close", startsInMs: 3_600_000, lastsMs: 3_600_000, text: "" }, 6);
}

test.each(FORM_NAMES)(
  "[A7] [L10] %s: who may changes it, who may not is told so, and nothing happens",
  async (form) => {
    for (const role of ROLES) {
      const house = openHouse();
      await furnish(house);
      const before = await house.look();
      expect(before.version).toBe(7);
      // A boost of 92 days at most: the far end is refused in words of its own below.
      const ends = "ends" in SENT[form] ? { ends: inHours(4) } : {};
      const fields = { ...SENT[form], ...ends, ...(form === "close" ? { starts: inHours(2) } : {}) };
      const response = await house.submit(role, form, fields);
      const may = role !== "user" && (role === "support" || !SUPPORT_ONLY.has(form));
      expect([form, role, response.status]).toEqual([form, role, may ? 303 : 403]);
      const after = await house.look();
      const changed = JSON.stringify(after.settings) !== JSON.stringify(before.settings);
      expect([form, role, changed]).toEqual([form, role, may]);
      if (may) {
        expect(response.headers.get("location")).toMatch(
          new RegExp(`^${LICENSING}(/people|/rules|/general)?\\?done=${form}#`),
        );
        const page = await house.ask(role, response.headers.get("location")?.split("#")[0] ?? "");
        expect(page.status).toBe(200);
        // Confirmed once, in a card of that page.
        expect((await page.text()).match(/class="said said-good"/g)).toHaveLength(1);
      } else expect(await response.text()).toMatch(/Only support|Only licence managers|licence managers/);
    }
  },
);

test.each<[FormName, Record<string, string>, string]>([
  ["limit", { limit: "100001" }, "from 1 to 100000"],
  ["limit", { limit: "many" }, "whole number"],
  ["idle-timeout", { minutes: "4" }, "from 5 to 60"],
  ["boost", { extra: "0", starts: "", ends: "" }, "whole number from 1 to 100,000"],
  ["boost", { extra: "1", starts: "tomorrow", ends: "" }, "Enter a date and a time, or leave it empty"],
  ["boost", { extra: "1", starts: "2020-01-01T10:00", ends: "" }, "This time has passed"],
  ["boost", { extra: "1", starts: "", ends: "2026-02-31T10:00" }, "Enter a date and a time."],
  ["boost", { extra: "1", starts: "", ends: "2020-01-01T10:00" }, "at least a minute after"],
  ["boost", { extra: "1", starts: "", ends: "2099-01-01T10:00" }, "92 days"],
  ["time-zone", { zone: "Mars/Base" }, "a name such as Europe/Berlin"],
  ["named-licences", { licences: "-1" }, "from 0 to 100,000"],
  ["named-licences", { licences: "0" }, "take 1 away first"],
  ["assign", { id: "", name: "x" }, "key in the CRM"],
  ["assign", { id: "u1", name: "One" }, "has a named licence already"],
  ["exempt", { id: "u3", name: " " }, "Enter a name"],
  ["end-exemption", { id: "u3" }, "not exempt"],
  ["records-agreed", { agreed: "0" }, "at least 1"],
  ["records-count", { count: "1.5" }, "at least 0"],
  ["contact", { contact: "x".repeat(301) }, "at most 300 characters"],
  ["close", { starts: "soon", ends: "", text: "" }, "Enter a date and a time."],
  ["close", { starts: inHours(0), ends: inHours(2), text: "An update" }, "in five minutes to 92 days"],
  ["close", { starts: inHours(2), ends: inHours(1), text: "An update" }, "after the beginning"],
  ["close", { starts: inHours(2), ends: inHours(1_000), text: "An update" }, "one minute to seven days"],
])("[A7] %s %j is refused with what would be right, and what was typed stays", async (form, fields, sentence) => {
  const house = openHouse();
  await furnish(house);
  const response = await house.submit("support", form, fields);
  expect(response.status).toBeGreaterThanOrEqual(404);
  expect(response.status).toBeLessThan(500);
  const html = await response.text();
  expect(textOf(html)).toContain(sentence);
  for (const value of Object.values(fields))
    if (value.trim() !== "" && form !== "end-exemption") expect(html).toContain(value);
  expect((await house.look()).version).toBe(7);
});

test("[A7] [L18] times of a boost are read by the tenant's clock, also where it jumps", async () => {
  const house = openHouse();
  await house.submit("support", "time-zone", { zone: "Asia/Tokyo" });
  const start = Date.now() + 24 * 3_600_000;
  const tokyo = (at: number) => new Date(at + 9 * 3_600_000).toISOString().slice(0, 16);
  const made = await house.submit("admin", "boost", {
    extra: "2",
    starts: tokyo(start),
    ends: tokyo(start + 7_200_000),
  });
  expect(made.status).toBe(303);
  const [boost] = (await house.look()).settings.boosts;
  expect(Math.abs((boost?.from ?? 0) - start)).toBeLessThan(61_000);
  expect(Math.abs((boost?.until ?? 0) - start - 7_200_000)).toBeLessThan(61_000);
});

test("[A7] a pool is made, changed and removed, with its times", async () => {
  const house = openHouse();
  await house.submit("support", "limit", { limit: "10" });
  const pool = {
    name: "Finance & <Co>",
    groups: "accounts\r\n audit \n\naccounts",
    reserved: "2",
    most: "4",
    priority: "3",
    when: "windows",
    "w0-d1": "yes",
    "w0-d5": "yes",
    "w0-from": "08:00",
    "w0-to": "18:30",
    "m0-from": "-3",
    "m0-to": "-1",
  };
  expect((await house.submit("licence_manager", "pool", pool)).status).toBe(303);
  const [made] = (await house.look()).settings.pools;
  expect(made).toEqual({
    id: "finance-co",
    name: "Finance & <Co>",
    groups: ["accounts", "audit"],
    reserved: 2,
    most: 4,
    priority: 3,
    windows: [
      { kind: "weekly", days: [1, 5], from: "08:00", to: "18:30" },
      { kind: "monthly", fromDay: -3, toDay: -1 },
    ],
  });
  const page = await (await house.ask("admin", `${LICENSING}/pool?id=finance-co`)).text();
  expect(page).toContain('value="18:30"');
  expect(textOf(page)).toContain("Weekly time 2");
  const always = { id: "finance-co", name: "Finance", groups: "accounts", reserved: "2", most: "", priority: "0" };
  expect((await house.submit("licence_manager", "pool", { ...always, when: "always" })).status).toBe(303);
  expect((await house.look()).settings.pools).toMatchObject([{ id: "finance-co", most: null, windows: null }]);
  for (const [wrong, sentence] of [
    [{ name: "" }, "Enter a name"],
    [{ groups: " \n " }, "1 to 32 groups"],
    [{ reserved: "x" }, "from 0 to 100,000"],
    [{ reserved: "11" }, "would be reserved of a limit of 10"],
    [{ most: "1" }, "at least the reserved licences"],
    [{ priority: "11" }, "from 0 to 10"],
    [{ when: "windows" }, "at least one time"],
    [{ when: "windows", "w0-from": "08:00", "w0-to": "09:00" }, "at least one day"],
    [{ when: "windows", "w0-d1": "yes", "w0-from": "25:00", "w0-to": "09:00" }, "at least one day"],
    [{ when: "windows", "m0-from": "0", "m0-to": "3" }, "1 to 31"],
  ] as const) {
    const refused = await house.submit("licence_manager", "pool", { ...always, when: "always", ...wrong });
    expect([wrong, refused.status]).toEqual([wrong, 422]);
    const text = textOf(await refused.text());
    expect(text).toContain(sentence);
    expect(text).toContain("Change the pool Finance");
  }
  expect((await house.submit("user", "pool", { ...always, when: "always" })).status).toBe(403);
  expect((await house.submit("user", "pool/remove", { id: "finance-co" })).status).toBe(403);
  expect((await house.submit("admin", "pool", { ...always, id: "gone" })).status).toBe(404);
  const { version } = await house.look();
  await house.submit("support", "limit", { limit: "12" });
  const stale = await house.submit("admin", "pool", { ...always, name: "Money", when: "always" }, version);
  expect(stale.status).toBe(409);
  const told = await stale.text();
  expect(textOf(told)).toContain("Limit: 10 → 12");
  expect(told).toContain('value="Money"');
  expect((await house.submit("admin", "pool/remove", { id: "finance-co" })).status).toBe(303);
  expect((await house.look()).settings.pools).toEqual([]);
  expect((await house.submit("admin", "pool/remove", { id: "finance-co" })).status).toBe(404);
});

test("[A7] whom to ask is said where only support may, and people are found to be given a licence", async () => {
  const house = openHouse();
  await furnish(house);
  const read = async (role: Role, room: string) => (await house.ask(role, `${LICENSING}${room}`)).text();
  const manager = textOf(await read("licence_manager", ""));
  expect(manager).toContain("For what is marked by a lock, ask your vendor’s support.");
  expect(manager).toContain("only support can lower it again");
  expect(textOf(await read("licence_manager", "/rules"))).toContain("Only support changes this.");
  expect(textOf(await read("licence_manager", "/people"))).toContain("1 of 2 assigned");
  const general = textOf(await read("licence_manager", "/general"));
  expect(general).toContain("Licence managers, administrators and support see this list");
  // What the firm does not use is not shown to people who cannot begin to.
  expect(general).not.toContain("Agreed number of records");
  const support = await read("support", "/rules");
  expect(support).toContain(`action="${LICENSING}/model"`);
  expect(textOf(support)).not.toContain("Only support changes this");
  const found = await read("admin", "/people?assign=tw");
  expect(found).toContain('name="id" value="u2"');
  expect(textOf(found)).toContain("Assign Two");
  expect(textOf(await (await house.ask("admin", `${LICENSING}/people?assign=zzz`)).text())).toContain("matches “zzz”");
});

test("[A8] a token is made, shown once with a call that works, used, and revoked after a question", async () => {
  const house = openHouse();
  const integrations = "/.hotseat/admin/integrations";
  const post = (role: Role, path: string, fields: Record<string, string>) =>
    house.ask(role, `${integrations}/${path}`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(fields).toString(),
    });
  for (const role of ["licence_manager", "admin", "support"] as const) {
    const made = await post(role, "make", { name: "Mail <plug-in>", kind: "mail", policy: "check" });
    expect(made.status).toBe(200);
    const html = await made.text();
    const token = /hs_[a-z0-9]{6}_[a-z0-9]{32}/.exec(html)?.[0] ?? "";
    expect(textOf(html)).toContain(`Authorization: Bearer ${token}`);
    const id = token.slice(3, 9);
    const again = await (await house.ask(role, integrations)).text();
    expect(again).toContain(id);
    expect(again).not.toContain(token);
    const call = /curl (\S+)[\s\S]*-d '([^']+)'/.exec(textOf(html));
    const used = await house.ask("user", new URL(call?.[1] ?? "").pathname, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: call?.[2] ?? "",
    });
    expect([used.status, await used.json()]).toMatchObject([200, { verdict: "PASS", consumed: false }]);
    const sure = await (await house.ask(role, `${integrations}/revoke?id=${id}`)).text();
    expect(textOf(sure)).toContain("Revoke Mail <plug-in>?");
    const revoked = await post(role, "revoke", { id });
    expect([revoked.status, revoked.headers.get("location")]).toEqual([303, `${integrations}?done=revoked#tokens`]);
    expect((await post(role, "revoke", { id })).status).toBe(404);
    expect((await house.ask(role, `${integrations}/revoke?id=${id}`)).status).toBe(404);
  }
  expect((await post("user", "make", { name: "x", kind: "mail", policy: "check" })).status).toBe(403);
  expect((await post("user", "revoke", { id: "abcdef" })).status).toBe(403);
  expect((await post("admin", "make", { name: " ", kind: "mail", policy: "check" })).status).toBe(422);
  expect((await post("admin", "make", { name: "x".repeat(101), kind: "mail", policy: "check" })).status).toBe(422);
  expect((await post("admin", "make", { name: "x", kind: "mail", policy: "rule" })).status).toBe(400);
});

test("[A5] [A2] only a manager's own page may listen", async () => {
  const site = openSite();
  const listen = async (role: Role | null, headers: Record<string, string>) =>
    (
      await site.ask("/.hotseat/admin/live", {
        headers: { ...(role === null ? {} : { cookie: await whoCookie(role) }), upgrade: "websocket", ...headers },
      })
    ).status;
  expect(await listen("admin", { origin: "https://evil.example" })).toBe(403);
  expect(await listen("admin", {})).toBe(403);
  expect(await listen(null, { origin: SITE })).toBe(401);
  expect(await listen("user", { origin: SITE })).toBe(403);
  expect(site.tenant.asked).toEqual([]);
  expect(await listen("admin", { origin: SITE })).toBe(503);
  expect(site.tenant.only("fetch")).toHaveLength(1);
  const plain = await site.ask("/.hotseat/admin/live", { headers: { cookie: await whoCookie("admin"), origin: SITE } });
  expect(plain.status).toBe(426);

  const house = openHouse();
  const open = await house.ask("admin", "/.hotseat/admin/live", { headers: { upgrade: "websocket" } });
  expect(open.status).toBe(101);
  open.webSocket?.accept();
  open.webSocket?.close();
});

test("[A7] a pool of twenty times is changed without losing one", async () => {
  const house = openHouse();
  const windows = Array.from({ length: 20 }, (_, hour) => ({
    kind: "weekly" as const,
    days: [1],
    from: `${String(hour).padStart(2, "0")}:00`,
    to: `${String(hour).padStart(2, "0")}:30`,
  }));
  const pool = { id: "many", name: "Many", groups: ["sales"], reserved: 0, most: null, priority: 0, windows };
  await house.tenant.changeSettings(person("support", "support"), { what: "pools", pools: [pool] }, 1);
  const html = await (await house.ask("admin", `${LICENSING}/pool?id=many`)).text();
  const fields: Record<string, string> = { id: "many", name: "More", groups: "sales", when: "windows" };
  for (const [, name = "", value = ""] of html.matchAll(/type="time" name="([^"]+)" value="([^"]*)"/g))
    fields[name] = value;
  for (const [, name = ""] of html.matchAll(/name="(w\d+-d\d)" value="yes" checked/g)) fields[name] = "yes";
  expect((await house.submit("admin", "pool", fields)).status).toBe(303);
  expect((await house.look()).settings.pools).toEqual([{ ...pool, name: "More" }]);
});

test("[A7] a fault is said once, beside its field, and only that field is marked and has the focus", async () => {
  const house = openHouse();
  await furnish(house);
  for (const [form, fields, wrong, sentence] of [
    ["boost", { extra: "2", starts: "", ends: "", preset: "times" }, "ends", "Enter a date and a time."],
    ["exempt", { id: "u7", name: "" }, "name", "Enter a name of at most 200 characters."],
    ["contact", { contact: "x".repeat(301) }, "contact", "at most 300 characters"],
  ] as const) {
    const html = await (await house.submit("support", form, fields)).text();
    expect(textOf(html).split(sentence)).toHaveLength(2);
    const marked = [...html.matchAll(/<(?:input|textarea)[^>]*aria-invalid="true"[^>]*>/g)].map(([tag]) => tag);
    expect(marked).toHaveLength(1);
    expect(marked[0]).toContain(`name="${wrong}"`);
    expect(marked[0]).toContain("autofocus");
  }
});

const POOL_FIELDS = { name: "Night", groups: "sales", when: "windows" };
const DAYS_TYPED = "from=2026-03-03&to=2026-02-02";
/** Each form elsewhere, sent with one thing wrong: where, what, the field, the sentence. */
const FAULTS: [path: string, fields: Record<string, string> | null, wrong: string, sentence: string][] = [
  ["/alerts/add", { kind: "generic", url: "http://x.example", full: "yes" }, "url", "must begin with https://"],
  ["/alerts/near", { percent: "20" }, "percent", "from 50 to 99"],
  ["/integrations/make", { name: " ", kind: "mail", policy: "check" }, "name", "Enter a name"],
  [
    "/licensing/pool",
    { ...POOL_FIELDS, "w0-d1": "yes", "w0-from": "09:00", "w0-to": "x" },
    "w0-to",
    "two different times",
  ],
  ["/licensing/pool", { ...POOL_FIELDS, "w0-from": "09:00", "w0-to": "10:00" }, "w0-d1", "Tick at least one day"],
  ["/licensing/pool", { ...POOL_FIELDS, "m0-from": "1", "m0-to": "45" }, "m0-to", "days from 1 to 31"],
  ["/licensing/pool", { ...POOL_FIELDS, "q0-days": "91" }, "q0-days", "days from 1 to 90"],
  ["/licensing/pool", { ...POOL_FIELDS, "q0-days": "1", "q0-begins": "8" }, "q0-begins", "two different times"],
  [
    "/licensing/pool",
    { ...POOL_FIELDS, "t0-from": "2026-12-24", "t0-to": "2026-12-01" },
    "t0-to",
    "the first one first",
  ],
  [
    "/licensing/pool",
    { ...POOL_FIELDS, "t0-from": "2026-12-24", "t0-zone": "Atlantis" },
    "t0-zone",
    "time zone of the list",
  ],
  ["/licensing/boost/repeat", { extra: "0", "q0-days": "1" }, "extra", "from 1 to 100,000"],
  ["/licensing/boost/repeat", { extra: "2" }, "w0-d1", "at least one time"],
  ["/licensing/boost/repeat", { extra: "2", ends: "2020-01-01T10:00", "q0-days": "1" }, "ends", "not in the past"],
  ["/licensing/holidays/add", { date: "2026-02-30", name: "None" }, "date", "Enter a date"],
  ["/licensing/holidays/add", { date: "2026-12-25", name: " " }, "name", "Enter a name"],
  [`/report?${DAYS_TYPED}`, null, "from", "the first is not after the last"],
  [`/audit?${DAYS_TYPED}`, null, "from", "first day must not be after the last"],
  ["/refusals?to=soon", null, "to", "Days are written as"],
  ["/usage/what-if?limit=4&minutes=2", null, "minutes", "from 5 to 60"],
];

test.each(FAULTS)(
  "[A1] %s with %j: the fault stands in its form, and %s alone is marked",
  async (path, fields, wrong, sentence) => {
    const house = openHouse();
    await furnish(house);
    const init =
      fields === null
        ? undefined
        : {
            method: "POST",
            headers: { "content-type": "application/x-www-form-urlencoded" },
            body: new URLSearchParams({
              ...(path.startsWith("/licensing") ? { version: "1" } : {}),
              ...fields,
            }).toString(),
          };
    const answer = await house.ask("support", `/.hotseat/admin${path}`, init);
    expect(answer.status).toBe(422);
    const html = await answer.text();
    expect(html).not.toContain("banner-bad");
    const form =
      [...html.matchAll(/<form[\s\S]*?<\/form>/g)].find(([text]) => text.includes('class="fault"'))?.[0] ?? "";
    expect(textOf(form)).toContain(sentence);
    const marked = [...html.matchAll(/<(?:input|textarea)[^>]*aria-invalid="true"[^>]*>/g)].map(([tag]) => tag);
    expect(marked).toHaveLength(1);
    expect(marked[0]).toContain(`name="${wrong}"`);
    expect(marked[0]).toContain("autofocus");
    const [, described = ""] = /aria-describedby="([^" ]+)/.exec(marked[0] ?? "") ?? [];
    expect(html).toContain(`id="${described}"`);
  },
);

test("[A4] [L10] [L17] the first page raises the limit in place, or until the evening, and confirms it there", async () => {
  const house = openHouse();
  const page = await (await house.ask("licence_manager", "/.hotseat/admin")).text();
  const { limit } = await house.look();
  expect(textOf(page)).toContain(`Raise ${limit} to ${limit + 1}`);
  expect(textOf(page)).toContain("only support can lower it again");
  expect(textOf(page)).toMatch(/\+2 until \d\d:\d\d/);
  const [, ends = ""] = /name="ends" value="([^"]+)"/.exec(page) ?? [];
  const raised = await house.submit("licence_manager", "limit", { limit: String(limit + 1), back: "now" });
  expect(raised.headers.get("location")).toBe("/.hotseat/admin?done=limit");
  const said = await (await house.ask("licence_manager", "/.hotseat/admin?done=limit")).text();
  expect(said).toMatch(/class="card usage"><p class="said said-good"/);
  expect((await house.submit("licence_manager", "boost", { extra: "2", starts: "", ends, back: "now" })).status).toBe(
    303,
  );
  const after = await house.look();
  expect([after.limit, after.effective.limit]).toEqual([limit + 1, limit + 3]);
});

test("[L17] a boost until the end of the day, the week or the month needs no time", async () => {
  const house = openHouse();
  for (const preset of ["today", "week", "month"]) {
    const sent = await house.submit("support", "boost", { extra: "1", starts: "", ends: "", preset });
    // In the last minute of one there is nothing left of it.
    expect(sent.status).toBe(303);
  }
  const ends = (await house.look()).settings.boosts.map(({ until }) => new Date(until).toISOString().slice(11, 16));
  expect(ends).toEqual(["00:00", "00:00", "00:00"]);
});

test("[L17] [A7] known groups are ticked, with their people; a pool that leaves nobody else a seat is asked about", async () => {
  const house = openHouse();
  const frank = { ...person("user", "frank"), name: "Frank", groups: ["accounts"] };
  const session = SessionKey.parse("frank-desk".padEnd(22, "_"));
  const binding = BindingId.parse("binding-of-frank");
  await house.tenant.claim({ person: frank, session, binding, act: "navigation", active: true, clientKind: "browser" });
  const form = await (await house.ask("admin", `${LICENSING}/pool`)).text();
  expect(form).toContain('name="k0" value="accounts"');
  expect(textOf(form)).toContain("1 person: Frank");
  const { limit } = await house.look();
  const all = { name: "All", groups: "acounts", reserved: String(limit), most: "", priority: "0", when: "always" };
  const asked = await house.submit("admin", "pool", all);
  expect(asked.status).toBe(422);
  const html = await asked.text();
  expect(textOf(html)).toContain("nobody else could work");
  expect(textOf(html)).toContain("Nobody who has worked here is in “acounts”");
  expect((await house.look()).settings.pools).toEqual([]);
  const ticked = { ...all, groups: "", k0: "accounts", reserved: "1" };
  expect((await house.submit("admin", "pool", limit > 1 ? ticked : { ...ticked, sure: "yes" })).status).toBe(303);
  expect((await house.look()).settings.pools).toMatchObject([{ groups: ["accounts"], reserved: 1 }]);
  const meant = { ...all, id: "all", groups: "accounts", sure: "yes" };
  expect((await house.submit("admin", "pool", meant)).status).toBe(303);
  // L17.7: no more than before, though the limit is lower.
  await house.submit("support", "limit", { limit: String(limit - 1) });
  const again = await house.submit("admin", "pool", { ...meant, sure: "" });
  expect(textOf(await again.text())).toContain("nobody else could work");
  expect((await house.submit("admin", "pool", meant)).status).toBe(303);
});

/** A list or a file for a group, as a browser sends it. */
const listed = (fields: Record<string, string>, file?: string | Uint8Array): RequestInit => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", new File(file === undefined ? [] : [file], "people.csv", { type: "text/csv" }));
  return { method: "POST", body: form };
};

test("[L30] [A7] times of every kind are typed, kept, shown and said in words", async () => {
  const house = openHouse();
  const typed = {
    when: "windows",
    "w0-d2": "yes",
    "w0-from": "08:00",
    "w0-to": "09:30",
    "w0-weeks": "2",
    "w0-start": "2026-01-05",
    "w0-holidays": "except",
    "m0-from": "1",
    "m0-to": "2",
    "m0-begins": "22:00",
    "m0-ends": "06:00",
    "q0-days": "3",
    "q0-zone": "America/New_York",
    "t0-from": "2096-12-24",
    "t0-to": "",
    "t0-holidays": "only",
  };
  const windows = [
    {
      kind: "weekly",
      days: [2],
      from: "08:00",
      to: "09:30",
      every: { weeks: 2, from: "2026-01-05" },
      holidays: "except",
    },
    { kind: "monthly", fromDay: 1, toDay: 2, hours: { from: "22:00", to: "06:00" } },
    { kind: "quarterly", lastDays: 3, zone: "America/New_York" },
    { kind: "dates", from: "2096-12-24", to: "2096-12-24", holidays: "only" },
  ];
  const pool = { name: "Finance", groups: "finance", ...typed };
  expect((await house.submit("licence_manager", "pool", pool)).status).toBe(303);
  expect((await house.look()).settings.pools).toMatchObject([{ id: "finance", windows }]);
  const form = await (await house.ask("admin", `${LICENSING}/pool?id=finance`)).text();
  for (const [name, value] of Object.entries({ ...typed, "t0-to": "2096-12-24" })) {
    if (name === "when" || value === "yes" || name.endsWith("holidays")) continue;
    expect(form).toMatch(new RegExp(`name="${name}"[^>]*value="${value}"`));
  }
  expect(form).toMatch(/name="w0-holidays">(?:(?!<\/select>).)*value="except" selected/);

  const { when: _, ...times } = typed;
  expect(
    (await house.submit("licence_manager", "boost/repeat", { extra: "3", starts: "", ends: "", ...times })).status,
  ).toBe(303);
  const [boost] = (await house.look()).settings.boosts;
  expect(boost).toMatchObject({ extra: 3, windows });
  expect((boost?.until ?? 0) - (boost?.from ?? 0)).toBe(365 * 86_400_000);
  const list = textOf(await (await house.ask("licence_manager", LICENSING)).text());
  for (const said of [
    "Tue, 08:00–09:30, every 2 weeks from",
    "not on holidays",
    "days 1 to 2 of the month, 22:00–06:00",
    "last 3 days of the quarter (America/New_York)",
    "on holidays only",
  ]) {
    expect(list.split(said)).toHaveLength(3);
  }
  expect((await house.submit("user", "boost/repeat", { extra: "3", "q0-days": "1" })).status).toBe(403);
  const stale = await house.submit("admin", "boost/repeat", { extra: "3", "q0-days": "1" }, 1);
  expect([stale.status, textOf(await stale.text())]).toEqual([409, expect.stringContaining("Repeating boost added")]);
});

const calendar = (...events: string[]): string =>
  [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    ...events.map((event) => `BEGIN:VEVENT\r\n${event}\r\nEND:VEVENT`),
    "END:VCALENDAR",
    "",
  ].join("\r\n");

test("[L30] holidays are listed, removed, and read from a calendar file", async () => {
  const house = openHouse();
  const year = new Date().getUTCFullYear();
  const version = async () => String((await house.look()).version);
  expect(
    (await house.submit("licence_manager", "holidays/add", { date: `${year}-08-01`, name: "<b>Founding</b>" })).status,
  ).toBe(303);
  const twice = await house.submit("admin", "holidays/add", { date: `${year}-08-01`, name: "Again" });
  expect([twice.status, textOf(await twice.text())]).toEqual([422, expect.stringContaining("in the list already")]);
  const file = calendar(
    `DTSTART;VALUE=DATE:${year}1225\r\nDTEND;VALUE=DATE:${year}1227\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:Christmas`,
    `DTSTART:${year}0101T100000Z\r\nSUMMARY:A meeting`,
  );
  const sent = await house.ask(
    "admin",
    `${LICENSING}/holidays/import`,
    listed({ how: "add", version: await version() }, file),
  );
  expect(sent.headers.get("location")).toContain("added=2&skipped=1");
  const page = textOf(await (await house.ask("admin", sent.headers.get("location") ?? "")).text());
  expect(page).toContain("Days listed from the file: 2. 1 event was left out");
  expect(page).toContain("<b>Founding</b> once");
  expect(page).toContain("Christmas each year");
  expect((await house.submit("admin", "holidays/remove", { date: `${year}-08-01` })).status).toBe(303);
  expect((await house.look()).settings.holidays).toEqual([
    { date: `${year}-12-25`, name: "Christmas", yearly: true },
    { date: `${year}-12-26`, name: "Christmas", yearly: true },
  ]);
  for (const [broken, status, says] of [
    ["not a calendar", 422, "not a calendar (.ics)"],
    [calendar(), 422, "no event of whole days"],
    [calendar(`SUMMARY:${"x".repeat(300_000)}`), 422, "larger than 256 KB"],
    [new Uint8Array([0xff, 0xfe]), 422, "not a calendar (.ics)"],
    [undefined, 422, "Choose a calendar file"],
    [new Uint8Array(5_000_000), 413, "larger than 256 KB"],
  ] as const) {
    const answer = await house.ask(
      "admin",
      `${LICENSING}/holidays/import`,
      listed({ how: "replace", version: await version() }, broken),
    );
    expect([says, answer.status, textOf(await answer.text())]).toEqual([says, status, expect.stringContaining(says)]);
  }
  const dense = Array.from({ length: 31 }, (_, more) => more + 1).join(",");
  const busy = calendar(
    `DTSTART;VALUE=DATE:${year}0101\r\nDTEND;VALUE=DATE:${year}0301\r\nRRULE:FREQ=YEARLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;BYMONTHDAY=${dense}`,
  );
  const much = await house.ask("admin", `${LICENSING}/holidays/import`, listed({ how: "add", version: "1" }, busy));
  expect([much.status, textOf(await much.text())]).toEqual([422, expect.stringContaining("mean too many days")]);
  // [L10] The attempt is refused by the tenant, and the file is not read: it would be refused otherwise.
  const parse = vi.spyOn(ICAL, "parse");
  const user = await house.ask("user", `${LICENSING}/holidays/import`, listed({ how: "add", version: "1" }, file));
  expect([user.status, parse.mock.calls.length]).toEqual([403, 0]);
  parse.mockRestore();
  expect((await house.look()).settings.holidays).toHaveLength(2);
});

test("[L20] [A7] a group is made, filled by list, by table and by search, offered to pools, and removed", async () => {
  const house = openHouse();
  const made = await house.form("licence_manager", "groups/make", { name: "Finance", rules: "@books.example\n" });
  expect(made.status).toBe(303);
  const at = made.headers.get("location") ?? "";
  const id = /id=(\w+)/.exec(at)?.[1] ?? "";
  expect(textOf(await (await house.ask("licence_manager", at)).text())).toContain("The group is made.");
  const people = `${LICENSING}/group/people`;
  const pasted = await house.ask("admin", people, listed({ id, how: "add", people: "anna@acme.example\n\nben" }));
  expect(pasted.headers.get("location")).toContain("added=2&taken=0&already=0");
  const table =
    '\ufeffName;E-Mail-Adresse;Ort\r\n"Adams; Anna";Anna@Acme.example;"Bern"\r\nCleo;cleo@acme.example;\r\n';
  const uploaded = await house.ask("admin", people, listed({ id, how: "replace", people: "" }, table));
  expect(uploaded.headers.get("location")).toContain("added=1&taken=1&already=1");
  await house.form("admin", "group/people", { id, how: "add", holder: "u7" });
  const page = textOf(await (await house.ask("admin", `${LICENSING}/group?id=${id}`)).text());
  for (const name of ["anna@acme.example", "cleo@acme.example", "u7"]) expect(page).toContain(name);
  expect(page).toContain("3 people listed");
  expect(page).not.toContain("ben ");
  const pool = await (await house.ask("admin", `${LICENSING}/pool`)).text();
  expect(pool).toContain('name="k0" value="Finance"');
  const revision = /name="revision" value="(\d+)"/.exec(await (await house.ask("admin", at)).text())?.[1] ?? "";
  const stale = await house.form("admin", "group/remove", { id, revision: "1", sure: "yes" });
  expect(stale.status).toBe(409);
  expect(textOf(await stale.text())).toContain("Somebody has changed the group Finance in the meantime");
  const removed = await house.form("admin", "group/remove", { id, revision, sure: "yes" });
  expect(removed.status).toBe(303);
  expect((await house.ask("admin", `${LICENSING}/group?id=${id}`)).status).toBe(404);
});

test("[L20] something that is not a list or a file is refused with what would be right, keeps what was typed, and changes nothing", async () => {
  const house = openHouse();
  const made = await house.form("admin", "groups/make", { name: "Finance", rules: "" });
  const id = /id=(\w+)/.exec(made.headers.get("location") ?? "")?.[1] ?? "";
  const people = `${LICENSING}/group/people`;
  const wrong: [fields: { how: string; people: string }, file: string | Uint8Array | undefined, says: string][] = [
    [{ how: "add", people: "ben\nAnna Adams" }, undefined, "“Anna Adams” is no e-mail address"],
    [{ how: "replace", people: "  " }, undefined, "Name somebody"],
    [{ how: "add", people: "ben" }, "anna", "not both"],
    [{ how: "add", people: "" }, new Uint8Array([0x61, 0xe4, 0x0a]), "not UTF-8"],
    [{ how: "add", people: "first,last\nAnna,Adams" }, undefined, "name the column"],
    [{ how: "add", people: 'e-mail\n"anna@acme.example' }, undefined, "Line 2 opens a quotation mark"],
  ];
  for (const [fields, file, says] of wrong) {
    const answer = await house.ask("admin", people, listed({ id, ...fields }, file));
    const html = await answer.text();
    expect([fields, answer.status]).toEqual([fields, 422]);
    expect(textOf(html)).toContain(says);
    if (fields.people.trim() !== "") expect(textOf(html)).toContain(fields.people.split("\n").at(-1) as string);
  }
  const large = await house.ask("admin", people, listed({ id, how: "add", people: "" }, new Uint8Array(5_000_000)));
  expect(large.status).toBe(413);
  const rule = await house.form("admin", "group", { id, revision: "1", name: "Finance", rules: "books.example" });
  expect([rule.status, textOf(await rule.text())]).toEqual([422, expect.stringContaining("is no e-mail rule")]);
  const again = await house.form("admin", "groups/make", { name: "finance", rules: "" });
  expect([again.status, textOf(await again.text())]).toEqual([409, expect.stringContaining("called Finance already")]);
  for (const path of ["groups", `group?id=${id}`])
    expect((await house.ask("user", `${LICENSING}/${path}`)).status).toBe(403);
  expect((await house.ask("user", people, listed({ id, how: "add", people: "user" }))).status).toBe(403);
  expect(await house.tenant.groups(person("admin", "admin"), { do: "list" })).toMatchObject({
    value: { groups: [{ name: "Finance", people: 0, rules: [], revision: 1 }] },
  });
});

test("[R3.9] [L18] a boost that the forecast proposes is planned by its own button, once, by the tenant's clock", async () => {
  const day = DAY_MS;
  const from = Math.floor(Date.now() / day) * day - 63 * day;
  await writeEvents(env.RECORDS, "acme", makeHistory({ from, days: 63, people: 20, limit: 4 }));
  const house = openHouse();
  await house.submit("support", "limit", { limit: "4" });
  await house.submit("support", "time-zone", { zone: "America/New_York" });
  const forecast = "/.hotseat/admin/usage/forecast";
  const read = async (path: string, role: Role = "licence_manager") => {
    const response = await house.ask(role, path);
    expect([path, response.status]).toEqual([path, 200]);
    return response.text();
  };
  const rowsOf = async (): Promise<Record<string, string | number>[]> =>
    (await read(`${forecast}/export?format=jsonl`))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));

  // Of a mix that is too small nobody reads that it is cheaper than the cheapest.
  expect(textOf(await read("/.hotseat/admin/usage/mix?concurrent=60&named=25"))).toMatch(
    /4 shared licences and 0 named licences, costs 240 at these prices, but not everybody would have had a licence/,
  );
  const html = await read(forecast);
  expect(textOf(html)).toContain("over all of them together");
  const forms = html.match(new RegExp(`<form[^>]*action="${LICENSING}/boost"[\\s\\S]*?</form>`, "g")) ?? [];
  expect(forms.length).toBeGreaterThan(0);
  const [first = ""] = forms;
  const fields = Object.fromEntries([...first.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, ...pair]) => pair));
  expect(Object.keys(fields).sort()).toEqual(["ends", "extra", "starts", "version"]);
  expect(textOf(first)).toMatch(new RegExp(`Plan \\+${fields.extra} on .* from ${fields.starts?.slice(11)} to `));

  // As files and at the read door: the same hours, of the two weeks after today.
  const rows = await rowsOf();
  expect(rows).toHaveLength(14 * 24);
  const [head, ...lines] = (await read(`${forecast}/export?format=csv`)).replace("\uFEFF", "").trim().split("\r\n");
  const columns = (head ?? "").split(",");
  expect(lines.map((line) => line.split(","))).toEqual(rows.map((row) => columns.map((column) => String(row[column]))));
  expect((await house.ask("licence_manager", `${forecast}/export?format=xml`)).status).toBe(422);
  for (const path of [forecast, `${forecast}/export?format=csv`]) {
    expect((await house.ask("user", path)).status).toBe(403);
  }
  const door = openSite();
  door.tenant.useToken = async () => ({ ...TOKEN, policy: "read" as const });
  door.tenant.view = { ok: true, value: await house.look() };
  const authorization = `Bearer hs_abcdef_${await makeSecret(TOKEN_KEY, "abcdef")}`;
  const page = await door.ask("/.hotseat/api/read/forecast?size=1000", { headers: { authorization } });
  expect([page.status, await page.json()]).toMatchObject([200, { items: rows, next: null }]);

  const post = async () => house.submit("licence_manager", "boost", fields, Number(fields.version));
  const planned = await post();
  expect([planned.status, planned.headers.get("location")]).toEqual([303, `${LICENSING}?done=boost#boosts`]);
  const after = await house.look();
  expect(after.settings.boosts).toHaveLength(1);
  const [boost] = after.settings.boosts;
  const begins = rows.findIndex(({ start }) => Math.abs(Date.parse(String(start)) - (boost?.from ?? 0)) < 60_000);
  const local = new Intl.DateTimeFormat("sv-SE", {
    timeZone: "America/New_York",
    dateStyle: "short",
    timeStyle: "short",
  }).format(Date.parse(String(rows[begins]?.start)));
  expect(local.replace(" ", "T")).toBe(fields.starts);
  const length = Math.round(((boost?.until ?? 0) - (boost?.from ?? 0)) / HOUR_MS);
  expect(length).toBe(Number(fields.ends?.slice(11, 13)) - Number(fields.starts?.slice(11, 13)));
  expect(boost?.extra).toBe(Number(fields.extra));
  expect(Math.max(...rows.slice(begins, begins + length).map(({ refused }) => Number(refused)))).toBeGreaterThan(0.2);
  // The forecast counts on it, from its first hour to its last.
  const extra = (await rowsOf()).map(({ limit }) => Number(limit) - 4);
  expect(extra).toEqual(rows.map((_, n) => (n >= begins && n < begins + length ? boost?.extra : 0)));

  const again = await post();
  expect(again.status).toBe(409);
  const told = await again.text();
  expect(textOf(told)).toContain("Your change was not made, because the settings have changed");
  expect(told).toContain(`value="${fields.starts}"`);
  expect((await house.look()).settings).toEqual(after.settings);
  expect((await house.look()).version).toBe(after.version);
});

test("[L33] [L28] a trial of more people beyond the limit keeps the hours that bound them", async () => {
  const house = openHouse();
  const overdraft = { what: "overdraft", seats: 2, hoursPerMonth: 10 } as const;
  const { version } = await house.look();
  await house.tenant.changeSettings(person("support", "support"), overdraft, version);
  const begin = async (seats: string) => {
    const { limit } = await house.look();
    const fields = { limit: String(limit), minutes: "20", overdraft: seats, enforced: "yes" };
    const body = new URLSearchParams(fields).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const { status } = await house.ask("admin", `${LICENSING}/trial/begin`, { method: "POST", headers, body });
    const answer = await house.tenant.shadow(person("admin", "admin"), { do: "view" });
    return [status, answer.ok ? answer.value.shadow?.proposed.overdraft : null];
  };
  const { enforced } = (await house.look()).settings;
  expect(enforced).toBe(true);
  expect(await begin("2")).toEqual([422, undefined]);
  expect(await begin("3")).toEqual([303, { seats: 3, hoursPerMonth: 10 }]);
  expect(await begin("0")).toEqual([303, { seats: 0, hoursPerMonth: null }]);
});

test("[L33.19] what a program tries stays beside what another page tries", () => {
  const proposed = {
    limit: 9,
    timeZone: "Asia/Tokyo",
    handover: "off",
    refusalToleranceMs: 2 * MINUTE_MS,
    nudge: { allowed: true, showNames: false },
  } as const;
  expect(changesOf({ ...proposed, pools: [] })).toEqual([
    { what: "time_zone", timeZone: "Asia/Tokyo" },
    { what: "nudge", allowed: true, showNames: false },
    { what: "handover", handover: "off" },
    { what: "refusal_tolerance", toleranceMs: 2 * MINUTE_MS },
    { what: "limit", limit: 9 },
    { what: "pools", pools: [] },
  ]);
});
