/** The CRMs that Hotseat knows, by name. */
import { checkPreset, type Preset, PresetError } from "./preset-schema.ts";
import demo from "./presets/demo.json" with { type: "json" };
import tryton from "./presets/tryton.json" with { type: "json" };

const PRESETS: Readonly<Record<string, unknown>> = { demo, tryton };

/** The preset of this name. Throws `PresetError` for an unknown name or a file that cannot work. */
export function loadPreset(name: string): Preset {
  if (!Object.hasOwn(PRESETS, name)) {
    throw new PresetError(`PRESET is ${JSON.stringify(name)}, but there are: ${Object.keys(PRESETS).join(", ")}`);
  }
  return checkPreset(name, PRESETS[name]);
}
