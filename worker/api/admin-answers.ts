/** What the administration's API answers, as schemas: of the API's document, and of the tests that hold answers against it. */
import * as z from "zod/mini";
import { Holiday, Pool, RightsMap, Window } from "../../shared/admin-protocol.ts";
import { CORNERS } from "../../shared/corner.ts";
import { DENIAL_REASONS, ENDING_CAUSES } from "../../shared/denial.ts";
import { HANDOVERS } from "../../shared/handover.ts";
import { HolderId } from "../../shared/ids.ts";
import { TOKEN_POLICIES } from "../../shared/native-protocol.ts";
import { WhySaid } from "../../shared/why.ts";
import { MEASURES } from "../ledger/fullness.ts";
import { OVER_VIA } from "../ledger/over.ts";
import { REQUEST_ENDS, REQUEST_KINDS } from "../ledger/requests.ts";
import { MODELS } from "../ledger/settings/settings.ts";
import { DIFFERENCE_KINDS } from "../ledger/shadow/difference.ts";
import { ALERT_KINDS } from "../tenant/alerts/alert-watch.ts";
import { RECEIVER_KINDS } from "../tenant/alerts/receiver.ts";
import { SHADOW_ENDS } from "../tenant/shadow/shadow-store.ts";
import { ROLES } from "../tenant/tenant-calls.ts";
import { WARNINGS } from "../tenant/warnings.ts";

const Assigned = z.object({ id: HolderId, name: z.string() });

export const SettingsAnswer = z.object({
  limit: z.int(),
  idleTimeoutMs: z.int(),
  version: z.int(),
  model: z.enum(MODELS),
  timeZone: z.string(),
  contact: z.string(),
  named: z.object({ licences: z.int(), assigned: z.array(Assigned) }),
  exempt: z.array(Assigned),
  records: z.object({ agreed: z.nullable(z.int()), count: z.nullable(z.int()) }),
  pools: z.array(Pool),
  boosts: z.array(
    z.object({
      id: z.string(),
      extra: z.int(),
      from: z.int(),
      until: z.int(),
      by: z.string(),
      byId: z.optional(HolderId),
      windows: z.optional(z.array(Window)),
    }),
  ),
  holidays: z.array(Holiday),
  enforced: z.boolean(),
  overdraft: z.object({ seats: z.int(), hoursPerMonth: z.nullable(z.int()) }),
  nudge: z.object({ allowed: z.boolean(), showNames: z.boolean() }),
  handover: z.enum(HANDOVERS),
  rights: z.nullable(RightsMap),
  button: z.enum(CORNERS),
  refusalToleranceMs: z.int(),
  announcement: z.nullable(
    z.object({ id: z.string(), text: z.string(), by: z.string(), byId: HolderId, until: z.int() }),
  ),
  closing: z.nullable(
    z.object({
      id: z.string(),
      text: z.string(),
      by: z.string(),
      holder: HolderId,
      from: z.int(),
      until: z.int(),
    }),
  ),
  /** Open requests, and the latest decided ones. */
  requests: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(REQUEST_KINDS),
      count: z.int(),
      note: z.string(),
      person: z.object({ id: HolderId, name: z.string(), role: z.enum(ROLES) }),
      at: z.int(),
      /** null: open. */
      decision: z.nullable(
        z.object({ end: z.enum(REQUEST_ENDS), by: z.string(), byId: HolderId, note: z.string(), at: z.int() }),
      ),
    }),
  ),
  /** The latest changes; `by` is a name as long as the person is known. */
  history: z.array(
    z.object({
      version: z.int(),
      by: z.string(),
      what: z.string(),
      byId: z.optional(HolderId),
      /** ms since 1970. */
      at: z.optional(z.int()),
      /** From what to what; each names its field. */
      traces: z.optional(z.array(z.looseObject({ field: z.string() }))),
    }),
  ),
});

