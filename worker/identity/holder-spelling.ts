/** L1: how the keys of a tenant's people are spelled, for doors at which people type them or programs name them. */
import { HolderId } from "../../shared/ids.ts";
import type { Config } from "../config/config.ts";
import { claimSpelling, keySpelling, type SpellKey } from "./holder-key.ts";
import { loadPreset } from "./preset/presets.ts";

const known = new WeakMap<Config, SpellKey>();

export function holderSpelling(config: Config): SpellKey {
  const before = known.get(config);
  if (before !== undefined) return before;
  const { identity } = config;
  const spell = identity.kind === "crm" ? keySpelling(loadPreset(config.preset).identity) : claimSpelling(identity);
  known.set(config, spell);
  return spell;
}

/** A key that somebody typed or a program sent, spelled as the CRM's own word on the person is. */
export function spellHolder(config: Config, id: HolderId): HolderId {
  const spelled = HolderId.safeParse(holderSpelling(config)(id));
  return spelled.success ? spelled.data : id;
}
