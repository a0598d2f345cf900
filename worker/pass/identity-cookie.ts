/**
 * The identity cookie (G3): says to Hotseat's own addresses who the person is, since a CRM may have no cookie that the
 * extension could send. It admits to nothing else.
 */
import * as z from "zod/mini";
import { HolderId, SessionKey, TenantId } from "../../shared/ids.ts";
import type { Config } from "../config/config.ts";
import { type Person, ROLES } from "../ledger/person.ts";
import { readCookie, WHO_COOKIE } from "./cookies.ts";
import { shownName } from "./person-bounds.ts";
import { openToken, signToken } from "./signature.ts";

const ATTRIBUTES = "Path=/; HttpOnly; Secure; SameSite=Lax";

/** A CRM that renews its session's value leaves several at a time: requests and answers cross. */
export const VALUES_MAX = 6;

const sessionFields = {
  /** The session's name for as long as it lasts: the key of the value that it began with. */
  session: SessionKey,
  /** Keys of the values that the CRM gave it since, the latest first (G9); left out: none. */
  values: z.exactOptional(z.array(SessionKey).check(z.maxLength(VALUES_MAX))),
  /** When the CRM was asked who it is, in ms of the Worker's clock. */
  identifiedAt: z.int(),
  until: z.int(),
};

const Payload = z.strictObject({
  tenant: TenantId,
  person: z.strictObject({
    id: HolderId,
    name: z.string(),
    email: z.nullable(z.string()),
    role: z.enum(ROLES),
    groups: z.exactOptional(z.array(z.string())),
    crmRoles: z.exactOptional(z.int()),
    listed: z.exactOptional(z.enum(ROLES)),
    names: z.exactOptional(z.array(z.string())),
  }),
  ...sessionFields,
});
export type IdentityCookie = z.infer<typeof Payload>;

/** Of somebody who needs no seat (I7): says nothing to Hotseat's own addresses. */
const ExemptPayload = z.strictObject({ tenant: TenantId, ...sessionFields });
export type Exempt = z.infer<typeof ExemptPayload>;

/** What an identity cookie proves of a request: whose session it is, since the sign-in that made it. */
export type Proof = ({ kind: "person" } & IdentityCookie) | ({ kind: "exempt" } & Exempt);

/** A session and since when it is known whose it is. */
export interface Signed {
  session: SessionKey;
  /** Left out: none but the first. */
  values?: readonly SessionKey[];
  identifiedAt: number;
}

/** Value of `Set-Cookie` with who the person is, for `whoLifeMs` from the time the CRM said so. */
export function signIdentityCookie(config: Config, who: Signed & { person: Person }): Promise<string> {
  const { id, name, email, role, groups, crmRoles, listed, names } = who.person;
  const person = {
    id,
    name: shownName(name),
    email,
    role,
    ...(groups === undefined ? {} : { groups }),
    ...(crmRoles === undefined ? {} : { crmRoles }),
    ...(listed === undefined ? {} : { listed }),
    ...(names === undefined ? {} : { names }),
  };
  return sign(config, "who", { person }, who);
}

/** The same for somebody who needs no seat. */
export const signExempt = (config: Config, signed: Signed): Promise<string> => sign(config, "exempt", {}, signed);

async function sign(
  { tenant, secrets, timing }: Config,
  purpose: "who" | "exempt",
  more: object,
  { session, values = [], identifiedAt }: Signed,
): Promise<string> {
  const until = identifiedAt + timing.whoLifeMs;
  const renewed = values.length === 0 ? {} : { values: values.slice(0, VALUES_MAX) };
  const token = await signToken(secrets, purpose, { tenant, ...more, session, ...renewed, identifiedAt, until });
  return `${WHO_COOKIE}=${token}; ${ATTRIBUTES}; Max-Age=${Math.floor(timing.whoLifeMs / 1_000)}`;
}

/** Value of `Set-Cookie` that takes the identity cookie out of the browser. */
export const clearIdentityCookie = (): string => `${WHO_COOKIE}=; ${ATTRIBUTES}; Max-Age=0`;

/** Who the Cookie header says the person is; null when it says nothing genuine of this tenant that still counts. */
export async function readIdentityCookie(
  config: Config,
  cookieHeader: string | null,
  now = Date.now(),
): Promise<IdentityCookie | null> {
  const proof = await readProof(config, cookieHeader, now);
  return proof?.kind === "person" ? proof : null;
}

/** The same, also of somebody who needs no seat. */
export async function readProof(config: Config, cookieHeader: string | null, now: number): Promise<Proof | null> {
  const raw = readCookie(cookieHeader, WHO_COOKIE);
  if (raw === null) return null;
  const { tenant, secrets } = config;
  const who = Payload.safeParse(await openToken(secrets, "who", raw));
  if (who.success) return who.data.tenant === tenant && who.data.until > now ? { kind: "person", ...who.data } : null;
  const exempt = ExemptPayload.safeParse(await openToken(secrets, "exempt", raw));
  if (!exempt.success || exempt.data.tenant !== tenant || exempt.data.until <= now) return null;
  return { kind: "exempt", ...exempt.data };
}

/** Whether a value with this key is one of the session's. */
export const isOfSession = (
  { session, values = [] }: Pick<IdentityCookie, "session" | "values">,
  value: SessionKey,
): boolean => session === value || values.includes(value);
