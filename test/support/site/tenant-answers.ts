/** What the fake tenant answers as long as a test says nothing else, and rows to make other answers of. */
import { DENIAL_REASONS, type DenialReason } from "../../../shared/denial.ts";
import type { HolderId } from "../../../shared/ids.ts";
import type { Status } from "../../../shared/protocol.ts";
import { initialSettings } from "../../../worker/ledger/settings/settings.ts";
import { noCounts } from "../../../worker/tenant/metrics/gate-counts.ts";
import type { AdminView, HolderRow, TenantCalls, WaitingRow } from "../../../worker/tenant/tenant-calls.ts";
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
  scope: null,
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

export const EXPLANATION: Awaited<ReturnType<TenantCalls["explain"]>> = {
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

export const NUMBERS: Awaited<ReturnType<TenantCalls["readMetrics"]>> = {
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
