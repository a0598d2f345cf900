/** R3: the recommendation as items: what is advised, then the refusals that it leaves out. */
import { MINUTE_MS } from "../../../shared/durations.ts";
import { emptyItem, type ItemOf } from "../../../shared/read-protocol.ts";
import { share } from "../item-values.ts";
import { writeDay } from "../time-zone.ts";
import type { Advice } from "./advice-query.ts";
import { adviseNamed, adviseRecords } from "./model-choice.ts";

type Item = ItemOf<"advice">;

export function adviceItems(advice: Advice): Item[] {
  const nothing = { ...emptyItem("advice"), what: "advice" as const };
  switch (advice.about) {
    case "limit": {
      const { verdict, why, limit, sure, evidence } = advice.recommendation;
      const ignored = [
        ...(evidence.brief === 0 ? [] : [{ reason: "short_wait", count: evidence.brief }]),
        ...evidence.ignored,
      ];
      return [
        {
          ...nothing,
          about: "limit",
          verdict,
          why,
          now: evidence.limit,
          advised: limit,
          sure: sure === null ? null : share(sure, 1),
          from: writeDay(evidence.first),
          to: writeDay(evidence.last),
          usedDays: evidence.usedDays,
          peak: evidence.peak,
          wanted: evidence.wanted,
          refusals: evidence.refusals,
          waitedMinutes: share(evidence.waitedMs, MINUTE_MS),
        },
        ...ignored.map(
          ({ reason, count }): Item => ({ ...nothing, what: "ignored", about: "limit", why: reason, refusals: count }),
        ),
      ];
    }
    case "named": {
      const { licences, refused, peak, usedDays } = advice.evidence;
      const { verdict, advised } = adviseNamed(advice.evidence);
      return [{ ...nothing, about: "named", verdict, now: licences, advised, peak, usedDays, refusedPeople: refused }];
    }
    case "records": {
      const { count, agreed } = advice.records;
      return [{ ...nothing, about: "records", verdict: adviseRecords(advice.records), now: count, advised: agreed }];
    }
  }
}
