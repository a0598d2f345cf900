/** R3: the use of each person as items. */
import { HOUR_MS, MINUTE_MS } from "../../../shared/durations.ts";
import type { ItemOf } from "../../../shared/read-protocol.ts";
import { isoOrNull, share } from "../item-values.ts";
import type { PersonUse } from "./people-usage.ts";

export const personItems = (people: readonly PersonUse[]): ItemOf<"people">[] =>
  people.map((use) => ({
    person: use.id,
    name: use.name,
    email: use.email,
    named: use.named,
    hours: share(use.heldMs, HOUR_MS),
    days: use.days,
    stays: use.stays,
    typicalMinutes: use.typicalMs === null ? null : share(use.typicalMs, MINUTE_MS),
    lastSeen: isoOrNull(use.lastSeenAt),
    hasSeat: use.isSeated,
    refusals: use.refusals,
    shortWaits: use.brief,
    waitedSeconds: Math.round(use.waitedMs / 1_000),
  }));
