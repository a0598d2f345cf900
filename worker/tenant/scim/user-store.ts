/** S: the users that an identity provider has told of, in the object's tables. */
import { spellName } from "../../identity/holder-key.ts";
import { type Filter, fits, soleValue } from "./filter.ts";
import { metaOf, type Provided, type ScimUser } from "./scim-calls.ts";

type Row = { id: string; revision: number; madeAt: number; changedAt: number; body: string };
const ROW = "id, revision, made_at AS madeAt, changed_at AS changedAt, body";

const read = ({ body, ...row }: Row): Provided<ScimUser> => ({ ...row, resource: JSON.parse(body) as ScimUser });

/** The address by which a person is known: the work one, or the primary one, or the first. */
export function emailOf({ emails = [] }: ScimUser): string | null {
  const chosen =
    emails.find(({ type }) => type?.toLowerCase() === "work") ?? emails.find(({ primary }) => primary) ?? emails[0];
  return chosen === undefined ? null : spellName(chosen.value);
}

/** The names by which a user stands for a person, in one spelling. */
export function namesOfUser(user: ScimUser): string[] {
  const email = emailOf(user);
  return [spellName(user.userName), ...(email === null ? [] : [email])];
}

export class ScimUserStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  get(id: string): Provided<ScimUser> | null {
    const [row] = this.#rows("WHERE id = ?", id);
    return row === undefined ? null : read(row);
  }

  /** Who has this name in any spelling. */
  byName(userName: string): Provided<ScimUser> | null {
    const [row] = this.#rows("WHERE name = ?", spellName(userName));
    return row === undefined ? null : read(row);
  }

  put({ id, revision, madeAt, changedAt, resource }: Provided<ScimUser>): void {
    this.#sql.exec(
      `INSERT INTO scim_users (id, name, email, active, external, revision, made_at, changed_at, body)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
       ON CONFLICT (id) DO UPDATE SET name = ?2, email = ?3, active = ?4, external = ?5, revision = ?6, changed_at = ?8,
         body = ?9`,
      id,
      spellName(resource.userName),
      emailOf(resource),
      resource.active ? 1 : 0,
      resource.externalId ?? null,
      revision,
      madeAt,
      changedAt,
      JSON.stringify(resource),
    );
  }

  remove(id: string): void {
    this.#sql.exec("DELETE FROM scim_users WHERE id = ?", id);
  }

  get size(): number {
    return this.#sql.exec<{ users: number }>("SELECT count(*) AS users FROM scim_users").one().users;
  }

  /** Ids of the active users that one of these names is of: userName or address, in one spelling. */
  idsOf(names: readonly string[]): string[] {
    return this.#sql
      .exec<{ id: string }>(
        `SELECT id FROM scim_users WHERE active = 1
           AND (name IN (SELECT value FROM json_each(?1)) OR email IN (SELECT value FROM json_each(?1)))`,
        JSON.stringify(names),
      )
      .toArray()
      .map(({ id }) => id);
  }

  /** The same of all users, active or not. */
  everyIdOf(names: readonly string[]): string[] {
    return this.#sql
      .exec<{ id: string }>(
        `SELECT id FROM scim_users WHERE name IN (SELECT value FROM json_each(?1))
           OR email IN (SELECT value FROM json_each(?1))`,
        JSON.stringify(names),
      )
      .toArray()
      .map(({ id }) => id);
  }

  /** The names by which people of these users are known. */
  namesOf(ids: readonly string[]): Map<string, string> {
    const rows = this.#sql.exec<{ id: string; name: string }>(
      "SELECT id, json_extract(body, '$.userName') AS name FROM scim_users WHERE id IN (SELECT value FROM json_each(?))",
      JSON.stringify(ids),
    );
    return new Map(rows.toArray().map(({ id, name }) => [id, name]));
  }

  /** Every name of these users, userName and address, in one spelling. */
  knownBy(ids: readonly string[]): string[] {
    return this.#sql
      .exec<{ name: string; email: string | null }>(
        "SELECT name, email FROM scim_users WHERE id IN (SELECT value FROM json_each(?))",
        JSON.stringify(ids),
      )
      .toArray()
      .flatMap(({ name, email }) => (email === null ? [name] : [name, email]));
  }

  /** One page of those that fit, in the order of their making; `start` from 1. */
  find(filter: Filter | null, start: number, count: number): { total: number; found: Provided<ScimUser>[] } {
    const sole = filter === null ? null : soleValue(filter);
    const where = sole === null ? null : this.#indexed(sole);
    if (filter === null || where !== null) {
      const [condition, value] = where ?? ["WHERE ?1 = ?1", ""];
      const { total } = this.#sql
        .exec<{ total: number }>(`SELECT count(*) AS total FROM scim_users ${condition}`, value)
        .one();
      const rows = this.#rows(`${condition} ORDER BY made_at, id LIMIT ?2 OFFSET ?3`, value, count, start - 1);
      return { total, found: rows.map(read) };
    }
    const found: Provided<ScimUser>[] = [];
    let total = 0;
    for (const row of this.#sql.exec<Row>(`SELECT ${ROW} FROM scim_users ORDER BY made_at, id`)) {
      const user = read(row);
      if (!fits(filter, { id: user.id, meta: metaOf("User", user), ...user.resource })) continue;
      total++;
      if (total >= start && found.length < count) found.push(user);
    }
    return { total, found };
  }

  #indexed({ name, value }: { name: string; value: string }): [string, string] | null {
    if (name === "username") return ["WHERE name = ?1", spellName(value)];
    if (name === "externalid") return ["WHERE external = ?1", value];
    if (name === "id") return ["WHERE id = ?1", value];
    return null;
  }

  #rows(condition: string, ...values: SqlStorageValue[]): Row[] {
    return this.#sql.exec<Row>(`SELECT ${ROW} FROM scim_users ${condition}`, ...values).toArray();
  }
}
