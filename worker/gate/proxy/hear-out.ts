/**
 * One runtime quirk: a request that is answered while its body is still coming has its connection reset, and whoever sends
 * a large file reads no answer at all. So what comes is read, and thrown away, before an answer of ours.
 */

/** What Cloudflare's free and pro plans let anybody send; more is answered while it still comes. */
const HEARD_MAX_BYTES = 100 * 1024 * 1024;
const HEARD_MAX_MS = 30_000;

/** Waits until the body is over, or for as much of it as is borne. Never throws; a body that went to the CRM is none. */
export async function hearOut(request: Request): Promise<void> {
  if (request.bodyUsed || request.body === null) return;
  const reader: ReadableStreamDefaultReader<Uint8Array> = request.body.getReader();
  const timer = setTimeout(() => void reader.cancel().catch(() => undefined), HEARD_MAX_MS);
  try {
    for (let heard = 0; heard < HEARD_MAX_BYTES; ) {
      const { done, value } = await reader.read();
      if (done) return;
      heard += value.byteLength;
    }
    await reader.cancel();
  } catch {
    // The visitor has gone; nobody is left to hear the answer.
  } finally {
    clearTimeout(timer);
  }
}
