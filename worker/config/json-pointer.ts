/** RFC 6901, as far as presets need it: `/result/0/name`. */

export const POINTER_FORM = "a JSON pointer such as /result/0/name";
export const isPointer = (text: string): boolean => /^(?:\/[^/]*)*$/.test(text);

/** The value at the pointer; undefined where there is none. Looks only at own properties. */
export function readPointer(document: unknown, pointer: string): unknown {
  let value = document;
  for (const token of pointer.split("/").slice(1)) {
    if (typeof value !== "object" || value === null) return undefined;
    const name = token.replaceAll("~1", "/").replaceAll("~0", "~");
    if (!Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}
