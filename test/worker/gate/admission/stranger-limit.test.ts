/** [I12] One address cannot make the CRM be asked without end about sessions that nobody has. */

import { expect, it, vi } from "vitest";
import { createStrangerLimit } from "../../../../worker/identity/stranger-limit.ts";
import { GateSite } from "../../../support/site.ts";
import { stayInOneIsolate } from "../../harsh/isolates.ts";

const at = (address: string) => ({ "cf-connecting-ip": address, "sec-fetch-mode": "cors", accept: "application/json" });

it("[I12] is told to wait once it has shown 600 made-up sessions, and nobody else is", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  stayInOneIsolate("the count is each isolate's own");
  const site = new GateSite();
  const anna = site.browser("anna");
  expect((await anna.ask("/api/contacts", { headers: at("203.0.113.7") })).status).toBe(200);
  const show = async (count: number, address: string) => {
    const seen: number[] = [];
    for (let session = 0; session < count; session++) {
      const stranger = site.browser(`made-up-${address}-${session}-${site.time}`);
      seen.push((await stranger.ask("/api/contacts", { headers: at(address) })).status);
    }
    return seen.filter((status) => status === 429).length;
  };
  const before = site.crm.questions;
  expect(await show(700, "203.0.113.7")).toBe(100);
  expect(site.crm.questions - before).toBe(600);
  // Whoever is signed in goes on at the same address, also when the CRM is due to be asked again.
  site.time += 1_000;
  expect((await anna.ask("/api/contacts", { headers: at("203.0.113.7") })).status).toBe(200);
  expect(await show(5, "198.51.100.1")).toBe(0);
  // Ten a second come free.
  site.time += 9_000;
  expect(await show(120, "203.0.113.7")).toBe(20);
});

it.each([
  ["2001:db8:1:2::", (host: string) => `2001:db8:1:2::${host}`, "2001:db8:1:2:ffff:ffff:0:1"],
  ["a short one", (host: string) => `2001:db8::${host}`, "2001:db8::9:9:9:9"],
])("[I12] all IPv6 addresses of one line count together: %s", (_, addressOf, last) => {
  const limit = createStrangerLimit(() => 0);
  for (let host = 1; host <= 600; host++) limit.note(addressOf(host.toString(16)));
  expect([last, "2001:db8:1:3::1", "::1", "198.51.100.1"].map(limit.isReached)).toEqual([true, false, false, false]);
});
