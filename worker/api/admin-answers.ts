/** What else the administration answers, as schemas: rights, receivers, groups and tokens. */
import * as z from "zod/mini";
import { RightsMap } from "../../shared/admin-protocol.ts";
import { DENIAL_REASONS } from "../../shared/denial.ts";
import { HolderId } from "../../shared/ids.ts";
import { TOKEN_POLICIES } from "../../shared/native-protocol.ts";
import { ALERT_KINDS } from "../tenant/alerts/alert-watch.ts";
import { RECEIVER_KINDS } from "../tenant/alerts/receiver.ts";
import { ROLES } from "../tenant/tenant-calls.ts";

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
      /** Of a webhook only the host. */
      address: z.string(),
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
