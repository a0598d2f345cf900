/**
 * T7: what a tenant's object does once a day for its own records: forgets what is older than they are kept, brings
 * stays of before their table into it, and looks whether D1 has rows that it has not. Each tenant has its own time of the day, so that thousands do not come
 * together, and nothing goes over all of them.
 */
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../shared/durations.ts";
import { deleteOldAudit, deleteOldDenials, deleteOldStays, deleteOldUsage } from "../../audit/retention.ts";
import { sha256 } from "../../audit/sha256.ts";
import { fillStays } from "../../audit/usage/stays-store.ts";
import { readMeta, writeMeta } from "../schema.ts";
import type { Outbox } from "./outbox.ts";

/** If a run leaves work, the next one follows after this. */
const MORE_AFTER_MS = MINUTE_MS;
const DUE = "daily_at";

/** Between 0 and 1, the same for a tenant at all times, and even over many. */
const shareOf = (tenant: string): number => Number.parseInt(sha256(`daily ${tenant}`).slice(0, 8), 16) / 2 ** 32;

/** ms: the tenant's next time of the day after `now`. */
export function nextTurn(tenant: string, now: number): number {
  const slot = Math.floor(shareOf(tenant) * DAY_MS);
  const today = Math.floor(now / DAY_MS) * DAY_MS + slot;
  return today > now ? today : today + DAY_MS;
}

/**
 * ms: for an object that missed its time by more than an hour, as when its alarm was lost: within the hour, spread
 * evenly.
 */
const catchUp = (tenant: string, now: number): number => now + Math.floor(shareOf(tenant) * HOUR_MS);

export class DailyWork {
  readonly #sql: SqlStorage;
  readonly #tenant: string;
  #dueAt: number;

  constructor(sql: SqlStorage, tenant: string, now: number) {
    this.#sql = sql;
    this.#tenant = tenant;
    const kept = Number(readMeta(sql, DUE) ?? 0);
    this.#dueAt = kept;
    if (kept === 0) this.#set(nextTurn(tenant, now));
    else if (kept < now - HOUR_MS) this.#set(catchUp(tenant, now));
  }

  /** ms: when it wants to be run. */
  get nextAt(): number {
    return this.#dueAt;
  }

  /** Throws when D1 does not answer; the caller tries again. Asks D1 at most 20 times. */
  async run(db: D1Database, outbox: () => Outbox, now: number): Promise<void> {
    const tenant = this.#tenant;
    const denials = await deleteOldDenials(db, tenant, now);
    const usage = await deleteOldUsage(db, tenant, now, 2);
    const stays = await deleteOldStays(db, tenant, now, 2);
    const unfilled = await fillStays(db, tenant);
    const audit = await deleteOldAudit(db, tenant, now);
    for (const person of audit.people) outbox().people.forget(person);
    outbox().forget(now);
    const more = denials.more || usage.more || stays.more || unfilled || audit.more;
    this.#set(more ? now + MORE_AFTER_MS : nextTurn(tenant, now));
    const deleted = denials.deleted + usage.deleted + stays.deleted + audit.deleted;
    if (deleted > 0) console.log(JSON.stringify({ what: "old records deleted", tenant, deleted, more }));
  }

  #set(at: number): void {
    this.#dueAt = at;
    writeMeta(this.#sql, DUE, String(at));
  }
}
