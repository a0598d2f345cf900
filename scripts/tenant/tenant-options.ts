/** The options of `npm run tenant`: read, and refused with a sentence. */
import { parseArgs } from "node:util";
import { JURISDICTIONS, LOCATION_HINTS, type Place } from "../../worker/config/location.ts";
import { TENANT_SECRETS, type TenantSecret, type TenantVariable } from "../../worker/registry/tenant-row.ts";
import { Refusal, refusedOption } from "../cli/command-refusal.ts";

/** Which variable each option sets, named as in wrangler.toml. */
export const VARIABLE_OPTIONS = {
  name: "TENANT_NAME",
  contact: "CONTACT",
  crm: "CRM_ORIGIN",
  preset: "PRESET",
  seats: "SEAT_LIMIT",
  enforce: "ENFORCE",
  "time-zone": "TIME_ZONE",
  "idle-minutes": "IDLE_TIMEOUT_MINUTES",
  "pass-seconds": "PASS_LIFE_SECONDS",
  "outage-minutes": "OUTAGE_GRACE_MINUTES",
  "crm-session-minutes": "CRM_SESSION_MINUTES",
  managers: "LICENCE_MANAGERS",
  admins: "ADMINS",
  support: "SUPPORT",
  identity: "IDENTITY",
  issuer: "IDENTITY_ISSUER",
  audience: "IDENTITY_AUDIENCE",
  token: "IDENTITY_TOKEN",
  jwks: "IDENTITY_JWKS",
  claims: "IDENTITY_CLAIMS",
  roles: "IDENTITY_ROLES",
  "client-id": "OIDC_CLIENT_ID",
} as const satisfies Record<string, TenantVariable>;

const COMMANDS = ["add", "change", "list", "show", "suspend", "resume", "move", "reseal"] as const;
export type TenantCommand = (typeof COMMANDS)[number];

export interface TenantOptions {
  command: TenantCommand;
  /** The tenant's short name; empty for `list` and `reseal`. */
  tenant: string;
  remote: boolean;
  /** Null: not said. */
  hosts: readonly string[] | null;
  place: Place;
  /** A database of records, not checked yet; null: not said. */
  records: string | null;
  /** Another file than wrangler.toml, which says what databases there are; null: not said. */
  config: string | null;
  /** Of `show`: the tenant's preset alone, whole. */
  presetAlone: boolean;
  /** Of `move`: whether to tell how it goes. */
  wait: boolean;
  /** By variable; an empty text takes the variable away. */
  variables: Readonly<Partial<Record<TenantVariable, string>>>;
  /** To be read from the environment or standard input. */
  secrets: readonly TenantSecret[];
  forgotten: readonly TenantSecret[];
}

export const HELP = `Tenants of the registry: which firm's CRM stands behind which host name.

  npm run tenant -- add NAME --host HOST --crm URL --preset NAME|FILE [OPTION...]
  npm run tenant -- change NAME OPTION...
  npm run tenant -- list
  npm run tenant -- show NAME            everything of it but secrets
  npm run tenant -- show NAME --preset   its preset whole, as JSON, for a file
  npm run tenant -- suspend NAME | resume NAME
  npm run tenant -- move NAME --records DATABASE
  npm run tenant -- reseal               encrypt all secrets with the first HOTSEAT_SECRET

  --remote                 on the deployment of wrangler.toml; without it in the state that npm start uses
  --host HOST              a host name of the tenant; may be repeated, and replaces those of before
  --crm URL                where the CRM itself answers, without a path
  --preset NAME|FILE       which CRM it is: a preset's name, or a JSON file of your own
  --name TEXT              the firm's name         --contact TEXT       whom a refused person should ask
  --seats N                the limit               --time-zone ZONE     such as Europe/Berlin
  --enforce yes|no         whether the limit of a firm that is new counts from the start; by default it is only
                           observed, nobody is refused, and a manager switches it on
  --idle-minutes N         5 to 60                 --pass-seconds N     5 to 60
  --outage-minutes N       0 to 60
  --crm-session-minutes N  how long the CRM's own session lasts without work
  --managers, --admins, --support LIST   emails or logins, comma separated
  --identity KIND          crm, access, token or oidc; with it --issuer, --audience, --token, --jwks, --client-id,
                           --claims JSON, --roles JSON (see wrangler.toml)
  --secret NAME            ${TENANT_SECRETS.join(", ")}: its text is read from the environment variable of
                           this name, or else from standard input; may be repeated
  --forget-secret NAME     takes it away
  --jurisdiction WHERE     only with add, for good: ${JURISDICTIONS.join(", ")}
  --records DATABASE       with add: RECORDS, RECORDS_1 ..., where its records are kept; by default the one with the
                           fewest tenants. With move: where they are taken, whole; safe to repeat at any moment, and
                           the database they are in gives a move up that goes on
  --no-wait                with move: ask for it, and do not watch it
  --config FILE            another file than wrangler.toml
  --near REGION            only with add, for good: ${LOCATION_HINTS.join(", ")}

An option with an empty text ("") goes back to what it is by default. A change counts within a minute. With --remote,
HOTSEAT_SECRET (the same as the deployment's) is needed in the environment where a secret is set.

Limit, idle time-out, time zone and contact are the firm's own settings once it works: on this machine change sets
them in force, too; on a deployment --seats, --idle-minutes and --time-zone are for a firm that is new, and the
administration page changes them.

list and show work while npm start runs; whatever changes something needs it stopped.`;

