/**
 * What Hotseat has to know of a CRM, as data (the files in `presets/`). Strict: a field that does nothing is refused.
 * What no single field shows is checked in preset-check.ts.
 */

import * as z from "zod/mini";
import { HOUR_MS } from "../../../shared/durations.ts";
import { isPointer, POINTER_FORM } from "../../config/json-pointer.ts";
import { ROLES } from "../../ledger/person.ts";
import { TextPattern } from "./html-extract.ts";
import { isPathPattern, PATH_FORM } from "./path-pattern.ts";
import { isPublicPattern, PUBLIC_FORM } from "./public-pattern.ts";
import { isSafeRegex, SAFE_REGEX_FORM } from "./safe-regex.ts";
import type { Json } from "./template.ts";

const must = <T>(test: (value: T) => boolean, error: string) => z.refine<T>(test, { error });
const whole = (low: number, high: number) =>
  z
    .number()
    .check(
      must(
        (value) => Number.isInteger(value) && value >= low && value <= high,
        `must be a whole number from ${low} to ${high}`,
      ),
    );
const someOf = <T extends z.ZodMiniType>(item: T) => z.array(item).check(z.minLength(1));

const Words = z.string().check(must((text) => text !== "", "must not be empty"));
const PathPattern = z.string().check(must(isPathPattern, `must be ${PATH_FORM}`));
const PublicPattern = z.string().check(must(isPublicPattern, `must be ${PUBLIC_FORM}`));
const Pointer = z.string().check(must(isPointer, `must be ${POINTER_FORM}`));
const Pattern = z.string().check(must(isSafeRegex, SAFE_REGEX_FORM));
const Method = z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]);
const HeaderName = z
  .string()
  .check(must((name) => /^[a-z][a-z0-9-]*$/.test(name), "must be a header's name in lower case"));
