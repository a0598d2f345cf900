/**
 * R3, R5: a stay may count for a part of its time: a licence of one's own, an exemption, a role or the model changes while
 * the person works. Each row of the audit that tells of it cuts the stays of its person there.
 */
import type { TenantId } from "../../../shared/ids.ts";
import { SEEN } from "../directory.ts";
import { GIVEN_UP, IS_OF_COURSE } from "../divisions.ts";

/** A part of a stay, ms; `named`: by a licence of the person's own. Not counted and not named is exempt. */
export interface Part {
  from: number;
  to: number;
  counted: boolean;
  named: boolean;
}

/** What the stay rests on from `at` on (ms); `turned`: it counted otherwise before. */
interface Turn {
  seq: number;
  at: number;
  /** R2.10: the row that names the conflict in which this one was given up; null: it counts. */
  givenUpBy: number | null;
  counted: boolean;
  turned: boolean;
  named: boolean;
  wasNamed: boolean;
}

/** By opaque word, in the order of the audit. */
export type Turns = ReadonlyMap<string, readonly Turn[]>;

const GIVEN_UP_BY = "(SELECT min(g.named_by) FROM given_up g WHERE e.seq BETWEEN g.first AND g.last) AS givenUpBy";

const JUDGED = `
  WITH ${GIVEN_UP("?3")}
  SELECT e.seq, e.at, ${GIVEN_UP_BY}, e.holder, e.body ->> 'turned' AS turned, e.body ->> 'named' AS named, (
    SELECT body ->> 'named' FROM events INDEXED BY events_by_holder
    WHERE tenant = e.tenant AND holder = e.holder AND seq < e.seq AND kind IN ('seat_granted', 'lease_judged')
      AND NOT EXISTS (SELECT 1 FROM given_up g WHERE g.named_by < e.seq AND seq BETWEEN g.first AND g.last)
    ORDER BY seq DESC LIMIT 1
  ) AS wasNamed
  FROM events e INDEXED BY events_by_kind
  WHERE e.tenant = ?1 AND e.kind = 'lease_judged' AND e.holder IS NOT NULL AND e.seq BETWEEN ?2 AND ?3`;

// Another model counts other people than the one before: those with a licence of their own.
const REMODELLED = `
  WITH ${GIVEN_UP("?3")}
  SELECT seq, at, ${GIVEN_UP_BY}, iif(body -> 'patch' ->> 'model' = 'named', 'counted', 'uncounted') AS turned
  FROM events e INDEXED BY events_by_kind
  WHERE tenant = ?1 AND kind = 'settings_changed' AND seq BETWEEN ?2 AND ?3
    AND body -> 'groups' IS NOT NULL AND body -> 'patch' ->> 'model' IS NOT NULL`;

/** At work by a licence of their own at the row `?2`. */
const NAMED_AT = `
  WITH RECURSIVE ${SEEN}, ${GIVEN_UP("?2")}
  SELECT person AS holder FROM seen CROSS JOIN events e ON e.tenant = ?1 AND e.seq = (
    SELECT max(seq) FROM events INDEXED BY events_by_holder
    WHERE tenant = ?1 AND holder = seen.person AND seq < ?2 AND kind IN ('seat_granted', 'lease_judged', 'lease_ended')
      AND ${IS_OF_COURSE}
  )
  WHERE e.kind <> 'lease_ended' AND e.body ->> 'named' = 1`;

interface Row {
  seq: number;
  at: number;
  givenUpBy: number | null;
  turned: "counted" | "uncounted" | null;
}

export async function readTurns(
  db: D1Database,
  tenant: TenantId,
  { first, last }: { first: number; last: number },
): Promise<Turns> {
  const ask = (sql: string) => db.prepare(sql).bind(tenant, first, last);
  const [judged, models] = await db.batch([ask(JUDGED), ask(REMODELLED)]);
  const rows = (judged?.results ?? []) as (Row & { holder: string; named: number; wasNamed: number | null })[];
  for (const change of (models?.results ?? []) as Row[]) {
    const { results } = await db.prepare(NAMED_AT).bind(tenant, change.seq).all<{ holder: string }>();
    rows.push(...results.map(({ holder }) => ({ ...change, holder, named: 1, wasNamed: 1 })));
  }
  const turns = new Map<string, Turn[]>();
  for (const { seq, at, givenUpBy, holder, turned, named, wasNamed } of rows.sort((a, b) => a.seq - b.seq)) {
    const own = turns.get(holder) ?? [];
    turns.set(holder, own);
    own.push({
      seq,
      at,
      givenUpBy,
      counted: turned === "counted",
      turned: turned !== null,
      named: named === 1,
      wasNamed: wasNamed === 1,
    });
  }
  return turns;
}

/** The same time in parts, given how the stay counted at its end. */
export function cutBack(
  { from, to }: { from: number; to: number },
  turns: readonly Turn[],
  atEnd: Pick<Part, "counted" | "named">,
): Part[] {
  const parts: Part[] = [];
  let [end, standing] = [to, atEnd];
  for (const turn of turns.toReversed()) {
    if (turn.at <= from || turn.at > to) continue;
    if (turn.at < end) {
      parts.unshift({ from: turn.at, to: end, counted: standing.counted, named: turn.named });
      end = turn.at;
    }
    standing = { counted: turn.turned ? !turn.counted : standing.counted, named: turn.wasNamed };
  }
  return [{ from, to: end, ...standing }, ...parts];
}

/**
 * How a stay that was granted by the row counts at the end of these turns. `before`: the row at which the course of the stay
 * was given up (R2.10); null: it was not.
 */
export function standingAfter(
  granted: { at: number; exempt: number | null; named: number | null },
  turns: readonly Turn[],
  before: number | null,
): Pick<Part, "counted" | "named"> {
  const isOfCourse = ({ seq, givenUpBy }: Turn) =>
    before === null ? givenUpBy === null : seq < before && (givenUpBy === null || givenUpBy >= before);
  const later = turns.filter((turn) => turn.at > granted.at && isOfCourse(turn));
  const turned = later.findLast((turn) => turn.turned);
  return { counted: turned?.counted ?? granted.exempt !== 1, named: later.at(-1)?.named ?? granted.named === 1 };
}
