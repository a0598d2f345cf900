/**
 * `npm run deploy`: checks the configuration, applies the migrations of D1, deploys the Worker. Exit status 0: done;
 * 2: something is to be set first, a sentence each; 1: wrangler failed, and said why.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { parseArgs, stripVTControlCharacters } from "node:util";
import type { RecordsName } from "../../worker/config/location.ts";
import type { TenantRow } from "../../worker/registry/tenant-row.ts";
import { explain, Refusal, refusedOption } from "../cli/command-refusal.ts";
import { readRows } from "../tenant/registry-rows.ts";
import { openWranglerStore } from "../tenant/registry-store.ts";
import { checkRow } from "../tenant/tenant-change.ts";
import {
  type DeploymentConfig,
  findFaults,
  findLostTenants,
  findSecretFaults,
  isRegistry,
  recordsOf,
} from "./deployment-faults.ts";
import { findSelfCall } from "./route-faults.ts";
import { faultOf, runWrangler } from "./wrangler.ts";

const ROOT = join(import.meta.dirname, "../..");
const HELP = `npm run deploy -- [--dry-run] [--config FILE]

  Checks the configuration, applies the migrations of each database of records and deploys the Worker with wrangler,
  which has to know your account: "npx wrangler login", or CLOUDFLARE_API_TOKEN in the environment.

  --dry-run      check and bundle, which needs no account; change nothing
  --config FILE  another file than wrangler.toml`;

interface Wish {
  dryRun: boolean;
  file: string;
}

const OPTIONS = {
  "dry-run": { type: "boolean" },
  config: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

function readWish(args: string[]): Wish | "help" {
  try {
    const { values } = parseArgs({
      args,
      strict: true,
      options: OPTIONS,
    });
    if (values.help) return "help";
    return { dryRun: values["dry-run"] ?? false, file: resolve(values.config ?? join(ROOT, "wrangler.toml")) };
  } catch (error) {
    throw refusedOption(error, "npm run deploy", OPTIONS);
  }
}

/** What wrangler finds wrong: its message is a heading, then a list, in colours. */
function readComplaint(error: unknown): string {
  const lines = stripVTControlCharacters(error instanceof Error ? error.message : String(error)).split("\n");
  const found = lines.map((line) => line.replace(/^\s*-?\s*/, "").trim()).filter((line) => line !== "");
  return (found.length > 1 ? found.filter((line) => !line.startsWith("Processing ")) : found).join(" ");
}

async function readDeployment(file: string): Promise<DeploymentConfig> {
  const { WRANGLER_LOG } = process.env;
  // On loading it would speak of proxies and the like, between our own lines.
  process.env.WRANGLER_LOG = "error";
  const { unstable_readConfig: readWrangler } = await import("wrangler");
  if (WRANGLER_LOG === undefined) delete process.env.WRANGLER_LOG;
  else process.env.WRANGLER_LOG = WRANGLER_LOG;
  try {
    return readWrangler({ config: file }, { hideWarnings: true });
  } catch (error) {
    throw new Refusal(`${file} cannot be read: ${readComplaint(error)}`);
  }
}

function refuse(faults: readonly string[]): void {
  if (faults.length === 0) return;
  const [only = ""] = faults;
  throw new Refusal(
    faults.length === 1 ? `${only}.` : `not deployed, for\n${faults.map((fault) => `- ${fault}`).join("\n")}`,
  );
}

const say = (line: string): void => console.log(line);
const pass = (text: string): void => void process.stdout.write(text);

async function bundle(file: string): Promise<void> {
  const outdir = mkdtempSync(join(tmpdir(), "hotseat-deploy-"));
  try {
    const done = await runWrangler(["deploy", "--dry-run", "--config", file, "--outdir", outdir]);
    if (done.status !== 0) throw new Error(`wrangler could not bundle the Worker: ${faultOf(done)}`);
    const size = /Total Upload: .*/.exec(done.output)?.[0];
    if (size !== undefined) say(`  ${size}`);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** The secrets of the Worker; none for one that was never deployed. */
async function readSecretNames(file: string): Promise<string[]> {
  const done = await runWrangler(["secret", "list", "--config", file, "--format", "json"]);
  if (done.status === 0) return (JSON.parse(done.output) as { name: string }[]).map(({ name }) => name);
  const why = faultOf(done);
  // Cloudflare's code for a Worker that is not there.
  if (/10007|does not exist|not found/i.test(`${done.output}${done.errors}`)) return [];
  throw new Error(`wrangler could not list the Worker's secrets: ${why}`);
}

async function checkRegistry(deployment: DeploymentConfig, config: readonly string[]): Promise<void> {
  const databases = recordsOf(deployment);
  const rows = await readRows(openWranglerStore(["--remote", ...config]));
  const selfCalls = rows.flatMap(({ tenant, variables }) => {
    const fault = findSelfCall(deployment, variables.CRM_ORIGIN);
    return fault === null ? [] : [`the tenant ${tenant}: ${fault}`];
  });
  refuse([...rows.flatMap(faultsOfRow), ...findLostTenants(rows, databases), ...selfCalls]);
  const count = (name: RecordsName) => `${rows.filter(({ records }) => records === name).length} in ${name}`;
  say(
    `  ${rows.length} ${rows.length === 1 ? "tenant" : "tenants"} in the registry: ${databases.map(count).join(", ")}`,
  );
  if (rows.length === 0) say("  Add one: npm run tenant -- --remote add NAME --host HOST --crm URL --preset NAME");
}

function faultsOfRow(row: TenantRow): string[] {
  try {
    checkRow(row, {});
    return [];
  } catch (error) {
    if (error instanceof Refusal) return [`the tenant ${row.tenant}: ${error.message.replace(/\.$/, "")}`];
    throw error;
  }
}

async function run(what: string, args: readonly string[]): Promise<void> {
  say(what);
  const done = await runWrangler(args, pass);
  if (done.status !== 0) throw new Error(`${what}: wrangler failed, for the reason above`);
}

async function deploy({ dryRun, file }: Wish): Promise<void> {
  const name = relative(process.cwd(), file) || file;
  const deployment = await readDeployment(file);
  say("Checking the configuration");
  refuse(findFaults(deployment, name));
  await bundle(file);
  if (dryRun) {
    say("The configuration is good and the Worker bundles. Nothing was changed (--dry-run).");
    return;
  }
  const config = ["--config", file];
  refuse(findSecretFaults(deployment, await readSecretNames(file)));
  for (const name of recordsOf(deployment)) {
    await run(`Applying the migrations of ${name}`, ["d1", "migrations", "apply", name, "--remote", ...config]);
  }
  if (isRegistry(deployment)) await checkRegistry(deployment, config);
  await run("Deploying the Worker", ["deploy", ...config]);
  say("Deployed. /.hotseat/health on the CRM's host tells how the parts are.");
}

try {
  const wish = readWish(process.argv.slice(2));
  if (wish === "help") say(HELP);
  else await deploy(wish);
} catch (error) {
  if (error instanceof Refusal) process.exitCode = explain(error);
  else {
    console.error(`hotseat: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
