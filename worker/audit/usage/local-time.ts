/** R3: the local clock by offsets that are known: a year has hundreds of thousands of stays, and asking the zone takes long. */
import type { Span } from "../time-zone.ts";
import { QUARTER_MS } from "./usage-rows.ts";

/** ms since 1970 of the local clock. */
export function localAt(spans: readonly Span[], at: number): number {
  const quarter = Math.floor(at / QUARTER_MS);
  const span = spans.find(({ end }) => quarter < end) ?? spans.at(-1);
  return at + (span?.offsetMs ?? 0);
}
