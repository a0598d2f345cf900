/** `npm run tenant`: adds, changes, lists and suspends the tenants of the registry. See tenant-options.ts. */
import { readFileSync } from "node:fs";
import { FIRST_RECORDS, type RecordsName } from "../worker/registry/place.ts";
import { insertTenant, type Statement, updateTenant } from "../worker/registry/registry-write.ts";
import { seal, secretPurpose, unseal } from "../worker/registry/seal.ts";
import type { TenantRow, TenantSecret } from "../worker/registry/tenant-row.ts";
import type { TenantCalls } from "../worker/tenant/tenant-calls.ts";
import { readSecrets } from "../worker/variables.ts";
import { type HomeFolder, openHomeFolder, statePath } from "./home-folder.ts";
import type { LocalWorker } from "./local-worker.ts";
import { withPresetFile } from "./preset-file.ts";
import { readRecordsBindings, readRecordsName } from "./records-bindings.ts";
import { explain, Refusal } from "./refusal.ts";
import { openReadOnlyStore } from "./registry-file.ts";
import { readRows } from "./registry-rows.ts";
import { openLocalStore, openWranglerStore, type RegistryStore, storeOf } from "./registry-store.ts";
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
import { settleContact, settleIdleTimeout, settleLimit, settleTimeZone } from "./tenant-limit.ts";
import { askToMove, fewestTenants, watchMove } from "./tenant-move.ts";
import { HELP, readTenantOptions, type TenantCommand, type TenantOptions } from "./tenant-options.ts";

const WAKE_PATIENCE_MS = 5_000;

interface Desk {
  store: RegistryStore;
  /** Secrets that the command sets, in clear. */
  texts: Readonly<Record<string, string>>;
  /** The secrets of the Worker that serves this registry. Throws a `Refusal` where they are not known. */
  ownSecrets(): string[];
  /** Tells how the move of the tenant's records goes. The store is of no use after it. */
  watchMove(row: TenantRow, to: RecordsName): Promise<void>;
  /** Works with the tenant's object, where it is within reach: on this machine. The store is of no use after it. */
  withTenant: ((tenant: string, work: (calls: TenantCalls) => Promise<void>) => Promise<void>) | null;
  close(): Promise<void>;
}

/** Any call wakes the object, which then reads what the registry wants of it. */
const wakeFromOutside = ({ hosts }: TenantRow) =>
  fetch(`https://${hosts[0]}/.hotseat/health`, { signal: AbortSignal.timeout(WAKE_PATIENCE_MS) });

/** The state of this machine; null where a Worker runs on it and the command only reads. */
function openHome(command: TenantCommand): HomeFolder | null {
  try {
    return openHomeFolder(process.env);
  } catch (error) {
    if (error instanceof Refusal && (command === "list" || command === "show")) return null;
    throw error;
  }
}

function readingDesk(texts: Desk["texts"]): Desk {
  const store = openReadOnlyStore(statePath(process.env));
  const never = () => {
    throw new Error("this command only reads");
  };
  return { store, texts, ownSecrets: never, watchMove: never, withTenant: null, close: store.close };
}

async function openDesk({ command, remote, config }: TenantOptions, texts: Desk["texts"]): Promise<Desk> {
  const file = config === null ? [] : ["--config", config];
  if (remote) {
    // Tests try the whole way by wrangler on a database of this machine.
    const stand = process.env.HOTSEAT_REGISTRY_AT;
    const at = stand === undefined ? ["--remote"] : ["--local", "--persist-to", stand];
    const store = openWranglerStore([...at, ...file]);
    const watch: Desk["watchMove"] = (row, to) => watchMove(store, row.tenant, to, () => wakeFromOutside(row));
    const ownSecrets = () => readOwnSecrets(process.env.HOTSEAT_SECRET);
    return { store, texts, ownSecrets, watchMove: watch, withTenant: null, close: store.close };
  }
  const home = openHome(command);
  if (home === null) return readingDesk(texts);
  try {
    const store = await openLocalStore(home.state);
    const close = async () => {
      await store.close();
      home.release();
    };
    const work = async (use: (worker: LocalWorker) => Promise<void>) => {
      await store.close();
      await withWorker(home.state, home.secret(), config, use);
    };
    const watch: Desk["watchMove"] = ({ tenant }, to) =>
      work(async (worker) => {
        const records = storeOf(await worker.database(FIRST_RECORDS));
        await watchMove(records, tenant, to, () => worker.tenant(tenant).vitals());
      });
    const withTenant: Desk["withTenant"] = (tenant, use) => work((worker) => use(worker.tenant(tenant)));
    return { store, texts, ownSecrets: () => readOwnSecrets(home.secret()), watchMove: watch, withTenant, close };
  } catch (error) {
    home.release();
    throw error;
  }
}

/** On this machine nothing runs meanwhile, for the state is locked: so the Worker is started for the work. */
async function withWorker(
  state: string,
  secret: string,
  config: string | null,
  use: (worker: LocalWorker) => Promise<void>,
): Promise<void> {
  const { startWorker } = await import("./local-worker.ts");
  const worker = await startWorker({
    port: 0,
    persistDir: state,
    bindings: { HOTSEAT_SECRET: secret },
    databases: readRecordsBindings(config ?? undefined),
    log: () => undefined,
  });
  try {
    await use(worker);
  } finally {
    await worker.close();
  }
}

