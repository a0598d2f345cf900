/** What of the deployment's configuration cannot work yet: a sentence for each that says what to set and where. */

import { ConfigError, readConfig, type Variables } from "../../worker/config/env.ts";
import { FIRST_RECORDS, type RecordsName, recordsNames } from "../../worker/config/location.ts";
import { findMailSecret, MAIL_SECRETS, MAIL_VARIABLES, readMailConfig } from "../../worker/config/mail-config.ts";
import { PresetError } from "../../worker/identity/preset/preset-check.ts";
import { loadPreset } from "../../worker/identity/preset/presets.ts";
import { TENANT_VARIABLES } from "../../worker/registry/tenant-row.ts";
import { nearestName } from "../cli/nearest.ts";
import { findRouteFaults, findSelfCall, type RouteConfig } from "./route-faults.ts";

interface Database {
  binding: string;
  database_id?: string | undefined;
  migrations_dir?: string | undefined;
}

/** As wrangler reads it from its file. */
export interface DeploymentConfig extends RouteConfig {
  vars?: Readonly<Record<string, unknown>>;
  workers_dev?: boolean | undefined;
  preview_urls?: boolean | undefined;
  d1_databases?: readonly Database[];
  durable_objects?: { bindings: readonly { name: string; class_name: string }[] };
  triggers?: { crons?: readonly string[] | undefined };
}

const PLACEHOLDER = /^[0-]*$/;
const MIGRATIONS = "worker/audit/migrations";
const ANY_SECRET = "x".repeat(64);
/** Secrets that a tenant's variables may ask for; whether they are set, the account alone knows. */
const OPTIONAL_SECRETS = ["IDENTITY_SECRET", "OIDC_CLIENT_SECRET", "CRM_SECRET", ...MAIL_SECRETS] as const;

/** Whether the Worker serves the tenants of the registry, not one of its variables. */
export const isRegistry = ({ vars = {} }: DeploymentConfig): boolean => (vars.TENANT ?? "") === "";

/** `file`: name of the file for the sentences. */
export function findFaults(config: DeploymentConfig, file: string): string[] {
  const faults: string[] = [];
  faults.push(...findDatabaseFaults(config.d1_databases ?? [], file));
  const seats = config.durable_objects?.bindings.find(({ name }) => name === "SEATS");
  if (seats?.class_name !== "TenantSeats")
    faults.push(`${file} has no Durable Object binding SEATS of the class TenantSeats`);
  if ((config.triggers?.crons ?? []).length === 0) {
    faults.push(
      `${file} has no trigger in crons: without it an object whose alarm was lost sleeps on until somebody comes, and its old records stay`,
    );
  }
  faults.push(...findRouteFaults(config, file));
  if (config.workers_dev === true) faults.push(`workers_dev in ${file} must be false: it is a second door to the CRM`);
  if (config.preview_urls === true)
    faults.push(`preview_urls in ${file} must be false: each is another door to the CRM`);
  return [...faults, ...findVariableFaults(config, file)];
}

/** The names under which the Worker finds its databases of records. */
export const recordsOf = ({ d1_databases = [] }: DeploymentConfig): RecordsName[] =>
  recordsNames(d1_databases.map(({ binding }) => binding));

function findDatabaseFaults(databases: readonly Database[], file: string): string[] {
  const faults: string[] = [];
  if (!databases.some(({ binding }) => binding === FIRST_RECORDS)) {
    faults.push(`${file} has no D1 database with the binding RECORDS`);
  }
  const known = recordsNames(databases.map(({ binding }) => binding));
  const seen = new Map<string, string>();
  for (const { binding, database_id = "", migrations_dir } of databases) {
    if (!known.some((name) => name === binding)) {
      if (binding.startsWith(FIRST_RECORDS)) {
        faults.push(
          `the binding ${binding} in ${file} is none that the Worker looks for: call it RECORDS_1, RECORDS_2 and so on`,
        );
      }
      continue;
    }
    if (PLACEHOLDER.test(database_id)) {
      const name = `hotseat-${binding.toLowerCase().replace("_", "-")}`;
      faults.push(
        `database_id of ${binding} in ${file} is the placeholder: make the database with "npx wrangler d1 create ${name}" and put the id that it prints there`,
      );
    } else if (seen.has(database_id)) {
      faults.push(
        `${binding} and ${seen.get(database_id)} in ${file} are the same database: a move between them would delete what it moved`,
      );
    } else seen.set(database_id, binding);
    // Wrangler itself does not report a missing one until a table is missing.
    const folder = migrations_dir ?? (binding === FIRST_RECORDS ? MIGRATIONS : "");
    if (!folder.replace(/\/$/, "").endsWith(MIGRATIONS)) {
      faults.push(`migrations_dir of ${binding} in ${file} must be "${MIGRATIONS}"`);
    }
  }
  return faults;
}

