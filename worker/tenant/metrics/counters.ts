/**
 * M1: a tenant's counters for Prometheus. What the audit tells is counted from its rows, so that nothing is lost
 * with the object's memory; the rest is kept with each delivery and each reading. So no reading is ever followed by
 * a lower one.
 */
import { DENIAL_REASONS, type DenialReason, ENDING_CAUSES, type EndingCause } from "../../../shared/denial.ts";
import type { ChainedRow } from "../../audit/chain.ts";
import { readMeta, writeMeta } from "../schema.ts";
import { addCounts, type GateCounts, noCounts } from "./gate-counts.ts";
import { type CounterValues, SEAT_KINDS } from "./metrics-reading.ts";

const zero = <K extends string>(keys: readonly K[]): Record<K, number> =>
  Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;

const noCounters = (): CounterValues => ({
  grants: zero(SEAT_KINDS),
  endings: zero(ENDING_CAUSES),
  denials: zero(DENIAL_REASONS),
  heartbeats: 0,
  d1Errors: 0,
  alertFailures: 0,
  gate: noCounts(),
});

type Row = Pick<ChainedRow, "kind" | "body">;

export class Counters {
  readonly #sql: SqlStorage;
  readonly #counters = noCounters();
  /** The audit's row up to which it is counted. */
  #through = 0;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    const kept = readMeta(sql, "counters");
    if (kept !== null) this.#restore(JSON.parse(kept));
    const rows = sql.exec<{ seq: number; kind: string; body: string }>(
      "SELECT seq, kind, body FROM outbox WHERE seq > ? ORDER BY seq",
      this.#through,
    );
    for (const row of rows) this.#countRow(row, row.seq);
  }

  /** Counts new rows of the audit, in the caller's transaction. */
  watch(rows: readonly ChainedRow[]): void {
    for (const row of rows) this.#countRow(row, row.seq);
  }

  /** Counts rows that came from D1, not from this object; those up to `through` are counted, its own included. */
  adopt(rows: readonly ChainedRow[], through: number): void {
    for (const row of rows) this.#countRow(row, through);
    this.#through = through;
    this.keep();
  }

  countHeartbeat(): void {
    this.#counters.heartbeats++;
  }

  countD1Error(): void {
    this.#counters.d1Errors++;
  }

  countAlertFailure(): void {
    this.#counters.alertFailures++;
  }

  addGate(counts: Readonly<GateCounts>): void {
    addCounts(this.#counters.gate, counts);
  }

  /** Writes them down. */
  keep(): void {
    writeMeta(this.#sql, "counters", JSON.stringify({ ...this.#counters, through: this.#through }));
  }

  /** As they are; kept, so that no later reading is lower. */
  read(): CounterValues {
    this.keep();
    return structuredClone(this.#counters);
  }

  #countRow({ kind, body }: Row, seq: number): void {
    this.#through = seq;
    const { grants, endings, denials } = this.#counters;
    if (kind !== "seat_granted" && kind !== "lease_ended" && kind !== "denial_opened") return;
    const told = JSON.parse(body) as { named?: boolean; exempt?: boolean; cause?: EndingCause; reason?: DenialReason };
    if (kind === "seat_granted") grants[told.named === true ? "named" : told.exempt === true ? "exempt" : "counted"]++;
    else if (kind === "lease_ended" && told.cause !== undefined) endings[told.cause]++;
    else if (kind === "denial_opened" && told.reason !== undefined) denials[told.reason]++;
  }

  /** Kept by an older version, it may lack some; those begin at 0. */
  #restore({ through, ...kept }: Partial<CounterValues> & { through: number }): void {
    this.#through = through;
    const { grants, endings, denials, gate, ...plain } = kept;
    Object.assign(this.#counters.grants, grants);
    Object.assign(this.#counters.endings, endings);
    Object.assign(this.#counters.denials, denials);
    Object.assign(this.#counters.gate, gate);
    Object.assign(this.#counters, plain);
  }
}
