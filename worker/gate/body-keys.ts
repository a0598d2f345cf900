/**
 * G2: keys in bodies, by the fields in which the preset says that the CRM takes them. What a body shows cannot be taken
 * off it, so a request that shows a key goes nowhere.
 */
import { plainName } from "../identity/key-names.ts";
import { hasName, isInValue, textOf } from "./body-names.ts";
import type { ReadBody } from "./body-peek.ts";

/** Where the preset names fields, forms and JSON are read up to this; PHP by itself takes no larger form than twice of it. */
export const KEYED_BODY_MAX_BYTES = 4 * 1024 * 1024;

/** What is known of a request's body when it has been read as far as it may. `watch`: it is looked at on its way. */
export type BodyKeys = "none" | "shown" | "watch";

export interface KeyFields {
  /** Whether a body of this type may show keys. */
  mayShow(headers: Headers): boolean;
  /** Whether a body of this type is text that is read whole. */
  isText(type: string): boolean;
  /** `body`: null where it was not read; `watch` only then. */
  findIn(headers: Headers, body: ReadBody | null): BodyKeys;
  /** The body of a form with files as it passes; it breaks off before a part that is called like a key. */
  watch(body: ReadableStream<Uint8Array>, onKey: () => void): ReadableStream<Uint8Array>;
}

/** null: the preset names no field, and no body is looked at. */
export function compileKeyFields(names: readonly string[]): KeyFields | null {
  if (names.length === 0) return null;
  const wanted = new Set(names.map(plainName));
  const shortest = Math.min(...[...wanted].map((name) => name.length));
  // `data[MSID]` is a field of a field.
  const isWanted = (name: string): boolean =>
    name.length >= shortest && name.split(/[[\]]+/).some((piece) => wanted.has(plainName(piece)));
  // Read again, it would be in memory twice: 4 MiB of JSON may become 85 MB.
  const isSaid = ({ likely: { json }, bytes }: ReadBody, kind: Kind): boolean =>
    json === undefined ? hasName(textOf(bytes), kind === "form", isWanted) : isInValue(json, isWanted);
  return {
    mayShow: (headers) => kindOf(typeOf(headers)) !== "other",
    isText: (type) => isReadWhole(kindOf(type)),
    findIn(headers, body) {
      const kind = kindOf(typeOf(headers));
      if (kind === "other" || isEmpty(headers)) return "none";
      // What a form or JSON says that could not be read may be a key; PHP and others unpack what came packed.
      if (body === null) return kind === "upload" && !headers.has("content-encoding") ? "watch" : "shown";
      if (isReadWhole(kind)) return isSaid(body, kind) ? "shown" : "none";
      return body.likely.form === null || showsKey(LATIN1.decode(body.bytes), isWanted) ? "shown" : "none";
    },
    watch: (body, onKey) => body.pipeThrough(createWatch(isWanted, onKey)),
  };
}

/** PHP reads a type up to the first of these signs. */
const FORM_TYPE = /^\s*application\/x-www-form-urlencoded(?:[;,\s]|$)/i;
const MULTIPART_TYPE = /^\s*multipart\/form-data(?:[;,\s]|$)/i;
/** Also `text/json`, `application/json-rpc`, `application/x-ndjson`, `application/soap+xml`; and what scripts send without a type. */
const DATA_TYPE = /^\s*(?:[a-z]+\/(?:[\w.-]+\+)?(?:x-)?(?:nd)?(?:json|xml|graphql)\b|text\/plain\s*(?:[;,]|$)|$)/i;

type Kind = "form" | "data" | "upload" | "other";

const typeOf = (headers: Headers): string => headers.get("content-type") ?? "";
const isReadWhole = (kind: Kind): boolean => kind === "form" || kind === "data";

function kindOf(type: string): Kind {
  if (MULTIPART_TYPE.test(type)) return "upload";
  if (FORM_TYPE.test(type)) return "form";
  return DATA_TYPE.test(type) ? "data" : "other";
}

/** Where nothing is sent, the runtime has a body all the same. */
const isEmpty = (headers: Headers): boolean => headers.get("content-length") === "0";

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
