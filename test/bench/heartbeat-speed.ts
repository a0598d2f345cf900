/** What a heartbeat costs: against a bare call to an object, and in rows written. */
import { API_PATH } from "../../shared/protocol.ts";
import { SAVE_EVERY_MS } from "../../worker/tenant/presence-store.ts";
import { askPage, sayJson, sendOnce } from "./browser.ts";
import type { Credentials } from "./credentials.ts";
import { speedCells } from "./gate-speed.ts";
import { type Ask, GROWING } from "./load.ts";
import type { Stage } from "./stage.ts";
import { count, type Row } from "./table.ts";

/** More than there are connections, so that a person's beats mostly come in their order. */
const PEOPLE = 100;
const FIRST = 5_000;
const TABS = 3;
const HOLDERS = 1_000;
/** So many beat each second of a minute. */
const A_SECOND = Math.ceil(HOLDERS / 60);

function beatOf(person: Credentials, number: number): Ask {
  const tabs = Array.from({ length: TABS }, (_, tab) => ({ id: `tab-${tab}-of-${number}`, activeAgeMs: tab * 700 }));
  const body = JSON.stringify({ client: `client-of-${number}`, seq: 0, tabs }).replace('"seq":0', `"seq":${GROWING}`);
  return sayJson(person, `${API_PATH}heartbeat`, body);
}

/** People with a seat each, and a beat of each. */
async function seatPeople(stage: Stage): Promise<Ask[]> {
  // Without a pass they claim.
  const people = await stage.people("hotseat", FIRST, PEOPLE, -1);
  for (const person of people) {
    const answer = await sendOnce(stage.runtime.url("hotseat"), askPage(person, "/page/contacts"));
    await answer.body?.cancel();
    if (answer.status !== 200) throw new Error(`a person of the benchmark got no seat: ${answer.status}`);
  }
  return people.map(beatOf);
}

export async function measureHeartbeats(stage: Stage): Promise<Row[]> {
  const beats = await seatPeople(stage);
  const status = await beat(stage, beats[0], Date.now() - 60_000);
  if (status.state !== "seated" || status.seat?.tabs !== TABS) {
    throw new Error(`a heartbeat was not taken for what it says: ${JSON.stringify(status)}`);
  }
  const { value, instructions, cells } = speedCells(await stage.race("hotseat", "echo", beats), "bare echo");
  // Where the machine does not count instructions, what was asked for is not shown: only too few requests tell.
  const isReached = value < 0.7 ? false : instructions === null ? null : instructions >= 0.85;
  return [{ name: "heartbeat", ...cells, toReach: "≥ 0.85 by instructions, 0.70 by req/s", ok: isReached }];
}

/** Counts rows in the object itself, which counts them for all that it does: presence, leases, outbox, alarms. */
export async function measureRows(stage: Stage): Promise<Row[]> {
  const house = `house-${HOLDERS}`;
  const written = () => stage.probe<number>("hotseat", `written?object=${house}`);
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  /** Every holder beats once in a minute, some each second. */
  const minute = async (beat: number): Promise<number> => {
    const before = await written();
    const begun = Date.now();
    for (let first = 0, second = 1; first < HOLDERS; first += A_SECOND, second++) {
      const many = Math.min(A_SECOND, HOLDERS - first);
      await stage.probe("hotseat", `beat?object=${house}&first=${first}&count=${many}&beat=${beat}`);
      await pause(begun + second * 1_000 - Date.now());
    }
    return (await written()) - before;
  };
  const first = await minute(2);
  const second = stage.quick ? first : await minute(3);
  // What waits to be written is written, and the window is closed.
  await pause(2 * SAVE_EVERY_MS + 2_000);
  const before = await written();
  await pause(stage.quick ? 15_000 : 60_000);
  // The object counts since it was last in memory: with nothing to do it may have slept.
  const after = await written();
  const quiet = after < before ? after : after - before;
  const row = (name: string, rows: number, toReach: number): Row => ({
    name,
    measured: `${rows} rows`,
    ratio: "",
    spread: "",
    toReach: toReach === 0 ? "0" : `≤ ${toReach}`,
    ok: rows <= toReach,
  });
  return [
    row(`rows in a minute of ${count(HOLDERS)} beating holders`, Math.max(first, second), 12),
    row("rows in a minute without news", quiet, 0),
  ];
}

interface Standing {
  state: string;
  seat: { tabs: number } | null;
}

async function beat(stage: Stage, ask: Ask | undefined, number: number): Promise<Standing> {
  if (ask?.body === undefined) throw new Error("there is nobody to beat for");
  const said = { ...ask, body: ask.body.replace(GROWING, String(number)) };
  const answer = await sendOnce(stage.runtime.url("hotseat"), said);
  if (answer.status !== 200) throw new Error(`a heartbeat was answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Standing;
}
