/** [L9] A pass on a connection that this isolate does not know for it. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { OUTAGE_HEADER } from "../../../../shared/protocol.ts";
import type { Browser } from "../../../support/site/browser.ts";
import { GateSite } from "../../../support/site.ts";
import { stayInOneIsolate } from "../../harsh/isolates.ts";

const PASS = "__Host-hotseat-pass";
const BINDING = "__Host-hotseat-jar";

beforeEach(() => {
  stayInOneIsolate("what is known of connections is each isolate's own");
  for (const level of ["error", "warn", "log"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});

/** Anna has a seat, by a claim that came over her first connection. */
async function work(overrides: ConstructorParameters<typeof GateSite>[0] = {}) {
  const site = new GateSite(overrides);
  const anna = site.browser("anna");
  anna.connection = "the first";
  expect((await anna.navigate("/contacts")).status).toBe(200);
  site.tenant.asked.length = 0;
  return { site, anna };
}

const callsOf = ({ tenant }: GateSite): string[] => tenant.asked.map(({ call }) => call);
const elsewhere = (browser: Browser) => browser.restored(browser.cookies, "the second");

it("[L9] [G3] nobody is asked on the connection of the claim, and once for all requests on another", async () => {
  const { site, anna } = await work();
  await anna.poll("/api/contacts");
  expect(callsOf(site)).toEqual([]);
  const second = elsewhere(anna);
  const answers = await Promise.all(Array.from({ length: 6 }, () => second.poll("/api/contacts")));
  expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
  for (const browser of [second, anna]) expect((await browser.navigate("/contacts")).status).toBe(200);
  expect(callsOf(site)).toEqual(["confirmPass"]);
});

it("[L9] what the object let in by a renewal is known on its connection, too", async () => {
  const { site, anna } = await work();
  site.time += 29_000;
  const second = elsewhere(anna);
  await second.navigate("/contacts");
  await second.poll("/api/contacts");
  expect(callsOf(site)).toEqual(["claim"]);
});

it("[L9] a pass that was handed back elsewhere admits nobody on a new connection", async () => {
  const { site, anna } = await work();
  const binding = anna.cookies.get(BINDING);
  site.tenant.handBacks.push({ holder: "u1", binding } as (typeof site.tenant.handBacks)[number]);
  site.tenant.refuse();
  const restored = elsewhere(anna);
  const asked = site.crm.asked.length;
  expect((await restored.poll("/api/contacts")).status).toBe(503);
  expect(site.crm.asked).toHaveLength(asked);
  // The binding is used for nothing any more, by whomever it is shown.
  site.tenant.grant();
  expect((await restored.navigate("/contacts")).status).toBe(200);
  expect(site.tenant.claims.at(-1)?.binding).not.toBe(binding);
  expect(restored.cookies.get(BINDING)).toBe(site.tenant.claims.at(-1)?.binding);
});

it("[L9] a pass that waits for an answer is brought to no connection that nobody knows", async () => {
  const { site, anna } = await work();
  site.time += 29_000;
  site.tenant.refuse();
  const before = new Map(anna.cookies);
  site.tenant.grant();
  // The answer of this one is lost, with the pass that it would have brought.
  site.crm.pages.set("/slow", () => Promise.reject(new Error("the CRM hangs up")));
  await anna.restored(before, "the first").navigate("/slow");
  site.tenant.refuse();
  expect((await anna.restored(before, "the second").poll("/api/contacts")).status).toBe(503);
});

it("[L9] [G6] where the object does not say, the pass counts as one that is over", async () => {
  const { site, anna } = await work();
  site.tenant.broken = true;
  const answer = await elsewhere(anna).navigate("/contacts");
  expect([answer.status, answer.headers.get(OUTAGE_HEADER)]).toEqual([200, "grace"]);
  expect((await anna.navigate("/contacts")).headers.has(OUTAGE_HEADER)).toBe(false);
  const strict = await work({ outageGraceMs: 0 });
  strict.site.tenant.broken = true;
  expect((await elsewhere(strict.anna).navigate("/contacts")).status).toBe(503);
  // A page's own requests do not hammer an object that says nothing.
  const { length } = strict.site.tenant.asked;
  await Promise.all([1, 2, 3].map(() => elsewhere(strict.anna).poll("/api/contacts")));
  expect(strict.site.tenant.asked).toHaveLength(length);
});

it("[L9] [G3] where the platform names no connection, a live pass is believed", async () => {
  const { site, anna } = await work();
  const untold = anna.restored(anna.cookies, null);
  expect((await untold.poll("/api/contacts")).status).toBe(200);
  expect(callsOf(site)).toEqual([]);
  expect(anna.cookies.has(PASS)).toBe(true);
});

describe("[L9.35] a clock that is set by an hour", () => {
  it("the tenant's, ahead: a pass by it admits nothing without a question, nor beyond its seat", async () => {
    const { site, anna } = await work();
    const hourAhead = () => ({ granted: true as const, pass: { until: site.time + 3_628_000 }, exempt: false });
    site.tenant.answerClaim = hourAhead;
    site.time += 29_000;
    for (let asked = 0; asked < 3; asked++) {
      expect((await anna.poll("/api/contacts")).status).toBe(200);
      site.time += 1_000;
    }
    expect(callsOf(site)).toEqual(["claim", "claim", "claim"]);
    site.tenant.refuse();
    expect((await anna.poll("/api/contacts")).status).toBe(503);
  });

  it("the gate's, back: a pass of before admits nobody for an hour", async () => {
    const { site, anna } = await work();
    expect((await anna.poll("/api/contacts")).status).toBe(200);
    site.time -= 3_600_000;
    site.tenant.refuse();
    expect((await anna.poll("/api/contacts")).status).toBe(503);
  });
});

describe("[L9.36] a clock that is set back by less than a pass lives", () => {
  /** Anna's pass was over and her seat is somebody else's; then the clock goes back to before. */
  async function setBack(connection: string | null) {
    const site = new GateSite();
    const anna = site.browser("anna");
    anna.connection = connection;
    expect((await anna.navigate("/contacts")).status).toBe(200);
    expect((await anna.poll("/api/contacts")).status).toBe(200);
    const binding = anna.cookies.get(BINDING);
    site.time += 40_000;
    // The gate serves somebody meanwhile.
    expect((await site.browser("ben").navigate("/contacts")).status).toBe(200);
    site.time -= 30_000;
    site.tenant.asked.length = 0;
    return { site, anna, binding };
  }

  it.each(["the first", null])("a pass that was over admits nobody again, on connection %s", async (connection) => {
    const { site, anna, binding } = await setBack(connection);
    site.tenant.handBacks.push({ holder: "u1", binding } as (typeof site.tenant.handBacks)[number]);
    site.tenant.refuse();
    expect((await anna.poll("/api/contacts")).status).toBe(503);
    expect(callsOf(site)[0]).toBe("confirmPass");
  });

  it.each(["the first", null])("one that is out is asked about once, on connection %s", async (connection) => {
    const { site, anna } = await setBack(connection);
    for (let asked = 0; asked < 3; asked++) expect((await anna.poll("/api/contacts")).status).toBe(200);
    expect(callsOf(site)).toEqual(["confirmPass"]);
  });

  it("what was refused before it refuses nobody for as long as it was set back", async () => {
    const { site, anna } = await work();
    site.time += 40_000;
    site.tenant.refuse();
    expect((await anna.poll("/api/contacts")).status).toBe(503);
    site.time -= 3_600_000;
    site.tenant.grant();
    expect((await anna.poll("/api/contacts")).status).toBe(200);
  });
});
