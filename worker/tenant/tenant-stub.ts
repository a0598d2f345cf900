/** The way from a door to its tenant's object. */
import type { Config, Env } from "../config/config.ts";
import type { Place } from "../config/location.ts";
import type { TenantCalls } from "./tenant-calls.ts";

/** Answers a fresh stub each time, for a stub stays broken after its object was reset. The object is looked up once. */
export function tenantOpener(
  env: Pick<Env, "SEATS">,
  { tenant, place }: Pick<Config, "tenant" | "place">,
): () => TenantCalls {
  const { jurisdiction, locationHint } = place;
  const options = locationHint === null ? undefined : { locationHint };
  let found: { seats: Env["SEATS"]; id: DurableObjectId } | null = null;
  const find = () => {
    const seats = seatsIn(env.SEATS, jurisdiction);
    return { seats, id: seats.idFromName(tenant) };
  };
  return () => {
    found ??= find();
    return found.seats.get(found.id, options) as unknown as TenantCalls;
  };
}

/** A stub for one call. */
export const tenantCalls = (...asked: Parameters<typeof tenantOpener>): TenantCalls => tenantOpener(...asked)();

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
