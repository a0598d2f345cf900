/**
 * G2: whether a text says anything under a certain name, however deep: a form, JSON, XML and what is like them. Read as
 * the most careless server would: better a name too many. In a time that grows with the text and no faster, since anybody
 * may send one.
 */

const LATIN1 = new TextDecoder("latin1");

/** The text of a body in any charset in which names are ASCII; UTF-16 and UTF-32 are ASCII with NULs between. */
export const textOf = (bytes: ArrayBuffer): string =>
  LATIN1.decode(bytes)
    .replaceAll("\0", "")
    .replace(/^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, "");

export type IsWanted = (name: string) => boolean;

/** Whether such a name is there; also where it cannot be told, since the text says itself how it is to be read. */
export function hasName(text: string, isForm: boolean, isWanted: IsWanted): boolean {
  if (isForm) return isInForm(text, isWanted);
  return /^\s*</.test(text) ? isInXml(text, isWanted) : isInJson(text, isWanted);
}

/** Of each field the name and the value. */
const FIELD = /([^&=]*)(?:=([^&]*))?(?:&|$)/g;

/** Some servers part fields at `;`, too. */
const isInForm = (text: string, isWanted: IsWanted): boolean =>
  isInFields(text, isWanted) || (text.includes(";") && isInFields(text.replaceAll(";", "&"), isWanted));

function isInFields(text: string, isWanted: IsWanted): boolean {
  for (const [field, name = "", value = ""] of text.matchAll(FIELD)) {
    if (field === "") return false;
    if (isWanted(readField(name)) || isInside(readField(value), isWanted)) return true;
  }
  return false;
}

const readField = (text: string): string =>
  /[%+]/.test(text)
    ? text
        .replaceAll("+", " ")
        .replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    : text;

/** JSON inside a value, such as SuiteCRM's `rest_data={…}`, and inside that. */
const isInside = (value: string, isWanted: IsWanted): boolean =>
  /^\s*[{[]/.test(value) && isInData(value.replace(/(?<!\\)\\+u00([0-9a-f]{2})/gi, readCode), isWanted);

const readCode = (_: string, code: string): string => String.fromCharCode(Number.parseInt(code, 16));

/** In quotes of any kind and depth, or in none. */
const LOOSE_NAME = /(?<![\w.$-])([\w.$-]+)\\*["'`]?\s*[:=]/g;

/** Data that is not read as its language says; also what some servers take for JSON: comments, single quotes, `NaN`. */
const isInData = (text: string, isWanted: IsWanted): boolean => hasMatch(LOOSE_NAME, text, isWanted);

function hasMatch(pattern: RegExp, text: string, isWanted: IsWanted): boolean {
  for (const [, name = ""] of text.matchAll(pattern)) if (isWanted(name)) return true;
  return false;
}

function isInJson(text: string, isWanted: IsWanted): boolean {
  let whole: unknown;
  try {
    whole = JSON.parse(text);
  } catch {
    return isInData(text, isWanted);
  }
  return isInValue(whole, isWanted);
}

/** Whether JSON that was read says anything under such a name. */
export function isInValue(json: unknown, isWanted: IsWanted): boolean {
  const open = [json];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value === "string" && isInside(value, isWanted)) return true;
    if (Array.isArray(value)) for (const inside of value) open.push(inside);
    else if (typeof value === "object" && value !== null) {
      for (const name of Object.keys(value)) if (isWanted(name)) return true;
      for (const inside of Object.values(value)) open.push(inside);
      // A query of GraphQL names its arguments in its text.
      const { query } = value as { query?: unknown };
      if (typeof query === "string" && isInData(query, isWanted)) return true;
    }
  }
  return false;
}

/** Texts, also one that does not end, with the colon behind those that are names, and where an object begins and ends. */
const JSON_PIECE = /("(?:[^"\\]|\\.?)*(?:"|$))\s*(:?)|[{}]/gs;

/** Whether an object of the JSON text has a name twice, in any letter case. */
export function repeatsName(text: string): boolean {
  const open: Set<string>[] = [];
  for (const [piece, said = "", colon] of text.matchAll(JSON_PIECE)) {
    if (piece === "{") open.push(new Set());
    else if (piece === "}") open.pop();
    else if (colon === ":") {
      const names = open.at(-1);
      const name = said.replace(/\\u00([0-9a-f]{2})/gi, readCode).toLowerCase();
      if (names?.has(name) === true) return true;
      names?.add(name);
    }
  }
  return false;
}

const NAMED_CHARSET = /^\s*<\?xml[^>]*\bencoding\s*=\s*["']([^"']*)/i;
const ASCII_CHARSET = /^(?:utf-?(?:8|16|32)(?:le|be)?|us-ascii|ascii|latin-?1|iso-8859-\d+|windows-125\d)$/i;
const ELEMENT = /<(?:[\w.-]+:)?([\w.-]+)/g;
const ATTRIBUTE = /(?<![\w.-])([\w.-]+)\s*=\s*["']/g;
/** XML-RPC and SOAP's maps say names as texts. */
const TEXT = />([^<>]+)</g;

function isInXml(text: string, isWanted: IsWanted): boolean {
  const charset = NAMED_CHARSET.exec(text)?.[1];
  // An entity may stand for anything.
  if ((charset !== undefined && !ASCII_CHARSET.test(charset)) || /<!DOCTYPE/i.test(text)) return true;
  const marked = withoutParts(withoutParts(text, "<!--", "-->"), "<?", "?>");
  if (marked === null) return true;
  const plain = marked.replaceAll("<![CDATA[", "").replaceAll("]]>", "");
  if (hasMatch(ELEMENT, plain, isWanted) || hasMatch(ATTRIBUTE, plain, isWanted)) return true;
  for (const [, said = ""] of plain.matchAll(TEXT)) {
    const value = readReferences(said);
    if (isWanted(value) || isInside(value, isWanted)) return true;
  }
  return false;
}

/** null: one does not end. */
function withoutParts(text: string | null, start: string, end: string): string | null {
  if (text === null || !text.includes(start)) return text;
  const kept: string[] = [];
  let at = 0;
  for (let from = text.indexOf(start); from !== -1; from = text.indexOf(start, at)) {
    const to = text.indexOf(end, from + start.length);
    if (to === -1) return null;
    kept.push(text.slice(at, from));
    at = to + end.length;
  }
  return kept.join("") + text.slice(at);
}

const readReferences = (text: string): string =>
  text
    .replace(/&#x([0-9a-f]{1,6});/gi, (_, code: string) => charOf(Number.parseInt(code, 16)))
    .replace(/&#(\d{1,7});/g, (_, code: string) => charOf(Number(code)));

const charOf = (code: number): string => (code <= 0x10ffff ? String.fromCodePoint(code) : "");
