/** Who sent a request: the CRM's word; the identity cookie of the same session saves asking, and stands in for silence. */

import type { SessionKey } from "../../shared/ids.ts";
import type { Identity } from "../identity/who-am-i.ts";
import { readWho, signWho, type Who } from "../pass/who.ts";
import type { Admission } from "./admissions.ts";
import { NO_COOKIES } from "./carry.ts";
import type { GateParts } from "./gate-parts.ts";
import type { Visit } from "./visit.ts";

/** `who`: what the identity cookie said. */
export type Identified = Identity & { who: Who | null };
export type SignedIn = Extract<Identity, { kind: "signed_in" }> & { who: Who | null };

export async function identify(
  { config, identity, records, now }: GateParts,
  visit: Visit,
  { carrier, session }: Admission,
): Promise<Identified> {
  const { request, origin, path, ctx, cookie } = visit;
  const { headers } = request;
  const who = await readWho(config, cookie, now());
  if (who !== null && who.session === session) identity.remember(session, who.person, who.identifiedAt);
  const visitor = { headers, origin, path, carrier };
  const found = await identity.identify({ ...visitor, session, ctx });
  if (found.kind === "signed_in") records.see(visitor, found.person, ctx);
  return { ...found, who };
}

/** The identity cookie; none where the browser shows as fresh a one. */
export async function whoCookies(
  { config }: GateParts,
  session: SessionKey,
  { person, identifiedAt, who }: SignedIn,
): Promise<readonly string[]> {
  const isKnown = who !== null && who.session === session && who.identifiedAt >= identifiedAt;
  return isKnown ? NO_COOKIES : [await signWho(config, { person, session, identifiedAt })];
}
