/**
 * What each field of a preset means: for the table in docs/presets.md and for the JSON Schema that editors read. The
 * fields themselves come from worker/identity/preset/*-schema.ts, and a test keeps that none is without words here.
 */
import * as z from "zod/mini";
import { OtherPattern, TextPattern } from "../../worker/identity/preset/html-extract.ts";
import { CarrierPart, Preset, RefusalAnswer } from "../../worker/identity/preset/preset-schema.ts";
import {
  Condition,
  Extract,
  PersonField,
  PersonNames,
  Step,
  StepCondition,
} from "../../worker/identity/preset/question-schema.ts";
import { AddressMatcher, Matcher, SessionChange } from "../../worker/identity/preset/request-schema.ts";
import { Trial } from "../../worker/identity/preset/trial-schema.ts";

/** An object of the schema that stands in several places, or is large enough for a table of its own. */
interface Shape {
  schema: z.ZodMiniType;
  about: string;
  fields: Readonly<Record<string, string>>;
}

const PLACE = {
  step: "Of which question's answer, the first being 0.",
  pointer: "JSON Pointer into a JSON answer, such as `/user/id`.",
  text: "Where it stands in an HTML answer, see TextPattern.",
  header: "Name of a header of the answer.",
};

const CONDITION = {
  status: "Its status.",
  location: "Stands in its Location header.",
  contentType: "Its Content-Type begins so.",
  body: "Stands in its body.",
  pointer: "Something other than null stands there in its JSON.",
  equals: "… and it is this text, number, true or false.",
};

const PATTERN = {
  from: "The value stands after the first place where this stands …",
  to: "… and before the next place where this does. Both or neither; needed for login and roles.",
  before: "Stands directly before the value.",
  chars: "What it is made of: `digits`, a `word` such as a login, or `text` without tags and lines.",
  after: "Stands directly after the value.",
};
const PERSON = {
  ...PLACE,
  editable: "`true`: people can change it of themselves in the CRM, so no right may come from it.",
};

const MATCHER = {
  method: "The method; left out: any.",
  path: "The path: `/login` exactly, `/assets/*` all below, `/lib/*.js` such files below, `/:database/bus` any one segment.",
  query: "Fields of the query, each with the values it may have; each must be there exactly once.",
  form: "The same of a form body; each exactly once, and not in the query.",
  without: "Fields that must be in neither query nor form.",
  pointer: "JSON Pointer into a JSON body, with `oneOf`.",
  oneOf: "The values that may stand there.",
};

