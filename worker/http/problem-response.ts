/** P5: a problem as an answer, for programs: problem+json (RFC 9457), `no-store`. */
import { PROBLEMS, type Problem, problemBody } from "../../shared/problem.ts";

/** A busy tenant object recovers within seconds: it was overloaded or restarted. */
const BUSY_RETRY_SECONDS = 2;

export function problemResponse(problem: Problem, headers: Record<string, string> = {}): Response {
  const { status } = PROBLEMS[problem.code];
  const retryAfter = problem.retryAfterSeconds ?? (problem.code === "busy" ? BUSY_RETRY_SECONDS : null);
  const instance = `urn:uuid:${crypto.randomUUID()}`;
  if (status >= 500) console.warn(JSON.stringify({ what: "a problem was answered", code: problem.code, instance }));
  return new Response(JSON.stringify(problemBody(problem, instance)), {
    status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": "same-origin",
      ...(retryAfter === null ? {} : { "retry-after": String(retryAfter) }),
      ...headers,
    },
  });
}
