/**
 * R7: the answer to a question for the cheapest mix, kept while a program reads it page by page. Without it each page
 * would be a search of seconds, and take one from the allowance (A10).
 */
import { MINUTE_MS } from "../../shared/durations.ts";
import type { MixView } from "../audit/usage/mix-query.ts";
import { BoundedMap } from "../memory/bounded-map.ts";

/** Between one page and the next. */
const KEPT_MS = MINUTE_MS;
const KEPT_MOST = 50;

const kept = new BoundedMap<string, { found: MixView; until: number }>(KEPT_MOST);

/** What was found for `question` a moment before `now` (ms); null: it is to be searched for. */
export function keptMix(question: string, now: number): MixView | null {
  const entry = kept.get(question);
  if (entry === undefined || entry.until <= now) return null;
  return keepMix(question, entry.found, now);
}

export function keepMix(question: string, found: MixView, now: number): MixView {
  kept.set(question, { found, until: now + KEPT_MS });
  return found;
}
