/** [I12] One address cannot make the CRM be asked without end about sessions that nobody has. */
import { expect, it, vi } from "vitest";
import { stayInOneIsolate } from "../../harsh/isolates.ts";
import { House } from "../site.ts";

const at = (address: string) => ({ "cf-connecting-ip": address, "sec-fetch-mode": "cors", accept: "application/json" });

it("[I12] is told to wait once it has shown 600 made-up sessions, and nobody else is", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  stayInOneIsolate("the count is each isolate's own");
  const house = new House();
  const anna = house.browser("anna");
  expect((await anna.ask("/api/contacts", { headers: at("203.0.113.7") })).status).toBe(200);
  const show = async (count: number, address: string) => {
    const seen: number[] = [];
    for (let session = 0; session < count; session++) {
      const stranger = house.browser(`made-up-${address}-${session}-${house.time}`);
      seen.push((await stranger.ask("/api/contacts", { headers: at(address) })).status);
    }
    return seen.filter((status) => status === 429).length;
  };
  const before = house.crm.questions;
  expect(await show(700, "203.0.113.7")).toBe(100);
  expect(house.crm.questions - before).toBe(600);
  // Whoever is signed in goes on at the same address, also when the CRM is due to be asked again.
  house.time += 1_000;
  expect((await anna.ask("/api/contacts", { headers: at("203.0.113.7") })).status).toBe(200);
  expect(await show(5, "198.51.100.1")).toBe(0);
  // Ten a second come free.
  house.time += 9_000;
  expect(await show(120, "203.0.113.7")).toBe(20);
});
