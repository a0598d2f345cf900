/** [I] SuiteCRM from end to end: the whole Worker and its object before the fake, from signing in to being counted. */
import type { env } from "cloudflare:workers";
import { beforeEach, expect, it, vi } from "vitest";
import { FakeSuite } from "../../../fixtures/fake-crms/suitecrm.ts";
import { Desk, openSite, seated } from "../renewing-crm.ts";
import { ANNA, FRANK, MARA, SAM } from "./products.ts";

// Many requests each, of a real object: on a machine that is busy these take their time.
vi.setConfig({ testTimeout: 60_000 });

beforeEach(() => {
  for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});

const ADDRESS = { "cf-connecting-ip": "192.0.2.7" };
const HOME = "/index.php?module=Home&action=index";
const ALERTS = "/index.php?module=Alerts&action=get&to_pdf=1";

class SuiteDesk extends Desk {
  override ask(path: string, init: Parameters<Desk["ask"]>[1] = {}): Promise<Response> {
    return super.ask(path, { ...init, headers: { ...ADDRESS, ...(init.headers as Record<string, string>) } });
  }

  /** By the login page's form. */
  async enter({ login, password }: typeof ANNA): Promise<Response> {
    await this.go("/index.php?action=Login&module=Users");
    const fields = { module: "Users", action: "Authenticate", user_name: login, username_password: password };
    const body = new URLSearchParams(fields).toString();
    const headers = {
      "content-type": "application/x-www-form-urlencoded",
      "content-length": String(body.length),
      "sec-fetch-mode": "navigate",
      "sec-fetch-user": "?1",
    };
    return this.ask("/index.php", { method: "POST", body, headers });
  }
}

function open() {
  const crm = new FakeSuite();
  const fetcher = { fetch: (input: RequestInfo, init?: RequestInit) => crm.fetch(new Request(input, init)) };
  const site = {
    ...openSite({ fetcher } as never),
    PRESET: "suitecrm",
    SUPPORT: "sam",
  } as typeof env;
  return { crm, desk: () => new SuiteDesk(site) };
}

/** Who has a seat, by name: whoever came first is of no matter. */
const namesOf = async (manager: SuiteDesk) => (await seated(manager)).sort();

async function signedIn(desk: SuiteDesk, who: typeof ANNA): Promise<SuiteDesk> {
  const answer = await desk.enter(who);
  expect([answer.status, answer.headers.get("location")]).toEqual([302, "index.php?module=Home&action=index"]);
  return desk;
}

it("[I] [G4] [G5] signs in, refuses the third person, keeps the seat at work, and gives it back by signing out", async () => {
  const { crm, desk } = open();
  const sam = await signedIn(desk(), SAM);
  expect((await sam.go(HOME)).status).toBe(200);
  const anna = await signedIn(desk(), ANNA);
  expect(await (await anna.go(HOME)).text()).toContain("<main>Home</main>");
  const frank = await signedIn(desk(), FRANK);
  await frank.go(HOME);
  expect(await namesOf(sam)).toEqual(["Anna Lindström", "Frank Weiß"]);

  const mara = await signedIn(desk(), MARA);
  const asked = crm.asked.length;
  const refused = await mara.go("/index.php?module=Contacts&action=index");
  expect([refused.status, refused.headers.get("x-hotseat-refused")]).toEqual([503, "limit_reached"]);
  expect(await refused.text()).toContain('name="action" value="Logout"');
  const poll = await mara.poll(ALERTS);
  expect([poll.status, poll.headers.get("retry-after")]).toEqual([503, "5"]);
  expect(crm.asked.slice(asked).filter((line) => !/module=Home|DetailView/.test(line))).toEqual([]);
  expect((await mara.go("/themes/SuiteP/css/style.css")).status).toBe(200);

  expect((await anna.poll(ALERTS)).status).toBe(200);
  const headers = { "content-type": "application/x-www-form-urlencoded", "content-length": "3" };
  const saved = await anna.ask("/index.php?module=Contacts&action=Save", { method: "POST", body: "x=1", headers });
  expect(saved.status).toBe(200);
  const { holders } = (await (await sam.call("admin/view")).json()) as { holders: { id: string; name: string }[] };
  const id = holders.find(({ name }) => name === "Anna Lindström")?.id;
  expect((await sam.call("admin/evict", { holder: id, note: "" })).status).toBe(200);
  // As when her pass is over. What the login page polls, too, brings nothing back.
  anna.cookies.delete("__Host-hotseat-pass");
  for (let count = 0; count < 4; count++) await anna.poll(ALERTS);
  expect(await namesOf(sam)).toEqual(["Frank Weiß"]);
  expect((await anna.go(HOME)).status).toBe(200);
  expect(await namesOf(sam)).toEqual(["Anna Lindström", "Frank Weiß"]);

  expect((await anna.go("/index.php?module=Users&action=Logout")).status).toBe(301);
  expect(await namesOf(sam)).toEqual(["Frank Weiß"]);
  await anna.go("/index.php?action=Login&module=Users");
  expect((await mara.go(HOME)).status).toBe(200);
  expect(await namesOf(sam)).toEqual(["Frank Weiß", expect.stringContaining("Mara")]);
});

it("[L14] counts its records from the first page of an administrator after support has chosen to charge by them", async () => {
  const { crm, desk } = open();
  const sam = await signedIn(desk(), SAM);
  await sam.go(HOME);
  const frank = await signedIn(desk(), FRANK);
  for (let count = 0; count < 3; count++) expect((await frank.go(HOME)).status).toBe(200);
  const counts = () => crm.asked.filter((line) => line.includes("module=Accounts&action=Popup")).length;
  expect(counts()).toBe(0);
  const { version } = (await (await sam.call("admin/view")).json()) as { version: number };
  const chosen = await sam.call("admin/settings", { change: { what: "model", model: "records" }, version });
  expect(chosen.status).toBe(200);
  await frank.go("/index.php?module=Users&action=Logout");
  const again = await signedIn(desk(), FRANK);
  await again.go(HOME);
  await vi.waitFor(() => expect(counts()).toBe(1));
  await vi.waitFor(async () => {
    const view = (await (await sam.call("admin/view")).json()) as { records?: { count?: number } };
    expect(JSON.stringify(view)).toMatch(/"(?:count|records)":60\b/);
  });
});
