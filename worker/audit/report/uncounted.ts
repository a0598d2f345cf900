/**
 * R5: people who worked in a period and were not counted, also those whose stay goes on: the time within the period, by
 * what it rested on. Most stays are added up by D1; those that changed while they lasted are cut here.
 */
import type { TenantId } from "../../../shared/ids.ts";
import { readRange } from "../audit-query.ts";
import { GIVEN_UP, HELD_MS } from "../divisions.ts";
import { cutBack, readTurns, standingAfter } from "../usage/stay-parts.ts";
import { readOpenStays } from "../usage/stays-query.ts";

export interface Uncounted {
  person: string;
  /** null: the person was erased from the directory. */
  name: string | null;
  /** By a licence of the person's own; otherwise exempt. */
  named: boolean;
  /** Stays with any such time in the period. */
  stays: number;
  heldMs: number;
}

export const UNCOUNTED_MOST = 500;

const ENDED = `
  WITH ${GIVEN_UP("?5")}
  SELECT e.holder AS person, coalesce(e.body ->> 'named', 0) AS named, count(*) AS stays,
    sum(min(${HELD_MS}, e.at - ?2)) AS heldMs
  FROM events e INDEXED BY events_uncounted
  WHERE e.tenant = ?1 AND e.kind = 'lease_ended' AND e.body ->> 'exempt' = 1 AND e.at >= ?2 AND e.at < ?3
    AND e.body ->> 'heldMs' IS NOT NULL AND e.holder NOT IN (SELECT value FROM json_each(?4))
  GROUP BY e.holder, named`;

const ENDED_OF = `
  WITH ${GIVEN_UP("?5")}
  SELECT e.holder AS person, e.at, ${HELD_MS} AS heldMs, e.body ->> 'exempt' AS exempt, e.body ->> 'named' AS named
  FROM json_each(?4) one CROSS JOIN events e INDEXED BY events_by_holder
  WHERE e.tenant = ?1 AND e.holder = one.value AND e.kind = 'lease_ended' AND e.at >= ?2 AND e.at < ?3
    AND e.body ->> 'heldMs' IS NOT NULL`;

const NAMES = `
  SELECT person, name FROM directory WHERE tenant = ?1 AND person IN (SELECT value FROM json_each(?2))`;

interface EndedRow {
  person: string;
  at: number;
  heldMs: number;
  exempt: number;
  named: number | null;
}

/** Whoever had most of that time first. */
export async function readUncounted(
  db: D1Database,
  tenant: TenantId,
  { from, to }: { from: number; to: number },
): Promise<{ uncounted: Uncounted[]; moreUncounted: boolean }> {
  const [range, before] = await Promise.all([
    readRange(db, tenant, { from, to }),
    readRange(db, tenant, { from: null, to }),
  ]);
  const open = await readOpenStays(db, tenant, { from, to, last: before.last });
  const begins = range.first > range.last ? before.last + 1 : range.first;
  const first = open.reduce((least, { row }) => Math.min(least, row.seq), begins);
  const turns = await readTurns(db, tenant, { first, last: before.last });
  const ask = (sql: string) => db.prepare(sql).bind(tenant, from, to, JSON.stringify([...turns.keys()]), before.last);
  const [plain, turned] = await db.batch([ask(ENDED), ask(ENDED_OF)]);
  const sums = new Map<string, Uncounted>();
  const add = ({ person, named, stays, heldMs }: Omit<Uncounted, "name">) => {
    const key = `${Number(named)} ${person}`;
    const found = sums.get(key) ?? { person, name: null, named, stays: 0, heldMs: 0 };
    sums.set(key, found);
    found.stays += stays;
    found.heldMs += heldMs;
  };
  for (const { named, ...row } of (plain?.results ?? []) as (Omit<Uncounted, "named"> & { named: number })[])
    add({ ...row, named: named === 1 });
  const addParts = (person: string, parts: ReturnType<typeof cutBack>) => {
    for (const named of [true, false]) {
      const own = parts.filter((part) => !part.counted && part.named === named && part.to > part.from);
      if (own.length > 0)
        add({ person, named, stays: 1, heldMs: own.reduce((sum, part) => sum + part.to - part.from, 0) });
    }
  };
  for (const { person, at, heldMs, exempt, named } of (turned?.results ?? []) as EndedRow[]) {
    const stay = { from: Math.max(from, at - heldMs), to: at };
    addParts(person, cutBack(stay, turns.get(person) ?? [], { counted: exempt !== 1, named: named === 1 }));
  }
  for (const { row, givenUpBy, ...stay } of open) {
    const own = turns.get(row.holder) ?? [];
    addParts(row.holder, cutBack(stay, own, standingAfter(row, own, givenUpBy)));
  }
  const all = [...sums.values()].sort((a, b) => b.heldMs - a.heldMs || (a.person < b.person ? -1 : 1));
  const told = all.slice(0, UNCOUNTED_MOST);
  const words = JSON.stringify([...new Set(told.map(({ person }) => person))]);
  const { results } = await db.prepare(NAMES).bind(tenant, words).all<{ person: string; name: string }>();
  const names = new Map(results.map(({ person, name }) => [person, name]));
  return {
    uncounted: told.map((one) => ({ ...one, name: names.get(one.person) ?? null })),
    moreUncounted: all.length > UNCOUNTED_MOST,
  };
}
