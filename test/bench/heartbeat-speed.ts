/** What a heartbeat costs: against a bare call to an object, and in rows written. */
import { API_PATH } from "../../shared/protocol.ts";
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
const BEATS = 1_000;
const SETTLE_MS = 10_000;

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
  const { value, cells } = speedCells(await stage.race("hotseat", "echo", beats), "bare echo");
  return [{ name: "heartbeat", ...cells, toReach: "≥ 0.70 (wanted 0.85)", ok: value >= 0.7 }];
}

/** Counts rows in the object itself, which counts them for all that it does: leases, outbox, alarms. */
export async function measureRows(stage: Stage): Promise<Row[]> {
  const beats = await seatPeople(stage);
  const first = Date.now();
  for (const [at, ask] of beats.entries()) await beat(stage, ask, first + at);
  await untilQuiet(stage);
  const written = () => stage.probe<number>("hotseat", "written?object=acme");
  const before = await written();
  let taken = 0;
  for (let number = 0; number < BEATS; number++) {
    const status = await beat(stage, beats[number % beats.length], first + PEOPLE + number);
    if (status.state === "seated") taken++;
  }
  const rows = (await written()) - before;
  return [
    {
      name: "rows a heartbeat",
      measured: `${rows} rows by ${count(taken)} heartbeats`,
      ratio: String(rows / taken),
      spread: "",
      toReach: "0",
      ok: rows === 0 && taken === BEATS,
    },
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

/** Until the grants of before are delivered, for their delivery writes rows. */
async function untilQuiet(stage: Stage): Promise<void> {
  for (const until = Date.now() + SETTLE_MS; Date.now() < until; ) {
    const before = await stage.probe<number>("hotseat", "written?object=acme");
    await new Promise((resolve) => setTimeout(resolve, 500));
    const undelivered = await stage.probe<number>("hotseat", "undelivered?object=acme");
    if (undelivered === 0 && (await stage.probe<number>("hotseat", "written?object=acme")) === before) return;
  }
  throw new Error("the object does not come to rest");
}
