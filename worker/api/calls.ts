/** What each address of the API asks of the tenant, and which cookie its answer carries. */
import type * as z from "zod/mini";
import type { DoorProblem, Problem } from "../../shared/problem.ts";
import type { API, ApiName } from "../../shared/protocol.ts";
import type { Result } from "../../shared/result.ts";
import type { Known, StatusAnswer } from "../tenant/tenant-calls.ts";
import type { ApiCall, ApiPorts } from "./api-request.ts";
import { chooseBinding, giveUpBinding, grantCookies, letGoCookies } from "./pass-cookies.ts";
import { SIGNED_OUT } from "./pipeline.ts";

export interface Reply {
  /** JSON of a `Status`. */
  text: string;
  /** Values of `Set-Cookie`, when the browser's pass changes. */
  cookies: readonly string[];
}

type BodyOf<N extends ApiName> = (typeof API)[N]["body"] extends z.ZodMiniType
  ? z.infer<(typeof API)[N]["body"]>
  : Record<never, never>;
type Call<N extends ApiName> = (ports: ApiPorts, call: ApiCall, body: BodyOf<N>) => Promise<Reply | DoorProblem>;

async function replyWith(
  { config }: ApiPorts,
  call: ApiCall,
  answer: Known<StatusAnswer>,
): Promise<Reply | DoorProblem> {
  if (answer === null) return SIGNED_OUT;
  const { status, letsGo } = answer;
  const cookies = letsGo ? await letGoCookies(config, call.request, call.caller) : [];
  return { text: JSON.stringify(status), cookies };
}

async function replyTo(
  ports: ApiPorts,
  call: ApiCall,
  asked: Known<Result<StatusAnswer, Problem>>,
): Promise<Reply | DoorProblem> {
  return asked?.ok === false ? asked.error : replyWith(ports, call, asked?.value ?? null);
}

/**
 * A binding that is given up for good is forgotten before the tenant hears of it, so that no request of another tab is let
 * in by it here. A closed tab gives up nothing by itself: on a mere navigation the pass stays good. Its passes count
 * until the browser shows that it took the answer (L9, receipt.ts).
 */
export const CALLS: { [N in ApiName]: Call<N> } = {
  status: async (ports, call) => replyWith(ports, call, await ports.tenant.status(call.caller)),

  heartbeat: async (ports, call, beat) => {
    if (beat.tabs.length === 0) return replyWith(ports, call, await ports.tenant.lastHeartbeat(call.caller, beat));
    const text = await ports.tenant.heartbeat(call.caller, beat);
    return text === null ? SIGNED_OUT : { text, cookies: [] };
  },

  bye: async (ports, call, { client, tab }) => replyWith(ports, call, await ports.tenant.bye(call.caller, client, tab)),

  release: async (ports, call, { client, tab }) => {
    if (tab === undefined) giveUpBinding(call.request);
    return replyWith(ports, call, await ports.tenant.release(call.caller, client ?? null, tab ?? null));
  },

  // The second call confirms the first: own-routes.ts has told the tenant already what the request proves.
  "hand-back": async (ports, call) => {
    const answer = await ports.tenant.status(call.caller);
    return replyWith(ports, call, answer && { ...answer, letsGo: true });
  },

  wait: async (ports, call) => replyWith(ports, call, await ports.tenant.wait(call.caller)),

  leave: async (ports, call) => replyWith(ports, call, await ports.tenant.leave(call.caller)),

  nudge: async (ports, call) => replyTo(ports, call, await ports.tenant.nudge(call.caller)),

  "answer-nudge": async (ports, call, { keep }) => {
    if (!keep) giveUpBinding(call.request);
    return replyTo(ports, call, await ports.tenant.answerNudge(call.caller, keep));
  },

  "hand-over": async (ports, call, { to }) => {
    const given = await ports.tenant.handOver(call.caller, to);
    if (given?.ok === true) giveUpBinding(call.request);
    return replyTo(ports, call, given);
  },

  request: async (ports, call, { count, note = "" }) =>
    replyTo(ports, call, await ports.tenant.requestSeats(call.caller, { count, note })),

  claim: async (ports, call, { act }) => {
    const { tenant, config } = ports;
    const { person, session, identifiedAt } = call.caller;
    const known = { isRemembered: true, ...(identifiedAt === undefined ? {} : { identifiedAt }) };
    const clientKind = call.fromExtension ? "extension" : "browser";
    const binding = chooseBinding(call.request);
    const claim = await tenant.claim({ person, session, binding, act, active: true, clientKind, ...known });
    const after = await tenant.status(call.caller);
    if (after === null) return SIGNED_OUT;
    if (!claim.granted) {
      return replyWith(ports, call, { ...after, status: { ...after.status, denied: claim.denied.reason } });
    }
    // A seat that ended between the two questions gives the browser no pass; its seat drains.
    if (after.status.state !== "seated") return replyWith(ports, call, after);
    return {
      text: JSON.stringify(after.status),
      cookies: await grantCookies(config, call.request, call.caller, binding, claim.pass),
    };
  },
};
