/** How the API answers: JSON of which nothing is stored, and problem+json (RFC 9457) for what it cannot do. */
import { PROBLEMS, type Problem, problemBody } from "../../shared/problem.ts";

/** All that an answer of data needs; the pages of the administration have more, see app.ts. */
const HEADERS = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
};
const JSON_HEADERS = new Headers({ "content-type": "application/json", ...HEADERS });
/** A busy tenant object is over it within seconds (FACTS: overloaded, restarted). */
const RETRY_AFTER_SECONDS = "2";

/** JSON that is written already. */
export const answerText = (text: string): Response => new Response(text, { headers: JSON_HEADERS });

export function answerJson(body: unknown): Response {
  return answerText(JSON.stringify(body));
}

export function answerProblem(problem: Problem, headers: Record<string, string> = {}): Response {
  const { status } = PROBLEMS[problem.code];
  const all: Record<string, string> = {
    "content-type": "application/problem+json",
    ...HEADERS,
    ...headers,
  };
  if (problem.code === "busy") all["retry-after"] = RETRY_AFTER_SECONDS;
  return new Response(JSON.stringify(problemBody(problem)), { status, headers: all });
}
