/** R10: how much e-mail one tenant may send in a day (UTC), so that nobody makes the operator's relay a source of spam. */
import { readMeta, writeMeta } from "../schema.ts";

const DAY_MS = 24 * 3_600_000;
const MOST = {
  /** Five receivers with a handful of episodes each, and tries again. */
  messages: 200,
  /** Questions go to addresses that have not agreed. */
  questions: 10,
} as const;

const KEY = "mail_allowance";

export class MailAllowance {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Takes one of the day's; false: there is none left. `now`: ms. */
  spend(what: keyof typeof MOST, now: number): boolean {
    const day = Math.floor(now / DAY_MS);
    const kept = JSON.parse(readMeta(this.#sql, KEY) ?? "{}") as {
      day?: number;
      messages?: number;
      questions?: number;
    };
    const spent = { messages: 0, questions: 0, ...(kept.day === day ? kept : {}), day };
    if (spent[what] >= MOST[what]) return false;
    writeMeta(this.#sql, KEY, JSON.stringify({ ...spent, [what]: spent[what] + 1 }));
    return true;
  }
}
