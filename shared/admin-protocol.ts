/** The wire of the administration's API: POST `/.hotseat/api/admin/…` with the identity cookie of a manager, admin or support. */
import * as z from "zod/mini";
import { CORNERS } from "./corner.ts";
import { HANDOVERS } from "./handover.ts";
import { HolderId } from "./ids.ts";
import { TOKEN_POLICIES } from "./native-protocol.ts";

const name = z.string().check(z.minLength(1), z.maxLength(100));
const id = z.string().check(z.regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, "1 to 40 lower-case letters, digits, '-' or '_'"));
const version = z.int().check(z.minimum(1));
const count = z.int().check(z.minimum(0), z.maximum(1_000_000_000));
const text = z.string().check(z.maxLength(1_000));
const assigned = z.strictObject({ id: HolderId, name: z.string().check(z.minLength(1), z.maxLength(200)) });

const time = z.string().check(z.maxLength(5));
const date = z.string().check(z.maxLength(10));
/** L30: of every kind of window. */
const anyWindow = { zone: z.optional(name), holidays: z.optional(z.enum(["except", "only"])) };
const hours = z.optional(z.strictObject({ from: time, to: time }));

export const Window = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("weekly"),
    days: z.array(z.int()).check(z.maxLength(7)),
    from: time,
    to: time,
    every: z.optional(z.strictObject({ weeks: z.int(), from: date })),
    ...anyWindow,
  }),
  z.strictObject({ kind: z.literal("monthly"), fromDay: z.int(), toDay: z.int(), hours, ...anyWindow }),
  z.strictObject({ kind: z.literal("quarterly"), lastDays: z.int(), hours, ...anyWindow }),
  z.strictObject({ kind: z.literal("dates"), from: date, to: date, hours, ...anyWindow }),
]);
const Windows = z.array(Window).check(z.maxLength(20));

export const Holiday = z.strictObject({ date, name: z.string().check(z.maxLength(100)), yearly: z.boolean() });

export const Pool = z.strictObject({
  id,
  name,
  groups: z.array(name).check(z.maxLength(32)),
  reserved: z.int(),
  most: z.nullable(z.int()),
  priority: z.int(),
  guarantee: z.optional(
    z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("strict") }),
      z.strictObject({ kind: z.literal("ahead"), minutes: z.int() }),
      z.strictObject({ kind: z.literal("lent"), minutes: z.int() }),
    ]),
  ),
  windows: z.nullable(Windows),
});

const crmName = z.string().check(z.maxLength(300));
/** I13: which roles and groups of the CRM give which right. */
export const RightsMap = z.strictObject({
  order: z.array(crmName).check(z.maxLength(200)),
  rules: z
    .array(
      z.strictObject({
        of: z.enum(["role", "group"]),
        name: crmName,
        orHigher: z.optional(z.boolean()),
        right: z.enum(["licence_manager", "admin", "support"]),
        pool: z.optional(id),
      }),
    )
    .check(z.maxLength(200)),
});

const CHANGES = [
  z.strictObject({ what: z.literal("model"), model: z.enum(["concurrent", "named", "records"]) }),
  z.strictObject({ what: z.literal("time_zone"), timeZone: name }),
  z.strictObject({ what: z.literal("contact"), contact: z.string().check(z.maxLength(300)) }),
  z.strictObject({ what: z.literal("named_licences"), licences: z.int() }),
  z.strictObject({ what: z.literal("assign"), person: assigned }),
  z.strictObject({ what: z.literal("unassign"), id: HolderId }),
  z.strictObject({ what: z.literal("exempt"), person: assigned }),
  z.strictObject({ what: z.literal("end_exemption"), id: HolderId }),
  z.strictObject({ what: z.literal("records_agreed"), agreed: z.nullable(z.int()) }),
  z.strictObject({ what: z.literal("pools"), pools: z.array(Pool).check(z.maxLength(20)) }),
  z.strictObject({
    what: z.literal("boost"),
    extra: z.int(),
    startsInMs: z.int(),
    lastsMs: z.int(),
    windows: z.optional(Windows),
  }),
  z.strictObject({ what: z.literal("cancel_boost"), id: z.string().check(z.maxLength(20)) }),
  z.strictObject({ what: z.literal("holidays"), holidays: z.array(Holiday).check(z.maxLength(1_000)) }),
  z.strictObject({ what: z.literal("enforcement"), enforced: z.boolean() }),
  z.strictObject({ what: z.literal("overdraft"), seats: z.int(), hoursPerMonth: z.nullable(z.int()) }),
  z.strictObject({ what: z.literal("nudge"), allowed: z.boolean(), showNames: z.boolean() }),
  z.strictObject({ what: z.literal("handover"), handover: z.enum(HANDOVERS) }),
  z.strictObject({ what: z.literal("button"), corner: z.enum(CORNERS) }),
  z.strictObject({ what: z.literal("refusal_tolerance"), toleranceMs: z.int() }),
  z.strictObject({ what: z.literal("announce"), text, lastsMs: z.int() }),
  z.strictObject({ what: z.literal("end_announcement") }),
  z.strictObject({ what: z.literal("close"), startsInMs: z.int(), lastsMs: z.int(), text }),
  z.strictObject({ what: z.literal("end_closing") }),
] as const;

