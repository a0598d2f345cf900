/** A D1 over SQLite in this process, which says how much of the processor the statements took: what is left is the Worker's own time. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";

interface Prepared {
  bind(...values: SQLInputValue[]): Prepared;
  all(): Promise<{ results: unknown[] }>;
  first(): Promise<unknown>;
}

export interface TimedRecords {
  prepare(sql: string): Prepared;
  batch(statements: Prepared[]): Promise<{ results: unknown[] }[]>;
  /** ms spent in statements so far. */
  readonly spentMs: number;
  close(): void;
}

/** Time of the processor that this thread had so far, ms: on a machine that does more than this, clocks tell of the rest. */
export function processorMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

export function openRecords(file: string): TimedRecords {
  const db = new DatabaseSync(file, { readOnly: true });
  const known = new Map<string, StatementSync>();
  let spentMs = 0;
  const run = (sql: string, values: readonly SQLInputValue[]): unknown[] => {
    const begun = processorMs();
    const statement = known.get(sql) ?? db.prepare(sql);
    known.set(sql, statement);
    const results = statement.all(...values);
    spentMs += processorMs() - begun;
    return results;
  };
  const prepare = (sql: string, values: readonly SQLInputValue[] = []): Prepared => ({
    bind: (...bound) => prepare(sql, bound),
    all: async () => ({ results: run(sql, values) }),
    first: async () => run(sql, values)[0] ?? null,
  });
  return {
    prepare: (sql) => prepare(sql),
    batch: (statements) => Promise.all(statements.map((statement) => statement.all())),
    get spentMs() {
      return spentMs;
    },
    close: () => db.close(),
  };
}
