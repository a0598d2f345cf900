/** Whether a call to the object costs the same in a large house as in a small one, and how soon a large one starts. */
import { alternate, compare, median } from "./rounds.ts";
import type { Stage } from "./stage.ts";
import { count, type Row, ratioCells } from "./table.ts";

const CALLS = 100;
const ROUNDS = 15;
const STARTS = 7;
const DRAIN_MS = 20_000;
const MOST_TIMES = 1.2;
const START_MOST_MS = 100;

const STARTING = "house-10000";

/** Each house with the one that it is compared with, and the calls that are made in both, in this order. */
const HOUSES = [
  {
    what: "holders",
    large: STARTING,
    small: "house-10",
    sizes: [10_000, 10],
    kinds: ["claim", "heartbeat", "release"],
  },
  {
    what: "holders",
    large: "house-50000",
    small: "house-10",
    sizes: [50_000, 10],
    kinds: ["claim", "heartbeat", "release"],
  },
  // Claims are refused here, and open an episode each.
  {
    what: "in line",
    large: "house-10-line-10000",
    small: "house-10-line-10",
    sizes: [10_000, 10],
    kinds: ["claim", "wait", "leave", "heartbeat"],
  },
] as const;
type House = (typeof HOUSES)[number];
type Kind = House["kinds"][number];

let beat = 1;

/** Time of one call of each kind, in ms. Then the events are delivered, out of count. */
async function play(stage: Stage, object: string, kinds: readonly Kind[]): Promise<Partial<Record<Kind, number>>> {
  const times: Partial<Record<Kind, number>> = {};
  beat++;
  for (const kind of kinds) {
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

async function measureHouse(stage: Stage, { what, large, small, sizes, kinds }: House): Promise<Row[]> {
  const pairs = await alternate(
    stage.quick ? 5 : ROUNDS,
    () => play(stage, large, kinds),
    () => play(stage, small, kinds),
  );
  const [many, few] = sizes;
  const present = await stage.probe<{ leases: number; line: number }>("hotseat", `size?object=${large}`);
  if (present.leases !== many && present.line !== many) {
    throw new Error(`${large} has ${present.leases} leases and ${present.line} people in line`);
  }
  return kinds.map((kind): Row => {
    const found = compare(pairs, (times) => times[kind] ?? Number.NaN);
    return {
      name: `${kind}, ${count(many)} ${what}`,
      measured: `${found.first.toFixed(2)} ms, at ${few} ${found.second.toFixed(2)} ms`,
      ...ratioCells(found),
      toReach: `≤ ${MOST_TIMES.toFixed(2)}`,
      ok: found.ratio <= MOST_TIMES,
    };
  });
}

export async function measureObject(stage: Stage): Promise<Row[]> {
  const rows: Row[] = [];
  for (const house of HOUSES) rows.push(...(await measureHouse(stage, house)));
  return [...rows, await measureStart(stage)];
}

/** From a call to an object that is not in memory until its answer. */
async function measureStart(stage: Stage): Promise<Row> {
  const startOf = async (object: string): Promise<number> => {
    await stage.probe("hotseat", `forget?object=${object}`);
    const begun = performance.now();
    await stage.probe("hotseat", `size?object=${object}`);
    return performance.now() - begun;
  };
  const large: number[] = [];
  const small: number[] = [];
  for (let round = 0; round < STARTS; round++) {
    large.push(await startOf(STARTING));
    small.push(await startOf("house-10"));
  }
  return {
    name: "start of an object",
    measured: `${median(large).toFixed(0)} ms with 10,000 leases, ${median(small).toFixed(0)} ms with 10`,
    ratio: "",
    spread: `${Math.min(...large).toFixed(0)} to ${Math.max(...large).toFixed(0)} ms`,
    toReach: `< ${START_MOST_MS} ms`,
    ok: median(large) < START_MOST_MS,
  };
}