/** In the order of the docs. */
export const SHAPES: Readonly<Record<string, Shape>> = {
  Preset: {
    schema: Preset,
    about: "The whole file.",
    fields: {
      $schema: "For editors: the address of `docs/preset.schema.json`. Nothing else reads it.",
      title: "The CRM's name, for people.",
      about: "What the preset rests on and what the operator still has to see to; `npm run preset:check` prints it.",
      carriers:
        "How the CRM carries its session. A list of groups: a session is there when all parts of one group are; the first such group counts.",
      pathCapture:
        "Regular expression over the request's path; its named groups are captures, for CRMs with the database in the path.",
      identity: "How to ask the CRM who somebody is.",
      "identity.steps": "One to three questions, asked one after the other with the visitor's own session.",
      "identity.holder": "Which of the two is the person's key: the CRM's `id`, or the `login`.",
      "identity.person": "Where the parts of a person stand in the answers.",
      "identity.person.id": "The id: never changes and is never given to somebody else.",
      "identity.person.login": "The name by which the person signs in.",
      "identity.person.name": "The name for people to read; taken to be editable unless it says otherwise.",
      "identity.person.email": "The email address.",
      "identity.person.roles": "What the person may do in the CRM; `roles` says what that is in Hotseat.",
      "identity.person.groups":
        "Where the person belongs, such as teams: for pools; they give a right only where the tenant's own map says so.",
      "identity.person.active": "false, 0 or null there: the person may not work.",
      "identity.exemptWhen":
        "People of the CRM who need no licence, such as customers in its portal: one of these must hold.",
      "identity.signedInLifeMs": "How long the answer is believed, in ms, 10,000 to 3,600,000; left out: five minutes.",
      "identity.anonymousLifeMs": "The same for nobody, 0 to 60,000.",
      records: "For firms that are charged by the CRM's records: how to count them.",
      "records.steps": "The questions, asked now and then with the session of an administrator.",
      "records.count": "Where the number stands.",
      roles: "The CRM's role names, each with `user`, `licence_manager`, `admin` or `support`. Others are `user`.",
      listedBy: "By what `LICENCE_MANAGERS`, `ADMINS` and `SUPPORT` may name people: nothing that is editable.",
      login: "Requests by which people sign in.",
      logout: "Requests by which people sign out: they end the licence, and are never refused.",
      paths: "What some addresses are.",
      "paths.public":
        "Passed for everybody with all cookies: login page, static files. `/login` without query, `/login?*` with any, `/?entryPoint=image|logo&id` with these fields, `POST /signup` by that method.",
      "paths.background": "Requests that no person makes, such as polls: never activity.",
      "paths.streaming": "Answers that last as long as their page and are no event stream by their type.",
      "paths.workSockets": "Sockets by which people work: a message from the browser is activity.",
      linkKeys:
        "Fields of an address that open one document to everybody who has the link, and do not say whose request it is: they go on without a session, too.",
      keyFields:
        "Fields by which the CRM takes a session or a key. In an address they count as keys, beside those that are called like one; a form, JSON, XML or GraphQL that has one, however deep, at a protected address or in a login is refused. Naming any makes the gate read such bodies; without it none is looked at for keys.",
      readingIsWork:
        "`true`: what a page reads by script is activity, unless `paths.background` has it. For CRMs in which nobody navigates.",
      publicCalls: "Public by what query or body say.",
      strangerCalls:
        "Requests that the CRM takes from strangers, such as links that it mails and forms for visitors of a web site: somebody who gets no licence makes them as a stranger, without their session.",
      backgroundCalls: "Background by what query or body say.",
      machine:
        "The CRM's addresses for programs, which bring credentials of their own. At the top level, not in `paths`.",
      "machine.paths": "The addresses.",
      "machine.policy":
        "`pass`: programs need no licence; whoever shows a session of the CRM needs one there, too. `refuse`: nobody gets there through the gate.",
      "machine.ignoresSession":
        "`true`: the CRM takes nobody's session there for a sign-in, so one that comes along, as with programs that keep cookies, needs no licence.",
      refusal: "What a page's own request is told when there is no licence.",
      "refusal.background": "The answer.",
      "refusal.exceptions": "Other answers for some requests; the first that fits.",
      "refusal.exceptions.paths": "For these addresses.",
      "refusal.exceptions.contentType": "For requests of this content type.",
      "refusal.exceptions.answer": "The answer.",
      "refusal.requestId": "JSON Pointer to the id in the request's body that the answer repeats (JSON-RPC).",
      "refusal.errors":
        "CSS selectors of the messages by which the CRM's page reports a refused request and which stay there: they are removed from the page once its requests are answered again. Only what the CRM can do without.",
      "refusal.webSocketCode": "With what a WebSocket is closed, 3000 to 4999; left out: 4403.",
      inject: "`true`: the gate puts its script into the CRM's pages, so that it works without the extension.",
      host: "`rewrite`: Origin and Referer name the CRM's own origin. `keep`: as the browser sent them. Left out: rewrite where the hosts differ.",
      trial: "How `npm run preset:check` signs in; without it the command needs `--cookie`.",
    },
  },
  CarrierPart: {
    schema: CarrierPart,
    about: "One value that carries the session: exactly one of `cookie`, `cookiePattern` and `header`.",
    fields: {
      cookie: "Name of the cookie.",
      cookiePattern: "Regular expression for it, where the name differs by installation.",
      header: "Name of the header, in lower case.",
      scheme: "The header's scheme, such as `Bearer`.",
      ignore: "Values that mean no session, such as `deleted`.",
      decode: "How the value is read before `capture`.",
      capture: "Regular expression over the value; its named groups are captures, good only for asking the CRM.",
    },
  },
  Step: {
    schema: Step,
    about: "One question to the CRM.",
    fields: {
      method: "The method.",
      path: "The path; may hold captures: `/{database}/`.",
      origin:
        "Another https origin than the CRM's, for an API with a host of its own. No cookie goes along unless named.",
      headers: "Headers to send; may hold captures: `Bearer {token}`.",
      forward:
        "The visitor's headers that go along, beside those of every question; a key among them belongs to the session.",
      headersFromCookies: "Header to cookie: repeats the cookie's value, for mirrored CSRF tokens.",
      cookies: "Only these of the visitor's cookies go along; left out: all but Hotseat's own.",
      body: "JSON to send; may hold captures.",
      anonymousWhen:
        "Nobody is signed in when one of these holds. Looked at first; where it is a `body`, and `signedInWhen` fits by what it says of the content, too, the answer is unknown.",
      signedInWhen: "Somebody is when one of these holds; otherwise the answer is unknown.",
      captures: "Values of the answer, by a name that later questions may use.",
      "captures.pointer": "JSON Pointer to it.",
      "captures.text": "Where it stands in HTML.",
      timeoutMs: "How long to wait, 100 to 30,000 ms.",
      maxBytes: "How much of the answer to read, 1,024 to 1,048,576 bytes.",
    },
  },
  Condition: {
    schema: Condition,
    about: "What holds of an answer: everything that is given.",
    fields: CONDITION,
  },
  StepCondition: {
    schema: StepCondition,
    about: "The same of the answer of one question.",
    fields: { ...CONDITION, step: PLACE.step },
  },
  Extract: { schema: Extract, about: "Where something stands: one of `pointer`, `text` and `header`.", fields: PLACE },
  PersonField: { schema: PersonField, about: "Where a part of a person stands.", fields: PERSON },
  PersonNames: {
    schema: PersonNames,
    about: "Where role or group names stand: a text, a list of texts, or an object of texts.",
    fields: {
      ...PERSON,
      each: "Of a list of objects: JSON Pointer within each.",
      as: "That name, where something other than false, 0 or an empty text stands.",
    },
  },
  TextPattern: {
    schema: TextPattern,
    about: "A value in HTML, by the literal text around it.",
    fields: {
      ...PATTERN,
      or: "Where it stands in an answer that has it nowhere there, such as a page that the CRM shows in place of any other.",
    },
  },
  OtherPattern: { schema: OtherPattern, about: "The same, at another place.", fields: PATTERN },
  AddressMatcher: {
    schema: AddressMatcher,
    about: "Which requests, by their address alone: everything that is given must hold.",
    fields: {
      method: MATCHER.method,
      path: MATCHER.path,
      query: MATCHER.query,
      without: "Fields that must not be in it.",
    },
  },
  Matcher: { schema: Matcher, about: "Which requests: everything that is given must hold.", fields: MATCHER },
  SessionChange: {
    schema: SessionChange,
    about: "A login or a logout.",
    fields: {
      ...MATCHER,
      headers: "Headers, each with the values it may have; `*`: any, the empty text: not there.",
      success:
        "When the CRM took it, by status, Location or content type; left out: any status below 400, which a login page shown again with an error has, too.",
      guarded:
        "`true`: the address is also one of protected pages; without a licence only visitors who are not signed in get there.",
    },
  },
  RefusalAnswer: {
    schema: RefusalAnswer,
    about: "An answer in the shape that makes the CRM's page stop politely.",
    fields: {
      status: "200, or 400 to 599 but not 401, which browsers and CRMs take for signed out.",
      headers: "Headers of it.",
      body: "JSON with `{title}`, `{text}`, `{reason}`, `{#limit}`, `{#inUse}`, `{#requestId}`; left out: Hotseat's own.",
      text: "Plain text with the same places, in place of `body`.",
    },
  },
  Trial: {
    schema: Trial,
    about: "How `npm run preset:check` signs in. Texts may hold `{user}`, `{password}`, `{basic}` and captures.",
    fields: {
      steps: "The requests by which somebody signs in.",
      "steps.method": "The method.",
      "steps.path": "The path.",
      "steps.headers": "Headers to send.",
      "steps.form": "Sent as a form.",
      "steps.body": "Sent as JSON.",
      "steps.captures": "Values of the answer for the following requests.",
      "steps.captures.pointer": "JSON Pointer to it.",
      "steps.captures.text": "Where it stands in HTML.",
      session: "What the CRM's page makes of the answers, beside the cookies that they set.",
      "session.cookies": "Cookies that its script sets.",
      "session.header": "Header in which it sends the session.",
      "session.scheme": "The header's scheme.",
      "session.value": "The header's value.",
      "session.encode": "`base64`: the value is encoded so.",
      page: "A protected address, to see what the CRM makes of strangers.",
      needs: "What has to be given by `--set name=value`.",
      logoutBody:
        "The logout's body, where only that tells it. Where the logout has `form`, its further fields, such as a token that a step captured after the sign-in.",
    },
  },
};

