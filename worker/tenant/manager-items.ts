/** A12, R7: who has more rights than a user, or had, as items. */
import type { ItemOf } from "../../shared/read-protocol.ts";
import { iso, isoOrNull } from "../audit/item-values.ts";
import type { Pool } from "../ledger/settings/settings.ts";
import type { Manager } from "./tenant-calls.ts";

export const managerItems = (
  managers: readonly Manager[],
  pools: readonly Pick<Pool, "id" | "name">[],
): ItemOf<"managers">[] =>
  managers.map(({ id, name, role, through, since, seenAt, lostAt, pools: of }) => ({
    person: id,
    name,
    role,
    pools: of === null ? null : of.map((pool) => pools.find((one) => one.id === pool)?.name ?? pool).join(", "),
    through,
    since: iso(since),
    confirmedAt: iso(seenAt),
    lostAt: isoOrNull(lostAt),
  }));
