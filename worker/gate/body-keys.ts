/**
 * G2: keys in bodies, by the fields in which the preset says that the CRM takes them. What a body shows cannot be taken
 * off it, so a request that shows a key goes nowhere.
 */
import { plainName } from "../identity/key-names.ts";
import { isJson, isText, type ReadBody } from "./body-peek.ts";

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
      if (kind === "other" || isEmpty(headers)) return "none";
      // What a form or JSON says that could not be read may be a key; PHP and others unpack what came packed.
      if (body === null) return kind === "upload" && !headers.has("content-encoding") ? "watch" : "shown";
      if (kind === "text") return namesIn(body).some(isWanted) ? "shown" : "none";
      return body.likely.form === null || showsKey(LATIN1.decode(body.bytes), isWanted) ? "shown" : "none";
    },
    watch: (body, onKey) => body.pipeThrough(createWatch(isWanted, onKey)),
  };
}

/** PHP reads a type up to the first of these signs. */
const FORM_TYPE = /^\s*application\/x-www-form-urlencoded(?:[;,\s]|$)/i;
const MULTIPART_TYPE = /^\s*multipart\/form-data(?:[;,\s]|$)/i;

function kindOf(headers: Headers): "text" | "upload" | "other" {
  const type = headers.get("content-type") ?? "";
  if (MULTIPART_TYPE.test(type)) return "upload";
  return FORM_TYPE.test(type) || isJson(type) || isText(type) ? "text" : "other";
}

/** Where nothing is sent, the runtime has a body all the same. */
const isEmpty = (headers: Headers): boolean => headers.get("content-length") === "0";

/** Of a form all fields; of JSON those of the object, or of the objects in a list. */
function namesIn({ likely: { form, json } }: ReadBody): string[] {
  if (form !== null) return [...form.keys()];
  const objects = Array.isArray(json) ? json : [json];
  return objects.flatMap((object) => (typeof object === "object" && object !== null ? Object.keys(object) : []));
}

/**
 * The header by which a part says its name, with the lines that go on with it: to some servers those that begin with a
 * blank, to PHP also those without a colon, and a lone CR ends none.
 */
const PART_HEADER = /content-disposition[ \t]*:[^\n]*(?:\n(?!\r?\n)(?:[ \t\v\f\r][^\n]*|[^\s:][^\n:]*)?)*/gi;
const PART_NAME = /\bname\*?\s*=\s*(?:"((?:[^"\\]|\\.)*)|'([^']*)|([^\s;]*))/gi;
const HEADER_NAME = "content-disposition";
/** No browser sends one as long; PHP takes none of more than five. */
const HEADER_MAX_CHARS = 8_192;
const LATIN1 = new TextDecoder("latin1");

/** Whether a part is called like a key, also by a name that does not count for every server. */
const showsKey = (text: string, isWanted: (name: string) => boolean): boolean =>
  [...text.matchAll(PART_HEADER)].some(([header]) =>
    // PHP puts lines that go on together without a sign between them.
    ["", " "].some((between) =>
      [...header.replace(/\r?\n/g, between).matchAll(PART_NAME)].some(([, quoted, single, plain]) =>
        isWanted(quoted ?? single ?? plain ?? ""),
      ),
    ),
  );

/** What of the text is, or may be, the beginning of a part's header that goes on. */
function openHeader(text: string): string {
  const last = [...text.matchAll(PART_HEADER)].at(-1);
  const isOpen = last !== undefined && last.index + last[0].length === text.length;
  return text.slice(isOpen ? last.index : -2 * HEADER_NAME.length);
}

function createWatch(isWanted: (name: string) => boolean, onKey: () => void): TransformStream<Uint8Array, Uint8Array> {
  let tail = "";
  let held: Uint8Array[] = [];
  const release = (controller: TransformStreamDefaultController<Uint8Array>): void => {
    for (const chunk of held) controller.enqueue(chunk);
    held = [];
  };
  return new TransformStream({
    transform(chunk, controller) {
      const text = tail + LATIN1.decode(chunk);
      tail = openHeader(text);
      if (showsKey(text, isWanted) || tail.length > HEADER_MAX_CHARS) {
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
