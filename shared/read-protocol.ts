/**
 * The wire of programs that read (SPEC.md, R7): a spreadsheet, an ITAM tool, a data warehouse. A token of the policy
 * `read`, GET `/.hotseat/api/read/…`. Times are ISO 8601 in UTC; days are those of the firm's time zone.
 */
import * as z from "zod/mini";
import { DENIAL_REASONS } from "./denial.ts";

/** Items of one answer, unless the query names another number. */
export const READ_SIZE = 1_000;
export const READ_SIZE_MOST = 5_000;
/** Days of one question: as long as the audit is kept. */
export const READ_DAYS_MOST = 398;

export const READ_FORMATS = ["json", "csv"] as const;
export type ReadFormat = (typeof READ_FORMATS)[number];

const day = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/));
const time = z.string();

const PAGES = {
  format: z.optional(z.enum(READ_FORMATS)),
  size: z.optional(z.string().check(z.regex(/^[1-9]\d{0,3}$/))),
  cursor: z.optional(z.string().check(z.maxLength(200))),
};
const PAGED = { from: z.optional(day), to: z.optional(day), ...PAGES };

const whole = z.string().check(z.regex(/^\d{1,9}$/));

/** Of one licence, such as 12.50. */
const price = z.string().check(z.regex(/^\d{1,7}(\.\d{1,2})?$/));

export const UsageItem = z.object({
  start: time,
  day,
  pool: z.string(),
  peak: z.int(),
  seatHours: z.number(),
  limitHours: z.number(),
  fullMinutes: z.number(),
  leastFree: z.int(),
  grants: z.int(),
  denials: z.int(),
  brief: z.int(),
  waitedMinutes: z.number(),
  lostMinutes: z.number(),
});

export const RefusalItem = z.object({
  id: z.string(),
  firstAt: time,
  lastAt: time,
  person: z.string(),
  name: z.string(),
  email: z.nullable(z.string()),
  client: z.string(),
  reason: z.enum(DENIAL_REASONS),
  attempts: z.int(),
  inUse: z.int(),
  limit: z.int(),
  waitedSeconds: z.int(),
  outcome: z.nullable(z.string()),
  brief: z.boolean(),
  /** L24: nobody was refused, since the limit was only observed. */
  observed: z.boolean(),
});

export const AuditItem = z.object({
  seq: z.int(),
  time,
  kind: z.string(),
  person: z.nullable(z.string()),
  personName: z.nullable(z.string()),
  actor: z.nullable(z.string()),
  actorName: z.nullable(z.string()),
  inUse: z.int(),
  limit: z.int(),
  body: z.looseObject({}),
  texts: z.array(z.object({ field: z.string(), salt: z.string(), text: z.string() })),
  at: z.int(),
  prev: z.nullable(z.string()),
  hash: z.string(),
});

export const REPORT_ROWS = ["limit", "overrun", "uncounted", "boost", "proof", "cut"] as const;

/** One form for all rows, so that a spreadsheet reads them as one table; what does not fit a row is null. */
export const ReportItem = z.object({
  what: z.enum(REPORT_ROWS),
  from: z.nullable(time),
  to: z.nullable(time),
  limit: z.nullable(z.int()),
  peak: z.nullable(z.int()),
  over: z.nullable(z.int()),
  cause: z.nullable(z.string()),
  actor: z.nullable(z.string()),
  person: z.nullable(z.string()),
  name: z.nullable(z.string()),
  named: z.nullable(z.boolean()),
  stays: z.nullable(z.int()),
  heldHours: z.nullable(z.number()),
  extra: z.nullable(z.int()),
  seq: z.nullable(z.int()),
  hash: z.nullable(z.string()),
});

/** Of a person over the period; `person`: null where the person was erased. */
export const PersonItem = z.object({
  person: z.nullable(z.string()),
  name: z.string(),
  email: z.nullable(z.string()),
  named: z.boolean(),
  hours: z.number(),
  days: z.int(),
  stays: z.int(),
  typicalMinutes: z.nullable(z.number()),
  lastSeen: z.nullable(time),
  hasSeat: z.boolean(),
  refusals: z.int(),
  shortWaits: z.int(),
  waitedSeconds: z.int(),
});

/** Of a group, of one of its days, of an hour of its week, or of two groups together. */
export const TeamItem = z.object({
  what: z.enum(["team", "day", "hour", "overlap"]),
  group: z.string(),
  other: z.nullable(z.string()),
  people: z.nullable(z.int()),
  hours: z.nullable(z.number()),
  peak: z.int(),
  sumOfPeaks: z.nullable(z.int()),
  saved: z.nullable(z.int()),
  day: z.nullable(day),
  /** 0 to 167, from midnight of Sunday on. */
  hourOfWeek: z.nullable(z.int()),
});

export const MIX_ROWS = ["cheapest", "size", "person"] as const;

/** R3: the cheapest mix, the mix for each size of the pool, and who has a named licence in the cheapest. */
export const MixItem = z.object({
  what: z.enum(MIX_ROWS),
  concurrent: z.nullable(z.int()),
  named: z.nullable(z.int()),
  cost: z.nullable(z.number()),
  atLeast: z.nullable(z.number()),
  person: z.nullable(z.string()),
  name: z.nullable(z.string()),
  days: z.nullable(z.int()),
  hours: z.nullable(z.number()),
});

/** R3: an hour of the next two weeks. */
export const ForecastItem = z.object({
  start: time,
  day,
  limit: z.int(),
  expected: z.number(),
  enough: z.int(),
  reached: z.number(),
  refused: z.number(),
});

export const ADVICE_ABOUT = ["limit", "named", "records"] as const;

