/** What a change of the settings turned into what, for the history that the administration shows. */
import { mapTexts } from "../../../shared/sentence.ts";
import { forgetInRequests } from "../requests.ts";
import type { Assigned, Boost, ClosingTrace, PastChange, Pool, PoolTrace, Settings, Trace } from "./settings.ts";

/** Compares two states of the settings; `at` (ms): boosts that are over by then went by themselves. */
export function traceChange(before: Settings, after: Settings, at: number): Trace[] {
  const traces: Trace[] = [];
  if (before.limit !== after.limit) traces.push({ field: "limit", from: before.limit, to: after.limit });
  if (before.idleTimeoutMs !== after.idleTimeoutMs) {
    traces.push({ field: "idle_timeout", from: before.idleTimeoutMs, to: after.idleTimeoutMs });
  }
  if (before.named.licences !== after.named.licences) {
    traces.push({ field: "named_licences", from: before.named.licences, to: after.named.licences });
  }
  if (before.records.agreed !== after.records.agreed) {
    traces.push({ field: "records_agreed", from: before.records.agreed, to: after.records.agreed });
  }
  if (before.model !== after.model) traces.push({ field: "model", from: before.model, to: after.model });
  if (before.timeZone !== after.timeZone) {
    traces.push({ field: "time_zone", from: before.timeZone, to: after.timeZone });
  }
  if (before.contact !== after.contact) traces.push({ field: "contact", from: before.contact, to: after.contact });
  const [said, says] = [before.announcement?.text ?? "", after.announcement?.text ?? ""];
  if (said !== says) traces.push({ field: "announcement", from: said, to: says });
  const [closed, closes] = [closingOf(before, at), closingOf(after, at)];
  if (JSON.stringify(closed) !== JSON.stringify(closes)) traces.push({ field: "closing", from: closed, to: closes });
  traces.push(...tracePeople("assigned", before.named.assigned, after.named.assigned));
  traces.push(...tracePeople("exempt", before.exempt, after.exempt));
  traces.push(...tracePools(before.pools, after.pools));
  const had = (list: Settings["boosts"], id: string) => list.some((boost) => boost.id === id);
  const boost = ({ extra, from, until, windows }: Boost, to: boolean): Trace => ({
    field: "boost",
    extra,
    starts: from,
    ends: until,
    to,
    ...(windows === undefined ? {} : { windows: windows.length }),
  });
  for (const one of before.boosts) {
    if (!had(after.boosts, one.id) && one.until > at) traces.push(boost(one, false));
  }
  for (const one of after.boosts) if (!had(before.boosts, one.id)) traces.push(boost(one, true));
  if (before.holidays !== after.holidays) {
    traces.push({ field: "holidays", from: before.holidays.length, to: after.holidays.length });
  }
  if (before.enforced !== after.enforced) {
    traces.push({ field: "enforcement", from: before.enforced, to: after.enforced });
  }
  const { overdraft } = before;
  if (overdraft.seats !== after.overdraft.seats || overdraft.hoursPerMonth !== after.overdraft.hoursPerMonth) {
    traces.push({ field: "overdraft", from: overdraft, to: after.overdraft });
  }
  if (before.button !== after.button) traces.push({ field: "button", from: before.button, to: after.button });
  if (before.refusalToleranceMs !== after.refusalToleranceMs) {
    traces.push({ field: "refusal_tolerance", from: before.refusalToleranceMs, to: after.refusalToleranceMs });
  }
  if (before.handover !== after.handover) {
    traces.push({ field: "handover", from: before.handover, to: after.handover });
  }
  if (JSON.stringify(before.rights) !== JSON.stringify(after.rights)) {
    traces.push({
      field: "rights",
      from: before.rights?.rules.length ?? null,
      to: after.rights?.rules.length ?? null,
    });
  }
  const { nudge } = before;
  if (nudge.allowed !== after.nudge.allowed || nudge.showNames !== after.nudge.showNames) {
    traces.push({ field: "nudge", from: nudge, to: after.nudge });
  }
  return traces;
}

/** What of a closing is told; one that is over went by itself. */
function closingOf({ closing }: Settings, at: number): ClosingTrace {
  if (closing === null || closing.until <= at) return null;
  const { from, until, text } = closing;
  return { from, until, text };
}

function tracePeople(field: "assigned" | "exempt", before: readonly Assigned[], after: readonly Assigned[]): Trace[] {
  if (before === after) return [];
  const without = (list: readonly Assigned[], others: readonly Assigned[]) => {
    const ids = new Set(others.map(({ id }) => id));
    return list.filter(({ id }) => !ids.has(id));
  };
  return [
    ...without(before, after).map((person) => ({ field, person, to: false })),
    ...without(after, before).map((person) => ({ field, person, to: true })),
  ];
}

function tracePools(before: readonly Pool[], after: readonly Pool[]): Trace[] {
  if (before === after) return [];
  const traces: Trace[] = [];
  for (const pool of before) {
    const now = after.find(({ id }) => id === pool.id);
    if (now === undefined) traces.push({ field: "pool", name: pool.name, from: shorten(pool), to: null });
    else if (JSON.stringify(pool) !== JSON.stringify(now)) {
      traces.push({ field: "pool", name: now.name, from: shorten(pool), to: shorten(now) });
    }
  }
  for (const pool of after) {
    if (!before.some(({ id }) => id === pool.id)) {
      traces.push({ field: "pool", name: pool.name, from: null, to: shorten(pool) });
    }
  }
  return traces;
}

const shorten = ({ reserved, most, priority, groups, windows, guarantee }: Pool): PoolTrace => ({
  ...(guarantee === undefined ? {} : { guarantee }),
  reserved,
  most,
  priority,
  groups,
  windows: windows?.length ?? null,
});

/** Takes a person's name out of the history; the changes stay. */
export function forgetInHistory(settings: Settings, holder: string): Settings {
  const history = settings.history.map((change) => {
    let { by, what } = change;
    let traces = change.traces;
    if (change.byId === holder) by = FORGOTTEN;
    for (const trace of traces ?? []) {
      // Forgotten before: there is no name left to be found.
      if (!("person" in trace) || trace.person.id !== holder || trace.person.name === "") continue;
      what = withoutName(what, trace.person.name);
      traces = traces?.map((one) => (one === trace ? { ...trace, person: { ...trace.person, name: "" } } : one));
    }
    return traces === undefined ? { ...change, by, what } : { ...change, by, what, traces };
  });
  const { announcement, closing, boosts } = settings;
  return {
    ...settings,
    history,
    boosts: boosts.map((one) => (one.byId === holder ? { ...one, by: FORGOTTEN } : one)),
    requests: forgetInRequests(settings.requests, holder),
    closing: closing?.holder === holder ? { ...closing, by: "" } : closing,
    announcement: announcement?.byId === holder ? { ...announcement, by: "" } : announcement,
  };
}

const FORGOTTEN = "somebody";

const withoutName = (what: PastChange["what"], name: string): PastChange["what"] => {
  const forget = (text: string) => text.replaceAll(name, FORGOTTEN);
  return typeof what === "string" ? forget(what) : mapTexts(what, forget);
};