function readOwnSecrets(text: string | undefined): string[] {
  const faults: string[] = [];
  const secrets = readSecrets(text, (fault) => faults.push(fault));
  if (faults.length === 0) return secrets;
  throw new Refusal(
    "Secrets are encrypted with the deployment's HOTSEAT_SECRET: give it in the environment variable HOTSEAT_SECRET, at least 32 characters.",
  );
}

function findRow(rows: readonly TenantRow[], tenant: string): TenantRow {
  const row = rows.find((one) => one.tenant === tenant);
  if (row !== undefined) return row;
  const known = rows.map((one) => one.tenant).join(", ");
  throw new Refusal(
    `There is no tenant ${JSON.stringify(tenant)}; ${known === "" ? "there are none yet" : `there are ${known}`}.`,
  );
}

/** The texts of the secrets that the options name: from the environment, or one from standard input. */
function readSecretTexts(names: readonly TenantSecret[]): Record<string, string> {
  const texts: Record<string, string> = {};
  const absent = names.filter((name) => (process.env[name] ?? "") === "");
  if (absent.length > 1) {
    throw new Refusal(
      `Standard input holds one secret; give ${absent.join(" and ")} in environment variables of these names.`,
    );
  }
  if (absent[0] !== undefined && process.stdin.isTTY)
    console.error(`Type the text of ${absent[0]}, then Enter and Ctrl-D:`);
  for (const name of names) texts[name] = (process.env[name] || readFileSync(0, "utf8")).replace(/\r?\n$/, "");
  const [empty] = Object.keys(texts).filter((name) => texts[name] === "");
  if (empty === undefined) return texts;
  throw new Refusal(
    `There is no text for ${empty}: set the environment variable ${empty}, or write it to standard input.`,
  );
}

/** Another key than the deployment's would make secrets that it cannot read: what is there already must open. */
async function refuseForeignKey(rows: readonly TenantRow[], secrets: readonly string[]): Promise<void> {
  for (const { tenant, sealed } of rows) {
    for (const [name, text] of Object.entries(sealed)) {
      if ((await unseal(secrets, secretPurpose(tenant, name), text)) !== null) return;
      throw new Refusal(
        `This HOTSEAT_SECRET is not the one that the registry's secrets were encrypted with (${name} of ${tenant} does not open): give the deployment's own, the new before the old with a comma between.`,
      );
    }
  }
}

async function sealInto(
  row: TenantRow,
  options: TenantOptions,
  desk: Desk,
  rows: readonly TenantRow[],
): Promise<TenantRow> {
  const kept = withoutSecrets(row, options);
  checkRow(kept, desk.texts);
  const sealed: Record<string, string> = { ...kept.sealed };
  if (options.secrets.length > 0) {
    const secrets = desk.ownSecrets();
    await refuseForeignKey(rows, secrets);
    for (const [name, text] of Object.entries(desk.texts)) {
      sealed[name] = await seal(secrets, secretPurpose(row.tenant, name), text);
    }
  }
  return { ...row, sealed };
}

function withoutSecrets(row: TenantRow, { forgotten }: TenantOptions): TenantRow {
  for (const name of forgotten) {
    if (row.sealed[name] === undefined) throw new Refusal(`${row.tenant} has no ${name}.`);
  }
  const kept = Object.entries(row.sealed).filter(([name]) => !(forgotten as readonly string[]).includes(name));
  return { ...row, sealed: Object.fromEntries(kept) };
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
    case "idle-minutes":
      await settleIdleTimeout(calls, Number(value) * 60_000, ACTOR);
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

/** So that an old HOTSEAT_SECRET can go: what it encrypted is encrypted with the new. */
async function reseal({ store, ownSecrets }: Desk): Promise<void> {
  const secrets = ownSecrets();
  let count = 0;
  for (const row of await readRows(store)) {
    const sealed: Record<string, string> = {};
    for (const [name, text] of Object.entries(row.sealed)) {
      const plain = await unseal(secrets, secretPurpose(row.tenant, name), text);
      if (plain === null)
        throw new Refusal(
          `${name} of ${row.tenant} was encrypted with another HOTSEAT_SECRET; put that one behind the new, with a comma between.`,
        );
      sealed[name] = await seal(secrets, secretPurpose(row.tenant, name), plain);
      count++;
    }
    if (Object.keys(sealed).length === 0) continue;
    const written = await store.run(updateTenant({ ...row, sealed }, Date.now()));
    if (written.length === 0)
      throw new Refusal(`Somebody changed ${row.tenant} in the meantime; type the command again.`);
  }
  console.log(`Encrypted ${count} ${count === 1 ? "secret" : "secrets"} anew with the first HOTSEAT_SECRET.`);
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

try {
  const options = readTenantOptions(process.argv.slice(2));
  if (options === "help") console.log(HELP);
  else await obey(withPresetFile(options));
} catch (error) {
  process.exitCode = explain(error);
}
