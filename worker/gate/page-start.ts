/** The beginning of an answer's body: read, looked at, and passed on with what follows it. */

/** No more is looked at. */
export const LOOK_MAX_BYTES = 32 * 1024;

const NO_BYTES = new Uint8Array();
/** One character for each byte, whatever the page's charset. */
const BYTES = new TextDecoder("windows-1252");

export interface PageStart {
  bytes: Uint8Array;
  /** Nothing follows. */
  isWhole: boolean;
}

/** `isEnough` is told the bytes so far, one character for each, and whether no more are looked at. Throws when the CRM breaks off. */
export async function readStart(
  body: ReadableStream<Uint8Array>,
  isEnough: (text: string, isLast: boolean) => boolean,
): Promise<PageStart> {
  const reader = bodyReader(body);
  let bytes: Uint8Array = NO_BYTES;
  for (;;) {
    const { done, value } = await reader.read();
    if (value !== undefined) bytes = bytes.byteLength === 0 ? value : joinBytes([bytes, value]);
    const isLast = done || bytes.byteLength >= LOOK_MAX_BYTES;
    if (isEnough(BYTES.decode(bytes.subarray(0, LOOK_MAX_BYTES)), isLast) || isLast) {
      reader.releaseLock();
      return { bytes, isWhole: done };
    }
  }
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

/** Bytes of the whole body, where the answer's head tells; else NaN. */
export const lengthOf = (headers: Headers): number =>
  headers.has("content-encoding") ? Number.NaN : Number(headers.get("content-length") ?? Number.NaN);

/** `start`, then what is left of the CRM's answer, passed on by the runtime. `length`: of both, where it is known. */
export function continueWith(start: Uint8Array, rest: ReadableStream, length: number): ReadableStream {
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

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
