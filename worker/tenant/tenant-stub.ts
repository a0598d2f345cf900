/** The way from a door to its tenant's object. */
import type { Config, Env } from "../config.ts";
import type { Place } from "../registry/place.ts";
import type { TenantCalls } from "./tenant-calls.ts";

/** A fresh stub each time: a stub stays broken after its object was reset. */
export function tenantCalls(env: Pick<Env, "SEATS">, { tenant, place }: Pick<Config, "tenant" | "place">): TenantCalls {
  const seats = seatsIn(env.SEATS, place.jurisdiction);
  const { locationHint } = place;
  return seats.get(
    seats.idFromName(tenant),
    locationHint === null ? undefined : { locationHint },
  ) as unknown as TenantCalls;
}

/**
 * The runtime on one's own machine knows no jurisdictions and says so in these words; Cloudflare's never does. Any
 * other fault is passed on: an object must not be made outside its jurisdiction.
 */
const NOT_HERE = "not implemented in workerd";

function seatsIn(seats: Env["SEATS"], jurisdiction: Place["jurisdiction"]): Env["SEATS"] {
  if (jurisdiction === null) return seats;
  try {
    return seats.jurisdiction(jurisdiction);
  } catch (error) {
    if (error instanceof Error && error.message.includes(NOT_HERE)) return seats;
    throw error;
  }
}
