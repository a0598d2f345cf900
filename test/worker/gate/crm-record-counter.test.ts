/** [L14] The CRM's records are counted with the session of who administers, where the tenant is charged by them. */

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { HOUR_MS } from "../../../shared/durations.ts";
import { GateSite } from "../../support/site.ts";
import { stayInOneIsolate } from "../harsh/isolates.ts";

let warned: ReturnType<typeof vi.spyOn>;
beforeEach(() => {
  warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
});
afterEach(() => {
  warned.mockRestore();
});

function houseOf(answer: () => Response): GateSite {
  stayInOneIsolate("each isolate counts for itself, and remembers when");
  const site = new GateSite();
  site.tenant.wantsRecords = true;
  site.crm.pages.set("/api/contacts", answer);
  return site;
}

const countsAsked = (site: GateSite): number =>
  site.crm.asked.filter(({ url }) => url.endsWith("/api/contacts")).length;

it("[L14] a manager's page has them counted, once in six hours", async () => {
  let total = 1_234;
  const site = houseOf(() => Response.json({ contacts: [], total }));
  const frank = site.browser("frank");
  for (const hours of [0, 1, 4]) {
    site.time += hours * HOUR_MS;
    await frank.navigate("/contacts");
    await site.background.settle();
  }
  expect(site.tenant.reports).toEqual([{ actor: "Frank Weiß", count: 1_234 }]);
  expect(countsAsked(site)).toBe(1);
  expect(site.crm.asked.find(({ url }) => url.endsWith("/api/contacts"))?.headers.get("cookie")).toBe(
    "larch_session=frank",
  );
  total = 1_300;
  site.time += 2 * HOUR_MS;
  await frank.navigate("/contacts");
  await site.background.settle();
  expect(site.tenant.reports.map(({ count }) => count)).toEqual([1_234, 1_300]);
});

it("[L14] counting begins when the model changes, however long the manager has been there before", async () => {
  const site = houseOf(() => Response.json({ contacts: [], total: 77 }));
  site.tenant.wantsRecords = false;
  const frank = site.browser("frank");
  for (let minute = 0; minute < 3; minute++) {
    await frank.navigate("/contacts");
    await site.background.settle();
    site.time += 60_000;
  }
  expect(countsAsked(site)).toBe(0);
  site.tenant.wantsRecords = true;
  await frank.navigate("/contacts");
  await site.background.settle();
  expect(site.tenant.reports).toEqual([{ actor: "Frank Weiß", count: 77 }]);
});

it("[L14] nobody else has them counted, and no tenant that is not charged by them", async () => {
  const site = houseOf(() => Response.json({ total: 5 }));
  await site.browser("anna").navigate("/contacts");
  await site.background.settle();
  expect(countsAsked(site)).toBe(0);
  site.tenant.wantsRecords = false;
  await site.browser("frank").navigate("/contacts");
  await site.background.settle();
  expect(countsAsked(site)).toBe(0);
  expect(site.tenant.reports).toEqual([]);
});

it("[L14.7] [I13.4] the tenant says who may, whatever role the preset gives", async () => {
  const site = houseOf(() => Response.json({ total: 5 }));
  const until = site.time + HOUR_MS;
  site.tenant.answerClaim = ({ person }) => ({
    ...{ granted: true, exempt: false, pass: { until } },
    ...(person.name.startsWith("Anna") ? { wantsRecords: true } : {}),
  });
  await site.browser("frank").navigate("/contacts");
  await site.background.settle();
  expect(countsAsked(site)).toBe(0);
  await site.browser("anna").navigate("/contacts");
  await site.background.settle();
  expect(site.tenant.reports).toEqual([{ actor: expect.stringContaining("Anna"), count: 5 }]);
});

it.each([
  ["a status that no rule fits", () => new Response("down", { status: 500 })],
  ["no number", () => Response.json({ total: "many" })],
  ["half a record", () => Response.json({ total: 1.5 })],
  ["fewer than none", () => Response.json({ total: -1 })],
])("[L14] an answer with %s is not reported, hinders nobody, and is asked for again later", async (_, answer) => {
  const site = houseOf(answer);
  const frank = site.browser("frank");
  expect((await frank.navigate("/contacts")).status).toBe(200);
  await site.background.settle();
  site.time += 5 * 60_000;
  await frank.navigate("/contacts");
  await site.background.settle();
  expect([site.tenant.reports, countsAsked(site)]).toEqual([[], 1]);
  site.time += 6 * 60_000;
  await frank.navigate("/contacts");
  await site.background.settle();
  expect([site.tenant.reports, countsAsked(site)]).toEqual([[], 2]);
  expect(warned).toHaveBeenCalledTimes(2);
});
