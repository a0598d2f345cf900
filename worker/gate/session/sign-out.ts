/** G5: signing out of the CRM from a page of Hotseat's, by the preset's logout. */
import { OWN_PATH } from "../../../shared/protocol.ts";
import { compileCookieTest } from "../../identity/cookie-names.ts";
import type { Preset } from "../../identity/preset/preset-schema.ts";
import type { SessionChange } from "../../identity/preset/request-schema.ts";
import { findCookies } from "../../pass/cookies.ts";

/** A form that signs out. */
export interface SignOut {
  method: "get" | "post";
  path: string;
  fields: readonly (readonly [name: string, value: string])[];
}

/** Clears the cookies that carry the browser's session, for CRMs whose logout no form can call. */
export const SIGN_OUT_PATH = `${OWN_PATH}sign-out`;

/** null: the session is in no cookie, and the logout is a call that only the CRM's own page can make. */
export function signOutOf({ logout, carriers }: Preset): SignOut | null {
  const form = logout.map(formOf).find((found) => found !== null);
  if (form !== undefined) return form;
  const isInCookies = carriers.flat().some(({ header }) => header === undefined);
  return isInCookies ? { method: "post", path: SIGN_OUT_PATH, fields: [] } : null;
}

/** null where the address is no page's: calls take JSON, or answer it. */
function formOf({ method, path, query, form, pointer }: SessionChange): SignOut | null {
  if (pointer !== undefined || /[:*]/.test(path) || /\/api\//.test(path)) return null;
  const [inQuery, inForm] = [fieldsOf(query), fieldsOf(form)];
  if (method === "GET" && inForm.length === 0) return { method: "get", path, fields: inQuery };
  if (method !== "POST" && method !== undefined) return null;
  const search = new URLSearchParams(inQuery.map(([name, value]) => [name, value]));
  return { method: "post", path: search.size === 0 ? path : `${path}?${search}`, fields: inForm };
}

const fieldsOf = (fields: SessionChange["query"]): [string, string][] =>
  Object.entries(fields ?? {}).map(([name, values]) => [name, values[0] ?? ""]);

/** Names of the cookies that may carry a session of the CRM: those in the header, and those that the preset names. */
export function findSessionCookies({ carriers }: Preset, header: string): string[] {
  const parts = carriers.flat();
  const tests = parts.map(compileCookieTest);
  const pairs = findCookies(header, (name) => tests.some((isWanted) => isWanted(name)));
  const shown = pairs.map((pair) => pair.slice(0, pair.indexOf("=")).trim());
  return [...new Set([...shown, ...parts.flatMap(({ cookie }) => cookie ?? [])])];
}
