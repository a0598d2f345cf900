/** Which requests a preset means, and those among them that sign people in or out. */
import * as z from "zod/mini";
import { Condition } from "./question-schema.ts";
import { HeaderName, Method, PathPattern, Pointer, someOf, Words } from "./schema-values.ts";

/** The one of each name that a request may have, and what it may say. */
const Fields = z.record(Words, someOf(z.string()));

/** Which requests: all that is given must hold. A body is looked at when it is small: 16 KiB of JSON or form. */
export const Matcher = z.strictObject({
  method: z.optional(Method),
  path: PathPattern,
  /** Fields of the query; each must be there exactly once. */
  query: z.optional(Fields),
  /** Fields of a form (application/x-www-form-urlencoded); each must be there exactly once, and not in the query. */
  form: z.optional(Fields),
  /** Fields that must be in neither, since the CRM would do something else then. */
  without: z.optional(someOf(Words)),
  /** Of a JSON body. */
  pointer: z.optional(Pointer),
  oneOf: z.optional(someOf(z.string())),
});

/** By the address alone. */
export const AddressMatcher = z.pick(Matcher, { method: true, path: true, query: true, without: true });

/** Login or logout. */
export const SessionChange = z.extend(Matcher, {
  /**
   * Headers, each with one of these values: for a CRM whose login differs from other calls by a header alone. `*`: any
   * value, the empty text: not there.
   */
  headers: z.optional(z.record(HeaderName, someOf(z.string()))),
  /** When the CRM took it, by the head of its answer; left out: any status below 400. */
  success: z.optional(someOf(Condition)),
  /** For an address that is also one of protected pages: without a seat only a visitor who is not signed in gets there. */
  guarded: z.optional(z.boolean()),
});

export type Matcher = z.infer<typeof Matcher>;
export type SessionChange = z.infer<typeof SessionChange>;
