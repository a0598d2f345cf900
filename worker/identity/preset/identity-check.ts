/** Checks how a preset asks the CRM who somebody is: the steps, where the answers stand, and what a right may rest on. */
import { groupsOf, oneOf, type Say } from "./preset-fault.ts";
import type { Preset } from "./preset-schema.ts";
import type { Condition, PersonField, Step } from "./question-schema.ts";
import { type Json, placesIn } from "./template.ts";

export function checkSteps(preset: Preset, say: Say): void {
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

export function checkCondition(condition: Condition, field: string, say: Say): void {
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

export function checkPerson(preset: Preset, say: Say): void {
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
