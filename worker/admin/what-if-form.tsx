/** R3: the real history at another limit or idle time-out. */
import { IDLE_TIMEOUT_MAX_MS, IDLE_TIMEOUT_MIN_MS, LIMIT_MAX } from "../../shared/timing.ts";
import type { Replay } from "../records/what-if.ts";
import { writeDuration } from "./age.ts";
import { PATHS } from "./paths.ts";
import { seats } from "./words.ts";

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
}) => (
  <section class="card" aria-labelledby="what-if-title" id="what-if">
    <h2 id="what-if-title">What if</h2>
    <p class="hint">
      Replays the fullest days of the last 90 at other settings. Who would be refused is taken to wait a quarter of an
      hour; who really gave up is taken to have worked as long as people usually do.
    </p>
    <form class="filter" method="get" action={`${PATHS.whatIf}#what-if`}>
      <div>
        <label for="try-limit">Limit</label>
        <input id="try-limit" name="limit" type="number" min={1} max={LIMIT_MAX} value={answer?.limit ?? limit} />
      </div>
      <div>
        <label for="try-minutes">Idle time-out, minutes</label>
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
        Replay
      </button>
    </form>
    {answer !== null && ("fault" in answer ? <p class="fault">{answer.fault}</p> : <Outcome answer={answer} />)}
  </section>
);

const Outcome = ({ answer }: { answer: Exclude<WhatIfAnswer, { fault: string }> }) => {
  if (answer.days === 0) return <p class="empty">There are no days of use to replay yet.</p>;
  const { tried, today } = answer;
  return (
    <>
      <p class="verdict" role="status">
        With {seats(answer.limit)} and an idle time-out of {answer.minutes} minutes there would have been{" "}
        {tried.denials === 0 ? "no refusal" : tried.denials === 1 ? "1 refusal" : `${tried.denials} refusals`} on the{" "}
        {answer.days} fullest days.
      </p>
      <table>
        <caption class="visually-hidden">The same days at today’s settings and at those tried</caption>
        <thead>
          <tr>
            <th scope="col">Settings</th>
            {["Refusals", "Most in use", "Waited", "Lost"].map((words) => (
              <th scope="col" class="number">
                {words}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {(
            [
              ["Today’s, replayed", today],
              ["Those tried", tried],
            ] as const
          ).map(([words, replay]) => (
            <tr>
              <th scope="row">{words}</th>
              <td data-label="Refusals" class="number">
                {replay.denials}
              </td>
              <td data-label="Most in use" class="number">
                {replay.peak}
              </td>
              <td data-label="Waited" class="number">
                {writeDuration(replay.waitedMs)}
              </td>
              <td data-label="Lost" class="number">
                {writeDuration(replay.lostMs)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="hint">
        Really there were {answer.real} refusals on these days; how near the first line comes to it says how far to
        trust the second.
        {answer.asked > answer.days && ` ${answer.asked - answer.days} of the fullest days were too much for one page.`}
      </p>
    </>
  );
};
