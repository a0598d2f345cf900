/** Reads request bodies of which the sender chose the size. */

/**
 * The body's bytes; null when there are more than `maxBytes`. A stated length is believed only to refuse early:
 * what arrives is counted.
 */
export async function readBounded(request: Request, maxBytes: number): Promise<Uint8Array | null> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) return null;
  if (request.body === null) return new Uint8Array();
  const pieces: Uint8Array[] = [];
  let length = 0;
  const reader: ReadableStreamDefaultReader<Uint8Array> = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.byteLength;
    if (length > maxBytes) {
      // The rest is of no interest, nor is whether the sender minds.
      await reader.cancel().catch(() => undefined);
      return null;
    }
    pieces.push(value);
  }
  if (pieces.length === 1 && pieces[0] !== undefined) return pieces[0];
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}
