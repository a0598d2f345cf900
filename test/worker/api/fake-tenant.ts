/** A tenant that answers what a test tells it, and remembers what it was asked. */
import { DENIAL_REASONS, type DenialReason } from "../../../shared/denial.ts";
import type { HolderId } from "../../../shared/ids.ts";
import type { Status } from "../../../shared/protocol.ts";
import { initialSettings } from "../../../worker/ledger/settings/settings.ts";
import type { RecordsAnswer } from "../../../worker/tenant/audit/records-calls.ts";
import { noCounts } from "../../../worker/tenant/metrics/gate-counts.ts";
import type {
  AdminView,
  Change,
  ClaimAnswer,
  HolderRow,
  KnownPerson,
  StatusAnswer,
  TenantCalls,
  WaitingRow,
} from "../../../worker/tenant/tenant-calls.ts";
import type { TokenRow } from "../../../worker/tenant/tokens/token.ts";

/** By which the fake tenant's tokens are made and told from forged ones. */
export const TOKEN_KEY = "the key of the fake tenant's tokens";

export const SEATED: Status = {
  state: "seated",
  person: "Anna Adams",
  tenant: { name: "Acme Ltd", contact: "IT, extension 4711" },
  limit: 2,
  inUse: 1,
  exempt: false,
  mayAdminister: false,
  seat: { sinceAgeMs: 60_000, tabs: 1, clients: 1, idleInMs: 1_140_000 },
  ended: null,
  denied: null,
  line: null,
  draining: false,
  timing: { heartbeatEveryMs: 60_000, idleTimeoutMs: 1_200_000, idleWarningMs: 60_000 },
};
export const UNSEATED: Status = { ...SEATED, state: "unseated", seat: null };

export const holderRow = (id: string, row: Partial<HolderRow> = {}): HolderRow => ({
  id: id as HolderId,
  name: id,
  email: `${id}@acme.example`,
  role: "user",
  exempt: false,
  named: false,
  over: null,
  pools: [],
  sinceAgeMs: 65 * 60_000,
  activeAgeMs: 40_000,
  tabs: 2,
  clients: 1,
  ...row,
});

export const waitingRow = (id: string, row: Partial<WaitingRow> = {}): WaitingRow => ({
  id: id as HolderId,
  name: id,
  email: null,
  sinceAgeMs: 60_000,
  position: 1,
  offered: false,
  offeredForMs: null,
  reason: "limit_reached",
  ...row,
});

export const VIEW: AdminView = {
  tenant: { name: "Acme Ltd", contact: "IT, extension 4711" },
  version: 7,
  limit: 2,
  effective: { limit: 2, pools: [], until: null },
  inUse: 2,
  overBy: 0,
  over: { observing: 0, overdraft: 0 },
  overdraftUsedMs: 0,
  full: {
    measure: "concurrent",
    limit: 2,
    agreed: 2,
    inUse: 2,
    free: 0,
    overBy: 0,
    isFull: true,
    named: { licences: 0, assigned: 0, inUse: 0 },
  },
  kept: { seats: 0, pools: [] },
  draining: 0,
  idleTimeoutMs: 1_200_000,
  settings: { ...initialSettings(2, 1_200_000), version: 7 },
  seated: 2,
  exempt: 0,
  named: 0,
  found: 2,
  pages: 1,
  page: 1,
  holders: [holderRow("anna", { name: "Anna Adams" }), holderRow("bert", { name: "Bert Baker" })],
  queue: 0,
  waiting: [],
  groups: [],
  warnings: [],
  refusedToday: 0,
  sparedToday: 0,
};

const EXPLANATION: Awaited<ReturnType<TenantCalls["explain"]>> = {
  reason: null,
  rule: "L1",
  sentence: "The person has a seat.",
  counts: { limit: 2, inUse: 1, free: 1, reserved: 0, waiting: 0, draining: 0, position: null },
  facts: [{ fact: "in_use", inUse: 1, limit: 2 }],
  ways: [],
  wouldChange: [],
  change: null,
};

export const TOKEN: TokenRow = {
  id: "abcdef",
  name: "Mail plug-in",
  kind: "mail",
  policy: "consume",
  madeAt: 0,
  madeBy: "Maria",
  lastUsedAt: null,
};

