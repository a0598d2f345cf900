/** R10: how much e-mail one tenant may send in a day (UTC), so that nobody makes the operator's relay a source of spam. */
import { DAY_MS } from "../../../shared/durations.ts";
import { readMeta, writeMeta } from "../schema.ts";

const MOST = {
  /** Five receivers with a handful of episodes each, and tries again. */
  messages: 200,
  /** Questions go to addresses that have not agreed. */
  questions: 10,
} as const;

type Sort = keyof typeof MOST;

const KEY = "mail_allowance";

const dayOf = (at: number): number => Math.floor(at / DAY_MS);

/** ms: when the next day's allowance begins. */
export const nextDayAt = (now: number): number => (dayOf(now) + 1) * DAY_MS;

export class MailAllowance {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Takes one of the day's; false: there is none left. `now`: ms. */
  spend(what: Sort, now: number): boolean {
    const spent = this.#spentOn(dayOf(now));
    if (spent[what] >= MOST[what]) return false;
    this.#keep({ ...spent, [what]: spent[what] + 1 });
    return true;
  }

  /** Gives back what `spend` took at the time `spentAt` (ms): nothing was sent. */
  giveBack(what: Sort, spentAt: number): void {
    const spent = this.#spentOn(dayOf(spentAt));
    if (spent[what] > 0) this.#keep({ ...spent, [what]: spent[what] - 1 });
  }

  #spentOn(day: number): Record<Sort | "day", number> {
    const kept = JSON.parse(readMeta(this.#sql, KEY) ?? "{}") as Partial<Record<Sort | "day", number>>;
    return { messages: 0, questions: 0, ...(kept.day === day ? kept : {}), day };
  }

  #keep(spent: Record<Sort | "day", number>): void {
    writeMeta(this.#sql, KEY, JSON.stringify(spent));
  }
}
