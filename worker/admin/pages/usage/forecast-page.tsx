/** R3: the next two weeks by hour: how likely it is that licences run out, and a boost for when they may. */

import { HOUR_MS } from "../../../../shared/durations.ts";
import type { ForecastHour, PlannedBoost } from "../../../audit/usage/forecast.ts";
import { DAYS_ENOUGH, planBoosts } from "../../../audit/usage/forecast.ts";
import type { ForecastView } from "../../../audit/usage/forecast-query.ts";
import type { AdminView, Person } from "../../../tenant/tenant-calls.ts";
import { useLanguage } from "../../language.ts";
import { licensingPath, PATHS } from "../../paths.ts";
import { ExportLinks } from "../../ui/filter.tsx";
import { UsageRoom } from "./usage-room.tsx";

export interface ForecastPageProps {
  visitor: Person;
  view: AdminView;
  /** null: the records do not answer. */
  forecast: ForecastView | null;
}

export const ForecastPage = ({ visitor, view, forecast }: ForecastPageProps) => {
  const { words, count, longDuration } = useLanguage();
  const { forecast: said } = words.insight;
  const { measure } = view.full;
  const hasPool = measure === "concurrent" || measure === "mixed";
  return (
    <UsageRoom tab="forecast" title={said.title} visitor={visitor} view={view}>
      {forecast === null || !hasPool ? (
        <section class="card">
          <p class={hasPool ? "fault" : "empty"}>{hasPool ? words.usage.noRecords : said.noPool}</p>
        </section>
      ) : forecast.hours === null ? (
        <section class="card">
          <p class="empty">{count(said.young, forecast.usedDays, { enough: DAYS_ENOUGH })}</p>
        </section>
      ) : (
        <>
          <Plan boosts={planBoosts(forecast.hours)} view={view} visitor={visitor} />
          <section class="card" aria-labelledby="hours-title">
            <h2 id="hours-title">{said.hours}</h2>
            <p class="hint">{said.hoursHint}</p>
            <Hours hours={forecast.hours} />
            <Basis forecast={forecast} tolerance={longDuration(view.settings.refusalToleranceMs)} />
            <ExportLinks path={PATHS.forecastFile} filter={{}} />
          </section>
        </>
      )}
    </UsageRoom>
  );
};

/** As a field for a moment writes it, by the tenant's clock. */
const writeHour = (hour: number): string => new Date(hour * HOUR_MS).toISOString().slice(0, 16);

const clock = (hour: number): string => `${String(hour).padStart(2, "0")}:00`;

const Plan = ({
  boosts,
  view,
  visitor,
}: { boosts: readonly PlannedBoost[] } & Pick<ForecastPageProps, "view" | "visitor">) => {
  const { words, say, share, day } = useLanguage();
  const { insight, licensing } = words;
  const { forecast: said } = insight;
  return (
    <section class="card" aria-labelledby="plan-title">
      <h2 id="plan-title">{said.plan}</h2>
      {boosts.length === 0 ? (
        <p class="empty">{said.nothing}</p>
      ) : (
        <>
          <p class="hint">
            {said.planHint} {visitor.role !== "support" && licensing.boostOnlySupport}
          </p>
          <ul class="rows">
            {boosts.map(({ from, until, extra, refused }) => {
              const date = Math.floor(from / 24);
              const times = {
                day: `${day("weekday", date)} ${day("shortDay", date)}`,
                from: clock(from % 24),
                until: clock(((until - 1) % 24) + 1),
              };
              return (
                <li>
                  <p>{say(said.when, { ...times, share: share(refused) })}</p>
                  <form method="post" action={licensingPath("boost")} class="inline">
                    <input type="hidden" name="version" value={view.version} />
                    <input type="hidden" name="extra" value={extra} />
                    <input type="hidden" name="starts" value={writeHour(from)} />
                    <input type="hidden" name="ends" value={writeHour(until)} />
                    <button type="submit" class="button button-quiet">
                      {say(said.planThis, { ...times, extra })}
                    </button>
                  </form>
                </li>
              );
            })}
          </ul>
        </>
      )}
    </section>
  );
};

/** The hours at which anything is to be expected on any day, a row for each day. */
const Hours = ({ hours }: { hours: readonly ForecastHour[] }) => {
  const { words, say, share, number, day: writeDay } = useLanguage();
  const { insight, usage } = words;
  const { forecast: said } = insight;
  const used = hours.filter(({ expected }) => expected >= 0.5).map(({ hour }) => hour % 24);
  const first = Math.min(8, ...used);
  const shown = Array.from({ length: Math.max(17, ...used) - first + 1 }, (_, n) => first + n);
  const days = [...new Set(hours.map(({ hour }) => Math.floor(hour / 24)))];
  const byHour = new Map(hours.map((one) => [one.hour, one]));
  return (
    <section class="scroll" tabindex={0} aria-label={said.title}>
      <table class="heat heat-dates">
        <caption class="visually-hidden">{said.hours}</caption>
        <thead>
          <tr>
            <th scope="col">
              <span class="visually-hidden">{usage.head.day}</span>
            </th>
            {shown.map((hour) => (
              <th scope="col">{String(hour).padStart(2, "0")}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.map((day) => (
            <tr>
              <th scope="row">
                {writeDay("weekday", day)} {writeDay("shortDay", day)}
              </th>
              {shown.map((hour) => {
                const one = byHour.get(day * 24 + hour);
                if (one === undefined || one.expected < 0.05) return <td title={usage.noUse} />;
                const { expected, reached, refused, limit } = one;
                const level = Math.min(5, Math.ceil(reached * 5));
                const title = say(said.cell, {
                  reached: share(reached),
                  refused: share(refused),
                  expected: number(expected),
                  limit,
                });
                return (
                  <td class={level === 0 ? undefined : `h${level}`} title={title}>
                    {reached < 0.005 ? "" : share(reached)}
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

const Basis = ({ forecast, tolerance }: { forecast: ForecastView; tolerance: string }) => {
  const { words, say, count, day, share } = useLanguage();
  const { forecast: said } = words.insight;
  const { first, last, usedDays, growth, brief, ignored } = forecast;
  return (
    <>
      <p class="hint">
        {count(said.basis, usedDays, { from: day("day", first), to: day("day", last) })}{" "}
        {growth === 1
          ? said.level
          : say(growth > 1 ? said.grows : said.shrinks, { share: share(Math.abs(growth - 1)) })}{" "}
        {said.sure}
      </p>
      <ul class="facts">
        {brief > 0 && <li>{count(said.brief, brief, { tolerance })}</li>}
        {ignored > 0 && <li>{count(said.ignored, ignored)}</li>}
      </ul>
    </>
  );
};
