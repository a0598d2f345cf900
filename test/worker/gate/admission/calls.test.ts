/** [G3] [I2] What people at work cost the tenant's object and the CRM, by the clock of a whole working hour. */

import { expect, it, vi } from "vitest";
import { MINUTE_MS } from "../../../../shared/durations.ts";
import { TIMING } from "../../../../shared/timing.ts";
import { createGate, type Gate } from "../../../../worker/gate/gate.ts";
import { createIdentitySource } from "../../../../worker/identity/identity-source.ts";
import { createRandom } from "../../../simulation/random.ts";
import type { Browser } from "../../../support/site/browser.ts";
import { GateSite } from "../../../support/site.ts";

const WORKED_MS = 60 * MINUTE_MS;
/** A page of a CRM is some twenty requests (warm: Odoo 18, Dolibarr 20, EspoCRM 22), a second or so. */
const REQUESTS_A_PAGE = 20;
const PAGE_MS = 1_000;
const SEED = 20261121;

async function loadPage(site: GateSite, browser: Browser): Promise<void> {
  expect((await browser.navigate("/contacts")).status).toBe(200);
  for (let request = 1; request < REQUESTS_A_PAGE; request++) {
    site.time += PAGE_MS / REQUESTS_A_PAGE;
    expect((await browser.poll("/api/contacts")).status).toBe(200);
  }
}

it("[G3] a person at work costs at most two calls of the object per minute, and the CRM one question per life of an identity", async () => {
  const random = createRandom(SEED);
  const site = new GateSite();
  const anna = site.browser("anna");
  const begun = site.time;
  let pages = 0;
  while (site.time - begun < WORKED_MS) {
    await loadPage(site, anna);
    await site.background.settle();
    pages++;
    // Reading, telephoning, typing: from seconds to a minute and a half between two pages.
    site.time += 3_000 + random.below(random.once(5) ? 90_000 : 36_000);
  }
  const minutes = (site.time - begun) / MINUTE_MS;
  expect(pages).toBeGreaterThan(100);
  expect(site.tenant.claims.length / minutes).toBeLessThanOrEqual(2);
  expect(site.crm.questions).toBeLessThanOrEqual(Math.ceil((site.time - begun) / TIMING.identityLifeMs));
});

it("[G3] a page that polls every second all day costs what a pass lasts, and no more", async () => {
  const site = new GateSite();
  const anna = site.browser("anna");
  await anna.navigate("/contacts");
  const begun = site.time;
  while (site.time - begun < 10 * MINUTE_MS) {
    site.time += 1_000;
    expect((await anna.poll("/api/contacts")).status).toBe(200);
    await site.background.settle();
  }
  const leastMs = TIMING.passLifeMs - TIMING.clockSkewMs - TIMING.passRenewAheadMs;
  expect(site.tenant.claims.length).toBeLessThanOrEqual(Math.ceil((site.time - begun) / leastMs) + 1);
});

/** The site's requests go round several isolates, each with a memory of its own. */
function divide(site: GateSite, isolates: number): void {
  const { config, preset, tenant, crm, dependencyHealth } = site;
  const now = () => site.time;
  const ask: typeof fetch = (input, init) => crm.fetch(input, init);
  const gates = Array.from({ length: isolates }, () => {
    const source = createIdentitySource(config, preset, { ask: (url, init) => ask(url, init), fetchKeys: ask, now });
    return createGate(config, preset, { tenant: () => tenant.stub(), fetchCrm: ask, source, dependencyHealth, now });
  });
  let turn = 0;
  vi.spyOn(site.gate, "handle").mockImplementation((...asked) => (gates[turn++ % isolates] as Gate).handle(...asked));
}

it.each([
  ["that does not tell its connection", [null]],
  ["of one connection", ["one"]],
  ["of two connections", ["one", "two"]],
])(
  "[G3] [L9] the same in three isolates that share a browser %s, of which six requests at a time are under way",
  async (_, connections) => {
    const random = createRandom(SEED);
    const site = new GateSite();
    divide(site, 3);
    const anna = site.browser("anna");
    const takeConnection = () => (anna.connection = random.pick(connections));
    const begun = site.time;
    while (site.time - begun < WORKED_MS) {
      takeConnection();
      expect((await anna.navigate("/contacts")).status).toBe(200);
      for (let sent = 1; sent < REQUESTS_A_PAGE; sent += 6) {
        site.time += PAGE_MS / 4;
        const polls = Array.from({ length: 6 }, () => {
          takeConnection();
          return anna.poll("/api/contacts");
        });
        const answers = await Promise.all(polls);
        expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
      }
      await site.background.settle();
      site.time += 3_000 + random.below(random.once(5) ? 90_000 : 36_000);
    }
    const minutes = (site.time - begun) / MINUTE_MS;
    expect(site.tenant.asked.length / minutes).toBeLessThanOrEqual(2);
  },
);
