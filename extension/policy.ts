/**
 * What a firm sets for its browsers by enterprise policy. Firefox checks nothing of it and Chrome drops silently what
 * its schema (managed-schema.json) does not know, so it is checked here; a policy with a mistake is not used at all.
 */
import * as z from "zod/mini";
import { hostOfAddress } from "./hosts.ts";

export const Policy = z.strictObject({
  /** Addresses of the firm's CRMs, such as `https://crm.acme.com`: people are asked to allow Hotseat there. */
  sites: z.optional(
    z
      .array(
        z
          .string()
          .check(z.refine((site) => hostOfAddress(site) !== null, "must be an address like https://crm.acme.com")),
      )
      .check(z.maxLength(50)),
  ),
  /** Name of the firm, shown on the options page. */
  firm: z.optional(z.string().check(z.minLength(1), z.maxLength(100))),
  /** false: no page is opened at the first start. */
  welcome: z.optional(z.boolean()),
  /** Notifications on or off for everybody who has allowed them (X7); a policy cannot give the browser's permission. */
  notices: z.optional(z.boolean()),
});
export type Policy = z.infer<typeof Policy>;

/** The policy; or an empty one with a sentence that says what is wrong. */
export function parsePolicy(raw: unknown): { policy: Policy; wrong: string | null } {
  const read = Policy.safeParse(raw);
  if (read.success) return { policy: read.data, wrong: null };
  const [issue] = read.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? "the policy" : issue.path.join(".");
  const fault = issue?.code === "unrecognized_keys" ? `does not know ${issue.keys.join(", ")}` : (issue?.message ?? "");
  return { policy: {}, wrong: `${place} ${fault}` };
}
