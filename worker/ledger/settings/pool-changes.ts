/** L17: changes of the pools. */
import { sentence } from "../../../shared/sentence.ts";
import { LIMIT_MAX } from "../../../shared/timing.ts";
import { type ChangeOf, type Checked, sound, whole, wrong } from "./checked.ts";
import { AHEAD_MINUTES, LENT_MINUTES, POOLS_MAX, type Pool, PRIORITY_MAX, type Settings } from "./settings.ts";
import { type Fault, faultOfWindows } from "./window-faults.ts";

export function checkPools(settings: Settings, change: ChangeOf<"pools">): Checked {
  const title = sentence("poolsTo", {
    pools: change.pools.map((pool) => pool.name).join(", ") || sentence("none"),
  });
  const fault = faultOfPools(change.pools, settings) ?? faultOfManaged(settings, change.pools);
  return fault === null ? sound(title, { pools: change.pools }) : wrong(title, fault.field, fault.says);
}

/** A13: a pool goes only once nobody's right is limited to it. */
function faultOfManaged({ rights, pools: before }: Settings, pools: readonly Pool[]): Fault | null {
  const gone = rights?.rules.find(({ pool }) => pool !== undefined && !pools.some(({ id }) => id === pool));
  if (gone === undefined) return null;
  const pool = before.find(({ id }) => id === gone.pool)?.name ?? gone.pool ?? "";
  return { field: "pools", says: sentence("rightsPoolManaged", { pool, name: gone.name }) };
}

/** All seats that `pools` reserve, whenever each of them holds. */
export const reservedBy = (pools: readonly Pool[]): number => pools.reduce((sum, pool) => sum + pool.reserved, 0);

/** L17: the most seats that pools may reserve. Where a limit fell below what is reserved, the way down stays open. */
export const mostReserved = ({ limit, pools }: Pick<Settings, "limit" | "pools">): number =>
  Math.max(limit, reservedBy(pools));

function faultOfPools(pools: readonly Pool[], settings: Settings): Fault | null {
  if (pools.length > POOLS_MAX) return { field: "pools", says: sentence("poolsMost", { most: POOLS_MAX }) };
  for (const [place, pool] of pools.entries()) {
    const at = `pools.${place}`;
    if (pools.findIndex(({ id }) => id === pool.id) !== place) {
      return { field: `${at}.id`, says: sentence("poolTwice", { id: pool.id }) };
    }
    if (!whole(pool.reserved, 0, LIMIT_MAX)) {
      return { field: `${at}.reserved`, says: sentence("poolReserved", { most: LIMIT_MAX }) };
    }
    if (pool.most !== null && (!whole(pool.most, 1, LIMIT_MAX) || pool.most < pool.reserved)) {
      return {
        field: `${at}.most`,
        says: sentence("poolMost"),
      };
    }
    const { guarantee } = pool;
    if (guarantee?.kind === "ahead" && !whole(guarantee.minutes, AHEAD_MINUTES.least, AHEAD_MINUTES.most)) {
      const says = sentence("aheadRange", { least: AHEAD_MINUTES.least, most: AHEAD_MINUTES.most });
      return { field: `${at}.guarantee.minutes`, says };
    }
    if (guarantee?.kind === "ahead" && pool.windows === null) {
      const says = sentence("aheadAlways");
      return { field: `${at}.guarantee.kind`, says };
    }
    if (guarantee?.kind === "lent" && !whole(guarantee.minutes, LENT_MINUTES.least, LENT_MINUTES.most)) {
      const says = sentence("lentRange", { least: LENT_MINUTES.least, most: LENT_MINUTES.most });
      return { field: `${at}.guarantee.minutes`, says };
    }
    if (!whole(pool.priority, 0, PRIORITY_MAX)) {
      return { field: `${at}.priority`, says: sentence("poolPriority", { most: PRIORITY_MAX }) };
    }
    if (pool.groups.length === 0) return { field: `${at}.groups`, says: sentence("poolGroups") };
    const fault = faultOfWindows(pool.windows ?? []);
    if (fault !== null) return { field: `${at}.${fault.field}`, says: fault.says };
  }
  const [reserved, most] = [reservedBy(pools), mostReserved(settings)];
  if (reserved > most) {
    return { field: "pools", says: sentence("poolsOver", { reserved, limit: settings.limit, most }) };
  }
  return null;
}
