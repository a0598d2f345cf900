/** R3: who of which group uses licences when, and what two groups would save by one pool. */

import { HOUR_MS } from "../../../../shared/durations.ts";
import type { Span } from "../../../audit/time-zone.ts";
import { dayOf } from "../../../audit/time-zone.ts";
import type { Overlap } from "../../../audit/usage/overlaps.ts";
import { OVERLAPS_OF, type Teams, type TeamUse } from "../../../audit/usage/teams.ts";
import { countHours } from "../../../audit/usage/usage-query.ts";
import type { AdminView, Person } from "../../../tenant/tenant-calls.ts";
import { useLanguage } from "../../language.ts";
import { PATHS, writeQuery } from "../../paths.ts";
import { DayChart, type HeatCell, Heatmap } from "../../ui/charts.tsx";
import { FiguresTable } from "../../ui/figures-table.tsx";
import { DateFields, ExportLinks, FilterEnd } from "../../ui/filter.tsx";
import type { UsagePeriod } from "./usage-period.ts";
import { NoRecords, UsageRoom } from "./usage-room.tsx";
import { workingHours } from "./usage-week.tsx";

export interface TeamsPageProps {
  visitor: Person;
  view: AdminView;
  period: UsagePeriod;
  spans: Span[];
  /** null: the records do not answer. */
  teams: Teams | null;
  /** The group whose days and hours are shown; empty: the first. */
  group: string;
}

/** Pairs of all groups that are listed; of the group that is shown, all are. */
const BEST = 20;

export const TeamsPage = (props: TeamsPageProps) => {
  const { visitor, view, period, teams: found, group } = props;
  const { words } = useLanguage();
  const { teams: said } = words.insight;
  const shown = found?.teams.find((team) => team.group === group) ?? found?.teams[0];
  return (
    <UsageRoom tab="teams" title={said.title} visitor={visitor} view={view}>
      <form class="filter" method="get" action={PATHS.teams}>
        <DateFields {...period.typed} wrong={period.fault?.field ?? null} />
        {found !== null && found.teams.length > 0 && (
          <div>
            <label for="group">{said.group}</label>
            <select id="group" name="group">
              {found.teams.map((team) => (
                <option value={team.group} selected={team === shown}>
                  {team.group}
                </option>
              ))}
            </select>
          </div>
        )}
        <FilterEnd fault={period.fault} />
      </form>
      {found === null ? (
        <NoRecords />
      ) : shown === undefined ? (
        <section class="card">
          <p class="empty">{said.none}</p>
        </section>
      ) : (
        <>
          <Groups period={period} teams={found.teams} group={shown.group} />
          {found.overlaps.length > 0 && <Overlaps overlaps={found.overlaps} />}
          <Team {...props} team={shown} />
          <Beside overlaps={found.overlaps} group={shown.group} />
        </>
      )}
    </UsageRoom>
  );
};

const Groups = ({ teams, period, group }: { teams: readonly TeamUse[]; period: UsagePeriod; group: string }) => {
  const { words, number } = useLanguage();
  const { teams: said } = words.insight;
  return (
    <section class="card" aria-labelledby="teams-title">
      <h2 id="teams-title">{said.each}</h2>
      <p class="hint">{said.eachHint}</p>
      <FiguresTable
        of={said.group}
        rows={teams}
        nameOf={({ group }) => (
          <a class="name" href={`${PATHS.teams}${writeQuery({ ...period.typed, group })}`}>
            <bdi>{group}</bdi>
          </a>
        )}
        figures={[
          [said.people, ({ people }) => number(people)],
          [words.usage.head.seatHours, ({ heldMs }) => number(Math.round(heldMs / HOUR_MS))],
          [words.usage.head.peak, ({ peak }) => number(peak)],
        ]}
      />
      <ExportLinks path={PATHS.teamsFile} filter={{ ...period.typed, group }} />
    </section>
  );
};

