/** The beginning of an answer's body: read, looked at, and passed on with what follows it. */
import { within } from "../../async/timeout.ts";
import type { HeaderReader } from "../../http/named-headers.ts";

/** No more is looked at. */
export const LOOK_MAX_BYTES = 32 * 1024;

const NO_BYTES = new Uint8Array();
/** One character for each byte, whatever the page's charset. */
const BYTES = new TextDecoder("windows-1252");

/** Longer than a round trip around the world, so that the gap between two packets of one answer is no pause; ms. */
const PAUSE_MS = 500;

/** What of the body is wanted next: whatever it takes, what comes before the CRM pauses, nothing. */
export type Wanted = "more" | "more_before_a_pause" | "nothing";

export interface PageStart {
  bytes: Uint8Array;
  /** Passes on what follows; null: nothing does. */
  rest: Rest | null;
}

interface Rest {
  body: ReadableStream;
  /** The CRM has paused: what is read next, and by whom; null: nobody reads. */
  pending: { reader: BodyReader; piece: Promise<Piece> } | null;
}

/**
 * `look` is told the bytes so far, one character for each, and whether no more are looked at; first that there are
 * none. `length`: of the body, or NaN. Throws when the CRM breaks off.
 */
export async function readStart(
  body: ReadableStream<Uint8Array>,
  length: number,
  look: (text: string, isLast: boolean) => Wanted,
): Promise<PageStart> {
  const reader = bodyReader(body);
  let bytes: Uint8Array = NO_BYTES;
  const readOn = (): Promise<Piece> => (bytes.byteLength === 0 ? readFirst(reader) : reader.read());
  let wanted = look("", false);
  for (;;) {
    const piece = readOn();
    const read = wanted === "more" ? { value: await piece } : await within(PAUSE_MS, piece);
    if (read === undefined) return { bytes, rest: { body, pending: { reader, piece } } };
    const { done, value } = read.value;
    if (value !== undefined) bytes = bytes.byteLength === 0 ? value : joinBytes([bytes, value]);
    const isWhole = done || bytes.byteLength === length;
    const isLast = isWhole || bytes.byteLength >= LOOK_MAX_BYTES;
    wanted = look(BYTES.decode(bytes.subarray(0, LOOK_MAX_BYTES)), isLast);
    if (wanted !== "nothing" && !isLast) continue;
    reader.releaseLock();
    return { bytes, rest: isWhole ? null : { body, pending: null } };
  }
}

interface Piece {
  done: boolean;
  value?: Uint8Array | undefined;
}

/** An answer that has an encoding and no bytes at all, as scripts of PHP send it, is empty to a browser, and a fault to the runtime. */
const NOTHING_ENCODED = /stream ended prematurely/;

async function readFirst(reader: BodyReader): Promise<Piece> {
  try {
    return await reader.read();
  } catch (error) {
    if (error instanceof Error && NOTHING_ENCODED.test(error.message)) return { done: true };
    throw error;
  }
}

interface BodyReader {
  read(): Promise<Piece>;
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
export const lengthOf = (headers: HeaderReader): number =>
  headers.has("content-encoding") ? Number.NaN : Number(headers.get("content-length") ?? Number.NaN);

/** `start`, then what is left of the CRM's answer, passed on by the runtime. `length`: of both, where it is known. */
export function continueWith(start: Uint8Array, { body, pending }: Rest, length: number): ReadableStream {
  const { readable, writable } = Number.isNaN(length) ? new IdentityTransformStream() : new FixedLengthStream(length);
  const pass = async (): Promise<void> => {
    const writer = writable.getWriter();
    if (start.byteLength > 0) await writer.write(start);
    if (pending !== null) await passPending(writer, pending);
    writer.releaseLock();
    await body.pipeTo(writable);
  };
  // When the visitor or the CRM breaks off, the stream itself tells the other side.
  pass().catch(() => undefined);
  return readable;
}

/** What the CRM says after its pause. */
async function passPending(writer: WritableStreamDefaultWriter, { reader, piece }: NonNullable<Rest["pending"]>) {
  try {
    const { value } = await piece;
    if (value !== undefined && value.byteLength > 0) await writer.write(value);
    reader.releaseLock();
  } catch (error) {
    await writer.abort(error);
    throw error;
  }
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
