/**
 * Finds a value in HTML by the literal text around it. No regular expressions: pages are large and hold what people
 * typed, and this takes one pass whatever stands there.
 */
import * as z from "zod/mini";

/** What a value may be made of, and its greatest length in characters. */
const KINDS = {
  digits: { chars: /^[0-9]$/, max: 20 },
  /** Ids and logins. */
  word: { chars: /^[\p{L}\p{N}_.@+-]$/u, max: 200 },
  /** Anything up to the end of a tag, an attribute or a line. */
  text: { chars: /^[^<>"\n\r\p{Cc}]$/u, max: 300 },
} as const;

/** A page with more places where the value could stand is not read. */
const PLACES_MAX = 1_000;

const place = {
  /** The value stands in the region that begins at the first place where this stands; nowhere: not found. */
  from: z.optional(z.string().check(z.minLength(1))),
  /**
   * … and ends with the next place where this stands, which is part of it; nowhere: not found. Further down the page
   * may hold anything that people typed.
   */
  to: z.optional(z.string().check(z.minLength(1))),
  /** Stands directly before the value. Left out: the value reaches back as far as its characters go. */
  before: z.optional(z.string().check(z.minLength(1))),
  chars: z.enum(["digits", "word", "text"]),
  /** Stands directly after the value. */
  after: z.string().check(z.minLength(1)),
};
const hasWholeRegion = z.refine<{ from?: string | undefined; to?: string | undefined }>(
  ({ from, to }) => (from === undefined) === (to === undefined),
  { error: "must have both from and to, or neither: a region without an end reaches into what people typed" },
);
export const OtherPattern = z.strictObject(place).check(hasWholeRegion);
export const TextPattern = z
  .strictObject({
    ...place,
    /** Where it stands in an answer that does not have it there, such as another page that the CRM shows in place of one. */
    or: z.optional(OtherPattern),
  })
  .check(hasWholeRegion);
export type TextPattern = z.infer<typeof TextPattern>;

/**
 * The value, its HTML entities decoded; null when it is nowhere. In a region the first one counts; in a whole page
 * several different ones count as none, for which of them is the person's would be a guess.
 */
export function extractHtml(text: string, { or, ...pattern }: TextPattern): string | null {
  return extractOne(text, pattern) ?? (or === undefined ? null : extractOne(text, or));
}

function extractOne(text: string, pattern: z.infer<typeof OtherPattern>): string | null {
  const { from, to, before, after } = pattern;
  const kind = KINDS[pattern.chars];
  const region = from === undefined ? text : regionOf(text, from, to);
  if (region === null) return null;
  let found: string | null = null;
  let at = 0;
  for (let places = 0; places < PLACES_MAX; places++) {
    const place = region.indexOf(before ?? after, at);
    if (place === -1) return found;
    const value =
      before === undefined ? readBack(region, place, kind) : readOn(region, place + before.length, after, kind);
    if (value !== null) {
      const decoded = decodeEntities(value);
      if (from !== undefined) return decoded;
      if (found !== null && found !== decoded) return null;
      found = decoded;
    }
    at = place + (before ?? after).length;
  }
  return null;
}

function regionOf(text: string, from: string, to: string | undefined): string | null {
  const start = text.indexOf(from);
  if (start === -1) return null;
  const begin = start + from.length;
  if (to === undefined) return text.slice(begin);
  const end = text.indexOf(to, begin);
  return end === -1 ? null : text.slice(begin, end + to.length);
}

type Kind = (typeof KINDS)[keyof typeof KINDS];

function readOn(text: string, start: number, after: string, { chars, max }: Kind): string | null {
  let end = start;
  // The text after may be of the same characters as the value: the shortest value counts.
  while (end - start <= max) {
    if (end > start && text.startsWith(after, end)) return text.slice(start, end).trim() || null;
    if (!chars.test(text[end] ?? "<")) return null;
    end++;
  }
  return null;
}

function readBack(text: string, end: number, { chars, max }: Kind): string | null {
  let start = end;
  while (start > 0 && end - start < max && chars.test(text[start - 1] ?? "<")) start--;
  return text.slice(start, end).trim() || null;
}

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,4}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return NAMED[String(name).toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
