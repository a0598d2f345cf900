/** R3: how the seats are used, what that costs, and what the limit should be. */

import { HOUR_MS, MINUTE_MS } from "../../../../shared/durations.ts";
import type { Advice } from "../../../audit/usage/advice-query.ts";
import type { UsageSum, UsageView } from "../../../audit/usage/usage-query.ts";
import type { Recount } from "../../../audit/usage/usage-recount.ts";
import type { AdminView, Person } from "../../../tenant/tenant-calls.ts";
import { type Language, useLanguage } from "../../language.ts";
import { PATHS } from "../../paths.ts";
import { DayChart } from "../../ui/charts.tsx";
import { FiguresTable } from "../../ui/figures-table.tsx";
import { ExportLinks } from "../../ui/filter.tsx";
import { Fault, Said } from "../../ui/said.tsx";
import { PoolAdvice } from "./advice.tsx";
import { NamedAdvice, RecordsAdvice } from "./model-advice.tsx";
import { NoRecords, UsageRoom } from "./usage-room.tsx";
import { UsageWeek } from "./usage-week.tsx";
import { WhatIf, type WhatIfAnswer } from "./what-if-form.tsx";

export const PERIODS = ["30", "90", "365"] as const;
export type Period = (typeof PERIODS)[number];
export const isPeriod = (word: string): word is Period => PERIODS.some((period) => period === word);

export interface UsagePageProps {
  visitor: Person;
  view: AdminView;
  period: Period;
  /** Local days, first and last. */
  first: number;
  last: number;
  /** null: the records do not answer. */
  usage: UsageView | null;
  /** null: the records do not answer. */
  advice: Advice | null;
  whatIf: WhatIfAnswer | null;
  /** What counting again has shown. */
  recount: Recount | null;
}

export const UsagePage = (props: UsagePageProps) => {
  const { visitor, view, period, usage: found, advice, recount } = props;
  const { words } = useLanguage();
  const { usage, filter, rooms } = words;
  const { measure, agreed } = view.full;
  const hasPool = measure === "concurrent" || measure === "mixed";
  return (
    <UsageRoom tab="usage" title={rooms.usage} visitor={visitor} view={view}>
      <form class="filter" method="get" action={PATHS.usage}>
        <div>
          <label for="period">{usage.period}</label>
          <select id="period" name="period">
            {PERIODS.map((days) => (
              <option value={days} selected={days === period}>
                {usage.periods[days]}
              </option>
            ))}
          </select>
        </div>
        <button type="submit" class="button button-quiet">
          {filter.show}
        </button>
      </form>
      {advice?.about === "named" && <NamedAdvice evidence={advice.evidence} />}
      {advice?.about === "records" && <RecordsAdvice records={advice.records} />}
      {found === null ? (
        <NoRecords />
      ) : found.days.length === 0 ? (
        <section class="card">
          <p class="empty">{usage.none}</p>
        </section>
      ) : (
        <>
          {advice?.about === "limit" && (
            <PoolAdvice recommendation={advice.recommendation} view={view} visitor={visitor} />
          )}
          <Totals usage={found} view={view} />
          <Days {...props} usage={found} />
          <UsageWeek usage={found} limit={agreed} measure={measure} />
          {found.groups.length > 0 && <Groups usage={found} />}
          <ExportLinks path={PATHS.usageFile} filter={{ period }} />
        </>
      )}
      {hasPool && (
        <WhatIf
          limit={view.limit}
          idleTimeoutMs={view.idleTimeoutMs}
          groups={found?.groups.map(({ pool }) => pool) ?? []}
          answer={props.whatIf}
        />
      )}
      {(visitor.role === "admin" || visitor.role === "support") && <Proof recount={recount} />}
    </UsageRoom>
  );
};

const sayShare = ({ share }: Language, { seatMs, limitMs }: UsageSum): string =>
  limitMs === 0 ? "–" : share(seatMs / limitMs);

