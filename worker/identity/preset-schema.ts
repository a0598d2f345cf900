/**
 * What Hotseat has to know of a CRM, as data (the files in `presets/`). Strict: a field that does nothing is refused.
 */
import * as z from "zod/mini";
import { ROLES } from "../tenant/tenant-calls.ts";
import { isPointer, POINTER_FORM } from "./json-pointer.ts";
import { isPathPattern, PATH_FORM } from "./path-pattern.ts";
import { type Json, placesIn } from "./template.ts";

const must = <T>(test: (value: T) => boolean, error: string) => z.refine<T>(test, { error });

const PathPattern = z.string().check(must(isPathPattern, `must be ${PATH_FORM}`));
const Pointer = z.string().check(must(isPointer, `must be ${POINTER_FORM}`));
const Method = z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]);
const HeaderName = z
  .string()
  .check(must((name) => /^[a-z][a-z0-9-]*$/.test(name), "must be a header's name in lower case"));
const Headers = z.record(HeaderName, z.string());
const Template: z.ZodMiniType<Json> = z.json() as z.ZodMiniType<Json>;
const Pattern = z.string().check(must(isAnchored, "must be a regular expression that begins with ^ and ends with $"));

function isAnchored(source: string): boolean {
  try {
    new RegExp(source, "u");
  } catch {
    return false;
  }
  return source.startsWith("^") && source.endsWith("$");
}

/** One value that carries the CRM's session. Present as soon as the cookie or header is there and not empty. */
const CarrierPart = z.union([
  z.strictObject({ cookie: z.string().check(z.minLength(1)) }),
  /** Where the name differs by installation. */
  z.strictObject({ cookiePattern: Pattern }),
  z.strictObject({
    header: HeaderName,
    /** The header's scheme, such as `Session`; letter case does not matter. */
    scheme: z.optional(z.string()),
    decode: z.optional(z.literal("base64")),
    /** Named groups are captures: untrusted, good for asking the CRM and for nothing else (I3). */
    capture: z.optional(Pattern),
  }),
]);

/** What holds of an answer of the CRM: all that is given. */
const Condition = z.strictObject({
  status: z.optional(z.int()),
  /** Something other than null stands there. */
  pointer: z.optional(Pointer),
  /** … and it is this. */
  equals: z.optional(z.union([z.string(), z.number(), z.boolean()])),
});

const Step = z.strictObject({
  method: Method,
  /** May hold captures: `/{database}/`. */
  path: z.string().check(must((path) => path.startsWith("/"), "must be a path that begins with /")),
  headers: z.optional(Headers),
  /** JSON that may hold captures; sent as application/json. */
  body: z.optional(Template),
  anonymousWhen: z.array(Condition),
  signedInWhen: z.array(Condition).check(z.minLength(1)),
});

/** Where something stands in the answer of a step, the first being 0. */
const Source = z.strictObject({ step: z._default(z.int().check(z.minimum(0)), 0), pointer: Pointer });

/** Which requests: all that is given must hold. A body is looked at when it is JSON of at most 16 KiB. */
const Matcher = z.strictObject({
  method: z.optional(Method),
  path: PathPattern,
  pointer: z.optional(Pointer),
  oneOf: z.optional(z.array(z.string()).check(z.minLength(1))),
});

const Status = z
  .int()
  .check(
    must(
      (status) => status === 200 || (status >= 400 && status <= 599 && status !== 401),
      "must be 200 or 400 to 599, and not 401: browsers and CRMs take that for signed out",
    ),
  );

/** What a page's own request is told in place of an answer (G5). */
const RefusalAnswer = z.strictObject({
  status: Status,
  headers: z._default(Headers, {}),
  /** JSON with {title}, {text}, {reason}, {#limit}, {#inUse}, {#requestId}. Left out: protocol.ts `Refusal`. */
  body: z.optional(Template),
});

