/**
 * Thousands of firms behind one Worker: each has a day of events and missed the time of its daily work, as after an
 * outage. Real objects and real D1 in workerd; the clock is simulated, and an alarm rings when it comes to its time.
 */

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleWorker, type LocalWorker, startWorker } from "../../scripts/dev/local-worker.ts";
import { DAY_MS, MINUTE_MS } from "../../shared/durations.ts";
import type { RecordsName } from "../../worker/config/location.ts";
import type { Rung, Seed } from "./firm-shape.ts";
import type { Stage } from "./stage.ts";
import { count, type Row } from "./table.ts";

const FIRMS = 2_000;
const FIRMS_QUICK = 200;
/** A day of a firm: people come and go, two events each. As many events are just older than they are kept. */
const PEOPLE_A_DAY = 50;
const OLD_DENIALS = 5;
const DATABASES: readonly RecordsName[] = ["RECORDS", "RECORDS_1", "RECORDS_2", "RECORDS_3"];
/** The audit is kept 397 days; D1's own guard goes by the machine's clock, which is behind. */
const OLD_DAYS = 405;
/** Alarms may ring so late; Cloudflare's may be a minute late. */
const LATE_MS = 30_000;
const AT_ONCE = 20;
export const ASKED_MOST = 50;
export const BROKEN = 2;
const WATCHDOG_RUNS = 3;

const MEMORY = "/dev/shm";

const HASH = "0".repeat(64);
const nameOf = (number: number): string => `firm-${String(number).padStart(5, "0")}`;

async function addFirms(worker: LocalWorker, names: readonly string[], seed: Seed, spoilt: string): Promise<void> {
  const registry = await worker.database("RECORDS");
  const rows = names.map((tenant, number) => ({
    tenant,
    records: DATABASES[number % DATABASES.length],
    // One whose object cannot even start.
    variables:
      tenant === spoilt
        ? "{}"
        : JSON.stringify({ CRM_ORIGIN: "http://127.0.0.1:9", PRESET: "demo", SEAT_LIMIT: "100" }),
  }));
  for (let at = 0; at < rows.length; at += 200) {
    await registry
      .prepare(
        `INSERT INTO tenants (tenant, hosts, variables, sealed, made_at, changed_at, version, records)
         SELECT value ->> 'tenant', json_array((value ->> 'tenant') || '.example'), value ->> 'variables', '{}', 1, 1, 1, value ->> 'records' FROM json_each(?1)`,
      )
      .bind(JSON.stringify(rows.slice(at, at + 200)))
      .run();
  }
  for (const name of DATABASES) {
    const database = await worker.database(name);
    const own = rows.filter(({ records }) => records === name).map(({ tenant }) => tenant);
    for (let at = 0; at < own.length; at += 50) await writeOld(database, own.slice(at, at + 50), seed);
  }
}

async function writeOld(
  database: Awaited<ReturnType<LocalWorker["database"]>>,
  tenants: readonly string[],
  seed: Seed,
): Promise<void> {
  const numbers = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?2)";
  await database.batch([
    database
      .prepare(
        `${numbers} INSERT INTO events (tenant, seq, at, kind, in_use, seat_limit, body, hash)
         SELECT value, n, ?3, 'lease_ended', 0, 100, '{}', ?4 FROM json_each(?1), n`,
      )
      .bind(JSON.stringify(tenants), seed.oldEvents, seed.oldAt, HASH),
    database
      .prepare(
        `${numbers} INSERT INTO denials (tenant, id, holder, name, client, reason, first_at, last_at, attempts, seat_limit, in_use, waited_ms, revision)
         SELECT value, n, 'somebody', 'Somebody', 'browser', 'limit_reached', ?3, ?3, 1, 100, 100, 0, n FROM json_each(?1), n`,
      )
      .bind(JSON.stringify(tenants), OLD_DENIALS, seed.oldAt),
  ]);
}

interface Outcome {
  /** Firms whose day of events is in D1 and whose old rows are gone. */
  whole: number;
  /** ms of simulated time until the last was through. */
  lastMs: number;
  mostAsked: number;
  rings: number;
}

