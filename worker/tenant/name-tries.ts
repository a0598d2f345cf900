/**
 * L32: how often one person may name a colleague to whom their seat does not go, since each such answer says something
 * about who waits. Kept in storage: an object that sleeps between two tries has not forgotten the first.
 */
import type { HolderId } from "../../shared/ids.ts";
import type { Problem } from "../../shared/problem.ts";
import { sentence } from "../../shared/sentence.ts";
import { readMeta, writeMeta } from "./schema.ts";

const KEY = "name_tries";
const AT_ONCE = 6;
const EVERY_MS = 30_000;
/** With more people than this who tried lately, those whose tries are oldest start again. */
const KEPT_MOST = 200;

export class NameTries {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Null: the person may try at `now` (ms). Otherwise the problem, with when they may. */
  fault(person: HolderId, now: number): Problem | null {
    const wholeAt = Math.max(this.#read().get(person) ?? 0, now);
    const seconds = Math.ceil((wholeAt - now - (AT_ONCE - 1) * EVERY_MS) / 1_000);
    if (seconds <= 0) return null;
    return { code: "too_soon", says: sentence("tooOften", { seconds }), retryAfterSeconds: seconds };
  }

  /** A try of the person's was refused. */
  count(person: HolderId, now: number): void {
    const tries = this.#read();
    const wholeAt = Math.max(tries.get(person) ?? 0, now) + EVERY_MS;
    const others = [...tries].filter(([other, at]) => other !== person && at > now);
    const kept = others.sort(([, a], [, b]) => b - a).slice(0, KEPT_MOST - 1);
    this.#write([...kept, [person, wholeAt]]);
  }

  /** The person is erased. */
  forget(person: HolderId): void {
    const tries = this.#read();
    if (tries.delete(person)) this.#write(tries);
  }

  /** When the whole allowance is free again (ms), by person. */
  #read(): Map<string, number> {
    return new Map(Object.entries(JSON.parse(readMeta(this.#sql, KEY) ?? "{}") as Record<string, number>));
  }

  #write(tries: Iterable<[string, number]>): void {
    writeMeta(this.#sql, KEY, JSON.stringify(Object.fromEntries(tries)));
  }
}
