/** Messages as the API's document shows them. */

export const CLIENT = "client-4f1c9a";
export const TAB = "tab-0d93b2e1";
export const BEAT = { client: CLIENT, seq: 12, tabs: [{ id: TAB, activeAgeMs: 1_500 }] };
export const PERSON = { id: "anna", name: "Anna Adams", email: "anna@acme.example" };

const TENANT = { name: "Acme Ltd", contact: "IT, extension 4711" };

export const STATUS = {
  state: "seated",
  person: "Anna Adams",
  tenant: TENANT,
  limit: 10,
  inUse: 8,
  exempt: false,
  mayAdminister: false,
  seat: { sinceAgeMs: 125_000, tabs: 2, clients: 1, idleInMs: 1_198_500 },
  ended: null,
  denied: null,
  line: null,
  nudge: null,
  handover: { people: [{ id: "ben", name: "Ben Baker" }] },
  closing: null,
  announcement: { id: "a7", text: "Maintenance at 18:00, please save.", endsInMs: 5_400_000 },
  request: null,
  mayRequest: true,
  button: "bottom-right",
  draining: false,
  timing: { heartbeatEveryMs: 60_000, idleTimeoutMs: 1_200_000, idleWarningMs: 60_000 },
};

export const VIEW = {
  scope: null,
  tenant: TENANT,
  version: 7,
  limit: 10,
  effective: { limit: 10, pools: [], until: null },
  inUse: 1,
  overBy: 0,
  over: { observing: 0, overdraft: 0 },
  overdraftUsedMs: 0,
  full: {
    measure: "concurrent",
    limit: 10,
    agreed: 10,
    inUse: 1,
    free: 9,
    overBy: 0,
    isFull: false,
    named: { licences: 0, assigned: 0, inUse: 0 },
  },
  kept: { seats: 0, pools: [] },
  draining: 0,
  idleTimeoutMs: 1_200_000,
  settings: {
    limit: 10,
    idleTimeoutMs: 1_200_000,
    version: 7,
    model: "concurrent",
    timeZone: "Europe/Berlin",
    contact: "IT, extension 4711",
    named: { licences: 0, assigned: [] },
    exempt: [],
    records: { agreed: null, count: null },
    pools: [],
    boosts: [],
    holidays: [{ date: "2026-12-25", name: "Christmas Day", yearly: true }],
    enforced: true,
    overdraft: { seats: 0, hoursPerMonth: null },
    nudge: { allowed: true, showNames: false },
    handover: "turn",
    announcement: null,
    closing: null,
    requests: [
      {
        id: "q3",
        kind: "more",
        count: 1,
        note: "Month end.",
        person: { id: "ben", name: "Ben Baker", role: "user" },
        at: 1_789_100_000_000,
        decision: null,
      },
    ],
    rights: null,
    button: "bottom-right",
    refusalToleranceMs: 60_000,
    history: [{ version: 7, by: "Maria Manager", what: "the limit from 8 to 10" }],
  },
  seated: 1,
  exempt: 0,
  named: 0,
  found: 1,
  pages: 1,
  page: 1,
  holders: [
    {
      id: "anna",
      name: "Anna Adams",
      email: "anna@acme.example",
      role: "user",
      exempt: false,
      named: false,
      over: null,
      pools: [],
      sinceAgeMs: 125_000,
      activeAgeMs: 1_500,
      tabs: 2,
      clients: 1,
    },
  ],
  queue: 0,
  waiting: [],
  groups: [{ name: "finance", people: 2, names: ["Anna Lindström", "Ben Okafor"] }],
  warnings: [{ kind: "no_receiver", values: {} }],
  refusedToday: 0,
  sparedToday: 0,
};

export const EXPLANATION = {
  reason: "limit_reached",
  rule: "L2",
  sentence: "All licences are occupied, by leases, by passes still out, or by offers.",
  counts: { limit: 10, inUse: 10, free: 0, reserved: 0, waiting: 1, draining: 0, position: 1 },
  facts: [{ fact: "in_use", inUse: 10, limit: 10 }, { fact: "nobody_ahead" }],
  ways: [{ way: "given_back" }],
  wouldChange: ["A holder releases the licence, is idle for the time-out, or closes the last tab."],
  said: {
    title: "Why?",
    facts: ["All licences are in use.", "10 of 10 licences are in use.", "Nobody waits before you."],
    waysTitle: "What would change it",
    ways: ["Somebody gives a licence back, is idle past the time-out, or closes their last tab."],
    changeTitle: "The smallest change that would be enough",
    change: [],
  },
  change: [{ what: "limit", from: 10, to: 12 }],
};