export const Preset = z.strictObject({
  /** The CRM's name, for people. */
  title: z.string().check(z.minLength(1)),
  /** A session is there when all parts of one of these are. */
  carriers: z.array(z.array(CarrierPart).check(z.minLength(1))).check(z.minLength(1)),
  /** Named groups over the request's path: captures for asking. A path that does not fit leaves the person unknown. */
  pathCapture: z.optional(Pattern),
  identity: z.strictObject({
    steps: z.array(Step).check(z.minLength(1), z.maxLength(3)),
    /** Which of the two is the holder's key. */
    holder: z.enum(["id", "login"]),
    person: z.strictObject({
      id: Source,
      login: z.optional(Source),
      name: z.optional(Source),
      email: z.optional(Source),
      /** A text or a list of texts; with `each`, a list of objects that have it. */
      roles: z.optional(
        z.strictObject({
          step: z._default(z.int().check(z.minimum(0)), 0),
          pointer: Pointer,
          each: z.optional(Pointer),
        }),
      ),
      /** false, 0 or null: whoever is signed in may not work. */
      active: z.optional(Source),
    }),
  }),
  /** The CRM's roles or groups, as they stand at `roles`, to Hotseat's. */
  roles: z.record(z.string(), z.enum(ROLES)),
  /** By what the operator's lists may name a person: only what people cannot change of themselves in the CRM. */
  listedBy: z.array(z.enum(["login", "email"])).check(z.minLength(1)),
  login: z.array(Matcher),
  logout: z.array(Matcher),
  paths: z.strictObject({
    /** Always let through: the login page and what it needs, static files. */
    public: z.array(PathPattern),
    /** Requests that no person makes: never activity (G8), whatever their method. */
    background: z.array(PathPattern),
  }),
  /** Public by what the body says. */
  publicCalls: z.optional(z.array(Matcher)),
  refusal: z.strictObject({
    background: RefusalAnswer,
    /** The first whose paths fit answers in its place. */
    exceptions: z.optional(z.array(z.strictObject({ paths: z.array(PathPattern), answer: RefusalAnswer }))),
    /** Where the body of a request has the id that the answer repeats. */
    requestId: z.optional(Pointer),
  }),
  /** Put the agent's script into the CRM's documents: for single-page CRMs, which never navigate. */
  inject: z.boolean(),
  /**
   * `rewrite`: Origin and Referer name the CRM's own origin; needed where CRM and Worker have different host names and
   * the CRM compares. `keep`: as the browser sent them. Left out: rewrite where the hosts differ.
   */
  host: z.optional(z.enum(["rewrite", "keep"])),
});
export type Preset = z.infer<typeof Preset>;
export type CarrierPart = z.infer<typeof CarrierPart>;
export type Step = z.infer<typeof Step>;
export type Condition = z.infer<typeof Condition>;
export type Source = z.infer<typeof Source>;
export type Matcher = z.infer<typeof Matcher>;
export type RefusalAnswer = z.infer<typeof RefusalAnswer>;

const REFUSAL_PLACES = ["title", "text", "reason", "limit", "inUse", "requestId"];

/** Thrown for a preset that cannot work; the message names the preset, each field's path and what would be right. */
export class PresetError extends Error {
  override name = "PresetError";
}

/** The preset that the data describes; throws `PresetError`. */
export function checkPreset(name: string, data: unknown): Preset {
  const parsed = Preset.safeParse(data);
  const faults = parsed.success ? faultsBetween(parsed.data) : parsed.error.issues.map(describeIssue);
  if (!parsed.success || faults.length > 0) throw new PresetError(`Preset ${name}: ${faults.join("; ")}`);
  return parsed.data;
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const field = issue.path.map(String).join(".") || "the whole";
  switch (issue.code) {
    case "unrecognized_keys":
      return `${[...issue.path, issue.keys[0] ?? ""].map(String).join(".")} is not a field of a preset`;
    case "invalid_type":
      return `${field} must be of type ${issue.expected}`;
    case "invalid_value":
      return `${field} must be one of ${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
    case "too_small":
      return `${field} must have at least ${issue.minimum}`;
    case "too_big":
      return `${field} must have at most ${issue.maximum}`;
    case "custom":
      return `${field} ${issue.message}`;
    default:
      return `${field} is not of the form that is wanted`;
  }
}

/** What no single field shows: places without a capture, sources without a step, a key that nobody fills. */
function faultsBetween(preset: Preset): string[] {
  const faults: string[] = [];
  const captures = captureNames(preset);
  const { steps, person, holder } = preset.identity;
  for (const [index, step] of steps.entries()) {
    for (const [field, template] of [["path", step.path] as const, ["body", step.body ?? null] as const]) {
      for (const place of placesIn(template)) {
        if (!captures.has(place)) {
          faults.push(
            `identity.steps.${index}.${field} names {${place}}, but no carrier and no pathCapture captures it`,
          );
        }
      }
    }
  }
  for (const [field, source] of Object.entries(person)) {
    if (source !== undefined && source.step >= steps.length) {
      faults.push(`identity.person.${field}.step is ${source.step}, but there are steps 0 to ${steps.length - 1}`);
    }
  }
  if (holder === "login" && person.login === undefined) {
    faults.push("identity.person.login is missing, but identity.holder names it as the holder's key");
  }
  const { background, exceptions = [] } = preset.refusal;
  const answers: [string, RefusalAnswer][] = [
    ["refusal.background", background],
    ...exceptions.map(({ answer }, index): [string, RefusalAnswer] => [`refusal.exceptions.${index}.answer`, answer]),
  ];
  for (const [field, answer] of answers) {
    for (const place of placesIn(answer.body ?? null)) {
      if (!REFUSAL_PLACES.includes(place)) {
        faults.push(`${field}.body names {${place}}; there are ${REFUSAL_PLACES.map((p) => `{${p}}`).join(", ")}`);
      }
    }
  }
  for (const field of ["login", "logout", "publicCalls"] as const) {
    for (const [index, matcher] of (preset[field] ?? []).entries()) {
      if ((matcher.pointer === undefined) !== (matcher.oneOf === undefined)) {
        faults.push(`${field}.${index} must have both pointer and oneOf, or neither`);
      }
    }
  }
  return faults;
}

function captureNames(preset: Preset): Set<string> {
  const patterns = preset.carriers.flat().flatMap((part) => ("capture" in part && part.capture ? [part.capture] : []));
  if (preset.pathCapture !== undefined) patterns.push(preset.pathCapture);
  return new Set(patterns.flatMap((pattern) => [...pattern.matchAll(/\(\?<([a-zA-Z]+)>/g)].map((m) => m[1] ?? "")));
}
