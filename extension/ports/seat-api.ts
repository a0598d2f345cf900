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
  /** By way of this tab's document, with the cookies of its container; null: nothing was said, or every tab has the same. */
  askDocument(call: Call, browserTab: number): Promise<Answer | null>;
  /** L19: in the language that the browser asks for; null: nothing was said, as by a Worker of before. */
  explain(origin: string, documents: readonly number[]): Promise<WhySaid | null>;
}

const ANSWER_WITHIN_MS = 10_000;
/** A waiting question is answered late on purpose. */
const WAIT_ANSWER_WITHIN_MS = TIMING.waitPollMs + ANSWER_WITHIN_MS;

/** CRMs whose person is signed in to a container, and the tab that answered last. */
export interface ContainedCrms {
  get(origin: string): Promise<number | undefined>;
  set(origin: string, browserTab: number): Promise<void>;
}

/** For as long as the background runs. */
export function keptTabs(): ContainedCrms {
  const tabs = new Map<string, number>();
  return {
    get: async (origin) => tabs.get(origin),
    set: async (origin, browserTab) => void tabs.set(origin, browserTab),
  };
}

/** `relay`: where given, asks by way of a document whose cookies the background does not have. */
export function fetchSeatApi(
  send: typeof fetch = (...request) => fetch(...request),
  relay?: Relay,
  contained = keptTabs(),
): SeatApi {
  const containedAt = async (origin: string) => (relay === undefined ? undefined : contained.get(origin));

  async function askDocument(call: Call, browserTab: number): Promise<Answer | null> {
    if (relay === undefined) return null;
    const name: RelayName = call.name;
    const body = call.body === null ? null : JSON.stringify(call.body);
    const said = await relay.ask(browserTab, name, body, AbortSignal.timeout(timeOf(call)));
    if (said === null || said.status === 0) return null;
    const { status, type, text } = said;
    return readAnswer(new Response(status === 204 ? null : text, { status, headers: { "content-type": type } }));
  }

  /** Null: no document answers. One that hangs, as in a dialog of its page, keeps no other from being asked. */
  async function askDocuments(origin: string, call: Call, documents: readonly number[]): Promise<Answer | null> {
    const last = await containedAt(origin);
    let signedOut: Answer | null = null;
    for (const browserTab of documents.toSorted((one, other) => Number(other === last) - Number(one === last))) {
      const answer = await askDocument(call, browserTab);
      if (answer?.kind === "signed_out") signedOut = answer;
      if (answer === null || answer.kind === "signed_out") continue;
      if (answer.kind === "status") await contained.set(origin, browserTab);
      return answer;
    }
    return signedOut;
  }

  return {
    askDocument,
    async ask(origin, call, documents) {
      // G8.12: outside containers somebody else may be signed in, who does not answer for these tabs.
      if (documents.length > 0 && (await containedAt(origin)) !== undefined)
        return (await askDocuments(origin, call, documents)) ?? { kind: "unreachable" };
      const answer = await askHere(origin, call);
      if (answer.kind !== "signed_out") return answer;
      return (await askDocuments(origin, call, documents)) ?? answer;
    },

    async explain(origin, documents) {
      const said = (await containedAt(origin)) === undefined ? await explainHere(origin) : null;
      if (said !== null || relay === undefined) return said;
      for (const browserTab of documents) {
        const relayed = await relay.ask(browserTab, "explain", null, AbortSignal.timeout(ANSWER_WITHIN_MS));
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

/** A later Worker may say a part in a way that is not known here (P4): the rest still holds. null: it is no status. */
function readStatus(said: unknown): Status | null {
  const read = Status.safeParse(said);
  if (read.success) return read.data;
  if (typeof said !== "object" || said === null) return null;
  const less: Record<string, unknown> = { ...said };
  for (const [part] of read.error.issues.map(({ path }) => path)) {
    if (part === "denied") less[part] = "no_seat";
    else if (part === "ended") less[part] = { ...Object(less[part]), cause: "lost" };
    else if (part === "line") less[part] = null;
    else if (typeof part === "string") delete less[part];
  }
  return Status.safeParse(less).data ?? null;
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
    const status = readStatus(await response.json().catch(() => null));
    return status === null ? { kind: "absent" } : { kind: "status", status };
  }
  const isOurs = response.headers.get("content-type")?.includes("problem+json") ?? false;
  // L16: a person who asks a holder twice within minutes is told "too soon" by the seat service itself, which is well.
  if (response.status >= 500 || (response.status === 429 && !isOurs)) return { kind: "unreachable" };
  if (!isOurs) return { kind: "absent" };
  const problem = ProblemBody.safeParse(await response.json().catch(() => null));
  return { kind: "refused", reason: problem.success ? (problem.data.reason ?? null) : null };
}
