/** Calls of the seat service from the page. Never throws: each failure is an answer. */

import { askOwn, messageOf } from "../../../shared/page/untouched.ts";
import type { ApiName, Status } from "../../../shared/protocol.ts";
import { API_PATH } from "../../../shared/reserved-path.ts";
import type { Link } from "./tab-seat.ts";

export type Answer = Status | Exclude<Link, "up" | "unknown">;

const WITHIN_MS = 10_000;
/** `refused`: takes the reason where the seat service names one in not taking the call. */
export async function ask(
  name: ApiName,
  body: object,
  withinMs = WITHIN_MS,
  refused?: (reason: string) => void,
): Promise<Answer> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), withinMs);
  try {
    const response = await askOwn(API_PATH + name, {
      ...messageOf(body),
      cache: "no-store",
      redirect: "manual",
      signal: late.signal,
      // A document that just goes has still said it.
      keepalive: true,
    });
    if (response.type === "opaqueredirect" || response.status === 401) return "signed_out";
    if (response.status === 409) refused?.((await response.json()).reason);
    return response.ok ? ((await response.json()) as Status) : "down";
  } catch {
    return "down";
  } finally {
    clearTimeout(timer);
  }
}
