/**
 * `npm run preset:check -- --crm URL --preset FILE|NAME --user … --password …`: tries a preset on a live CRM.
 * Exit status 0: it fits; 1: it does not, and the last lines say why; 2: it could not be tried.
 */
import { parseArgs } from "node:util";
import { checkPreset, PresetError } from "../../worker/identity/preset/preset-check.ts";
import type { Preset } from "../../worker/identity/preset/preset-schema.ts";
import { loadPreset, PRESET_NAMES } from "../../worker/identity/preset/presets.ts";
import { ROLES, type Role } from "../../worker/tenant/tenant-calls.ts";
import { explain, Refusal, refusedOption } from "../cli/command-refusal.ts";
import { SecretMask } from "../cli/secret-mask.ts";
import { describePreset, isOwnPreset, readPresetOption } from "./preset-file.ts";
import { tryPreset } from "./preset-trial.ts";
import { describeCarriers } from "./preset-visitor.ts";

const HELP = `npm run preset:check -- --crm URL --preset FILE|NAME --user NAME --password WORD

  --crm URL          where the CRM itself answers, without a path
  --preset           a preset's name (${PRESET_NAMES.join(", ")}) or a JSON file of your own
  --user, --password somebody who may sign in; HOTSEAT_CHECK_PASSWORD keeps the password out of the shell's memory
  --set name=value   what the preset needs to know beside (Tryton: --set database=NAME); may be repeated
  --cookie TEXT      a session that is signed in already, for a preset that does not say how to sign in
  --expect-role ROLE what the person must turn out to be: ${ROLES.join(", ")}`;

function readPreset(given: string): Preset {
  try {
    const text = readPresetOption(given);
    return isOwnPreset(given) ? checkPreset(describePreset(given), JSON.parse(text)) : loadPreset(text);
  } catch (error) {
    if (error instanceof PresetError) throw new Refusal(error.message);
    throw error;
  }
}

function readOrigin(text: string | undefined): string {
  const url = URL.parse(text ?? "");
  if (url === null || !/^https?:$/.test(url.protocol) || url.pathname !== "/" || url.search !== "") {
    throw new Refusal("--crm needs the CRM's origin, such as https://crm-origin.acme.com, without a path.");
  }
  return url.origin;
}

const OPTIONS = {
  crm: { type: "string" },
  preset: { type: "string" },
  user: { type: "string" },
  password: { type: "string" },
  cookie: { type: "string" },
  "expect-role": { type: "string" },
  set: { type: "string", multiple: true },
  help: { type: "boolean", short: "h" },
} as const;

function readArguments(args: string[]) {
  try {
    return parseArgs({
      args,
      strict: true,
      options: OPTIONS,
    }).values;
  } catch (error) {
    throw refusedOption(error, "npm run preset:check", OPTIONS);
  }
}

function readKnown(preset: Preset, given: readonly string[]): Record<string, string> {
  const known: Record<string, string> = {};
  for (const pair of given) {
    const equals = pair.indexOf("=");
    if (equals < 1) throw new Refusal(`--set takes name=value, not ${JSON.stringify(pair)}.`);
    known[pair.slice(0, equals)] = pair.slice(equals + 1);
  }
  const absent = (preset.trial?.needs ?? []).filter((name) => known[name] === undefined);
  if (absent.length > 0) throw new Refusal(`The preset needs ${absent.map((name) => `--set ${name}=…`).join(" ")}.`);
  return known;
}

function readRole(text: string | undefined): Role | null {
  if (text === undefined) return null;
  const role = ROLES.find((known) => known === text);
  if (role === undefined)
    throw new Refusal(`--expect-role takes one of ${ROLES.join(", ")}, not ${JSON.stringify(text)}.`);
  return role;
}

async function check(args: string[]): Promise<0 | 1> {
  const given = readArguments(args);
  if (given.help) {
    console.log(HELP);
    return 0;
  }
  const origin = readOrigin(given.crm);
  if (given.preset === undefined) throw new Refusal(`--preset needs a file or a name: ${PRESET_NAMES.join(", ")}.`);
  const preset = readPreset(given.preset);
  const cookie = given.cookie ?? null;
  const password = given.password ?? process.env.HOTSEAT_CHECK_PASSWORD;
  if (cookie === null && (given.user === undefined || password === undefined)) {
    throw new Refusal("--user and --password are needed: somebody who may sign in to the CRM.");
  }
  const known = readKnown(preset, given.set ?? []);
  console.log(`${preset.title} at ${origin}`);
  if (preset.about !== undefined) console.log(preset.about);
  console.log(`The session is in: ${describeCarriers(preset)}`);
  const mask = new SecretMask();
  const user = given.user ?? "";
  const { missing, warnings } = await tryPreset({
    ...{ preset, origin, user, password: password ?? "", known, cookie, mask },
    expectRole: readRole(given["expect-role"]),
    say: (line) => console.log(line),
  });
  console.log("");
  if (warnings.length > 0) console.log(`Look at these:\n${warnings.map((line) => `- ${line}`).join("\n")}\n`);
  if (missing.length === 0) {
    console.log("The preset fits this CRM.");
    return 0;
  }
  console.log(`The preset does not fit this CRM yet:\n${missing.map((line) => `- ${line}`).join("\n")}`);
  return 1;
}

try {
  process.exitCode = await check(process.argv.slice(2));
} catch (error) {
  process.exitCode = explain(error);
}
