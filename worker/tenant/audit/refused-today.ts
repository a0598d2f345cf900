/**
 * A4: how many refusals began today, by the tenant's clock, less those that ended with a seat within the tolerance (R1). Read from the object's own outbox, which keeps a week, so
 * that a page that renews itself asks D1 nothing; each look reads only what came since the last.
 */

import { dayOf, startOfDay } from "../../audit/time-zone.ts";
import { isBrief } from "../../ledger/brief-refusal.ts";
import type { Settings } from "../../ledger/settings/settings.ts";

/** Refusals, and those that there would have been (L24). */
interface Today {
  refused: number;
  spared: number;
}

export class RefusedToday {
  readonly #sql: SqlStorage;
  #day: (Today & { zone: string; toleranceMs: number; begins: number; ends: number; through: number }) | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** At `now` (ms). */
  count({ timeZone, refusalToleranceMs }: Pick<Settings, "timeZone" | "refusalToleranceMs">, now: number): Today {
    const known = this.#day;
    if (known?.zone !== timeZone || known.toleranceMs !== refusalToleranceMs || now >= known.ends)
      this.#begin(timeZone, refusalToleranceMs, now);
    const day = this.#day;
    if (day === null) return { refused: 0, spared: 0 };
    const rows = this.#sql.exec<{ seq: number; at: number; kind: string; body: string }>(
      `SELECT seq, at, kind, iif(kind IN ('denial_closed', 'seat_granted', 'seat_counted'), body, '{}') AS body
       FROM outbox WHERE seq > ? ORDER BY seq`,
      day.through,
    );
    for (const { seq, at, kind, body } of rows) {
      day.through = seq;
      const told = JSON.parse(body) as { outcome?: string; waitedMs?: number; via?: string; over?: { via: string } };
      if (kind === "denial_opened") day.refused++;
      if (told.over?.via === "observing") day.spared++;
      const waitedMs = told.waitedMs ?? 0;
      const wasBrief = (outcome: string) =>
        isBrief({ outcome, waitedMs }, refusalToleranceMs) && at - waitedMs >= day.begins;
      if (kind === "denial_closed" && wasBrief(told.outcome ?? "")) day.refused--;
      if (kind === "seat_counted" && told.via === "observing" && wasBrief("seated")) day.spared--;
    }
    return { refused: day.refused, spared: day.spared };
  }

  /** The rows have got other numbers: counts from the start of the day again. */
  forget(): void {
    this.#day = null;
  }

  /** Finds the last row of yesterday from the newest backwards: what was before is not read. */
  #begin(zone: string, toleranceMs: number, now: number): void {
    const today = dayOf(zone, now);
    const begins = startOfDay(zone, today);
    let through = 0;
    for (const row of this.#sql.exec<{ seq: number; at: number }>("SELECT seq, at FROM outbox ORDER BY seq DESC")) {
      if (row.at >= begins) continue;
      through = row.seq;
      break;
    }
    this.#day = { zone, toleranceMs, begins, ends: startOfDay(zone, today + 1), refused: 0, spared: 0, through };
  }
}
