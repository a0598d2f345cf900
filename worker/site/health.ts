/** `/.hotseat/health` (G6): which part is unhealthy. Says nothing that a stranger could use. */

import { SingleFlight } from "../async/single-flight.ts";
import { within } from "../async/timeout.ts";
import { askTwice } from "../identity/crm/crm-fetch.ts";
import type { DependencyHealth, Part } from "../memory/dependency-health.ts";
import type { TenantCalls, Vitals } from "../tenant/tenant-calls.ts";
import { DIVIDED_TOLD_MS, RECORDS_LATE_MS } from "../tenant/warnings.ts";

export interface HealthPorts {
  tenant: TenantCalls;
  records: D1Database;
  crmOrigin: string;
  fetchCrm: typeof fetch;
  dependencyHealth: DependencyHealth;
  now: () => number;
}

type State = "healthy" | "unhealthy" | "unasked";
export interface Health {
  /** `degraded`: people work, but something beside them is unhealthy. `unhealthy`: people are affected. */
  health: "healthy" | "degraded" | "unhealthy";
  parts: Record<Part, { state: State; ms: number | null }>;
  /** R2: `divided`: the object was restored to an earlier state within the last week, and the audit keeps both courses. */
  audit: "whole" | "divided";
  /** Requests that this isolate let go on without the seat service. */
  withoutSeats: number;
}

/** Anyone who asks more often gets the same answer: asking must cost nobody anything. */
const KEPT_MS = 5_000;
const PATIENCE_MS = 3_000;
/** Less than the probe that it is a part of. */
const VITALS_PATIENCE_MS = 2_000;
/** Without these people cannot work; records are written later. */
const NEEDED: readonly Part[] = ["seats", "crm", "identity"];

const isDivided = ({ dividedAgeMs }: Vitals): boolean => dividedAgeMs !== null && dividedAgeMs <= DIVIDED_TOLD_MS;

const IDENTITY_STATES: Readonly<Record<string, State>> = { true: "healthy", false: "unhealthy" };

/** 200 unless people are affected, then 503. */
export function createHealth(ports: HealthPorts): (ctx: Pick<ExecutionContext, "waitUntil">) => Promise<Response> {
  const { tenant, records, crmOrigin, fetchCrm, dependencyHealth, now } = ports;
  let kept: { health: Health; until: number } | null = null;
  const underWay = new SingleFlight<Health>();

  async function probe(part: Part, ask: () => Promise<boolean>): Promise<{ state: State; ms: number }> {
    const begun = now();
    const answer = await within(
      PATIENCE_MS,
      ask().catch(() => false),
    );
    const isHealthy = answer?.value === true;
    dependencyHealth.note(part, isHealthy);
    return { state: isHealthy ? "healthy" : "unhealthy", ms: now() - begun };
  }

  /** Null where the object is silent: the seats are then unhealthy, the records need not be. */
  async function askVitals(): Promise<Vitals | null> {
    try {
      return (await within(VITALS_PATIENCE_MS, tenant.vitals()))?.value ?? null;
    } catch {
      return null;
    }
  }

  async function examine(): Promise<Health> {
    const asked = askVitals();
    const [vitals, seats, written, crm] = await Promise.all([
      asked,
      probe("seats", async () => {
        await tenant.ping();
        return true;
      }),
      probe("records", async () => {
        const [answers, vitals] = await Promise.all([records.prepare("SELECT 1").first(), asked]);
        return answers !== null && (vitals === null || (!isDivided(vitals) && vitals.waitingMs <= RECORDS_LATE_MS));
      }),
      probe("crm", async () => {
        const answer = await askTwice(fetchCrm)(crmOrigin, {
          redirect: "manual",
          signal: AbortSignal.timeout(PATIENCE_MS),
        });
        await answer.body?.cancel();
        return answer.status < 500;
      }),
    ]);
    const identity = { state: IDENTITY_STATES[String(dependencyHealth.isHealthy("identity"))] ?? "unasked", ms: null };
    const parts: Health["parts"] = { seats, records: written, crm, identity };
    const unhealthy = (Object.keys(parts) as Part[]).filter((part) => parts[part].state === "unhealthy");
    const affected = unhealthy.some((part) => NEEDED.includes(part));
    const health = unhealthy.length === 0 ? "healthy" : affected ? "unhealthy" : "degraded";
    const audit = vitals !== null && isDivided(vitals) ? "divided" : "whole";
    return { health, parts, audit, withoutSeats: dependencyHealth.graceCount };
  }

  async function renew(): Promise<Health> {
    const health = await examine();
    kept = { health, until: now() + KEPT_MS };
    return health;
  }

  return async (ctx) => {
    const health = kept !== null && kept.until > now() ? kept.health : await underWay.share("health", ctx, renew);
    return Response.json(health, {
      status: health.health === "unhealthy" ? 503 : 200,
      headers: { "cache-control": "no-store", "x-content-type-options": "nosniff" },
    });
  };
}
