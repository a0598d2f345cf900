/** L16: what came of asking a holder for the seat, as far as this browser knows. */
import { NUDGE_EVERY_MS } from "../../shared/nudge.ts";
import type { Asked } from "../messages.ts";
import type { Seat } from "./seat.ts";

/** After these the person has asked, and may not again for a while. */
const ASKED_ONCE: ReadonlySet<Asked> = new Set<Asked>(["asked", "kept", "given", "asked_already"]);

export const NOT_ASKED = { asked: null, answerBy: null } as const;

/** The seat service knows of what the holder does, this browser of what it was refused. */
export function askedOf(seat: Seat, now: number): { asked: Asked | null; answerBy: number | null } {
  const told = seat.status?.line?.asked ?? null;
  const { nudged } = seat;
  const own = nudged !== null && now - nudged.at < NUDGE_EVERY_MS ? nudged.came : null;
  if (told === null) return { asked: own, answerBy: null };
  if (told.answer !== "awaited") return { asked: told.answer, answerBy: null };
  return { asked: "asked", answerBy: seat.statusAt + told.answerInMs };
}

export const mayAskAgain = (mayAsk: boolean, asked: Asked | null): boolean =>
  mayAsk && (asked === null || !ASKED_ONCE.has(asked));
