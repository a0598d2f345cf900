/** Finds where a script goes into an HTML document so that it comes first, reading only what stands before its head. */

/** Offset in bytes; "more": the bytes so far do not tell; null: not surely a document, so nothing goes in. */
export type HeadStart = number | "more" | null;

/** Without html, head or body, a page that begins with one of these still has a head, which the parser makes. */
const HEAD_CONTENT = new Set(["title", "meta", "link", "style", "base", "script", "noscript", "template"]);
/** The bytes of a UTF-8 byte order mark, one character each. */
const BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";
const SPACE = /[ \t\n\f\r]*/y;
const TAG_NAME = /[a-z][^\t\n\f\r />]*/iy;

/** Marks of UTF-16, or the zeros of such a text without one. */
const UTF_16 = /^(?:\u00ff\u00fe|\u00fe\u00ff)|\0/;

/**
 * `text`: the document's first bytes, a character for each byte. `isShown`: the browser says that it makes a document of
 * it, so that even a fragment or plain text gets a head. Follows the parser of the HTML standard up to "in head":
 * space, comments, doctype, `<html>` and `<head>`, in this order; the first thing else opens the head by itself.
 */
// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: a parser's states, in the order of the HTML standard
export function findHeadStart(text: string, isWhole: boolean, isShown = false): HeadStart {
  const more = isWhole ? null : "more";
  if (UTF_16.test(text.slice(0, 8))) return null;
  if (text.length < BYTE_ORDER_MARK.length && BYTE_ORDER_MARK.startsWith(text)) return more;
  let at = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  let hasDoctype = false;
  let isDocument = isShown;
  let isInside = false;
  for (;;) {
    at = endOf(SPACE, text, at);
    // A name may be cut off here: what is read now must be whole.
    if (at >= text.length) return more;
    // What a browser is shown as a page may be data all the same, for somebody to read or to save.
    if (text[at] === "{" || text[at] === "[") return hasDoctype || isInside ? at : null;
    if (text[at] !== "<") return isDocument ? at : null;
    if (at + 1 >= text.length) return more;
    const mark = text[at + 1];
    if (mark === "!" || mark === "?") {
      const end = endOfMarkup(text, at);
      if (end === null) return more;
      if (/^<!doctype/i.test(text.slice(at, at + 9)) && !hasDoctype && !isInside) {
        if (!/^<!doctype\s*html[\s>]/i.test(text.slice(at, end))) return null;
        hasDoctype = true;
        isDocument = true;
      }
      at = end;
      continue;
    }
    const nameEnd = endOf(TAG_NAME, text, at + 1);
    if (nameEnd === at + 1) return isDocument ? at : null;
    if (nameEnd >= text.length) return more;
    const name = text.slice(at + 1, nameEnd).toLowerCase();
    if (name === "frameset") return null;
    if (name === "head" || (name === "html" && !isInside)) {
      const end = endOfTag(text, nameEnd);
      if (end === null) return more;
      at = end;
      if (name === "head") return at;
      isInside = true;
      isDocument = true;
      continue;
    }
    return isDocument || name === "body" || HEAD_CONTENT.has(name) ? at : null;
  }
}

function endOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}

/** After a comment, a doctype, or what the parser takes for a comment; null: it does not end in the text. */
function endOfMarkup(text: string, at: number): number | null {
  if (text.startsWith("<!-", at) && at + 4 > text.length) return null;
  const pattern = text.startsWith("<!--", at) ? /<!--(?:-?>|.*?--!?>)/sy : /<[^>]*>/y;
  const end = endOf(pattern, text, at);
  return end === at ? null : end;
}

/** After the tag whose name ends at `at`; a `>` in a quoted value does not end it. null: it does not end in the text. */
function endOfTag(text: string, at: number): number | null {
  for (let next = at; next < text.length; next++) {
    const sign = text[next];
    if (sign === ">") return next + 1;
    if (sign !== "=") continue;
    const value = endOf(SPACE, text, next + 1);
    const quote = text[value];
    if (quote !== '"' && quote !== "'") continue;
    const close = text.indexOf(quote, value + 1);
    if (close === -1) return null;
    next = close;
  }
  return null;
}
