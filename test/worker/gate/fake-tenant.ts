/** A tenant whose answers a test sets, and which remembers what it was asked. */
import type { HolderId, SessionKey } from "../../../shared/ids.ts";
import type { ClaimAnswer, ClaimCall, Denied, TenantCalls } from "../../../worker/tenant/tenant-calls.ts";

export class FakeTenant {
  readonly claims: ClaimCall[] = [];
  readonly signOuts: { holder: HolderId; session: SessionKey }[] = [];
  /** What the next claims are answered. A function may throw. */
  answer: (call: ClaimCall) => ClaimAnswer | Promise<ClaimAnswer>;
  #leaseEnds = Promise.withResolvers<"ended" | "again">();
  watches = 0;

  constructor(now: () => number, passLifeMs = 28_000) {
    this.answer = () => ({ granted: true, pass: { until: now() + passLifeMs }, exempt: false });
  }

  /** A new stub, as the gate asks for one. */
  stub(): TenantCalls {
    const unasked = (name: string) => () => Promise.reject(new Error(`The gate has no business to call ${name}`));
    return {
      claim: async (call) => {
        this.claims.push(call);
        return this.answer(call);
      },
      signOut: async (holder, session) => {
        this.signOuts.push({ holder, session });
      },
      watch: () => {
        this.watches++;
        return this.#leaseEnds.promise;
      },
      heartbeat: unasked("heartbeat"),
      bye: unasked("bye"),
      release: unasked("release"),
      handBack: unasked("handBack"),
      wait: unasked("wait"),
      leave: unasked("leave"),
      status: unasked("status"),
      adminView: unasked("adminView"),
      setLimit: unasked("setLimit"),
      setIdleTimeout: unasked("setIdleTimeout"),
      evict: unasked("evict"),
      records: unasked("records"),
    };
  }

  refuse(denied: Partial<Denied> = {}): void {
    const whole: Denied = { reason: "limit_reached", limit: 2, inUse: 2, position: null, ended: null, ...denied };
    this.answer = () => ({ granted: false, denied: whole });
  }

  answerWatch(answer: "ended" | "again"): void {
    const before = this.#leaseEnds;
    this.#leaseEnds = Promise.withResolvers();
    before.resolve(answer);
  }
}