/** Tenants whose records are where the Worker has no database. */
export function findLostTenants(
  rows: readonly { tenant: string; records: RecordsName; movingTo: RecordsName | null }[],
  known: readonly RecordsName[],
): string[] {
  return rows.flatMap(({ tenant, records, movingTo }) =>
    [records, movingTo]
      .filter((name) => name !== null && !known.includes(name))
      .map((name) => `the records of the tenant ${tenant} are in ${name}, which wrangler.toml has not`),
  );
}

function findVariableFaults(config: DeploymentConfig, file: string): string[] {
  const vars = config.vars ?? {};
  const faults = ["HOTSEAT_SECRET", ...OPTIONAL_SECRETS]
    .filter((name) => vars[name] !== undefined)
    .map(
      (name) => `${name} must not stand in ${file}, which others read: set it with "npx wrangler secret put ${name}"`,
    );
  if (vars.TIMING_OVERRIDES !== undefined) faults.push(`TIMING_OVERRIDES in ${file} is for tests alone: take it out`);
  const odd = Object.entries(vars).filter(([, value]) => typeof value !== "string");
  for (const [name] of odd) faults.push(`${name} in ${file} must be a text in quotes`);
  faults.push(...findStrayVariables(config, file));
  if (odd.length > 0) return faults;
  const secrets = Object.fromEntries(MAIL_SECRETS.map((name) => [name, ANY_SECRET]));
  readMailConfig({ ...(vars as Variables), ...secrets }, (fault) => faults.push(`${fault} (${file})`));
  if (isRegistry(config)) return faults;
  const selfCall = findSelfCall(config, vars.CRM_ORIGIN);
  if (selfCall !== null) faults.push(`${selfCall} (${file})`);
  const examples = ["CONTACT", "CRM_ORIGIN"].filter((name) => /\.example\b/.test(String(vars[name] ?? "")));
  for (const name of examples) faults.push(`${name} in ${file} is the example's, ${String(vars[name])}: set your own`);
  const identity = vars.IDENTITY === "oidc" ? { OIDC_CLIENT_SECRET: ANY_SECRET } : {};
  const shared = vars.IDENTITY === "token" && (vars.IDENTITY_JWKS ?? "") === "" ? { IDENTITY_SECRET: ANY_SECRET } : {};
  try {
    const { preset } = readConfig({ ...(vars as Variables), ...identity, ...shared, HOTSEAT_SECRET: ANY_SECRET });
    loadPreset(preset);
  } catch (error) {
    if (error instanceof ConfigError) faults.push(...error.faults.map((fault) => `${fault} (${file})`));
    else if (error instanceof PresetError) faults.push(`${error.message} (${file})`);
    else throw error;
  }
  return faults;
}

/** Of the whole deployment, with the registry too. */
const OF_ALL: readonly string[] = MAIL_VARIABLES;
const KNOWN: readonly string[] = ["TENANT", ...OF_ALL, ...TENANT_VARIABLES];

/** Variables that nothing reads: misspelt ones, and those of one tenant where the registry has them all. */
function findStrayVariables(config: DeploymentConfig, file: string): string[] {
  const refused = ["HOTSEAT_SECRET", "TIMING_OVERRIDES", ...OPTIONAL_SECRETS];
  const names = Object.keys(config.vars ?? {}).filter((name) => !refused.includes(name));
  const faults = names
    .filter((name) => !KNOWN.includes(name))
    .map((name) => {
      const nearest = nearestName(name, [...KNOWN, ...refused]);
      const advice = nearest === null ? "take it out" : `did you mean ${nearest}?`;
      return `${name} in ${file} is no variable of Hotseat: ${advice}`;
    });
  if (faults.length > 0 || !isRegistry(config)) return faults;
  const idle = names.filter((name) => name !== "TENANT" && !OF_ALL.includes(name));
  if (idle.length === 0) return [];
  return [
    `${idle.join(", ")} in ${file} ${idle.length === 1 ? "counts" : "count"} only beside TENANT: set TENANT for one firm, or take ${idle.length === 1 ? "it" : "them"} out for the tenants of the registry`,
  ];
}

/** `names`: the secrets that the deployed Worker has. */
export function findSecretFaults({ vars = {} }: DeploymentConfig, names: readonly string[]): string[] {
  const faults: string[] = [];
  const put = (name: string) => `set it with "npx wrangler secret put ${name}"`;
  if (!names.includes("HOTSEAT_SECRET")) {
    faults.push(
      `the secret HOTSEAT_SECRET is missing: ${put("HOTSEAT_SECRET")}, at least 32 random characters, such as "openssl rand -base64 48" prints`,
    );
  }
  const mail = findMailSecret(vars as Variables);
  if (mail !== null && !names.includes(mail.name)) {
    faults.push(`the secret ${mail.name} is missing, ${mail.why}: ${put(mail.name)}`);
  }
  const needsShared = vars.IDENTITY === "token" && (vars.IDENTITY_JWKS ?? "") === "";
  if (needsShared && !names.includes("IDENTITY_SECRET")) {
    faults.push(
      `the secret IDENTITY_SECRET is missing, which IDENTITY = "token" without IDENTITY_JWKS needs: ${put("IDENTITY_SECRET")}`,
    );
  }
  return faults;
}