type Json = Record<string, unknown> & {
  properties?: Record<string, Json>;
  required?: string[];
  items?: Json;
  additionalProperties?: Json | boolean;
  anyOf?: Json[];
};

/** Every field of one shape, but not those of shapes that it names; lists and maps add nothing to the path. */
function* fieldsOf(schema: Json, path: readonly string[]): Generator<{ path: string; field: Json; required: boolean }> {
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const here = [...path, name];
    yield { path: here.join("."), field, required: schema.required?.includes(name) ?? false };
    yield* fieldsOf(field, here);
  }
  const { items, additionalProperties, anyOf = [] } = schema;
  const parts = [items, typeof additionalProperties === "object" ? additionalProperties : undefined, ...anyOf];
  for (const part of parts) if (part !== undefined) yield* fieldsOf(part, path);
}

export interface Field {
  shape: string;
  path: string;
  kind: string;
  required: boolean;
  /** Undefined: nothing says what it means. */
  text: string | undefined;
}

/** A short word for what may stand there. */
function kindOf(field: Json): string {
  const {
    $ref,
    enum: values,
    const: value,
    type,
    items,
    additionalProperties,
  } = field as Json & {
    $ref?: string;
    enum?: unknown[];
    const?: unknown;
    type?: string;
  };
  if ($ref !== undefined) return $ref === "#/$defs/Json" ? "any JSON" : ($ref.split("/").at(-1) ?? "");
  if (values !== undefined) return values.map((one) => `\`${String(one)}\``).join(", ");
  if (value !== undefined) return `\`${String(value)}\``;
  if (type === "array" && items !== undefined) return `list of ${kindOf(items)}`;
  if (type === "object") {
    if (typeof additionalProperties === "object") return `names to ${kindOf(additionalProperties)}`;
    return "object";
  }
  return { string: "text", number: "number", boolean: "true or false" }[type ?? ""] ?? "text, number, true or false";
}

