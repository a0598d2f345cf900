/** L19: the settings as they were: those of now, with later changes undone and earlier ones made. */
import type { Replaced } from "../../ledger/event.ts";
import type { SceneSettings } from "../../ledger/read/scene.ts";
import { takeBack } from "../../ledger/settings/replaced.ts";
import type { Settings } from "../../ledger/settings/settings.ts";

/** A row of the audit that changed them, in order. */
export interface SettingsRow {
  seq: number;
  kind: string;
  body: string;
}

interface Change {
  from?: number;
  to?: number;
  patch?: Partial<Settings>;
  was?: Replaced;
}

/** `now`: the settings of now. `rows`: all changes that the audit has. Returns what held after the row `seq`. */
export function settingsAt(now: SceneSettings, rows: readonly SettingsRow[], seq: number): SceneSettings {
  let settings = { ...now };
  const changes = rows.map((row) => ({ ...row, change: JSON.parse(row.body) as Change }));
  for (const { kind, change } of changes.filter((row) => row.seq > seq).reverse()) {
    settings = takeBack({ ...settings, ...changed(kind, change.from, {}) }, change.was ?? {});
  }
  for (const { kind, change } of changes.filter((row) => row.seq <= seq)) {
    const next = changed(kind, change.to, change.patch);
    // L26: a change of very long lists tells how many there are, and not whose.
    settings = { ...settings, ...next, named: { ...settings.named, ...next.named } };
  }
  const { limit, idleTimeoutMs, model, timeZone, named, exempt, pools, boosts, holidays, closing, overdraft } =
    settings;
  return { limit, idleTimeoutMs, model, timeZone, named, exempt, pools, boosts, holidays, closing, overdraft };
}

function changed(kind: string, value: number | undefined, patch: Partial<Settings> | undefined): Partial<Settings> {
  if (kind === "limit_changed" && value !== undefined) return { limit: value };
  if (kind === "idle_timeout_changed" && value !== undefined) return { idleTimeoutMs: value };
  return patch ?? {};
}
