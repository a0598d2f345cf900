/** What a preset would let through: said from the preset alone, before the CRM is asked. */
import type { ReadBody } from "../../worker/gate/body-peek.ts";
import { compileRules, type Meaning, type Rules } from "../../worker/gate/rules.ts";
import type { Preset } from "../../worker/identity/preset/preset-schema.ts";
import type { Step } from "../../worker/identity/preset/question-schema.ts";
import type { SessionChange } from "../../worker/identity/preset/request-schema.ts";
import type { Json } from "../../worker/identity/preset/template.ts";

/** One request, as the gate would see it. */
export interface SentRequest {
  method: string;
  /** With its query. */
  path: string;
  headers: Headers;
  body: string | null;
}

export interface PresetFindings {
  /** The preset does not do. */
  faults: string[];
  /** Somebody should look at it. */
  warnings: string[];
}

/** `page`: a protected page of somebody who works. */
export function findFaults(preset: Preset, page: string): PresetFindings {
  const rules = compileRules(preset);
  const faults = [...opened(preset, rules, page), ...openRecords(preset, rules)];
  if (isBackground(rules, page)) {
    faults.push(
      `${page} is background to the preset, so what people do there would count as nobody's work and their seats ` +
        "would end while they work: name only polls in paths.background.",
    );
  }
  const warnings = listPatterns(preset)
    .filter(([, pattern]) => isWide(pattern))
    .map(
      ([field, pattern]) => `${field} has ${pattern}, which holds a large part of all addresses: name what is meant.`,
    );
  warnings.push(...openQuestions(preset, rules));
  if (preset.machine?.policy === "pass") {
    warnings.push(
      `Programs pass uncounted at ${preset.machine.paths.join(", ")}: people with a program of their own do, too. ` +
        'Where none is needed, say "policy": "refuse".',
    );
  }
  return { faults, warnings };
}

/** People work by what they read and by what they send. */
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

function opened(preset: Preset, rules: Rules, page: string): string[] {
  return METHODS.flatMap((method) => {
    const why = whyOpen(preset, rules, emptyRequest(method, page));
    return why === null ? [] : [`${method === "GET" ? "" : `${method} `}${page} ${why}`];
  }).slice(0, 1);
}

/** Where the CRM's records are counted, it shows them. */
function openRecords(preset: Preset, rules: Rules): string[] {
  return (preset.records?.steps ?? []).flatMap((step) => {
    if (step.path.includes("{")) return [];
    const why = whyOpen(preset, rules, requestOf(step));
    return why === null ? [] : [`${step.method} ${step.path}, by which the CRM's records are counted, ${why}`];
  });
}

/** A CRM may say to everybody who they are; mostly a pattern holds more than was meant, such as `/api/*`. */
function openQuestions(preset: Preset, rules: Rules): string[] {
  return preset.identity.steps.flatMap((step) => {
    if (step.origin !== undefined) return [];
    const asked = `${step.method} ${step.path}, at which the CRM says who somebody is,`;
    const why = whyOpen(preset, rules, requestOf(step));
    const poll = isBackground(rules, step.path)
      ? `${asked} is background to the preset: see that its pattern holds polls alone, and nothing that people do.`
      : null;
    return [why === null ? null : `${asked} ${why}`, poll].filter((said) => said !== null);
  });
}

/** null: a seat is needed. */
function whyOpen(preset: Preset, rules: Rules, request: SentRequest): string | null {
  const meaning = meaningOf(rules, request);
  if (meaning === "protected") return null;
  if (meaning === "program" || (meaning === "public" && isMachine(preset, request))) {
    return "is an address for programs to the preset (machine.paths), so people would work there without a seat.";
  }
  if (meaning === "public") {
    return "is public to the preset (paths.public or publicCalls), so people would work there without a seat.";
  }
  return `is ${meaning.replace("_", " ")} to the preset, and must be protected: people work there.`;
}

function isMachine(preset: Preset, request: SentRequest): boolean {
  const { machine, ...rest } = preset;
  return machine !== undefined && meaningOf(compileRules(rest), request) !== "public";
}

const requestOf = ({ method, path, body }: Pick<Step, "method" | "path" | "body">): SentRequest =>
  body === undefined ? emptyRequest(method, path) : jsonRequest(method, path, body);

const emptyRequest = (method: string, path: string): SentRequest => ({
  method,
  path,
  headers: new Headers({ accept: "text/html" }),
  body: null,
});

const jsonRequest = (method: string, path: string, body: Json): SentRequest => ({
  method,
  path,
  headers: new Headers({ "content-type": "application/json" }),
  body: JSON.stringify(body),
});

/** Every pattern that alone tells which requests are meant, with the field that has it. */
function listPatterns(preset: Preset): [field: string, pattern: string][] {
  const { paths, machine } = preset;
  const lists = { ...prefixed("paths", paths), "machine.paths": machine?.paths };
  const matchers = {
    login: preset.login,
    logout: preset.logout,
    publicCalls: preset.publicCalls,
    strangerCalls: preset.strangerCalls,
    backgroundCalls: preset.backgroundCalls,
  };
  return [
    ...Object.entries(lists).flatMap(([field, patterns = []]) =>
      patterns.map((pattern): [string, string] => [field, pattern]),
    ),
    ...Object.entries(matchers).flatMap(([field, list = []]) =>
      list.flatMap((matcher, index): [string, string][] =>
        isByPathAlone(matcher) ? [[`${field}.${index}`, matcher.path]] : [],
      ),
    ),
  ];
}

const prefixed = (name: string, lists: Preset["paths"]): Record<string, readonly string[] | undefined> =>
  Object.fromEntries(Object.entries(lists).map(([field, patterns]) => [`${name}.${field}`, patterns]));

const isByPathAlone = ({ query, form, pointer, headers }: Partial<SessionChange>): boolean =>
  [query, form, pointer, headers].every((part) => part === undefined);

/** What the request is to the gate: with its body where only that tells. */
export function meaningOf(rules: Rules, { method, path: pathAndQuery, headers, body }: SentRequest): Meaning {
  const addressed = { method, ...splitAddress(pathAndQuery), request: { headers } };
  const meaning = rules.meaningOf(addressed);
  return meaning === "ask_body" ? rules.meaningOfBody(addressed, readBody(headers, body)) : meaning;
}

export function splitAddress(pathAndQuery: string): { path: string; query: string } {
  const start = pathAndQuery.indexOf("?");
  return start === -1
    ? { path: pathAndQuery, query: "" }
    : { path: pathAndQuery.slice(0, start), query: pathAndQuery.slice(start) };
}

function readBody(headers: Headers, body: string | null): ReadBody | null {
  if (body === null) return null;
  const bytes = new TextEncoder().encode(body).buffer as ArrayBuffer;
  const said = headers.get("content-type")?.startsWith("application/json")
    ? { json: JSON.parse(body), form: null }
    : { json: undefined, form: new URLSearchParams(body) };
  return { ...said, likely: said, bytes };
}

const isBackground = (rules: Rules, page: string): boolean =>
  rules.isBackground({ method: "GET", ...splitAddress(page), request: { headers: new Headers() } }, null);

/** `/*`, `/:any/*` or `/:one/:two`: no fixed word anywhere. */
function isWide(pattern: string): boolean {
  const path = pattern.replace(/^[A-Z]+ /, "").replace(/\?.*$/, "");
  const parts = path.split("/").filter((part) => part !== "");
  return parts.length > 0 && parts.every((part) => part === "*" || part.startsWith(":"));
}
