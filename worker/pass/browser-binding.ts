/**
 * The browser binding (L9): a random id in a cookie of its own, to which a browser's passes are bound. A hand-back takes
 * the id away, and with it every pass of the binding, also those still on their way in slower answers.
 */
import { BindingId } from "../../shared/ids.ts";
import { BoundedMap } from "../memory/bounded-map.ts";
import { BINDING_COOKIE, readCookie } from "./cookies.ts";
import { toBase64Url } from "./signature.ts";

const ATTRIBUTES = "Path=/; HttpOnly; Secure; SameSite=Lax";
const ID_BYTES = 16;
/** A binding is forgotten for longer than a pass lives, unless this many others were handed back since. */
const FORGOTTEN_MAX = 10_000;

const forgotten = new BoundedMap<BindingId, true>(FORGOTTEN_MAX, { isOwn: true });

/** The binding that the Cookie header shows; null: none, or nothing of the form. */
export function readBinding(cookieHeader: string | null): BindingId | null {
  const parsed = BindingId.safeParse(readCookie(cookieHeader, BINDING_COOKIE));
  return parsed.success ? parsed.data : null;
}

export const newBinding = (): BindingId => toBase64Url(crypto.getRandomValues(new Uint8Array(ID_BYTES))) as BindingId;

/** Value of `Set-Cookie` that gives a browser its binding: for as long as the browser runs. */
export const setBinding = (binding: BindingId): string => `${BINDING_COOKIE}=${binding}; ${ATTRIBUTES}`;

/** Value of `Set-Cookie` that takes the binding away. */
export const clearBinding = (): string => `${BINDING_COOKIE}=; ${ATTRIBUTES}; Max-Age=0`;

/** L9: the binding was handed back; this isolate admits nobody by a pass of it any more. */
export function forgetBinding(binding: BindingId): void {
  forgotten.set(binding, true);
}

export const isForgotten = (binding: BindingId): boolean => forgotten.size > 0 && forgotten.get(binding) === true;
