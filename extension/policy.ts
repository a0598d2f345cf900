/**
 * What a firm sets for its browsers by enterprise policy. Firefox checks nothing of it and Chrome drops silently what
 * its schema (managed-schema.json) does not know, so it is checked here; a policy with a mistake is not used at all.
 */
import * as z from "zod/mini";
import { hostOfAddress } from "./hosts.ts";
import type { MessageKey, Words } from "./words.ts";

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
  /** Name of the firm, shown on the options page and in the popup. */
  firm: z.optional(z.string().check(z.minLength(1), z.maxLength(100))),
  /** false: no page is opened at the first start. */
  welcome: z.optional(z.boolean()),
  /** Notifications on or off for everybody who has allowed them (X7); a policy cannot give the browser's permission. */
  notices: z.optional(z.boolean()),
});
export type Policy = z.infer<typeof Policy>;

/** What is wrong with a policy: a message of `_locales`, which says what would be right, and its values. */
export interface PolicyFault {
  key: Extract<MessageKey, `policy${string}`>;
  values: readonly string[];
}

const FAULTS: Record<keyof Policy, PolicyFault["key"]> = {
  sites: "policySites",
  firm: "policyFirm",
  welcome: "policySwitch",
  notices: "policySwitch",
};

/** The policy; or an empty one and what is wrong. */
export function parsePolicy(raw: unknown): { policy: Policy; wrong: PolicyFault | null } {
  const read = Policy.safeParse(raw);
  return read.success ? { policy: read.data, wrong: null } : { policy: {}, wrong: faultOf(read.error.issues[0]) };
}

function faultOf(issue: z.core.$ZodIssue | undefined): PolicyFault {
  if (issue?.code === "unrecognized_keys") return { key: "policyUnknown", values: [issue.keys.join(", ")] };
  const [setting] = issue?.path ?? [];
  if (setting === undefined) return { key: "policyShape", values: [] };
  // With the place in a list, such as sites.0.
  return { key: FAULTS[setting as keyof Policy], values: [issue?.path.join(".") ?? ""] };
}

/** In the reader's language. */
export const sayPolicyFault = (words: Words, { key, values }: PolicyFault): string =>
  words.say("policyWrong", words.say(key, ...values));
