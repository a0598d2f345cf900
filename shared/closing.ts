/** L31: what a browser makes of a planned closing that it was told of. */
import type { Status } from "./protocol.ts";

/** The countdown begins so long before; ms. */
export const CLOSING_COUNTED_MS = 300_000;

export interface ClosingAhead {
  id: string;
  text: string;
  /** By this machine's clock; ms. */
  from: number;
  until: number;
}

/** The closing that has not begun, by what was answered at `at` (ms); null: none is ahead. */
export function closingAhead(status: Status | null, at: number): ClosingAhead | null {
  const closing = status?.closing ?? null;
  if (closing === null || closing.startsInMs <= 0) return null;
  const { id, text, startsInMs, endsInMs } = closing;
  return { id, text, from: at + startsInMs, until: at + endsInMs };
}
