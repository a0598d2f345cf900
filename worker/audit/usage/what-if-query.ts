/** R3: past days played again at other settings, beside what really happened on them. */
import { MINUTE_MS } from "../../../shared/durations.ts";
import type { TenantId } from "../../../shared/ids.ts";
import { err, ok, type Result } from "../../../shared/result.ts";
import { type Sentence, sentence } from "../../../shared/sentence.ts";
import { IDLE_TIMEOUT_MAX_MS, IDLE_TIMEOUT_MIN_MS, LIMIT_MAX } from "../../../shared/timing.ts";
import { dayOf, startOfDay } from "../time-zone.ts";
import { EVIDENCE_DAYS } from "./evidence-query.ts";
import { readHistory } from "./history-query.ts";
import { readUsage } from "./usage-query.ts";
import { type Replay, replayHistory, type Scenario } from "./what-if.ts";

/** Days replayed at most: what happens at other settings is decided on the fullest. */
const REPLAYED_MOST = 20;

/** As asked; a number that could not be read is null. */
export interface WhatIfWish {
  limit: number | null;
  minutes: number | null;
  /** Empty: no group has seats of its own or a maximum. */
  group: string;
  reserved: number | null;
  /** No maximum: "none". */
  most: number | "none" | null;
}

export type WhatIfField = keyof WhatIfWish;

export interface WhatIfAsk extends Pick<Scenario, "limit" | "pool"> {
  minutes: number;
}

/** What of the tenant's settings counts. */
export interface WhatIfNow {
  limit: number;
  idleTimeoutMs: number;
  settings: { timeZone: string; refusalToleranceMs: number };
}

export interface WhatIfFound extends WhatIfAsk {
  /** Days replayed, and fullest days that there were. */
  days: number;
  asked: number;
  /** What really happened on these days, then the same replayed at the settings of now and at those asked for. */
  real: Replay;
  today: Replay;
  tried: Replay;
}

/** A fault is a sentence, with the field that is wrong. */
export function judgeWhatIf({
  limit,
  minutes,
  group,
  reserved,
  most,
}: WhatIfWish): Result<WhatIfAsk, { says: Sentence; field: WhatIfField }> {
  const refuse = (field: WhatIfField, says: Sentence) => err({ says, field });
  if (limit === null || limit < 1 || limit > LIMIT_MAX)
    return refuse("limit", sentence("limitRange", { most: LIMIT_MAX }));
  const [least, longest] = [IDLE_TIMEOUT_MIN_MS / MINUTE_MS, IDLE_TIMEOUT_MAX_MS / MINUTE_MS];
  if (minutes === null || minutes < least || minutes > longest)
    return refuse("minutes", sentence("idleRange", { least, most: longest }));
  if (group === "") return ok({ limit, minutes, pool: null });
  if (reserved === null || reserved < 0 || reserved > limit)
    return refuse("reserved", sentence("whatIfReserved", { limit }));
  if (most === null || (most !== "none" && (most < 1 || most < reserved || most > LIMIT_MAX)))
    return refuse("most", sentence("whatIfMost"));
  return ok({ limit, minutes, pool: { group, reserved, most: most === "none" ? null : most } });
}

/** Replays the fullest of the last `EVIDENCE_DAYS` days, that of `now` (ms) included. */
export async function readWhatIf(
  db: D1Database,
  tenant: TenantId,
  { limit, idleTimeoutMs, settings }: WhatIfNow,
  ask: WhatIfAsk,
  now: number,
): Promise<WhatIfFound> {
  const { timeZone: zone, refusalToleranceMs: toleranceMs } = settings;
  const from = startOfDay(zone, dayOf(zone, now) - EVIDENCE_DAYS + 1);
  const usage = await readUsage(db, tenant, { zone, from, to: now, toleranceMs });
  const days = usage.days
    .filter(({ grants }) => grants > 0)
    .sort((a, b) => b.wanted - a.wanted || b.denials - a.denials)
    .slice(0, REPLAYED_MOST);
  const stretches = days.map(({ day }) => ({ from: startOfDay(zone, day), to: startOfDay(zone, day + 1) }));
  const histories = await readHistory(db, tenant, stretches);
  const was = { limit, idleTimeoutMs, wasIdleTimeoutMs: idleTimeoutMs, pool: null, toleranceMs };
  const replay = (scenario: Scenario) =>
    histories.map((history) => replayHistory(history, scenario)).reduce(addReplay, NOTHING);
  return {
    ...ask,
    days: histories.length,
    asked: days.length,
    real: days.slice(0, histories.length).reduce(addReplay, NOTHING),
    today: replay(was),
    tried: replay({ ...was, limit: ask.limit, idleTimeoutMs: ask.minutes * MINUTE_MS, pool: ask.pool }),
  };
}

const NOTHING: Replay = { denials: 0, waitedMs: 0, lostMs: 0, peak: 0 };

const addReplay = (a: Replay, b: Replay): Replay => ({
  denials: a.denials + b.denials,
  waitedMs: a.waitedMs + b.waitedMs,
  lostMs: a.lostMs + b.lostMs,
  peak: Math.max(a.peak, b.peak),
});
