/** R10: the links in messages by which a receiver agrees to them and ends them: signed, for one receiver and one act. */

import * as z from "zod/mini";
import { DAY_MS } from "../../../shared/durations.ts";
import { OWN_PATH } from "../../../shared/protocol.ts";
import { openToken, signToken } from "../../pass/signature.ts";

export const MAIL_PATH = `${OWN_PATH}mail`;

/** The question may be answered this long. */
export const CONFIRM_WITHIN_MS = 7 * DAY_MS;

const MailLink = z.strictObject({
  tenant: z.string(),
  receiver: z.string(),
  act: z.enum(["confirm", "stop"]),
  /** ms; null: it counts as long as the receiver is there. */
  until: z.nullable(z.int()),
});
export type MailLink = z.infer<typeof MailLink>;

/** `site`: origin of the tenant's pages. */
export async function writeLink(secrets: readonly string[], site: string, link: MailLink): Promise<string> {
  return `${site}${MAIL_PATH}?token=${await signToken(secrets, "mail", link)}`;
}

/** Null: forged, of another tenant, or too old. */
export async function readLink(
  secrets: readonly string[],
  tenant: string,
  token: string,
  now: number,
): Promise<MailLink | null> {
  const link = MailLink.safeParse(await openToken(secrets, "mail", token));
  if (!link.success || link.data.tenant !== tenant) return null;
  const { until } = link.data;
  return until !== null && until <= now ? null : link.data;
}
