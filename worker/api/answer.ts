/** How the API answers: JSON of which nothing is stored. */

export { answerProblem } from "../problem-response.ts";

/** All that an answer of data needs; the pages of the administration have more, see app.ts. */
const HEADERS = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
};

export function answerJson(body: unknown): Response {
  return Response.json(body, { headers: HEADERS });
}
