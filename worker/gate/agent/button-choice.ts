/** What the person chose of the seat button in this browser. */
import type { Corner } from "../../../shared/corner.ts";

const PLACE = "hotseat.button";

/** What the person chose in this browser, over the tenant's corner; and the last announcement that they have read. */
export function readChoice(): { corner?: Corner; hiddenUntil?: number; read?: string } {
  try {
    return JSON.parse(localStorage.getItem(PLACE) ?? "{}") ?? {};
  } catch {
    return {};
  }
}

export function keepChoice(change: ReturnType<typeof readChoice>): void {
  try {
    localStorage.setItem(PLACE, JSON.stringify({ ...readChoice(), ...change }));
  } catch {
    // For this page alone, then.
  }
}
