/** R3: the stays of every person in a period, as the audit has them: when each began and ended, and whether it was counted. */
import { WEEK_MS } from "../../../shared/durations.ts";
import type { TenantId } from "../../../shared/ids.ts";
import { readRange } from "../audit-query.ts";
import { SEEN } from "../directory.ts";
import { GIVEN_UP, IS_OF_COURSE } from "../divisions.ts";
import { cutBack, type Part, readTurns, standingAfter } from "./stay-parts.ts";

/** Times are ms, within the period. */
export interface Stay {
  from: number;
  to: number;
  /** How long it lasted in all, also outside of the period; null: it goes on. */
  heldMs: number | null;
  /** At its end. */
  counted: boolean;
  /** By a licence of the person's own; null where only the audit says. */
  named: boolean | null;
  /** Of a stay that did not count in the same way all the time. */
  parts?: readonly Part[];
}

// What is not in the table yet; one row per person, since as many rows as stays would be most of the work.
const ENDED = `
  SELECT holder AS person, 0 AS week,
    group_concat(at || ',' || (body ->> 'heldMs') || ',' || (body ->> 'exempt' IS NOT 1), ',' ORDER BY seq) AS ends
  FROM events INDEXED BY events_by_kind
  WHERE tenant = ?1 AND kind = 'lease_ended' AND holder IS NOT NULL AND body ->> 'heldMs' IS NOT NULL
    AND seq BETWEEN ?2 AND min(?3, coalesce((SELECT seq FROM stays_since WHERE tenant = ?1) - 1, ?3))
  GROUP BY holder`;

const KEPT = "SELECT person, week, ends FROM stays WHERE tenant = ?1 AND week BETWEEN ?2 AND ?3 ORDER BY week";

interface Row {
  person: string;
  week: number;
  ends: string;
}

// Whoever has a seat at the end of the period: the last thing that happened to it is a grant.
const OPEN = `
  WITH RECURSIVE ${SEEN}, ${GIVEN_UP("?2")}
  SELECT person AS holder, e.seq, e.at, e.kind, e.body ->> 'exempt' AS exempt, e.body ->> 'named' AS named,
    e.body ->> 'group' AS "group"
  FROM seen CROSS JOIN events e ON e.tenant = ?1 AND e.seq = (
    SELECT max(seq) FROM events INDEXED BY events_by_holder
    WHERE tenant = ?1 AND holder = seen.person AND seq <= ?2 AND kind IN ('seat_granted', 'lease_ended')
      AND ${IS_OF_COURSE}
  )`;

export interface LastingRow {
  holder: string;
  seq: number;
  at: number;
  kind: string;
  exempt: number | null;
  named: number | null;
  /** By which the use of pools is counted (L17). */
  group: string | null;
}

const DIVISIONS = `
  SELECT seq, at FROM events INDEXED BY events_by_kind
  WHERE tenant = ?1 AND kind = 'chain_divided' AND seq <= ?2 ORDER BY seq`;

/** The row that names a course that was given up; `at`: ms. */
interface Division {
  seq: number;
  at: number;
}

export interface Seen {
  stays: Map<string, Stay[]>;
  /** When each person's last stay ended or, where it goes on, the end of the period: by opaque word, over all of the records before the end of the period. */
  lastSeenAt: Map<string, number>;
  /** Who has a seat at the end of the period. */
  seated: Set<string>;
}

/** The last grant or end of each person up to the row `last`: after a grant, the stay goes on. */
export async function readLasting(db: D1Database, tenant: TenantId, last: number): Promise<LastingRow[]> {
  return (await db.prepare(OPEN).bind(tenant, last).all<LastingRow>()).results;
}

/** A stay that no row ends: it goes on at `to`, the end of the period or a conflict (R2.10). */
export interface OpenStay {
  row: LastingRow;
  from: number;
  to: number;
  /** The row at which its course was given up; null: it was not. */
  givenUpBy: number | null;
}

/** Those that touch the time from `from` until `to` (ms); `last`: the last row before `to`. */
export async function readOpenStays(
  db: D1Database,
  tenant: TenantId,
  { from, to, last }: { from: number; to: number; last: number },
): Promise<OpenStay[]> {
  const [open, divisions] = await db.batch([
    db.prepare(OPEN).bind(tenant, last),
    db.prepare(DIVISIONS).bind(tenant, last),
  ]);
  return openStaysOf((open?.results ?? []) as LastingRow[], (divisions?.results ?? []) as Division[], {
    ...{ from, to },
    ask: (seq) => readLasting(db, tenant, seq),
  });
}