const GROUP = {
  id: "k3x9qa7m",
  name: "Finance",
  rules: ["*@books.acme.example"],
  source: "hand",
  revision: 3,
  people: 1,
  madeAt: 1_790_000_000_000,
};

export const GROUPS = {
  groups: [GROUP],
  view: {
    group: GROUP,
    people: [{ id: null, name: "anna@acme.example", known: null }],
    found: 1,
    page: 1,
    pages: 1,
  },
  changed: { added: 1, taken: 0, already: 0 },
};

export const SHADOW = {
  shadow: {
    beganAt: 1_790_000_000_000,
    until: 1_791_209_600_000,
    by: "Maria Manager",
    ended: null,
    traces: [{ field: "limit", from: 10, to: 8 }],
    proposed: { limit: 8 },
    live: {
      refused: 1,
      brief: 0,
      reasons: { limit_reached: 1 },
      waitedMs: 180_000,
      gaveUp: 0,
      lostMs: 0,
      beyond: 0,
      most: 10,
    },
    tried: {
      refused: 4,
      brief: 1,
      reasons: { limit_reached: 4 },
      waitedMs: 2_400_000,
      gaveUp: 0,
      lostMs: 0,
      beyond: 0,
      most: 8,
    },
    kinds: {
      kept_out: { count: 3, ms: 2_160_000 },
      let_in: { count: 0, ms: 0 },
      ended_sooner: { count: 0, ms: 0 },
      kept_longer: { count: 0, ms: 0 },
    },
    hours: [{ hour: 497_222, live: { refused: 1, most: 10 }, tried: { refused: 4, most: 8 } }],
    people: [
      {
        holder: "anna",
        name: "Anna Adams",
        kind: "kept_out",
        reason: "limit_reached",
        from: 1_790_000_600_000,
        to: 1_790_001_320_000,
      },
    ],
  },
};

export const RECEIVERS = {
  nearPercent: 90,
  canMail: true,
  hooks: [
    {
      id: "h7Qz2m",
      kind: "generic",
      address: "hooks.acme.example/…",
      on: ["full", "denied"],
      events: true,
      names: false,
      heads: false,
      report: false,
      signed: true,
      confirmed: true,
      lag: 0,
      last: { at: 1_795_252_323_000, fault: null, off: null },
    },
  ],
  waiting: 0,
  secret: null,
};

export const TOKEN = {
  id: "k3x9qa",
  name: "Mail plug-in",
  kind: "mail",
  policy: "consume",
  madeAt: 1_790_000_000_000,
  madeBy: "Maria Manager",
  lastUsedAt: null,
};

export const VERDICT = {
  verdict: "PASS",
  reason: null,
  message: null,
  validForMs: 28_000,
  consumed: true,
  overdraft: false,
  limit: 10,
  inUse: 8,
};

export const METRICS = [
  "# HELP hotseat_seats_in_use Counted people who have a seat.",
  "# TYPE hotseat_seats_in_use gauge",
  "hotseat_seats_in_use 8",
  "",
].join("\n");

export const RIGHTS_MAP = {
  order: ["Sales", "Accountant", "Controller"],
  rules: [
    { of: "role", name: "Accountant", orHigher: true, right: "licence_manager" },
    { of: "group", name: "IT", right: "admin" },
    { of: "role", name: "support", right: "support" },
  ],
};

export const RIGHTS = {
  version: 7,
  rights: null,
  preset: { order: [], rules: [{ of: "role", name: "Administration", right: "licence_manager" }] },
  names: [
    { of: "role", name: "Accountant", people: 3 },
    { of: "group", name: "IT", people: 2 },
  ],
  preview: {
    gains: [
      {
        id: "anna",
        name: "Anna Adams",
        from: "user",
        to: "licence_manager",
        fromPools: [],
        toPools: [],
        through: "role:Accountant",
      },
    ],
    loses: [],
  },
};
