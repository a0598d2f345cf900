/** A tenant whose answers a test sets, and which remembers what it was asked. */
import type { BindingId, HolderId, SessionKey } from "../../../shared/ids.ts";
import type {
  ClaimAnswer,
  ClaimCall,
  Denied,
  OpenSocket,
  Person,
  TenantCalls,
} from "../../../worker/tenant/tenant-calls.ts";

export class FakeTenant {
  readonly claims: ClaimCall[] = [];
  readonly signOuts: { holder: HolderId; session: SessionKey }[] = [];
  readonly handBacks: { holder: HolderId; binding: BindingId }[] = [];
  /** What the next claims are answered. A function may throw. */
  answer: (call: ClaimCall) => ClaimAnswer | Promise<ClaimAnswer>;
  readonly #granted: () => ClaimAnswer;
  #leaseEnds = Promise.withResolvers<"ended" | "again">();
  watches = 0;
  /** What the watches said of what is open. */
  readonly open: (OpenSocket | undefined)[] = [];
  /** So many watches are answered "again" at once. */
  againTimes = 0;
  leaseIsThere: () => boolean = () => true;
  /** The watches fail with this. */
  watchFault: Error | null = null;
  wantsRecords = false;
  readonly reports: { actor: string; count: number }[] = [];

  constructor(now: () => number, passLifeMs = 28_000) {
    this.#granted = () => {
      const wish = this.wantsRecords ? { wantsRecords: true } : {};
      return { granted: true, pass: { until: now() + passLifeMs }, exempt: false, ...wish };
    };
    this.answer = this.#granted;
  }

  /** A new stub, as the gate asks for one. */
  stub(): TenantCalls {
    const asked = {
      claim: async (call: ClaimCall) => {
        this.claims.push(call);
        return this.answer(call);
      },
      signOut: async (holder: HolderId, session: SessionKey) => {
        this.signOuts.push({ holder, session });
      },
      holderOf: async () => null,
      handBack: async (holder: HolderId, binding: BindingId) => {
        this.handBacks.push({ holder, binding });
      },
      reportRecords: async (actor: Person, count: number) => {
        this.reports.push({ actor: actor.name, count });
        return { ok: true, value: undefined as never };
      },
      ping: async () => undefined,
      hasLease: async () => this.leaseIsThere(),
      watch: async (_holder: HolderId, open?: OpenSocket) => {
        this.watches++;
        this.open.push(open);
        if (this.watchFault !== null) throw this.watchFault;
        if (this.againTimes-- > 0) return "again" as const;
        return this.#leaseEnds.promise;
      },
    } satisfies Partial<TenantCalls>;
    return new Proxy(asked as unknown as TenantCalls, {
      get: (calls, name) =>
        name in calls
          ? Reflect.get(calls, name)
          : () => Promise.reject(new Error(`The gate has no business to call ${String(name)}`)),
    });
  }

  /** After `refuse`. */
  grant(): void {
    this.answer = this.#granted;
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
