/**
 * R10: with the first daily work (T7) of a month of the tenant's time zone, the month before is written down for the receivers
 * of the report, in one transaction with the note that it was: so a month is queued once, whenever the object is ended.
 */
import { DAY_MS, MINUTE_MS } from "../../../shared/durations.ts";
import type { Compliance } from "../../audit/report/compliance.ts";
import { dayOf, startOfDay, writeDay } from "../../audit/time-zone.ts";
import { readMeta, writeMeta } from "../schema.ts";
import { nextTurn } from "./daily-work.ts";
import type { Outbox } from "./outbox.ts";

/** When the records do not answer, or rows of the month, or an erasure, wait for them. */
const RETRY_MS = 15 * MINUTE_MS;
/** In the object's meta: the day's turn that is done, and the newest month that was told. */
const TURN = "report_turn";
const MONTH = "report_month";

export interface ReportPorts {
  tenant: string;
  timeZone: () => string;
  outbox: () => Outbox;
  now: () => number;
  /** Whether anybody wants the report. */
  isWanted: () => boolean;
  read: (period: { from: number; to: number }) => Promise<Compliance>;
  /** Runs `write` in a transaction. */
  transact: (write: () => void) => void;
  /** In that transaction: whom the firm named is to get it. */
  tell: (month: string, report: Compliance) => void;
}

export class ReportDesk {
  readonly #sql: SqlStorage;
  readonly #ports: ReportPorts;
  #turn: string | null;
  #retryAt: number | null = null;

  constructor(sql: SqlStorage, ports: ReportPorts) {
    this.#sql = sql;
    this.#ports = ports;
    this.#turn = readMeta(sql, TURN);
  }

  /** ms: when it wants to be run besides the daily work; null: not. */
  get nextAt(): number | null {
    return this.#retryAt;
  }

  /** Does what is due. Never throws: it comes again. */
  async run(): Promise<void> {
    const { now, tenant, isWanted } = this.#ports;
    const turn = String(nextTurn(tenant, now()));
    if (this.#turn === turn || (this.#retryAt !== null && now() < this.#retryAt)) return;
    const month = this.#monthBefore();
    const told = readMeta(this.#sql, MONTH);
    try {
      // Nobody waits for a report on the time before it all began.
      if (told === null || told >= month || !isWanted()) this.#settle(turn, month);
      else await this.#report(turn, month);
    } catch (error) {
      this.#retryAt = now() + RETRY_MS;
      console.warn(JSON.stringify({ what: "the monthly report was not made", tenant, error: String(error) }));
    }
  }

  async #report(turn: string, month: string): Promise<void> {
    const { outbox, now, read, tell } = this.#ports;
    const period = this.#periodOf(month);
    const { oldestAt, sentThrough } = outbox();
    // D1 still has the name of anybody erased in a row that waits for it, or while it was being read.
    const mayNameErased = () => outbox().hasErasureAfter(sentThrough);
    const isWaiting = (oldestAt !== null && oldestAt < period.to) || mayNameErased();
    const report = isWaiting ? null : await read(period);
    if (report === null || mayNameErased()) this.#retryAt = now() + RETRY_MS;
    else this.#settle(turn, month, () => tell(month, report));
  }

  #settle(turn: string, month: string, tell: () => void = () => undefined): void {
    this.#ports.transact(() => {
      writeMeta(this.#sql, TURN, turn);
      writeMeta(this.#sql, MONTH, month);
      tell();
    });
    this.#turn = turn;
    this.#retryAt = null;
  }

  /** Such as `2026-10`, while it is November where the firm is. */
  #monthBefore(): string {
    const { timeZone, now } = this.#ports;
    const [year = 0, month = 0] = writeDay(dayOf(timeZone(), now())).split("-").map(Number);
    return writeDay(Date.UTC(year, month - 2, 1) / DAY_MS).slice(0, "2026-10".length);
  }

  #periodOf(month: string): { from: number; to: number } {
    const [year = 0, number = 0] = month.split("-").map(Number);
    const start = (index: number) => startOfDay(this.#ports.timeZone(), Date.UTC(year, index, 1) / DAY_MS);
    return { from: start(number - 1), to: start(number) };
  }
}