const Overlaps = ({ overlaps }: { overlaps: readonly Overlap[] }) => {
  const { words, say, count } = useLanguage();
  const { teams: said } = words.insight;
  const [best] = overlaps;
  return (
    <section class="card" aria-labelledby="overlaps-title">
      <h2 id="overlaps-title">{said.overlaps}</h2>
      {best !== undefined && best.saved > 0 && (
        <p class="verdict">{count(said.best, best.saved, { one: best.groups[0], other: best.groups[1] })}</p>
      )}
      <p class="hint">{say(said.overlapsHint, { most: OVERLAPS_OF })}</p>
      <Pairs overlaps={overlaps.slice(0, BEST)} nameOf={({ groups: [one, other] }) => say(said.and, { one, other })} />
    </section>
  );
};

const Pairs = ({ overlaps, nameOf }: { overlaps: readonly Overlap[]; nameOf: (pair: Overlap) => string }) => {
  const { words, number } = useLanguage();
  const { teams: said } = words.insight;
  return (
    <FiguresTable
      of={said.pair}
      rows={overlaps}
      nameOf={(pair) => <bdi>{nameOf(pair)}</bdi>}
      figures={[
        [said.inBoth, ({ people }) => number(people)],
        [said.peaks, ({ peaks: [a, b] }) => `${number(a)} + ${number(b)}`],
        [said.common, ({ common }) => number(common)],
        [said.saved, ({ saved }) => number(saved)],
      ]}
    />
  );
};

/** The group that is shown, first in each pair, with every other. */
const Beside = ({ overlaps, group }: { overlaps: readonly Overlap[]; group: string }) => {
  const { words, say } = useLanguage();
  const pairs = overlaps.flatMap((pair): Overlap[] => {
    const { groups, peaks } = pair;
    if (groups[0] === group) return [pair];
    return groups[1] === group ? [{ ...pair, groups: [group, groups[0]], peaks: [peaks[1], peaks[0]] }] : [];
  });
  if (pairs.length === 0) return null;
  return (
    <section class="card" aria-labelledby="beside-title">
      <h2 id="beside-title">{say(words.insight.teams.beside, { group })}</h2>
      <Pairs overlaps={pairs} nameOf={({ groups: [, other] }) => other} />
    </section>
  );
};

const Team = ({ team, period, spans, view }: TeamsPageProps & { team: TeamUse }) => {
  const { words, say, number, day: writeDay, zone } = useLanguage();
  const { usage, insight } = words;
  const { teams: said } = insight;
  const counts = countHours(spans);
  const hours = workingHours(team.hours.map(({ hour, heldMs }) => ({ hour, seatMs: heldMs })));
  const byHour = new Map(team.hours.map((row) => [row.hour, row]));
  const cellOf = (weekday: number, hour: number): HeatCell => {
    const row = byHour.get(weekday * 24 + hour);
    const held = counts[weekday * 24 + hour] ?? 0;
    if (row === undefined || held === 0) return { words: "", level: 0, title: usage.noUse };
    const mean = row.heldMs / HOUR_MS / held;
    const level = Math.max(1, Math.min(4, Math.ceil((4 * row.peak) / Math.max(1, team.peak)))) as 1 | 2 | 3 | 4;
    const figure = mean > 0 && mean < 1 ? "<1" : number(mean >= 9.95 ? Math.round(mean) : mean);
    return { words: figure, level, title: say(said.hourTitle, { mean, peak: row.peak }) };
  };
  return (
    <section class="card" aria-labelledby="team-title">
      <h2 id="team-title">
        <bdi>{team.group}</bdi>
      </h2>
      <DayChart
        label={say(said.daysLabel, { group: team.group })}
        first={dayOf(zone, period.from)}
        last={dayOf(zone, period.to - 1)}
        limit={view.limit}
        bars={team.days.map(({ day, peak }) => ({
          day,
          value: peak,
          bad: false,
          title: say(said.dayTitle, { day: writeDay("day", day), peak }),
        }))}
      />
      <p class="hint">{said.weekHint}</p>
      <Heatmap caption={say(said.weekCaption, { group: team.group })} hours={hours} cellOf={cellOf} />
    </section>
  );
};
