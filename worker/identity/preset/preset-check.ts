/** Checks a whole preset, and says for every mistake where it is and what would be right. */
import type * as z from "zod/mini";
import { checkPerson, checkSteps } from "./identity-check.ts";
import { checkMatchers } from "./matcher-check.ts";
import { groupsOf, oneOf, type Say } from "./preset-fault.ts";
import { Preset, type RefusalAnswer } from "./preset-schema.ts";
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