export const ViewAnswer = z.object({
  scope: z.nullable(z.array(z.string())),
  tenant: z.object({ name: z.string(), contact: z.string() }),
  version: z.int(),
  limit: z.int(),
  /** With the boosts and pools of this moment, and until when (ms since 1970); null: no end is set. */
  effective: z.object({ limit: z.int(), pools: z.array(z.string()), until: z.nullable(z.int()) }),
  inUse: z.int(),
  overBy: z.int(),
  over: z.object({ observing: z.int(), overdraft: z.int() }),
  overdraftUsedMs: z.int(),
  full: z.object({
    measure: z.enum(MEASURES),
    limit: z.int(),
    agreed: z.int(),
    inUse: z.int(),
    free: z.int(),
    overBy: z.int(),
    isFull: z.boolean(),
    named: z.object({ licences: z.int(), assigned: z.int(), inUse: z.int() }),
  }),
  /** Of the free seats, those that only people of these pools may take. */
  kept: z.object({ seats: z.int(), pools: z.array(z.string()) }),
  draining: z.int(),
  idleTimeoutMs: z.int(),
  settings: SettingsAnswer,
  seated: z.int(),
  exempt: z.int(),
  named: z.int(),
  found: z.int(),
  pages: z.int(),
  page: z.int(),
  holders: z.array(
    z.object({
      id: HolderId,
      name: z.string(),
      email: z.nullable(z.string()),
      role: z.enum(ROLES),
      exempt: z.boolean(),
      named: z.boolean(),
      /** Whether the limit had no seat for the person, and why; null: the seat is one of the limit's. */
      over: z.nullable(z.object({ via: z.enum(OVER_VIA), reason: z.enum(DENIAL_REASONS), sinceAgeMs: z.int() })),
      pools: z.array(z.string()),
      sinceAgeMs: z.int(),
      activeAgeMs: z.int(),
      tabs: z.int(),
      clients: z.int(),
    }),
  ),
  queue: z.int(),
  waiting: z.array(
    z.object({
      id: HolderId,
      name: z.string(),
      email: z.nullable(z.string()),
      sinceAgeMs: z.int(),
      position: z.int(),
      offered: z.boolean(),
      offeredForMs: z.nullable(z.int()),
      /** What keeps them waiting at this moment; null for a person who is offered a seat. */
      reason: z.nullable(z.enum(DENIAL_REASONS)),
    }),
  ),
  /** Groups of the CRM that people here were seen in, with the names of some. */
  groups: z.array(z.object({ name: z.string(), people: z.int(), names: z.array(z.string()) })),
  warnings: z.array(
    z.object({ kind: z.enum(WARNINGS), values: z.record(z.string(), z.union([z.string(), z.number()])) }),
  ),
  refusedToday: z.int(),
  sparedToday: z.int(),
});

export const ExplanationAnswer = z.object({
  reason: z.nullable(z.enum(DENIAL_REASONS)),
  /** The rule of docs/SPEC.md that decides. */
  rule: z.string(),
  sentence: z.string(),
  counts: z.object({
    limit: z.int(),
    inUse: z.int(),
    free: z.int(),
    reserved: z.int(),
    waiting: z.int(),
    draining: z.int(),
    position: z.nullable(z.int()),
  }),
  facts: z.array(
    z.discriminatedUnion("fact", [
      z.object({
        fact: z.enum(["in_use", "named_in_use", "people_at_work"]),
        inUse: z.int(),
        limit: z.int(),
      }),
      z.object({ fact: z.enum(["free", "reserved", "draining", "ahead"]), count: z.int() }),
      z.object({ fact: z.literal("nobody_ahead") }),
    ]),
  ),
  ways: z.array(
    z.discriminatedUnion("way", [
      z.object({ way: z.literal("raise"), limit: z.int() }),
      z.object({
        way: z.enum(["reservation_ends", "pool_gives_back", "pool_most"]),
        pools: z.array(z.string()),
      }),
      z.object({
        way: z.enum([
          "wait",
          "given_back",
          "ahead_seated",
          "unreserved",
          "reserved_given_back",
          "more_reserved",
          "assign",
          "opens",
          "wait_minute",
          "go_on",
        ]),
      }),
    ]),
  ),
  wouldChange: z.array(z.string()),
  said: z.optional(WhySaid),
  change: z.nullable(
    z.array(
      z.discriminatedUnion("what", [
        z.object({ what: z.literal("limit"), from: z.int(), to: z.int() }),
        z.object({ what: z.literal("reserved"), pool: z.string(), name: z.string(), from: z.int(), to: z.int() }),
        z.object({ what: z.literal("most"), pool: z.string(), name: z.string(), from: z.int(), to: z.int() }),
        z.object({ what: z.literal("assign"), licences: z.nullable(z.int()) }),
        z.object({ what: z.literal("free"), seats: z.int() }),
      ]),
    ),
  ),
});

