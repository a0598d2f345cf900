/** What the gate costs a person who has a seat, against a Worker that only passes requests on. */
import { askData, askPage, sendOnce, throughCloudflare } from "./browser.ts";
import type { Ask } from "./load.ts";
import { compare } from "./rounds.ts";
import { readRssMb } from "./runtime.ts";
import { DUE_MS, FRESH_MS, type Speed, type Stage } from "./stage.ts";
import { count, type Row, ratioCells, share } from "./table.ts";

const PEOPLE = 100;
const DATA = "/api/contacts?page=2";
const PAGE = "/page/contacts";
/** A page of a CRM is some twenty requests (warm: Odoo 18, Dolibarr 20, EspoCRM 22), and a pass lasts about as long. */
const REQUESTS_A_RENEWAL = 20;
const MEMORY_REQUESTS = 200_000;
const BODY_SLACK_BYTES = 200;

/** CPU and instructions stand beside, since they change less with what else the machine does. */
export function speedCells(
  pairs: readonly [Speed, Speed][],
  against: string,
): { value: number; instructions: number | null; cells: Pick<Row, "measured" | "ratio" | "spread"> } {
  const rate = compare(pairs, (speed) => speed.rate);
  const cpu = compare(pairs, (speed) => 1 / speed.cpuMs);
  const counted = pairs.filter(([a, b]) => a.instructions !== null && b.instructions !== null);
  const told = [`CPU ${share(cpu.ratio)}`];
  const instructions =
    counted.length === 0 ? null : compare(counted, (speed) => 1 / (speed.instructions ?? Number.NaN)).ratio;
  if (instructions !== null) told.push(`instructions ${share(instructions)}`);
  const { ratio, spread } = ratioCells(rate);
  const measured = `${count(rate.first)} req/s, ${against} ${count(rate.second)}`;
  return { value: rate.ratio, instructions, cells: { measured, ratio: `${ratio} (${told.join(", ")})`, spread } };
}

/** The CRM itself must be far faster than what stands before it, or it alone is measured. */
export async function measureCrm({ tool, crmOrigin }: Stage): Promise<number> {
  const { rate } = await tool.run(crmOrigin, [askData({ cookie: "larch_session=somebody" }, DATA)], 1);
  return rate;
}

export async function measureGate(stage: Stage): Promise<Row[]> {
  const people = await stage.people("hotseat", 0, PEOPLE, FRESH_MS);
  const asks = people.map((person) => askData(person, DATA));
  await mustBeSame(stage, "hotseat", "bare-proxy", asks[0]);
  const { value, cells } = speedCells(await stage.race("hotseat", "bare-proxy", asks), "bare proxy");
  // Nobody of these people has ever claimed: had the gate asked the tenant for one of them, there would be leases.
  const { leases } = await stage.probe<{ leases: number }>("hotseat", "size?object=acme");
  if (leases > 0) throw new Error(`live passes were to be measured, but the tenant was asked for ${leases} leases`);
  const same = await stage.race("hotseat", "private-proxy", asks, "told");
  const faithful = await stage.race("hotseat", "faithful-proxy", asks, "told");
  const alike = await stage.race("hotseat", "bare-proxy", asks.map(throughCloudflare), "told");
  return [
    { name: "gate", ...cells, toReach: "≥ 0.95", ok: value >= 0.95 },
    { name: "gate, same fetch", ...speedCells(same, "private proxy").cells, toReach: "told", ok: null },
    { name: "gate, same promises", ...speedCells(faithful, "faithful proxy").cells, toReach: "told", ok: null },
    // The bare proxy copies what Cloudflare says of the visitor; the gate does not.
    { name: "gate, with cf", ...speedCells(alike, "bare proxy").cells, toReach: "told", ok: null },
  ];
}

export async function measureRenewals(stage: Stage): Promise<Row[]> {
  const fresh = await stage.people("hotseat", 1_000, REQUESTS_A_RENEWAL * 5 - 5, FRESH_MS);
  const due = await stage.people("hotseat", 2_000, 5, DUE_MS);
  const people = due.flatMap((person, at) => [person, ...fresh.slice(at * 19, at * 19 + 19)]);
  const asks = people.map((person) => askData(person, DATA));
  const { cells } = speedCells(await stage.race("hotseat", "bare-proxy", asks, "told"), "bare proxy");
  return [{ name: "gate, renewing", ...cells, toReach: `1 request of ${REQUESTS_A_RENEWAL} renews; told`, ok: null }];
}

export async function measureInjection(stage: Stage): Promise<Row[]> {
  const people = await stage.people("hotseat-injecting", 0, PEOPLE, FRESH_MS);
  const asks = people.map((person) => askPage(person, PAGE));
  await mustBeSame(stage, "hotseat-injecting", "injecting-proxy", asks[0]);
  const { value, cells } = speedCells(
    await stage.race("hotseat-injecting", "injecting-proxy", asks),
    "injecting proxy",
  );
  return [{ name: "gate, injecting", ...cells, toReach: "≥ 0.95", ok: value >= 0.95 }];
}

/** Both sides give the whole page, so that none is fast by giving less. */
async function mustBeSame(stage: Stage, first: string, second: string, ask: Ask | undefined): Promise<void> {
  if (ask === undefined) throw new Error("there is nobody to ask for");
  const [a, b] = await Promise.all(
    [first, second].map(async (service) => {
      const answer = await sendOnce(stage.runtime.url(service), ask);
      return { status: answer.status, text: await answer.text() };
    }),
  );
  const alike = a?.status === 200 && b?.status === 200 && Math.abs(a.text.length - b.text.length) < BODY_SLACK_BYTES;
  if (!alike) throw new Error(`${first} answered ${a?.status}: ${a?.text.slice(0, 200)}, ${second} ${b?.status}`);
}

/** Memory of the whole workerd, all Workers of the benchmark in it. */
export async function measureMemory(stage: Stage): Promise<Row[]> {
  const people = await stage.people("hotseat", 0, PEOPLE, FRESH_MS);
  const asks = people.map((person) => askData(person, DATA));
  const url = stage.runtime.url("hotseat");
  await stage.tool.run(url, asks, 1);
  const before = readRssMb(stage.runtime.pid);
  const wanted = stage.quick ? MEMORY_REQUESTS / 10 : MEMORY_REQUESTS;
  let sent = 0;
  // Bounded in time too, on a machine that is busy with other things.
  for (const until = Date.now() + 40_000; sent < wanted && Date.now() < until; ) {
    sent += (await stage.tool.run(url, asks, 2)).requests;
  }
  const after = readRssMb(stage.runtime.pid);
  const measured = `${before} MB before, ${after} MB after ${count(sent)} requests`;
  return [{ name: "memory", measured, ratio: "", spread: "", toReach: "told", ok: null }];
}
