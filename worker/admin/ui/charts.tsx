/** Charts as plain SVG: drawn on the server, so they need no script, print well and follow the page's colours. */
import { useLanguage } from "../language.ts";

const WIDTH = 900;
const HEIGHT = 220;
const LEFT = 34;
const BOTTOM = 22;
const TOP = 10;
const PLOT_WIDTH = WIDTH - LEFT;
const PLOT_HEIGHT = HEIGHT - TOP - BOTTOM;

export interface Bar {
  /** Local day since 1970. */
  day: number;
  value: number;
  /** Something to be warned of happened. */
  bad: boolean;
  title: string;
}

export interface DayChartProps {
  label: string;
  bars: readonly Bar[];
  first: number;
  last: number;
  /** A line across; null: none. */
  limit: number | null;
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** A bar a day between two days; days without a bar are empty. */
export const DayChart = ({ label, bars, first, last, limit }: DayChartProps) => {
  const { number, day: writeDay } = useLanguage();
  const days = Math.max(1, last - first + 1);
  const top = niceTop(Math.max(1, limit ?? 0, ...bars.map(({ value }) => value)));
  const slot = PLOT_WIDTH / days;
  const width = Math.max(0.6, Math.min(24, slot * 0.8));
  const y = (value: number) => round(TOP + PLOT_HEIGHT * (1 - value / top));
  const steps = [0, 0.25, 0.5, 0.75, 1].map((part) => part * top).filter(Number.isInteger);
  return (
    <div class="scroll scroll-end" role="img" aria-label={label} tabindex={0}>
      <svg class="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" focusable="false">
        {steps.map((step) => (
          <>
            <line class="chart-line" x1={LEFT} x2={WIDTH} y1={y(step)} y2={y(step)} />
            <text x={LEFT - 6} y={y(step) + 4} text-anchor="end">
              {number(step)}
            </text>
          </>
        ))}
        {bars.map(({ day, value, bad, title }) => (
          <rect
            class={bad ? "chart-bad" : "chart-bar"}
            x={round(LEFT + (day - first) * slot + (slot - width) / 2)}
            y={y(value)}
            width={round(width)}
            height={round(TOP + PLOT_HEIGHT - y(value))}
          >
            <title>{title}</title>
          </rect>
        ))}
        {limit !== null && <line class="chart-limit" x1={LEFT} x2={WIDTH} y1={y(limit)} y2={y(limit)} />}
        {labelled(first, days).map((day) => (
          <text x={round(LEFT + (day - first + 0.5) * slot)} y={HEIGHT - 6} text-anchor="middle">
            {writeDay(days > 120 ? "month" : "shortDay", day)}
          </text>
        ))}
      </svg>
    </div>
  );
};

/** Some six days below the chart, with room at both ends. */
function labelled(first: number, days: number): number[] {
  const count = Math.min(6, days);
  return Array.from({ length: count }, (_, index) => first + Math.floor(((index + 0.5) * days) / count));
}

function niceTop(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value));
  const top = [1, 2, 4, 5, 8, 10].map((factor) => factor * unit).find((candidate) => candidate >= value) ?? value;
  return Math.max(4, Math.ceil(top));
}

export interface HeatCell {
  /** What is written in the cell. */
  words: string;
  /** 0: nothing; 1 to 4: ever more; 5: the limit was reached. */
  level: 0 | 1 | 2 | 3 | 4 | 5;
  title: string;
}

/** Columns that a narrow screen can hold without scrolling far. */
const NARROW_HOURS = 14;
/** A local day that was a Sunday. */
const SOME_SUNDAY = 3;
/** Weeks begin on Monday. */
const ORDER = [1, 2, 3, 4, 5, 6, 0] as const;

/** A table of the week by `hours`; `cellOf` takes weekday (Sunday 0) and hour. */
export const Heatmap = ({
  caption,
  hours,
  cellOf,
}: {
  caption: string;
  hours: readonly number[];
  cellOf: (weekday: number, hour: number) => HeatCell;
}) => {
  const { words, day: writeDay } = useLanguage();
  return (
    <section class="scroll" tabindex={0} aria-label={caption}>
      <table class={hours.length > NARROW_HOURS ? "heat heat-day" : "heat"}>
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">
              <span class="visually-hidden">{words.usage.head.day}</span>
            </th>
            {hours.map((hour) => (
              <th scope="col">{String(hour).padStart(2, "0")}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ORDER.map((weekday) => (
            <tr>
              <th scope="row">{writeDay("weekday", SOME_SUNDAY + weekday)}</th>
              {hours.map((hour) => {
                const { words: figure, level, title } = cellOf(weekday, hour);
                return (
                  <td class={level === 0 ? undefined : `h${level}`} title={title}>
                    {figure}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
};
