/** A tenant of the registry, as D1 keeps it, and the configuration that it makes. */
import * as z from "zod/mini";
import { TenantId } from "../../shared/ids.ts";
import { type Config, ConfigError, readConfig, type Variables } from "../config/env.ts";
import { FIRST_RECORDS, Place, RecordsName } from "../config/location.ts";
import { deriveSigningSecrets, secretPurpose, unseal } from "./encryption.ts";

/** What may stand in `variables`; the rest of `Variables` is of the Worker, or secret. */
export const TENANT_VARIABLES = [
  "TENANT_NAME",
  "CONTACT",
  "CRM_ORIGIN",
  "PRESET",
  "SEAT_LIMIT",
  "ENFORCE",
  "TIME_ZONE",
  "IDLE_TIMEOUT_MINUTES",
  "PASS_LIFE_SECONDS",
  "OUTAGE_GRACE_MINUTES",
  "CRM_SESSION_MINUTES",
  "LICENCE_MANAGERS",
  "ADMINS",
  "SUPPORT",
  "IDENTITY",
  "IDENTITY_ISSUER",
  "IDENTITY_AUDIENCE",
  "IDENTITY_TOKEN",
  "IDENTITY_JWKS",
  "IDENTITY_CLAIMS",
  "IDENTITY_ROLES",
  "OIDC_CLIENT_ID",
] as const satisfies readonly (keyof Variables)[];
export const TENANT_SECRETS = [
  "IDENTITY_SECRET",
  "OIDC_CLIENT_SECRET",
  "CRM_SECRET",
] as const satisfies readonly (keyof Variables)[];
export type TenantVariable = (typeof TENANT_VARIABLES)[number];
export type TenantSecret = (typeof TENANT_SECRETS)[number];

/** The row's columns. */
export const TenantColumns = z.object({
  tenant: z.string(),
  hosts: z.string(),
  jurisdiction: z.nullable(z.string()),
  location_hint: z.nullable(z.string()),
  variables: z.string(),
  sealed: z.string(),
  suspended_at: z.nullable(z.int()),
  version: z.int(),
  // Copies that were kept before there were several databases do not say it.
  records: z._default(z.string(), FIRST_RECORDS),
  moving_to: z._default(z.nullable(z.string()), null),
});
export type TenantColumns = z.infer<typeof TenantColumns>;

/** The columns, for a SELECT from `tenants`. */
export const COLUMNS =
  "tenant, hosts, jurisdiction, location_hint, variables, sealed, suspended_at, version, records, moving_to";

const texts = z.record(z.string(), z.string());
/** Lower case, as browsers send them, and no port: every port of a host is the tenant's. */
export const HostName = z
  .string()
  .check(
    z.maxLength(253),
    z.regex(/^(?=.*[a-z])[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/),
  );

export interface TenantRow {
  tenant: TenantId;
  place: Place;
  hosts: readonly string[];
  variables: Readonly<Record<string, string>>;
  sealed: Readonly<Record<string, string>>;
  suspendedAt: number | null;
  version: number;
  records: RecordsName;
  movingTo: RecordsName | null;
}

/** Throws `ConfigError` for what no command of ours has written. */
export function readRow(columns: TenantColumns): TenantRow {
  const faults: string[] = [];
  const tenant = TenantId.safeParse(columns.tenant);
  if (!tenant.success) faults.push("the tenant's name must be of lower-case letters, digits and '-', such as acme");
  const place = Place.safeParse({ jurisdiction: columns.jurisdiction, locationHint: columns.location_hint });
  if (!place.success) faults.push("the tenant's jurisdiction or location hint is none that Cloudflare has");
  const hosts = z.array(HostName).safeParse(parse(columns.hosts));
  if (!hosts.success) faults.push("the tenant's hosts must be a JSON array of host names in lower case");
  const variables = texts.safeParse(parse(columns.variables));
  if (!variables.success) faults.push("the tenant's variables must be JSON of names to texts");
  const sealed = texts.safeParse(parse(columns.sealed));
  if (!sealed.success) faults.push("the tenant's secrets must be JSON of names to texts");
  const records = z.tuple([RecordsName, z.nullable(RecordsName)]).safeParse([columns.records, columns.moving_to]);
  if (!records.success) faults.push("the tenant's database of records must be RECORDS or RECORDS_1 and so on");
  if (
    !records.success ||
    !tenant.success ||
    !place.success ||
    !hosts.success ||
    !variables.success ||
    !sealed.success
  ) {
    throw new ConfigError(faults);
  }
  return {
    tenant: tenant.data,
    place: place.data,
    hosts: hosts.data,
    variables: variables.data,
    sealed: sealed.data,
    suspendedAt: columns.suspended_at,
    version: columns.version,
    records: records.data[0],
    movingTo: records.data[1],
  };
}

/** The checked configuration of a tenant; throws `ConfigError` with every fault. `secrets`: the Worker's own. */
export async function configOf(row: TenantRow, secrets: readonly string[]): Promise<Config> {
  const { tenant, place, variables, sealed, records, movingTo } = row;
  const faults: string[] = [];
  const isKnown = (names: readonly string[]) => (name: string) => {
    if (!names.includes(name)) faults.push(`${name} is nothing that a tenant of the registry has`);
  };
  Object.keys(variables).forEach(isKnown(TENANT_VARIABLES));
  Object.keys(sealed).forEach(isKnown(TENANT_SECRETS));
  const opened: [string, string][] = [];
  for (const [name, text] of Object.entries(sealed)) {
    const plain = await unseal(secrets, secretPurpose(tenant, name), text);
    if (plain === null)
      faults.push(`${name} was encrypted with another HOTSEAT_SECRET than the Worker has: set it again`);
    else opened.push([name, plain]);
  }
  const own = { TENANT: tenant, HOTSEAT_SECRET: (await deriveSigningSecrets(secrets, tenant)).join(",") };
  try {
    const config = readConfig({ ...variables, ...Object.fromEntries(opened), ...own }, place);
    if (faults.length === 0) return { ...config, records, movingTo };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    faults.push(...error.faults);
  }
  throw new ConfigError(faults);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
