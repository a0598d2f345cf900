/**
 * G5: the way on that a page of Hotseat's offers: a form with a button, so that it works without JavaScript and says by
 * itself that a person pressed it. It takes a seat and leads on to the page wanted by a fresh GET.
 */
import { WAY_ON_PATH } from "../../../shared/reserved-path.ts";
import { readPathKind } from "../../http/reserved-path.ts";

/** Address of the way on to `target`, a path of this host with query and fragment. */
export const wayOnTo = (target: string): string => `${WAY_ON_PATH}?to=${encodeURIComponent(target)}`;

/** A page of the CRM's on this host. */
export interface Target {
  /** With its `?`; empty for none. */
  path: string;
  query: string;
  /** With its `#`; empty for none. */
  fragment: string;
}

/** Where a way on leads; to the CRM's first page where the address names none of this host. */
export function readTarget(address: string): Target {
  const { origin, searchParams } = new URL(address);
  const wanted = searchParams.get("to") ?? "/";
  // Behind the origin, what begins with a slash is a path, however it goes on.
  const url = new URL(origin + (wanted.startsWith("/") ? wanted : "/"));
  if (readPathKind(url.href) !== "crm") return { path: "/", query: "", fragment: "" };
  return { path: url.pathname, query: url.search, fragment: url.hash };
}
