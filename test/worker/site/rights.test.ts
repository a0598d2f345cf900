/** [A9] Who may ask what: every route, by every role and every kind of token, as the real tenant judges it. */

import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { TOKEN_POLICIES, type TokenPolicy } from "../../../shared/native-protocol.ts";
import { ADMIN_PATH, API, API_PATH, OWN_PATH } from "../../../shared/protocol.ts";
import { LISTEN_PATH } from "../../../shared/reserved-path.ts";
import { FORM_NAMES } from "../../../worker/admin/pages/licensing/forms.ts";
import { DOCUMENT_PATH, ENDPOINTS, METRICS_PATH } from "../../../worker/api/endpoints.ts";
import { SCIM_PATH } from "../../../worker/api/scim/discovery.ts";
import type { Env } from "../../../worker/config/config.ts";
import { MAIL_PATH } from "../../../worker/tenant/mail/mail-link.ts";
import { type Browser, SITE } from "../../support/site/browser.ts";
import { officePerson, openOffice } from "../../support/site/page-crm.ts";
import { openSite, openWorker } from "../../support/site.ts";

type Asker = "nobody" | "user" | "pool" | "licence_manager" | "admin" | "support" | TokenPolicy;
/** A13: `pool`: somebody whose right is limited to the pool of sales. */
const ROLES = ["nobody", "user", "pool", "licence_manager", "admin", "support"] as const;
const ASKERS: readonly Asker[] = [...ROLES, ...TOKEN_POLICIES];
const LOGINS: Partial<Record<Asker, string>> = {
  user: "anna",
  pool: "pia",
  licence_manager: "maria",
  admin: "ada",
  support: "sue",
};

const EVERYBODY = ASKERS;
const PERSONS: readonly Asker[] = ["user", "pool", "licence_manager", "admin", "support"];
const MANAGERS: readonly Asker[] = ["licence_manager", "admin", "support"];
/** A13: what the tenant tells and does for them is of their pool's people alone. */
const SCOPED: readonly Asker[] = ["pool", ...MANAGERS];
const KEEPERS: readonly Asker[] = ["admin", "support"];
const api = (name: string) => API_PATH + name;
const page = (name: string) => ADMIN_PATH + name;

/** The fields of some; the others are sent without theirs. */
const LICENSING_FORMS: Record<string, Record<string, string>> = {
  limit: { limit: "9" },
  "idle-timeout": { minutes: "20" },
  contact: { contact: "IT" },
  nudge: { nudge: "yes" },
  "time-zone": { zone: "UTC" },
};

