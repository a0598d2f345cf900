/**
 * L27: why there is no licence, in one sentence that fits wherever it is read: by a program, in an alert, in a message box
 * of the CRM. It speaks of no page and to nobody in particular. The refusal page has longer ones (gate/words).
 */
import type { DenialReason } from "../../shared/denial.ts";
import de from "./reasons/de.json" with { type: "json" };
import en from "./reasons/en.json" with { type: "json" };
import es from "./reasons/es.json" with { type: "json" };
import fr from "./reasons/fr.json" with { type: "json" };
import type { Tag } from "./tag.ts";

export interface ReasonWords {
  reasons: Record<DenialReason, string>;
  alerts: typeof en.alerts;
}

export const REASON_WORDS: Readonly<Record<Tag, ReasonWords>> = { en, fr, de, es };

export const sayReason = (tag: Tag, reason: DenialReason): string => REASON_WORDS[tag].reasons[reason];
