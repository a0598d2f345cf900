/**
 * I9: which sign-in of this browser it is. Some CRMs keep a session's value over logout and login; this id is new with
 * each sign-in and makes it another session all the same. So a late answer to the person before belongs to a session
 * that is over, and no isolate takes it for the next person's.
 */

import { newBinding } from "./browser-binding.ts";
import { readCookie, SIGN_IN_COOKIE } from "./cookies.ts";

const ATTRIBUTES = "Path=/; HttpOnly; Secure; SameSite=Lax";

/** null: nobody has signed in since the browser was started. */
export const readSignIn = (cookieHeader: string | null): string | null => readCookie(cookieHeader, SIGN_IN_COOKIE);

/** Value of `Set-Cookie` that begins another. */
export const beginSignIn = (): string => `${SIGN_IN_COOKIE}=${newBinding()}; ${ATTRIBUTES}`;