const CookieName = z
  .string()
  .check(must((name) => /^[^\s=;,"]+$/.test(name), "must be a cookie's name, without spaces, = ; , and quotes"));
const Headers = z.record(HeaderName, z.string());
const MediaType = z
  .string()
  .check(must((text) => /^[a-z]+\/[a-z0-9.+-]+$/.test(text), "must be in lower case, as text/html"));
const Template: z.ZodMiniType<Json> = z.json() as z.ZodMiniType<Json>;
const CaptureName = z.string().check(must((name) => /^[a-zA-Z]+$/.test(name), "must be a name of letters"));

/** One value that carries the CRM's session: exactly one of `cookie`, `cookiePattern` and `header`. */
export const CarrierPart = z.strictObject({
  cookie: z.optional(CookieName),
  /** Where the name differs by installation. */
  cookiePattern: z.optional(Pattern),
  header: z.optional(HeaderName),
  /** The header's scheme, such as `Session`; letter case does not matter. */
  scheme: z.optional(z.string().check(must((text) => /^[\w-]+$/.test(text), "must be a word such as Bearer"))),
  /** Values that mean no session, such as `deleted`. */
  ignore: z.optional(someOf(z.string())),
  decode: z.optional(z.enum(["base64", "percent"])),
  /** Named groups are captures: untrusted, good for asking the CRM and for nothing else (I3). */
  capture: z.optional(Pattern),
});

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
  path: z.string().check(must((path) => path.startsWith("/"), "must be a path that begins with /")),
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
  /** Of the visitor's headers these go along, beside those that carry the session and those of every question. */
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
  captures: z.optional(
    z.record(CaptureName, z.strictObject({ pointer: z.optional(Pointer), text: z.optional(TextPattern) })),
  ),
  timeoutMs: z.optional(whole(100, 30_000)),
  maxBytes: z.optional(whole(1_024, 1_048_576)),
});

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

const Status = z
  .number()
  .check(
    must(
      (status) => status === 200 || (Number.isInteger(status) && status >= 400 && status <= 599 && status !== 401),
      "must be 200 or 400 to 599, and not 401: browsers and CRMs take that for signed out",
    ),
  );

/** What a page's own request is told in place of an answer (G5). */
export const RefusalAnswer = z.strictObject({
  status: Status,
  headers: z._default(Headers, {}),
  /** JSON with {title}, {text}, {reason}, {#limit}, {#inUse}, {#requestId}. Left out: protocol.ts `Refusal`. */
  body: z.optional(Template),
  /** Plain text with the same places, in place of `body`. */
  text: z.optional(Words),
});

/** How `npm run preset:check` signs in. Texts may hold {user}, {password}, {basic} (base64 of both) and captures. */
export const Trial = z.strictObject({
  steps: someOf(
    z.strictObject({
      method: Method,
      path: z.string().check(must((path) => path.startsWith("/"), "must be a path that begins with /")),
      headers: z.optional(Headers),
      /** Sent as application/x-www-form-urlencoded. */
      form: z.optional(z.record(Words, z.string())),
      /** Sent as application/json. */
      body: z.optional(Template),
      captures: z.optional(
        z.record(CaptureName, z.strictObject({ pointer: z.optional(Pointer), text: z.optional(TextPattern) })),
      ),
    }),
  ),
  /** What the CRM's page makes of the answers beside the cookies that they set. */
  session: z.optional(
    z.strictObject({
      cookies: z.optional(z.record(CookieName, z.string())),
      header: z.optional(HeaderName),
      scheme: z.optional(Words),
      value: z.optional(z.string()),
      encode: z.optional(z.literal("base64")),
    }),
  ),
  /** A protected address, to see what the CRM makes of strangers. */
  page: z.string().check(must((path) => path.startsWith("/"), "must be a path that begins with /")),
  /** What is to be known beside user and password, given as `--set name=value`. */
  needs: z.optional(someOf(CaptureName)),
  /** The logout's body, where only the body tells. */
  logoutBody: z.optional(Template),
});

export const Preset = z.strictObject({
  /** Where an editor finds the schema of presets; docs/preset.schema.json. */
  $schema: z.optional(z.string()),
  /** The CRM's name, for people. */
  title: Words,
  /** What the preset rests on, and what an operator still has to see to; `npm run preset:check` prints it. */
  about: z.optional(Words),
  /** A session is there when all parts of one of these are; the first such carries it. */
  carriers: someOf(someOf(CarrierPart)),
  /** Named groups over the request's path: captures for asking. A path that does not fit leaves the person unknown. */
  pathCapture: z.optional(Pattern),
  identity: z.strictObject({
    steps: z
      .array(Step)
      .check(must((steps) => steps.length >= 1 && steps.length <= 3, "must be one to three questions")),
    /** Which of the two is the holder's key. */
    holder: z.enum(["id", "login"]),
    person: z.strictObject({
      id: PersonField,
      login: z.optional(PersonField),
      /** For reading alone; taken to be editable unless it says `"editable": false`. */
      name: z.optional(PersonField),
      email: z.optional(PersonField),
      /** What the person may do in the CRM: the only names that `roles` below maps. */
      roles: z.optional(someOf(PersonNames)),
      /** Where the person belongs, such as teams: for pools; only the tenant's own map gives rights by them. */
      groups: z.optional(someOf(PersonNames)),
      /** false, 0 or null: whoever is signed in may not work. */
      active: z.optional(PersonField),
    }),
    /**
     * People of the CRM who need no licence, such as customers in its portal: they pass, neither counted nor listed. One
     * of these must hold.
     */
    exemptWhen: z.optional(someOf(StepCondition)),
    /** How long an answer is believed; left out: as timing.ts says. */
    signedInLifeMs: z.optional(whole(10_000, HOUR_MS)),
    anonymousLifeMs: z.optional(whole(0, 60_000)),
  }),
  /**
   * L14: how many records the CRM has, for firms that are charged by them. Asked now and then with the session of
   * somebody who administers.
   */
  records: z.optional(z.strictObject({ steps: someOf(Step), count: Extract })),
  /** The CRM's roles, as they stand at `identity.person.roles`, to Hotseat's. */
  roles: z.record(z.string(), z.enum(ROLES)),
  /** By what the operator's lists may name a person: nothing that is editable. */
  listedBy: someOf(z.enum(["login", "email"])),
  login: z.array(SessionChange),
  logout: z.array(SessionChange),
  paths: z.strictObject({
    /**
     * Always let through, with all credentials: the login page and what it needs, static files. By method, path and
     * query, see public-pattern.ts.
     */
    public: z.array(PublicPattern),
    /** Requests that no person makes: never activity (G8), whatever their method. */
    background: z.array(PathPattern),
    /** Answers that last as long as their page and are no event stream by their type: they end with the lease (G7). */
    streaming: z.optional(someOf(PathPattern)),
    /**
     * Sockets by which people work: a message of the visitor's is activity (G8). Left out: a socket's traffic is nobody's
     * act, since pages keep sockets talking by themselves; that it is open is presence all the same.
     */
    workSockets: z.optional(someOf(PathPattern)),
  }),
  /**
   * Fields of an address that open one document to everybody who has the link, as customers do, and never say who
   * somebody is: without a session they go on, too, though by their names they could be keys.
   */
  linkKeys: z.optional(someOf(Words)),
  /** What a page reads by script is work, unless `paths.background` has it: for CRMs in which nobody navigates (G8). */
  readingIsWork: z.optional(z.boolean()),
  /** Public by what query or body say. */
  publicCalls: z.optional(someOf(Matcher)),
  /**
   * Requests that the CRM takes from strangers, such as links that it mails and forms for a web site's visitors: somebody
   * who gets no seat makes them as a stranger, without their session. By method, path and query alone.
   */
  strangerCalls: z.optional(someOf(AddressMatcher)),
  /** Background by what query or body say: a poll that is sent as a form or JSON, beside the person's own such calls. */
  backgroundCalls: z.optional(someOf(Matcher)),
  /** The CRM's addresses for programs, which bring credentials of their own. */
  machine: z.optional(
    z.strictObject({
      paths: someOf(PathPattern),
      /** `pass`: programs use no seat. `refuse`: nobody gets there through the gate. */
      policy: z.enum(["pass", "refuse"]),
    }),
  ),
  refusal: z.strictObject({
    background: RefusalAnswer,
    /** The first that fits answers in its place: by path, by what the request's body is, or by both. */
    exceptions: z.optional(
      someOf(
        z.strictObject({
          paths: z.optional(someOf(PathPattern)),
          /** The request's own Content-Type begins so: a product's error shape is for its own kind of calls alone. */
          contentType: z.optional(MediaType),
          answer: RefusalAnswer,
        }),
      ),
    ),
    /** Where the body of a request has the id that the answer repeats. */
    requestId: z.optional(Pointer),
    /**
     * CSS selectors of the messages by which the CRM's page tells of a refused request and which stay until something
     * else is told: they are taken off the page once it is answered again. Only what the CRM can do without.
     */
    errors: z.optional(
      someOf(z.string().check(must((text) => /^[^<>{}@]+$/.test(text), "must be a CSS selector, without < > { } @"))),
    ),
    /** What a WebSocket is closed with when the lease ends; left out: 4403. */
    webSocketCode: z.optional(whole(3_000, 4_999)),
  }),
  /** Put the agent's script into the CRM's documents: for single-page CRMs, which never navigate. */
  inject: z.boolean(),
  /**
   * `rewrite`: Origin and Referer name the CRM's own origin; needed where CRM and Worker have different host names and
   * the CRM compares. `keep`: as the browser sent them. Left out: rewrite where the hosts differ.
   */
  host: z.optional(z.enum(["rewrite", "keep"])),
  trial: z.optional(Trial),
});
export type Preset = z.infer<typeof Preset>;
export type CarrierPart = z.infer<typeof CarrierPart>;
export type Step = z.infer<typeof Step>;
export type Condition = z.infer<typeof Condition>;
export type Trial = z.infer<typeof Trial>;
export type Extract = z.infer<typeof Extract>;
export type PersonField = z.infer<typeof PersonField>;
export type Matcher = z.infer<typeof Matcher>;
export type SessionChange = z.infer<typeof SessionChange>;
export type RefusalAnswer = z.infer<typeof RefusalAnswer>;
