/** Puts the agent's script into the CRM's documents (G5, G10): where the preset wants it, and only where it surely fits. */
import { AGENT_PATH } from "../../../shared/protocol.ts";
import type { HeaderReader } from "../../http/named-headers.ts";
import type { AnswerHead } from "../../identity/crm/crm-answer.ts";
import type { Sign } from "../session/signed-out-signs.ts";
import { findHeadStart, type HeadStart } from "./head-start.ts";
import { continueWith, joinBytes, lengthOf, readStart } from "./page-start.ts";

/** What the runtime decodes and encodes again by itself. */
const READABLE_ENCODING = /^(?:gzip|br)$/i;
/**
 * Of any other name browsers and the runtime take the bytes as they are: servers say `none`, `identity` or a charset before
 * plain pages.
 */
const ENCODING = /\b(?:gzip|br|deflate|compress|zstd|dcb|dcz|exi|aes128gcm|pack200)\b/i;
const isPlain = (encoding: string | null): boolean => encoding === null || !ENCODING.test(encoding);
/** These speak of the exact bytes. */
const ABOUT_BYTES = [
  "etag",
  "last-modified",
  "content-length",
  "content-md5",
  "digest",
  "content-digest",
  "repr-digest",
  "accept-ranges",
];

/** What of a request tells whether its answer is shown as a page of its own. */
export interface Shown {
  method: string;
  /** `Sec-Fetch-Dest`; empty behind a service worker, null from a browser that does not say. */
  destination: string | null;
  /** `Accept-Encoding` as the CRM was sent it. */
  encodings: string;
}

/** An answer of which nothing was read yet. */
export interface Unread extends AnswerHead {
  body: ReadableStream<Uint8Array> | null;
}

/**
 * Whether the answer's head allows a script: a whole HTML page, in an encoding that was asked for, in letters that begin
 * as ASCII does. Frames, parts, downloads and whatever says two things at once stay as they are.
 */
export function isInjectable({ status, body, headers }: Unread, shown: Shown): boolean {
  if (!PAGE_STATUSES.has(status) || body === null || shown.method === "HEAD") return false;
  const { destination } = shown;
  if (destination !== null && destination !== "document" && destination !== "empty" && destination !== "") return false;
  const type = headers.get("content-type");
  if (type === null || !isPlainHtml(type)) return false;
  if (headers.has("content-range") || isDownload(headers.get("content-disposition") ?? "")) return false;
  if (/\bno-transform\b/i.test(headers.get("cache-control") ?? "")) return false;
  const encoding = headers.get("content-encoding");
  if (encoding === null || isPlain(encoding)) return true;
  return READABLE_ENCODING.test(encoding) && shown.encodings.toLowerCase().includes(encoding.toLowerCase());
}

/** Browsers save what is of any other kind than `inline`; without a kind they show it (RFC 6266). */
function isDownload(disposition: string): boolean {
  const kind = (disposition.split(";", 1)[0] ?? "").trim();
  return /^[^=]+$/.test(kind) && !/^inline$/i.test(kind);
}

/** Of pages on which people work: also a form that comes back with its faults, as Rails (422) and others answer it. */
const PAGE_STATUSES: ReadonlySet<number> = new Set([200, 201, 202, 203, 400, 409, 422]);

/** text/html, once, with at most one charset, of which the beginning of a page can be read. */
function isPlainHtml(type: string): boolean {
  const [essence = "", ...parameters] = type.split(";").map((part) => part.trim());
  if (essence.toLowerCase() !== "text/html" || type.includes(",")) return false;
  const charsets = parameters.filter((parameter) => /^charset\s*=/i.test(parameter));
  if (charsets.length > 1) return false;
  const label = charsets[0]
    ?.slice(charsets[0].indexOf("=") + 1)
    .trim()
    .replace(/^"(.*)"$/, "$1");
  return label === undefined || label === "" || beginsAsAscii(label.toLowerCase());
}

const known = new Map<string, boolean>([["utf-8", true]]);
const KNOWN_MAX = 200;

