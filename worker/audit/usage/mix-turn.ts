/** R3, A10: one search for the cheapest mix at a time in each isolate, which serves all tenants. */
import type { Problem } from "../../../shared/problem.ts";
import { err, ok, type Result } from "../../../shared/result.ts";
import { sentence } from "../../../shared/sentence.ts";

/** A page waits so long for the records and the search in them; a request that was broken off says nothing of its end. */
export const TURN_MOST_MS = 20_000;

/** When to ask again: most searches are over by then. */
const AGAIN_SECONDS = 5;

let takenUntil = 0;

/** Searches, unless another is running: then the problem, with when to ask again. */
export async function searchInTurn<T>(search: () => Promise<T>, now = Date.now): Promise<Result<T, Problem>> {
  const at = now();
  if (at < takenUntil) {
    const says = sentence("mixBusy", { seconds: AGAIN_SECONDS });
    return err({ code: "busy", says, retryAfterSeconds: AGAIN_SECONDS });
  }
  const mine = at + TURN_MOST_MS;
  takenUntil = mine;
  try {
    return ok(await search());
  } finally {
    if (takenUntil === mine) takenUntil = 0;
  }
}
