/** When the next heartbeat is due, and what it says (X2). */
import { DAY_MS } from "../../shared/durations.ts";
import { type Heartbeat, TABS_MAX } from "../../shared/protocol.ts";
import { TIMING } from "../../shared/timing.ts";
import { hasNewsOfActivity, idleEndsAt, idleWarnsAt, nudgeEndsAt } from "./idle.ts";
import { lastActivity, type Seat, sharingTabs } from "./seat.ts";

/** Two heartbeats are never closer than this, whatever asks for them; ms. */
export const BEAT_GAP_MS = 400;
/** A seat service that did not answer is asked again after this; ms. */
const RETRY_MS = 15_000;
/** A CRM may show some seconds after the sign-in who it is: asked again after these; ms. */
const SIGNED_IN_LATE_MS = [2_000, 5_000, 15_000];
/** The seat's idle end is asked for this much after it, so that the answer knows of it; ms. */
const AFTER_IDLE_MS = 250;
/** The wire takes no longer ages. */
const AGE_MAX_MS = 7 * DAY_MS;

/** When the next heartbeat is due; null: never, as no tab is open or there is no seat service. */
export function nextBeatAt(seat: Seat): number | null {
  const times: number[] = [];
  if (seat.beatSoonAt !== null) times.push(seat.beatSoonAt);
  if (seat.tabs.length > 0 && seat.link !== "absent") {
    const { link } = seat;
    const every = seat.status?.timing.heartbeatEveryMs ?? TIMING.heartbeatEveryMs;
    const sooner =
      link === "down" ? RETRY_MS : link === "signed_out" ? SIGNED_IN_LATE_MS[seat.signedOut - 1] : undefined;
    times.push((seat.beat?.at ?? 0) + Math.min(every, sooner ?? every));
    const warnsAt = link === "up" ? idleWarnsAt(seat) : null;
    // Before it warns, ask: another browser of the person may have kept the seat.
    if (warnsAt !== null && (seat.statusAt < warnsAt || hasNewsOfActivity(seat))) times.push(warnsAt);
    const endsAt = link === "up" ? earliest(idleEndsAt(seat), nudgeEndsAt(seat)) : null;
    if (endsAt !== null) times.push(Math.max(endsAt, seat.statusAt + AFTER_IDLE_MS) + AFTER_IDLE_MS);
  }
  if (times.length === 0) return null;
  return Math.max(Math.min(...times), (seat.beat?.at ?? Number.NEGATIVE_INFINITY) + BEAT_GAP_MS);
}

function earliest(one: number | null, other: number | null): number | null {
  return one === null ? other : other === null ? one : Math.min(one, other);
}

/** The heartbeat to send now. */
export function beatOf(seat: Seat, now: number): Heartbeat {
  return {
    client: seat.client,
    seq: seat.seq + 1,
    tabs: sharingTabs(seat)
      .slice(0, TABS_MAX)
      .map(({ id, activeAt }) => ({
        id,
        activeAgeMs: activeAt === null ? null : Math.round(Math.min(AGE_MAX_MS, Math.max(0, now - activeAt))),
      })),
  };
}

/** The seat after `beatOf` was sent. */
export function beaten(seat: Seat, now: number): Seat {
  return {
    ...seat,
    seq: seat.seq + 1,
    beatSoonAt: null,
    refreshWished: false,
    beat: {
      at: now,
      tabs: sharingTabs(seat).map((tab) => tab.id),
      activeAt: lastActivity(seat) ?? seat.beat?.activeAt ?? null,
    },
  };
}