/** One change of the settings (L10, L11, L14, L16, L17); what is sound beyond its form, the ledger says. */
export const SettingsChange = z.discriminatedUnion("what", [
  ...CHANGES,
  z.strictObject({ what: z.literal("rights"), rights: z.nullable(RightsMap) }),
]);

/** L33: the same, with the two that are addresses of their own where they are live. */
const Proposal = z.discriminatedUnion("what", [
  z.strictObject({ what: z.literal("limit"), limit: z.int() }),
  z.strictObject({ what: z.literal("idle_timeout"), idleTimeoutMs: z.int() }),
  ...CHANGES,
]);

const receiverId = z.string().check(z.maxLength(100));
const groupId = z.string().check(z.minLength(1), z.maxLength(40));
/** L20: somebody of a group, by the CRM's key or by a login or an e-mail address; what is sound beyond its form, the tenant says. */
const Members = z.array(
  z.union([z.strictObject({ id: HolderId }), z.strictObject({ name: z.string().check(z.maxLength(300)) })]),
);
const rules = z.array(z.string().check(z.maxLength(300))).check(z.maxLength(50));
const groupName = z.string().check(z.maxLength(200));

/** Every address of the administration's API with the schema of its body; null: GET. */
export const ADMIN_API = {
  view: null,
  limit: z.strictObject({ limit: z.int(), version }),
  "idle-timeout": z.strictObject({ idleTimeoutMs: z.int(), version }),
  settings: z.strictObject({ change: SettingsChange, version }),
  evict: z.strictObject({ holder: HolderId, note: z.string().check(z.maxLength(500)) }),
  /** Why somebody has a seat or none (L19). */
  explain: z.strictObject({ holder: HolderId }),
  records: z.strictObject({ count }),
  /** Q1, Q2. */
  "requests/ask": z.strictObject({ kind: z.enum(["more", "lower"]), count: z.int(), note: text }),
  "requests/decide": z.strictObject({
    id: z.string().check(z.maxLength(20)),
    answer: z.discriminatedUnion("do", [
      z.strictObject({ do: z.literal("boost"), lastsMs: z.int() }),
      z.strictObject({ do: z.literal("raise") }),
      z.strictObject({ do: z.literal("lower") }),
      z.strictObject({ do: z.literal("decline"), note: text }),
    ]),
    version,
  }),
  /** L33. */
  shadow: null,
  "shadow/begin": z.strictObject({ changes: z.array(Proposal).check(z.maxLength(100)) }),
  "shadow/end": z.strictObject({}),
  /** I13. */
  rights: null,
  "rights/preview": z.strictObject({ rights: z.nullable(RightsMap) }),
  groups: null,
  "groups/read": z.strictObject({ id: groupId, search: z.string().check(z.maxLength(200)), page: z.int() }),
  "groups/make": z.strictObject({ name: groupName, rules, people: Members }),
  "groups/change": z.strictObject({ id: groupId, revision: z.int(), name: groupName, rules }),
  "groups/people": z.strictObject({ id: groupId, do: z.enum(["add", "take", "replace"]), people: Members }),
  "groups/remove": z.strictObject({ id: groupId, revision: z.int() }),
  /** R4, R8, R10: whom to tell of what. */
  receivers: null,
  "receivers/add": z.strictObject({
    kind: z.enum(["generic", "slack", "teams", "email"]),
    url: z.string().check(z.maxLength(2_000)),
    on: z.array(z.enum(["near", "full", "denied", "records", "overdraft", "requests"])).check(z.maxLength(6)),
    events: z.optional(z.boolean()),
    names: z.optional(z.boolean()),
    heads: z.optional(z.boolean()),
    report: z.optional(z.boolean()),
    language: z.optional(z.enum(["en", "de", "fr", "es"])),
  }),
  "receivers/test": z.strictObject({ id: receiverId }),
  "receivers/secret": z.strictObject({ id: receiverId }),
  "receivers/resume": z.strictObject({ id: receiverId }),
  "receivers/remove": z.strictObject({ id: receiverId }),
  "receivers/near": z.strictObject({ percent: z.int() }),
  tokens: null,
  "tokens/make": z.strictObject({ name, kind: id, policy: z.enum(TOKEN_POLICIES) }),
  "tokens/revoke": z.strictObject({ id: z.string().check(z.maxLength(40)) }),
} as const;
export type AdminApiName = keyof typeof ADMIN_API;
