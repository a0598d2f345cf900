/** L10, L17: the settings, and what of them holds at the moment. */
import type { Sentence } from "../../../shared/sentence.ts";
import type { Actor } from "../event.ts";
import type { Ledger } from "../ledger.ts";
import { HISTORY_MAX, type Settings } from "../settings/settings.ts";
import { traceChange } from "../settings/settings-trace.ts";
import { effectiveAt } from "../time/schedule.ts";
import { recount } from "./counts.ts";

export function changeSettings(
  ledger: Ledger,
  patch: Partial<Settings>,
  actor: Actor,
  what: Sentence,
  at: number,
): void {
  const { settings } = ledger;
  const version = settings.version + 1;
  const traces = traceChange(settings, { ...settings, ...patch }, at);
  const change = { version, by: actor.name, byId: actor.id, at, what, traces };
  const history = [...settings.history, change].slice(-HISTORY_MAX);
  ledger.settings = { ...settings, ...patch, version, history };
  turnSchedule(ledger, at);
  if (patch.pools !== undefined) recount(ledger);
}

export function turnSchedule(ledger: Ledger, at: number): void {
  ledger.effective = effectiveAt(ledger.settings, at);
  ledger.turnedAt = at;
}
