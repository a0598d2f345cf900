/** The options of `npm start`: read, checked, and refused with a sentence. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { LIMIT_MAX } from "../../shared/timing.ts";
import { Refusal, refusedOption } from "../cli/command-refusal.ts";
import { isOwnPreset } from "../preset/preset-file.ts";
import { readTimingOption, type TimingOption } from "./timing-option.ts";

export const DEFAULT_PORT = 8787;
/** A limit that three people can fill, so that a refusal is seen at once. */
export const DEFAULT_SEATS = 2;
const PRESETS = join(import.meta.dirname, "../../worker/identity/presets");

export interface StartOptions {
  port: number;
  /** Null: what is stored, or `DEFAULT_SEATS` for a firm that is new. */
  seats: number | null;
  /** Null: the demo CRM. `preset`: a name, the path of a JSON file, or JSON. */
  crm: { origin: string; preset: string } | null;
  /** Logins or emails of people with more rights than their CRM gives them, comma separated. */
  managers: string;
  support: string;
  /** Serve the tenants of the registry, each at its own host name. */
  registry: boolean;
  /** Durations in place of the usual ones; null: none. */
  timing: TimingOption | null;
  browser: "chrome" | "firefox" | null;
  /** Leave a demo that is new without its past. */
  noHistory?: true;
  fresh: boolean;
}

export const HELP = `Starts Hotseat on this machine: the Worker with its seats and records, in front of a demo CRM.

  npm start                             the demo, at http://localhost:${DEFAULT_PORT}, with ${DEFAULT_SEATS} seats
  npm start -- OPTION...

  --port N                    listen on http://localhost:N instead
  --seats N                   set the limit to N seats, 1 to ${LIMIT_MAX}; without it the limit stays as it was
  --crm URL --preset NAME|FILE
                              stand in front of your own CRM, such as --crm https://crm.acme.com --preset ${presetNames().at(-1) ?? "tryton"};
                              presets: ${presetNames().join(", ")},
                              or a JSON file of your own (docs/presets.md), or its JSON
  --managers LIST             logins or emails of licence managers, with commas between them
  --support LIST              the same for support people: not counted, may lower the limit
  --timing NAME=MS,...        other durations, to see quickly what takes minutes, such as
                              --timing idleTimeoutMs=20000,idleWarningMs=10000; names as in shared/timing.ts
  --registry                  serve the tenants of the registry (npm run tenant -- --help), each at its own hosts
  --browser chrome|firefox    open a browser that has the extension installed
  --no-history                leave out the ninety days of made-up use that a new demo shows
  --fresh                     forget seats, records and the demo CRM's data first
  --help                      print this

State is kept in .hotseat/ (another folder: HOTSEAT_HOME). Ctrl-C stops everything.`;

/** Every CRM that Hotseat knows how to ask who is signed in: one file each. */
export function presetNames(): string[] {
  try {
    return readdirSync(PRESETS)
      .filter((name) => /^[a-z0-9-]+\.(ts|json)$/.test(name))
      .map((name) => name.replace(/\.\w+$/, ""))
      .sort();
  } catch {
    return [];
  }
}

function readWhole(name: string, value: string, low: number, high: number): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= low && number <= high) return number;
  throw new Refusal(`${name} takes a whole number from ${low} to ${high}, not ${JSON.stringify(value)}.`);
}

function readOrigin(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : null;
  const usable = url !== null && (url.protocol === "http:" || url.protocol === "https:") && url.username === "";
  if (!usable || url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    throw new Refusal(
      `--crm takes the CRM's origin, such as https://crm.acme.com, without a path, not ${JSON.stringify(value)}.`,
    );
  }
  return url.origin;
}

/**
 * npm keeps an option to itself when the `--` before it is forgotten, and says so only in its environment.
 * Without this check the person would get the defaults and not know why.
 */
function refuseSwallowed(environment: NodeJS.ProcessEnv): void {
  for (const name of ["port", "seats", "crm", "preset", "managers", "support", "timing", "registry", "fresh"]) {
    const value = environment[`npm_config_${name}`];
    if (value === undefined) continue;
    const written = value === "true" ? `--${name}` : `--${name} ${value}`;
    throw new Refusal(`npm kept the option ${written} to itself; write two dashes before it: npm start -- ${written}`);
  }
}

/** Returns "help" when that is asked for. Throws a `Refusal` that names the option and what would be right. */
export function readStartOptions(
  args: string[],
  environment: NodeJS.ProcessEnv,
  command = "npm start",
): StartOptions | "help" {
  refuseSwallowed(environment);
  const { values } = parse(args, command);
  if (values.help) return "help";
  const { crm, preset, browser } = values;
  if (browser !== undefined && browser !== "chrome" && browser !== "firefox") {
    throw new Refusal(`--browser takes chrome or firefox, not ${JSON.stringify(browser)}.`);
  }
  if (crm === undefined && preset !== undefined) {
    throw new Refusal("--preset says which CRM --crm URL is; without --crm the demo CRM is started.");
  }
  const { seats, managers, support, timing, registry = false } = values;
  if (registry && [crm, seats, managers, support, timing].some((value) => value !== undefined)) {
    throw new Refusal(
      "--registry serves each tenant as it was added; npm run tenant -- change NAME changes what it has.",
    );
  }
  if (registry && browser !== undefined)
    throw new Refusal("--registry opens no browser: each tenant has its own address.");
  if (registry && values.fresh) throw new Refusal("--fresh forgets the registry, too; there would be nobody to serve.");
  const known = presetNames();
  if (crm !== undefined && preset === undefined) {
    throw new Refusal(`--crm needs --preset NAME, which says what CRM it is: ${known.join(", ")}, or a JSON file.`);
  }
  if (preset !== undefined && !isOwnPreset(preset) && !known.includes(preset)) {
    throw new Refusal(
      `There is no preset ${JSON.stringify(shorten(preset))}; there are ${known.join(", ")}, or give a JSON file.`,
    );
  }
  return {
    port: values.port === undefined ? DEFAULT_PORT : readWhole("--port", values.port, 1, 65_535),
    seats: values.seats === undefined ? null : readWhole("--seats", values.seats, 1, LIMIT_MAX),
    crm: crm === undefined || preset === undefined ? null : { origin: readOrigin(crm), preset },
    managers: values.managers ?? "",
    support: values.support ?? "",
    registry,
    timing: timing === undefined ? null : readTimingOption(timing),
    browser: browser ?? null,
    ...(values["no-history"] === true ? { noHistory: true as const } : {}),
    fresh: values.fresh ?? false,
  };
}

/** A whole text that was pasted in the place of a name is not repeated. */
const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

const OPTIONS = {
  port: { type: "string" },
  seats: { type: "string" },
  crm: { type: "string" },
  preset: { type: "string" },
  managers: { type: "string" },
  support: { type: "string" },
  timing: { type: "string" },
  registry: { type: "boolean" },
  browser: { type: "string" },
  "no-history": { type: "boolean" },
  fresh: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

function parse(args: string[], command: string) {
  try {
    return parseArgs({
      args,
      strict: true,
      allowPositionals: false,
      options: OPTIONS,
    });
  } catch (error) {
    throw refusedOption(error, command, OPTIONS);
  }
}
