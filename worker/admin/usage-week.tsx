/** R3: the use of seats by the hours of the week. */
import { countHours, type UsageView } from "../records/usage-query.ts";
import { type HeatCell, Heatmap } from "./charts.tsx";
import { useLanguage } from "./language.ts";

const HOUR_MS = 3_600_000;

export const UsageWeek = ({ usage: found, limit }: { usage: UsageView; limit: number }) => {
  const { words, count, number } = useLanguage();
  const { usage } = words;
  const counts = countHours(found.spans);
  const byHour = new Map(found.hours.map((row) => [row.hour, row]));
  const cellOf = (weekday: number, hour: number): HeatCell => {
    const row = byHour.get(weekday * 24 + hour);
    const hours = counts[weekday * 24 + hour] ?? 0;
    if (row === undefined || hours === 0) return { words: "", level: 0, title: usage.noUse };
    const mean = row.seatMs / HOUR_MS / hours;
    const level = row.fullMs > 0 ? 5 : (Math.max(1, Math.min(4, Math.ceil((4 * row.peak) / limit))) as 1 | 2 | 3 | 4);
    return {
      words: number(mean >= 9.95 ? Math.round(mean) : mean),
      level: mean === 0 && row.peak === 0 ? 0 : level,
      title: count(usage.hourTitle, row.denials, { mean, peak: row.peak }),
    };
  };
  return (
    <section class="card" aria-labelledby="week-title">
      <h2 id="week-title">{usage.week}</h2>
      <p class="hint">{usage.weekHint}</p>
      <Heatmap caption={usage.weekCaption} cellOf={cellOf} />
    </section>
  );
};