/** Whether the charset is one that browsers know, in which `<` is the byte that it is in ASCII. */
function beginsAsAscii(label: string): boolean {
  const before = known.get(label);
  if (before !== undefined) return before;
  let is = false;
  try {
    const { encoding } = new TextDecoder(label);
    is = !/^(?:utf-16|utf-32|iso-2022|replacement|x-user-defined|hz)/i.test(encoding);
  } catch {
    // No such charset: browsers guess then, and we do not.
  }
  if (known.size < KNOWN_MAX) known.set(label, is);
  return is;
}

/** A page whose beginning was read. */
export interface Injected {
  body: BodyInit;
  /** The script is in; else its bytes are the CRM's own: none was wanted, or they did not surely say where it goes. */
  isChanged: boolean;
  /** The sign that was looked for stands in its beginning. */
  hasSign: boolean;
}

/** What is wanted of the beginning of an answer. */
export interface Reading {
  wantsScript: boolean;
  /** The browser says that it makes a document of it. */
  isShown: boolean;
  sign: Sign | null;
}

/**
 * Reads the beginning of an answer, looks for the sign in it and, where that is wanted, puts the script in. Throws when
 * the CRM breaks off within it.
 */
export async function readPage({ body, headers }: Unread, { wantsScript, isShown, sign }: Reading): Promise<Injected> {
  if (body === null) throw new Error("an answer without a body has no beginning");
  const encoding = headers.get("content-encoding");
  // Behind a name that is not known for an encoding the bytes must begin like a page: it may be one all the same.
  const isSure = encoding === null || !isPlain(encoding);
  let at: HeadStart = wantsScript ? "more" : null;
  let hasSign = false;
  const length = lengthOf(headers);
  const { bytes, rest } = await readStart(body, length, (text, isLast) => {
    if (at === "more") at = startOf(text, isLast, isShown && isSure);
    hasSign = sign?.isIn(text) === true;
    if (at === "more") return "more";
    return hasSign || sign === null || text.length >= sign.withinBytes ? "nothing" : "more_before_a_pause";
  });
  const place = at as HeadStart;
  const isIn = typeof place === "number";
  const tag = isIn ? TEXT.encode(tagFor(headers)) : NO_BYTES;
  const first = isIn ? joinBytes([bytes.subarray(0, place), tag, bytes.subarray(place)]) : joinBytes([bytes]);
  const whole = rest === null ? first : continueWith(first, rest, length + tag.byteLength);
  return { body: whole, isChanged: isIn, hasSign };
}

/** Says that the page is no longer the CRM's own, so that nothing keeps it and nothing compares its bytes. */
export function markInjected(headers: Headers): void {
  for (const name of ABOUT_BYTES) headers.delete(name);
}

function tagFor(headers: HeaderReader): string {
  const nonce = readNonce(headers.get("content-security-policy"));
  return `${TAG_START}${nonce === null ? "" : ` nonce="${nonce}"`}></script>`;
}

const TAG_START = `<script src="${AGENT_PATH}"`;
const NO_BYTES = new Uint8Array();
const TEXT = new TextEncoder();

function startOf(text: string, isLast: boolean, isShown: boolean): HeadStart {
  const at = findHeadStart(text, isLast, isShown);
  if (typeof at !== "number") return at;
  if (!isLast && TAG_START.startsWith(text.slice(at, at + TAG_START.length))) return "more";
  // A page through two gates, or with frames, of which each has a page of its own.
  if (text.startsWith(TAG_START, at) || /<frameset[\s>]/i.test(text)) return null;
  return at;
}

/** Of these, the first that a policy has says which scripts a page may load. */
const SCRIPT_DIRECTIVES = ["script-src-elem", "script-src", "default-src"];
const NONCE = /^'nonce-([A-Za-z0-9+/_=-]+)'$/i;

/** The nonce that a script needs by the policies: with one, `'self'` may not be enough (`strict-dynamic`). */
function readNonce(policies: string | null): string | null {
  for (const policy of policies?.split(",") ?? []) {
    const directives = policy.split(";").map((directive) => directive.trim().split(/\s+/));
    const ofScripts = SCRIPT_DIRECTIVES.map((wanted) => directives.find(([name]) => name?.toLowerCase() === wanted));
    const sources = ofScripts.find((directive) => directive !== undefined) ?? [];
    const nonce = sources.map((source) => NONCE.exec(source)?.[1]).find((found) => found !== undefined);
    if (nonce !== undefined) return nonce;
  }
  return null;
}
