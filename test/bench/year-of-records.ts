/**
 * Thirteen months of the records of a firm with 500 seats, in a file of SQLite, which is what D1 is made of:
 * `node test/bench/year-of-records.ts FILE [DAYS]`. People come and go as in test/worker/audit/usage/year.ts; once a month
 * the limit is lowered for an afternoon below what is in use.
 */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DAY_MS, HOUR_MS } from "../../shared/durations.ts";
import { emptyUsage, projectUsage } from "../../worker/audit/usage/usage-projection.ts";
import type { EventSeed } from "../worker/audit/event-seed.ts";
import { makeHistory } from "../worker/audit/usage/year.ts";

export const TENANT = "acme";
export const SEATS = 500;
export const YEAR_DAYS = 396;
/** They come three times on a working day, so that in the middle of it a good half of the seats is in use. */
const PEOPLE = 1_000;
const LOWERED = 200;
/** A hundred refusals on a working day. */
const REFUSED_EVERY = 50;
/** Days made at once; each ends with everybody gone. */
const PIECE = 7;

const MIGRATIONS = join(import.meta.dirname, "../../worker/audit/migrations");

/** Makes the tables, and `days` of history up to the midnight before `until` (ms). Answers how many events there are. */
export function writeYear(file: string, days: number, until: number): number {
  const db = new DatabaseSync(file);
  db.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;");
  for (const name of readdirSync(MIGRATIONS).sort()) db.exec(readFileSync(join(MIGRATIONS, name), "utf8"));
  const put = db.prepare(
    `INSERT INTO events (tenant, seq, at, kind, holder, actor, in_use, seat_limit, body, hash)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const count = db.prepare(
    `INSERT OR REPLACE INTO usage (tenant, pool, quarter, peak, seat_ms, limit_ms, full_ms, least_free, grants, denials,
     waited_ms, lost_ms, revision) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const first = Math.floor(until / DAY_MS) * DAY_MS - days * DAY_MS;
  let seq = 0;
  let usage = emptyUsage();
  db.exec("BEGIN");
  for (let day = 0; day < days; day += PIECE) {
    const span = { from: first + day * DAY_MS, days: Math.min(PIECE, days - day) };
    const rows = lowerAtTimes(makeHistory({ ...span, people: PEOPLE, limit: SEATS, seed: day + 1 })).map((seed) => {
      const { at, kind, holder = null, actor = null, inUse = 0, limit = SEATS, body = {} } = seed;
      // The chain's hashes are nothing that a page computes.
      return { seq: ++seq, at, kind, holder, actor, inUse, limit, body: JSON.stringify(body), hash: "0".repeat(64) };
    });
    for (const { seq, at, kind, holder, actor, inUse, limit, body, hash } of rows) {
      put.run(TENANT, seq, at, kind, holder, actor, inUse, limit, body, hash);
    }
    const { state, touched } = projectUsage(usage, rows);
    usage = state;
    for (const u of touched) {
      count.run(
        TENANT,
        u.pool,
        u.quarter,
        u.peak,
        u.seatMs,
        u.limitMs,
        u.fullMs,
        u.leastFree,
        u.grants,
        u.denials,
        u.waitedMs,
        u.lostMs,
        u.revision,
      );
    }
  }
  writeDirectory(db);
  writeRefusals(db, first + days * DAY_MS);
  db.exec("COMMIT; ANALYZE;");
  db.close();
  return seq;
}

/** The generator's words of people are keys of the CRM at the same time. */
function writeDirectory(db: DatabaseSync): void {
  const put = db.prepare(
    `INSERT INTO directory (tenant, person, holder, name, email, role, revision) VALUES (?, ?, ?, ?, ?, 'user', 1)`,
  );
  for (let n = 0; n < PEOPLE; n++) put.run(TENANT, `p-${n}`, `p-${n}`, `Person ${n}`, `p-${n}@acme.example`);
}

/** A hundred refusals on each of the sixty days before `until`, all that are kept. */
function writeRefusals(db: DatabaseSync, until: number): void {
  const put = db.prepare(
    `INSERT INTO denials (tenant, id, holder, name, email, client, reason, first_at, last_at, attempts, seat_limit,
     in_use, waited_ms, outcome, revision) VALUES (?, ?, ?, ?, ?, 'browser', 'limit_reached', ?, ?, 2, ?, ?, ?, 'seated', 1)`,
  );
  for (let n = 0; n < 60 * 100; n++) {
    const at = until - (n + 1) * Math.floor(DAY_MS / 100);
    const who = `p-${n % PEOPLE}`;
    put.run(TENANT, `d-${n}`, who, who, `${who}@acme.example`, at, at + 240_000, SEATS, SEATS, 240_000);
  }
}

/** A refusal in the audit, of five minutes; a seat came in the end. */
function refuse({ at, inUse = 0 }: EventSeed, n: number): EventSeed[] {
  const shared = { at, holder: `p-${n % PEOPLE}`, inUse };
  const id = `a-${at}-${n}`;
  return [
    { ...shared, kind: "denial_opened", body: { id, reason: "limit_reached", clientKind: "browser", limit: SEATS } },
    { ...shared, kind: "denial_closed", body: { id, outcome: "seated", waitedMs: 300_000 } },
  ];
}

/** On one day of a month, from noon to five: the rows carry the lower limit, and changes of it stand around them. */
function lowerAtTimes(seeds: readonly EventSeed[]): EventSeed[] {
  const isLow = (at: number) => {
    const hour = Math.floor((at % DAY_MS) / HOUR_MS);
    return new Date(at).getUTCDate() === 15 && hour >= 12 && hour < 17;
  };
  const rows: EventSeed[] = [];
  let low = false;
  for (const seed of seeds) {
    if (isLow(seed.at) !== low) {
      low = !low;
      const inUse = rows.at(-1)?.inUse ?? 0;
      rows.push({ at: seed.at, kind: "limit_changed", actor: "p-sue", inUse, limit: low ? LOWERED : SEATS });
    }
    rows.push(low ? { ...seed, limit: LOWERED } : seed);
    if (rows.length % REFUSED_EVERY === 0) rows.push(...refuse(seed, rows.length));
  }
  return rows;
}

if (process.argv[1] === import.meta.filename) {
  const [file, days = String(YEAR_DAYS)] = process.argv.slice(2);
  if (file === undefined || !/^\d{1,3}$/.test(days)) {
    console.error("Say where to: node test/bench/year-of-records.ts FILE [DAYS]");
    process.exit(2);
  }
  console.log(`${writeYear(file, Number(days), Date.now()).toLocaleString("en-US")} events`);
}
