/** What comes of checking one change of the settings. */
import type { HolderId } from "../../../shared/ids.ts";
import type { Problem } from "../../../shared/problem.ts";
import type { Sentence } from "../../../shared/sentence.ts";
import type { Settings, SettingsChange } from "./settings.ts";

export interface Checked {
  /** As the audit and the next person with a stale form read it. */
  title: Sentence;
  patch: Partial<Settings>;
  problem: Problem | null;
  /** Why it is for support alone. */
  supportOnly: Sentence | null;
  /** Why it is for admins and support alone; left out: licence managers may, too. */
  adminOnly?: Sentence;
}

/** Who makes the change: the name stands in what is kept. */
export interface Actor {
  name: string;
  id: HolderId;
}

export type ChangeOf<What extends SettingsChange["what"]> = Extract<SettingsChange, { what: What }>;

export const sound = (title: Sentence, patch: Partial<Settings>, supportOnly: Sentence | null = null): Checked => ({
  title,
  patch,
  problem: null,
  supportOnly,
});

export const wrong = (
  title: Sentence,
  field: string,
  says: Sentence,
  code: Problem["code"] = "out_of_range",
): Checked => ({ title, patch: {}, problem: { code, field, says }, supportOnly: null });

export const whole = (value: number, low: number, high: number): boolean =>
  Number.isInteger(value) && value >= low && value <= high;
