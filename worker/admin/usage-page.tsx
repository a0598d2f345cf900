/** R3: how the seats are used, what that costs, and what the limit should be. */
import type { Recommendation } from "../records/recommendation.ts";
import { writeDay } from "../records/time-zone.ts";
import { countHours, type UsageSum, type UsageView } from "../records/usage-query.ts";
import type { Recount } from "../records/usage-recount.ts";
import type { AdminView, Person } from "../tenant/tenant-calls.ts";
import { writeDuration } from "./age.ts";
import { DayChart, type HeatCell, Heatmap } from "./charts.tsx";
import { Layout } from "./layout.tsx";
import { PATHS } from "./paths.ts";
import { WhatIf, type WhatIfAnswer } from "./what-if-form.tsx";

const HOUR_MS = 3_600_000;
const MINUTE = 60_000;

export const PERIODS = { "30": "Last 30 days", "90": "Last 90 days", "365": "Last year" } as const;
export type Period = keyof typeof PERIODS;
export const isPeriod = (word: string): word is Period => Object.hasOwn(PERIODS, word);

export interface UsagePageProps {
  visitor: Person;
  view: AdminView;
  period: Period;
  zone: string;
  /** Local days, first and last. */
  first: number;
  last: number;
  /** null: the records do not answer. */
  usage: UsageView | null;
  recommendation: Recommendation | null;
  whatIf: WhatIfAnswer | null;
  /** What counting again has shown. */
  recount: Recount | null;
}

export const UsagePage = (props: UsagePageProps) => {
  const { visitor, view, period, zone, usage, recommendation, recount } = props;
  return (
    <Layout title="Usage" room="usage" tenantName={view.tenant.name} visitor={visitor}>
      <div class="title">
        <h1>Usage</h1>
        <p class="quiet">Days and hours are those of {zone}.</p>
      </div>
      <form class="filter" method="get" action={PATHS.usage}>
        <div>
          <label for="period">Period</label>
          <select id="period" name="period">
            {Object.entries(PERIODS).map(([days, words]) => (
              <option value={days} selected={days === period}>
                {words}
              </option>
            ))}
          </select>
        </div>
        <button type="submit" class="button button-quiet">
          Show
        </button>
      </form>
      {recount !== null && <RecountBanner recount={recount} />}
      {usage === null ? (
        <section class="card">
          <p class="fault">
            The records do not answer at the moment, so usage cannot be shown. Nothing is lost; everything else on these
            pages works.
          </p>
        </section>
      ) : usage.days.length === 0 ? (
        <section class="card">
          <p class="empty">No seat was used in this period.</p>
        </section>
      ) : (
        <>
          {recommendation !== null && <Advice recommendation={recommendation} />}
          <Totals usage={usage} />
          <Days {...props} usage={usage} />
          <Week usage={usage} limit={view.limit} />
          {usage.groups.length > 0 && <Groups usage={usage} />}
        </>
      )}
      <WhatIf limit={view.limit} idleTimeoutMs={view.idleTimeoutMs} answer={props.whatIf} />
      {(visitor.role === "admin" || visitor.role === "support") && <Proof />}
    </Layout>
  );
};

const Advice = ({ recommendation: { sentence, reason } }: { recommendation: Recommendation }) => (
  <section class="card" aria-labelledby="advice-title">
    <h2 id="advice-title">Recommendation</h2>
    <p class="verdict">{sentence}</p>
    <p>{reason} Based on the last 90 days, whatever the period shown.</p>
  </section>
);

const Totals = ({ usage: { total } }: { usage: UsageView }) => (
  <section class="card" aria-labelledby="totals-title">
    <h2 id="totals-title">In this period</h2>
    <dl class="figures">
      {[
        ["most seats in use at once", total.peak],
        ["of the limit in use, while anybody was working", share(total)],
        ["hours with every seat taken", (total.fullMs / HOUR_MS).toFixed(1)],
        ["seats given out", total.grants],
        ["refusals", total.denials],
        ["minutes waited for a seat", Math.round(total.waitedMs / MINUTE)],
        ["minutes lost by who gave up", Math.round(total.lostMs / MINUTE)],
      ].map(([words, figure]) => (
        <div>
          <dt>{words}</dt>
          <dd>{typeof figure === "number" ? figure.toLocaleString("en") : figure}</dd>
        </div>
      ))}
    </dl>
  </section>
);

const share = ({ seatMs, limitMs }: UsageSum): string =>
  limitMs === 0 ? "–" : `${Math.round((100 * seatMs) / limitMs)} %`;

