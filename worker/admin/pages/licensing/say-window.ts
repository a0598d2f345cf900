/** L30: times in words, for lists. */
import type { Hours, Window } from "../../../ledger/settings/settings.ts";
import { dayOfDate } from "../../../ledger/time/calendar-day.ts";
import type { Language } from "../../language.ts";

/** 1 January 2024 was a Monday: any week names its days. */
const MONDAY = 19_723;
const between = ({ from, to }: Hours): string => `${from}–${to}`;

/** One window in a line. */
export function sayWindow(language: Language, slot: Window): string {
  const { words, say, count, list, day } = language;
  const { said } = words.times;
  const date = (text: string) => day("day", dayOfDate(text));
  const parts: string[] = [];
  switch (slot.kind) {
    case "weekly":
      parts.push(
        slot.days.length === 7
          ? said.daily
          : list([...slot.days].sort().map((number) => day("weekday", MONDAY + number - 1))),
        between(slot),
      );
      if (slot.every !== undefined && slot.every.weeks > 1) {
        parts.push(count(said.every, slot.every.weeks, { from: date(slot.every.from) }));
      }
      break;
    case "monthly":
      parts.push(say(said.monthly, { from: slot.fromDay, to: slot.toDay }));
      break;
    case "quarterly":
      parts.push(count(said.quarterly, slot.lastDays));
      break;
    case "dates":
      parts.push(slot.from === slot.to ? date(slot.from) : `${date(slot.from)} – ${date(slot.to)}`);
  }
  if (slot.kind !== "weekly" && slot.hours !== undefined) parts.push(between(slot.hours));
  if (slot.holidays !== undefined) parts.push(said.holidays[slot.holidays]);
  return slot.zone === undefined ? parts.join(", ") : `${parts.join(", ")} (${slot.zone})`;
}