/** `lasting`: at the end of the period. `ask`: at an earlier row. */
async function openStaysOf(
  lasting: readonly LastingRow[],
  divisions: readonly Division[],
  { from, to, ask }: { from: number; to: number; ask: (last: number) => Promise<LastingRow[]> },
): Promise<OpenStay[]> {
  const open: OpenStay[] = [];
  let since = from;
  const add = (rows: readonly LastingRow[], end: number, givenUpBy: number | null) => {
    for (const row of rows)
      if (row.kind === "seat_granted") open.push({ row, from: Math.max(since, row.at), to: end, givenUpBy });
  };
  for (const { seq, at } of divisions) {
    if (at <= from) continue;
    add(await ask(seq - 1), at, seq);
    since = at;
  }
  add(lasting, to, null);
  return open;
}

/** Reads the stays that touch the time from `from` until `to` (ms), by the opaque words of persons. */
export async function readStays(
  db: D1Database,
  tenant: TenantId,
  { from, to }: { from: number; to: number },
): Promise<Seen> {
  const [range, before] = await Promise.all([
    readRange(db, tenant, { from, to }),
    readRange(db, tenant, { from: null, to }),
  ]);
  // In one transaction: a stay is in the table or not yet, never both.
  const [ended, kept, lasting, divided] = await db.batch([
    db.prepare(ENDED).bind(tenant, range.first, range.last),
    db.prepare(KEPT).bind(tenant, Math.floor(from / WEEK_MS), Math.floor((to - 1) / WEEK_MS)),
    db.prepare(OPEN).bind(tenant, before.last),
    db.prepare(DIVISIONS).bind(tenant, before.last),
  ]);
  const seen: Seen = { stays: new Map(), lastSeenAt: new Map(), seated: new Set() };
  for (const found of [ended, kept]) {
    for (const row of (found?.results ?? []) as Row[]) addEnds(seen, row, { from, to });
  }
  const rows = (lasting?.results ?? []) as LastingRow[];
  const divisions = (divided?.results ?? []) as Division[];
  const open = await openStaysOf(rows, divisions, { from, to, ask: (last) => readLasting(db, tenant, last) });
  const begins = range.first > range.last ? before.last + 1 : range.first;
  const turns = await readTurns(db, tenant, {
    first: open.reduce((least, { row }) => Math.min(least, row.seq), begins),
    last: before.last,
  });
  for (const { holder, at, kind } of rows) {
    if (kind === "seat_granted") seen.seated.add(holder);
    else seen.lastSeenAt.set(holder, Math.max(seen.lastSeenAt.get(holder) ?? 0, at));
  }
  for (const division of divisions) cutStays(seen, division);
  for (const { row, givenUpBy, ...stay } of open) {
    const own = seen.stays.get(row.holder) ?? [];
    seen.stays.set(row.holder, own);
    const heldMs = givenUpBy === null ? null : stay.to - row.at;
    own.push({ ...stay, heldMs, ...standingAfter(row, turns.get(row.holder) ?? [], givenUpBy) });
    seen.lastSeenAt.set(row.holder, Math.max(seen.lastSeenAt.get(row.holder) ?? 0, stay.to));
  }
  for (const [holder, own] of turns) {
    for (const stay of seen.stays.get(holder) ?? []) {
      const parts = cutBack(stay, own, { counted: stay.counted, named: stay.named ?? false });
      if (parts.length > 1 || parts[0]?.counted !== stay.counted) stay.parts = parts;
    }
  }
  return seen;
}

/** R2.10: what ended after the conflict went on from there. */
function cutStays(seen: Seen, { at }: Division): void {
  for (const stay of [...seen.stays.values()].flat()) {
    if (stay.from >= at || stay.to < at) continue;
    stay.from = at;
    if (stay.heldMs !== null) stay.heldMs = stay.to - stay.from;
  }
}

/** The time in which the stays counted. */
export function countedOf(stays: readonly Stay[]): readonly Pick<Stay, "from" | "to">[] {
  // Of a year there are half a million, and hardly any is in parts.
  const isWhole = stays.every(({ parts }) => parts === undefined);
  const parts = isWhole
    ? stays
    : stays.flatMap((stay): readonly Pick<Stay, "from" | "to" | "counted">[] => stay.parts ?? [stay]);
  return parts.filter(({ counted, from, to }) => counted && to > from);
}

function addEnds(seen: Seen, { person, week, ends }: Row, { from, to }: { from: number; to: number }): void {
  const numbers = JSON.parse(`[${ends}]`) as number[];
  let own = seen.stays.get(person);
  let last = 0;
  for (let place = 0; place < numbers.length; place += 3) {
    const at = week * WEEK_MS + (numbers[place] as number);
    if (at < from || at >= to) continue;
    const heldMs = numbers[place + 1] as number;
    if (own === undefined) {
      own = [];
      seen.stays.set(person, own);
    }
    own.push({ from: Math.max(from, at - heldMs), to: at, heldMs, counted: numbers[place + 2] === 1, named: null });
    last = at;
  }
  if (last > 0) seen.lastSeenAt.set(person, Math.max(seen.lastSeenAt.get(person) ?? 0, last));
}
