/** All refusals of the last sixty days: how they spread, and each, a hundred a page. */
import { DENIAL_REASONS } from "../../../../shared/denial.ts";
import type { DaysFault } from "../../../audit/day-range.ts";
import { DENIALS_A_PAGE } from "../../../audit/denials/denial-query.ts";
import type { DenialStats } from "../../../audit/denials/denial-stats.ts";
import type { Person } from "../../../tenant/tenant-calls.ts";
import { useLanguage } from "../../language.ts";
import { PATHS, writeQuery } from "../../paths.ts";
import { DayChart } from "../../ui/charts.tsx";
import { DateFields, ExportLinks, FilterEnd } from "../../ui/filter.tsx";
import { Layout } from "../../ui/layout.tsx";
import { Pager, type Refusals, RefusalTable } from "./refusals-list.tsx";

/** The filter as typed; empty: all. */
export interface RefusalQuery {
  from: string;
  to: string;
  person: string;
  reason: string;
  /** `yes`: only those that ended with a seat within the tolerance; else only the others. */
  brief: string;
}

export interface RefusalsPageProps {
  visitor: Person;
  tenantName: string;
  refusals: Refusals;
  /** How many fit the filter but for being brief, or not. */
  others: number;
  toleranceMs: number;
  page: number;
  filter: RefusalQuery;
  fault: DaysFault | null;
  /** null: the records do not answer, or only a filtered list is wanted. */
  stats: DenialStats | null;
  /** L24: false: nobody is refused, and what is shown is who would have been. */
  enforced: boolean;
  /** Local days, first and last. */
  first: number;
  last: number;
}

export const RefusalsPage = (props: RefusalsPageProps) => {
  const { visitor, tenantName, refusals: found, page, filter, fault, stats, toleranceMs } = props;
  const { words, say, count, zone, longDuration } = useLanguage();
  const isBrief = filter.brief === "yes";
  const tolerance = longDuration(toleranceMs);
  const { refusals } = words;
  const pages = Math.max(1, Math.ceil((found?.total ?? 0) / DENIALS_A_PAGE));
  return (
    <Layout title={words.rooms.refusals} room="refusals" tenantName={tenantName} visitor={visitor}>
      <div class="title">
        <h1>{isBrief ? words.brief.title : refusals.title}</h1>
        {found !== null && (
          <p class="quiet">
            {count(refusals.total, found.total)} {say(words.filter.times, { zone })}
          </p>
        )}
      </div>
      {!props.enforced && <p class="banner">{words.observing.refusals}</p>}
      {stats !== null && stats.days.length > 0 && page === 1 && <Spread {...props} stats={stats} />}
      <form class="filter" method="get" action={PATHS.refusals}>
        <DateFields from={filter.from} to={filter.to} wrong={fault?.field ?? null} />
        <div>
          <label for="person">{refusals.person}</label>
          <input id="person" name="person" type="text" value={filter.person} />
        </div>
        <div>
          <label for="reason">{refusals.reason}</label>
          <select id="reason" name="reason">
            <option value="">{words.filter.all}</option>
            {DENIAL_REASONS.map((reason) => (
              <option value={reason} selected={reason === filter.reason}>
                {words.reasons[reason]}
              </option>
            ))}
          </select>
        </div>
        {isBrief && <input type="hidden" name="brief" value="yes" />}
        <FilterEnd fault={fault} />
      </form>
      <section class="card" aria-labelledby="list-title">
        <h2 id="list-title">{refusals.each}</h2>
        {isBrief ? (
          <p class="hint">
            {say(words.brief.these, { tolerance })}{" "}
            <a href={`${PATHS.refusals}${writeQuery({ ...filter, brief: "" })}`}>{words.brief.back}</a>
          </p>
        ) : (
          props.others > 0 && (
            <p class="hint">
              {count(words.brief.apart, props.others, { tolerance })}{" "}
              <a href={`${PATHS.refusals}${writeQuery({ ...filter, brief: "yes" })}`}>{words.brief.show}</a>
            </p>
          )
        )}
        {found !== null && found.total > 0 && found.rows.length === 0 ? (
          <p class="empty">{say(refusals.noPage, { page })}</p>
        ) : (
          <RefusalTable refusals={found} />
        )}
        {found !== null && found.total > 0 && <ExportLinks path={PATHS.refusalsFile} filter={filter} />}
      </section>
      {pages > 1 && <Pager page={Math.min(page, pages + 1)} pages={pages} query={filter} />}
    </Layout>
  );
};

const hourOf = (hour: number): string => `${String(hour % 24).padStart(2, "0")}:00`;

const Spread = ({ stats, first, last }: RefusalsPageProps & { stats: DenialStats }) => {
  const { words, say, count, list, day: writeDay, workTime, zone } = useLanguage();
  const { refusals, reasons } = words;
  const most = Math.max(...stats.hours.map((hour) => hour.count));
  const busiest = stats.hours.filter((hour) => hour.count === most);
  return (
    <>
      <section class="card" aria-labelledby="days-title">
        <h2 id="days-title">{refusals.byDay}</h2>
        <DayChart
          label={refusals.byDayLabel}
          first={first}
          last={last}
          limit={null}
          bars={stats.days.map(({ day, count: value }) => ({
            day,
            value,
            bad: true,
            title: count(refusals.onDay, value, { day: writeDay("day", day) }),
          }))}
        />
        <p class="hint">
          {say(refusals.busiest, {
            hours: list(busiest.map(({ hour }) => `${hourOf(hour)}–${hourOf(hour + 1)}`)),
            zone,
          })}
        </p>
      </section>
      <div class="pair">
        <section class="card" aria-labelledby="reasons-title">
          <h2 id="reasons-title">{refusals.byReason}</h2>
          <CountTable
            head={[refusals.reason, refusals.count]}
            rows={stats.reasons.map(({ reason, count: value }) => [
              (reasons as Record<string, string>)[reason] ?? reason,
              value,
            ])}
          />
          <CountTable
            head={[refusals.hour, refusals.count]}
            rows={stats.hours.map(({ hour, count: value }) => [hourOf(hour), value])}
          />
        </section>
        <section class="card" aria-labelledby="people-title">
          <h2 id="people-title">{refusals.byPerson}</h2>
          <CountTable
            head={[refusals.person, refusals.count, refusals.waited]}
            rows={stats.people.map(({ name, count: value, waitedMs }) => [
              name === "" ? refusals.erased : name,
              value,
              workTime(waitedMs),
            ])}
          />
        </section>
      </div>
    </>
  );
};

const CountTable = ({ head, rows }: { head: string[]; rows: (string | number)[][] }) => {
  const { number } = useLanguage();
  return (
    <table>
      <thead>
        <tr>
          {head.map((words, index) => (
            <th scope="col" class={index === 0 ? undefined : "number"}>
              {words}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([first, ...rest]) => (
          <tr>
            <th scope="row">
              <bdi>{first}</bdi>
            </th>
            {rest.map((cell, index) => (
              <td data-label={head[index + 1]} class="number">
                {typeof cell === "number" ? number(cell) : cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
};
