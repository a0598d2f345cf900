/**
 * R3: how many people wanted a seat at once, day by day, and which refusals a higher limit would not have changed. From
 * the audit: a refusal lasts from its first attempt until the person has a seat or has tried for the last time.
 */

import { DENIAL_REASONS, type DenialReason } from "../../../shared/denial.ts";
import { HOUR_MS } from "../../../shared/durations.ts";
import type { TenantId } from "../../../shared/ids.ts";
import { isBrief } from "../../ledger/brief-refusal.ts";
import { readRange } from "../audit-query.ts";
import { dayOf, offsetAt } from "../time-zone.ts";

/** The reasons that a higher limit takes away. */
const BY_LIMIT: ReadonlySet<DenialReason> = new Set(["limit_reached", "others_waiting"]);

export interface Refusal {
  /** The opaque word. */
  person: string;
  at: number;
  /** When the person had a seat, or tried for the last time. */
  until: number;
  reason: DenialReason;
  /** Counted seats in use when it began. */
  inUse: number;
  outcome: string | null;
  waitedMs: number;
}

export interface Demand {
  /** By local day, counted since 1970, ascending: the most people who had a seat or wanted one at once; days without a refusal that counts are missing. */
  days: { day: number; wanted: number }[];
  /** Refusals that count, and how long those people were without a seat. */
  refusals: number;
  waitedMs: number;
  /** Refusals that do not count: those that ended with a seat within the tolerance, and by reason those that no limit changes. */
  brief: number;
  ignored: { reason: DenialReason; count: number }[];
}

/** `refusals` in the order in which they began. */
export function demandOf(
  refusals: readonly Refusal[],
  { zone, toleranceMs }: { zone: string; toleranceMs: number },
): Demand {
  const days = new Map<number, number>();
  const ignored = new Map<DenialReason, number>();
  const demand: Demand = { days: [], refusals: 0, waitedMs: 0, brief: 0, ignored: [] };
  let open: Refusal[] = [];
  for (const refusal of refusals) {
    if (isBrief(refusal, toleranceMs)) demand.brief++;
    else if (!BY_LIMIT.has(refusal.reason)) ignored.set(refusal.reason, (ignored.get(refusal.reason) ?? 0) + 1);
    else {
      demand.refusals++;
      demand.waitedMs += refusal.waitedMs;
      open = [...open.filter(({ until }) => until > refusal.at), refusal];
      const day = dayOf(zone, refusal.at);
      days.set(day, Math.max(days.get(day) ?? 0, refusal.inUse + open.length));
    }
  }
  demand.days = [...days].map(([day, wanted]) => ({ day, wanted })).sort((a, b) => a.day - b.day);
  demand.ignored = DENIAL_REASONS.flatMap((reason) => {
    const count = ignored.get(reason);
    return count === undefined ? [] : [{ reason, count }];
  });
  return demand;
}

/** The same by local hour since 1970, each refusal counted where it began; `ignored`: how many no limit changes. */
export function demandByHour(
  refusals: readonly Refusal[],
  { zone, toleranceMs }: { zone: string; toleranceMs: number },
): { hours: Map<number, number>; brief: number; ignored: number } {
  const counting = refusals.filter((refusal) => !isBrief(refusal, toleranceMs));
  const byLimit = counting.filter(({ reason }) => BY_LIMIT.has(reason));
  const hours = new Map<number, number>();
  let open: Refusal[] = [];
  for (const refusal of byLimit) {
    open = [...open.filter(({ until }) => until > refusal.at), refusal];
    const hour = Math.floor((refusal.at + offsetAt(zone, refusal.at)) / HOUR_MS);
    hours.set(hour, Math.max(hours.get(hour) ?? 0, refusal.inUse + open.length));
  }
  return { hours, brief: refusals.length - counting.length, ignored: counting.length - byLimit.length };
}

const SELECT = `
  SELECT seq, kind, at, holder, in_use AS inUse, body ->> 'id' AS id, body ->> 'reason' AS reason, body ->> 'outcome' AS outcome,
    body ->> 'waitedMs' AS waitedMs, body -> 'kept' ->> 'from' AS givenUpFrom
  FROM events INDEXED BY events_by_kind
  WHERE tenant = ?1 AND kind IN ('denial_opened', 'denial_closed', 'chain_divided') AND seq BETWEEN ?2 AND ?3 ORDER BY seq`;

interface Row {
  seq: number;
  kind: string;
  at: number;
  holder: string | null;
  inUse: number;
  id: string;
  reason: DenialReason;
  outcome: string | null;
  waitedMs: number | null;
  /** R2.10: of the first row of a course that was given up; null: the row tells of none. */
  givenUpFrom: number | null;
}

/** The refusals that began from `from` until `to` (ms), in order. One that goes on lasts until `to`. */
export async function readRefusalSpans(
  db: D1Database,
  tenant: TenantId,
  { from, to }: { from: number; to: number },
): Promise<Refusal[]> {
  const { first } = await readRange(db, tenant, { from, to });
  const { results } = await db.prepare(SELECT).bind(tenant, first, Number.MAX_SAFE_INTEGER).all<Row>();
  const opened = new Map<string, Refusal & { seq: number; closed: number | null }>();
  for (const { seq, kind, at, holder, id, inUse, reason, outcome, waitedMs, givenUpFrom } of results) {
    if (givenUpFrom !== null) {
      for (const one of opened.values()) {
        if (one.outcome === null && one.seq >= givenUpFrom)
          Object.assign(one, { until: at, outcome: "gave_up", waitedMs: at - one.at });
        // It ended only in the course that was given up.
        else if (one.closed !== null && one.closed >= givenUpFrom && one.seq < givenUpFrom)
          Object.assign(one, { until: to, outcome: null, waitedMs: to - one.at });
      }
    } else if (kind === "denial_opened") {
      // A period in which nothing happened has no first row.
      if (at >= from && at < to) {
        const goesOn = { until: to, outcome: null, waitedMs: to - at };
        opened.set(id, { seq, person: holder ?? "", at, reason, inUse, closed: null, ...goesOn });
      }
      continue;
    }
    const refusal = opened.get(id);
    const ms = Number(waitedMs ?? 0);
    if (refusal !== undefined) Object.assign(refusal, { until: refusal.at + ms, outcome, waitedMs: ms, closed: seq });
  }
  return [...opened.values()];
}
