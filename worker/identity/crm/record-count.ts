/** How many records the CRM has (L14), asked in the session of somebody who administers: others may see only a part. */

import type { Preset } from "../preset/preset-schema.ts";
import { extract } from "./crm-answer.ts";
import { type Ask, compileSteps, type Target, type Visitor } from "./crm-question.ts";

/** The number of records, or in a sentence why it is not known. */
export type RecordCount = (visitor: Visitor) => Promise<number | string>;

/** null: the preset does not say where the CRM tells it. */
export function compileRecordCount(
  target: Pick<Target, "crmOrigin" | "identityTimeoutMs">,
  preset: Preset,
  ask: Ask,
): RecordCount | null {
  const { records } = preset;
  if (records === undefined) return null;
  const askSteps = compileSteps(target, preset, records.steps, ask);
  return async (visitor) => {
    const { answers } = await askSteps(visitor);
    if (!Array.isArray(answers)) return answers.kind === "unknown" ? answers.why : "the CRM counts for nobody here";
    const told = extract(records.count, answers);
    const count = typeof told === "string" && /^\d{1,15}$/.test(told) ? Number(told) : told;
    const isCount = typeof count === "number" && Number.isSafeInteger(count) && count >= 0;
    return isCount ? count : "the CRM's answer has no whole number where the preset says that the count stands";
  };
}
