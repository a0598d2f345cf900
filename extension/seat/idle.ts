/** L4: when the seat would end for want of activity, as far as this browser can know. */
import { lastActivity, type Seat } from "./seat.ts";

/** When the seat ends idle if nothing is done; null without a seat, or where that does not matter (L11). */
export function idleEndsAt(seat: Seat): number | null {
  const { status } = seat;
  if (status === null || status.state !== "seated" || status.seat === null || status.exempt) return null;
  return seat.statusAt + status.seat.idleInMs;
}

/** When the warning begins. */
export function idleWarnsAt(seat: Seat): number | null {
  const endsAt = idleEndsAt(seat);
  return endsAt === null || seat.status === null ? null : endsAt - seat.status.timing.idleWarningMs;
}

/** L16: until when somebody who waits is to be answered; null: nobody asks. */
export function nudgeEndsAt(seat: Seat): number | null {
  const { status } = seat;
  return status?.state === "seated" && status.nudge ? seat.statusAt + status.nudge.answerInMs : null;
}

/** Did the person do something that the seat service has not been told? */
export function hasNewsOfActivity(seat: Seat): boolean {
  const activeAt = lastActivity(seat);
  return activeAt !== null && (seat.beat === null || activeAt > (seat.beat.activeAt ?? 0));
}
