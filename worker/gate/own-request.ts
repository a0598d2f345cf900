/** Requests to the gate's own addresses that change something: by which method, and from where (P2). */

import { problemResponse } from "../http/problem-response.ts";
import { readOrigin } from "../http/request-origin.ts";

/** Whether the address of a request has this path. */
export function isAt(path: string, address: string): boolean {
  const start = address.indexOf("/", "https://".length);
  if (!address.startsWith(path, start)) return false;
  const end = start + path.length;
  return end === address.length || address[end] === "?";
}

/** null: the method is one of these. */
export function refuseMethod({ method }: Request, methods: readonly string[]): Response | null {
  if (methods.includes(method)) return null;
  const detail = `Ask this address with ${methods.join(" or ")}.`;
  return problemResponse({ code: "wrong_method", detail }, { allow: methods.join(", ") });
}

/** null: the request changes nothing, or comes from a page of this host. */
export function refuseForeign({ method, headers, url }: Request): Response | null {
  if (method === "GET" || readOrigin(headers, new URL(url).origin) === "own") return null;
  const detail = "This is taken only from pages of this host. Open the CRM and press the button there.";
  return problemResponse({ code: "foreign_origin", detail });
}
