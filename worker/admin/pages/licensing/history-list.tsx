/** A7: what was changed in the settings: who, when, from and to. */
import type { ClosingTrace, PastChange, Trace } from "../../../ledger/settings/settings.ts";
import { type Language, useLanguage } from "../../language.ts";
import { PATHS } from "../../paths.ts";
import { Moment } from "../../ui/time.tsx";
import { Translated } from "../../ui/translated.tsx";

type PoolTrace = NonNullable<Extract<Trace, { field: "pool" }>["from"]>;

const poolFacts = ({ words, say, count, list }: Language, pool: PoolTrace): string =>
  say(words.traces.pool, {
    groups: list(pool.groups),
    reserved: pool.reserved,
    most: pool.most ?? words.licensing.none,
    priority: pool.priority,
    when: pool.windows === null ? words.traces.always : count(words.traces.windows, pool.windows),
  });

/** One change in a line. */
export function sayTrace(language: Language, trace: Trace): string {
  const { words, say, count, longDuration, date } = language;
  const { traces, licensing } = words;
  switch (trace.field) {
    case "limit":
    case "named_licences":
      return say(traces[trace.field], { from: trace.from, to: trace.to });
    case "records_agreed":
      return say(traces.records_agreed, { from: trace.from ?? licensing.none, to: trace.to ?? licensing.none });
    case "idle_timeout":
      return say(traces.idle_timeout, { from: longDuration(trace.from), to: longDuration(trace.to) });
    case "model":
      return say(traces.model, { from: licensing.models[trace.from], to: licensing.models[trace.to] });
    case "time_zone":
    case "contact":
    case "announcement":
      return say(traces[trace.field], { from: trace.from || licensing.none, to: trace.to || licensing.none });
    case "assigned":
    case "exempt": {
      const sentence =
        trace.field === "assigned"
          ? trace.to
            ? traces.assigned
            : traces.unassigned
          : trace.to
            ? traces.exempt
            : traces.exemptEnded;
      return say(sentence, { name: trace.person.name || licensing.somebody });
    }
    case "pool": {
      const from = trace.from === null ? "" : poolFacts(language, trace.from);
      const to = trace.to === null ? "" : poolFacts(language, trace.to);
      const sentence =
        trace.from === null ? traces.poolAdded : trace.to === null ? traces.poolRemoved : traces.poolChanged;
      return say(sentence, { name: trace.name, from, to });
    }
    case "boost": {
      const [made, cancelled] =
        trace.windows === undefined
          ? [traces.boost, traces.boostCancelled]
          : [words.repeat.trace, words.repeat.traceCancelled];
      const [from, to] = [date("moment", trace.starts), date("moment", trace.ends)];
      return count(trace.to ? made : cancelled, trace.extra, { from, to });
    }
    case "closing": {
      const times = (closing: ClosingTrace) =>
        closing === null
          ? licensing.none
          : say(words.closing.from_to, { from: date("moment", closing.from), until: date("moment", closing.until) });
      return say(words.closing.trace, { from: times(trace.from), to: times(trace.to) });
    }
    case "holidays":
      return say(words.holidays.trace, { from: trace.from, to: trace.to });
    case "refusal_tolerance":
      return say(traces.tolerance, { from: longDuration(trace.from), to: longDuration(trace.to) });
    case "enforcement":
      return trace.to ? traces.enforced : traces.observed;
    case "overdraft": {
      const far = ({ seats, hoursPerMonth }: Extract<Trace, { field: "overdraft" }>["from"]) =>
        seats === 0
          ? licensing.none
          : hoursPerMonth === null
            ? count(words.counts.seats, seats)
            : say(traces.overdraftHours, { seats: count(words.counts.seats, seats), hours: hoursPerMonth });
      return say(traces.overdraft, { from: far(trace.from), to: far(trace.to) });
    }
    case "button":
      return say(traces.button, { from: licensing.corners[trace.from], to: licensing.corners[trace.to] });
    case "handover":
      return say(traces.handover, { from: words.handover.choices[trace.from], to: words.handover.choices[trace.to] });
    case "rights": {
      const map = (rules: number | null) =>
        rules === null ? words.rights.tracePreset : count(words.rights.traceRules, rules);
      return say(words.rights.trace, { from: map(trace.from), to: map(trace.to) });
    }
    case "nudge": {
      const rule = ({ allowed, showNames }: Extract<Trace, { field: "nudge" }>["from"]) =>
        licensing.nudges[allowed ? (showNames ? "names" : "yes") : "no"];
      return say(traces.nudge, { from: rule(trace.from), to: rule(trace.to) });
    }
  }
}

/** The changes as lines. */
export const ChangeLines = ({ change }: { change: PastChange }) => {
  const language = useLanguage();
  return change.traces === undefined || change.traces.length === 0 ? (
    <Translated of={change.what} />
  ) : (
    change.traces.map((trace) => (
      <span class="trace" dir="auto">
        {sayTrace(language, trace)}
      </span>
    ))
  );
};

export const History = ({ history }: { history: readonly PastChange[] }) => {
  const { licensing } = useLanguage().words;
  return (
    <section class="card" id="history" aria-labelledby="history-title">
      <h2 id="history-title">{licensing.historyTitle}</h2>
      <p class="hint">{licensing.historyWho}</p>
      {history.length === 0 ? (
        <p class="empty">{licensing.historyNone}</p>
      ) : (
        <table>
          <caption class="visually-hidden">{licensing.historyTitle}</caption>
          <thead>
            <tr>
              <th scope="col">{licensing.changedWhen}</th>
              <th scope="col">{licensing.changedBy}</th>
              <th scope="col">{licensing.changedWhat}</th>
            </tr>
          </thead>
          <tbody>
            {[...history].reverse().map((change) => (
              <tr>
                <td data-label={licensing.changedWhen} class="when">
                  {change.at === undefined ? licensing.before : <Moment at={change.at} />}
                </td>
                <td data-label={licensing.changedBy}>
                  <bdi>{change.by}</bdi>
                </td>
                <td>
                  <ChangeLines change={change} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p>
        <a href={PATHS.audit}>{licensing.historyAll}</a>
      </p>
    </section>
  );
};