/** L25: in the records model people are counted, and no share of a limit; in the named model nothing is ever full. */
const Totals = ({ usage: { total }, view }: { usage: UsageView; view: AdminView }) => {
  const language = useLanguage();
  const { words, say, number, longDuration } = language;
  const { usage, fullness } = words;
  const { measure } = view.full;
  const figures: [string, string][] = [
    [measure === "records" ? fullness.usage.peakPeople : usage.peak, number(total.peak)],
    ...(measure === "records"
      ? []
      : [[measure === "named" ? fullness.usage.ofNamed : usage.share, sayShare(language, total)] as [string, string]]),
    ...(measure === "concurrent" || measure === "mixed"
      ? [[usage.fullHours, number(total.fullMs / HOUR_MS)] as [string, string]]
      : []),
    [usage.grants, number(total.grants)],
    [usage.denials, number(total.denials)],
    [say(words.brief.figure, { tolerance: longDuration(view.settings.refusalToleranceMs) }), number(total.brief)],
    [usage.waited, number(Math.round(total.waitedMs / MINUTE_MS))],
    [usage.lost, number(Math.round(total.lostMs / MINUTE_MS))],
  ];
  return (
    <section class="card" aria-labelledby="totals-title">
      <h2 id="totals-title">{usage.totals}</h2>
      <dl class="figures">
        {figures.map(([name, figure]) => (
          <div>
            <dt>{name}</dt>
            <dd>{figure}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
};

const Days = ({ usage: found, view, first, last }: UsagePageProps & { usage: UsageView }) => {
  const language = useLanguage();
  const { words, say, count, number, workTime, day: writeDay } = language;
  const { usage, fullness } = words;
  const { measure, agreed } = view.full;
  const isRecords = measure === "records";
  const figures: [string, (day: UsageSum) => string][] = [
    [usage.head.peak, ({ peak }) => number(peak)],
    ...(isRecords
      ? []
      : ([
          [usage.head.leastFree, ({ leastFree }) => number(leastFree)],
          [usage.head.share, (day) => sayShare(language, day)],
        ] as [string, (day: UsageSum) => string][])),
    [usage.head.grants, ({ grants }) => number(grants)],
    [usage.head.denials, ({ denials }) => number(denials)],
    [usage.head.waited, ({ waitedMs }) => (waitedMs === 0 ? "–" : workTime(waitedMs))],
    [usage.head.lost, ({ lostMs }) => (lostMs === 0 ? "–" : workTime(lostMs))],
  ];
  return (
    <section class="card" aria-labelledby="days-title">
      <h2 id="days-title">{isRecords ? fullness.usage.peakDays : usage.days}</h2>
      <DayChart
        label={isRecords ? fullness.usage.daysLabel : say(usage.daysLabel, { limit: agreed })}
        first={first}
        last={last}
        limit={isRecords ? null : agreed}
        bars={found.days.map(({ day, peak, denials }) => ({
          day,
          value: peak,
          bad: denials > 0,
          title: count(usage.dayTitle, denials, { day: writeDay("day", day), peak }),
        }))}
      />
      <ul class="legend">
        <li>{usage.nobodyRefused}</li>
        <li class="is-bad">{usage.somebodyRefused}</li>
        {!isRecords && <li class="is-limit">{usage.limitNow}</li>}
      </ul>
      <details>
        <summary>{usage.asTable}</summary>
        <FiguresTable
          of={usage.head.day}
          rows={[...found.days].reverse()}
          nameOf={({ day }) => writeDay("day", day)}
          figures={figures}
        />
      </details>
    </section>
  );
};

const Groups = ({ usage: { groups } }: { usage: UsageView }) => {
  const { words, number } = useLanguage();
  const { usage } = words;
  return (
    <section class="card" aria-labelledby="groups-title">
      <h2 id="groups-title">{usage.groups}</h2>
      <FiguresTable
        of={usage.group}
        rows={groups}
        nameOf={({ pool }) => <bdi class="name">{pool}</bdi>}
        figures={[
          [usage.head.peak, ({ peak }) => number(peak)],
          [usage.head.seatHours, ({ seatMs }) => number(Math.round(seatMs / HOUR_MS))],
          [usage.head.grants, ({ grants }) => number(grants)],
          [usage.head.denials, ({ denials }) => number(denials)],
        ]}
      />
    </section>
  );
};

const Proof = ({ recount }: { recount: Recount | null }) => {
  const { usage } = useLanguage().words;
  return (
    <section class="card" id="proof" aria-labelledby="proof-title">
      <h2 id="proof-title">{usage.again}</h2>
      {recount !== null && <Recounted recount={recount} />}
      <p class="hint">{usage.againHint}</p>
      <form method="post" action={`${PATHS.recount}#proof`}>
        <div class="actions">
          <button type="submit" name="mend" value="no" class="button button-quiet">
            {usage.compare}
          </button>
          <button type="submit" name="mend" value="yes" class="button button-quiet">
            {usage.mend}
          </button>
        </div>
      </form>
    </section>
  );
};

const Recounted = ({ recount: { events, rows, mended, ...found } }: { recount: Recount }) => {
  const { words, say } = useLanguage();
  const different = found.different + found.differentStays;
  const { recounted, differed, mended: wereMended } = words.usage;
  const text = say(different === 0 ? recounted : mended ? wereMended : differed, { events, rows, different });
  return different === 0 || mended ? <Said>{text}</Said> : <Fault>{text}</Fault>;
};
