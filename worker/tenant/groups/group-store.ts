/**
 * L20: the firm's own groups in the object's tables. People are rows, never in memory: who is in which group is one
 * look-up by key, with ten people and fifty thousand.
 */
import { type GroupRow, PEOPLE_SHOWN } from "./group-calls.ts";

/** Text that SQLite takes as one value; well below its bound of two million bytes. */
const PIECE = 20_000;

export class GroupStore {
  readonly #sql: SqlStorage;
  /** All groups, by id; a hundred at most. null: to be read. */
  #groups: Map<string, GroupRow> | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  all(): ReadonlyMap<string, GroupRow> {
    if (this.#groups !== null) return this.#groups;
    const rows = this.#sql
      .exec<Record<string, SqlStorageValue>>(
        `SELECT id, name, rules, source, revision, made_at AS madeAt,
           (SELECT count(*) FROM firm_group_people WHERE grp = firm_groups.id) AS people
         FROM firm_groups ORDER BY folded`,
      )
      .toArray();
    this.#groups = new Map(
      rows.map((row) => [String(row.id), { ...row, rules: JSON.parse(String(row.rules)) } as unknown as GroupRow]),
    );
    return this.#groups;
  }

  get(id: string): GroupRow | null {
    return this.all().get(id) ?? null;
  }

  /** What is in memory may be ahead of a transaction that was undone. */
  forget(): void {
    this.#groups = null;
  }

  put({ id, name, rules, source, revision, madeAt }: Omit<GroupRow, "people">, folded: string): void {
    this.#groups = null;
    this.#sql.exec(
      `INSERT INTO firm_groups (id, name, folded, rules, source, revision, made_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
       ON CONFLICT (id) DO UPDATE SET name = ?2, folded = ?3, rules = ?4, revision = ?6`,
      id,
      name,
      folded,
      JSON.stringify(rules),
      source,
      revision,
      madeAt,
    );
  }

  /** S: what an identity provider says of its group. */
  setProvided(id: string, external: string | null, at: number): void {
    this.#sql.exec("UPDATE firm_groups SET external = ?2, changed_at = ?3 WHERE id = ?1", id, external, at);
  }

  providedBy(id: string): { external: string | null; changedAt: number } {
    return this.#sql
      .exec<{ external: string | null; changedAt: number }>(
        "SELECT external, changed_at AS changedAt FROM firm_groups WHERE id = ?",
        id,
      )
      .one();
  }

  remove(id: string): void {
    this.#groups = null;
    this.#sql.exec("DELETE FROM firm_group_people WHERE grp = ?", id);
    this.#sql.exec("DELETE FROM firm_groups WHERE id = ?", id);
  }

  /** Ids of the groups that one of these keys is listed in. */
  groupsOf(keys: readonly string[]): string[] {
    return this.#sql
      .exec<{ grp: string }>(
        "SELECT DISTINCT grp FROM firm_group_people WHERE member IN (SELECT value FROM json_each(?))",
        JSON.stringify(keys),
      )
      .toArray()
      .map(({ grp }) => grp);
  }

  /** Adds them; answers which were not there. */
  add(id: string, keys: readonly string[]): string[] {
    this.#groups = null;
    return inPieces(keys, (piece) =>
      this.#sql.exec<{ member: string }>(
        `INSERT INTO firm_group_people (member, grp) SELECT value, ?1 FROM json_each(?2) WHERE true
         ON CONFLICT DO NOTHING RETURNING member`,
        id,
        JSON.stringify(piece),
      ),
    );
  }

  /** Takes them out; answers which were there. */
  take(id: string, keys: readonly string[]): string[] {
    this.#groups = null;
    return inPieces(keys, (piece) =>
      this.#sql.exec<{ member: string }>(
        `DELETE FROM firm_group_people WHERE grp = ?1 AND member IN (SELECT value FROM json_each(?2)) RETURNING member`,
        id,
        JSON.stringify(piece),
      ),
    );
  }

  /** All keys of a group. */
  keysOf(id: string): string[] {
    return this.#sql
      .exec<{ member: string }>("SELECT member FROM firm_group_people WHERE grp = ?", id)
      .toArray()
      .map(({ member }) => member);
  }

  countAll(): number {
    return this.#sql.exec<{ people: number }>("SELECT count(*) AS people FROM firm_group_people").one().people;
  }

  /** One page of a group's people, in the order of their keys, as far as a key or the name of the person holds `search`. */
  page(
    id: string,
    search: string,
    page: number,
  ): { found: number; page: number; rows: { key: string; known: string | null }[] } {
    const where = `grp = ?1 AND (?2 = '' OR instr(firm_group_people.member, ?2) > 0 OR instr(lower(people.name), ?2) > 0)`;
    const from = `FROM firm_group_people LEFT JOIN people ON people.holder = substr(firm_group_people.member, 3) AND substr(firm_group_people.member, 1, 2) = 'i:'`;
    const { found } = this.#sql
      .exec<{ found: number }>(`SELECT count(*) AS found ${from} WHERE ${where}`, id, search)
      .one();
    const last = Math.max(1, Math.ceil(found / PEOPLE_SHOWN));
    const shown = Math.min(Math.max(1, page), last);
    const rows = this.#sql
      .exec<{ key: string; known: string | null }>(
        `SELECT firm_group_people.member AS key, people.name AS known ${from} WHERE ${where}
         ORDER BY coalesce(people.name, substr(firm_group_people.member, 3)), firm_group_people.member LIMIT ?3 OFFSET ?4`,
        id,
        search,
        PEOPLE_SHOWN,
        (shown - 1) * PEOPLE_SHOWN,
      )
      .toArray();
    return { found, page: shown, rows };
  }
}

function inPieces(keys: readonly string[], work: (piece: readonly string[]) => Iterable<{ member: string }>): string[] {
  const done: string[] = [];
  for (let from = 0; from < keys.length; from += PIECE) {
    for (const { member } of work(keys.slice(from, from + PIECE))) done.push(member);
  }
  return done;
}
