/** `npm run tenant`: adds, changes, lists and suspends the tenants of the registry. See tenant-options.ts. */
import { MINUTE_MS } from "../../shared/durations.ts";
import { insertTenant, type Statement, updateTenant } from "../../worker/registry/registry-write.ts";
import type { TenantRow } from "../../worker/registry/tenant-row.ts";
import type { TenantCalls } from "../../worker/tenant/tenant-calls.ts";
import { explain, Refusal } from "../cli/command-refusal.ts";
import { readRecordsBindings, readRecordsName } from "../deploy/records-bindings.ts";
import { withPresetFile } from "../preset/preset-file.ts";
import { readRows } from "./registry-rows.ts";
import type { RegistryStore } from "./registry-store.ts";
import {
  changeRow,
  checkRow,
  describeChanges,
  type KEPT_OPTIONS,
  keptOptionsIn,
  newRow,
  portraitOf,
  presetTextOf,
  tableOf,
} from "./tenant-change.ts";
import { type Desk, openDesk } from "./tenant-desk.ts";
import { settleContact, settleEnforcement, settleIdleTimeout, settleLimit, settleTimeZone } from "./tenant-limit.ts";
import { askToMove, fewestTenants } from "./tenant-move.ts";
import { HELP, readTenantOptions, type TenantOptions } from "./tenant-options.ts";
import { readSecretTexts, reseal, sealInto } from "./tenant-secrets.ts";

function findRow(rows: readonly TenantRow[], tenant: string): TenantRow {
  const row = rows.find((one) => one.tenant === tenant);
  if (row !== undefined) return row;
  const known = rows.map((one) => one.tenant).join(", ");
  throw new Refusal(
    `There is no tenant ${JSON.stringify(tenant)}; ${known === "" ? "there are none yet" : `there are ${known}`}.`,
  );
}

function refuseTakenHosts(row: TenantRow, rows: readonly TenantRow[]): void {
  for (const other of rows) {
    const taken = other.tenant === row.tenant ? undefined : row.hosts.find((host) => other.hosts.includes(host));
    if (taken !== undefined)
      throw new Refusal(`The host ${taken} is the tenant ${other.tenant}'s; a host belongs to one tenant.`);
  }
  if (row.hosts.length === 0) throw new Refusal("A tenant needs at least one host.");
}

async function add(options: TenantOptions, desk: Desk): Promise<void> {
  const wanted = newRow(options);
  const rows = await readRows(desk.store);
  if (rows.some((row) => row.tenant === wanted.tenant)) {
    throw new Refusal(
      `There is a tenant ${wanted.tenant} already; npm run tenant -- change ${wanted.tenant} changes it.`,
    );
  }
  refuseTakenHosts(wanted, rows);
  const known = readRecordsBindings(options.config ?? undefined);
  const records = options.records === null ? fewestTenants(rows, known) : readRecordsName(options.records, known);
  const row = await sealInto({ ...wanted, records }, options, desk, rows);
  await desk.store.run(insertTenant(row, Date.now()));
  console.log(`Added ${row.tenant}.\n\n${portraitOf(row)}`);
  if (row.variables.ENFORCE === "no") {
    const page = `https://${row.hosts[0]}/.hotseat/admin/licensing`;
    console.log(`\nIts limit is only observed: nobody is refused until a licence manager switches it on at ${page}.`);
  }
}

async function write(store: RegistryStore, before: TenantRow, after: TenantRow): Promise<void> {
  const changes = describeChanges(before, after);
  if (changes.length === 0) {
    console.log(`Nothing of ${before.tenant} is changed by this.`);
    return;
  }
  const statement: Statement = updateTenant(after, Date.now());
  const written = await store.run(statement);
  if (written.length === 0)
    throw new Refusal(`Somebody changed ${before.tenant} in the meantime; type the command again.`);
  console.log(
    `Changed ${before.tenant}; it counts everywhere within a minute.\n${changes.map((line) => `  ${line}`).join("\n")}`,
  );
}

async function change(options: TenantOptions, desk: Desk): Promise<void> {
  const rows = await readRows(desk.store);
  const before = findRow(rows, options.tenant);
  const wanted = changeRow(before, options);
  refuseTakenHosts(wanted, rows);
  await write(desk.store, before, await sealInto(wanted, options, desk, rows));
  await settle(wanted, options, desk);
}

/** The command's name in the audit. */
const ACTOR = "npm run tenant";

