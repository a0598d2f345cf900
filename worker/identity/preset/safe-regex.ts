/**
 * Regular expressions of presets run on what strangers send, so only such are taken as cannot run away: whole, and
 * with a bounded number of ways to match.
 */

export const SAFE_REGEX_FORM =
  "must be a regular expression that begins with ^ and ends with $, without look-around, back references, repeated groups and alternatives outside a group, and with at most two of *, + and {n,}";

/** More repetitions than this count as without end. */
const REPEATS_MAX = 200;
const UNBOUNDED_MAX = 2;
/** Longer texts are not tried: with two repetitions without end a match costs the square of the length. */
export const SAFE_REGEX_TEXT_MAX = 4_096;

/** Whether the source is such an expression. Groups may be optional (`?`), never repeated. */
// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: one pass over the source's characters
export function isSafeRegex(source: string): boolean {
  try {
    new RegExp(source, "u");
  } catch {
    return false;
  }
  if (!source.startsWith("^")) return false;
  let depth = 0;
  let unbounded = 0;
  let before: "atom" | "group" | "none" = "none";
  let endsOpen = false;
  for (let at = 1; at < source.length; at++) {
    const char = source[at] ?? "";
    endsOpen = false;
    if (char === "\\") {
      const next = source[++at] ?? "";
      if (/[1-9k]/.test(next)) return false;
      before = "atom";
    } else if (char === "[") {
      at = endOfClass(source, at);
      before = "atom";
    } else if (char === "(") {
      if (/^\(\?<?[=!]/.test(source.slice(at, at + 4))) return false;
      depth++;
      const head = /^\(\?(?::|<[A-Za-z_]\w*>)/.exec(source.slice(at))?.[0] ?? "(";
      at += head.length - 1;
      before = "none";
    } else if (char === ")") {
      depth--;
      before = "group";
    } else if (char === "|") {
      if (depth === 0) return false;
      before = "none";
    } else if (char === "*" || char === "+" || char === "{") {
      if (before === "group") return false;
      const most = char === "{" ? /^\{(\d+)(?:(,)(\d*))?\}/.exec(source.slice(at)) : null;
      if (most !== null) at += most[0].length - 1;
      const high = most === null ? Number.POSITIVE_INFINITY : mostOf(most);
      if (high > REPEATS_MAX) unbounded++;
      before = "none";
    } else if (char === "$" && at === source.length - 1 && depth === 0) {
      endsOpen = true;
    } else if (char !== "?") before = "atom";
  }
  return endsOpen && unbounded <= UNBOUNDED_MAX;
}

function mostOf(braces: RegExpExecArray): number {
  if (braces[2] === undefined) return Number(braces[1]);
  return braces[3] === "" ? Number.POSITIVE_INFINITY : Number(braces[3]);
}

function endOfClass(source: string, start: number): number {
  let at = start + 1;
  while (at < source.length && source[at] !== "]") at += source[at] === "\\" ? 2 : 1;
  return at;
}

/** Runs a calm pattern on a stranger's text; null also where the text is too long to be tried. */
export function matchSafely(pattern: RegExp, text: string): RegExpExecArray | null {
  return text.length > SAFE_REGEX_TEXT_MAX ? null : pattern.exec(text);
}
