/** The CRMs that Hotseat knows, by name. */

import aspnet from "../presets/aspnet.json" with { type: "json" };
import demo from "../presets/demo.json" with { type: "json" };
import dolibarr from "../presets/dolibarr.json" with { type: "json" };
import dynamics from "../presets/dynamics.json" with { type: "json" };
import espocrm from "../presets/espocrm.json" with { type: "json" };
import htmlOnly from "../presets/html-only.json" with { type: "json" };
import hubspotLike from "../presets/hubspot-like.json" with { type: "json" };
import odoo from "../presets/odoo.json" with { type: "json" };
import salesforceLike from "../presets/salesforce-like.json" with { type: "json" };
import suitecrm from "../presets/suitecrm.json" with { type: "json" };
import tryton from "../presets/tryton.json" with { type: "json" };
import { checkPreset, PresetError } from "./preset-check.ts";
import type { Preset } from "./preset-schema.ts";

const PRESETS: Readonly<Record<string, unknown>> = {
  demo,
  tryton,
  espocrm,
  odoo,
  dolibarr,
  suitecrm,
  "salesforce-like": salesforceLike,
  dynamics,
  "hubspot-like": hubspotLike,
  aspnet,
  "html-only": htmlOnly,
};

/** A whole file that was pasted without its first brace is not repeated. */
const NAME_SHOWN = 60;

export const PRESET_NAMES: readonly string[] = Object.keys(PRESETS);

/**
 * The preset of this name, or the one that stands in the text itself as JSON. Throws `PresetError` for an unknown name
 * and for data that cannot work.
 */
export function loadPreset(nameOrJson: string): Preset {
  if (nameOrJson.trimStart().startsWith("{")) return checkPreset("in PRESET", parse(nameOrJson));
  if (!Object.hasOwn(PRESETS, nameOrJson)) {
    throw new PresetError(
      `PRESET is ${JSON.stringify(nameOrJson.slice(0, NAME_SHOWN))}, but there are: ${PRESET_NAMES.join(", ")}`,
    );
  }
  return checkPreset(nameOrJson, PRESETS[nameOrJson]);
}

/** The file of a preset that comes with Hotseat, as it stands. Throws `PresetError` for an unknown name. */
export function presetFile(name: string): unknown {
  loadPreset(name);
  return PRESETS[name];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PresetError("PRESET begins with { but is no JSON: give a preset's whole file, or a name");
  }
}
