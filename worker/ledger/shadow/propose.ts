/** L33: changes of the settings made in a fork of the ledger, by the rules that hold for the live ones. */
import type { HolderId } from "../../../shared/ids.ts";
import type { Problem } from "../../../shared/problem.ts";
import { err, ok, type Result } from "../../../shared/result.ts";
import type { Sentence } from "../../../shared/sentence.ts";
import type { Command } from "../command.ts";
import type { Ledger } from "../ledger.ts";
import type { Person } from "../person.ts";
import type { Settings, SettingsChange, Trace } from "../settings/settings.ts";
import { traceChange } from "../settings/settings-trace.ts";
import { step } from "../step.ts";
import { forkLedger } from "./fork.ts";

/**
 * One change of the settings; those of limit and idle time-out are commands of their own where they are live. Rights are
 * none of the ledger's: people come to it with theirs.
 */
export type Proposal =
  | Exclude<SettingsChange, { what: "rights" }>
  | { what: "limit"; limit: number }
  | { what: "idle_timeout"; idleTimeoutMs: number };

export interface Proposed {
  /** With the changes made, and all that followed from them at once. */
  ledger: Ledger;
  keys: (keyof Settings)[];
  /** From what to what. */
  traces: Trace[];
  /** The same as the audit says it. */
  titles: Sentence[];
  /** People to whom something happened by it. */
  touched: HolderId[];
}

/** No setting: what was asked and done. */
const FOLLOWED: ReadonlySet<keyof Settings> = new Set<keyof Settings>(["version", "history", "requests"]);

/**
 * Makes `changes` one after the other at `now` (ms), each as soundly as a live one has to be; whoever may try settings may
 * try those that only support changes. `live` stays as it is.
 */
export function propose(
  live: Ledger,
  changes: readonly Proposal[],
  actor: Person,
  now: number,
): Result<Proposed, Problem> {
  const ledger = forkLedger(live);
  const titles: Sentence[] = [];
  const touched = new Set<HolderId>();
  for (const change of changes) {
    const { version } = ledger.settings;
    const { outcome, events } = step(ledger, commandOf(change, { ...actor, role: "support" }, version), now);
    if (outcome.type === "refused") return err(outcome.problem);
    for (const { holder } of events) touched.add(holder);
    const { what } = ledger.settings.history.at(-1) ?? {};
    if (ledger.settings.version !== version && typeof what === "object") titles.push(what);
  }
  const { version, history } = live.settings;
  ledger.settings = { ...ledger.settings, version, history };
  const keys = (Object.keys(ledger.settings) as (keyof Settings)[]).filter(
    (key) => !FOLLOWED.has(key) && !isSame(live.settings[key], ledger.settings[key]),
  );
  const traces = traceChange(live.settings, ledger.settings, now);
  return ok({ ledger, keys, titles, traces, touched: [...touched] });
}

const isSame = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

function commandOf(change: Proposal, actor: Person, version: number): Command {
  switch (change.what) {
    case "limit":
      return { type: "set_limit", actor, limit: change.limit, version };
    case "idle_timeout":
      return { type: "set_idle_timeout", actor, idleTimeoutMs: change.idleTimeoutMs, version };
    default:
      return { type: "change_settings", actor, change, version };
  }
}
