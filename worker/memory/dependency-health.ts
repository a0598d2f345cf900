/** How the parts that Hotseat rests on have answered of late, as this isolate saw it (G6). */

/** `seats`: the tenant's object. `crm`: the CRM itself. `identity`: whoever says who people are. `records`: D1. */
export type Part = "seats" | "crm" | "identity" | "records";

export interface DependencyHealth {
  /** How a part answered just now. A change is one line in the log. */
  note(part: Part, isHealthy: boolean): void;
  /** Somebody goes on by an old pass while the tenant's object is silent. */
  countGrace(): void;
  readonly graceCount: number;
  /** Null for a part that was not asked yet. */
  isHealthy(part: Part): boolean | null;
}

/** People who go on without the seat service are told of in the log at most this often. */
const GRACE_LOGGED_EVERY_MS = 10_000;

export function createDependencyHealth(now: () => number): DependencyHealth {
  const seen = new Map<Part, boolean>();
  let graceCount = 0;
  let loggedAt = Number.NEGATIVE_INFINITY;
  return {
    note(part, isHealthy) {
      const before = seen.get(part);
      if (before === isHealthy) return;
      seen.set(part, isHealthy);
      if (!isHealthy) console.error(JSON.stringify({ what: "a part is unhealthy", part }));
      else if (before === false) console.log(JSON.stringify({ what: "a part is healthy again", part }));
    },
    countGrace() {
      graceCount++;
      if (now() - loggedAt < GRACE_LOGGED_EVERY_MS) return;
      loggedAt = now();
      console.warn(JSON.stringify({ what: "people go on without the seat service", requests: graceCount }));
    },
    get graceCount() {
      return graceCount;
    },
    isHealthy: (part) => seen.get(part) ?? null,
  };
}
