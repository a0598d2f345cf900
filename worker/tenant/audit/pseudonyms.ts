/**
 * R2: the opaque words that stand for persons in the audit. Made at random, kept here and in D1's directory, and
 * forgotten when a person is erased: someone who comes back later is a new person.
 */
import { sealText, wordOfName } from "../../audit/chain.ts";
import type { DirectoryEntry } from "../../audit/directory.ts";
import { foldText } from "../fold-text.ts";

interface Described {
  id: string;
  name: string;
  email: string | null;
  role: string;
}

const ENTRY = "person, holder, name, email, role, revision, salt, sealed";

export class Pseudonyms {
  readonly #sql: SqlStorage;
  readonly #known = new Map<string, DirectoryEntry>();
  /** R9: seals of names that changed and that the next row is to hold, by word. */
  #seals: Record<string, string> = {};

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The word for the CRM's key of a person. `seq` is the event that names it. */
  wordOf(holder: string, seq: number): string {
    return (this.#find(holder) ?? this.#put({ id: holder, name: holder, email: null, role: "user" }, null, seq)).person;
  }

  /** The same, taking note of the name, the address and the role where they are new. */
  meet(described: Described, seq: number): string {
    const entry = this.#find(described.id);
    const { name, role } = described;
    // An actor is told without an address, which says nothing about it.
    const email = described.email ?? entry?.email ?? null;
    if (entry !== null && entry.name === name && entry.email === email && entry.role === role) return entry.person;
    return this.#put({ ...described, email }, entry, seq).person;
  }

  /** The same of somebody of whom only the key and the name are told. */
  meetNamed(id: string, name: string, seq: number): string {
    return this.meet({ id, name, email: null, role: this.#find(id)?.role ?? "user" }, seq);
  }

  /** R9: the seals that the row with this number has to hold; null: no name has changed. */
  takeSeals(): Record<string, string> | null {
    const seals = this.#seals;
    this.#seals = {};
    return Object.keys(seals).length === 0 ? null : seals;
  }

  /** The name of a person by the CRM's key; null: nobody who is known. */
  nameOf(holder: string): string | null {
    return this.#find(holder)?.name ?? null;
  }

  /** The address of a person by the CRM's key; null: none is known. */
  emailOf(holder: string): string | null {
    return this.#find(holder)?.email ?? null;
  }

  /** Whom an opaque word stands for; null: erased, or nobody. */
  whoIs(person: string): DirectoryEntry | null {
    const [row] = this.#sql
      .exec<Record<keyof DirectoryEntry, SqlStorageValue>>(`SELECT ${ENTRY} FROM people WHERE person = ?`, person)
      .toArray() as unknown as DirectoryEntry[];
    return row ?? null;
  }

  /** People by a part of name or address, without case and accents, at most `most`. */
  search(part: string, most: number): DirectoryEntry[] {
    const words = foldText(part).split(/\s+/).filter(Boolean);
    const found: DirectoryEntry[] = [];
    if (words.length === 0) return found;
    const rows = this.#sql.exec<Record<keyof DirectoryEntry, SqlStorageValue>>(`SELECT ${ENTRY} FROM people`);
    for (const row of rows as unknown as Iterable<DirectoryEntry>) {
      const text = foldText(`${row.name} ${row.email ?? ""} ${row.holder}`);
      if (!words.every((word) => text.includes(word))) continue;
      found.push(row);
      if (found.length === most) break;
    }
    return found;
  }

  /** Entries that changed in the events from `first` to `last`, and those of `words`. */
  told(first: number, last: number, words: readonly string[]): DirectoryEntry[] {
    const rows = this.#sql
      .exec<Record<keyof DirectoryEntry, SqlStorageValue>>(
        `SELECT ${ENTRY} FROM people WHERE revision BETWEEN ?1 AND ?2
         UNION SELECT ${ENTRY} FROM people
           WHERE person IN (SELECT value FROM json_each(?3))`,
        first,
        last,
        JSON.stringify(words),
      )
      .toArray();
    return rows as unknown as DirectoryEntry[];
  }

  /** Forgets a person; answers what was known, null when there is none. */
  erase(holder: string): DirectoryEntry | null {
    const entry = this.#find(holder);
    if (entry === null) return null;
    this.#sql.exec("DELETE FROM people WHERE holder = ?", holder);
    this.#known.delete(holder);
    return entry;
  }

  /** Events behind `base` have got new numbers, `by` higher. */
  renumber(base: number, by: number): void {
    this.#sql.exec("UPDATE people SET revision = revision + ? WHERE revision > ?", by, base);
    this.#sql.exec("UPDATE people SET sealed = sealed + ? WHERE sealed > ?", by, base);
    this.#known.clear();
  }

  /** Forgets whom an opaque word stands for. */
  forget(person: string): void {
    this.#sql.exec("DELETE FROM people WHERE person = ?", person);
    this.#known.clear();
  }

  #find(holder: string): DirectoryEntry | null {
    const known = this.#known.get(holder);
    if (known !== undefined) return known;
    const [row] = this.#sql
      .exec<Record<keyof DirectoryEntry, SqlStorageValue>>(`SELECT ${ENTRY} FROM people WHERE holder = ?`, holder)
      .toArray() as unknown as DirectoryEntry[];
    if (row === undefined) return null;
    this.#known.set(holder, row);
    return row;
  }

  #put(described: Described, before: DirectoryEntry | null, seq: number): DirectoryEntry {
    const { id, name, email, role } = described;
    const seal = sealOf(before, name, seq);
    const person = before?.person ?? wordOfName(seal.salt, name);
    const entry = { person, holder: id, name, email, role, revision: seq, ...seal };
    if (seal.sealed === seq) this.#seals[person] = sealText(seal.salt, name);
    this.#sql.exec(
      `INSERT INTO people (holder, person, name, email, role, revision, salt, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (holder) DO UPDATE SET name = excluded.name, email = excluded.email, role = excluded.role,
         revision = excluded.revision, salt = excluded.salt, sealed = excluded.sealed`,
      id,
      person,
      name,
      email,
      role,
      seq,
      seal.salt,
      seal.sealed,
    );
    this.#known.set(id, entry);
    return entry;
  }
}

/** R9: a first name is sealed by the word itself, a changed one by the row `seq`. */
function sealOf(before: DirectoryEntry | null, name: string, seq: number): { salt: string; sealed: number | null } {
  if (before === null) return { salt: makeWord(), sealed: null };
  const { salt = null, sealed = null } = before;
  return salt !== null && before.name === name ? { salt, sealed } : { salt: makeWord(), sealed: seq };
}

/** 128 random bits; the letter before keeps spreadsheets from reading a formula. */
export function makeWord(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `p${btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "")}`;
}
