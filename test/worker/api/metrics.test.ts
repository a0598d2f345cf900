/** Metrics through HTTP: what they count, who reads them, and that no reading is lower than one before. */

import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import { API_PATH } from "../../../shared/protocol.ts";
import { METRICS_PATH, METRICS_TYPE } from "../../../worker/api/endpoints.ts";
import { METRICS } from "../../../worker/api/metrics-text.ts";
import type { Env } from "../../../worker/config/config.ts";
import { type Family, readExposition } from "../../support/exposition.ts";
import { type Browser, SITE } from "../../support/site/browser.ts";
import { OFFICE, openOffice } from "../../support/site/page-crm.ts";
import { openWorker } from "../../support/site.ts";

let tenants = 0;
let bindings: Env;
let token: string;
const open = (login: string | null) => openWorker(bindings).browser(login);

async function makeToken(browser: Browser, policy: string): Promise<string> {
  const response = await browser.ask(`${API_PATH}admin/tokens/make`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: SITE },
    body: JSON.stringify({ name: policy, kind: "metrics", policy }),
  });
  return ((await response.json()) as { token: string }).token;
}

const scrape = async (): Promise<Response> =>
  open(null).ask(METRICS_PATH, { headers: { authorization: `Bearer ${token}` } });
const read = async (): Promise<Map<string, Family>> => readExposition(await (await scrape()).text());

/** The value of a metric, of one label's value where it has labels. */
function readValue(families: Map<string, Family>, name: string, label?: string): number | undefined {
  const samples = families.get(name)?.samples ?? [];
  return samples.find(({ labels }) => label === undefined || Object.values(labels).includes(label))?.value;
}

beforeEach(async () => {
  // The limit is 2, see test/worker.vitest.config.ts.
  bindings = { ...env, CRM: openOffice().binding, TENANT: `metered-${tenants++}` };
  const sue = open("sue");
  await sue.navigate("/");
  token = await makeToken(sue, "metrics");
});

test("[M1] metrics are in the text format, every one with its help, each counter complete", async () => {
  const response = await scrape();
  expect(response.headers.get("content-type")).toBe(METRICS_TYPE);
  expect(response.headers.get("cache-control")).toBe("no-store");
  const families = readExposition(await response.text());
  const left = ["hotseat_records", "hotseat_records_agreed"];
  expect([...families.keys()]).toEqual(METRICS.map(({ name }) => name).filter((name) => !left.includes(name)));
  expect(families.get("hotseat_leases_ended_total")?.samples).toHaveLength(6);
});

test("[M1] what happens to people is counted: seats, refusals, ends, the line", async () => {
  const anna = open("anna");
  await anna.navigate("/");
  await open("maria").navigate("/");
  const bert = open("bert");
  expect((await bert.navigate("/")).status).toBe(503);
  await bert.call("wait");
  await anna.call("heartbeat", { client: "client-of-anna", seq: 1, tabs: [{ id: "tab-of-anna", activeAgeMs: 0 }] });
  const full = await read();
  expect(readValue(full, "hotseat_seats_in_use")).toBe(2);
  expect(readValue(full, "hotseat_seat_limit")).toBe(2);
  expect(readValue(full, "hotseat_seat_limit_effective")).toBe(2);
  expect(readValue(full, "hotseat_holders_exempt")).toBe(1);
  expect(readValue(full, "hotseat_waiting")).toBe(1);
  expect(readValue(full, "hotseat_grants_total", "counted")).toBe(2);
  expect(readValue(full, "hotseat_grants_total", "exempt")).toBe(1);
  expect(readValue(full, "hotseat_denials_total", "limit_reached")).toBe(1);
  expect(readValue(full, "hotseat_heartbeats_total")).toBe(1);
  await anna.call("release");
  const after = await read();
  expect(readValue(after, "hotseat_leases_ended_total", "released")).toBe(1);
  expect(readValue(after, "hotseat_denials_total", "limit_reached")).toBe(1);
});

test("[M2] what the gate did comes with the next claim of the same isolate", async () => {
  const anna = open("anna");
  await anna.navigate("/");
  for (let page = 0; page < 3; page++) await anna.navigate(`/contacts/${page}`);
  await open(null).navigate("/login");
  const before = await read();
  expect(readValue(before, "hotseat_gate_requests_total", "passed")).toBe(0);
  await open("maria").navigate("/");
  const after = await read();
  expect(readValue(after, "hotseat_gate_requests_total", "passed")).toBe(3);
  expect(readValue(after, "hotseat_gate_requests_total", "open")).toBe(1);
  // Sue's and Anna's; Maria's own is known when she is let in, and comes with the next.
  expect(readValue(after, "hotseat_gate_requests_total", "claimed")).toBe(2);
});

test("[M1] nobody's name or key is in the metrics, and nobody reads them without a token for them", async () => {
  await open("anna").navigate("/");
  await open("maria").navigate("/");
  await open("bert").navigate("/");
  const text = await (await scrape()).text();
  for (const { id, name } of OFFICE) expect([text.includes(id), text.includes(name)]).toEqual([false, false]);
  expect((await open(null).ask(METRICS_PATH)).status).toBe(401);
  const sue = open("sue");
  await sue.navigate("/");
  expect((await sue.ask(METRICS_PATH)).status).toBe(401);
  token = await makeToken(sue, "consume");
  expect((await scrape()).status).toBe(403);
  token = token.replace(/.$/, (last) => (last === "a" ? "b" : "a"));
  expect((await scrape()).status).toBe(401);
});

test("[M1] what was counted outlives the object's memory", async () => {
  const anna = open("anna");
  await anna.navigate("/");
  await anna.call("heartbeat", { client: "client-of-anna", seq: 1, tabs: [{ id: "tab-of-anna", activeAgeMs: 0 }] });
  const before = await read();
  await anna.call("release");
  const seats = env.SEATS.get(env.SEATS.idFromName(bindings.TENANT ?? ""));
  await evictDurableObject(seats);
  const after = await read();
  for (const [name, { type, samples }] of before) {
    if (type !== "counter") continue;
    for (const { labels, value } of samples) {
      expect([name, labels, readValue(after, name, Object.values(labels)[0]) ?? -1]).toSatisfy(
        (seen: [string, object, number]) => seen[2] >= value,
      );
    }
  }
  expect(readValue(after, "hotseat_leases_ended_total", "released")).toBe(1);
  expect(readValue(after, "hotseat_heartbeats_total")).toBe(1);
});
