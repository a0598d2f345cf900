/** R3: groups, the days and hours of each, and their overlaps as items: one table, told apart by `what`. */
import { HOUR_MS } from "../../../shared/durations.ts";
import { emptyItem, type ItemOf } from "../../../shared/read-protocol.ts";
import { share } from "../item-values.ts";
import { writeDay } from "../time-zone.ts";
import type { Teams } from "./teams.ts";

export function teamItems({ teams, overlaps }: Teams): ItemOf<"teams">[] {
  const nothing = emptyItem("teams");
  return [
    ...teams.map(({ group, people, heldMs, peak }) => ({
      ...nothing,
      what: "team" as const,
      group,
      people,
      hours: share(heldMs, HOUR_MS),
      peak,
    })),
    ...teams.flatMap(({ group, days }) =>
      days.map(({ day, heldMs, peak }) => ({
        ...nothing,
        what: "day" as const,
        group,
        hours: share(heldMs, HOUR_MS),
        peak,
        day: writeDay(day),
      })),
    ),
    ...teams.flatMap(({ group, hours }) =>
      hours.map(({ hour, heldMs, peak }) => ({
        ...nothing,
        what: "hour" as const,
        group,
        hours: share(heldMs, HOUR_MS),
        peak,
        hourOfWeek: hour,
      })),
    ),
    ...overlaps.map(({ groups: [group, other], people, peaks: [a, b], common, saved }) => ({
      ...nothing,
      what: "overlap" as const,
      group,
      other,
      people,
      peak: common,
      sumOfPeaks: a + b,
      saved,
    })),
  ];
}
