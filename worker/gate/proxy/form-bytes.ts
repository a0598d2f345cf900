/**
 * Forms as browsers send them, read as bytes: no form says in which charset it is, and whatever is decoded by the wrong
 * one is lost. A byte is a character of the same number here.
 */

/** `value`: null for a file's part; `hasFile`: one was chosen. */
export interface FormPart {
  name: string;
  value: string | null;
  hasFile: boolean;
}

/** Of application/x-www-form-urlencoded. */
export function readUrlEncoded(bytes: Uint8Array): FormPart[] {
  const plain = (text: string): string =>
    text
      .replaceAll("+", " ")
      .replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return textOf(bytes)
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const equals = pair.indexOf("=");
      const [name, value] = equals === -1 ? [pair, ""] : [pair.slice(0, equals), pair.slice(equals + 1)];
      return { name: plain(name), value: plain(value), hasFile: false };
    });
}

/** Of multipart/form-data; what files hold is not looked at. null: it is not of that form. */
export function readMultipart(bytes: Uint8Array, boundary: string): FormPart[] | null {
  const mark = Uint8Array.from(`--${boundary}`, (sign) => sign.charCodeAt(0));
  const parts: FormPart[] = [];
  let at = indexOf(bytes, mark, 0);
  if (at !== 0) return null;
  for (;;) {
    const start = at + mark.length;
    // The last mark is followed by two dashes, any other by the end of its line.
    if (bytes[start] === DASH && bytes[start + 1] === DASH) return parts;
    const end = indexOf(bytes, mark, start);
    if (end === -1) return null;
    const part = readPart(bytes.subarray(start + LINE_END.length, end - LINE_END.length));
    if (part === null) return null;
    parts.push(part);
    at = end;
  }
}

/** The boundary that a Content-Type names; null for none. */
export function boundaryOf(type: string): string | null {
  const found = /;\s*boundary\s*=\s*(?:"([^"]+)"|([^;\s]+))/i.exec(type);
  return found?.[1] ?? found?.[2] ?? null;
}

/** The bytes in one charset; null where they are not of it. */
export function decode(text: string, charset: "utf-8" | "windows-1252"): string | null {
  try {
    const bytes = Uint8Array.from(text, (sign) => sign.charCodeAt(0));
    return new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

const DASH = 45;
const LINE_END = Uint8Array.of(13, 10);
const HEAD_END = Uint8Array.of(13, 10, 13, 10);

function readPart(bytes: Uint8Array): FormPart | null {
  const headEnd = indexOf(bytes, HEAD_END, 0);
  if (headEnd === -1) return null;
  const head = textOf(bytes.subarray(0, headEnd));
  const name = /^content-disposition:\s*form-data[^\r\n]*?;\s*name="([^"\r\n]*)"/im.exec(head)?.[1];
  if (name === undefined) return null;
  const plain = name.replace(/%0D%0A/gi, "\r\n").replace(/%22/g, '"');
  const file = /;\s*filename\*?=(?:"([^"\r\n]*)"|([^;\r\n]*))/i.exec(head);
  const body = bytes.subarray(headEnd + HEAD_END.length);
  if (file === null) return { name: plain, value: textOf(body), hasFile: false };
  // A browser sends an empty part where no file was chosen.
  return { name: plain, value: null, hasFile: body.byteLength > 0 || (file[1] ?? file[2] ?? "") !== "" };
}

function textOf(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += PIECE) text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  return text;
}

/** A number of arguments that every engine accepts. */
const PIECE = 8_192;

function indexOf(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  const [first = 0] = wanted;
  for (let at = bytes.indexOf(first, from); at !== -1; at = bytes.indexOf(first, at + 1)) {
    if (wanted.every((byte, offset) => bytes[at + offset] === byte)) return at;
  }
  return -1;
}
