/**
 * L19: the time machine: how things stood when somebody was refused, from the audit alone. Nobody's history is read
 * through: of each person the last row before the refusal says whether they had a seat, and the rows after that whether
 * they waited. So it costs as many looks at an index as there are people, however long the audit is.
 */
import type { DenialReason } from "../../../shared/denial.ts";
import type { HolderId, TenantId } from "../../../shared/ids.ts";
import type { Beyond, Scene, ScenePerson, SceneSettings } from "../../ledger/read/scene.ts";
import { GIVEN_UP, IS_OF_COURSE } from "../divisions.ts";
import { type SettingsRow, settingsAt } from "./past-settings.ts";

/** As much of D1 as is asked here. */
interface Statement {
  bind(...values: unknown[]): Statement;
  first<T>(): Promise<T | null>;
}
export interface Records {
  prepare(sql: string): Statement;
  batch(statements: Statement[]): Promise<{ results: unknown[] }[]>;
}

export interface PastRefusal {
  seq: number;
  id: string;
  at: number;
  person: ScenePerson;
  reason: DenialReason;
  clientKind: string;
  /** N1: a reserved seat alone was asked for. */
  reservedOnly: boolean;
  /** As the refusal itself told them. */
  limit: number;
  inUse: number;
  scene: Scene;
  /** By the CRM's key. */
  names: ReadonlyMap<string, { name: string; email: string | null }>;
}

const LAST = (condition: string, end = "p.last") => `(SELECT seq FROM events INDEXED BY events_by_holder
    WHERE tenant = ?1 AND holder = p.person AND seq <= ${end} AND ${condition} AND ${IS_OF_COURSE}
    ORDER BY seq DESC LIMIT 1)`;

// The people there are, found by the index: one seek each.
const PEOPLE = `
  WITH RECURSIVE people (person, last) AS (
    SELECT (SELECT min(holder) FROM events INDEXED BY events_by_holder WHERE tenant = ?1 AND holder > ''), ?2
    UNION ALL
    SELECT (SELECT min(holder) FROM events INDEXED BY events_by_holder WHERE tenant = ?1 AND holder > people.person), last
    FROM people WHERE person IS NOT NULL
  ), ${GIVEN_UP("?2")}
  SELECT p.person, l.kind AS lease, l.at AS since, l.body AS granted, j.body AS judged, n.kind AS line, w.seq AS place,
    w.at AS joinedAt, w.body AS joined, f.body AS facts
  FROM people p
    LEFT JOIN events l ON l.tenant = ?1 AND l.seq = ${LAST("kind IN ('seat_granted', 'lease_ended')")}
    LEFT JOIN events j ON j.tenant = ?1 AND j.seq = ${LAST("kind = 'lease_judged' AND seq > coalesce(l.seq, 0)")}
    LEFT JOIN events n ON n.tenant = ?1
      AND n.seq = ${LAST("kind IN ('line_joined', 'line_left', 'seat_offered') AND seq > coalesce(l.seq, 0)")}
    LEFT JOIN events w ON w.tenant = ?1 AND w.seq = ${LAST("kind = 'line_joined' AND seq > coalesce(l.seq, 0)", "n.seq")}
    LEFT JOIN events f ON f.tenant = ?1
      AND f.seq = ${LAST("kind IN ('seat_granted', 'denial_opened', 'lease_judged')")}
  WHERE p.person IS NOT NULL AND (l.kind = 'seat_granted' OR n.kind IN ('line_joined', 'seat_offered')
    OR p.person IN (SELECT value FROM json_each(?3)))`;

// R2.10: changes of a course that was given up before the refusal `?2` are none.
const SETTINGS = `
  WITH ${GIVEN_UP("?2")}
  SELECT seq, kind, body FROM events INDEXED BY events_by_kind
  WHERE tenant = ?1 AND kind IN ('settings_changed', 'limit_changed', 'idle_timeout_changed') AND ${IS_OF_COURSE} ORDER BY seq`;

interface Refused {
  seq: number;
  at: number;
  holder: string;
  body: string;
}

interface PersonRow {
  person: string;
  lease: string | null;
  since: number | null;
  granted: string | null;
  judged: string | null;
  line: string | null;
  place: number | null;
  joinedAt: number | null;
  joined: string | null;
  facts: string | null;
}

interface TelledPerson {
  id: string;
  role: ScenePerson["role"];
  groups?: string[];
}

/** The row in which the refusal of this id began at `at` (ms); null: the audit has none. */
async function findRefusal(db: Records, tenant: TenantId, { id, at }: { id: string; at: number }) {
  return db
    .prepare(
      `SELECT seq, at, holder, body FROM events INDEXED BY events_by_time
       WHERE tenant = ?1 AND at = ?2 AND kind = 'denial_opened' AND body ->> 'id' = ?3`,
    )
    .bind(tenant, at, id)
    .first<Refused>();
}

