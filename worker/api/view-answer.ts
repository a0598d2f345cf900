/** The administration's view of a tenant, as a schema. */
import * as z from "zod/mini";
import { Holiday, Pool, RightsMap, Window } from "../../shared/admin-protocol.ts";
import { CORNERS } from "../../shared/corner.ts";
import { DENIAL_REASONS } from "../../shared/denial.ts";
import { HANDOVERS } from "../../shared/handover.ts";
import { HolderId } from "../../shared/ids.ts";
import { MEASURES } from "../ledger/fullness.ts";
import { OVER_VIA } from "../ledger/over.ts";
import { REQUEST_ENDS, REQUEST_KINDS } from "../ledger/requests.ts";
import { MODELS } from "../ledger/settings/settings.ts";
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
