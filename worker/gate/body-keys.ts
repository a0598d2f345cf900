/**
 * G2: keys in bodies, by the fields in which the preset says that the CRM takes them. What a body shows cannot be taken
 * off it, so a request that shows a key goes nowhere.
 */
import { plainName } from "../identity/key-names.ts";
import { isForm, isJson, isMultipart, isText, type ReadBody } from "./body-peek.ts";

/** Where the preset names fields, forms and JSON are read up to this; PHP by itself takes no larger form than twice of it. */
export const KEYED_BODY_MAX_BYTES = 4 * 1024 * 1024;

/** What is known of a request's body when it has been read as far as it may. `watch`: it is looked at on its way. */
export type BodyKeys = "none" | "shown" | "watch";

export interface KeyFields {
  /** Whether a body of this type may show keys. */
  mayShow(headers: Headers): boolean;
  /** `body`: null where it was not read. */
  findIn(headers: Headers, body: ReadBody | null): BodyKeys;
  /** The body of a form with files as it passes; it breaks off before a part that is called like a key. */
  watch(body: ReadableStream<Uint8Array>, onKey: () => void): ReadableStream<Uint8Array>;
}

/** null: the preset names no field, and no body is looked at. */
export function compileKeyFields(names: readonly string[]): KeyFields | null {
  if (names.length === 0) return null;
  const wanted = new Set(names.map(plainName));
  const isWanted = (name: string): boolean => wanted.has(plainName(name));
  return {
    mayShow: (headers) => kindOf(headers) !== "other",
    findIn(headers, body) {
      const kind = kindOf(headers);
      if (kind === "other") return "none";
      // What a form or JSON says that could not be read may be a key; PHP and others unpack what came packed.
      if (body === null) return kind === "upload" && !headers.has("content-encoding") ? "watch" : "shown";
      if (kind === "upload" && body.likely.form === null) return "shown";
      return namesIn(body).some(isWanted) ? "shown" : "none";
    },
    watch: (body, onKey) => body.pipeThrough(createWatch(isWanted, onKey)),
  };
}

function kindOf(headers: Headers): "text" | "upload" | "other" {
  const type = headers.get("content-type") ?? "";
  if (isMultipart(type)) return "upload";
  return isForm(type) || isJson(type) || isText(type) ? "text" : "other";
}

/** Of a form all fields; of JSON those of the object, or of the objects in a list. */
function namesIn({ likely: { form, json } }: ReadBody): string[] {
  if (form !== null) return [...form.keys()];
  const objects = Array.isArray(json) ? json : [json];
  return objects.flatMap((object) => (typeof object === "object" && object !== null ? Object.keys(object) : []));
}

/** The header by which a part says its name, with the lines that go on with it. */
const PART_HEADER = /content-disposition[ \t]*:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*/gi;
const PART_NAME = /\bname\*?[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)|'([^']*)|([^\s;]*))/gi;
const HEADER_NAME = "content-disposition";
/** One that goes on, or may go on, where the text ends. */
const OPEN_HEADER = /^content-disposition[ \t]*:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*(?:\r?\n|\r)?$/i;
/** No browser sends one as long; PHP takes none of more than five. */
const HEADER_MAX_CHARS = 8_192;

/** What of the text may be the beginning of a part's header. */
function openHeader(text: string): string {
  const start = text.toLowerCase().lastIndexOf(HEADER_NAME);
  const last = start === -1 ? "" : text.slice(start);
  return OPEN_HEADER.test(last) ? last : text.slice(-2 * HEADER_NAME.length);
}

function createWatch(isWanted: (name: string) => boolean, onKey: () => void): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder("latin1");
  let tail = "";
  let held: Uint8Array[] = [];
  const release = (controller: TransformStreamDefaultController<Uint8Array>): void => {
    for (const chunk of held) controller.enqueue(chunk);
    held = [];
  };
  const showsKey = (text: string): boolean =>
    [...text.matchAll(PART_HEADER)].some(([header]) =>
      [...header.matchAll(PART_NAME)].some(([, quoted, single, plain]) => isWanted(quoted ?? single ?? plain ?? "")),
    );
  return new TransformStream({
    transform(chunk, controller) {
      const text = tail + decoder.decode(chunk);
      tail = openHeader(text);
      if (showsKey(text) || tail.length > HEADER_MAX_CHARS) {
        onKey();
        controller.error(new Error("The body shows a key."));
        return;
      }
      // What may be the beginning of a name waits for the rest of it.
      release(controller);
      held.push(chunk);
    },
    flush: release,
  });
}
