/**
 * What Hotseat has to know of a CRM, as data (the files in `presets/`). Strict: a field that does nothing is refused.
 * What no single field shows is checked in preset-check.ts.
 */

import * as z from "zod/mini";
import { HOUR_MS } from "../../../shared/durations.ts";
import { ROLES } from "../../ledger/person.ts";
import { Extract, PersonField, PersonNames, Step, StepCondition } from "./question-schema.ts";
import { AddressMatcher, Matcher, SessionChange } from "./request-schema.ts";
import {
  CookieName,
  HeaderName,
  Headers,
  MediaType,
  must,
  PathPattern,
  Pattern,
  Pointer,
  PublicPattern,
  someOf,
  Template,
  Words,
  whole,
} from "./schema-values.ts";
import { Trial } from "./trial-schema.ts";

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
  /**
   * Fields by which the CRM takes a session or a key, in whatever spelling of case and signs: in addresses, beside those
   * that are called like one, and in forms and JSON, where no other is looked at (gate/body-keys.ts).
   */
  keyFields: z.optional(someOf(Words.check(must((name) => /[a-z0-9]/i.test(name), "must have a letter or a digit")))),
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
      /** `true`: the CRM takes nobody's session there for a sign-in, so one that comes along does not matter. */
      ignoresSession: z.optional(z.boolean()),
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
export type RefusalAnswer = z.infer<typeof RefusalAnswer>;
