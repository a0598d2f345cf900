/** R5: the stretches in which more seats were in use than the limit allowed, and what began each. Pure. */

/** A row of the audit, as far as seats go. */
export interface SeatRow {
  seq: number;
  /** ms. */
  at: number;
  kind: string;
  inUse: number;
  limit: number;
  /** L24, L28: what let somebody in beyond the limit; of a grant. */
  via?: string | null;
  /** Who did it, where a person did and is still known. */
  actor?: string | null;
}

export interface Overrun {
  from: number;
  /** null: it goes on. */
  to: number | null;
  /** By how many at its worst, and the use and the limit at that moment. */
  most: number;
  inUse: number;
  limit: number;
  /**
   * `lowered`: the limit was set below the use. `ended`: a boost ended. `changed`: other settings. `before`: it went
   * on from before the period. `observed`: the limit was only observed (L24). `overdraft`: support lets people work beyond
   * it (L28). `restored`: the seats were set back to how they were before (R2.3). `unknown`: none of these, which the rules do not allow.
   */
  cause: "lowered" | "ended" | "changed" | "before" | "observed" | "overdraft" | "restored" | "unknown";
  /** Number of the row that began it. */
  seq: number;
  actor: string | null;
}

const CAUSES: Readonly<Record<string, Overrun["cause"]>> = {
  limit_changed: "lowered",
  schedule_turned: "ended",
  settings_changed: "changed",
  lease_judged: "changed",
  chain_divided: "restored",
};

const causeOf = ({ kind, via }: SeatRow): Overrun["cause"] =>
  via === "observing" ? "observed" : via === "overdraft" ? "overdraft" : (CAUSES[kind] ?? "unknown");

/** `before`: the last row before the period. `rows`: in order; where some are missing between, nothing was over. */
export function findOverruns(
  before: SeatRow | null,
  rows: readonly SeatRow[],
  { from, to }: { from: number; to: number },
): Overrun[] {
  const overruns: Overrun[] = [];
  let open: Overrun | null = null;
  const measure = (row: SeatRow, overrun: Overrun) => {
    if (row.inUse - row.limit <= overrun.most) return;
    Object.assign(overrun, { most: row.inUse - row.limit, inUse: row.inUse, limit: row.limit });
  };
  const begin = (row: SeatRow, at: number, cause: Overrun["cause"]): Overrun => {
    const { seq, inUse, limit, actor = null } = row;
    const begun: Overrun = { from: at, to: null, most: inUse - limit, inUse, limit, cause, seq, actor };
    overruns.push(begun);
    return begun;
  };
  if (before !== null && before.inUse > before.limit) open = begin(before, from, "before");
  for (const row of rows) {
    // Quarters at the edge of the period hold rows of outside.
    if (row.at < from || row.at >= to) continue;
    if (row.inUse <= row.limit) {
      if (open !== null) open.to = row.at;
      open = null;
    } else if (open === null) open = begin(row, row.at, causeOf(row));
    else if (causeOf(row) === "overdraft" && open.cause !== "overdraft") {
      // L28: what the overdraft lets in has its own cause, whatever began it.
      open.to = row.at;
      open = begin(row, row.at, "overdraft");
    } else measure(row, open);
  }
  // An instant in which one step ends and seats at once is no time over the limit.
  return overruns.filter((overrun) => overrun.to === null || overrun.to > overrun.from);
}
