/**
 * A13: the view of somebody whose right is limited to pools: the people of these, and nothing of the settings that names
 * others. Only of a planned closing it says whose it is: that is whom to ask.
 */
import type { Person } from "../../ledger/person.ts";
import type { AdminView } from "../tenant-calls.ts";

/** `view` has the rows of the pools' people alone. */
export function scopeView(view: AdminView, { manages = [] }: Person): AdminView {
  const { settings } = view;
  const pools = settings.pools.filter(({ id }) => manages.includes(id));
  const scope = pools.map(({ name }) => name);
  const own = (names: readonly string[]) => names.filter((name) => scope.includes(name));
  return {
    ...view,
    scope,
    effective: { ...view.effective, pools: own(view.effective.pools) },
    kept: { ...view.kept, pools: own(view.kept.pools) },
    holders: view.holders.map((row) => ({ ...row, pools: own(row.pools) })),
    settings: {
      ...settings,
      pools,
      named: { ...settings.named, assigned: [] },
      exempt: [],
      boosts: [],
      requests: [],
      announcement: null,
      history: [],
      rights: null,
    },
    groups: [],
    warnings: [],
  };
}
