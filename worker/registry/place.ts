/**
 * Where a tenant's object lives. Chosen when the tenant is made and never changed: a jurisdiction is part of the
 * object's identity, and a location hint counts only for the first call that ever reaches it.
 */
import * as z from "zod/mini";

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