/** R3: what is advised, and the refusals that it leaves out (`ignored`, `why` being their reason). */
export const AdviceItem = z.object({
  what: z.enum(["advice", "ignored"]),
  about: z.enum(ADVICE_ABOUT),
  verdict: z.nullable(z.string()),
  why: z.nullable(z.string()),
  now: z.nullable(z.int()),
  advised: z.nullable(z.int()),
  /** The least chance that it is enough on each of the next twenty days of use. */
  sure: z.nullable(z.number()),
  from: z.nullable(day),
  to: z.nullable(day),
  usedDays: z.nullable(z.int()),
  peak: z.nullable(z.int()),
  wanted: z.nullable(z.int()),
  refusals: z.nullable(z.int()),
  waitedMinutes: z.nullable(z.number()),
  refusedPeople: z.nullable(z.int()),
});

/** R3: past days at other settings: what really happened, today's settings replayed, and those tried. */
export const WhatIfItem = z.object({
  what: z.enum(["happened", "today", "tried"]),
  limit: z.nullable(z.int()),
  idleMinutes: z.nullable(z.int()),
  group: z.nullable(z.string()),
  reserved: z.nullable(z.int()),
  most: z.nullable(z.int()),
  days: z.int(),
  /** Days that were too many to replay. */
  leftOut: z.int(),
  denials: z.int(),
  peak: z.int(),
  waitedMinutes: z.number(),
  lostMinutes: z.number(),
});

/** A12: who has more rights than a user, or had. */
export const ManagerItem = z.object({
  person: z.string(),
  name: z.string(),
  role: z.string(),
  /** Names of the pools that the right is limited to; null: it is not. */
  pools: z.nullable(z.string()),
  /** `list`, `role:NAME` or `group:NAME` of the CRM; null: not known. */
  through: z.nullable(z.string()),
  since: time,
  confirmedAt: time,
  lostAt: z.nullable(time),
});

/** What is out of order now; what the numbers are depends on `kind`. */
export const WarningItem = z.object({
  kind: z.string(),
  grave: z.boolean(),
  pool: z.nullable(z.string()),
  count: z.nullable(z.int()),
  of: z.nullable(z.int()),
  minutes: z.nullable(z.int()),
});

export const PAST_ROWS = ["refused", "holder", "draining", "waiting", "setting", "pool", "change"] as const;

/** L19: one refusal as it was; one form for all rows, as in the report. */
export const PastItem = z.object({
  what: z.enum(PAST_ROWS),
  time: z.nullable(time),
  person: z.nullable(z.string()),
  name: z.nullable(z.string()),
  groups: z.nullable(z.string()),
  reason: z.nullable(z.enum(DENIAL_REASONS)),
  rule: z.nullable(z.string()),
  inUse: z.nullable(z.int()),
  limit: z.nullable(z.int()),
  counted: z.nullable(z.boolean()),
  place: z.nullable(z.int()),
  offered: z.nullable(z.boolean()),
  setting: z.nullable(z.string()),
  value: z.nullable(z.union([z.int(), z.string()])),
  was: z.nullable(z.int()),
  most: z.nullable(z.int()),
  whole: z.nullable(z.boolean()),
  /** Of the refusal: whether only a reserved seat was asked for. */
  reservedOnly: z.nullable(z.boolean()),
  seq: z.nullable(z.int()),
});

/** Every address that programs read: the query it takes and the items it answers. */
export const READ_API = {
  usage: {
    query: z.strictObject({ ...PAGED, by: z.optional(z.enum(["day", "hour"])), pool: z.optional(z.string()) }),
    item: UsageItem,
  },
  refusals: { query: z.strictObject(PAGED), item: RefusalItem },
  audit: { query: z.strictObject(PAGED), item: AuditItem },
  report: { query: z.strictObject(PAGED), item: ReportItem },
  people: { query: z.strictObject(PAGED), item: PersonItem },
  teams: {
    query: z.strictObject({ ...PAGED, group: z.optional(z.string().check(z.maxLength(200))) }),
    item: TeamItem,
  },
  mix: { query: z.strictObject({ ...PAGED, concurrent: z.optional(price), named: z.optional(price) }), item: MixItem },
  forecast: { query: z.strictObject(PAGES), item: ForecastItem },
  advice: { query: z.strictObject(PAGES), item: AdviceItem },
  whatIf: {
    query: z.strictObject({
      ...PAGES,
      limit: z.optional(whole),
      minutes: z.optional(whole),
      group: z.optional(z.string().check(z.maxLength(200))),
      reserved: z.optional(whole),
      most: z.optional(whole),
    }),
    item: WhatIfItem,
  },
  managers: { query: z.strictObject(PAGES), item: ManagerItem },
  warnings: { query: z.strictObject(PAGES), item: WarningItem },
  refusal: {
    query: z.strictObject({ ...PAGES, id: z.string().check(z.maxLength(100)), at: z.iso.datetime() }),
    item: PastItem,
  },
} as const satisfies Record<string, { query: z.ZodMiniType; item: z.ZodMiniObject }>;
export type ReadName = keyof typeof READ_API;
export type ItemOf<N extends ReadName> = z.infer<(typeof READ_API)[N]["item"]>;

/** `whatIf` is `read/what-if`. */
export const addressOfRead = (name: ReadName): string =>
  `read/${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

export const fieldsOf = (name: ReadName): string[] => Object.keys(READ_API[name].item.shape);

/** Where items are of several kinds (`what`): one in which every field is null, of which each kind fills in its own. */
export const emptyItem = <N extends ReadName>(name: N) =>
  Object.fromEntries(fieldsOf(name).map((field) => [field, null])) as Record<keyof ItemOf<N>, null>;

/** `next`: the cursor of the following answer; null: this was the last. */
export const pageOf = <T extends z.ZodMiniType>(item: T) =>
  z.object({ items: z.array(item), next: z.nullable(z.string()) });