const Figures = z.object({
  refused: z.int(),
  brief: z.int(),
  reasons: z.partialRecord(z.enum(DENIAL_REASONS), z.int()),
  waitedMs: z.int(),
  gaveUp: z.int(),
  lostMs: z.int(),
  beyond: z.int(),
  most: z.int(),
});
const KindSum = z.object({ count: z.int(), ms: z.int() });
const HourSide = z.object({ refused: z.int(), most: z.int() });

export const ShadowAnswer = z.object({
  shadow: z.nullable(
    z.object({
      /** ms since 1970. */
      beganAt: z.int(),
      until: z.int(),
      by: z.string(),
      ended: z.nullable(z.object({ at: z.int(), how: z.enum(SHADOW_ENDS), by: z.string() })),
      /** From what to what; each names its field. */
      traces: z.array(z.looseObject({ field: z.string() })),
      /** The settings in which it differs, without lists of people; named as in the view. */
      proposed: z.looseObject({}),
      live: Figures,
      tried: Figures,
      kinds: z.object({ kept_out: KindSum, let_in: KindSum, ended_sooner: KindSum, kept_longer: KindSum }),
      hours: z.array(z.object({ hour: z.int(), live: HourSide, tried: HourSide })),
      people: z.array(
        z.object({
          holder: z.string(),
          name: z.string(),
          kind: z.enum(DIFFERENCE_KINDS),
          reason: z.nullable(z.enum([...DENIAL_REASONS, ...ENDING_CAUSES])),
          /** null: goes on. */
          from: z.int(),
          to: z.nullable(z.int()),
        }),
      ),
    }),
  ),
});

const Turns = z.array(
  z.object({
    id: HolderId,
    name: z.string(),
    from: z.enum(ROLES),
    to: z.enum(ROLES),
    fromPools: z.array(z.string()),
    toPools: z.array(z.string()),
    through: z.nullable(z.string()),
  }),
);

export const RightsAnswer = z.object({
  version: z.int(),
  rights: z.nullable(RightsMap),
  preset: RightsMap,
  names: z.array(z.object({ of: z.enum(["role", "group"]), name: z.string(), people: z.int() })),
  preview: z.nullable(z.object({ gains: Turns, loses: Turns })),
});

const TokenUser = z.object({
  id: HolderId,
  name: z.string(),
  firstAt: z.int(),
  lastAt: z.int(),
  refused: z.nullable(z.object({ at: z.int(), reason: z.enum(DENIAL_REASONS) })),
});

export const ReceiversAnswer = z.object({
  nearPercent: z.int(),
  canMail: z.boolean(),
  hooks: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(RECEIVER_KINDS),
      url: z.string(),
      on: z.array(z.enum(ALERT_KINDS)),
      events: z.boolean(),
      names: z.boolean(),
      heads: z.boolean(),
      report: z.boolean(),
      signed: z.boolean(),
      confirmed: z.boolean(),
      lag: z.int(),
      last: z.nullable(z.object({ at: z.int(), fault: z.nullable(z.string()), off: z.nullable(z.int()) })),
    }),
  ),
  waiting: z.int(),
  secret: z.nullable(z.string()),
});

const GroupAnswer = z.object({
  id: z.string(),
  name: z.string(),
  rules: z.array(z.string()),
  source: z.enum(["hand", "scim"]),
  revision: z.int(),
  people: z.int(),
  /** ms since 1970. */
  madeAt: z.int(),
});

export const GroupsAnswer = z.object({
  groups: z.array(GroupAnswer),
  view: z.nullable(
    z.object({
      group: GroupAnswer,
      people: z.array(z.object({ id: z.nullable(HolderId), name: z.string(), known: z.nullable(z.string()) })),
      found: z.int(),
      page: z.int(),
      pages: z.int(),
    }),
  ),
  changed: z.nullable(z.object({ added: z.int(), taken: z.int(), already: z.int() })),
});

export const TokenAnswer = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.string(),
  policy: z.enum(TOKEN_POLICIES),
  /** ms since 1970. */
  madeAt: z.int(),
  madeBy: z.string(),
  /** To the hour; null: never. */
  lastUsedAt: z.nullable(z.int()),
  people: z.optional(z.array(TokenUser)),
});

/** The secret is in this answer and nowhere else. */
export const MadeTokenAnswer = z.object({ token: z.string(), row: TokenAnswer });
export const TokensAnswer = z.array(TokenAnswer);
