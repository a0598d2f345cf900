/** Calls of the seat service from the page. Never throws: each failure is an answer. */

import type { ApiName, Status } from "../../../shared/protocol.ts";
import { API_PATH } from "../../../shared/reserved-path.ts";
import type { Link } from "./tab-seat.ts";

export type Answer = Status | Exclude<Link, "up" | "unknown">;

const WITHIN_MS = 10_000;
/** The page may put its own in place of it later. */
const send = window.fetch.bind(window);

/** `body` null: asked by GET. `refused`: takes the reason where the seat service names one in not taking the call. */
export async function ask(
  name: ApiName,
  body: unknown,
  withinMs = WITHIN_MS,
  refused?: (reason: string) => void,
): Promise<Answer> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), withinMs);
  try {
    const response = await send(API_PATH + name, {
      method: body === null ? "GET" : "POST",
      cache: "no-store",
      redirect: "manual",
      signal: late.signal,
      // A document that just goes has still said it.
      keepalive: true,
      ...(body === null ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    if (response.type === "opaqueredirect" || response.status === 401) return "signed_out";
    if (response.status === 404) return "absent";
    if (response.status === 409) refused?.((await response.json()).reason);
    return response.ok ? ((await response.json()) as Status) : "down";
  } catch {
    return "down";
  } finally {
    clearTimeout(timer);
  }
}
