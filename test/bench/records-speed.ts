/** What the pages of the records, and the addresses for programs, cost over thirteen months of a firm with 500 seats. */

import { timingSafeEqual } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { bundleWorker } from "../../scripts/dev/local-worker.ts";
import { DAY_MS } from "../../shared/durations.ts";
import { openRecords, processorMs, type TimedRecords } from "./sqlite-records.ts";
import type { Stage } from "./stage.ts";
import { count, type Row } from "./table.ts";
import { SEATS, TENANT, writeYear, YEAR_DAYS } from "./year-of-records.ts";

const ROUNDS = 5;
/** Of the Worker's own time and SQLite's together, for any page. */
const MOST_MS = 1_000;

interface Pages {
  openPages(records: unknown, now: () => number, limit: number): Promise<(path: string) => Promise<Response>>;
}

/** The middle one of several runs. */
const middle = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

export async function measureRecords({ quick }: Stage): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "hotseat-records-"));
  try {
    const until = Math.floor(Date.now() / DAY_MS) * DAY_MS;
    const days = quick ? 60 : YEAR_DAYS;
    const file = join(folder, "records.sqlite");
    const events = writeYear(file, days, until);
    const module = join(folder, "pages.mjs");
    writeFileSync(module, bundleWorker("test/bench/workers/records-pages.ts"));
    // What the platform has and Node has under another name.
    Object.assign(globalThis, { scheduler: { wait } });
    Object.assign(crypto.subtle, { timingSafeEqual });
    const { openPages } = (await import(pathToFileURL(module).href)) as Pages;
    const records = openRecords(file);
    try {
      const ask = await openPages(records, () => until - 1, SEATS);
      const from = day(until - days * DAY_MS);
      const period = `from=${from}&to=${day(until - 1)}`;
      const rows: Row[] = [];
      for (const [name, path] of [
        ["usage, a year", "admin/usage?period=365"],
        ["usage, what if", "admin/usage/what-if?limit=300&minutes=10&group=sales&reserved=100"],
        ["report, 13 months", `admin/report?${period}`],
        ["read, usage by day, 13 months", `api/read/usage?${period}`],
        ["read, usage by hour, 13 months", `api/read/usage?${period}&by=hour&size=5000`],
        ["read, refusals", `api/read/refusals?${period}&size=5000&format=csv`],
        ["read, audit, 5,000 rows", `api/read/audit?${period}&size=5000&format=csv`],
        ["read, report, 13 months", `api/read/report?${period}`],
        ["read, people, 13 months", `api/read/people?${period}`],
        ["read, teams, 13 months", `api/read/teams?${period}`],
        ["read, warnings", "api/read/warnings"],
        ["read, a refusal as it was", `api/read/refusal?${await firstRefusal(records)}`],
      ] as const) {
        rows.push(await measurePage(name, () => ask(path), records, events));
      }
      return rows;
    } finally {
      records.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The query that names the oldest refusal of the audit: the most lies behind it. */
async function firstRefusal(records: TimedRecords): Promise<string> {
  const found = await records
    .prepare(
      `SELECT at, body ->> 'id' AS id FROM events WHERE tenant = '${TENANT}' AND kind = 'denial_opened' ORDER BY seq LIMIT 1`,
    )
    .first();
  const { at, id } = found as { at: number; id: string };
  return `id=${id}&at=${new Date(at).toISOString()}`;
}

async function measurePage(
  name: string,
  ask: () => Promise<Response>,
  records: { readonly spentMs: number },
  events: number,
): Promise<Row> {
  const own: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [begun, before] = [processorMs(), records.spentMs];
    const response = await ask();
    const html = await response.text();
    if (response.status !== 200 || html.includes("do not answer")) throw new Error(`${name} was not answered: ${html}`);
    const spent = records.spentMs - before;
    theirs.push(spent);
    own.push(processorMs() - begun - spent);
  }
  const [ms, sqlMs] = [middle(own), middle(theirs)];
  return {
    name: `records: ${name}`,
    measured: `${count(ms)} ms of the Worker's, ${count(sqlMs)} ms of SQLite's, ${count(events)} events`,
    ratio: "",
    spread: `${count(Math.min(...own))} to ${count(Math.max(...own))} ms`,
    toReach: `≤ ${count(MOST_MS)} ms`,
    ok: ms + sqlMs <= MOST_MS,
  };
}