/** Rings each alarm when the simulated clock comes to it, until an hour is over. */
async function playHour(
  worker: LocalWorker,
  names: readonly string[],
  seed: Seed,
  peopleADay: number,
): Promise<Outcome> {
  const ask = async (body: unknown): Promise<Rung[]> => {
    const answer = await fetch(`${worker.url}/firms`, { method: "POST", body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`the firms answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as Rung[];
  };
  const nextAt = new Map<string, number>();
  const doneAt = new Map<string, number>();
  let [mostAsked, rings] = [0, 0];
  const note = (rung: readonly Rung[], now: number) => {
    for (const { tenant, asked, next, waiting, done } of rung) {
      rings++;
      mostAsked = Math.max(mostAsked, asked);
      if (next === null) nextAt.delete(tenant);
      else nextAt.set(tenant, next);
      if (done && waiting === 0 && !doneAt.has(tenant)) doneAt.set(tenant, now);
    }
  };
  await ask({ seed, tenants: [] });
  for (let at = 0; at < names.length; at += AT_ONCE) {
    note(await ask({ now: seed.now, live: peopleADay, tenants: names.slice(at, at + AT_ONCE) }), seed.now);
  }
  for (let now = seed.now; now <= seed.now + 60 * MINUTE_MS && doneAt.size < names.length; now += LATE_MS) {
    const due = [...nextAt].filter(([, at]) => at <= now).map(([tenant]) => tenant);
    for (let at = 0; at < due.length; at += AT_ONCE) {
      note(await ask({ now, tenants: due.slice(at, at + AT_ONCE) }), now);
    }
  }
  const lastMs = Math.max(0, ...[...doneAt.values()].map((at) => at - seed.now));
  return { whole: await countWhole(worker, seed, peopleADay), lastMs, mostAsked, rings };
}

/** By what D1 itself holds, not by what the objects say. A firm whose day ends in the hour signs its first head (R9.6). */
async function countWhole(worker: LocalWorker, seed: Seed, peopleADay: number): Promise<number> {
  let whole = 0;
  for (const name of DATABASES) {
    const { results } = await (await worker.database(name))
      .prepare(
        `SELECT tenant FROM events GROUP BY tenant HAVING min(seq) = ?1 + 1 AND sum(kind <> 'head_key_set') = ?2
           AND NOT EXISTS (SELECT 1 FROM denials WHERE denials.tenant = events.tenant)`,
      )
      .bind(seed.oldEvents, 2 * peopleADay)
      .all();
    whole += results.length;
  }
  return whole;
}

export interface Played extends Outcome {
  /** Seconds that it took here. */
  seconds: number;
  /** The most that a run of the watchdog asked. */
  mostWatched: number;
}

/** `firms` of them, two broken: one whose object cannot start, one whose database answers nothing well. */
export async function playFirms(firms: number, peopleADay: number): Promise<Played> {
  const names = Array.from({ length: firms }, (_, number) => nameOf(number));
  const [spoilt = "", broken = ""] = [names[7], names[names.length >> 1]];
  const now = Date.now() + 2 * DAY_MS;
  const seed: Seed = { now, oldEvents: 2 * peopleADay, oldAt: now - OLD_DAYS * DAY_MS, hash: HASH, broken };
  const watched: { asked: number }[] = [];
  // In memory where the machine has such a folder: thousands of objects would wait for the disk, one after the other.
  const folder = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), "hotseat-firms-"));
  const worker = await startWorker({
    port: 0,
    persistDir: folder,
    bindings: { HOTSEAT_SECRET: "a secret for benchmarks and of no worth elsewhere" },
    databases: DATABASES,
    code: bundleWorker("test/bench/workers/firms.ts"),
    log: (line) => {
      if (line.startsWith('{"what":"watchdog"')) watched.push(JSON.parse(line));
    },
  });
  try {
    await addFirms(worker, names, seed, spoilt);
    const begun = performance.now();
    const outcome = await playHour(worker, names, seed, peopleADay);
    const seconds = (performance.now() - begun) / 1_000;
    for (let run = 0; run < WATCHDOG_RUNS; run++) await worker.runCron();
    return { ...outcome, seconds, mostWatched: Math.max(0, ...watched.map(({ asked }) => asked)) };
  } finally {
    await worker.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function measureFirms({ quick }: Stage): Promise<Row[]> {
  const firms = quick ? FIRMS_QUICK : FIRMS;
  const { whole, lastMs, mostAsked, mostWatched, rings, seconds } = await playFirms(firms, PEOPLE_A_DAY);
  const told = { ratio: "", spread: "" };
  return [
    {
      ...told,
      name: `a day of ${count(firms)} firms`,
      measured: `done ${count(lastMs / MINUTE_MS)} min after an outage; ${count(rings)} alarms, ${count(firms * 2 * PEOPLE_A_DAY)} events, in ${count(seconds)} s here`,
      toReach: "≤ 60 min",
      ok: lastMs <= 60 * MINUTE_MS,
    },
    {
      ...told,
      name: "firms beside two broken ones",
      measured: `${count(whole)} whole in ${DATABASES.length} databases`,
      toReach: count(firms - BROKEN),
      ok: whole === firms - BROKEN,
    },
    {
      ...told,
      name: "calls of one invocation",
      measured: `at most ${mostAsked} by an object's alarm, ${mostWatched} by the watchdog`,
      toReach: `≤ ${ASKED_MOST}`,
      ok: mostAsked > 0 && mostAsked <= ASKED_MOST && mostWatched > 0 && mostWatched <= ASKED_MOST,
    },
  ];
}
