/**
 * What the operator sets of a tenant, as plain texts, and the checked configuration that they make: refused with the
 * name of the variable and what would be right. They come from the Worker's bindings or from the registry.
 */

import * as z from "zod/mini";
import { MINUTE_MS } from "../../shared/durations.ts";
import { TenantId } from "../../shared/ids.ts";
import {
  checkTiming,
  IDLE_TIMEOUT_DEFAULT_MS,
  IDLE_TIMEOUT_MAX_MS,
  IDLE_TIMEOUT_MIN_MS,
  LIMIT_MAX,
  PASS_LIFE_MAX_MS,
  PASS_LIFE_MIN_MS,
  TIMING,
  type Timing,
} from "../../shared/timing.ts";
import { type IdentityConfig, type IdentityEnv, readIdentityConfig } from "./identity-config.ts";
import { ANYWHERE, FIRST_RECORDS, type Place, type RecordsName } from "./location.ts";
import type { MailEnv } from "./mail-config.ts";

/** Variables and secrets, named as in wrangler.toml. */
export interface Variables extends IdentityEnv, MailEnv {
  /** Signing secrets, newest first, comma separated, each of at least 32 characters. */
  HOTSEAT_SECRET?: string;
  /** The one tenant of this Worker; left out, hosts and tenants are those of the registry. */
  TENANT?: string;
  TENANT_NAME?: string;
  /** Shown to refused people: whom to ask. The administration page may name another. */
  CONTACT?: string;
  /** Origin of the CRM, such as `https://crm-origin.acme.com`. */
  CRM_ORIGIN?: string;
  /** Name of a preset in worker/identity/presets, or a preset's JSON. */
  PRESET?: string;
  /** Limit of a tenant that is new; afterwards the administration page changes it. */
  SEAT_LIMIT?: string;
  /** L24: yes or no: whether the limit of a tenant that is new is enforced, or only observed until a manager switches it on. */
  ENFORCE?: string;
  /** The firm's time zone, such as Europe/Berlin; days and hours of its records are in it. */
  TIME_ZONE?: string;
  IDLE_TIMEOUT_MINUTES?: string;
  PASS_LIFE_SECONDS?: string;
  /** G6: 0 to 60. How old a pass may be to admit while the seats cannot be reached; 0: nobody is admitted. */
  OUTAGE_GRACE_MINUTES?: string;
  CRM_SESSION_MINUTES?: string;
  /** I4: comma separated emails or logins. */
  LICENCE_MANAGERS?: string;
  ADMINS?: string;
  SUPPORT?: string;
  /** JSON of `Timing` fields; only for tests and demonstrations, see timing.ts. May hold `idleTimeoutMs` below five minutes. */
  TIMING_OVERRIDES?: string;
  /** Sent to the CRM with every request, so that it can refuse requests that bypass the gate. */
  CRM_SECRET?: string;
}

export interface Config {
  tenant: TenantId;
  /** Where its object lives, chosen once. */
  place: Place;
  /** Which database its records are in. */
  records: RecordsName;
  /** Where the operator wants them moved; null: nowhere. */
  movingTo: RecordsName | null;
  tenantName: string;
  contact: string;
  crmOrigin: string;
  /** Null: none is shown. */
  crmSecret: string | null;
  preset: string;
  secrets: readonly string[];
  seatLimit: number;
  enforced: boolean;
  timeZone: string;
  idleTimeoutMs: number;
  /** What idle time-outs this tenant may set; wider than L4 only under TIMING_OVERRIDES. */
  idleTimeoutMinMs: number;
  /** G6: 0 closes the gate while the seats cannot be reached. */
  outageGraceMs: number;
  /** A11: how long the CRM's own session lasts without work; null: the operator has not said. */
  crmSessionMs: number | null;
  timing: Timing;
  roleLists: RoleLists;
  identity: IdentityConfig;
}

const OUTAGE_GRACE_MINUTES = 10;
const OUTAGE_GRACE_MAX_MINUTES = 60;
/** A year: no CRM's session without work is longer. */
const CRM_SESSION_MAX_MINUTES = 525_600;

/** The operator's lists: emails or logins in lower case. */
export interface RoleLists {
  licence_manager: readonly string[];
  admin: readonly string[];
  support: readonly string[];
}

/** Thrown for variables that cannot work. Its message lists every fault. */
export class ConfigError extends Error {
  override name = "ConfigError";
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(`The configuration is wrong: ${faults.join("; ")}`);
    this.faults = faults;
  }
}

const overrides = z.partial(
  z.strictObject({
    ...(Object.fromEntries(Object.keys(TIMING).map((name) => [name, z.int().check(z.minimum(0))])) as Record<
      keyof Timing,
      z.ZodMiniInt
    >),
    idleTimeoutMs: z.int().check(z.minimum(1)),
  }),
);

const list = (value: string | undefined): string[] =>
  (value ?? "")
    .split(",")
    .map((entry) => entry.normalize("NFC").trim().toLowerCase().normalize("NFC"))
    .filter((entry) => entry !== "");

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** The signing secrets, newest first. `say` is told of what cannot work. */
export function readSecrets(text: string | undefined, say: (fault: string) => void): string[] {
  const secrets = (text ?? "")
    .split(",")
    .map((secret) => secret.trim())
    .filter((secret) => secret !== "");
  if (secrets.length === 0) {
    say("HOTSEAT_SECRET is missing: set it with `wrangler secret put HOTSEAT_SECRET`, at least 32 random characters");
  }
  if (secrets.some((secret) => secret.length < 32)) say("HOTSEAT_SECRET must be at least 32 characters each");
  return secrets;
}

