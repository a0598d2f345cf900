/** How the API answers: JSON of which nothing is stored. */

export { problemResponse } from "../http/problem-response.ts";

/** All that an answer of data needs; the pages of the administration have more, see admin/answer-page.tsx. */
const HEADERS = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
};
const JSON_HEADERS = new Headers({ "content-type": "application/json", ...HEADERS });

/** JSON that is written already. */
export const answerText = (text: string): Response => new Response(text, { headers: JSON_HEADERS });

export function answerJson(body: unknown): Response {
  return answerText(JSON.stringify(body));
}
