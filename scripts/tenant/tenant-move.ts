/** `npm run tenant -- move`: asks for a tenant's records to be moved, and tells how that goes. The object does it. */

import { setTimeout as wait } from "node:timers/promises";
import { MINUTE_MS } from "../../shared/durations.ts";
import { OLD_COPY_KEPT_MS, type RecordsName } from "../../worker/config/location.ts";
import { askForMove } from "../../worker/registry/registry-write.ts";
import type { TenantRow } from "../../worker/registry/tenant-row.ts";
import { Refusal } from "../cli/command-refusal.ts";
import { readRows } from "./registry-rows.ts";
import type { RegistryStore } from "./registry-store.ts";

const LOOK_EVERY_MS = 2_000;
const WATCHED_MS = 30 * MINUTE_MS;

/** Asks for the move, or for one that goes on to be given up. False: there is nothing to wait for. */
export async function askToMove(store: RegistryStore, row: TenantRow, to: RecordsName): Promise<boolean> {
  const { tenant, records, movingTo } = row;
  if (records === to && movingTo === null) {
    console.log(`The records of ${tenant} are in ${to} already.`);
    return false;
  }
  const wanted = records === to ? null : to;
  if (movingTo === wanted) {
    console.log(`The records of ${tenant} are on their way from ${records} to ${to}.`);
    return true;
  }
  const written = await store.run(askForMove(row, wanted, Date.now()));
  if (written.length === 0) throw new Refusal(`Somebody changed ${tenant} in the meantime; type the command again.`);
  if (wanted === null) console.log(`The move of ${tenant} to ${movingTo} is given up; its records stay in ${records}.`);
  else console.log(`The records of ${tenant} are to be moved from ${records} to ${to}.`);
  return wanted !== null;
}

/** Tells how the move goes until it is over. `wake` reaches the tenant's object, which asks the registry once a minute. */
export async function watchMove(
  store: RegistryStore,
  tenant: string,
  to: RecordsName,
  wake: () => Promise<unknown>,
): Promise<void> {
  let told = "";
  for (const until = Date.now() + WATCHED_MS; Date.now() < until; await wait(LOOK_EVERY_MS)) {
    // An object that cannot be reached from here is woken by the watchdog, within ten minutes.
    await wake().catch(() => undefined);
    const row = (await readRows(store)).find((one) => one.tenant === tenant);
    const [note] = (await store.run({
      sql: "SELECT move_note FROM tenants WHERE tenant = ?1",
      values: [tenant],
    })) as { move_note: string | null }[];
    const said = note?.move_note ?? "";
    if (said !== told && said !== "") console.log(`  ${said}`);
    told = said;
    if (row?.records !== to || row.movingTo !== null) continue;
    const minutes = OLD_COPY_KEPT_MS / MINUTE_MS;
    console.log(
      `Moved. The tenant's object deletes the old copy ${minutes} minutes later, once every isolate reads the new one.`,
    );
    return;
  }
  throw new Refusal(
    `The move of ${tenant} is not over after ${WATCHED_MS / MINUTE_MS} minutes${told === "" ? "" : ` (${told})`}. It goes on by itself; the same command watches it again.`,
  );
}

/** The database with the fewest tenants, the first of several. */
export function fewestTenants(rows: readonly TenantRow[], known: readonly RecordsName[]): RecordsName {
  const count = (name: RecordsName) => rows.filter(({ records, movingTo }) => (movingTo ?? records) === name).length;
  const [first] = [...known].sort((a, b) => count(a) - count(b) || known.indexOf(a) - known.indexOf(b));
  if (first === undefined) throw new Refusal("wrangler.toml has no D1 database with the binding RECORDS.");
  return first;
}
