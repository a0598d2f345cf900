/** R3: the real history at another limit, idle time-out, reservation or maximum of a group. */
import { IDLE_TIMEOUT_MAX_MS, IDLE_TIMEOUT_MIN_MS, LIMIT_MAX } from "../../shared/timing.ts";
import type { Replay, Scenario } from "../records/what-if.ts";
import { writeDuration } from "./age.ts";
import { PATHS } from "./paths.ts";
import { seats } from "./words.ts";

const MINUTE = 60_000;

/** As typed into the form. */
export interface WhatIfTyped {
  limit: string;
  minutes: string;
  /** Empty: none. */
  group: string;
  reserved: string;
  most: string;
}

export type WhatIfAnswer =
  | { fault: string; typed: WhatIfTyped }
  | {
      typed: WhatIfTyped;
      limit: number;
      minutes: number;
      pool: Scenario["pool"];
      /** Days replayed, and fullest days that there were. */
      days: number;
      asked: number;
      today: Replay;
      tried: Replay;
      /** Refusals that really happened on these days. */
      real: number;
    };

export interface WhatIfProps {
  limit: number;
  idleTimeoutMs: number;
  /** Groups by which use is counted. */
  groups: readonly string[];
  answer: WhatIfAnswer | null;
}

export const WhatIf = ({ limit, idleTimeoutMs, groups, answer }: WhatIfProps) => {
  const typed = answer?.typed ?? {
    limit: String(limit),
    minutes: String(Math.round(idleTimeoutMs / MINUTE)),
    group: "",
    reserved: "",
    most: "",
  };
  const chosen = groups.includes(typed.group) || typed.group === "" ? groups : [...groups, typed.group];
  return (
    <section class="card" aria-labelledby="what-if-title" id="what-if">
      <h2 id="what-if-title">What if</h2>
      <p class="hint">
        Replays the fullest days of the last 90 at other settings. Who would be refused is taken to wait a quarter of an
        hour; who really gave up is taken to have worked as long as people usually do. Reservations of today are left
        out: the one typed here is the only one.
      </p>
      <form class="filter" method="get" action={`${PATHS.whatIf}#what-if`}>
        <Count name="limit" words="Limit" least={1} most={LIMIT_MAX} value={typed.limit} />
        <Count
          name="minutes"
          words="Idle time-out, minutes"
          least={IDLE_TIMEOUT_MIN_MS / MINUTE}
          most={IDLE_TIMEOUT_MAX_MS / MINUTE}
          value={typed.minutes}
        />
        {chosen.length > 0 && (
          <>
            <div>
              <label for="try-group">Group</label>
              <select id="try-group" name="group">
                <option value="">none</option>
                {chosen.map((group) => (
                  <option value={group} selected={group === typed.group}>
                    {group}
                  </option>
                ))}
              </select>
            </div>
            <Count name="reserved" words="Reserved for it" least={0} most={LIMIT_MAX} value={typed.reserved} />
            <Count name="most" words="At most" least={1} most={LIMIT_MAX} value={typed.most} />
          </>
        )}
        <button type="submit" class="button">
          Replay
        </button>
      </form>
      {answer !== null && ("fault" in answer ? <p class="fault">{answer.fault}</p> : <Outcome answer={answer} />)}
    </section>
  );
};

const Count = (field: { name: string; words: string; least: number; most: number; value: string }) => (
  <div>
    <label for={`try-${field.name}`}>{field.words}</label>
    <input
      id={`try-${field.name}`}
      name={field.name}
      type="number"
      min={field.least}
      max={field.most}
      value={field.value}
    />
  </div>
);

const Outcome = ({ answer }: { answer: Exclude<WhatIfAnswer, { fault: string }> }) => {
  if (answer.days === 0) return <p class="empty">There are no days of use to replay yet.</p>;
  const { tried, today, pool } = answer;
  return (
    <>
      <p class="verdict" role="status">
        With {seats(answer.limit)}
        {pool !== null && (
          <>
            , of them {pool.reserved} for <bdi>{pool.group}</bdi>
            {pool.most !== null && <> with a maximum of {pool.most}</>},
          </>
        )}{" "}
        and an idle time-out of {answer.minutes} minutes there would have been{" "}
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
