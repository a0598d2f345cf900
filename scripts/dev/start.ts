/** `npm start`: everything of Hotseat on this machine, ready to try. See start-options.ts for what it takes. */

import type { TenantRow } from "../../worker/registry/tenant-row.ts";
import { buildExtensionOnce } from "../build/extension-build.ts";
import { explain, Refusal } from "../cli/command-refusal.ts";
import { describePreset, readPresetOption } from "../preset/preset-file.ts";
import { settleIdleTimeout, settleLimit } from "../tenant/tenant-limit.ts";
import { type HomeFolder, openHomeFolder } from "./home-folder.ts";
import { tryLocalhost, whyUnreachable } from "./listening.ts";
import { openBrowser, requireBrowser } from "./open-browser.ts";
import { DEFAULT_SEATS, HELP, readStartOptions, type StartOptions } from "./start-options.ts";
import { AGAIN, describeAgain, describeTenants, describeWelcome, type Standing } from "./welcome.ts";

/** What was started, in order; stopped in the opposite one. */
const started: (() => Promise<void> | void)[] = [];

async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
  const since = Date.now();
  const result = await work();
  console.log(`  ${name} (${((Date.now() - since) / 1_000).toFixed(1)} s)`);
  return result;
}

/** The CRM behind the gate: the person's own, which must answer, or the demo, started here. */
async function standBehind(options: StartOptions, home: HomeFolder): Promise<Standing> {
  if (options.crm !== null) {
    const { origin, preset } = options.crm;
    const presetText = await checkedPreset(preset);
    const why = await whyUnreachable(origin);
    if (why !== null) throw new Refusal(`The CRM at ${origin} cannot be reached: ${why}.`);
    return { origin, preset: describePreset(preset), presetText, demoUsers: null };
  }
  const { startDemoCrm } = await import("../../test/fixtures/demo-crm/demo-crm.ts");
  // Beside the gate's port where that is free, so that it is the same at every start; nobody needs to type it.
  const beside = options.port + 1;
  const port = beside <= 65_535 && (await tryLocalhost(beside)) === "free" ? beside : 0;
  const crm = await startDemoCrm({ port, dataDir: home.demoCrm });
  started.push(() => crm.close());
  return { origin: crm.origin, preset: "demo", presetText: "demo", demoUsers: crm.users };
}

/** What PRESET is to be. Throws a `Refusal` that lists the faults of a file of the person's own. */
async function checkedPreset(given: string): Promise<string> {
  const text = readPresetOption(given);
  const { loadPreset } = await import("../../worker/identity/preset/presets.ts");
  const { PresetError } = await import("../../worker/identity/preset/preset-check.ts");
  try {
    loadPreset(text);
    return text;
  } catch (error) {
    if (!(error instanceof PresetError)) throw error;
    throw new Refusal(
      `The preset ${describePreset(given)} cannot work: ${error.message.replace(/^Preset in PRESET: /, "")}.`,
    );
  }
}

interface Names {
  TENANT: string;
  TENANT_NAME: string;
  CONTACT: string;
}

/** One tenant for each CRM, so that the seats of one never meet the people of another. */
function nameTenant({ origin, demoUsers }: Standing, hasPast: boolean): Names {
  if (demoUsers !== null) {
    // The firm's name is on every page: nobody shall take what is made up for measured.
    const name = hasPast ? "Larch Trading (demo data)" : "Larch Trading";
    return { TENANT: "demo", TENANT_NAME: name, CONTACT: "it@larch.example, extension 4711" };
  }
  const { host } = new URL(origin);
  const name = host
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
  return { TENANT: name.replace(/-+$/, ""), TENANT_NAME: host, CONTACT: "" };
}

// What takes long to load is loaded where it is needed: a refusal comes at once.
async function openWorker(port: number, home: HomeFolder, bindings: Record<string, string>) {
  const { startWorker } = await import("./local-worker.ts");
  try {
    const worker = await startWorker({
      port,
      persistDir: home.state,
      bindings: { ...bindings, HOTSEAT_SECRET: home.secret() },
      log: (line) => console.error(`  worker: ${line}`),
    });
    started.push(() => worker.close());
    return worker;
  } catch (error) {
    if ((error as { code?: unknown }).code !== "ERR_ADDRESS_IN_USE") throw error;
    throw portInUse(port);
  }
}

const firmBindings = (options: StartOptions, standing: Standing, names: Names) => ({
  ...names,
  CRM_ORIGIN: standing.origin,
  PRESET: standing.presetText,
  SEAT_LIMIT: String(options.seats ?? DEFAULT_SEATS),
  // What is tried out is meant to be seen.
  ENFORCE: "yes",
});

/** A demo that is new gets ninety days of made-up use, so that there is something to look at. */
async function giveHistory(options: StartOptions, home: HomeFolder, standing: Standing): Promise<void> {
  const { makeHistory, takesHistory } = await import("./demo-history.ts");
  const { demoUsers } = standing;
  if (demoUsers === null || options.noHistory === true || !takesHistory(home.state)) return;
  const bindings = { ...firmBindings(options, standing, nameTenant(standing, true)), HOTSEAT_SECRET: home.secret() };
  await step("ninety days of made-up use", () =>
    makeHistory(home.state, bindings, demoUsers, options.seats ?? DEFAULT_SEATS, (close) => started.push(close)),
  );
}

