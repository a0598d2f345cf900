/** Puts the agent's script into the CRM's documents (G5, G10): where the preset wants it, and only where it surely fits. */
import { AGENT_PATH } from "../../shared/protocol.ts";
import { findHeadStart, type HeadStart } from "./head-start.ts";

/** A head begins within this, or the page stays as it is. */
const LOOK_MAX_BYTES = 32 * 1024;
/** What the runtime decodes and encodes again by itself. */
const READABLE_ENCODING = /^(?:gzip|br)$/i;
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

/**
 * Whether the answer's head allows a script: a whole HTML page, in an encoding that was asked for, in letters that begin
 * as ASCII does. Frames, parts, downloads and whatever says two things at once stay as they are.
 */
export function isInjectable({ status, body, headers }: Response, shown: Shown): boolean {
  if (status !== 200 || body === null || shown.method === "HEAD") return false;
  const { destination } = shown;
  if (destination !== null && destination !== "document" && destination !== "empty" && destination !== "") return false;
  const type = headers.get("content-type");
  if (type === null || !isPlainHtml(type)) return false;
  if (headers.has("content-range") || /^\s*attachment/i.test(headers.get("content-disposition") ?? "")) return false;
  if (/\bno-transform\b/i.test(headers.get("cache-control") ?? "")) return false;
  const encoding = headers.get("content-encoding");
  if (encoding === null) return true;
  return READABLE_ENCODING.test(encoding) && shown.encodings.toLowerCase().includes(encoding.toLowerCase());
}

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
  return label === undefined || beginsAsAscii(label.toLowerCase());
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
  /** The script is in; else its bytes did not surely say where it goes, and they are the CRM's own. */
  isChanged: boolean;
}

/** Reads the beginning of an injectable answer and puts the script in. Throws when the CRM breaks off within it. */
export async function injectAgent({ body, headers }: Response): Promise<Injected> {
  if (body === null) throw new Error("an answer without a body takes no script");
  const reader = bodyReader(body);
  let start: Uint8Array = NO_BYTES;
  let at: HeadStart = "more";
  let isWhole = false;
  while (at === "more") {
    const { done, value } = await reader.read();
    isWhole = done;
    if (value !== undefined) start = start.byteLength === 0 ? value : joinBytes([start, value]);
    at = startOf(start, done);
  }
  reader.releaseLock();
  const tag = at === null ? NO_BYTES : TEXT.encode(tagFor(headers));
  const first = at === null ? joinBytes([start]) : joinBytes([start.subarray(0, at), tag, start.subarray(at)]);
  const length = headers.has("content-encoding") ? Number.NaN : Number(headers.get("content-length") ?? Number.NaN);
  if (start.byteLength === length) isWhole = true;
  const left: BodyInit = isWhole ? first : continueWith(first, body, length + tag.byteLength);
  return { body: left, isChanged: at !== null };
}

interface BodyReader {
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
  releaseLock(): void;
}

/** Reads as much at once as has come, up to a page of the usual size, where the runtime by itself gives 4 kB. */
function bodyReader(body: ReadableStream<Uint8Array>): BodyReader {
  let byob: ReadableStreamBYOBReader;
  try {
    byob = body.getReader({ mode: "byob" });
  } catch {
    // A stream that was made by a script gives its own pieces.
    return body.getReader();
  }
  return {
    read: () => byob.read(new Uint8Array(LOOK_MAX_BYTES)),
    releaseLock: () => byob.releaseLock(),
  };
}

/** Says that the page is no longer the CRM's own, so that nothing keeps it and nothing compares its bytes. */
export function markInjected(headers: Headers): void {
  for (const name of ABOUT_BYTES) headers.delete(name);
}

function tagFor(headers: Headers): string {
  const nonce = readNonce(headers.get("content-security-policy"));
  return `${TAG_START}${nonce === null ? "" : ` nonce="${nonce}"`}></script>`;
}

const TAG_START = `<script src="${AGENT_PATH}"`;
const NO_BYTES = new Uint8Array();
const TEXT = new TextEncoder();
/** One character for each byte, whatever the page's charset. */
const BYTES = new TextDecoder("windows-1252");

function startOf(bytes: Uint8Array, isWhole: boolean): HeadStart {
  const isEnough = isWhole || bytes.byteLength >= LOOK_MAX_BYTES;
  const text = BYTES.decode(bytes.subarray(0, LOOK_MAX_BYTES));
  const at = findHeadStart(text, isEnough);
  if (typeof at !== "number") return at;
  if (!isEnough && TAG_START.startsWith(text.slice(at, at + TAG_START.length))) return "more";
  // A page through two gates, or with frames, of which each has a page of its own.
  if (text.startsWith(TAG_START, at) || /<frameset[\s>]/i.test(text)) return null;
  return at;
}

/** `start`, then what is left of the CRM's answer, passed on by the runtime. `length`: of both, where it is known. */
function continueWith(start: Uint8Array, rest: ReadableStream, length: number): ReadableStream {
  const { readable, writable } = Number.isNaN(length) ? new IdentityTransformStream() : new FixedLengthStream(length);
  const pass = async (): Promise<void> => {
    const writer = writable.getWriter();
    await writer.write(start);
    writer.releaseLock();
    await rest.pipeTo(writable);
  };
  // Whoever breaks off, the visitor or the CRM, the other side hears of it by the stream itself.
  pass().catch(() => undefined);
  return readable;
}

function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

/** The first nonce of the policy: with one, `'self'` may not be enough (`strict-dynamic`). */
function readNonce(policy: string | null): string | null {
  return policy === null ? null : (/'nonce-([A-Za-z0-9+/_=-]+)'/.exec(policy)?.[1] ?? null);
}
