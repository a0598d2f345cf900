/** What each address of the API asks of the tenant, and which cookie its answer carries. */
import type * as z from "zod/mini";
import type { DoorProblem } from "../../shared/problem.ts";
import type { API, ApiName } from "../../shared/protocol.ts";
import type { StatusAnswer } from "../tenant/tenant-calls.ts";
import type { ApiCall, ApiPorts } from "./api-request.ts";
import { chooseBinding, giveUpBinding, grantCookies, letGoCookies } from "./pass-cookies.ts";

export interface Reply {
  /** JSON of a `Status`. */
  text: string;
  /** Values of `Set-Cookie`, when the browser's pass changes. */
  cookies: readonly string[];
}

type BodyOf<N extends ApiName> = (typeof API)[N]["body"] extends z.ZodMiniType
  ? z.infer<(typeof API)[N]["body"]>
  : Record<never, never>;
type Call<N extends ApiName> = (ports: ApiPorts, visit: ApiCall, body: BodyOf<N>) => Promise<Reply | DoorProblem>;

async function replyWith({ config }: ApiPorts, visit: ApiCall, { status, letsGo }: StatusAnswer): Promise<Reply> {
  const cookies = letsGo ? await letGoCookies(config, visit.request, visit.caller) : [];
  return { text: JSON.stringify(status), cookies };
}

/**
 * A binding that is given up for good is forgotten before the tenant hears of it, so that no request of another tab is let
 * in by it here. A closed tab gives up nothing by itself: on a mere navigation the pass stays good. Its passes count
 * until the browser shows that it took the answer (L9, receipt.ts).
 */
export const CALLS: { [N in ApiName]: Call<N> } = {
  status: async (ports, visit) => replyWith(ports, visit, await ports.tenant.status(visit.caller)),

  heartbeat: async (ports, visit, beat) => {
    if (beat.tabs.length > 0) return { text: await ports.tenant.heartbeat(visit.caller, beat), cookies: [] };
    return replyWith(ports, visit, await ports.tenant.lastHeartbeat(visit.caller, beat));
  },

  bye: async (ports, visit, { client, tab }) =>
    replyWith(ports, visit, await ports.tenant.bye(visit.caller, client, tab)),

  release: async (ports, visit, { client, tab }) => {
    if (tab === undefined) giveUpBinding(visit.request);
    return replyWith(ports, visit, await ports.tenant.release(visit.caller, client ?? null, tab ?? null));
  },

  // The second call confirms the first: own-routes.ts has told the tenant already what the request proves.
  "hand-back": async (ports, visit) =>
    replyWith(ports, visit, { ...(await ports.tenant.status(visit.caller)), letsGo: true }),

  wait: async (ports, visit) => replyWith(ports, visit, await ports.tenant.wait(visit.caller)),

  leave: async (ports, visit) => replyWith(ports, visit, await ports.tenant.leave(visit.caller)),

  nudge: async (ports, visit) => {
    const asked = await ports.tenant.nudge(visit.caller);
    return asked.ok ? replyWith(ports, visit, asked.value) : asked.error;
  },

  "answer-nudge": async (ports, visit, { keep }) => {
    if (!keep) giveUpBinding(visit.request);
    const answered = await ports.tenant.answerNudge(visit.caller, keep);
    return answered.ok ? replyWith(ports, visit, answered.value) : answered.error;
  },

  "hand-over": async (ports, visit, { to }) => {
    const given = await ports.tenant.handOver(visit.caller, to);
    if (!given.ok) return given.error;
    giveUpBinding(visit.request);
    return replyWith(ports, visit, given.value);
  },

  request: async (ports, visit, { count, note = "" }) => {
    const asked = await ports.tenant.requestSeats(visit.caller, { count, note });
    return asked.ok ? replyWith(ports, visit, asked.value) : asked.error;
  },

  claim: async (ports, visit, { act }) => {
    const { tenant, config } = ports;
    const { person, session } = visit.caller;
    const clientKind = visit.fromExtension ? "extension" : "browser";
    const binding = chooseBinding(visit.request);
    const claim = await tenant.claim({ person, session, binding, act, active: true, clientKind, isRemembered: true });
    const after = await tenant.status(visit.caller);
    if (!claim.granted) {
      return replyWith(ports, visit, { ...after, status: { ...after.status, denied: claim.denied.reason } });
    }
    // A seat that ended between the two questions gives the browser no pass; its seat drains.
    if (after.status.state !== "seated") return replyWith(ports, visit, after);
    return {
      text: JSON.stringify(after.status),
      cookies: await grantCookies(config, visit.request, visit.caller, binding, claim.pass),
    };
  },
};
