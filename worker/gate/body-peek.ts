/** Looks into small JSON bodies and forms where only they tell what a request is; everything else streams on. */
import { repeatsName } from "./body-names.ts";
import { boundaryOf, readMultipart } from "./proxy/form-bytes.ts";

/** A login or logout call is far smaller; larger bodies are never read. */
const BODY_MAX_BYTES = 16 * 1024;
const JSON_TYPE = /^\s*application\/(?:[a-z0-9.-]+\+)?json\s*(?:;|$)/i;
const FORM_TYPE = /^\s*application\/x-www-form-urlencoded\s*(?:;|$)/i;

/** Content types that do not say JSON, as `sendBeacon` and `fetch` send for a string. */
const TEXT_TYPE = /^\s*(?:text\/plain\s*(?:;|$)|$)/i;
const MULTIPART_TYPE = /^\s*multipart\/form-data\s*;/i;

/** What a body says. */
export interface Said {
  /** undefined when it is no JSON after all. */
  json: unknown;
  form: URLSearchParams | null;
}

/** A body that was read: what it says for certain, and the bytes to send on in its place. */
export interface ReadBody extends Said {
  bytes: ArrayBuffer;
  /** Its most likely content: enough to tell work from polls, which admits nobody. */
  likely: Said;
}

const NOTHING: Said = { json: undefined, form: null };

/** More that is read, of these types and up to this. */
export interface ReadMore {
  maxBytes: number;
  isText(type: string): boolean;
}

/**
 * null: nothing that can say something, without a length, or too large; then the request's body is still unread. So is
 * that of a GET: it says nothing, and what was read of one cannot be sent on.
 */
export async function readSmallBody(request: Request, more?: ReadMore): Promise<ReadBody | null> {
  if (request.method === "GET" || request.method === "HEAD") return null;
  const length = Number(request.headers.get("content-length") ?? Number.NaN);
  const type = request.headers.get("content-type") ?? "";
  // Uploads are never kept.
  const isMore = more?.isText(type) === true;
  if (!(length > 0 && length <= (isMore ? more.maxBytes : BODY_MAX_BYTES))) return null;
  const read = [
    { fits: FORM_TYPE, isSure: isOneForm, say: formOf },
    { fits: JSON_TYPE, isSure: isOneJson, say: jsonOf },
    { fits: TEXT_TYPE, isSure: never, say: jsonOf },
    { fits: MULTIPART_TYPE, isSure: never, say: partsOf },
  ].find(({ fits }) => fits.test(type));
  if (read === undefined && !isMore) return null;
  const bytes = await request.arrayBuffer();
  const likely = read?.say(bytes, type) ?? NOTHING;
  const isSure =
    read !== undefined && bytes.byteLength <= BODY_MAX_BYTES && isPlain(request.headers) && read.isSure(bytes);
  return { ...(isSure ? likely : NOTHING), likely, bytes };
}

/** In these every letter of a name is one byte, the same in each. */
const PLAIN_CHARSET = /^(?:utf-?8|(?:us-)?ascii|latin-?1|iso-8859-\d+|windows-125\d)$/i;

/** Whether every server reads these bytes: none unpacks them first, or takes them for letters of another charset. */
const isPlain = (headers: Headers): boolean =>
  !headers.has("content-encoding") &&
  [...(headers.get("content-type") ?? "").matchAll(/charset\s*=\s*["']?([^\s"';,]*)/gi)].every(([, name = ""]) =>
    PLAIN_CHARSET.test(name),
  );

const never = (): boolean => false;
/** Some servers part fields by `;`, which browsers never send in a form. */
const isOneForm = (bytes: ArrayBuffer): boolean => !textOf(bytes).includes(";");
/** Of a name that is there twice, some take the first, and some take names in another letter case for the same. */
const isOneJson = (bytes: ArrayBuffer): boolean => !repeatsName(textOf(bytes));

/** A mark of the byte order, or a `?`, is part of the first name. */
const formOf = (bytes: ArrayBuffer): Said => ({
  json: undefined,
  form: new URLSearchParams(`?${textOf(bytes)}`),
});

const textOf = (bytes: ArrayBuffer): string =>
  new TextDecoder("utf-8", { fatal: false, ignoreBOM: true }).decode(bytes);

function jsonOf(bytes: ArrayBuffer): Said {
  try {
    return { json: JSON.parse(new TextDecoder().decode(bytes)), form: null };
  } catch {
    return NOTHING;
  }
}

function partsOf(bytes: ArrayBuffer, type: string): Said {
  const boundary = boundaryOf(type);
  const parts = boundary === null ? null : readMultipart(new Uint8Array(bytes), boundary);
  const fields = (parts ?? []).flatMap(({ name, value }) => (value === null ? [] : [[name, value]]));
  return parts === null ? NOTHING : { json: undefined, form: new URLSearchParams(fields) };
}
