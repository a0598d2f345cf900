/** What each address of the API asks of the tenant, and which cookie its answer carries. */
import type * as z from "zod/mini";
import type { Problem } from "../../shared/problem.ts";
import type { API, ApiName } from "../../shared/protocol.ts";
import type { Config } from "../config.ts";
import type { Caller, StatusAnswer, TenantCalls } from "../tenant/tenant-calls.ts";
import { chooseJar, clearCookies, grantCookies, showJar, takeJar } from "./pass-cookies.ts";

export interface ApiPorts {
  tenant: TenantCalls;
  config: Config;
}

/** One request whose sender is known and taken. */
export interface Visit {
  request: Request;
  caller: Caller;
  fromExtension: boolean;
}

export interface Reply {
  /** JSON of a `Status`. */
  text: string;
  /** Values of `Set-Cookie`, when the browser's pass changes. */
  cookies: readonly string[];
}

type BodyOf<N extends ApiName> = (typeof API)[N]["body"] extends z.ZodMiniType
  ? z.infer<(typeof API)[N]["body"]>
  : Record<never, never>;
type Call<N extends ApiName> = (ports: ApiPorts, visit: Visit, body: BodyOf<N>) => Promise<Reply | Problem>;

const replyWith = ({ request }: Visit, { status, clearPass }: StatusAnswer): Reply => ({
  text: JSON.stringify(status),
  cookies: clearPass ? clearCookies(request) : [],
});

/**
 * A jar that is given up for good is taken before the tenant hears of it: in between, a request of another tab could
 * be let in by a pass whose seat has gone to somebody else (L9). A closed tab only shows it: on a mere navigation
 * the pass stays good, and a seat that does end so ends after the grace.
 */
export const CALLS: { [N in ApiName]: Call<N> } = {
  status: async ({ tenant }, visit) => replyWith(visit, await tenant.status(visit.caller)),

  heartbeat: async ({ tenant }, visit, beat) => {
    if (beat.tabs.length > 0) return { text: await tenant.heartbeat(visit.caller, beat), cookies: [] };
    return replyWith(visit, await tenant.lastHeartbeat(visit.caller, beat, showJar(visit.request)));
  },

  bye: async ({ tenant }, visit, { client, tab }) =>
    replyWith(visit, await tenant.bye(visit.caller, client, tab, showJar(visit.request))),

  release: async ({ tenant }, visit, { client, tab }) =>
    replyWith(visit, await tenant.release(visit.caller, client ?? null, tab ?? null, takeJar(visit.request))),

  "hand-back": async ({ tenant }, visit) =>
    replyWith(visit, await tenant.handBack(visit.caller, takeJar(visit.request))),

  wait: async ({ tenant }, visit) => replyWith(visit, await tenant.wait(visit.caller)),

  leave: async ({ tenant }, visit) => replyWith(visit, await tenant.leave(visit.caller)),

  nudge: async ({ tenant }, visit) => {
    const asked = await tenant.nudge(visit.caller);
    return asked.ok ? replyWith(visit, asked.value) : asked.error;
  },

  "answer-nudge": async ({ tenant }, visit, { keep }) => {
    const answered = await tenant.answerNudge(visit.caller, keep, keep ? null : takeJar(visit.request));
    return answered.ok ? replyWith(visit, answered.value) : answered.error;
  },

  claim: async ({ tenant, config }, visit, { act }) => {
    const { person, session } = visit.caller;
    const clientKind = visit.fromExtension ? "extension" : "browser";
    const jar = chooseJar(visit.request);
    const claim = await tenant.claim({ person, session, jar, act, active: true, clientKind });
    const after = await tenant.status(visit.caller);
    if (!claim.granted) {
      return replyWith(visit, { ...after, status: { ...after.status, denied: claim.denied.reason } });
    }
    // A seat that ended between the two questions gives the browser no pass; its seat drains.
    if (after.clearPass || after.status.state !== "seated") return replyWith(visit, after);
    return {
      text: JSON.stringify(after.status),
      cookies: await grantCookies(config, visit.request, visit.caller, jar, claim.pass),
    };
  },
};
