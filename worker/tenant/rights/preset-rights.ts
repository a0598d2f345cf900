/** I13: the rights that a tenant begins with: those of its preset, or of its configuration for tokens. */
import type { Config } from "../../config/config.ts";
import { loadPreset } from "../../identity/preset/presets.ts";
import type { PresetRights } from "../../ledger/settings/rights.ts";

const read = new WeakMap<Config, PresetRights>();

/** Each configuration's preset is read once. */
export function presetRightsOf(config: Config): PresetRights {
  const { identity } = config;
  if (identity.kind !== "crm") return identity.roleMap;
  const known = read.get(config) ?? loadPreset(config.preset).roles;
  read.set(config, known);
  return known;
}
