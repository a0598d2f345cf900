/**
 * Asks the seat service of a CRM (shared/protocol.ts). The browser adds the CRM's cookies; the answer is read
 * loosely, so that an older extension goes on with a newer Worker. Never throws: each failure is an answer.
 */
import { API, API_PATH, Status } from "../../shared/protocol.ts";
import { TIMING } from "../../shared/timing.ts";
import type { Answer, Call } from "../seat/call.ts";

export interface SeatApi {
  ask(origin: string, call: Call): Promise<Answer>;
}

const ANSWER_WITHIN_MS = 10_000;
/** A waiting question is answered late on purpose. */
const WAIT_ANSWER_WITHIN_MS = TIMING.waitPollMs + ANSWER_WITHIN_MS;

export function fetchSeatApi(send: typeof fetch = (...request) => fetch(...request)): SeatApi {
  return {
    async ask(origin, call) {
      try {
        const response = await send(new URL(API_PATH + call.name, origin), {
          method: API[call.name].method,
          credentials: "include",
          redirect: "manual",
          cache: "no-store",
          referrerPolicy: "no-referrer",
          signal: AbortSignal.timeout(call.name === "wait" ? WAIT_ANSWER_WITHIN_MS : ANSWER_WITHIN_MS),
          ...(call.body === null
            ? {}
            : { body: JSON.stringify(call.body), headers: { "content-type": "application/json" } }),
        });
        return await readAnswer(response);
      } catch {
        return { kind: "unreachable" };
      }
    },
  };
}

async function readAnswer(response: Response): Promise<Answer> {
  if (response.type === "opaqueredirect" || response.status === 401) return { kind: "signed_out" };
  if (response.ok) {
    const status = Status.safeParse(await response.json().catch(() => null));
    return status.success ? { kind: "status", status: status.data } : { kind: "absent" };
  }
  if (response.status >= 500 || response.status === 429) return { kind: "unreachable" };
  const isOurs = response.headers.get("content-type")?.includes("problem+json") ?? false;
  return { kind: isOurs ? "refused" : "absent" };
}
