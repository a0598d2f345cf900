/**
 * A4: how many refusals began today, by the tenant's clock. Read from the object's own outbox, which keeps a week, so
 * that a page that renews itself asks D1 nothing; each look reads only what came since the last.
 */
import { dayOf, startOfDay } from "../records/time-zone.ts";

export class RefusedToday {
  readonly #sql: SqlStorage;
  #day: { zone: string; ends: number; count: number; through: number } | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** At `now` (ms) in `zone`. */
  count(zone: string, now: number): number {
    if (this.#day === null || this.#day.zone !== zone || now >= this.#day.ends) this.#begin(zone, now);
    const day = this.#day;
    if (day === null) return 0;
    const rows = this.#sql.exec<{ seq: number; kind: string }>(
      "SELECT seq, kind FROM outbox WHERE seq > ? ORDER BY seq",
      day.through,
    );
    for (const { seq, kind } of rows) {
      day.through = seq;
      if (kind === "denial_opened") day.count++;
    }
    return day.count;
  }

  /** The rows have got other numbers: counts from the start of the day again. */
  forget(): void {
    this.#day = null;
  }

  /** Finds the last row of yesterday from the newest backwards: what was before is not read. */
  #begin(zone: string, now: number): void {
    const today = dayOf(zone, now);
    const begins = startOfDay(zone, today);
    let through = 0;
    for (const row of this.#sql.exec<{ seq: number; at: number }>("SELECT seq, at FROM outbox ORDER BY seq DESC")) {
      if (row.at >= begins) continue;
      through = row.seq;
      break;
    }
    this.#day = { zone, ends: startOfDay(zone, today + 1), count: 0, through };
  }
}
