/** A tenant that answers what a test tells it, and remembers what it was asked. */
import type { BindingId, HolderId, SessionKey } from "../../../shared/ids.ts";
import type { RecordsAnswer } from "../../../worker/tenant/audit/records-calls.ts";
import { readHeartbeat } from "../../../worker/tenant/heartbeat-text.ts";
import type { ShadowAnswer } from "../../../worker/tenant/shadow/shadow-calls.ts";
import {
  type Caller,
  type Change,
  type ClaimAnswer,
  type ClaimCall,
  type Denied,
  type KnownPerson,
  type Manager,
  mayAdminister,
  type OpenSocket,
  type StatusAnswer,
  type TenantCalls,
} from "../../../worker/tenant/tenant-calls.ts";
import type { TokenRow } from "../../../worker/tenant/tokens/token.ts";
import { EXPLANATION, NUMBERS, SEATED, TOKEN, TOKEN_KEY, VIEW } from "./tenant-answers.ts";

type Asked = { [N in keyof TenantCalls]: { call: N; args: Parameters<TenantCalls[N]> } }[keyof TenantCalls];

/** What the gate asks a tenant; anything else it calls is a fault. */
const OF_THE_GATE = [
  "claim",
  "signOut",
  "holderOf",
  "handBack",
  "reportRecords",
  "ping",
  "hasLease",
  "confirmPass",
  "watch",
] as const satisfies readonly (keyof TenantCalls)[];

type AnswerClaim = (call: ClaimCall) => ClaimAnswer | Promise<ClaimAnswer>;

export class FakeTenant implements TenantCalls {
  readonly asked: Asked[] = [];
  readonly claims: ClaimCall[] = [];
  readonly signOuts: { holder: HolderId; session: SessionKey }[] = [];
  readonly handBacks: { holder: HolderId; binding: BindingId }[] = [];
  readonly reports: { actor: string; count: number }[] = [];
  /** What status, heartbeat, release and the like are answered. */
  answer: StatusAnswer = { status: SEATED, letsGo: false };
  /** What the next claims are answered; it may throw. */
  answerClaim: AnswerClaim;
  readonly #granted: AnswerClaim;
  /** L14: of people who may administer. */
  wantsRecords = false;
  leaseIsThere: () => boolean = () => true;
  /** What each watch said of what is open. */
  readonly open: (OpenSocket | undefined)[] = [];
  /** So many watches are answered "again" at once. */
  againTimes = 0;
  /** The watches fail with this. */
  watchFault: Error | null = null;
  #leaseEnds = Promise.withResolvers<"ended" | "again">();
  change: Change = { ok: true, value: VIEW };
  view: Change = { ok: true, value: VIEW };
  recordsAnswer: Change<RecordsAnswer> = {
    ok: true,
    value: {
      head: { seq: 0, hash: "0".repeat(64) },
      lag: 0,
      alerts: { nearPercent: 90, canMail: true, hooks: [], waiting: 0 },
      heads: { key: null, list: [] },
    },
  };
  rightsAnswer: Awaited<ReturnType<TenantCalls["rights"]>> = {
    ok: true,
    value: { version: 7, rights: null, preset: { order: [], rules: [] }, names: [], preview: null },
  };
  known: KnownPerson[] = [];
  tokens: TokenRow[] = [TOKEN];
  shadowAnswer: ShadowAnswer = { shadow: null };
  /** Every call fails, as when the object is overloaded. */
  broken = false;

