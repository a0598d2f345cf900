/**
 * Asks the seat service of a CRM (shared/protocol.ts). The browser adds the CRM's cookies; the answer is read
 * loosely, so that an older extension goes on with a newer Worker. Never throws: each failure is an answer.
 */
import { ProblemBody } from "../../shared/problem.ts";
import { API, API_PATH, Status } from "../../shared/protocol.ts";
import { TIMING } from "../../shared/timing.ts";
import { WhySaid } from "../../shared/why.ts";
import type { RelayName } from "../messages.ts";
import type { Answer, Call } from "../seat/call.ts";
import type { Relay } from "./relay.ts";

export interface SeatApi {
  /** `documents`: the browser's tabs in which the CRM is open, which may know cookies that the background does not. */
  ask(origin: string, call: Call, documents: readonly number[]): Promise<Answer>;
  /** L19: in the language that the browser asks for; null: nothing was said, as by a Worker of before. */
  explain(origin: string, documents: readonly number[]): Promise<WhySaid | null>;
}

const ANSWER_WITHIN_MS = 10_000;
/** A waiting question is answered late on purpose. */
const WAIT_ANSWER_WITHIN_MS = TIMING.waitPollMs + ANSWER_WITHIN_MS;

/** `relay`: where given, asks by way of a document whose cookies the background does not have. */
export function fetchSeatApi(send: typeof fetch = (...request) => fetch(...request), relay?: Relay): SeatApi {
  /** CRMs whose person is signed in to a container. */
  const contained = new Set<string>();

  /** Null: no document has anything else to say. */
  async function askDocuments(call: Call, documents: readonly number[]): Promise<Answer | null> {
    if (relay === undefined) return null;
    const name: RelayName = call.name;
    const within = AbortSignal.timeout(timeOf(call));
    for (const browserTab of documents) {
      const said = await relay.ask(browserTab, name, call.body === null ? null : JSON.stringify(call.body), within);
      if (said === null || said.status === 0) continue;
      const { status, type, text } = said;
      const answer = await readAnswer(
        new Response(status === 204 ? null : text, { status, headers: { "content-type": type } }),
      );
      if (answer.kind !== "signed_out") return answer;
    }
    return null;
  }

  return {
    async ask(origin, call, documents) {
      if (contained.has(origin)) {
        const answer = await askDocuments(call, documents);
        if (answer !== null) return answer;
      }
      const answer = await askHere(origin, call);
      if (answer.kind !== "signed_out" || contained.has(origin)) return answer;
      const better = await askDocuments(call, documents);
      if (better?.kind === "status") contained.add(origin);
      return better ?? answer;
    },

    async explain(origin, documents) {
      const said = contained.has(origin) ? null : await explainHere(origin);
      if (said !== null || relay === undefined) return said;
      const within = AbortSignal.timeout(ANSWER_WITHIN_MS);
      for (const browserTab of documents) {
        const relayed = await relay.ask(browserTab, "explain", null, within);
        const read = relayed?.status === 200 ? readWhy(relayed.text) : null;
        if (read !== null) return read;
      }
      return null;
    },
  };

  async function explainHere(origin: string): Promise<WhySaid | null> {
    try {
      const response = await send(new URL(`${API_PATH}explain`, origin), {
        method: "GET",
        credentials: "include",
        redirect: "manual",
        cache: "no-store",
        referrerPolicy: "no-referrer",
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      return response.ok ? readWhy(await response.text()) : null;
    } catch {
      return null;
    }
  }

  async function askHere(origin: string, call: Call): Promise<Answer> {
    try {
      const response = await send(new URL(API_PATH + call.name, origin), {
        method: API[call.name].method,
        credentials: "include",
        redirect: "manual",
        cache: "no-store",
        referrerPolicy: "no-referrer",
        signal: AbortSignal.timeout(timeOf(call)),
        ...(call.body === null
          ? {}
          : { body: JSON.stringify(call.body), headers: { "content-type": "application/json" } }),
      });
      return await readAnswer(response);
    } catch {
      return { kind: "unreachable" };
    }
  }
}

function readWhy(text: string): WhySaid | null {
  try {
    const { said } = JSON.parse(text) as { said?: unknown };
    return WhySaid.safeParse(said).data ?? null;
  } catch {
    return null;
  }
}

const timeOf = (call: Call): number => (call.name === "wait" ? WAIT_ANSWER_WITHIN_MS : ANSWER_WITHIN_MS);

async function readAnswer(response: Response): Promise<Answer> {
  if (response.type === "opaqueredirect" || response.status === 401) return { kind: "signed_out" };
  if (response.ok) {
    const status = Status.safeParse(await response.json().catch(() => null));
    return status.success ? { kind: "status", status: status.data } : { kind: "absent" };
  }
  const isOurs = response.headers.get("content-type")?.includes("problem+json") ?? false;
  // L16: a person who asks a holder twice within minutes is told "too soon" by the seat service itself, which is well.
  if (response.status >= 500 || (response.status === 429 && !isOurs)) return { kind: "unreachable" };
  if (!isOurs) return { kind: "absent" };
  const problem = ProblemBody.safeParse(await response.json().catch(() => null));
  return { kind: "refused", reason: problem.success ? (problem.data.reason ?? null) : null };
}
