/**
 * R2: who the opaque words of the audit are. The chain never holds a name, an address or the CRM's key of a
 * person, so a person can be erased here without breaking it.
 */
import { jsonPieces } from "./json-pieces.ts";

export interface DirectoryEntry {
  /** The opaque word, random, made by the tenant's object at the first event of the person. */
  person: string;
  /** The CRM's key of the person. */
  holder: string;
  name: string;
  email: string | null;
  role: string;
  /** Number of the event that last changed the entry. */
  revision: number;
  /** R9: with which the name is sealed; null: a name of before names were. */
  salt?: string | null;
  /** R9: number of the row that holds the seal, where the name has changed; null: the word is the seal. */
  sealed?: number | null;
}

const LAST_ERASURE = "SELECT max(seq) AS seq FROM events WHERE tenant = ?1 AND kind = 'person_erased'";

/** Number of the row by which somebody was last erased: what was read before it may name them. null: nobody was. */
export async function lastErasure(db: D1Database, tenant: string): Promise<number | null> {
  return (await db.prepare(LAST_ERASURE).bind(tenant).first<number | null>("seq")) ?? null;
}

/** A table `seen (person)` for a WITH: every person of the audit, also those erased. One look into the index for each. */
export const SEEN = `seen (person) AS (
    SELECT min(holder) FROM events INDEXED BY events_by_holder WHERE tenant = ?1
    UNION ALL
    SELECT (SELECT min(holder) FROM events INDEXED BY events_by_holder WHERE tenant = ?1 AND holder > seen.person)
    FROM seen WHERE seen.person IS NOT NULL
  )`;

const PUT_ENTRIES = `
  INSERT INTO directory (tenant, person, holder, name, email, role, revision, salt, sealed)
  SELECT ?1, value ->> 'person', value ->> 'holder', value ->> 'name', value ->> 'email', value ->> 'role',
    value ->> 'revision', value ->> 'salt', value ->> 'sealed'
  FROM json_each(?2) WHERE true
  ON CONFLICT (tenant, person) DO UPDATE SET holder = excluded.holder, name = excluded.name, email = excluded.email,
    role = excluded.role, revision = excluded.revision, salt = excluded.salt, sealed = excluded.sealed
  WHERE excluded.revision > directory.revision`;

export const directoryStatements = (
  db: D1Database,
  tenant: string,
  people: readonly DirectoryEntry[],
): D1PreparedStatement[] => jsonPieces(people).map((piece) => db.prepare(PUT_ENTRIES).bind(tenant, piece));

/** The name as it stands within a text that is JSON. */
const INNER_JSON = "substr(json_quote(d.name), 2, length(json_quote(d.name)) - 2)";

/**
 * What a person's erasure takes from D1: the entry, what was written about the person, the names of refusals. An object
 * that was restored may have made a second word for the same person: all words of one key go together.
 */
export function eraseStatements(db: D1Database, tenant: string, person: string): D1PreparedStatement[] {
  const words = `SELECT person FROM directory WHERE tenant = ?1 AND holder =
      (SELECT holder FROM directory WHERE tenant = ?1 AND person = ?2) UNION SELECT ?2`;
  return [
    db
      .prepare(
        `UPDATE denials SET name = '', email = NULL, holder = ?2 WHERE tenant = ?1 AND holder =
           (SELECT holder FROM directory WHERE tenant = ?1 AND person = ?2)`,
      )
      .bind(tenant, person),
    db
      .prepare(
        `DELETE FROM texts WHERE tenant = ?1 AND seq IN
           (SELECT seq FROM events WHERE tenant = ?1 AND holder IN (${words})
            UNION SELECT seq FROM events WHERE tenant = ?1 AND actor IN (${words})
            UNION SELECT texts.seq FROM texts, directory d WHERE texts.tenant = ?1 AND d.tenant = ?1 AND d.person = ?2
              AND (instr(text, d.name) > 0 OR instr(text, ${INNER_JSON}) > 0))`,
      )
      .bind(tenant, person),
    db.prepare(`DELETE FROM directory WHERE tenant = ?1 AND person IN (${words})`).bind(tenant, person),
  ];
}

/** The opaque words of the person with this key of the CRM, with the newest name; empty: nobody known. */
export async function wordsOf(
  db: D1Database,
  tenant: string,
  holder: string,
): Promise<{ person: string; name: string }[]> {
  const { results } = await db
    .prepare("SELECT person, name FROM directory WHERE tenant = ?1 AND holder = ?2 ORDER BY revision DESC")
    .bind(tenant, holder)
    .all<{ person: string; name: string }>();
  return results;
}

export interface PersonRecord {
  directory: { person: string; holder: string; name: string; email: string | null; role: string }[];
  events: unknown[];
  texts: unknown[];
  denials: unknown[];
}

/** Everything the records hold of one person, by the CRM's key; for the person's own right to know. */
export async function exportPerson(db: D1Database, tenant: string, holder: string): Promise<PersonRecord> {
  const entries = await db
    .prepare("SELECT person, holder, name, email, role FROM directory WHERE tenant = ?1 AND holder = ?2")
    .bind(tenant, holder)
    .all<PersonRecord["directory"][number]>();
  const people = JSON.stringify(entries.results.map((entry) => entry.person));
  const [events, texts, denials] = await db.batch([
    db
      .prepare(
        `SELECT seq, at, kind, holder, actor, body FROM events
         WHERE tenant = ?1 AND (holder IN (SELECT value FROM json_each(?2)) OR actor IN (SELECT value FROM json_each(?2)))
         ORDER BY seq`,
      )
      .bind(tenant, people),
    db
      .prepare(
        `SELECT texts.seq, texts.field, texts.text FROM texts JOIN events USING (tenant, seq)
         WHERE tenant = ?1 AND (holder IN (SELECT value FROM json_each(?2)) OR actor IN (SELECT value FROM json_each(?2)))`,
      )
      .bind(tenant, people),
    db.prepare("SELECT * FROM denials WHERE tenant = ?1 AND holder = ?2 ORDER BY first_at").bind(tenant, holder),
  ]);
  return {
    directory: entries.results,
    events: events?.results ?? [],
    texts: texts?.results ?? [],
    denials: denials?.results ?? [],
  };
}