const NUMBERS: Awaited<ReturnType<TenantCalls["readMetrics"]>> = {
  inUse: 1,
  limit: 2,
  effectiveLimit: 3,
  draining: 0,
  exempt: 1,
  named: 0,
  namedLicences: 0,
  namedAssigned: 0,
  waiting: 0,
  oldestWaitMs: 0,
  outboxRows: 0,
  outboxOldestMs: 0,
  alertsWaiting: 0,
  records: null,
  recordsAgreed: null,
  counters: {
    grants: { counted: 5, exempt: 1, named: 0 },
    endings: { released: 1, idle: 0, closed: 2, lost: 0, evicted: 0, signed_out: 1 },
    denials: Object.fromEntries(DENIAL_REASONS.map((reason) => [reason, 0])) as Record<DenialReason, number>,
    heartbeats: 7,
    d1Errors: 0,
    alertFailures: 0,
    gate: noCounts(),
  },
};

type Asked = { [N in keyof TenantCalls]: { call: N; args: Parameters<TenantCalls[N]> } }[keyof TenantCalls];

export class FakeTenant implements TenantCalls {
  readonly asked: Asked[] = [];
  answer: StatusAnswer = { status: SEATED, letsGo: false };
  claimAnswer: ClaimAnswer = { granted: true, pass: { until: Date.now() + 28_000 }, exempt: false };
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
  /** Every call fails, as when the object is overloaded. */
  broken = false;

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

  claim = (...args: Parameters<TenantCalls["claim"]>) => this.#note({ call: "claim", args }, this.claimAnswer);
  heartbeat = (...args: Parameters<TenantCalls["heartbeat"]>) =>
    this.#note({ call: "heartbeat", args }, JSON.stringify(this.answer.status));
  heartbeatText = (said: string) => this.heartbeat(...(JSON.parse(said) as Parameters<TenantCalls["heartbeat"]>));
  lastHeartbeat = (...args: Parameters<TenantCalls["lastHeartbeat"]>) =>
    this.#note({ call: "lastHeartbeat", args }, this.answer);
  bye = (...args: Parameters<TenantCalls["bye"]>) => this.#note({ call: "bye", args }, this.answer);
  release = (...args: Parameters<TenantCalls["release"]>) => this.#note({ call: "release", args }, this.answer);
  handBack = (...args: Parameters<TenantCalls["handBack"]>) => this.#note({ call: "handBack", args }, undefined);
  wait = (...args: Parameters<TenantCalls["wait"]>) => this.#note({ call: "wait", args }, this.answer);
  leave = (...args: Parameters<TenantCalls["leave"]>) => this.#note({ call: "leave", args }, this.answer);
  status = (...args: Parameters<TenantCalls["status"]>) => this.#note({ call: "status", args }, this.answer);
  signOut = (...args: Parameters<TenantCalls["signOut"]>) => this.#note({ call: "signOut", args }, undefined);
  holderOf = (...args: Parameters<TenantCalls["holderOf"]>) => this.#note({ call: "holderOf", args }, null);
  /** The fake tenant's map of rights is the preset's. */
  judge = async (person: Parameters<TenantCalls["judge"]>[0]) => {
    if (this.broken) throw new Error("the object is overloaded");
    return person;
  };
  rights = (...args: Parameters<TenantCalls["rights"]>) => this.#note({ call: "rights", args }, this.rightsAnswer);
  ping = (...args: Parameters<TenantCalls["ping"]>) => this.#note({ call: "ping", args }, undefined);
  hasLease = (...args: Parameters<TenantCalls["hasLease"]>) => this.#note({ call: "hasLease", args }, true);
  vitals = (...args: Parameters<TenantCalls["vitals"]>) =>
    this.#note({ call: "vitals", args }, { dividedAgeMs: null, waiting: 0, waitingMs: 0, moving: false });
  watch = (...args: Parameters<TenantCalls["watch"]>) => this.#note({ call: "watch", args }, "again" as const);
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
  reportRecords = (...args: Parameters<TenantCalls["reportRecords"]>) =>
    this.#note({ call: "reportRecords", args }, this.change);
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
  checkOrigin = (...args: Parameters<TenantCalls["checkOrigin"]>) =>
    this.#note({ call: "checkOrigin", args }, { ok: true as const, value: null });
  listManagers = (...args: Parameters<TenantCalls["listManagers"]>) =>
    this.#note({ call: "listManagers", args }, { ok: true as const, value: [] });
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
