/** Numbers, dates and durations as each language writes them. */
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../shared/durations.ts";
import type { Tag } from "./tag.ts";

/** The words are British, so the day comes before the month and the clock has 24 hours. */
export const localeOf = (tag: Tag): string => (tag === "en" ? "en-GB" : tag);

const formats = new Map<string, unknown>();
/** Creating a formatter costs more than a page of using it, so each is created once. */
function kept<F>(key: string, make: () => F): F {
  if (!formats.has(key)) formats.set(key, make());
  return formats.get(key) as F;
}

const DATES = {
  moment: { dateStyle: "medium", timeStyle: "short" },
  second: { dateStyle: "medium", timeStyle: "medium" },
  clock: { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZoneName: "short" },
  hour: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  day: { dateStyle: "medium" },
  shortDay: { day: "numeric", month: "short" },
  month: { month: "short", year: "numeric" },
  weekday: { weekday: "short" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;
export type DateShape = keyof typeof DATES;

/** `at` in ms since 1970, by the clock of `zone`. */
export const writeDate = (tag: Tag, zone: string, shape: DateShape, at: number): string =>
  kept(
    `${tag} ${zone} ${shape}`,
    () => new Intl.DateTimeFormat(localeOf(tag), { ...DATES[shape], timeZone: zone }),
  ).format(at);

/** With at most one decimal. */
export const writeNumber = (tag: Tag, value: number): string =>
  kept(`${tag} number`, () => new Intl.NumberFormat(localeOf(tag), { maximumFractionDigits: 1 })).format(value);

/** An amount of money without its currency: two decimals, or none where it is whole. */
export const writeMoney = (tag: Tag, value: number): string => {
  const digits = Number.isInteger(value) ? 0 : 2;
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return kept(`${tag} money ${digits}`, () => new Intl.NumberFormat(localeOf(tag), options)).format(value);
};

/** 0.83 becomes `83 %`, as the language writes it. */
export const writeShare = (tag: Tag, share: number): string =>
  kept(`${tag} share`, () => new Intl.NumberFormat(localeOf(tag), { style: "percent" })).format(share);

const listFormat = (tag: Tag) => kept(`${tag} list`, () => new Intl.ListFormat(localeOf(tag), { type: "conjunction" }));

/** Such as `a, b and c`. */
export const writeList = (tag: Tag, items: readonly string[]): string => listFormat(tag).format(items);

/** The same in pieces: the items, and what stands between them. */
export const listPieces = (tag: Tag, items: readonly string[]): { isItem: boolean; text: string }[] =>
  listFormat(tag)
    .formatToParts(items)
    .map(({ type, value }) => ({ isItem: type === "element", text: value }));

type Unit = "second" | "minute" | "hour" | "day";

const writeUnit = (tag: Tag, unit: Unit, display: "short" | "long", count: number): string =>
  kept(`${tag} ${unit} ${display}`, () => {
    // British abbreviations take a plural ("40 secs"), which reads oddly in a column.
    const locale = display === "short" ? tag : localeOf(tag);
    return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: display });
  }).format(count);

/** What a duration is made of: its largest unit, and minutes beside hours. */
function partsOf(ms: number): [Unit, number][] {
  if (ms < MINUTE_MS) return [["second", Math.max(0, Math.floor(ms / SECOND_MS))]];
  if (ms < HOUR_MS) return [["minute", Math.floor(ms / MINUTE_MS)]];
  if (ms >= 2 * DAY_MS) return [["day", Math.floor(ms / DAY_MS)]];
  const minutes = Math.floor((ms % HOUR_MS) / MINUTE_MS);
  const hours: [Unit, number] = ["hour", Math.floor(ms / HOUR_MS)];
  return minutes === 0 ? [hours] : [hours, ["minute", minutes]];
}

/** Such as `40 sec`, `5 min`, `2 hr 5 min`, `3 days`; long, for a sentence: `40 seconds`, `2 hours 5 minutes`. */
export const writeDuration = (tag: Tag, ms: number, display: "short" | "long" = "short"): string =>
  partsOf(ms)
    // Abbreviated days are hard to read ("3 Tg.", "3 j").
    .map(([unit, count]) => writeUnit(tag, unit, unit === "day" ? "long" : display, count))
    .join(" ");

/** Such as `2 hr 5 min`, `144 hr`: people's time added up, of which 24 hours are no day. */
export const writeWorkTime = (tag: Tag, ms: number, display: "short" | "long" = "short"): string =>
  ms < 2 * DAY_MS ? writeDuration(tag, ms, display) : writeUnit(tag, "hour", display, Math.round(ms / HOUR_MS));

/** Such as `5 min ago`; null: of two units, which languages have no form for. */
export function writeAge(tag: Tag, ms: number): string | null {
  const [first, second] = partsOf(ms);
  if (first === undefined || second !== undefined) return null;
  const [unit, count] = first;
  const style = unit === "day" ? "long" : "short";
  return kept(
    `${tag} age ${style}`,
    () => new Intl.RelativeTimeFormat(localeOf(tag), { style, numeric: "always" }),
  ).format(-count, unit);
}
