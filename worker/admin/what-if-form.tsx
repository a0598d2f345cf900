/** R3: the real history at another limit or idle time-out. */
import { IDLE_TIMEOUT_MAX_MS, IDLE_TIMEOUT_MIN_MS, LIMIT_MAX } from "../../shared/timing.ts";
import type { Replay } from "../records/what-if.ts";
import { useLanguage } from "./language.ts";
import { PATHS } from "./paths.ts";
import { Told } from "./told.tsx";

const MINUTE = 60_000;

export type WhatIfAnswer =
  | { fault: string; limit: string; minutes: string }
  | {
      limit: number;
      minutes: number;
      /** Days replayed, and fullest days that there were. */
      days: number;
      asked: number;
      today: Replay;
      tried: Replay;
      /** Refusals that really happened on these days. */
      real: number;
    };

export const WhatIf = ({
  limit,
  idleTimeoutMs,
  answer,
}: {
  limit: number;
  idleTimeoutMs: number;
  answer: WhatIfAnswer | null;
}) => {
  const { words } = useLanguage();
  const { whatIf } = words;
  return (
    <section class="card" aria-labelledby="what-if-title" id="what-if">
      <h2 id="what-if-title">{whatIf.title}</h2>
      <p class="hint">{whatIf.hint}</p>
      <form class="filter" method="get" action={`${PATHS.whatIf}#what-if`}>
        <div>
          <label for="try-limit">{words.limit.title}</label>
          <input id="try-limit" name="limit" type="number" min={1} max={LIMIT_MAX} value={answer?.limit ?? limit} />
        </div>
        <div>
          <label for="try-minutes">{whatIf.minutes}</label>
          <input
            id="try-minutes"
            name="minutes"
            type="number"
            min={IDLE_TIMEOUT_MIN_MS / MINUTE}
            max={IDLE_TIMEOUT_MAX_MS / MINUTE}
            value={answer?.minutes ?? Math.round(idleTimeoutMs / MINUTE)}
          />
        </div>
        <button type="submit" class="button">
          {whatIf.replay}
        </button>
      </form>
      {answer !== null &&
        ("fault" in answer ? (
          <p class="fault">
            <Told text={answer.fault} />
          </p>
        ) : (
          <Outcome answer={answer} />
        ))}
    </section>
  );
};

const Outcome = ({ answer }: { answer: Exclude<WhatIfAnswer, { fault: string }> }) => {
  const { words, say, count, number, duration } = useLanguage();
  const { whatIf, counts, usage } = words;
  if (answer.days === 0) return <p class="empty">{whatIf.none}</p>;
  const { tried, today } = answer;
  const asked = {
    seats: count(counts.seats, answer.limit),
    minutes: count(counts.minutes, answer.minutes),
    on: count(whatIf.on, answer.days),
  };
  const cells: [string, (replay: Replay) => string][] = [
    [usage.head.denials, ({ denials }) => number(denials)],
    [usage.head.peak, ({ peak }) => number(peak)],
    [usage.head.waited, ({ waitedMs }) => duration(waitedMs)],
    [usage.head.lost, ({ lostMs }) => duration(lostMs)],
  ];
  return (
    <>
      <p class="verdict" role="status">
        {tried.denials === 0 ? say(whatIf.verdictNone, asked) : count(whatIf.verdict, tried.denials, asked)}
      </p>
      <table>
        <caption class="visually-hidden">{whatIf.caption}</caption>
        <thead>
          <tr>
            <th scope="col">{whatIf.settings}</th>
            {cells.map(([name]) => (
              <th scope="col" class="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {(
            [
              [whatIf.today, today],
              [whatIf.tried, tried],
            ] as const
          ).map(([settings, replay]) => (
            <tr>
              <th scope="row">{settings}</th>
              {cells.map(([name, write]) => (
                <td data-label={name} class="number">
                  {write(replay)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p class="hint">
        {count(whatIf.real, answer.real)}
        {answer.asked > answer.days && ` ${count(whatIf.tooMuch, answer.asked - answer.days)}`}
      </p>
    </>
  );
};
