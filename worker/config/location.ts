/**
 * Where a tenant's object lives, and in which database its records are. The first is chosen when the tenant is made and
 * never changed: a jurisdiction is part of the object's identity, and a location hint counts only for the first call that
 * ever reaches it. The second changes by a move alone.
 */

import * as z from "zod/mini";
import { MINUTE_MS } from "../../shared/durations.ts";

/** Cloudflare's names; objects of one never store or run outside it. */
export const JURISDICTIONS = ["eu", "us", "fedramp", "fedramp-high"] as const;
/** Cloudflare's location hints: near whom the object should be made. */
export const LOCATION_HINTS = [
  "wnam",
  "enam",
  "sam",
  "weur",
  "eeur",
  "apac",
  "apac-ne",
  "apac-se",
  "oc",
  "afr",
  "me",
] as const;

export const Place = z.strictObject({
  jurisdiction: z.nullable(z.enum(JURISDICTIONS)),
  locationHint: z.nullable(z.enum(LOCATION_HINTS)),
});
export type Place = z.infer<typeof Place>;

/** No jurisdiction, and near whoever asks first. */
export const ANYWHERE: Place = { jurisdiction: null, locationHint: null };

/** The binding of a database of records: RECORDS, which also holds the registry, or RECORDS_1 and so on. */
export const RecordsName = z.custom<RecordsName>((name) => typeof name === "string" && RECORDS_NAME.test(name));
export type RecordsName = "RECORDS" | `RECORDS_${number}`;
const RECORDS_NAME = /^RECORDS(?:_[1-9]\d{0,2})?$/;
/** The registry's own, and the only one of a Worker that serves one tenant. */
export const FIRST_RECORDS: RecordsName = "RECORDS";

/**
 * After a move the old copy stays this long, in ms: isolates go by the old row for `REGISTRY_STALE_MS` (registry.ts) at
 * most while D1 answers, a tenth of it.
 */
export const OLD_COPY_KEPT_MS = 10 * MINUTE_MS;

/** Those of `names` that are databases of records, in the order of their numbers. */
export function recordsNames(names: Iterable<string>): RecordsName[] {
  const numberOf = (name: string) => Number(name.slice("RECORDS_".length));
  return [...names]
    .filter((name): name is RecordsName => RECORDS_NAME.test(name))
    .sort((a, b) => numberOf(a) - numberOf(b));
}
