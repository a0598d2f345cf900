/**
 * Branded identifiers. Parsed once at a border (zod), trusted within.
 */
import * as z from "zod/mini";

/** One customer firm: one limit, one Durable Object. Lower case, as in host names. */
export const TenantId = z
  .string()
  .check(z.regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/))
  .brand<"TenantId">();
export type TenantId = z.infer<typeof TenantId>;

/** The CRM's own key of a person (its id or login), as confirmed by the CRM. Opaque, never parsed; whole characters only, and not blanks alone. */
export const HolderId = z
  .string()
  .check(z.minLength(1), z.maxLength(200), z.regex(/^(?=[\s\S]*\S)[^\p{Cc}\p{Cs}]+$/u))
  .brand<"HolderId">();
export type HolderId = z.infer<typeof HolderId>;

const opaque = z.string().check(z.regex(/^[A-Za-z0-9_-]{8,64}$/, "8 to 64 letters, digits, '-' or '_'"));

/** One browser profile's extension, one page agent, or one integration: a random id of its own making. */
export const ClientId = opaque.brand<"ClientId">();
export type ClientId = z.infer<typeof ClientId>;
/** How the ids of page agents begin: a browser that has no extension (A11). */
export const AGENT_CLIENT = "agent-";

/** One open CRM document: a random id that dies with the document, never an address or a title. */
export const TabId = opaque.brand<"TabId">();
export type TabId = z.infer<typeof TabId>;

/**
 * What binds passes to one browser, from one hand-back to the next: a random id in a cookie of its own.
 * Taking the id back takes all its passes with it, also those still on their way.
 */
export const BindingId = opaque.brand<"BindingId">();
export type BindingId = z.infer<typeof BindingId>;

/**
 * Hash of the values that carry a CRM session (cookies or a header): base64url of 16 bytes of SHA-256. Behind a dot the
 * same of the sign-in that made it, where the browser shows one: some CRMs keep a value over logout and login.
 */
export const SessionKey = z
  .string()
  .check(z.regex(/^[A-Za-z0-9_-]{22}(?:\.[A-Za-z0-9_-]{22})?$/))
  .brand<"SessionKey">();
export type SessionKey = z.infer<typeof SessionKey>;

/** Whether the key is of the session that has ended: a key without a sign-in stands for every sign-in by its value. */
export const isOfEnded = (key: SessionKey, ended: SessionKey): boolean =>
  key === ended || (!ended.includes(".") && key.startsWith(`${ended}.`));

/** One episode of wanting a seat in vain. */
export type DenialId = string & { readonly __denial: never };
