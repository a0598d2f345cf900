/** Looks into small JSON bodies and forms where only they tell what a request is; everything else streams on. */

/** A login or logout call is far smaller; larger bodies are never read. */
const BODY_MAX_BYTES = 16 * 1024;
const JSON_TYPE = /^\s*application\/(?:[a-z0-9.-]+\+)?json\s*(?:;|$)/i;
const FORM_TYPE = /^\s*application\/x-www-form-urlencoded\s*(?:;|$)/i;

/** A body that was read: what it says, and the bytes to send on in its place. */
export interface ReadBody {
  bytes: ArrayBuffer;
  /** undefined when it is no JSON after all. */
  json: unknown;
  form: URLSearchParams | null;
}

/**
 * null: neither JSON nor a form, without a length, or too large; then the request's body is still unread. So is that of
 * a GET: it says nothing, and what was read of one cannot be sent on.
 */
export async function readSmallBody(request: Request): Promise<ReadBody | null> {
  if (request.method === "GET" || request.method === "HEAD") return null;
  const length = Number(request.headers.get("content-length") ?? Number.NaN);
  if (!(length > 0 && length <= BODY_MAX_BYTES)) return null;
  const type = request.headers.get("content-type") ?? "";
  const isForm = FORM_TYPE.test(type);
  if (!isForm && !JSON_TYPE.test(type)) return null;
  const bytes = await request.arrayBuffer();
  const text = new TextDecoder().decode(bytes);
  if (isForm) return { bytes, json: undefined, form: new URLSearchParams(text) };
  try {
    return { bytes, json: JSON.parse(text), form: null };
  } catch {
    return { bytes, json: undefined, form: null };
  }
}
