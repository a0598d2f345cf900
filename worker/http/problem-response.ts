/** P5: a problem as an answer, for programs: problem+json (RFC 9457), `no-store`. */
import { type DoorProblem, PROBLEMS, problemBody, type WrittenProblem } from "../../shared/problem.ts";
import { writeSentence } from "../../shared/sentence.ts";
import { ENGLISH } from "../../shared/sentences.ts";

/** A busy tenant object recovers within seconds: it was overloaded or restarted. */
export const BUSY_RETRY_SECONDS = 2;

/** In English: programs read it, and those who write them. */
export function written(problem: DoorProblem): WrittenProblem {
  if ("detail" in problem) return problem;
  const { says, ...rest } = problem;
  return { ...rest, detail: writeSentence(ENGLISH, says) };
}

export function problemResponse(problem: DoorProblem, headers: Record<string, string> = {}): Response {
  const { status } = PROBLEMS[problem.code];
  const retryAfter = problem.retryAfterSeconds ?? (problem.code === "busy" ? BUSY_RETRY_SECONDS : null);
  const instance = `urn:uuid:${crypto.randomUUID()}`;
  if (status >= 500) console.warn(JSON.stringify({ what: "a problem was answered", code: problem.code, instance }));
  return new Response(JSON.stringify(problemBody(written(problem), instance)), {
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