const Days = ({ usage, view, first, last }: UsagePageProps & { usage: UsageView }) => (
  <section class="card" aria-labelledby="days-title">
    <h2 id="days-title">Most seats in use, by day</h2>
    <DayChart
      label={`Most seats in use on each day; the limit is ${view.limit} now. The table below has the same numbers.`}
      first={first}
      last={last}
      limit={view.limit}
      bars={usage.days.map(({ day, peak, denials }) => ({
        day,
        value: peak,
        bad: denials > 0,
        title: `${writeDay(day)}: ${peak} seats, ${denials} refusals`,
      }))}
    />
    <ul class="legend">
      <li>nobody refused</li>
      <li class="is-bad">somebody refused</li>
      <li class="is-limit">limit now</li>
    </ul>
    <details>
      <summary>The same as a table</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">Day</th>
            {["Most in use", "Fewest free", "Of the limit", "Seats given", "Refusals", "Waited", "Lost"].map(
              (words) => (
                <th scope="col" class="number">
                  {words}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {[...usage.days].reverse().map((day) => (
            <tr>
              <th scope="row">{writeDay(day.day)}</th>
              <td data-label="Most in use" class="number">
                {day.peak}
              </td>
              <td data-label="Fewest free" class="number">
                {day.leastFree}
              </td>
              <td data-label="Of the limit" class="number">
                {share(day)}
              </td>
              <td data-label="Seats given" class="number">
                {day.grants}
              </td>
              <td data-label="Refusals" class="number">
                {day.denials}
              </td>
              <td data-label="Waited" class="number">
                {day.waitedMs === 0 ? "–" : writeDuration(day.waitedMs)}
              </td>
              <td data-label="Lost" class="number">
                {day.lostMs === 0 ? "–" : writeDuration(day.lostMs)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  </section>
);

const Week = ({ usage, limit }: { usage: UsageView; limit: number }) => {
  const counts = countHours(usage.spans);
  const byHour = new Map(usage.hours.map((row) => [row.hour, row]));
  const cellOf = (weekday: number, hour: number): HeatCell => {
    const row = byHour.get(weekday * 24 + hour);
    const hours = counts[weekday * 24 + hour] ?? 0;
    if (row === undefined || hours === 0) return { words: "", level: 0, title: "no use" };
    const mean = row.seatMs / HOUR_MS / hours;
    const level = row.fullMs > 0 ? 5 : (Math.max(1, Math.min(4, Math.ceil((4 * row.peak) / limit))) as 1 | 2 | 3 | 4);
    return {
      words: mean >= 9.95 ? String(Math.round(mean)) : mean.toFixed(1),
      level: mean === 0 && row.peak === 0 ? 0 : level,
      title: `mean ${mean.toFixed(1)}, most ${row.peak}, ${row.denials} refusals`,
    };
  };
  return (
    <section class="card" aria-labelledby="week-title">
      <h2 id="week-title">The week by hours</h2>
      <p class="hint">
        The number is the mean of seats in use; the colour the most at once, red where every seat was taken.
      </p>
      <Heatmap caption="Mean seats in use by weekday and hour" cellOf={cellOf} />
    </section>
  );
};

const Groups = ({ usage }: { usage: UsageView }) => (
  <section class="card" aria-labelledby="groups-title">
    <h2 id="groups-title">By group</h2>
    <table>
      <thead>
        <tr>
          <th scope="col">Group</th>
          {["Most in use", "Hours of seats", "Seats given", "Refusals"].map((words) => (
            <th scope="col" class="number">
              {words}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {usage.groups.map((group) => (
          <tr>
            <th scope="row">
              <bdi class="name">{group.pool}</bdi>
            </th>
            <td data-label="Most in use" class="number">
              {group.peak}
            </td>
            <td data-label="Hours of seats" class="number">
              {Math.round(group.seatMs / HOUR_MS)}
            </td>
            <td data-label="Seats given" class="number">
              {group.grants}
            </td>
            <td data-label="Refusals" class="number">
              {group.denials}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </section>
);

const Proof = () => (
  <section class="card" aria-labelledby="proof-title">
    <h2 id="proof-title">Count again</h2>
    <p class="hint">
      Usage is counted as events come. This counts all of it once more from the audit, compares, and mends what differs.
    </p>
    <form method="post" action={PATHS.recount}>
      <div class="actions">
        <button type="submit" name="mend" value="no" class="button button-quiet">
          Compare
        </button>
        <button type="submit" name="mend" value="yes" class="button button-quiet">
          Compare and mend
        </button>
      </div>
    </form>
  </section>
);

const RecountBanner = ({ recount: { events, rows, different, mended } }: { recount: Recount }) => (
  <p class={different === 0 ? "banner banner-good" : "banner banner-bad"} role="status">
    {events} events of the audit lead to {rows} quarter hours of usage;{" "}
    {different === 0 ? "all are as counted." : `${different} differed${mended ? " and were mended" : ""}.`}
  </p>
);
