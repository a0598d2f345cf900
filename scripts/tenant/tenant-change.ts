/** A tenant's row as the operator wants it: checked as the Worker will check it, before anything is written. */
import { TenantId } from "../../shared/ids.ts";
import { ConfigError, readConfig } from "../../worker/config/env.ts";
import { FIRST_RECORDS } from "../../worker/config/location.ts";
import { PresetError } from "../../worker/identity/preset/preset-check.ts";
import { loadPreset, presetFile } from "../../worker/identity/preset/presets.ts";
import { HostName, type TenantRow, type TenantVariable } from "../../worker/registry/tenant-row.ts";
import { Refusal } from "../cli/command-refusal.ts";
import { type TenantOptions, VARIABLE_OPTIONS } from "./tenant-options.ts";

/** Stands for a secret that cannot be read here, and for the Worker's own. */
const ANY_SECRET = "x".repeat(64);

/** A tenant that is new, without its secrets. */
export function newRow(options: TenantOptions): TenantRow {
  const tenant = TenantId.safeParse(options.tenant);
  if (!tenant.success) {
    throw new Refusal(
      `The tenant's name ${JSON.stringify(options.tenant)} must be of lower-case letters, digits and "-", at most 63, such as acme.`,
    );
  }
  if (options.hosts === null)
    throw new Refusal("add needs --host, the host name at which the tenant's people reach their CRM.");
  for (const option of ["crm", "preset"] as const) {
    if (options.variables[VARIABLE_OPTIONS[option]] === undefined)
      throw new Refusal(`add needs --${option}; npm run tenant -- --help says more.`);
  }
  const none = {
    hosts: [],
    // L24: a firm that is new observes before it refuses anybody.
    variables: { [VARIABLE_OPTIONS.enforce]: "no" },
    sealed: {},
    suspendedAt: null,
    version: 1,
    records: FIRST_RECORDS,
    movingTo: null,
  };
  return changeRow({ tenant: tenant.data, place: options.place, ...none }, options);
}

/** The row with the hosts and variables that the options name. */
export function changeRow(row: TenantRow, { hosts, variables }: TenantOptions): TenantRow {
  const merged = Object.entries({ ...row.variables, ...variables }).filter(([, value]) => value !== "");
  return {
    ...row,
    hosts: hosts === null ? row.hosts : [...new Set(hosts.map(readHost))],
    variables: Object.fromEntries(merged),
  };
}

function readHost(text: string): string {
  const host = text.toLowerCase();
  if (HostName.safeParse(host).success) return host;
  throw new Refusal(
    `--host takes a host name such as crm.acme.com, without https://, port or path, not ${JSON.stringify(text)}.`,
  );
}

/** Throws a `Refusal` with every fault. `secrets`: what is newly set, in clear. */
export function checkRow(row: TenantRow, secrets: Readonly<Record<string, string>>): void {
  const { tenant, place, variables, sealed } = row;
  const kept = Object.fromEntries(Object.keys(sealed).map((name) => [name, ANY_SECRET]));
  try {
    const { preset } = readConfig(
      { ...variables, ...kept, ...secrets, TENANT: tenant, HOTSEAT_SECRET: ANY_SECRET },
      place,
    );
    loadPreset(preset);
  } catch (error) {
    if (error instanceof ConfigError) throw new Refusal(`${error.faults.map(asOption).join("; ")}.`);
    if (error instanceof PresetError) throw new Refusal(`${asOption(error.message)}.`);
    throw error;
  }
}

/** The Worker's sentences name variables; people who type a command know options. */
const asOption = (sentence: string): string =>
  Object.entries(VARIABLE_OPTIONS).reduce(
    (text, [option, variable]) => text.replaceAll(new RegExp(`(?<![A-Z_])${variable}(?![A-Z_])`, "g"), `--${option}`),
    sentence,
  );

/** Options whose values a firm's object keeps from its first day on: the registry has those of a firm that is new. */
export const KEPT_OPTIONS = ["seats", "enforce", "idle-minutes", "time-zone"] as const;

/** Which of them the options name; with an empty text too, which only says what a new firm begins with. */
export const keptOptionsIn = ({
  variables,
}: TenantOptions): { option: (typeof KEPT_OPTIONS)[number]; value: string }[] =>
  KEPT_OPTIONS.flatMap((option) => {
    const value = variables[VARIABLE_OPTIONS[option]];
    return value === undefined ? [] : [{ option, value }];
  });

