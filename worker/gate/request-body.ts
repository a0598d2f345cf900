/** Looks into small JSON bodies where only they tell what a request is; everything else streams on untouched. */

/** A login or logout call is far smaller; larger bodies are never read. */
const BODY_MAX_BYTES = 16 * 1024;
const JSON_TYPE = /^\s*application\/(?:[a-z0-9.-]+\+)?json\s*(?:;|$)/i;

/** A body that was read: what it says, and the bytes to send on in its place. */
export interface ReadBody {
  bytes: ArrayBuffer;
  /** undefined when it is no JSON after all. */
  json: unknown;
}

/** null: not JSON, without a length, or too large; then the request's body is still unread. */
export async function readSmallBody(request: Request): Promise<ReadBody | null> {
  const length = Number(request.headers.get("content-length") ?? Number.NaN);
  if (!(length > 0 && length <= BODY_MAX_BYTES)) return null;
  if (!JSON_TYPE.test(request.headers.get("content-type") ?? "")) return null;
  const bytes = await request.arrayBuffer();
  try {
    return { bytes, json: JSON.parse(new TextDecoder().decode(bytes)) };
  } catch {
    return { bytes, json: undefined };
  }
}
