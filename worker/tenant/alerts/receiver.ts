/** R4, R8, R10: one receiver of messages, as the object keeps it. */
import * as z from "zod/mini";
import { TAGS } from "../../i18n/tag.ts";
import { ALERT_KINDS } from "./alert-watch.ts";

export const WEBHOOK_KINDS = ["generic", "slack", "teams"] as const;
export type WebhookKind = (typeof WEBHOOK_KINDS)[number];
export const RECEIVER_KINDS = [...WEBHOOK_KINDS, "email"] as const;
export type ReceiverKind = (typeof RECEIVER_KINDS)[number];

export const Receiver = z.object({
  id: z.string(),
  kind: z.enum(RECEIVER_KINDS),
  /** Of `email`: the address alone. */
  url: z.string(),
  /** Signs the messages; only of `generic`. */
  secret: z.nullable(z.string()),
  /** The secret before, which signs beside the newer one until then (ms). */
  former: z.optional(z.object({ secret: z.string(), until: z.int() })),
  on: z.array(z.enum(ALERT_KINDS)),
  /** Whether every event of the audit goes there; only of `generic`. */
  events: z.optional(z.boolean()),
  /** Whether events, or the monthly report, have people's names. */
  names: z.optional(z.boolean()),
  /** R9: whether the day's signed head goes there; of `generic` and `email`. */
  heads: z.optional(z.boolean()),
  /** R10: whether the monthly report goes there; of `email`. */
  report: z.optional(z.boolean()),
  /** In which messages are written; missing in what an earlier release stored. */
  language: z.optional(z.enum(TAGS)),
  /** R10, of `email`: where the tenant's pages are, for the links in messages. */
  site: z.optional(z.string()),
  /** R10, of `email`: ms, when the receiver agreed; absent: not yet, and only the question goes there. */
  confirmedAt: z.optional(z.int()),
});
export type Receiver = z.infer<typeof Receiver>;
export type Webhook = Receiver & { kind: WebhookKind };

export const isWebhook = (receiver: Receiver): receiver is Webhook => receiver.kind !== "email";

/** Whether messages other than the question may go there. */
export const isWilling = ({ kind, confirmedAt }: Pick<Receiver, "kind" | "confirmedAt">): boolean =>
  kind !== "email" || confirmedAt !== undefined;

/** What of a receiver's address may be recorded: a webhook's path is its key, and the name before an @ a person's. */
export const hostOf = ({ kind, url }: Pick<Receiver, "kind" | "url">): string =>
  kind === "email" ? url.slice(url.indexOf("@") + 1) : new URL(url).host;

/** R4: what of it those who administer may read: anyone who knows a webhook's path can write there. */
export const shownAddressOf = ({ kind, url }: Pick<Receiver, "kind" | "url">): string =>
  kind === "email" ? url : `${new URL(url).host}/…`;