/** Each route: who is let in, and the fields of the form that it takes. */
const RIGHTS: Record<string, { for: readonly Asker[]; form?: Record<string, string>; isUpload?: true }> = {
  [`GET ${OWN_PATH}health`]: { for: EVERYBODY },
  // Told to upgrade (426), whoever asks; see tenant/live-pages.test.ts.
  [`GET ${LISTEN_PATH}`]: { for: EVERYBODY },
  // R10: the signed link is the right; anything else is told that it does not count (410).
  [`GET ${MAIL_PATH}`]: { for: EVERYBODY },
  [`POST ${MAIL_PATH}`]: { for: EVERYBODY },
  [`GET ${DOCUMENT_PATH}`]: { for: EVERYBODY },
  [`GET ${METRICS_PATH}`]: { for: ["metrics"] },
  ...Object.fromEntries(Object.entries(API).map(([name, { method }]) => [`${method} ${api(name)}`, { for: PERSONS }])),
  [`GET ${api("explain")}`]: { for: PERSONS },
  [`GET ${api("admin/view")}`]: { for: SCOPED },
  [`POST ${api("admin/limit")}`]: { for: MANAGERS },
  [`POST ${api("admin/idle-timeout")}`]: { for: MANAGERS },
  [`POST ${api("admin/settings")}`]: { for: MANAGERS },
  [`POST ${api("admin/evict")}`]: { for: SCOPED },
  [`POST ${api("admin/explain")}`]: { for: SCOPED },
  [`POST ${api("admin/records")}`]: { for: MANAGERS },
  [`POST ${api("admin/requests/ask")}`]: { for: MANAGERS },
  [`POST ${api("admin/requests/decide")}`]: { for: MANAGERS },
  [`GET ${api("admin/shadow")}`]: { for: MANAGERS },
  [`POST ${api("admin/shadow/begin")}`]: { for: MANAGERS },
  [`POST ${api("admin/shadow/end")}`]: { for: MANAGERS },
  [`GET ${api("admin/rights")}`]: { for: MANAGERS },
  [`POST ${api("admin/rights/preview")}`]: { for: KEEPERS },
  [`GET ${api("admin/groups")}`]: { for: MANAGERS },
  ...Object.fromEntries(
    ["read", "make", "change", "people", "remove"].map((name) => [
      `POST ${api(`admin/groups/${name}`)}`,
      { for: MANAGERS },
    ]),
  ),
  [`GET ${api("admin/tokens")}`]: { for: MANAGERS },
  [`GET ${api("admin/receivers")}`]: { for: MANAGERS },
  [`POST ${api("admin/receivers/add")}`]: {
    for: MANAGERS,
    body: { kind: "generic", url: "https://hooks.example.com/api", on: ["full"] },
  },
  [`POST ${api("admin/receivers/test")}`]: { for: MANAGERS, body: { id: "none" } },
  [`POST ${api("admin/receivers/secret")}`]: { for: MANAGERS, body: { id: "none" } },
  [`POST ${api("admin/receivers/resume")}`]: { for: MANAGERS, body: { id: "none" } },
  [`POST ${api("admin/receivers/remove")}`]: { for: MANAGERS, body: { id: "none" } },
  [`POST ${api("admin/receivers/near")}`]: { for: MANAGERS, body: { percent: 90 } },
  [`POST ${api("admin/tokens/make")}`]: { for: MANAGERS },
  [`POST ${api("admin/tokens/revoke")}`]: { for: MANAGERS },
  [`POST ${api("native/check")}`]: { for: ["check", "consume", "reserved"] },
  [`POST ${api("native/claim")}`]: { for: ["consume", "reserved"] },
  [`POST ${api("native/release")}`]: { for: ["consume", "reserved"] },
  [`POST ${api("native/records")}`]: { for: ["records"] },
  [`GET ${api("read/usage")}`]: { for: ["read"] },
  [`GET ${api("read/refusals")}`]: { for: ["read"] },
  [`GET ${api("read/audit")}`]: { for: ["read"] },
  [`GET ${api("read/report")}`]: { for: ["read"] },
  [`GET ${api("read/people")}`]: { for: ["read"] },
  [`GET ${api("read/teams")}`]: { for: ["read"] },
  [`GET ${api("read/forecast")}`]: { for: ["read"] },
  [`GET ${api("read/mix")}`]: { for: ["read"] },
  [`GET ${api("read/advice")}`]: { for: ["read"] },
  [`GET ${api("read/what-if")}`]: { for: ["read"] },
  [`GET ${api("read/managers")}`]: { for: ["read"] },
  [`GET ${api("read/warnings")}`]: { for: ["read"] },
  [`GET ${api("read/refusal")}`]: { for: ["read"] },
  ...Object.fromEntries(
    [
      ...["ServiceProviderConfig", "ResourceTypes", "ResourceTypes/:id", "Schemas", "Schemas/:id"].map(
        (place) => `GET ${SCIM_PATH}/${place}`,
      ),
      ...["Users", "Groups"].flatMap((place) => [
        ...["GET", "POST"].map((method) => `${method} ${SCIM_PATH}/${place}`),
        ...["GET", "PUT", "PATCH", "DELETE"].map((method) => `${method} ${SCIM_PATH}/${place}/:id`),
      ]),
    ].map((route) => [route, { for: ["scim"] as const }]),
  ),
  [`GET ${ADMIN_PATH}.css`]: { for: EVERYBODY },
  [`GET ${ADMIN_PATH}.js`]: { for: EVERYBODY },
  [`GET ${ADMIN_PATH}`]: { for: SCOPED },
  [`POST ${page("/language")}`]: { for: EVERYBODY, form: { language: "en", back: ADMIN_PATH } },
  [`GET ${page("/free")}`]: { for: SCOPED },
  [`GET ${page("/person")}`]: { for: MANAGERS },
  [`POST ${page("/free")}`]: { for: SCOPED, form: { holder: "bert", note: "month end" } },
  // Told to upgrade (426), whoever asks; who may listen is asked of the upgrade, see tenant/live-pages.test.ts.
  [`GET ${page("/live")}`]: { for: EVERYBODY },
  [`GET ${page("/licensing")}`]: { for: MANAGERS },
  [`GET ${page("/licensing/people")}`]: { for: MANAGERS },
  [`GET ${page("/licensing/rules")}`]: { for: MANAGERS },
  [`GET ${page("/licensing/general")}`]: { for: MANAGERS },
  ...Object.fromEntries(
    FORM_NAMES.map((name) => [
      `POST ${page(`/licensing/${name}`)}`,
      { for: MANAGERS, form: { ...LICENSING_FORMS[name], version: "1" } },
    ]),
  ),
  [`GET ${page("/licensing/pool")}`]: { for: MANAGERS },
  [`POST ${page("/licensing/pool")}`]: { for: MANAGERS, form: { version: "1" } },
  [`POST ${page("/licensing/pool/try")}`]: { for: MANAGERS, form: { version: "1" } },
  [`GET ${page("/licensing/trial")}`]: { for: MANAGERS },
  [`POST ${page("/licensing/trial/begin")}`]: {
    for: MANAGERS,
    form: { limit: "9", minutes: "20", overdraft: "0", enforced: "yes" },
  },
  [`POST ${page("/licensing/trial/end")}`]: { for: MANAGERS, form: {} },
  [`POST ${page("/licensing/pool/remove")}`]: { for: MANAGERS, form: { id: "none", version: "1" } },
  [`GET ${page("/licensing/boost/repeat")}`]: { for: MANAGERS },
  [`POST ${page("/licensing/boost/repeat")}`]: { for: MANAGERS, form: { version: "1" } },
  [`GET ${page("/licensing/holidays")}`]: { for: MANAGERS },
  [`POST ${page("/licensing/holidays/add")}`]: {
    for: MANAGERS,
    form: { date: "2026-12-24", name: "Christmas Eve", version: "1" },
  },
  [`POST ${page("/licensing/holidays/remove")}`]: { for: MANAGERS, form: { date: "2026-12-24", version: "1" } },
  [`POST ${page("/licensing/holidays/import")}`]: {
    for: MANAGERS,
    form: { how: "add", version: "1" },
    isUpload: true,
  },
  [`GET ${page("/licensing/groups")}`]: { for: MANAGERS },
  [`POST ${page("/licensing/groups/make")}`]: { for: MANAGERS, form: { name: "Sales", rules: "" } },
  [`GET ${page("/licensing/group")}`]: { for: MANAGERS },
  [`POST ${page("/licensing/group")}`]: { for: MANAGERS, form: { id: "none", revision: "1", name: "S", rules: "" } },
  [`POST ${page("/licensing/group/people")}`]: { for: MANAGERS, form: { id: "none", how: "add", name: "anna" } },
  [`POST ${page("/licensing/group/remove")}`]: { for: MANAGERS, form: { id: "none", revision: "1", sure: "yes" } },
  [`GET ${page("/integrations")}`]: { for: MANAGERS },
  [`POST ${page("/integrations/make")}`]: { for: MANAGERS, form: { name: "x", kind: "erp", policy: "check" } },
  [`GET ${page("/integrations/revoke")}`]: { for: MANAGERS },
  [`POST ${page("/integrations/revoke")}`]: { for: MANAGERS, form: { id: "none" } },
  [`GET ${page("/requests")}`]: { for: MANAGERS },
  [`POST ${page("/requests/ask")}`]: { for: MANAGERS, form: { kind: "more", count: "1", note: "" } },
  [`POST ${page("/requests/decide")}`]: {
    for: MANAGERS,
    form: { version: "1", id: "q0", answer: "raise", ends: "", note: "" },
  },
  [`GET ${page("/refusals")}`]: { for: MANAGERS },
  [`GET ${page("/refusals/export")}`]: { for: MANAGERS },
  [`GET ${page("/refusals/then")}`]: { for: MANAGERS },
  [`GET ${page("/refusals/then/export")}`]: { for: MANAGERS },
  [`GET ${page("/usage")}`]: { for: MANAGERS },
  [`GET ${page("/usage/export")}`]: { for: MANAGERS },
  [`GET ${page("/usage/what-if")}`]: { for: MANAGERS },
  [`GET ${page("/usage/what-if/export")}`]: { for: MANAGERS },
  [`GET ${page("/usage/advice/export")}`]: { for: MANAGERS },
  [`GET ${page("/usage/people")}`]: { for: MANAGERS },
  [`GET ${page("/usage/people/export")}`]: { for: MANAGERS },
  [`GET ${page("/usage/teams")}`]: { for: MANAGERS },
  [`GET ${page("/usage/teams/export")}`]: { for: MANAGERS },
  [`GET ${page("/usage/mix")}`]: { for: MANAGERS },
  [`GET ${page("/usage/mix/export")}`]: { for: MANAGERS },
  [`GET ${page("/usage/forecast")}`]: { for: MANAGERS },
  [`GET ${page("/usage/forecast/export")}`]: { for: MANAGERS },
  [`POST ${page("/usage/recount")}`]: { for: KEEPERS, form: { mend: "no" } },
  [`GET ${page("/report")}`]: { for: MANAGERS },
  [`GET ${page("/report/export")}`]: { for: MANAGERS },
  [`GET ${page("/audit")}`]: { for: MANAGERS },
  [`GET ${page("/audit/heads")}`]: { for: MANAGERS },
  [`GET ${page("/audit/export")}`]: { for: MANAGERS },
  [`GET ${page("/audit/person")}`]: { for: KEEPERS },
  [`GET ${page("/audit/person/export")}`]: { for: KEEPERS },
  [`POST ${page("/audit/person/erase")}`]: { for: KEEPERS, form: { holder: "nobody-known" } },
  [`POST ${page("/audit/replay")}`]: { for: KEEPERS, form: { sure: "yes" } },
  [`GET ${page("/warnings")}`]: { for: MANAGERS },
  [`GET ${page("/warnings/export")}`]: { for: MANAGERS },
  [`GET ${page("/managers")}`]: { for: MANAGERS },
  [`GET ${page("/managers/export")}`]: { for: MANAGERS },
  [`GET ${page("/managers/rights")}`]: { for: MANAGERS },
  [`POST ${page("/managers/rights")}`]: { for: KEEPERS, form: { do: "preset", order: "" } },
  [`POST ${page("/managers/rights/save")}`]: { for: KEEPERS, form: { version: "0", map: "null" } },
  [`GET ${page("/alerts")}`]: { for: MANAGERS },
  [`POST ${page("/alerts/add")}`]: {
    for: MANAGERS,
    form: { kind: "generic", url: "https://hooks.example.com/x", full: "yes" },
  },
  [`POST ${page("/alerts/remove")}`]: { for: MANAGERS, form: { id: "none" } },
  [`POST ${page("/alerts/test")}`]: { for: MANAGERS, form: { id: "none" } },
  [`POST ${page("/alerts/secret")}`]: { for: MANAGERS, form: { id: "none" } },
  [`POST ${page("/alerts/resume")}`]: { for: MANAGERS, form: { id: "none" } },
  [`POST ${page("/alerts/near")}`]: { for: MANAGERS, form: { percent: "80" } },
};
const ROUTES = Object.keys(RIGHTS);
const CHANGES = ROUTES.filter((route) => route.startsWith("POST ") && !/\/native\/|\/scim\/|\/mail$/.test(route));

