/** `npm start -- --timing idleTimeoutMs=20000,…`: shorter durations, for trying things out. */
import { checkTiming, TIMING, type Timing } from "../../shared/timing.ts";
import { Refusal } from "../cli/command-refusal.ts";

/** ms, by the names of shared/timing.ts; `idleTimeoutMs` beside them, also below five minutes. */
export type TimingOption = Partial<Timing> & { idleTimeoutMs?: number };

const NAMES: readonly string[] = [...Object.keys(TIMING), "idleTimeoutMs"];

/** Throws a `Refusal` that says which duration cannot work and what would be right. */
export function readTimingOption(text: string): TimingOption {
  const given: Record<string, number> = {};
  for (const pair of text.split(",").map((part) => part.trim())) {
    const [, name = "", value = ""] = /^([^=]*)=(.*)$/.exec(pair) ?? [];
    if (!NAMES.includes(name)) {
      throw new Refusal(
        `--timing takes NAME=MS pairs with commas between them, not ${JSON.stringify(pair)}; the names are ${NAMES.join(", ")}.`,
      );
    }
    if (!/^[1-9]\d*$/.test(value)) {
      throw new Refusal(`--timing takes a whole number of milliseconds for ${name}, not ${JSON.stringify(value)}.`);
    }
    given[name] = Number(value);
  }
  const { idleTimeoutMs, ...timing } = given as TimingOption;
  const [fault] = checkTiming({ ...TIMING, ...timing });
  if (fault !== undefined) throw new Refusal(`--timing cannot work so: ${fault}.`);
  return given as TimingOption;
}
