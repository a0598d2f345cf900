/** L33: what settings that are tried beside the live ones cost the object, call by call. */
import { alternate, compare } from "./rounds.ts";
import type { Stage } from "./stage.ts";
import { type Row, ratioCells } from "./table.ts";

const CALLS = 100;
/** A guest who takes a seat thirty times in a row is refused from then on (L2), which costs less. */
const ROUNDS = 20;
const DRAIN_MS = 20_000;
const MOST_TIMES = 1.1;
const KINDS = ["claim", "heartbeat", "release"] as const;

/**
 * Houses of one size, to a person or two, small ones, whose residents are all heard; each pair is of its own. What is
 * tried: the same settings, and so few seats that no guest has one.
 */
const TRIALS = [
  { object: "house-11", without: "house-10", tries: "equal", name: "equal settings" },
  { object: "house-12", without: "house-13", tries: "fewer", name: "no guest let in" },
] as const;

let beat = 1;

/** ms of a guest's coming, a resident's beat and a guest's going, all three. Then the events are delivered, out of count. */
async function play(stage: Stage, object: string): Promise<number> {
  beat++;
  const begun = performance.now();
  for (const kind of KINDS) await stage.probe("hotseat", `${kind}?object=${object}&count=${CALLS}&beat=${beat}`);
  const took = (performance.now() - begun) / CALLS;
  const until = Date.now() + DRAIN_MS;
  while ((await stage.probe<number>("hotseat", `undelivered?object=${object}`)) > 0) {
    if (Date.now() > until) throw new Error(`${object} does not deliver its events`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return took;
}

export async function measureShadow(stage: Stage): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { object, without, tries, name } of TRIALS) {
    await stage.probe("hotseat", `${tries}?object=${object}`);
    const pairs = await alternate(
      stage.quick ? 5 : ROUNDS,
      () => play(stage, object),
      () => play(stage, without),
    );
    const refused = await stage.probe<number>("hotseat", `tried?object=${object}`);
    if (tries === "fewer" ? refused === 0 : refused > 0) throw new Error(`${object} refused ${refused} in its shadow`);
    const found = compare(pairs, (ms) => ms);
    rows.push({
      name: `claim, beat and release beside a trial, ${name}`,
      measured: `${found.first.toFixed(2)} ms, without ${found.second.toFixed(2)} ms`,
      ...ratioCells(found),
      toReach: `≤ ${MOST_TIMES.toFixed(2)}`,
      ok: found.ratio <= MOST_TIMES,
    });
  }
  return rows;
}
