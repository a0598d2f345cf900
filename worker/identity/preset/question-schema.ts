/** How a CRM is asked who somebody is, and where the answer stands. */
import * as z from "zod/mini";
import { TextPattern } from "./html-extract.ts";
import {
  Captures,
  CookieName,
  HeaderName,
  Headers,
  MediaType,
  Method,
  must,
  Path,
  Pointer,
  someOf,
  Template,
  Words,
  whole,
} from "./schema-values.ts";

/** What holds of an answer of the CRM: all that is given. */
export const Condition = z.strictObject({
  status: z.optional(whole(100, 599)),
  /** Stands in the Location header. */
  location: z.optional(Words),
  /** The Content-Type begins so. */
  contentType: z.optional(MediaType),
  /** Stands in the body. */
  body: z.optional(Words),
  /** Something other than null stands there. */
  pointer: z.optional(Pointer),
  /** … and it is this. */
  equals: z.optional(
    z
      .unknown()
      .check(
        must(
          (value) => ["string", "number", "boolean"].includes(typeof value),
          "must be a text, a number, true or false",
        ),
      ),
  ),
});

const StepNumber = z._default(whole(0, 2), 0);

/** Where something stands in the answer of a step, the first being 0: one of `pointer`, `text` and `header`. */
const extractFields = {
  step: StepNumber,
  pointer: z.optional(Pointer),
  text: z.optional(TextPattern),
  header: z.optional(HeaderName),
};
export const Extract = z.strictObject(extractFields);

/** What holds of the answer of one step. */
export const StepCondition = z.extend(Condition, { step: StepNumber });

/** What is said of a person. */
const personFields = {
  ...extractFields,
  /** People can change it of themselves in the CRM: it is for reading, and no right may come from it. */
  editable: z.optional(z.boolean()),
};
export const PersonField = z.strictObject(personFields);
/**
 * Names: each a text, a list of texts, or an object of texts; with `each`, a list of objects that have it; with `as`,
 * that name where something other than false, 0 or "" stands.
 */
export const PersonNames = z.strictObject({ ...personFields, each: z.optional(Pointer), as: z.optional(Words) });

export const Step = z.strictObject({
  method: Method,
  /** May hold captures: `/{database}/`. */
  path: Path,
  /**
   * Asks this origin in place of the CRM's, for CRMs whose API has a host of its own. Then no cookie and no carrying
   * header goes along, but what `cookies`, `headers` and `headersFromCookies` name.
   */
  origin: z.optional(
    z
      .string()
      .check(must((text) => /^https:\/\/[^/?#@\s]+$/.test(text), "must be an origin such as https://api.crm.example")),
  ),
  /** May hold captures: `Bearer {token}`. */
  headers: z.optional(Headers),
  /** Of the visitor's headers these go along, beside those that carry the session and those of every question. Keys belong to the session. */
  forward: z.optional(someOf(HeaderName)),
  /** Header to cookie: repeats the cookie's value, as CRMs with a mirrored CSRF token want it. */
  headersFromCookies: z.optional(z.record(HeaderName, CookieName)),
  /** Only these of the visitor's cookies go along; left out: all but Hotseat's own. */
  cookies: z.optional(someOf(CookieName)),
  /** JSON that may hold captures; sent as application/json. */
  body: z.optional(Template),
  anonymousWhen: z.array(Condition),
  signedInWhen: someOf(Condition),
  /** Values of this answer, by a name that the following steps may use. */
  captures: z.optional(Captures),
  timeoutMs: z.optional(whole(100, 30_000)),
  maxBytes: z.optional(whole(1_024, 1_048_576)),
});

export type Step = z.infer<typeof Step>;
export type Condition = z.infer<typeof Condition>;
export type Extract = z.infer<typeof Extract>;
export type PersonField = z.infer<typeof PersonField>;