const text = { type: "string" } as const;
const OPTIONS = {
  ...(Object.fromEntries(Object.keys(VARIABLE_OPTIONS).map((name) => [name, text])) as Record<
    keyof typeof VARIABLE_OPTIONS,
    typeof text
  >),
  host: { type: "string", multiple: true },
  secret: { type: "string", multiple: true },
  "forget-secret": { type: "string", multiple: true },
  jurisdiction: text,
  near: text,
  records: text,
  config: text,
  "no-wait": { type: "boolean" },
  remote: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

/** Returns "help" when that is asked for. Throws a `Refusal` that says what is wrong and what would be right. */
export function readTenantOptions(args: string[]): TenantOptions | "help" {
  const { presetAlone, rest } = takePresetFlag(args);
  const { values, positionals } = parse(rest);
  if (values.help) return "help";
  const [given, tenant = "", ...more] = positionals;
  const command = COMMANDS.find((name) => name === given);
  if (command === undefined) {
    const what = given === undefined ? "Say what to do" : `There is no command ${JSON.stringify(given)}`;
    throw new Refusal(`${what}: ${COMMANDS.join(", ")}; npm run tenant -- --help says more.`);
  }
  const isOfAll = command === "list" || command === "reseal";
  if (!isOfAll && tenant === "")
    throw new Refusal(`${command} needs the tenant's short name: npm run tenant -- ${command} acme`);
  const extra = isOfAll && tenant !== "" ? tenant : more[0];
  if (extra !== undefined) throw new Refusal(`${command} takes no ${JSON.stringify(extra)}.`);
  const variables = Object.fromEntries(
    Object.entries(VARIABLE_OPTIONS).flatMap(([option, variable]) => {
      const value = values[option as keyof typeof VARIABLE_OPTIONS];
      return value === undefined ? [] : [[variable, value]];
    }),
  );
  const options: TenantOptions = {
    command,
    tenant,
    remote: values.remote ?? false,
    hosts: values.host ?? null,
    place: {
      jurisdiction: oneOf("--jurisdiction", values.jurisdiction, JURISDICTIONS),
      locationHint: oneOf("--near", values.near, LOCATION_HINTS),
    },
    records: values.records ?? null,
    config: values.config ?? null,
    presetAlone,
    wait: values["no-wait"] !== true,
    variables,
    secrets: (values.secret ?? []).map((name) => readSecretName("--secret", name)),
    forgotten: (values["forget-secret"] ?? []).map((name) => readSecretName("--forget-secret", name)),
  };
  refuseUnfit(options, values.jurisdiction !== undefined || values.near !== undefined);
  return options;
}

/** `show NAME --preset` asks for it, where every other command takes one. */
function takePresetFlag(args: string[]): { presetAlone: boolean; rest: string[] } {
  const isShow = args.find((arg) => !arg.startsWith("-")) === "show";
  const rest = isShow ? args.filter((arg) => arg !== "--preset") : args;
  return { presetAlone: rest.length < args.length, rest };
}

function refuseUnfit(options: TenantOptions, isPlaced: boolean): void {
  const { command, hosts, variables, secrets, forgotten, records } = options;
  if (isPlaced && command !== "add") {
    throw new Refusal(
      "A tenant keeps its jurisdiction and its location: they decide which object keeps its seats, for good. Add another tenant there, and move the host name to it.",
    );
  }
  if (records !== null && command !== "add" && command !== "move") {
    throw new Refusal(
      `A tenant's records change their database by a move: npm run tenant -- move ${options.tenant || "NAME"} --records ${records}.`,
    );
  }
  if (records === null && command === "move")
    throw new Refusal("move needs --records, the database to which the tenant's records are to go, such as RECORDS_1.");
  if (!options.wait && command !== "move") throw new Refusal("--no-wait is for move alone.");
  const isChanging = hosts !== null || Object.keys(variables).length > 0 || secrets.length + forgotten.length > 0;
  if (isChanging && command !== "add" && command !== "change")
    throw new Refusal(`${command} changes nothing else: use change.`);
  if (!isChanging && command === "change")
    throw new Refusal("change needs at least one option that says what to change.");
}

function oneOf<T extends string>(option: string, value: string | undefined, known: readonly T[]): T | null {
  if (value === undefined) return null;
  const found = known.find((name) => name === value);
  if (found === undefined)
    throw new Refusal(`${option} takes one of ${known.join(", ")}, not ${JSON.stringify(value)}.`);
  return found;
}

function readSecretName(option: string, given: string): TenantSecret {
  const found = TENANT_SECRETS.find((name) => name === given);
  if (found !== undefined) return found;
  // Not repeated: it may be the secret itself.
  throw new Refusal(
    `${option} takes the name of a secret alone, one of ${TENANT_SECRETS.join(", ")}; its text is read from the environment variable of that name or from standard input, so that it stays out of the shell's memory.`,
  );
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, strict: true, allowPositionals: true, options: OPTIONS });
  } catch (error) {
    throw refusedOption(error, "npm run tenant", OPTIONS);
  }
}
