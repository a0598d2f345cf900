/** What a preset would let through: said from the preset alone, before the CRM is asked. */
import type { ReadBody } from "../../worker/gate/body-peek.ts";
import { compileRules, type Meaning, type Rules } from "../../worker/gate/rules.ts";
import type { Preset } from "../../worker/identity/preset/preset-schema.ts";

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
  const faults: string[] = [];
  const warnings: string[] = [];
  const rules = compileRules(preset);
  const meaning = meaningOf(rules, pageRequest(page));
  if (meaning !== "protected") faults.push(whyOpen(preset, page, meaning));
  if (isBackground(rules, page)) {
    faults.push(
      `${page} is background to the preset, so what people do there would count as nobody's work and their seats ` +
        "would end while they work: name only polls in paths.background.",
    );
  }
  const lists: [string, readonly string[]][] = [
    ["paths.public", preset.paths.public],
    ["paths.background", preset.paths.background],
    ["machine.paths", preset.machine?.paths ?? []],
  ];
  for (const [field, patterns] of lists) {
    for (const pattern of patterns.filter(isWide)) {
      warnings.push(`${field} has ${pattern}, which holds a large part of all addresses: name what is meant.`);
    }
  }
  if (preset.machine?.policy === "pass") {
    warnings.push(
      `Programs pass uncounted at ${preset.machine.paths.join(", ")}: people with a program of their own do, too. ` +
        'Where none is needed, say "policy": "refuse".',
    );
  }
  return { faults, warnings };
}

function whyOpen(preset: Preset, page: string, meaning: Meaning): string {
  if (meaning === "program" || (meaning === "public" && isMachine(preset, page))) {
    return `${page} is an address for programs to the preset (machine.paths), so people would work there without a seat.`;
  }
  if (meaning === "public") {
    return `${page} is public to the preset (paths.public or publicCalls), so people would work there without a seat.`;
  }
  return `${page} is ${meaning.replace("_", " ")} to the preset, and must be protected: people work there.`;
}

function isMachine(preset: Preset, page: string): boolean {
  const { machine, ...rest } = preset;
  return machine !== undefined && meaningOf(compileRules(rest), pageRequest(page)) !== "public";
}

const pageRequest = (page: string): SentRequest => ({
  method: "GET",
  path: page,
  headers: new Headers({ accept: "text/html" }),
  body: null,
});

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

/** `/*` or `/:any/*`: no fixed word in front of everything. */
function isWide(pattern: string): boolean {
  const path = pattern.replace(/^[A-Z]+ /, "").replace(/\?.*$/, "");
  if (!path.endsWith("*")) return false;
  const fixed = path.split("/").filter((part) => part !== "" && part !== "*" && !part.startsWith(":"));
  return fixed.length === 0;
}
