/** R5: use against the limit over a period, for an auditor: to be read, and to be printed. */
import type { Compliance, LimitSpan } from "../../../audit/report/compliance.ts";
import type { Overrun } from "../../../audit/report/overruns.ts";
import { dayOf, writeDay } from "../../../audit/time-zone.ts";
import type { AdminView, Person } from "../../../tenant/tenant-calls.ts";
import { useLanguage } from "../../language.ts";
import { PATHS, writeQuery } from "../../paths.ts";
import { ExportLinks, FilterFault } from "../../ui/filter.tsx";
import { Layout } from "../../ui/layout.tsx";
import { fieldTies } from "../../ui/said.tsx";
import { Boosts, Overruns, Proofs, Spans, UncountedPeople } from "./report-tables.tsx";
import { usualPeriods } from "./usual-periods.ts";

export interface ReportQuery {
  from: string;
  to: string;
}

export interface ReportPageProps {
  visitor: Person;
  view: AdminView;
  query: ReportQuery;
  /** ms; from the first moment, before the last. */
  from: number;
  to: number;
  /** null: `fault` says why. */
  report: Compliance | null;
  fault: "daysFault" | "spanFault" | "noRecords" | null;
  /** The day that is wrong. */
  wrong: "from" | "to" | null;
  now: number;
}

export const ReportPage = (props: ReportPageProps) => {
  const { visitor, view, query, from, to, report, fault, wrong, now } = props;
  const { words, say, date, zone } = useLanguage();
  const { report: said } = words;
  return (
    <Layout title={said.title} room="report" tenantName={view.tenant.name} visitor={visitor}>
      <div class="title">
        <h1>
          <bdi>{view.tenant.name}</bdi>: {said.title}
        </h1>
        <p class="quiet">{say(said.period, { from: date("day", from), to: date("day", to - 1), zone })}</p>
      </div>
      <form class="filter" method="get" action={PATHS.report}>
        <div>
          <label for="from">{said.from}</label>
          <input id="from" name="from" type="date" value={query.from} {...fieldTies(wrong === "from", "days-fault")} />
        </div>
        <div>
          <label for="to">{said.to}</label>
          <input id="to" name="to" type="date" value={query.to} {...fieldTies(wrong === "to", "days-fault")} />
        </div>
        <button type="submit" class="button">
          {said.show}
        </button>
        {/* Shown by the script alone. */}
        <button type="button" class="button button-quiet" data-print hidden>
          {said.printNow}
        </button>
        <p class="hint">{said.print}</p>
        {fault !== null && wrong !== null && <FilterFault>{said[fault]}</FilterFault>}
      </form>
      <nav class="presets" aria-label={said.usual}>
        {usualPeriods(dayOf(zone, now)).map(({ name, first, last }) => (
          <a href={`${PATHS.report}${writeQuery({ from: writeDay(first), to: writeDay(last) })}`}>
            {said.presets[name]}
          </a>
        ))}
      </nav>
      {fault === "noRecords" && <p class="fault">{said.noRecords}</p>}
      {report !== null &&
        (report.begins === null ? (
          <p class="empty">{said.nothing}</p>
        ) : (
          <>
            <Report {...{ report, to, now }} />
            <ExportLinks path={PATHS.reportFile} filter={query} />
          </>
        ))}
    </Layout>
  );
};

const Report = ({ report, to, now }: { report: Compliance; to: number; now: number }) => {
  const { limits, overruns, more, uncounted, moreUncounted, boosts, proof, begins } = report;
  const { words, say, date } = useLanguage();
  const { report: said } = words;
  const fullest = findFullest(limits);
  return (
    <>
      <section class="card" aria-label={said.title}>
        <Verdict overruns={overruns} to={Math.min(to, now)} />
        {fullest !== null && <p>{say(said.highest, { inUse: fullest.peak, limit: fullest.limit })}</p>}
        {begins !== null && begins > (limits[0]?.from ?? 0) - 1 && proof.first?.at === begins && (
          <p class="hint">{say(said.begins, { date: date("moment", begins) })}</p>
        )}
      </section>
      <Spans limits={limits} />
      {overruns.length > 0 && <Overruns overruns={overruns} more={more} />}
      <UncountedPeople people={uncounted} more={moreUncounted} />
      <Boosts boosts={boosts} />
      <Proofs proof={proof} now={now} />
    </>
  );
};

const Verdict = ({ overruns, to }: { overruns: readonly Overrun[]; to: number }) => {
  const { words, count, longDuration } = useLanguage();
  if (overruns.length === 0) return <p class="banner banner-good">{words.report.within}</p>;
  const ms = overruns.reduce((sum, overrun) => sum + Math.max(0, (overrun.to ?? to) - overrun.from), 0);
  return <p class="banner banner-bad">{count(words.report.over, overruns.length, { duration: longDuration(ms) })}</p>;
};

/** The span in which the use came nearest to its limit, or went furthest over it. */
function findFullest(limits: readonly LimitSpan[]): LimitSpan | null {
  const rest = ({ limit, peak }: LimitSpan) => limit - peak;
  return limits.reduce<LimitSpan | null>(
    (most, span) =>
      most === null || rest(span) < rest(most) || (rest(span) === rest(most) && span.peak > most.peak) ? span : most,
    null,
  );
}
