/** All refusals of the last sixty days: how they spread, and each, a hundred a page. */
import { DENIAL_REASONS } from "../../shared/denial.ts";
import { DENIALS_A_PAGE } from "../records/denial-query.ts";
import type { DenialStats } from "../records/denial-stats.ts";
import { writeDay } from "../records/time-zone.ts";
import type { Person } from "../tenant/tenant-calls.ts";
import { writeDuration } from "./age.ts";
import { DayChart } from "./charts.tsx";
import { Layout } from "./layout.tsx";
import { PATHS, writeQuery } from "./paths.ts";
import { Pager, type Refusals, RefusalTable } from "./refusals.tsx";
import { REASON_WORDS } from "./words.ts";

/** The filter as typed; empty: all. */
export interface RefusalQuery {
  from: string;
  to: string;
  person: string;
  reason: string;
}

export interface RefusalsPageProps {
  visitor: Person;
  tenantName: string;
  refusals: Refusals;
  page: number;
  filter: RefusalQuery;
  fault: string | null;
  /** null: the records do not answer, or only a filtered list is wanted. */
  stats: DenialStats | null;
  /** Local days, first and last. */
  first: number;
  last: number;
  zone: string;
}

export const RefusalsPage = (props: RefusalsPageProps) => {
  const { visitor, tenantName, refusals, page, filter, fault, stats } = props;
  const pages = Math.max(1, Math.ceil((refusals?.total ?? 0) / DENIALS_A_PAGE));
  return (
    <Layout title="Refusals" room="refusals" tenantName={tenantName} visitor={visitor}>
      <div class="title">
        <h1>Refusals of the last sixty days</h1>
        {refusals !== null && <p class="quiet">{refusals.total} in all. Times in the list are in UTC.</p>}
      </div>
      {fault !== null && (
        <p class="banner banner-bad" role="alert">
          {fault}
        </p>
      )}
      {stats !== null && stats.days.length > 0 && page === 1 && <Spread {...props} stats={stats} />}
      <form class="filter" method="get" action={PATHS.refusals}>
        <div>
          <label for="from">From</label>
          <input id="from" name="from" type="date" value={filter.from} />
        </div>
        <div>
          <label for="to">To</label>
          <input id="to" name="to" type="date" value={filter.to} />
        </div>
        <div>
          <label for="person">Person</label>
          <input id="person" name="person" type="text" value={filter.person} />
        </div>
        <div>
          <label for="reason">Reason</label>
          <select id="reason" name="reason">
            <option value="">all</option>
            {DENIAL_REASONS.map((reason) => (
              <option value={reason} selected={reason === filter.reason}>
                {REASON_WORDS[reason]}
              </option>
            ))}
          </select>
        </div>
        <button type="submit" class="button button-quiet">
          Show
        </button>
      </form>
      <section class="card" aria-labelledby="list-title">
        <h2 id="list-title">Each refusal</h2>
        {refusals !== null && refusals.total > 0 && refusals.rows.length === 0 ? (
          <p class="empty">There is no page {page}.</p>
        ) : (
          <RefusalTable refusals={refusals} />
        )}
        {refusals !== null && refusals.total > 0 && (
          <p>
            <a class="button button-quiet" href={`${PATHS.refusalsFile}${writeQuery(filter, { format: "csv" })}`}>
              CSV
            </a>{" "}
            <a class="button button-quiet" href={`${PATHS.refusalsFile}${writeQuery(filter, { format: "jsonl" })}`}>
              JSON lines
            </a>
          </p>
        )}
      </section>
      {pages > 1 && <Pager page={Math.min(page, pages + 1)} pages={pages} query={filter} />}
    </Layout>
  );
};

const Spread = ({ stats, first, last, zone }: RefusalsPageProps & { stats: DenialStats }) => {
  const most = Math.max(...stats.hours.map(({ count }) => count));
  const busiest = stats.hours.filter(({ count }) => count === most).map(({ hour }) => `${hour} to ${hour + 1}`);
  return (
    <>
      <section class="card" aria-labelledby="days-title">
        <h2 id="days-title">By day</h2>
        <DayChart
          label="Refusals on each day; the list below has each of them."
          first={first}
          last={last}
          limit={null}
          bars={stats.days.map(({ day, count }) => ({
            day,
            value: count,
            bad: true,
            title: `${writeDay(day)}: ${count}`,
          }))}
        />
        <p class="hint">
          Most begin from {busiest.join(" and from ")} o’clock, by the clock of {zone}.
        </p>
      </section>
      <div class="pair">
        <section class="card" aria-labelledby="reasons-title">
          <h2 id="reasons-title">By reason and hour</h2>
          <CountTable
            head={["Reason", "Refusals"]}
            rows={stats.reasons.map(({ reason, count }) => [
              (REASON_WORDS as Record<string, string>)[reason] ?? reason,
              count,
            ])}
          />
          <CountTable
            head={["Hour", "Refusals"]}
            rows={stats.hours.map(({ hour, count }) => [`${String(hour).padStart(2, "0")}:00`, count])}
          />
        </section>
        <section class="card" aria-labelledby="people-title">
          <h2 id="people-title">By person</h2>
          <CountTable
            head={["Person", "Refusals", "Waited"]}
            rows={stats.people.map(({ name, count, waitedMs }) => [
              name === "" ? "erased person" : name,
              count,
              writeDuration(waitedMs),
            ])}
          />
        </section>
      </div>
    </>
  );
};

const CountTable = ({ head, rows }: { head: string[]; rows: (string | number)[][] }) => (
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
              {cell}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
);
