/** How `npm run preset:check` signs in to a CRM. */
import * as z from "zod/mini";
import {
  CaptureName,
  Captures,
  CookieName,
  HeaderName,
  Headers,
  Method,
  Path,
  someOf,
  Template,
  Words,
} from "./schema-values.ts";

/** How `npm run preset:check` signs in. Texts may hold {user}, {password}, {basic} (base64 of both) and captures. */
export const Trial = z.strictObject({
  steps: someOf(
    z.strictObject({
      method: Method,
      path: Path,
      headers: z.optional(Headers),
      /** Sent as application/x-www-form-urlencoded. */
      form: z.optional(z.record(Words, z.string())),
      /** Sent as application/json. */
      body: z.optional(Template),
      captures: z.optional(Captures),
    }),
  ),
  /** What the CRM's page makes of the answers beside the cookies that they set. */
  session: z.optional(
    z.strictObject({
      cookies: z.optional(z.record(CookieName, z.string())),
      header: z.optional(HeaderName),
      scheme: z.optional(Words),
      value: z.optional(z.string()),
      encode: z.optional(z.literal("base64")),
    }),
  ),
  /** A protected address, to see what the CRM makes of strangers. */
  page: Path,
  /** What is to be known beside user and password, given as `--set name=value`. */
  needs: z.optional(someOf(CaptureName)),
  /** The logout's body, where only the body tells. */
  logoutBody: z.optional(Template),
});

export type Trial = z.infer<typeof Trial>;
