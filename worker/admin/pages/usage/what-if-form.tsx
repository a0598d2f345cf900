/** R3: the real history at another limit, idle time-out, reservation or maximum of a group. */
import { MINUTE_MS } from "../../../../shared/durations.ts";
import type { Sentence } from "../../../../shared/sentence.ts";
import { IDLE_TIMEOUT_MAX_MS, IDLE_TIMEOUT_MIN_MS, LIMIT_MAX } from "../../../../shared/timing.ts";
import type { Replay, Scenario } from "../../../audit/usage/what-if.ts";
import type { WhatIfField, WhatIfFound } from "../../../audit/usage/what-if-query.ts";
import { useLanguage } from "../../language.ts";
import { PATHS } from "../../paths.ts";
import { FiguresTable } from "../../ui/figures-table.tsx";
import { ExportLinks } from "../../ui/filter.tsx";
import { Fault, fieldTies } from "../../ui/said.tsx";
import { Translated } from "../../ui/translated.tsx";

/** As typed into the form. */
export type WhatIfTyped = Record<WhatIfField, string>;

export type WhatIfAnswer =
  | { fault: Sentence; field: WhatIfField | undefined; typed: WhatIfTyped }
  | { typed: WhatIfTyped; found: WhatIfFound };

export interface WhatIfProps {
  limit: number;
  idleTimeoutMs: number;
  /** Groups by which use is counted. */
  groups: readonly string[];
  answer: WhatIfAnswer | null;
}

export const WhatIf = ({ limit, idleTimeoutMs, groups, answer }: WhatIfProps) => {
  const { words } = useLanguage();
  const { whatIf } = words;
  const typed = answer?.typed ?? {
    limit: String(limit),
    minutes: String(Math.round(idleTimeoutMs / MINUTE_MS)),
    group: "",
    reserved: "",
    most: "",
  };
  const wrong = answer !== null && "fault" in answer ? answer.field : undefined;
  const chosen = groups.includes(typed.group) || typed.group === "" ? groups : [...groups, typed.group];
  const [least, most] = [IDLE_TIMEOUT_MIN_MS / MINUTE_MS, IDLE_TIMEOUT_MAX_MS / MINUTE_MS];
  return (
    <section class="card" aria-labelledby="what-if-title" id="what-if">
      <h2 id="what-if-title">{whatIf.title}</h2>
      <p class="hint">{whatIf.hint}</p>
      <form class="filter" method="get" action={`${PATHS.whatIf}#what-if`}>
        <Count name="limit" label={words.limit.title} least={1} most={LIMIT_MAX} value={typed.limit} wrong={wrong} />
        <Count name="minutes" label={whatIf.minutes} least={least} most={most} value={typed.minutes} wrong={wrong} />
        {chosen.length > 0 && (
          <>
            <div>
              <label for="try-group">{whatIf.group}</label>
              <select id="try-group" name="group">
                <option value="">{whatIf.noGroup}</option>
                {chosen.map((group) => (
                  <option value={group} selected={group === typed.group}>
                    {group}
                  </option>
                ))}
              </select>
            </div>
            <Count
              name="reserved"
              label={whatIf.reserved}
              least={0}
              most={LIMIT_MAX}
              value={typed.reserved}
              wrong={wrong}
            />
            <Count name="most" label={whatIf.most} least={1} most={LIMIT_MAX} value={typed.most} wrong={wrong} />
          </>
        )}
        <button type="submit" class="button">
          {whatIf.replay}
        </button>
        {answer !== null && "fault" in answer && (
          <div class="filter-fault">
            <Fault id="what-if-fault">
              <Translated of={answer.fault} />
            </Fault>
          </div>
        )}
      </form>
      {answer !== null && "found" in answer && (
        <>
          <Outcome answer={answer.found} />
          <ExportLinks path={PATHS.whatIfFile} filter={answer.typed} />
        </>
      )}
    </section>
  );
};

const Count = (field: {
  name: string;
  label: string;
  least: number;
  most: number;
  value: string;
  /** The name of the field that is wrong. */
  wrong: string | undefined;
}) => (
  <div>
    <label for={`try-${field.name}`}>{field.label}</label>
    <input
      id={`try-${field.name}`}
      name={field.name}
      type="number"
      min={field.least}
      max={field.most}
      value={field.value}
      {...fieldTies(field.wrong === field.name, "what-if-fault")}
    />
  </div>
);

/** What of the answer is the group's. */
const PoolWords = ({ pool }: { pool: NonNullable<Scenario["pool"]> }) => {
  const { words, parts, count, plural, number } = useLanguage();
  const { whatIf, counts } = words;
  const group = <bdi>{pool.group}</bdi>;
  return (
    <p>
      {parts(whatIf.reservedFor, { seats: count(counts.seats, pool.reserved), group })}{" "}
      {pool.most !== null && parts(plural(whatIf.atMost, pool.most), { count: number(pool.most), group })}{" "}
      {whatIf.onlyThis}
    </p>
  );
};

const Outcome = ({ answer }: { answer: WhatIfFound }) => {
  const { words, say, count, number, workTime } = useLanguage();
  const { whatIf, counts, usage } = words;
  if (answer.days === 0) return <p class="empty">{whatIf.none}</p>;
  const { tried, today, real } = answer;
  const asked = {
    seats: count(counts.seats, answer.limit),
    minutes: count(counts.minutes, answer.minutes),
    on: count(whatIf.on, answer.days),
  };
  const replays: readonly [string, Replay][] = [
    [whatIf.really, real],
    [whatIf.today, today],
    [whatIf.tried, tried],
  ];
  return (
    <>
      <p class="verdict" role="status">
        {tried.denials === 0 ? say(whatIf.verdictNone, asked) : count(whatIf.verdict, tried.denials, asked)}
      </p>
      {answer.pool !== null && <PoolWords pool={answer.pool} />}
      <FiguresTable
        caption={whatIf.caption}
        of={whatIf.settings}
        rows={replays}
        nameOf={([settings]) => settings}
        figures={[
          [usage.head.denials, ([, { denials }]) => number(denials)],
          [usage.head.peak, ([, { peak }]) => number(peak)],
          [usage.head.waited, ([, { waitedMs }]) => workTime(waitedMs)],
          [usage.head.lost, ([, { lostMs }]) => workTime(lostMs)],
        ]}
      />
      <p class="hint">
        {whatIf.compare}
        {answer.asked > answer.days && ` ${count(whatIf.tooMuch, answer.asked - answer.days)}`}
      </p>
    </>
  );
};