  constructor(now: () => number = () => Date.now(), passLifeMs = 28_000) {
    this.#granted = ({ person }) => {
      const wish = this.wantsRecords && mayAdminister(person.role) ? { wantsRecords: true } : {};
      return { granted: true, pass: { until: now() + passLifeMs }, exempt: false, ...wish };
    };
    this.answerClaim = this.#granted;
  }

  /** Claims are granted again, after `refuse`. */
  grant(): void {
    this.answerClaim = this.#granted;
  }

  refuse(denied: Partial<Denied> = {}): void {
    const whole: Denied = { reason: "limit_reached", limit: 2, inUse: 2, position: null, ended: null, ...denied };
    this.answerClaim = () => ({ granted: false, denied: whole });
  }

  get watches(): number {
    return this.open.length;
  }

  /** Answers the watches that wait. */
  answerWatch(answer: "ended" | "again"): void {
    const before = this.#leaseEnds;
    this.#leaseEnds = Promise.withResolvers();
    before.resolve(answer);
  }

  /** A new stub, as the gate asks for one. */
  stub(): TenantCalls {
    const calls = Object.fromEntries(OF_THE_GATE.map((name) => [name, this[name]])) as unknown as TenantCalls;
    return new Proxy(calls, {
      get: (target, name) =>
        name in target
          ? Reflect.get(target, name)
          : () => Promise.reject(new Error(`The gate has no business to call ${String(name)}`)),
    });
  }

  /** The arguments of the only call since the last `forget`; fails when there was none or several. */
  only<N extends keyof TenantCalls>(call: N): Parameters<TenantCalls[N]> {
    const [first, ...more] = this.asked;
    if (first?.call !== call || more.length > 0) {
      throw new Error(`expected one call of ${call}, there were: ${this.asked.map((asked) => asked.call).join(", ")}`);
    }
    return first.args as Parameters<TenantCalls[N]>;
  }

  #note<T>(asked: Asked, answer: T): Promise<T> {
    this.asked.push(asked);
    return this.broken ? Promise.reject(new Error("the object is overloaded")) : Promise.resolve(answer);
  }

  claim = async (call: ClaimCall) => {
    this.claims.push(call);
    await this.#note({ call: "claim", args: [call] }, undefined);
    return this.answerClaim(call);
  };
  heartbeat = (...args: Parameters<TenantCalls["heartbeat"]>) =>
    this.#note({ call: "heartbeat", args }, JSON.stringify(this.answer.status));
  heartbeatText = async (caller: string, said: string) => {
    const beat = readHeartbeat(said);
    return beat === null ? null : this.heartbeat(JSON.parse(caller) as Caller, beat);
  };
  lastHeartbeat = (...args: Parameters<TenantCalls["lastHeartbeat"]>) =>
    this.#note({ call: "lastHeartbeat", args }, this.answer);
  bye = (...args: Parameters<TenantCalls["bye"]>) => this.#note({ call: "bye", args }, this.answer);
  release = (...args: Parameters<TenantCalls["release"]>) => this.#note({ call: "release", args }, this.answer);
  handBack = (...args: Parameters<TenantCalls["handBack"]>) => {
    this.handBacks.push({ holder: args[0], binding: args[1] });
    return this.#note({ call: "handBack", args }, undefined);
  };
  wait = (...args: Parameters<TenantCalls["wait"]>) => this.#note({ call: "wait", args }, this.answer);
  leave = (...args: Parameters<TenantCalls["leave"]>) => this.#note({ call: "leave", args }, this.answer);
  status = (...args: Parameters<TenantCalls["status"]>) => this.#note({ call: "status", args }, this.answer);
  signOut = (...args: Parameters<TenantCalls["signOut"]>) => {
    this.signOuts.push({ holder: args[0], session: args[1] });
    return this.#note({ call: "signOut", args }, 0);
  };
  holderOf = (...args: Parameters<TenantCalls["holderOf"]>) => this.#note({ call: "holderOf", args }, null);
  /** The fake tenant's map of rights is the preset's. */
  judge = async (person: Parameters<TenantCalls["judge"]>[0]) => {
    if (this.broken) throw new Error("the object is overloaded");
    return person;
  };
  rights = (...args: Parameters<TenantCalls["rights"]>) => this.#note({ call: "rights", args }, this.rightsAnswer);
  ping = (...args: Parameters<TenantCalls["ping"]>) => this.#note({ call: "ping", args }, undefined);
  hasLease = async (...args: Parameters<TenantCalls["hasLease"]>) =>
    this.#note({ call: "hasLease", args }, this.leaseIsThere());
  /** As the real object has it, of what this one granted. */
  confirmPass = async (...args: Parameters<TenantCalls["confirmPass"]>) => {
    const [{ binding }] = args;
    const isHandedBack = this.handBacks.some((given) => given.binding === binding);
    return this.#note({ call: "confirmPass", args }, !isHandedBack);
  };
  vitals = (...args: Parameters<TenantCalls["vitals"]>) =>
    this.#note({ call: "vitals", args }, { dividedAgeMs: null, waiting: 0, waitingMs: 0, moving: false });
  watch = async (...args: Parameters<TenantCalls["watch"]>) => {
    this.open.push(args[1]);
    await this.#note({ call: "watch", args }, undefined);
    if (this.watchFault !== null) throw this.watchFault;
    return this.againTimes-- > 0 ? ("again" as const) : this.#leaseEnds.promise;
  };
  adminView = (...args: Parameters<TenantCalls["adminView"]>) => this.#note({ call: "adminView", args }, this.view);
  viewHolder = (...args: Parameters<TenantCalls["viewHolder"]>) => {
    const row = this.view.ok ? (this.view.value.holders.find(({ id }) => id === args[1]) ?? null) : null;
    return this.#note({ call: "viewHolder", args }, { ok: true as const, value: row });
  };
  findPeople = (...args: Parameters<TenantCalls["findPeople"]>) =>
    this.#note({ call: "findPeople", args }, { ok: true as const, value: this.known });
  fetch = (...args: Parameters<TenantCalls["fetch"]>) =>
    this.#note({ call: "fetch", args }, new Response(null, { status: 503 }));
  setLimit = (...args: Parameters<TenantCalls["setLimit"]>) => this.#note({ call: "setLimit", args }, this.change);
  setIdleTimeout = (...args: Parameters<TenantCalls["setIdleTimeout"]>) =>
    this.#note({ call: "setIdleTimeout", args }, this.change);
  settleReceiver = (...args: Parameters<TenantCalls["settleReceiver"]>) =>
    this.#note({ call: "settleReceiver", args }, true);
  records = (...args: Parameters<TenantCalls["records"]>) => this.#note({ call: "records", args }, this.recordsAnswer);
  evict = (...args: Parameters<TenantCalls["evict"]>) => this.#note({ call: "evict", args }, this.change);
  changeSettings = (...args: Parameters<TenantCalls["changeSettings"]>) =>
    this.#note({ call: "changeSettings", args }, this.change);
  reportRecords = (...args: Parameters<TenantCalls["reportRecords"]>) => {
    this.reports.push({ actor: args[0].name, count: args[1] });
    return this.#note({ call: "reportRecords", args }, this.change);
  };
  nudge = (...args: Parameters<TenantCalls["nudge"]>) =>
    this.#note({ call: "nudge", args }, { ok: true as const, value: this.answer });
  answerNudge = (...args: Parameters<TenantCalls["answerNudge"]>) =>
    this.#note({ call: "answerNudge", args }, { ok: true as const, value: this.answer });
  handOver = (...args: Parameters<TenantCalls["handOver"]>) =>
    this.#note({ call: "handOver", args }, { ok: true as const, value: this.answer });
  requestSeats = (...args: Parameters<TenantCalls["requestSeats"]>) =>
    this.#note({ call: "requestSeats", args }, { ok: true as const, value: this.answer });
  askForChange = (...args: Parameters<TenantCalls["askForChange"]>) =>
    this.#note({ call: "askForChange", args }, this.change);
  decideRequest = (...args: Parameters<TenantCalls["decideRequest"]>) =>
    this.#note({ call: "decideRequest", args }, this.change);
  explain = (...args: Parameters<TenantCalls["explain"]>) => this.#note({ call: "explain", args }, EXPLANATION);
  explainHolder = (...args: Parameters<TenantCalls["explainHolder"]>) =>
    this.#note({ call: "explainHolder", args }, { ok: true as const, value: EXPLANATION });
  check = (...args: Parameters<TenantCalls["check"]>) =>
    this.#note({ call: "check", args }, { pass: true, denied: null, limit: 2, inUse: 1 });
  groups = (...args: Parameters<TenantCalls["groups"]>) =>
    this.#note({ call: "groups", args }, { ok: true as const, value: { groups: [], view: null, changed: null } });
  shadow = (...args: Parameters<TenantCalls["shadow"]>) =>
    this.#note({ call: "shadow", args }, { ok: true as const, value: this.shadowAnswer });
  checkOrigin = (...args: Parameters<TenantCalls["checkOrigin"]>) =>
    this.#note({ call: "checkOrigin", args }, { ok: true as const, value: null });
  listManagers = (...args: Parameters<TenantCalls["listManagers"]>) =>
    this.#note({ call: "listManagers", args }, { ok: true as const, value: [] as Manager[] });
  scim = (...args: Parameters<TenantCalls["scim"]>) =>
    this.#note({ call: "scim", args }, { ok: true as const, value: { total: 0, resources: [] } });
  makeToken = (...args: Parameters<TenantCalls["makeToken"]>) =>
    this.#note(
      { call: "makeToken", args },
      { ok: true as const, value: { token: "hs_made_once", row: { ...TOKEN, ...args[1] } } },
    );
  listTokens = (...args: Parameters<TenantCalls["listTokens"]>) =>
    this.#note({ call: "listTokens", args }, { ok: true as const, value: this.tokens });
  revokeToken = (...args: Parameters<TenantCalls["revokeToken"]>) =>
    this.#note({ call: "revokeToken", args }, { ok: true as const, value: [] });
  readMetrics = (...args: Parameters<TenantCalls["readMetrics"]>) => this.#note({ call: "readMetrics", args }, NUMBERS);
  tokenKey = async () => {
    if (this.broken) throw new Error("the tenant does not answer");
    return TOKEN_KEY;
  };
  useToken = (...args: Parameters<TenantCalls["useToken"]>) => this.#note({ call: "useToken", args }, TOKEN);
}