let bindings: Env;
const browsers = new Map<Asker, Browser>();
const tokens = new Map<Asker, string>();

function requestOf(route: string, headers: Record<string, string> = {}): [path: string, init: RequestInit] {
  const [method = "", path = ""] = route.split(" ");
  if (method === "GET") {
    const query =
      path.endsWith("/free") || path.includes("/person")
        ? "?holder=anna"
        : path.endsWith("export")
          ? "?format=csv"
          : "";
    return [path + query, { headers, redirect: "manual" }];
  }
  const { form, isUpload } = RIGHTS[route] ?? {};
  const example = ENDPOINTS.find((endpoint) => endpoint.path === path)?.body?.example;
  if (isUpload) return [path, upload(form ?? {}, headers)];
  const type = form === undefined ? "application/json" : "application/x-www-form-urlencoded";
  const body = form === undefined ? JSON.stringify(example) : new URLSearchParams(form).toString();
  return [path, { method, body, redirect: "manual", headers: { "content-type": type, origin: SITE, ...headers } }];
}

/** A form with room for a file, sent without one. */
function upload(form: Record<string, string>, headers: Record<string, string>): RequestInit {
  const field = ([name, value]: [string, string]) =>
    `--part\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const body = `${Object.entries(form).map(field).join("")}--part--\r\n`;
  const type = "multipart/form-data; boundary=part";
  return { method: "POST", body, redirect: "manual", headers: { "content-type": type, origin: SITE, ...headers } };
}

async function ask(route: string, asker: Asker): Promise<number> {
  const token = tokens.get(asker);
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const browser = browsers.get(asker) ?? openWorker(bindings).browser(null);
  const response = await browser.ask(...requestOf(route, headers));
  await response.body?.cancel();
  return response.status;
}

/** A13: leads manage the people of sales alone. */
async function limitToSales() {
  const pool = { id: "sales", name: "Sales", groups: ["sales"], reserved: 0, most: null, priority: 1, windows: null };
  const rules = [
    { of: "role", name: "accounts", right: "licence_manager" },
    { of: "role", name: "support", right: "support" },
    { of: "role", name: "lead", right: "licence_manager", pool: "sales" },
  ];
  for (const [done, change] of [
    { what: "pools", pools: [pool] },
    { what: "rights", rights: { order: [], rules } },
  ].entries()) {
    const answer = await browsers.get("support")?.ask(`${API_PATH}admin/settings`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: SITE },
      body: JSON.stringify({ change, version: done + 1 }),
    });
    expect(answer?.status).toBe(200);
  }
}

beforeAll(async () => {
  vi.spyOn(console, "error").mockReturnValue();
  vi.spyOn(console, "warn").mockReturnValue();
  const crm = openOffice();
  crm.people.set("ada", officePerson({ id: "ada", name: "Ada Admin", role: "sales" }));
  crm.people.set("pia", officePerson({ id: "pia", name: "Pia Pool", role: "lead" }));
  bindings = { ...env, CRM: crm.binding, TENANT: "rights", ADMINS: "ada", SEAT_LIMIT: "9" };
  for (const [asker, login] of Object.entries(LOGINS) as [Asker, string][]) {
    const browser = openWorker(bindings).browser(login);
    await browser.navigate("/");
    browsers.set(asker, browser);
  }
  await openWorker(bindings).browser("bert").navigate("/");
  await limitToSales();
  for (const policy of TOKEN_POLICIES) {
    const support = browsers.get("support") as Browser;
    const made = await support.ask(`${API_PATH}admin/tokens/make`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: SITE },
      body: JSON.stringify({ name: policy, kind: "erp", policy }),
    });
    tokens.set(policy, ((await made.json()) as { token: string }).token);
  }
});

afterAll(() => {
  vi.restoreAllMocks();
});

describe("[A9] the table of rights", () => {
  test("names every route that exists, and no other", () => {
    const described = new Map(ENDPOINTS.map(({ method, path }) => [path, method]));
    const routed = openSite()
      // What every request passes is no address of its own.
      .routes.filter(({ method, path }) => !path.includes("*") && !(method === "ALL" && path === ADMIN_PATH))
      .map(({ method, path }) => `${method === "ALL" ? (described.get(path) ?? "ALL") : method} ${path}`);
    const called = Object.entries(API).map(([name, { method }]) => `${method} ${api(name)}`);
    expect([...new Set([...routed, ...called])].sort()).toEqual([...ROUTES].sort());
    expect(ENDPOINTS.filter(({ method, path }) => RIGHTS[`${method} ${path}`] === undefined)).toEqual([]);
  });

  test.each(ROUTES)("%s lets in the people it names, and nobody else", async (route) => {
    for (const asker of ASKERS) {
      const status = await ask(route, asker);
      // A form that is not whole is refused before anybody's rights: nothing was asked for a plain user.
      const isIn = status !== 401 && status !== 403 && !(status === 400 && (asker === "user" || asker === "pool"));
      expect([route, asker, isIn, status]).toEqual([route, asker, RIGHTS[route]?.for.includes(asker), status]);
      expect(status).toBeLessThan(500);
      // Who is nobody is asked to say who it is; who is somebody is told no.
      if (
        !isIn &&
        status !== 400 &&
        LOGINS[asker] !== undefined &&
        !/\/native\/|\/scim\//.test(route) &&
        !route.includes("/read/") &&
        !route.includes("metrics")
      ) {
        expect([asker, status]).toEqual([asker, 403]);
      }
      if (!isIn && asker === "nobody") expect([asker, status]).toEqual([asker, 401]);
    }
  });
});

test("[A12.4] a token that reads as a licence manager does is not listed among the people who may manage", async () => {
  await ask(`GET ${api("read/usage")}`, "read");
  const response = await browsers.get("support")?.ask(...requestOf(`GET ${page("/managers")}`));
  const html = await response?.text();
  expect(html).toContain("holder=maria");
  expect(html).not.toContain("holder=integration");
});

test.each(CHANGES)("[A2] [P2] %s is taken from no other site, whoever asks and whatever it says", async (route) => {
  const support = browsers.get("support");
  for (const headers of [
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: "null", "sec-fetch-site": "cross-site" },
    { origin: `${SITE}.evil.example` },
    { origin: "http://crm.acme.example" },
  ]) {
    const response = await support?.ask(...requestOf(route, headers));
    expect([headers, response?.status]).toEqual([headers, 403]);
  }
  const [path, init] = requestOf(route);
  const { origin: _, ...silent } = init.headers as Record<string, string>;
  expect((await support?.ask(path, { ...init, headers: silent }))?.status).toBe(403);
});

test.each(CHANGES)(
  "[A2] [P1] %s takes one content type, which no form of another site can send as JSON",
  async (route) => {
    const other = RIGHTS[route]?.form === undefined ? "text/plain" : "application/json";
    const response = await browsers.get("support")?.ask(...requestOf(route, { "content-type": other }));
    expect(response?.status).toBe(415);
  },
);

test("[A10] what is costly is limited for each person, says when to ask again, and leaves others alone", async () => {
  const route = `GET ${page("/usage/what-if")}`;
  const answers: number[] = [];
  for (let time = 0; time < 12; time++) answers.push(await ask(route, "admin"));
  expect(answers.filter((status) => status === 429).length).toBeGreaterThan(0);
  const limited = await browsers.get("admin")?.ask(...requestOf(route));
  expect(limited?.status).toBe(429);
  expect(limited?.headers.get("retry-after")).toMatch(/^[1-9]\d?$/);
  expect(await limited?.text()).toContain("You can ask again in");
  expect(await ask(route, "support")).not.toBe(429);
});

test("[A10] a search for the cheapest mix costs the same as a page and as a file, and a malformed question costs nothing", async () => {
  const mix = (query: string) => `GET ${page(`/usage/mix${query}`)}`;
  for (let time = 0; time < 8; time++) {
    expect(await ask(mix("?concurrent=0&named=1"), "admin")).toBe(422);
    expect(await ask(mix("/export?format=csv&concurrent=0&named=1"), "admin")).toBe(422);
  }
  for (let time = 0; time < 3; time++) {
    expect(await ask(mix("?concurrent=2&named=1"), "admin")).toBe(200);
    expect(await ask(mix("/export?format=csv&concurrent=2&named=1"), "admin")).toBe(200);
  }
  for (const query of ["?concurrent=2&named=1", "/export?format=csv&concurrent=2&named=1"]) {
    const limited = await browsers.get("admin")?.ask(...requestOf(mix(query)));
    expect([query, limited?.status]).toEqual([query, 429]);
    expect(limited?.headers.get("retry-after")).toMatch(/^[1-9]\d?$/);
  }
});