/** What a firm that works keeps in its object is set there, where that is within reach; else the command says so. */
async function settle({ tenant, hosts }: TenantRow, options: TenantOptions, { withTenant }: Desk): Promise<void> {
  const kept = keptOptionsIn(options);
  const { CONTACT: contact } = options.variables;
  if (kept.length === 0 && contact === undefined) return;
  const page = `https://${hosts[0]}/.hotseat/admin/licensing`;
  if (withTenant === null) {
    const named = kept.map(({ option }) => `--${option}`).join(", ");
    if (named !== "")
      console.log(
        `${named}: for a firm that is new. If ${tenant} has been used already its own settings stay as they are: change them at ${page}.`,
      );
    if (contact !== undefined) console.log(`--contact counts unless the administration names another: see ${page}.`);
    return;
  }
  await withTenant(tenant, async (calls) => {
    for (const { option, value } of kept) await settleOne(calls, option, value);
    if (contact === undefined) return;
    await settleContact(calls, ACTOR);
    console.log(`  contact in force: ${contact === "" ? "none" : contact}`);
  });
}

async function settleOne(calls: TenantCalls, option: (typeof KEPT_OPTIONS)[number], value: string): Promise<void> {
  if (value === "") {
    console.log(`  --${option} by default is for a firm that is new; what is in force stays`);
    return;
  }
  switch (option) {
    case "seats":
      console.log(`  limit in force: ${await settleLimit(calls, Number(value), ACTOR)}`);
      return;
    case "enforce":
      await settleEnforcement(calls, value === "yes", ACTOR);
      console.log(`  limit in force: ${value === "yes" ? "enforced" : "only observed"}`);
      return;
    case "idle-minutes":
      await settleIdleTimeout(calls, Number(value) * MINUTE_MS, ACTOR);
      console.log(`  idle time-out in force: ${value} minutes`);
      return;
    case "time-zone":
      await settleTimeZone(calls, value, ACTOR);
      console.log(`  time zone in force: ${value}`);
  }
}

async function suspend({ command, tenant }: TenantOptions, { store }: Desk): Promise<void> {
  const before = findRow(await readRows(store), tenant);
  const isSuspended = before.suspendedAt !== null;
  if (isSuspended === (command === "suspend"))
    throw new Refusal(`${tenant} is ${isSuspended ? "suspended" : "serving"} already.`);
  await write(store, before, { ...before, suspendedAt: isSuspended ? null : Date.now() });
}

async function move({ tenant, records, config, wait }: TenantOptions, desk: Desk): Promise<void> {
  const to = readRecordsName(records ?? "", readRecordsBindings(config ?? undefined));
  const row = findRow(await readRows(desk.store), tenant);
  if ((await askToMove(desk.store, row, to)) && wait) await desk.watchMove(row, to);
}

function show(row: TenantRow, { presetAlone }: TenantOptions): void {
  if (!presetAlone) {
    console.log(portraitOf(row));
    return;
  }
  const { text, isOwn } = presetTextOf(row);
  if (!isOwn) console.error(`hotseat: ${row.tenant} has the preset ${row.variables.PRESET}, which comes with Hotseat.`);
  console.log(text);
}

async function obey(options: TenantOptions): Promise<void> {
  // Refused before anything is opened.
  const texts = readSecretTexts(options.secrets);
  if (options.command === "add") checkRow(newRow(options), texts);
  const desk = await openDesk(options, texts);
  try {
    if (options.command === "add") return await add(options, desk);
    if (options.command === "change") return await change(options, desk);
    if (options.command === "move") return await move(options, desk);
    if (options.command === "reseal") return await reseal(desk);
    if (options.command === "suspend" || options.command === "resume") return await suspend(options, desk);
    const rows = await readRows(desk.store);
    if (options.command === "show") return show(findRow(rows, options.tenant), options);
    console.log(rows.length === 0 ? "There are no tenants yet; npm run tenant -- add makes one." : tableOf(rows));
  } finally {
    await desk.close();
  }
}

/** Does what these arguments say and returns the exit status; prints what there is to say. */
export async function tenantCommand(args: string[]): Promise<0 | 1 | 2> {
  try {
    const options = readTenantOptions(args);
    if (options === "help") console.log(HELP);
    else await obey(withPresetFile(options));
    return 0;
  } catch (error) {
    return explain(error);
  }
}

if (import.meta.main) process.exitCode = await tenantCommand(process.argv.slice(2));
