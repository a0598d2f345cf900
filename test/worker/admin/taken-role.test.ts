/** A role that the CRM takes away, or the map of rights gives, in the administration. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ADMIN_PATH, API_PATH } from "../../../shared/protocol.ts";
import { type Browser, SITE } from "../../support/site/browser.ts";
import { officePerson, openOffice, type PageCrm } from "../../support/site/page-crm.ts";
import { openWorker } from "../../support/site.ts";

let tenants = 0;
let crm: PageCrm;
let site: ReturnType<typeof openWorker>;
let maria: Browser;

const raise = (limit: number) =>
  maria.ask(`${API_PATH}admin/limit`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: SITE },
    body: JSON.stringify({ limit, version: 1 }),
  });
const passMinutes = (minutes: number) => vi.setSystemTime(Date.now() + minutes * 60_000);

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  crm = openOffice();
  site = openWorker({ ...env, CRM: crm.binding, TENANT: `taken-${tenants++}` });
  maria = site.browser("maria");
  await maria.navigate("/");
});

afterEach(() => {
  vi.useRealTimers();
});

test("[I8] a person who is no longer a manager loses pages and API within a minute, without going to the CRM", async () => {
  expect((await maria.ask(ADMIN_PATH)).status).toBe(200);
  crm.people.set("maria", officePerson({ id: "maria", name: "Maria Manager", role: "sales" }));
  passMinutes(1);
  expect((await maria.ask(ADMIN_PATH)).status).toBe(403);
  expect((await raise(5)).status).toBe(403);
});

test("[I8] anyone signed out of the CRM is signed out here within a minute", async () => {
  crm.people.delete("maria");
  passMinutes(1);
  expect((await raise(5)).status).toBe(401);
  expect((await maria.ask(ADMIN_PATH)).status).toBe(401);
});

test("[I8] the CRM is asked once a minute, not with each page", async () => {
  passMinutes(1);
  crm.questions = 0;
  for (let page = 0; page < 5; page++) expect((await maria.ask(ADMIN_PATH)).status).toBe(200);
  expect(crm.questions).toBe(1);
});

test("[I8] [L13] a CRM that is silent locks no manager out", async () => {
  vi.spyOn(console, "warn").mockReturnValue();
  passMinutes(1);
  crm.fetch = () => Promise.reject(new Error("connection refused"));
  expect((await raise(5)).status).toBe(200);
  vi.restoreAllMocks();
});

describe("[I13] the map of rights", () => {
  const salesMay = { order: [], rules: [{ of: "role", name: "sales", right: "licence_manager" }] };
  const supportStays = { of: "role", name: "support", right: "support" };

  async function withSupport() {
    const [sue, bert] = [site.browser("sue"), site.browser("bert")];
    await sue.navigate("/");
    await bert.navigate("/");
    return { sue, bert };
  }
  const post = (browser: Browser, name: string, body: object) =>
    browser.ask(`${API_PATH}admin/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: SITE },
      body: JSON.stringify(body),
    });

  test("[I13.4] gives and takes pages, API and refusal panel at once, whatever the cookies say", async () => {
    const { sue, bert } = await withSupport();
    expect((await bert.ask(ADMIN_PATH)).status).toBe(403);
    const rights = { ...salesMay, rules: [...salesMay.rules, supportStays] };
    const saved = await post(sue, "settings", { change: { what: "rights", rights }, version: 1 });
    expect([saved.status, saved.ok ? "" : await saved.text()]).toEqual([200, ""]);
    expect((await bert.ask(ADMIN_PATH)).status).toBe(200);
    expect(await (await bert.ask(`${API_PATH}status`)).json()).toMatchObject({ mayAdminister: true });
    expect((await maria.ask(ADMIN_PATH)).status).toBe(403);
    expect((await raise(5)).status).toBe(403);
    // The CRM is still asked whether the person is who the cookie says.
    crm.people.delete("bert");
    passMinutes(2);
    expect((await bert.ask(ADMIN_PATH)).status).toBe(401);
    const back = await post(sue, "settings", { change: { what: "rights", rights: null }, version: 2 });
    expect(back.status).toBe(200);
    expect((await maria.ask(ADMIN_PATH)).status).toBe(200);
  });

  test("[A13] a manager of a pool has a page of its people, frees one of them, and reaches no other page", async () => {
    const { sue, bert } = await withSupport();
    await site.browser("carl").navigate("/");
    const pool = {
      id: "acc",
      name: "Accounts",
      groups: ["accounts"],
      reserved: 0,
      most: null,
      priority: 1,
      windows: null,
    };
    expect((await post(sue, "settings", { change: { what: "pools", pools: [pool] }, version: 1 })).status).toBe(200);
    const limited = { of: "role", name: "sales", right: "licence_manager", pool: "acc" };
    const rights = { order: [], rules: [limited, supportStays, { of: "role", name: "accounts", right: "admin" }] };
    expect((await post(sue, "settings", { change: { what: "rights", rights }, version: 2 })).status).toBe(200);
    const home = await bert.ask(ADMIN_PATH);
    const told = await home.text();
    expect([home.status, told.includes("You manage the people of Accounts")]).toEqual([200, true]);
    expect([told.includes("Maria Manager"), told.includes("Carl Cook")]).toEqual([true, false]);
    const closing = { what: "close", startsInMs: 3_600_000, lastsMs: 3_600_000, text: "Update" };
    expect((await post(sue, "settings", { change: closing, version: 3 })).status).toBe(200);
    const planned = await (await bert.ask(ADMIN_PATH)).text();
    expect(planned).toContain("Sue Support");
    const links = [...planned.matchAll(/<a [^>]*href="(\/[^"#]*)/g)].map(([, path = ""]) =>
      path.replaceAll("&amp;", "&"),
    );
    expect(links.length).toBeGreaterThan(3);
    for (const link of new Set(links)) expect([link, (await bert.ask(link)).status]).toEqual([link, 200]);
    for (const beyond of [
      "licensing",
      "audit",
      "usage",
      "refusals",
      "report",
      "managers",
      "person?holder=maria",
      "alerts",
    ])
      expect([beyond, (await bert.ask(`${ADMIN_PATH}/${beyond}`)).status]).toEqual([beyond, 403]);
    expect((await bert.ask(`${ADMIN_PATH}/free?holder=carl`)).status).toBe(404);
    expect((await bert.ask(`${ADMIN_PATH}/free?holder=maria`)).status).toBe(200);
    expect((await bert.submit(`${ADMIN_PATH}/free`, { holder: "carl", note: "x" })).status).toBe(403);
    expect((await bert.submit(`${ADMIN_PATH}/free`, { holder: "maria", note: "" })).status).toBe(422);
    expect((await bert.submit(`${ADMIN_PATH}/free`, { holder: "maria", note: "month end" })).status).toBe(303);
    expect((await bert.submit(`${ADMIN_PATH}/licensing/limit`, { limit: "9", version: "4" })).status).toBe(403);
    const list = await (await sue.ask(`${ADMIN_PATH}/managers`)).text();
    expect(list).toContain("licence manager for Accounts");
    const map = await (await sue.ask(`${ADMIN_PATH}/managers/rights`)).text();
    expect(map).toMatch(/value="licence_manager@acc" selected(="")?>licence manager, only for Accounts</);
  });

  test("[I13.2] [I13.6] the page shows who gains and who loses, and saves exactly what was shown", async () => {
    const { sue } = await withSupport();
    await site.browser("carl").navigate("/");
    const page = await (await sue.ask(`${ADMIN_PATH}/managers/rights`)).text();
    const names = [...page.matchAll(/name="name-(\d+)" value="([^"]+)"/g)].map(([, row = "", name = ""]) => [
      name,
      row,
    ]);
    const row = Object.fromEntries(names);
    expect(Object.keys(row).sort()).toEqual(["accounts", "admin", "sales", "support"]);
    const fields: Record<string, string> = { order: "sales\naccounts\n", do: "preview" };
    for (const [name, place] of Object.entries(row)) {
      Object.assign(fields, { [`of-${place}`]: "role", [`name-${place}`]: name, [`right-${place}`]: "" });
    }
    fields[`right-${row.support}`] = "support";
    fields[`right-${row.sales}`] = "licence_manager+";
    const shown = await sue.submit(`${ADMIN_PATH}/managers/rights`, fields);
    const preview = (await shown.text()).replaceAll("&quot;", '"');
    expect([shown.status, preview.includes("People who gain"), preview.includes("Carl Cook")]).toEqual([
      200,
      true,
      true,
    ]);
    expect(preview).not.toContain("People who lose");
    const [, map = ""] = /name="map" value="(.*?)"\/?>/.exec(preview) ?? [];
    const [, version = ""] = /name="version" value="(\d+)"/.exec(preview) ?? [];
    const saved = await sue.submit(`${ADMIN_PATH}/managers/rights/save`, { version, map });
    expect([saved.status, saved.headers.get("location")]).toEqual([303, `${ADMIN_PATH}/managers/rights?done=saved`]);
    expect((await maria.ask(ADMIN_PATH)).status).toBe(200);
    // Somebody else was faster: nothing is saved, and it is said.
    expect((await sue.submit(`${ADMIN_PATH}/managers/rights/save`, { version, map: "null" })).status).toBe(409);
    // Support's own right, and a role that is in no order, are told beside the field or above it.
    const own = await sue.submit(`${ADMIN_PATH}/managers/rights`, { ...fields, [`right-${row.support}`]: "" });
    expect([own.status, (await own.text()).includes("This would take away your own right")]).toEqual([409, true]);
    const loose = await sue.submit(`${ADMIN_PATH}/managers/rights`, { ...fields, order: "accounts" });
    const told = await loose.text();
    expect([loose.status, told.includes(`id="right-${row.sales}-fault"`)]).toEqual([422, true]);
    // A name that is typed counts without the spaces around it; one of the CRM's counts as the CRM writes it.
    const [, field = "", place = ""] = /<input name="([a-z]+)-(\d+)" class="wide"/.exec(page) ?? [];
    const typedAs = { [`${field}-${place}`]: " Warehouse ", [`of-${place}`]: "group", [`right-${place}`]: "admin" };
    const typed = await (await sue.submit(`${ADMIN_PATH}/managers/rights`, { ...fields, ...typedAs })).text();
    expect(typed).toContain('"name":"Warehouse"'.replaceAll('"', "&quot;"));
    // A manager reads the map, and has no form.
    const read = await (await maria.ask(`${ADMIN_PATH}/managers/rights`)).text();
    expect([read.includes("this role or higher"), read.includes("<textarea")]).toEqual([true, false]);
    const list = await (await sue.ask(`${ADMIN_PATH}/managers`)).text();
    expect(list).toContain("the CRM’s role accounts");
  });
});
