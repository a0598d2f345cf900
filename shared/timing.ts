/**
 * Every duration of Hotseat in one place, in ms, with the relations that must hold between them.
 * Tests and the demo shorten them by `Timing` overrides; `checkTiming` refuses a set that cannot work.
 */
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "./durations.ts";
import { HEARTBEAT_EVERY_MS } from "./heartbeat.ts";

export interface Timing {
  /** A client beats this often. */
  heartbeatEveryMs: number;
  /** L5: a client not heard for this long is gone. Three beats, so that two may be lost. */
  lostAfterMs: number;
  /** L6: a reload or navigation shows itself within this after the last tab closed. */
  closeGraceMs: number;
  /** G3: how long a pass admits without asking the tenant. */
  passLifeMs: number;
  /** G3: a pass with less than this left is renewed beside the request it admits. */
  passRenewAheadMs: number;
  /** L9: clocks of gate and tenant object may differ by this; a pass ends for the gate this much before its seat is free. */
  clockSkewMs: number;
  /** L4: offered this long before the idle end. */
  idleWarningMs: number;
  /** L15: an offered seat is held this long for the person at the head of the line. */
  claimWindowMs: number;
  /** L15: a waiting page repeats its question at most this late; see `waitLostAfterMs`. */
  waitPollMs: number;
  /** L15: a waiting person not heard for this long has gone. */
  waitLostAfterMs: number;
  /** L16: whoever did something within this is at work and is not asked for their seat. */
  nudgeIdleMs: number;
  /** R1: attempts closer together than this belong to one denial episode. */
  denialGapMs: number;
  /** R2: a person who has used up the allowance of acts that stay in the audit gets another after this. */
  actEveryMs: number;
  /** P8: a person who has used up the allowance of calls has another answered after this. */
  callEveryMs: number;
  /** L31: a planned closing begins no sooner, so that people can save; longer than a beat, by which they hear of it. */
  closingAheadMs: number;
  /** I: an identity is asked again of the CRM after this, on the person's own traffic. */
  identityLifeMs: number;
  /** I10: Hotseat's own addresses believe this long that a session is nobody's; the gate asks each time (I2). */
  anonymousLifeMs: number;
  /** I: the CRM's answer to who-am-I is waited for this long; later is "unknown", never "anonymous". */
  identityTimeoutMs: number;
  /** G3: life of the identity cookie that speaks to Hotseat's own API. */
  whoLifeMs: number;
}

export const TIMING: Readonly<Timing> = {
  heartbeatEveryMs: HEARTBEAT_EVERY_MS,
  lostAfterMs: 3 * MINUTE_MS,
  closeGraceMs: 10 * SECOND_MS,
  passLifeMs: 30 * SECOND_MS,
  passRenewAheadMs: 6 * SECOND_MS,
  clockSkewMs: 2 * SECOND_MS,
  idleWarningMs: MINUTE_MS,
  claimWindowMs: MINUTE_MS,
  waitPollMs: 20 * SECOND_MS,
  waitLostAfterMs: 45 * SECOND_MS,
  nudgeIdleMs: 2 * MINUTE_MS,
  denialGapMs: 15 * MINUTE_MS,
  actEveryMs: MINUTE_MS,
  callEveryMs: SECOND_MS / 10,
  closingAheadMs: 5 * MINUTE_MS,
  identityLifeMs: 5 * MINUTE_MS,
  anonymousLifeMs: 2 * SECOND_MS,
  identityTimeoutMs: 8 * SECOND_MS,
  whoLifeMs: 12 * HOUR_MS,
};

/** L4: what a customer may choose. */
export const IDLE_TIMEOUT_MIN_MS = 5 * MINUTE_MS;
export const IDLE_TIMEOUT_MAX_MS = 60 * MINUTE_MS;
export const IDLE_TIMEOUT_DEFAULT_MS = 20 * MINUTE_MS;

/** G3: what an operator may choose. */
export const PASS_LIFE_MIN_MS = 5 * SECOND_MS;
export const PASS_LIFE_MAX_MS = 60 * SECOND_MS;

/** R1: refusals are kept and shown this long. */
export const DENIALS_KEPT_MS = 60 * DAY_MS;
/** R2, R3: audit and usage are kept thirteen months, which are at most this long (migration 0002 holds it, too). */
export const AUDIT_KEPT_MS = 397 * DAY_MS;

/** L14: no limit, and no number of named licences, is set above this. */
export const LIMIT_MAX = 100_000;
/** L14: the technical cap of people at work in the records model, and in no other. */
export const RECORDS_CAP = 999;

/**
 * The relations between durations. Returns one sentence for each that is broken; empty when the set can work.
 */
export function checkTiming(t: Timing): string[] {
  const wrong: string[] = [];
  const must = (holds: boolean, sentence: string) => {
    if (!holds) wrong.push(sentence);
  };
  for (const [name, value] of Object.entries(t)) {
    must(Number.isInteger(value) && value >= 0, `${name} must be a whole number of ms, at least 0`);
  }
  must(
    t.lostAfterMs >= 3 * t.heartbeatEveryMs,
    "lostAfterMs must be at least 3 heartbeatEveryMs: two beats may be lost",
  );
  must(t.lostAfterMs > t.closeGraceMs, "lostAfterMs must be more than closeGraceMs: closing is the faster way to go");
  must(
    t.passLifeMs > t.passRenewAheadMs + t.clockSkewMs,
    "passLifeMs must be more than passRenewAheadMs + clockSkewMs: a fresh pass must admit",
  );
  must(
    t.waitLostAfterMs > 2 * t.waitPollMs,
    "waitLostAfterMs must be more than 2 waitPollMs: one question may be lost",
  );
  must(t.claimWindowMs >= t.waitPollMs, "claimWindowMs must be at least waitPollMs: an offer must be heard of in time");
  must(
    t.closingAheadMs >= 2 * t.heartbeatEveryMs,
    "closingAheadMs must be at least 2 heartbeatEveryMs: everybody hears of a closing before it begins",
  );
  return wrong;
}
