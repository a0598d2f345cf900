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
  /** Whatever no tag, no attribute and no line ends. */
  text: { chars: /^[^<>"\n\r\p{Cc}]$/u, max: 300 },
} as const;

/** A page with more places where the value could stand is not ours to read. */
const PLACES_MAX = 1_000;

export const TextPattern = z.strictObject({
  /** Looked for after the first place where this stands; nowhere: not found. */
  from: z.optional(z.string().check(z.minLength(1))),
  /** Stands directly before the value. Left out: the value reaches back as far as its characters go. */
  before: z.optional(z.string().check(z.minLength(1))),
  chars: z.enum(["digits", "word", "text"]),
  /** Stands directly after the value. */
  after: z.string().check(z.minLength(1)),
});
export type TextPattern = z.infer<typeof TextPattern>;

/**
 * The value, its HTML entities decoded; null when it is nowhere. With `from` the first one counts; without it, several
 * different ones count as none, for which of them is the person's would be a guess.
 */
export function findText(text: string, pattern: TextPattern): string | null {
  const { from, before, after } = pattern;
  const kind = KINDS[pattern.chars];
  const start = from === undefined ? 0 : text.indexOf(from);
  if (start === -1) return null;
  let found: string | null = null;
  let at = start + (from?.length ?? 0);
  for (let places = 0; places < PLACES_MAX; places++) {
    const place = text.indexOf(before ?? after, at);
    if (place === -1) return found;
    const value = before === undefined ? readBack(text, place, kind) : readOn(text, place + before.length, after, kind);
    if (value !== null) {
      if (from !== undefined) return decodeEntities(value);
      const decoded = decodeEntities(value);
      if (found !== null && found !== decoded) return null;
      found = decoded;
    }
    at = place + (before ?? after).length;
  }
  return null;
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
