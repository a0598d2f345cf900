/** Whether a call to the object costs the same in a large house as in a small one, and how soon a large one starts. */
import { alternate, compare, median } from "./rounds.ts";
import type { Stage } from "./stage.ts";
import { type Row, ratioCells } from "./table.ts";

const SMALL = "house-10";
const LARGE = "house-10000";
const CALLS = 100;
const ROUNDS = 15;
const STARTS = 7;
const DRAIN_MS = 20_000;

const KINDS = ["claim", "heartbeat", "release"] as const;
type Kind = (typeof KINDS)[number];

let beat = 1;

/** Guests come, residents beat, guests go; the time of one call, in ms. Then the events are delivered, out of count. */
async function play(stage: Stage, object: string): Promise<Record<Kind, number>> {
  const times = { claim: 0, heartbeat: 0, release: 0 };
  beat++;
  for (const kind of KINDS) {
    const begun = performance.now();
    await stage.probe("hotseat", `${kind}?object=${object}&count=${CALLS}&beat=${beat}`);
    times[kind] = (performance.now() - begun) / CALLS;
  }
  for (
    const until = Date.now() + DRAIN_MS;
    (await stage.probe<number>("hotseat", `undelivered?object=${object}`)) > 0;
  ) {
    if (Date.now() > until) throw new Error(`${object} does not deliver its events`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return times;
}

export async function measureObject(stage: Stage): Promise<Row[]> {
  const pairs = await alternate(
    stage.quick ? 5 : ROUNDS,
    () => play(stage, LARGE),
    () => play(stage, SMALL),
  );
  const rows = KINDS.map((kind): Row => {
    const found = compare(pairs, (times) => times[kind]);
    return {
      name: `${kind}, object`,
      measured: `${found.first.toFixed(2)} ms at 10,000 holders, ${found.second.toFixed(2)} ms at 10`,
      ...ratioCells(found),
      toReach: kind === "claim" ? "≤ 1.20" : "told",
      ok: kind === "claim" ? found.ratio <= 1.2 : null,
    };
  });
  const leases = await stage.probe<number>("hotseat", `leases?object=${LARGE}`);
  if (leases !== 10_000) throw new Error(`the large house has ${leases} leases`);
  return [...rows, await measureStart(stage)];
}

/** From a call to an object that is not in memory until its answer. */
async function measureStart(stage: Stage): Promise<Row> {
  const startOf = async (object: string): Promise<number> => {
    await stage.probe("hotseat", `forget?object=${object}`);
    const begun = performance.now();
    await stage.probe("hotseat", `leases?object=${object}`);
    return performance.now() - begun;
  };
  const large: number[] = [];
  const small: number[] = [];
  for (let round = 0; round < STARTS; round++) {
    large.push(await startOf(LARGE));
    small.push(await startOf(SMALL));
  }
  return {
    name: "start of an object",
    measured: `${median(large).toFixed(0)} ms with 10,000 leases, ${median(small).toFixed(0)} ms with 10`,
    ratio: "",
    spread: `${Math.min(...large).toFixed(0)} to ${Math.max(...large).toFixed(0)} ms`,
    toReach: "told",
    ok: null,
  };
}