/** How things stood at a refusal; null: the audit does not have it (any more). `now`: the settings of now. */
export async function readPastRefusal(
  db: Records,
  tenant: TenantId,
  which: { id: string; at: number },
  now: SceneSettings,
): Promise<PastRefusal | null> {
  const row = await findRefusal(db, tenant, which);
  if (row === null) return null;
  const told = JSON.parse(row.body) as {
    id: string;
    reason: DenialReason;
    clientKind: string;
    limit: number;
    inUse: number;
    /** Missing in rows of older releases. */
    person?: TelledPerson;
    draining?: { holders: string[] };
    /** Missing where any seat would have done, and in rows of older releases. */
    reservedOnly?: true;
    /** Missing where nobody worked beyond the limit. */
    beyond?: Beyond;
  };
  const draining = told.draining?.holders ?? [];
  const [people, settings, directory] = await db.batch([
    db.prepare(PEOPLE).bind(tenant, row.seq, JSON.stringify(draining)),
    db.prepare(SETTINGS).bind(tenant, row.seq),
    db.prepare("SELECT person, holder, name, email FROM directory WHERE tenant = ?1").bind(tenant),
  ]);
  const entries = (directory?.results ?? []) as {
    person: string;
    holder: string;
    name: string;
    email: string | null;
  }[];
  const keys = new Map(entries.map(({ person, holder }) => [person, holder]));
  const words = new Map(entries.map(({ person, holder }) => [holder, person]));
  const keyOf = (word: string) => (keys.get(word) ?? word) as HolderId;
  const personOf = (word: string, { role, groups = [] }: Omit<TelledPerson, "id">): ScenePerson => ({
    id: keyOf(word),
    role,
    groups,
  });
  const scene: Scene = {
    at: row.at,
    // The audit has words for persons, the settings of now their keys.
    settings: renamed(
      settingsAt(
        renamed(now, (key) => words.get(key) ?? key),
        (settings?.results ?? []) as SettingsRow[],
        row.seq,
      ),
      keyOf,
    ),
    beyond: {
      usedMs: told.beyond?.usedMs ?? 0,
      seats: (told.beyond?.seats ?? []).map(({ holder, via }) => ({ holder: keyOf(holder), via })),
    },
    ...placePeople((people?.results ?? []) as PersonRow[], new Set(draining), personOf),
  };
  const { id, reason, clientKind, limit, inUse } = told;
  const person = personOf(row.holder, told.person ?? UNKNOWN);
  const names = new Map(entries.map(({ holder, name, email }) => [holder, { name, email }]));
  // Where any seat would have done, nobody is refused for want of a reserved one.
  const reservedOnly = told.reservedOnly === true || reason === "reserved_taken";
  return { seq: row.seq, id, at: row.at, person, reason, clientKind, reservedOnly, limit, inUse, scene, names };
}

const UNKNOWN: Omit<TelledPerson, "id"> = { role: "user" };

function placePeople(
  rows: readonly PersonRow[],
  draining: ReadonlySet<string>,
  personOf: (word: string, told: Omit<TelledPerson, "id">) => ScenePerson,
): Pick<Scene, "leases" | "drains" | "line"> {
  const leases: Scene["leases"] = [];
  const drains: Scene["drains"] = [];
  const line: (Scene["line"][number] & { place: number })[] = [];
  const factsOf = ({ person, facts }: PersonRow) =>
    personOf(person, (JSON.parse(facts ?? "{}") as { person?: TelledPerson }).person ?? UNKNOWN);
  for (const row of rows) {
    if (row.lease === "seat_granted") {
      const rights = JSON.parse(row.judged ?? row.granted ?? "{}") as { exempt: boolean; named: boolean };
      const named = rights.named === true;
      leases.push({ person: factsOf(row), since: row.since ?? 0, exempt: rights.exempt === true || named, named });
      continue;
    }
    if (draining.has(row.person)) drains.push(factsOf(row));
    if (row.line !== "line_joined" && row.line !== "seat_offered") continue;
    const { rank } = JSON.parse(row.joined ?? "{}") as { rank: number };
    const offered = row.line === "seat_offered";
    line.push({ person: factsOf(row), since: row.joinedAt ?? 0, rank, offered, place: row.place ?? 0 });
  }
  const byKey = (a: ScenePerson, b: ScenePerson) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
  return {
    leases: leases.sort((a, b) => byKey(a.person, b.person)),
    drains: drains.sort(byKey),
    line: line
      .sort((a, b) => a.rank - b.rank || a.place - b.place)
      .map(({ person, since, rank, offered }) => ({ person, since, rank, offered })),
  };
}

function renamed(settings: SceneSettings, rename: (id: string) => string): SceneSettings {
  const people = (list: SceneSettings["exempt"]) => list.map((one) => ({ ...one, id: rename(one.id) as HolderId }));
  return {
    ...settings,
    named: { ...settings.named, assigned: people(settings.named.assigned) },
    exempt: people(settings.exempt),
  };
}
