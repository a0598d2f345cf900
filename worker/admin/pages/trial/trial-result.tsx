/** L33: the difference that tried settings would have made. */
import { DENIAL_REASONS, type DenialReason } from "../../../../shared/denial.ts";
import { HOUR_MS } from "../../../../shared/durations.ts";
import { DIFFERENCE_KINDS, EPISODES_MAX, type Figures, type HourFigures } from "../../../ledger/shadow/difference.ts";
import type { EpisodeRow, ShadowView } from "../../../tenant/shadow/shadow-calls.ts";
import { useLanguage } from "../../language.ts";
import { holderPath } from "../../paths.ts";
import { FiguresTable } from "../../ui/figures-table.tsx";
import { Moment } from "../../ui/time.tsx";

const HOURS_SHOWN = 24;

/** Refusals that count (R1). */
const refusedIn = ({ refused, brief }: Figures): number => refused - brief;

export const TrialResult = ({ trial, toleranceMs, now }: { trial: ShadowView; toleranceMs: number; now: number }) => (
  <>
    <Sums trial={trial} toleranceMs={toleranceMs} />
    <Hours hours={trial.hours} />
    <People people={trial.people} now={now} />
  </>
);

const Sums = ({ trial, toleranceMs }: { trial: ShadowView; toleranceMs: number }) => {
  const { words, say, count, number, duration, longDuration } = useLanguage();
  const { trial: said, reasons } = words;
  const { live, tried, kinds } = trial;
  const differs = DIFFERENCE_KINDS.filter((kind) => kinds[kind].count > 0);
  const isSame = differs.length === 0 && refusedIn(live) === refusedIn(tried);
  const refusals = DENIAL_REASONS.filter((reason) => live.reasons[reason] || tried.reasons[reason]);
  const sides: readonly [string, Figures][] = [
    [said.live, live],
    [said.tried, tried],
  ];
  return (
    <section class="card" aria-labelledby="figures-title" id="figures">
      <h2 id="figures-title">{said.figures}</h2>
      <p class="verdict">
        {isSame ? said.verdictSame : count(said.verdictRefused, refusedIn(tried), { live: number(refusedIn(live)) })}
      </p>
      <FiguresTable
        caption={said.figures}
        of={said.of}
        rows={sides}
        nameOf={([side]) => side}
        figures={[
          [said.refused, ([, figures]) => number(refusedIn(figures))],
          [said.waited, ([, { waitedMs }]) => duration(waitedMs)],
          [said.gaveUp, ([, { gaveUp }]) => number(gaveUp)],
          [said.beyond, ([, { beyond }]) => number(beyond)],
          [said.most, ([, { most }]) => number(most)],
        ]}
      />
      <p class="hint">{say(said.brief, { tolerance: longDuration(toleranceMs) })}</p>
      {differs.length > 0 && (
        <FiguresTable
          caption={said.kinds}
          of={said.kind}
          rows={differs}
          nameOf={(kind) => said.kindNames[kind]}
          figures={[
            [said.times, (kind) => number(kinds[kind].count)],
            [said.inAll, (kind) => duration(kinds[kind].ms)],
          ]}
        />
      )}
      {refusals.length > 0 && (
        <FiguresTable
          caption={said.reasons}
          of={said.reason}
          rows={refusals}
          nameOf={(reason: DenialReason) => reasons[reason]}
          figures={[
            [said.live, (reason) => number(live.reasons[reason] ?? 0)],
            [said.tried, (reason) => number(tried.reasons[reason] ?? 0)],
          ]}
        />
      )}
    </section>
  );
};

const Hours = ({ hours }: { hours: readonly HourFigures[] }) => {
  const { words, number } = useLanguage();
  const { trial: said } = words;
  const shown = hours.filter(({ live, tried }) => live.refused + tried.refused > 0).slice(-HOURS_SHOWN);
  if (shown.length === 0) return null;
  return (
    <section class="card" aria-labelledby="hours-title">
      <h2 id="hours-title">{said.hours}</h2>
      <p class="hint">{said.hoursHint}</p>
      <FiguresTable
        caption={said.hours}
        of={said.hour}
        rows={shown.toReversed()}
        nameOf={({ hour }) => <Moment at={hour * HOUR_MS} />}
        figures={[
          [said.liveRefused, ({ live }) => number(live.refused)],
          [said.triedRefused, ({ tried }) => number(tried.refused)],
          [said.liveMost, ({ live }) => number(live.most)],
          [said.triedMost, ({ tried }) => number(tried.most)],
        ]}
      />
    </section>
  );
};

const People = ({ people, now }: { people: readonly EpisodeRow[]; now: number }) => {
  const { words, say, duration } = useLanguage();
  const { trial: said, reasons, causes } = words;
  const because = (reason: EpisodeRow["reason"]): string =>
    reason === null ? "–" : reason in reasons ? reasons[reason as DenialReason] : causes[reason as keyof typeof causes];
  return (
    <section class="card" aria-labelledby="people-title">
      <h2 id="people-title">{said.people}</h2>
      <p class="hint">{say(said.peopleHint, { most: EPISODES_MAX })}</p>
      {people.length === 0 ? (
        <p class="empty">{said.none}</p>
      ) : (
        <table>
          <caption class="visually-hidden">{said.people}</caption>
          <thead>
            <tr>
              <th scope="col">{said.person}</th>
              <th scope="col">{said.kind}</th>
              <th scope="col">{said.why}</th>
              <th scope="col">{said.from}</th>
              <th scope="col">{said.lasted}</th>
            </tr>
          </thead>
          <tbody>
            {people.map(({ holder, name, kind, reason, from, to }) => (
              <tr>
                <th scope="row">
                  {holder === "" || name === "" ? (
                    said.somebody
                  ) : (
                    <a href={holderPath(holder)}>
                      <bdi class="name">{name}</bdi>
                    </a>
                  )}
                </th>
                <td data-label={said.kind}>{said.kindNames[kind]}</td>
                <td data-label={said.why}>{because(reason)}</td>
                <td data-label={said.from} class="when">
                  <Moment at={from} />
                </td>
                <td data-label={said.lasted}>
                  {to === null
                    ? say(said.goesOn, { duration: duration(Math.max(0, now - from)) })
                    : duration(to - from)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
};
