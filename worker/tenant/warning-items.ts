/** A11, R7: what is out of order, as items. */
import type { ItemOf } from "../../shared/read-protocol.ts";
import { GRAVE_WARNINGS, type Warning } from "./warnings.ts";

export const warningItems = (warnings: readonly Warning[]): ItemOf<"warnings">[] =>
  warnings.map(({ kind, values }) => {
    const { pool = null, count = null, limit, browsers, idle, session, minutes } = values;
    const numberOr = (value: string | number | null | undefined) => (value == null ? null : Number(value));
    return {
      kind,
      grave: GRAVE_WARNINGS.has(kind),
      pool: pool === null ? null : String(pool),
      count: numberOr(count),
      of: numberOr(limit ?? browsers ?? session),
      minutes: numberOr(minutes ?? idle),
    };
  });
