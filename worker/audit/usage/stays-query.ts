/** R3: the stays of every person in a period, as the audit has them: when each began and ended, and whether it was counted. */
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

// One row per person: a year of a firm of 500 is 400,000 stays, and as many rows would be most of the work.
const ENDED = `
  SELECT holder, group_concat(at || ' ' || (body ->> 'heldMs') || ' ' || coalesce(body ->> 'exempt', 0), ',') AS stays
  FROM events INDEXED BY events_by_kind
  WHERE tenant = ?1 AND kind = 'lease_ended' AND seq BETWEEN ?2 AND ?3 AND body ->> 'heldMs' IS NOT NULL
  GROUP BY holder`;

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
  const { first, last } = await readRange(db, tenant, { from, to });
  const before = await readRange(db, tenant, { from: null, to });
  const [ended, open] = await db.batch([
    db.prepare(ENDED).bind(tenant, first, last),
    db.prepare(OPEN).bind(tenant, before.last),
  ]);
  const seen: Seen = { stays: new Map(), lastSeenAt: new Map(), seated: new Set() };
  for (const { holder, stays } of (ended?.results ?? []) as { holder: string; stays: string }[]) {
    const own = stays.split(",").map((stay): Stay => {
      const [at = 0, heldMs = 0, exempt = 0] = stay.split(" ").map(Number);
      return { from: Math.max(from, at - heldMs), to: at, heldMs, counted: exempt === 0 };
    });
    seen.stays.set(holder, own);
    seen.lastSeenAt.set(holder, Math.max(...own.map((stay) => stay.to)));
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
