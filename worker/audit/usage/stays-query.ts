/** R3: the stays of every person in a period, as the audit has them: when each began and ended, and whether it was counted. */
import { WEEK_MS } from "../../../shared/durations.ts";
import type { TenantId } from "../../../shared/ids.ts";
import { readRange } from "../audit-query.ts";

/** Times are ms, within the period. */
export interface Stay {
  from: number;
  to: number;
  /** How long it lasted in all, also outside of the period; null: it goes on. */
  heldMs: number | null;
  counted: boolean;
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
  SELECT person AS holder, e.at, e.kind, e.body ->> 'exempt' AS exempt
  FROM directory d CROSS JOIN events e ON e.tenant = d.tenant AND e.seq = (
    SELECT max(seq) FROM events INDEXED BY events_by_holder
    WHERE tenant = d.tenant AND holder = d.person AND seq <= ?2 AND kind IN ('seat_granted', 'lease_ended')
  )
  WHERE d.tenant = ?1`;

export interface Seen {
  stays: Map<string, Stay[]>;
  /** When each person's last stay ended or, where it goes on, the end of the period: by opaque word, over all of the records before the end of the period. */
  lastSeenAt: Map<string, number>;
  /** Who has a seat at the end of the period. */
  seated: Set<string>;
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
  const [ended, kept, open] = await db.batch([
    db.prepare(ENDED).bind(tenant, range.first, range.last),
    db.prepare(KEPT).bind(tenant, Math.floor(from / WEEK_MS), Math.floor((to - 1) / WEEK_MS)),
    db.prepare(OPEN).bind(tenant, before.last),
  ]);
  const seen: Seen = { stays: new Map(), lastSeenAt: new Map(), seated: new Set() };
  for (const found of [ended, kept]) {
    for (const row of (found?.results ?? []) as Row[]) addEnds(seen, row, { from, to });
  }
  for (const row of (open?.results ?? []) as { holder: string; at: number; kind: string; exempt: number | null }[]) {
    if (row.kind === "lease_ended") {
      seen.lastSeenAt.set(row.holder, row.at);
      continue;
    }
    seen.seated.add(row.holder);
    seen.lastSeenAt.set(row.holder, to);
    const own = seen.stays.get(row.holder) ?? [];
    seen.stays.set(row.holder, own);
    own.push({ from: Math.max(from, row.at), to, heldMs: null, counted: row.exempt !== 1 });
  }
  return seen;
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
    own.push({ from: Math.max(from, at - heldMs), to: at, heldMs, counted: numbers[place + 2] === 1 });
    last = at;
  }
  if (last > 0) seen.lastSeenAt.set(person, Math.max(seen.lastSeenAt.get(person) ?? 0, last));
}