/** The tenant's preset whole, as its file would have it, and whose it is. */
export function presetTextOf({ variables: { PRESET = "" } }: TenantRow): { text: string; isOwn: boolean } {
  const isOwn = PRESET.trimStart().startsWith("{");
  const preset: unknown = isOwn ? JSON.parse(PRESET) : presetFile(PRESET);
  return { text: JSON.stringify(preset, null, 2), isOwn };
}

/** One line for each thing that differs; never a secret. */
export function describeChanges(before: TenantRow, after: TenantRow): string[] {
  const lines: string[] = [];
  const tell = (name: string, from: string, to: string) => {
    if (from !== to) lines.push(`${name}: ${shorten(from)} -> ${shorten(to)}`);
  };
  tell("host", before.hosts.join(", "), after.hosts.join(", "));
  for (const [option, variable] of Object.entries(VARIABLE_OPTIONS)) {
    tell(option, before.variables[variable] ?? "", after.variables[variable] ?? "");
  }
  for (const name of new Set([...Object.keys(before.sealed), ...Object.keys(after.sealed)])) {
    if (before.sealed[name] === after.sealed[name]) continue;
    lines.push(`${name}: ${after.sealed[name] === undefined ? "taken away" : "set"}`);
  }
  tell("state", stateOf(before), stateOf(after));
  return lines;
}

export const stateOf = ({ suspendedAt }: TenantRow): string =>
  suspendedAt === null
    ? "serving"
    : `suspended since ${new Date(suspendedAt).toISOString().slice(0, 16).replace("T", " ")} UTC`;

const SHOWN = 60;
const shorten = (text: string): string => {
  if (text === "") return "(by default)";
  // A text of somebody's must not move the cursor of the terminal.
  const plain = text.replaceAll(/\p{Cc}/gu, "\u{fffd}");
  return plain.length > SHOWN ? `${plain.slice(0, SHOWN)}…` : plain;
};

/** A table for `list`. */
export function tableOf(rows: readonly TenantRow[]): string {
  const cells = rows.map((row) => [
    row.tenant,
    row.hosts.join(", "),
    row.variables.CRM_ORIGIN ?? "",
    presetOf(row),
    [row.place.jurisdiction ?? "anywhere", row.place.locationHint].filter((part) => part !== null).join(", near "),
    row.movingTo === null ? row.records : `${row.records} -> ${row.movingTo}`,
    stateOf(row),
  ]);
  const table = [["TENANT", "HOSTS", "CRM", "PRESET", "WHERE", "RECORDS", "STATE"], ...cells];
  const widths = [0, 1, 2, 3, 4, 5].map((column) => Math.max(...table.map((line) => (line[column] ?? "").length)));
  return table
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

const presetOf = ({ variables: { PRESET = "" } }: TenantRow): string => (PRESET.startsWith("{") ? "(its own)" : PRESET);

function describeVariable(row: TenantRow, variable: TenantVariable, text: string): string {
  if (KEPT_OPTIONS.some((option) => VARIABLE_OPTIONS[option] === variable))
    return `${text} (when the firm was new; the administration page has what is in force)`;
  if (variable !== "PRESET" || !text.startsWith("{")) return shorten(text);
  return `its own; npm run tenant -- show ${row.tenant} --preset prints it whole`;
}

/** Everything of one tenant for `show`, without its secrets. */
export function portraitOf(row: TenantRow): string {
  const { jurisdiction, locationHint } = row.place;
  const lines = [
    ["tenant", row.tenant],
    ["state", stateOf(row)],
    ["host", row.hosts.join(", ")],
    ["jurisdiction", jurisdiction ?? "none: anywhere"],
    ["near", locationHint ?? "whoever came first"],
    ["records", row.movingTo === null ? row.records : `${row.records}, being moved to ${row.movingTo}`],
    ...Object.entries(VARIABLE_OPTIONS).flatMap(([option, variable]) => {
      const text = row.variables[variable];
      return text === undefined ? [] : [[option, describeVariable(row, variable, text)]];
    }),
    ...Object.keys(row.sealed).map((name) => [name, "set (encrypted)"]),
    ["version", String(row.version)],
  ];
  return lines.map(([name = "", value = ""]) => `${name.padEnd(20)}${value}`).join("\n");
}
