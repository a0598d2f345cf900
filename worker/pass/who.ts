/**
 * The who cookie (G3): says to Hotseat's own addresses who the person is, since a CRM may have no cookie that the
 * extension could send. It admits to nothing else.
 */
import * as z from "zod/mini";
import { HolderId, SessionKey, TenantId } from "../../shared/ids.ts";
import type { Config } from "../config.ts";
import { NAME_MAX_CHARS } from "../identity/person-bounds.ts";
import { type Person, ROLES } from "../tenant/tenant-calls.ts";
import { readCookie, WHO_COOKIE } from "./cookies.ts";
import { openToken, signToken } from "./signature.ts";

const ATTRIBUTES = "Path=/; HttpOnly; Secure; SameSite=Lax";

const Payload = z.strictObject({
  tenant: TenantId,
  person: z.strictObject({
    id: HolderId,
    name: z.string(),
    email: z.nullable(z.string()),
    role: z.enum(ROLES),
    groups: z.exactOptional(z.array(z.string())),
  }),
  session: SessionKey,
  /** When the CRM said who it is, in ms of the Worker's clock. */
  identifiedAt: z.int(),
  until: z.int(),
});
export type Who = z.infer<typeof Payload>;

/** Value of `Set-Cookie` with who the person is, for `whoLifeMs` from the time the CRM said so. */
export async function signWho(
  config: Config,
  who: { person: Person; session: SessionKey; identifiedAt: number },
): Promise<string> {
  const { id, name, email, role, groups } = who.person;
  const person = {
    id,
    name: Array.from(name).slice(0, NAME_MAX_CHARS).join(""),
    email,
    role,
    ...(groups === undefined ? {} : { groups }),
  };
  const { session, identifiedAt } = who;
  const until = identifiedAt + config.timing.whoLifeMs;
  const token = await signToken(config.secrets, "who", { tenant: config.tenant, person, session, identifiedAt, until });
  return `${WHO_COOKIE}=${token}; ${ATTRIBUTES}; Max-Age=${Math.floor(config.timing.whoLifeMs / 1_000)}`;
}

/** Value of `Set-Cookie` that takes the who cookie out of the browser. */
export const clearWho = (): string => `${WHO_COOKIE}=; ${ATTRIBUTES}; Max-Age=0`;

/** Who the Cookie header says the person is; null when it says nothing genuine of this tenant that still counts. */
export async function readWho(config: Config, cookieHeader: string | null, now = Date.now()): Promise<Who | null> {
  const raw = readCookie(cookieHeader, WHO_COOKIE);
  if (raw === null) return null;
  const payload = Payload.safeParse(await openToken(config.secrets, "who", raw));
  if (!payload.success || payload.data.tenant !== config.tenant || payload.data.until <= now) return null;
  return payload.data;
}