/** Checks every variable; throws `ConfigError` with all faults at once. `place`: where the tenant's object lives. */
export function readConfig(env: Variables, place: Place = ANYWHERE): Config {
  const faults: string[] = [];
  const tenant = TenantId.safeParse(env.TENANT ?? "");
  if (!tenant.success) faults.push("TENANT must be a short name of lower-case letters, digits and '-', such as acme");
  let crmOrigin = "";
  try {
    const url = new URL(env.CRM_ORIGIN ?? "");
    if (
      (url.protocol !== "http:" && url.protocol !== "https:") ||
      url.pathname !== "/" ||
      url.search !== "" ||
      url.username !== ""
    )
      throw new Error();
    crmOrigin = url.origin;
  } catch {
    faults.push("CRM_ORIGIN must be an origin such as https://crm-origin.acme.com, without a path");
  }
  if ((env.PRESET ?? "") === "") faults.push("PRESET must name a preset, such as demo or tryton");
  const timeZone = env.TIME_ZONE === undefined || env.TIME_ZONE === "" ? "UTC" : env.TIME_ZONE;
  if (!isTimeZone(timeZone)) faults.push("TIME_ZONE must name a time zone, such as Europe/Berlin or UTC");
  const secrets = readSecrets(env.HOTSEAT_SECRET, (fault) => faults.push(fault));
  const crmSecret = env.CRM_SECRET || null;
  if (crmSecret !== null && !/^[\x21-\x7e]{32,500}$/.test(crmSecret)) {
    faults.push("CRM_SECRET must be 32 to 500 visible ASCII characters, for it travels in a header");
  }
  const whole = (name: string, value: string | undefined, initial: number, low: number, high: number): number => {
    if (value === undefined || value === "") return initial;
    const number = Number(value);
    if (Number.isInteger(number) && number >= low && number <= high) return number;
    faults.push(`${name} must be a whole number from ${low} to ${high}, not ${JSON.stringify(value)}`);
    return initial;
  };
  const seatLimit = whole("SEAT_LIMIT", env.SEAT_LIMIT, 10, 1, LIMIT_MAX);
  const enforce = env.ENFORCE || "yes";
  if (enforce !== "yes" && enforce !== "no") {
    faults.push(`ENFORCE must be yes or no: whether the limit counts from the start, not ${JSON.stringify(enforce)}`);
  }
  let idleTimeoutMs =
    MINUTE_MS *
    whole(
      "IDLE_TIMEOUT_MINUTES",
      env.IDLE_TIMEOUT_MINUTES,
      IDLE_TIMEOUT_DEFAULT_MS / MINUTE_MS,
      IDLE_TIMEOUT_MIN_MS / MINUTE_MS,
      IDLE_TIMEOUT_MAX_MS / MINUTE_MS,
    );
  const passLifeMs =
    1_000 *
    whole(
      "PASS_LIFE_SECONDS",
      env.PASS_LIFE_SECONDS,
      TIMING.passLifeMs / 1_000,
      PASS_LIFE_MIN_MS / 1_000,
      PASS_LIFE_MAX_MS / 1_000,
    );
  const crmSessionMs =
    (env.CRM_SESSION_MINUTES ?? "") === ""
      ? null
      : MINUTE_MS * whole("CRM_SESSION_MINUTES", env.CRM_SESSION_MINUTES, 0, 1, CRM_SESSION_MAX_MINUTES);
  const outageGraceMs =
    MINUTE_MS *
    whole("OUTAGE_GRACE_MINUTES", env.OUTAGE_GRACE_MINUTES, OUTAGE_GRACE_MINUTES, 0, OUTAGE_GRACE_MAX_MINUTES);
  let timing: Timing = {
    ...TIMING,
    passLifeMs,
    passRenewAheadMs: Math.min(TIMING.passRenewAheadMs, Math.floor(passLifeMs / 5)),
  };
  let idleTimeoutMinMs = IDLE_TIMEOUT_MIN_MS;
  if (env.TIMING_OVERRIDES !== undefined && env.TIMING_OVERRIDES !== "") {
    try {
      const { idleTimeoutMs: shortIdle, ...rest } = overrides.parse(JSON.parse(env.TIMING_OVERRIDES));
      timing = { ...timing, ...(rest as Partial<Timing>) };
      if (shortIdle !== undefined) {
        idleTimeoutMs = shortIdle;
        idleTimeoutMinMs = Math.min(idleTimeoutMinMs, shortIdle);
      }
    } catch {
      faults.push(
        `TIMING_OVERRIDES must be JSON of whole ms under names of: ${[...Object.keys(TIMING), "idleTimeoutMs"].join(", ")}`,
      );
    }
  }
  faults.push(...checkTiming(timing).map((sentence) => `timing: ${sentence}`));
  const identity = readIdentityConfig(env, (fault) => faults.push(fault));
  if (faults.length > 0) throw new ConfigError(faults);
  const tenantId = tenant.data as TenantId;
  return {
    tenant: tenantId,
    place,
    records: FIRST_RECORDS,
    movingTo: null,
    tenantName: env.TENANT_NAME || tenantId,
    contact: env.CONTACT ?? "",
    crmOrigin,
    crmSecret,
    preset: env.PRESET ?? "",
    secrets,
    seatLimit,
    enforced: enforce !== "no",
    timeZone,
    idleTimeoutMs,
    idleTimeoutMinMs,
    outageGraceMs,
    crmSessionMs,
    timing,
    roleLists: { licence_manager: list(env.LICENCE_MANAGERS), admin: list(env.ADMINS), support: list(env.SUPPORT) },
    identity,
  };
}
