/** Checks a whole preset, and says for every mistake where it is and what would be right. */
import type * as z from "zod/mini";
import { Preset, type RefusalAnswer } from "./preset-schema.ts";
import type { Condition, PersonField, Step } from "./question-schema.ts";
import type { Matcher } from "./request-schema.ts";
import { type Json, placesIn } from "./template.ts";

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
      return issue.keys
        .map((key) => `${[...issue.path, key].map(String).join(".")} is not a field of a preset`)
        .join("; ");
    case "invalid_type":
      return `${field} must be of type ${issue.expected}`;
    case "invalid_value":
      return `${field} must be one of ${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
    case "invalid_key":
      return `${field} ${issue.issues[0]?.message ?? "is not a name that may stand here"}`;
    case "too_small":
      return `${field} must have at least ${issue.minimum} ${issue.origin === "string" ? "character" : "entry"}`;
    case "custom":
      return `${field} ${issue.message}`;
    default:
      return `${field} is not of the form that docs/presets.md describes`;
  }
}

type Say = (fault: string) => void;

const REFUSAL_PLACES = ["title", "text", "reason", "limit", "inUse", "requestId"];
/** What a refusal must not contain: it would sign people out, lead them away or speak for the CRM. */
const FOREIGN_HEADERS = ["location", "refresh", "set-cookie", "www-authenticate", "content-type", "content-length"];

/** What no single field shows: places without a capture, sources without a step, a key that nobody fills. */
function faultsBetween(preset: Preset): string[] {
  const faults: string[] = [];
  const say: Say = (fault) => void faults.push(fault);
  checkCarriers(preset, say);
  checkSteps(preset, say);
  checkPerson(preset, say);
  checkMatchers(preset, say);
  checkRefusals(preset, say);
  checkTrial(preset, say);
  return faults;
}

function checkCarriers({ carriers }: Preset, say: Say): void {
  for (const [group, parts] of carriers.entries()) {
    for (const [index, part] of parts.entries()) {
      const field = `carriers.${group}.${index}`;
      oneOf(part, ["cookie", "cookiePattern", "header"], field, say);
      if (part.scheme !== undefined && part.header === undefined) {
        say(`${field}.scheme goes with header, for only a header has a scheme`);
      }
      if (part.decode !== undefined && part.capture === undefined) {
        say(`${field}.decode goes with capture, for what is decoded serves captures alone`);
      }
      if (part.capture !== undefined && groupsOf(part.capture).length === 0) {
        say(`${field}.capture has no named group such as (?<uid>[0-9]+), so it captures nothing`);
      }
    }
  }
}

function checkSteps(preset: Preset, say: Say): void {
  checkStepsOf(preset, "identity", preset.identity.steps, say);
  for (const [index, condition] of (preset.identity.exemptWhen ?? []).entries()) {
    const field = `identity.exemptWhen.${index}`;
    const { step, ...rest } = condition;
    checkCondition(rest, field, say);
    checkStepNumber(step, preset.identity.steps, field, say);
  }
  if (preset.records === undefined) return;
  const { steps, count } = preset.records;
  checkStepsOf(preset, "records", steps, say);
  oneOf(count, ["pointer", "text", "header"], "records.count", say);
  checkStepNumber(count.step, steps, "records.count", say);
}

function checkStepsOf(preset: Preset, part: "identity" | "records", steps: readonly Step[], say: Say): void {
  const names = new Set(preset.carriers.flat().flatMap((part) => groupsOf(part.capture)));
  for (const name of groupsOf(preset.pathCapture)) names.add(name);
  for (const [index, step] of steps.entries()) {
    const field = `${part}.steps.${index}`;
    const templates: [string, Json][] = [
      ["path", step.path],
      ["body", step.body ?? null],
      ...Object.entries(step.headers ?? {}).map(([name, value]): [string, Json] => [`headers.${name}`, value]),
    ];
    for (const [name, template] of templates) {
      for (const place of placesIn(template)) {
        if (names.has(place)) continue;
        say(
          `${field}.${name} names {${place}}, but no carrier and no pathCapture captures it, nor does an earlier step`,
        );
      }
    }
    if (step.method === "GET" && step.body !== undefined) say(`${field}.body cannot be sent by GET: take POST`);
    if (step.origin === undefined && step.forward?.includes("cookie")) {
      say(`${field}.forward names cookie, which goes along anyway; take cookies to choose among them`);
    }
    for (const rule of ["anonymousWhen", "signedInWhen"] as const) {
      for (const [at, condition] of step[rule].entries()) checkCondition(condition, `${field}.${rule}.${at}`, say);
    }
    for (const [name, capture] of Object.entries(step.captures ?? {})) {
      oneOf(capture, ["pointer", "text"], `${field}.captures.${name}`, say);
      if (index === steps.length - 1) say(`${field}.captures.${name} is of no use: no step follows`);
      names.add(name);
    }
  }
}

function checkCondition(condition: Condition, field: string, say: Say): void {
  if (Object.values(condition).every((value) => value === undefined)) {
    say(`${field} is empty and would hold of every answer: give status, location, contentType, body or pointer`);
  }
  if (condition.equals !== undefined && condition.pointer === undefined) {
    say(`${field}.equals goes with pointer, which says where the value stands`);
  }
}

function checkStepNumber(step: number, steps: readonly Step[], field: string, say: Say): void {
  const last = steps.length - 1;
  if (step > last) say(`${field}.step is ${step}, but there are steps 0 to ${last}`);
}

function checkPerson(preset: Preset, say: Say): void {
  const { person, holder } = preset.identity;
  const { roles = [], groups = [], ...single } = person;
  const lists = [
    ...roles.map((source, index) => [`roles.${index}`, source] as const),
    ...groups.map((source, index) => [`groups.${index}`, source] as const),
  ];
  for (const [name, source] of [...Object.entries(single), ...lists]) {
    if (source === undefined) continue;
    const field = `identity.person.${name}`;
    oneOf(source, ["pointer", "text", "header"], field, say);
    checkStepNumber(source.step, preset.identity.steps, field, say);
  }
  for (const [name, { each, as, pointer }] of lists) {
    const field = `identity.person.${name}`;
    if (each !== undefined && pointer === undefined)
      say(`${field}.each goes with pointer, which says where the list is`);
    if (each !== undefined && as !== undefined) say(`${field} must have each or as, not both`);
  }
  if (holder === "login" && person.login === undefined) {
    say("identity.person.login is missing, but identity.holder names it as the holder's key");
  }
  for (const by of preset.listedBy) {
    if (person[by] === undefined) say(`listedBy names ${by}, but identity.person.${by} is missing`);
  }
  if (Object.keys(preset.roles).length > 0 && roles.length === 0) {
    say("roles maps the CRM's roles, but identity.person.roles is missing, which says where they stand");
  }
  checkRights(preset, say);
}

/** No right comes from what people can change of themselves in the CRM (I4). */
function checkRights(preset: Preset, say: Say): void {
  const { id, login, name, email, active, roles = [], groups = [] } = preset.identity.person;
  const deciding: [string, PersonField | undefined][] = [
    ["id", id],
    ["login", login],
    ["active", active],
    ...roles.map((source, index): [string, PersonField] => [`roles.${index}`, source]),
    ...groups.map((source, index): [string, PersonField] => [`groups.${index}`, source]),
  ];
  if (preset.listedBy.includes("email")) deciding.push(["email", email]);
  const editable = [
    { label: "name", source: name?.editable === false ? undefined : name },
    { label: "email", source: email?.editable === true ? email : undefined },
  ];
  for (const [label, source] of deciding) {
    if (source === undefined) continue;
    const field = `identity.person.${label}`;
    const purpose =
      label === "email" ? "so listedBy must not name it" : "so it must not say who they are or what they may do";
    if (source.editable === true) say(`${field} is editable: people can change it of themselves, ${purpose}`);
    const twin = editable.find((other) => other.label !== label && isSamePlace(other.source, source));
    if (twin !== undefined) {
      say(
        `${field} is read where identity.person.${twin.label} stands, which people can change of themselves: read it ` +
          `elsewhere, or say "editable": false of ${twin.label} where the CRM lets nobody change it`,
      );
    }
    if (source.text === undefined || label === "id") continue;
    if ([source.text, source.text.or].some((place) => place !== undefined && place.from === undefined)) {
      say(`${field}.text must have from and to: elsewhere on the page may stand what people typed`);
    }
  }
  for (const [index, { step, pointer }] of (preset.identity.exemptWhen ?? []).entries()) {
    const twin = editable.find(({ source }) => pointer !== undefined && isSamePlace(source, { step, pointer }));
    if (twin !== undefined) {
      say(`identity.exemptWhen.${index} looks at identity.person.${twin.label}, which people can change of themselves`);
    }
  }
}

function isSamePlace(one: PersonField | undefined, other: PersonField): boolean {
  if (one === undefined || one.step !== other.step) return false;
  const place = ({ pointer, text, header }: PersonField): string =>
    JSON.stringify([pointer, header, text?.from, text?.before]);
  return place(one) === place(other);
}

function checkMatchers(preset: Preset, say: Say): void {
  const kinds = ["login", "logout", "publicCalls", "backgroundCalls"] as const;
  for (const kind of kinds) {
    for (const [index, matcher] of (preset[kind] ?? []).entries()) checkMatcher(kind, index, matcher, say);
  }
  for (const kind of ["login", "logout"] as const) {
    for (const [index, { success = [] }] of preset[kind].entries()) {
      for (const [at, condition] of success.entries()) {
        const field = `${kind}.${index}.success.${at}`;
        checkCondition(condition, field, say);
        if (condition.body !== undefined || condition.pointer !== undefined) {
          say(`${field} may look at status, location and contentType alone: the body streams on to the visitor`);
        }
      }
    }
  }
}

/** Where a path belongs that tells such a request alone. */
const LISTED_BY_PATH: Readonly<Record<string, string>> = {
  publicCalls: "paths.public",
  backgroundCalls: "paths.background",
};

function checkMatcher(kind: string, index: number, matcher: Matcher, say: Say): void {
  const field = `${kind}.${index}`;
  if ((matcher.pointer === undefined) !== (matcher.oneOf === undefined)) {
    say(`${field} must have both pointer and oneOf, or neither`);
  }
  if (matcher.pointer !== undefined && matcher.form !== undefined) {
    say(`${field} must have pointer or form, not both: a body is JSON or a form`);
  }
  const hasBody = matcher.pointer !== undefined || matcher.form !== undefined;
  if (hasBody && (matcher.method === undefined || matcher.method === "GET")) {
    say(`${field}.method must be POST, PUT, PATCH or DELETE, for it is told by the body`);
  }
  // A body overrides the query for many servers, so a query tells only where there is no body.
  if (matcher.query !== undefined && !hasBody && matcher.method !== "GET") {
    say(
      `${field}.method must be GET, for it is told by the query, which a body could override: where a form is sent, name a field of the form that tells it, under form`,
    );
  }
  if (LISTED_BY_PATH[kind] !== undefined && !hasBody && matcher.query === undefined) {
    say(`${field} is told by its path alone: put the path into ${LISTED_BY_PATH[kind]}`);
  }
  if (matcher.without !== undefined && matcher.query === undefined && matcher.form === undefined) {
    say(`${field}.without goes with query or form`);
  }
}

function checkRefusals({ refusal }: Preset, say: Say): void {
  const { background, exceptions = [] } = refusal;
  const answers: [string, RefusalAnswer][] = [
    ["refusal.background", background],
    ...exceptions.map(({ answer }, index): [string, RefusalAnswer] => [`refusal.exceptions.${index}.answer`, answer]),
  ];
  for (const [index, { paths, contentType }] of exceptions.entries()) {
    if (paths === undefined && contentType === undefined) {
      say(
        `refusal.exceptions.${index} must have paths or contentType, or it would be the rule: see refusal.background`,
      );
    }
  }
  for (const [field, answer] of answers) {
    if (answer.body !== undefined && answer.text !== undefined) say(`${field} must have body or text, not both`);
    for (const part of ["body", "text"] as const) {
      for (const place of placesIn(answer[part] ?? null)) {
        if (REFUSAL_PLACES.includes(place)) continue;
        say(`${field}.${part} names {${place}}; there are ${REFUSAL_PLACES.map((p) => `{${p}}`).join(", ")}`);
      }
    }
    for (const name of Object.keys(answer.headers)) {
      if (!FOREIGN_HEADERS.includes(name)) continue;
      say(`${field}.headers.${name} must not be set: a refusal never redirects, signs out or comes as HTML`);
    }
  }
}

function checkTrial({ trial }: Preset, say: Say): void {
  if (trial === undefined) return;
  const names = new Set(["user", "password", "basic", ...(trial.needs ?? [])]);
  const look = (field: string, template: Json): void => {
    for (const place of placesIn(template)) {
      if (!names.has(place))
        say(`trial.${field} names {${place}}; there are ${[...names].map((n) => `{${n}}`).join(", ")}`);
    }
  };
  look("page", trial.page);
  for (const [index, step] of trial.steps.entries()) {
    for (const part of ["path", "headers", "form", "body"] as const) look(`steps.${index}.${part}`, step[part] ?? null);
    if (step.form !== undefined && step.body !== undefined)
      say(`trial.steps.${index} must have form or body, not both`);
    for (const [name, capture] of Object.entries(step.captures ?? {})) {
      oneOf(capture, ["pointer", "text"], `trial.steps.${index}.captures.${name}`, say);
      names.add(name);
    }
  }
  const { session = {} } = trial;
  look("session", { ...session.cookies, value: session.value ?? "" });
  if ((session.header === undefined) !== (session.value === undefined)) {
    say("trial.session must have both header and value, or neither");
  }
  look("logoutBody", trial.logoutBody ?? null);
}

function oneOf<T extends object>(value: T, names: readonly (keyof T & string)[], field: string, say: Say): void {
  const given = names.filter((name) => value[name] !== undefined);
  if (given.length !== 1) say(`${field} must have exactly one of ${names.join(", ")}`);
}

const groupsOf = (pattern: string | undefined): string[] =>
  [...(pattern ?? "").matchAll(/\(\?<([a-zA-Z]+)>/g)].map((match) => match[1] ?? "");