async function openGate(options: StartOptions, home: HomeFolder, standing: Standing, names: Names) {
  const worker = await openWorker(options.port, home, {
    ...firmBindings(options, standing, names),
    LICENCE_MANAGERS: options.managers,
    SUPPORT: options.support,
    TIMING_OVERRIDES: options.timing === null ? "" : JSON.stringify(options.timing),
  });
  const tenant = worker.tenant(names.TENANT);
  const limit = await inTime(settleLimit(tenant, options.seats), "The Worker's seat object");
  await inTime(settleIdleTimeout(tenant, options.timing?.idleTimeoutMs ?? null), "The Worker's seat object");
  return { worker, limit };
}

/** The tenants that will be served. */
async function readTenants(home: HomeFolder): Promise<TenantRow[]> {
  const { openLocalStore } = await import("../tenant/registry-file.ts");
  const { readRows } = await import("../tenant/registry-rows.ts");
  const store = openLocalStore(home.state);
  try {
    const rows = await readRows(store);
    if (rows.length > 0) return rows;
    throw new Refusal(
      "There are no tenants to serve; npm run tenant -- add acme --host acme.localhost --crm URL --preset NAME adds one.",
    );
  } finally {
    await store.close();
  }
}

/** A fault of ours must not look like a slow machine for ever. */
function inTime<T>(work: Promise<T>, who: string): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`${who} did not answer within 30 seconds`)), 30_000).unref();
  });
  return Promise.race([work, late]);
}

const portInUse = (port: number) =>
  new Refusal(
    `Port ${port} is in use on this machine; take another with npm start -- --port ${port === 8787 ? 8790 : 8787}`,
  );

async function start(options: StartOptions): Promise<void> {
  const since = Date.now();
  const { browser } = options;
  const browserPath = browser === null ? null : requireBrowser(browser, console.log);
  const verdict = await tryLocalhost(options.port);
  if (verdict === "in use") throw portInUse(options.port);
  if (verdict === "forbidden")
    throw new Refusal(`Port ${options.port} is kept for root on this machine; take one above 1023.`);
  const home = openHomeFolder(process.env);
  started.push(() => home.release());
  if (options.fresh) home.forget();

  console.log("Starting Hotseat");
  if (options.registry) return startRegistry(options, home, since);
  const standing = await step(options.crm === null ? "demo CRM" : "CRM answers", () => standBehind(options, home));
  const [folders] = await Promise.all([
    step("extension for Chrome, Edge and Firefox", () => buildExtensionOnce()),
    giveHistory(options, home, standing),
  ]);
  const { hasHistory } = await import("./demo-history.ts");
  const hasPast = hasHistory(home.state);
  const names = nameTenant(standing, hasPast);
  const { worker, limit } = await step("Worker, seats and records on workerd", () =>
    openGate(options, home, standing, names),
  );
  const readyMs = Date.now() - since;
  const welcome = { url: worker.url, standing, limit, hasPast, folders, readyMs };
  console.log(process.env[AGAIN] === undefined ? describeWelcome(welcome) : describeAgain(welcome));
  await showBrowser(options, browserPath, folders, worker.url);
}

async function startRegistry(options: StartOptions, home: HomeFolder, since: number): Promise<void> {
  const tenants = await step("registry", () => readTenants(home));
  const worker = await step("Worker, seats and records on workerd", () => openWorker(options.port, home, {}));
  console.log(describeTenants({ url: worker.url, tenants, readyMs: Date.now() - since }));
}

async function showBrowser(
  { browser }: StartOptions,
  browserPath: string | null,
  folders: Record<"chrome" | "firefox", string>,
  url: string,
): Promise<void> {
  if (browser !== null && browserPath !== null) {
    started.push(await openBrowser(browser, browserPath, folders[browser], url));
    console.log(
      `  A window of ${browser === "chrome" ? "Chrome" : "Firefox"} is open; the extension is behind the puzzle piece beside the address.\n`,
    );
  }
}

/** Stops whatever was started, latest first, and ends with `status`. What does not stop within 8 s is left behind. */
async function stop(status: number): Promise<never> {
  setTimeout(() => process.exit(1), 8_000).unref();
  for (const close of started.splice(0).reverse()) {
    try {
      await close();
    } catch (error) {
      console.error(error);
    }
  }
  process.exit(status);
}

let stopping = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  // One Ctrl-C arrives several times: from the terminal, from npm, from the script that started this one.
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    void stop(0);
  });
}

try {
  const options = readStartOptions(process.argv.slice(2), process.env);
  if (options === "help") console.log(HELP);
  else await start(options);
} catch (error) {
  // Stopped half-way: what was being started fails then, and that is no news.
  if (!stopping) await stop(explain(error));
}
