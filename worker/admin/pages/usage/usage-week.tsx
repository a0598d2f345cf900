/** R3: the use of seats by the hours of the week. */
import { HOUR_MS } from "../../../../shared/durations.ts";
import { countHours, type UsageView } from "../../../audit/usage/usage-query.ts";
import type { Measure } from "../../../tenant/tenant-calls.ts";
import { useLanguage } from "../../language.ts";
import { type HeatCell, Heatmap } from "../../ui/charts.tsx";

const ALL_HOURS: readonly number[] = Array.from({ length: 24 }, (_, hour) => hour);
/** An hour of the day with a smaller share of the fullest hour's use is not a working hour. */
const WORKING_SHARE = 0.09;
/** Shown in any case: the hours from eight to five. */
const USUAL = { first: 8, last: 17 };

/** The hours of the day from the first to the last at which people work, on any weekday, and the usual ones. */
export function workingHours(rows: readonly { hour: number; seatMs: number }[]): readonly number[] {
  const used = ALL_HOURS.map((hour) => rows.reduce((sum, row) => (row.hour % 24 === hour ? sum + row.seatMs : sum), 0));
  const least = Math.max(...used) * WORKING_SHARE;
  const working = ALL_HOURS.filter((hour) => (used[hour] ?? 0) > least);
  const [first, last] = [working[0], working.at(-1)];
  if (first === undefined || last === undefined) return ALL_HOURS;
  return ALL_HOURS.slice(Math.min(first, USUAL.first), Math.max(last, USUAL.last) + 1);
}

export const UsageWeek = ({ usage: found, limit, measure }: { usage: UsageView; limit: number; measure: Measure }) => {
  const { words, count, number } = useLanguage();
  const { usage, fullness } = words;
  const counts = countHours(found.spans);
  const hours = workingHours(found.hours);
  // L14: the technical cap is no measure of a firm that is charged by records.
  const most = Math.max(1, measure === "records" ? Math.max(...found.hours.map(({ peak }) => peak)) : limit);
  const byHour = new Map(found.hours.map((row) => [row.hour, row]));
  const cellOf = (weekday: number, hour: number): HeatCell => {
    const row = byHour.get(weekday * 24 + hour);
    const hours = counts[weekday * 24 + hour] ?? 0;
    if (row === undefined || hours === 0) return { words: "", level: 0, title: usage.noUse };
    const mean = row.seatMs / HOUR_MS / hours;
    const level = row.fullMs > 0 ? 5 : (Math.max(1, Math.min(4, Math.ceil((4 * row.peak) / most))) as 1 | 2 | 3 | 4);
    return {
      words: mean > 0 && mean < 1 ? "<1" : number(mean >= 9.95 ? Math.round(mean) : mean),
      level: mean === 0 && row.peak === 0 ? 0 : level,
      title: count(usage.hourTitle, row.denials, { mean, peak: row.peak }),
    };
  };
  return (
    <section class="card" aria-labelledby="week-title">
      <h2 id="week-title">{usage.week}</h2>
      <p class="hint">
        {measure === "records"
          ? fullness.usage.weekHint
          : measure === "named"
            ? fullness.usage.weekHintNamed
            : usage.weekHint}
      </p>
      <Heatmap caption={usage.weekCaption} hours={hours} cellOf={cellOf} />
      {hours.length < ALL_HOURS.length && (
        <details>
          <summary>{usage.allHours}</summary>
          <Heatmap caption={usage.allHours} hours={ALL_HOURS} cellOf={cellOf} />
        </details>
      )}
    </section>
  );
};
