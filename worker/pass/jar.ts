/**
 * The jar (L9): a random id in a cookie of its own, to which a browser's passes are bound. A hand-back takes the id
 * away, and with it every pass of the jar, also those still on their way in slower answers.
 */
import { JarId } from "../../shared/ids.ts";
import { BoundedMap } from "../memory/bounded-map.ts";
import { JAR_COOKIE, readCookie } from "./cookies.ts";
import { toBase64Url } from "./signature.ts";

const ATTRIBUTES = "Path=/; HttpOnly; Secure; SameSite=Lax";
const ID_BYTES = 16;
/** A jar is forgotten for longer than a pass lives, unless this many others were handed back since. */
const FORGOTTEN_MAX = 10_000;

const forgotten = new BoundedMap<JarId, true>(FORGOTTEN_MAX, { isOwn: true });

/** The jar that the Cookie header shows; null: none, or nothing of the form. */
export function readJar(cookieHeader: string | null): JarId | null {
  const parsed = JarId.safeParse(readCookie(cookieHeader, JAR_COOKIE));
  return parsed.success ? parsed.data : null;
}

export const newJar = (): JarId => toBase64Url(crypto.getRandomValues(new Uint8Array(ID_BYTES))) as JarId;

/** Value of `Set-Cookie` that gives a browser its jar: for as long as the browser runs. */
export const setJar = (jar: JarId): string => `${JAR_COOKIE}=${jar}; ${ATTRIBUTES}`;

/** Value of `Set-Cookie` that takes the jar away. */
export const clearJar = (): string => `${JAR_COOKIE}=; ${ATTRIBUTES}; Max-Age=0`;

/** L9: the jar was handed back; this isolate admits nobody by a pass of it any more. */
export function forgetJar(jar: JarId): void {
  forgotten.set(jar, true);
}

export const isForgotten = (jar: JarId): boolean => forgotten.size > 0 && forgotten.get(jar) === true;
