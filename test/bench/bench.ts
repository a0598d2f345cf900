/**
 * `npm run bench`: what Hotseat costs, as ratios that are measured in one run, both sides in turn, in one workerd.
 * Ends with status 1 when a number that is demanded is missed.
 */
import { cpus, loadavg, totalmem } from "node:os";
import { explain, Refusal } from "../../scripts/cli/command-refusal.ts";
import { readOptions } from "../../scripts/cli/read-options.ts";
import { endChildren, runChild } from "./child.ts";
import { measureFirms } from "./firms.ts";
import { measureCrm, measureGate, measureInjection, measureMemory, measureRenewals } from "./gate-speed.ts";
import { measureHeartbeats, measureRows } from "./heartbeat-speed.ts";
import { measureLedger } from "./ledger-size.ts";
import { measureObject } from "./object-size.ts";
import { measurePeers } from "./peers.ts";
import { measureRecords } from "./records-speed.ts";
import { workerdPath } from "./runtime.ts";
import { measureShadow } from "./shadow-cost.ts";
import { type Stage, setStage } from "./stage.ts";
import { count, drawTable, type Row } from "./table.ts";

const MEASUREMENTS: Record<string, (stage: Stage) => Promise<Row[]>> = {
  gate: measureGate,
  injecting: measureInjection,
  renewing: measureRenewals,
  memory: measureMemory,
  heartbeat: measureHeartbeats,
  rows: measureRows,
  ledger: measureLedger,
  object: measureObject,
  shadow: measureShadow,
  records: measureRecords,
  firms: measureFirms,
  peers: measurePeers,
};
const NAMES = Object.keys(MEASUREMENTS);
/** What others cost needs programs of Debian's, so it is measured only where asked for. */
const USUAL = NAMES.filter((name) => name !== "peers");

const HELP = `npm run bench -- [--only NAME,NAME] [--quick]

Measures what Hotseat costs. NAME: ${NAMES.join(", ")}; without --only all but peers.
peers    nginx with auth_request and seats counted in Redis, beside the same nginx without
--quick  fewer and shorter rounds: a first look, not a result`;

/** What was typed. Throws a `Refusal` for what cannot be measured. */
function readWish(): { names: string[]; quick: boolean } {
  const values = readOptions("npm run bench", HELP, { only: { type: "string" }, quick: { type: "boolean" } });
  const names = values.only?.split(",") ?? USUAL;
  const unknown = names.find((name) => !NAMES.includes(name));
  if (unknown !== undefined) throw new Refusal(`--only takes names of: ${NAMES.join(", ")}; not ${unknown}.`);
  return { names: NAMES.filter((name) => names.includes(name)), quick: values.quick ?? false };
}

async function describeMachine(stage: Stage, crmRate: number): Promise<string> {
  const version = (await runChild(workerdPath(), ["--version"])).trim();
  const [cpu] = cpus();
  return [
    `${cpus().length} cores (${cpu?.model.trim() || "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GB, node ${process.versions.node}`,
    `${version}, load by ${stage.tool.name} with 32 connections, ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC`,
    `the CRM alone ${count(crmRate)} req/s, load average now ${(loadavg()[0] ?? 0).toFixed(1)}`,
  ].join("; ");
}

async function measureAll(names: readonly string[], quick: boolean): Promise<boolean> {
  const say = (line: string) => console.error(line);
  const stage = await setStage(quick);
  try {
    const rows: Row[] = [];
    for (const name of names) {
      say(`measuring ${name} ...`);
      rows.push(...((await MEASUREMENTS[name]?.(stage)) ?? []));
    }
    console.log(`\n${drawTable(rows)}\n\n${await describeMachine(stage, await measureCrm(stage))}`);
    return rows.every(({ ok }) => ok !== false);
  } finally {
    stage.clear();
  }
}

function readOrRefuse() {
  try {
    return readWish();
  } catch (error) {
    return process.exit(explain(error));
  }
}

const options = readOrRefuse();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => void endChildren().finally(() => process.exit(130)));
}
let reached = false;
try {
  reached = await measureAll(options.names, options.quick);
} catch (error) {
  console.error(error);
} finally {
  await endChildren();
}
process.exit(reached ? 0 : 1);