/** The JSON Schema (draft 2020-12) of a preset, with a word on each field, and the list of all fields. */
export function describePresets(): { schema: Json; fields: Field[] } {
  const names = z.registry<{ id: string }>();
  for (const [id, { schema }] of Object.entries(SHAPES)) if (id !== "Preset") names.add(schema, { id });
  const made = z.toJSONSchema(Preset, { io: "input", metadata: names, unrepresentable: "any" }) as unknown as Json;
  const text = JSON.stringify(made)
    .replaceAll("__schema0", "Json")
    .replaceAll(/,?"id":"[A-Z]\w+"/g, "");
  const { "~standard": _, ...schema } = JSON.parse(text) as Json;
  const definitions = schema.$defs as Record<string, Json>;
  const fields: Field[] = [];
  for (const [shape, { about, fields: words }] of Object.entries(SHAPES)) {
    const root = shape === "Preset" ? schema : definitions[shape];
    if (root === undefined) throw new Error(`the preset's schema has no ${shape}`);
    root.description = about;
    for (const { path, field, required } of fieldsOf(root, [])) {
      const said = words[path];
      if (said !== undefined) field.description = said;
      fields.push({ shape, path, kind: kindOf(field), required, text: said });
    }
  }
  return { schema: { ...schema, title: "Preset of a CRM for Hotseat" }, fields };
}
