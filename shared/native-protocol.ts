/**
 * The wire of native clients (SPEC.md, section N): a desktop client, a mobile app, a mail plug-in or an ERP bridge
 * takes part with a token instead of cookies: `Authorization: Bearer hs_…`, POST `/.hotseat/api/native/…`.
 */

import * as z from "zod/mini";
import { DENIAL_REASONS } from "./denial.ts";
import { DAY_MS } from "./durations.ts";
import { ClientId, HolderId } from "./ids.ts";

/** `consume` takes a seat. `check` only learns whether one would be given. `reserved` takes only reserved seats. `records` reports the CRM's number of records. `metrics` reads the metrics, `read` the records, and neither anything else. */
export const TOKEN_POLICIES = ["consume", "check", "reserved", "records", "metrics", "read", "scim"] as const;
export type TokenPolicy = (typeof TOKEN_POLICIES)[number];

/** The person for whom the integration speaks: the same id as the CRM's, so that desk and browser share one seat (L1). */
const NativePerson = z.strictObject({
  id: HolderId,
  name: z.string().check(z.minLength(1), z.maxLength(200)),
  email: z.optional(z.nullable(z.string().check(z.maxLength(320)))),
});

/** POST native/check: PASS or FAIL; consumes nothing, reserves nothing. */
export const NativeCheck = z.strictObject({ person: NativePerson });
/** POST native/claim: takes a seat, or keeps it: to be repeated at least every `validForMs` while it is used. */
export const NativeClaim = z.strictObject({
  person: NativePerson,
  client: ClientId,
  /** How long ago the person last did something, in ms (L18: ages, never clocks). */
  activeAgeMs: z.int().check(z.minimum(0), z.maximum(7 * DAY_MS)),
});
/** POST native/release: gives the seat back, if no browser of the person uses it. */
export const NativeRelease = z.strictObject({ person: NativePerson, client: ClientId });
/** POST native/records: the number of records in the CRM (L14). */
export const NativeRecords = z.strictObject({ count: z.int().check(z.minimum(0)) });

export const NativeAnswer = z.object({
  /** PASS: the person may work. FAIL: not now, for `reason`. */
  verdict: z.enum(["PASS", "FAIL"]),
  reason: z.nullable(z.enum(DENIAL_REASONS)),
  message: z.nullable(z.string()),
  /** How long a granted claim is good without being repeated; null: nothing was consumed. */
  validForMs: z.nullable(z.int()),
  consumed: z.boolean(),
  /** L28: the seat that the person has by this call is beyond the limit. */
  overdraft: z.boolean(),
  limit: z.int(),
  inUse: z.int(),
});
export type NativeAnswer = z.infer<typeof NativeAnswer>;

/** POST native/records: the number as it was taken. */
export const NativeCounted = z.object({ count: z.int() });

/** Every address of the native clients' API: the schemas of body and answer, and the tokens that it takes. */
export const NATIVE_API = {
  check: { body: NativeCheck, answer: NativeAnswer, policies: ["check", "consume", "reserved"] },
  claim: { body: NativeClaim, answer: NativeAnswer, policies: ["consume", "reserved"] },
  release: { body: NativeRelease, answer: NativeAnswer, policies: ["consume", "reserved"] },
  records: { body: NativeRecords, answer: NativeCounted, policies: ["records"] },
} as const satisfies Record<string, { body: z.ZodMiniType; answer: z.ZodMiniType; policies: readonly TokenPolicy[] }>;
export type NativeApiName = keyof typeof NATIVE_API;
