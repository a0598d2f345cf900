/** What the page agent costs people without the extension; the two Chromiums differ by the script in the page alone. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { bundleClientFile } from "../../scripts/build/client-files.ts";
import { AGENT_PATH } from "../../shared/reserved-path.ts";
import { startStack } from "../e2e/support/stack.ts";
import { html, signInAs, startStubCrm } from "../e2e/support/stub-crm.ts";
import { workAnHourInTabs } from "../worker/gate/agent/support/hour-in-tabs.ts";
import { compareLoads, costOfEvent, longestTask } from "./page-cost.ts";
import { LOADS, launchBare, line, loadLines, type PageNumber, TRACED_LOADS, workLines } from "./page-numbers.ts";

const GATE = join(import.meta.dirname, "../../worker/gate");
const PRESET = join(import.meta.dirname, "../../worker/identity/presets/demo.json");
const TABS = 10;
/** A page of a CRM is not empty. */
const ROWS = 2_000;
const LONG = Array.from({ length: ROWS }, (_, row) => `<li>Contact number ${row}, of Larch &amp; Sons</li>`).join("");

/** Measures everything; takes about a minute on a quiet machine. */
export async function benchAgent(): Promise<PageNumber[]> {
  const crm = await startStubCrm({ "/long": { body: html("Long", `<main id="crm"><ul>${LONG}</ul></main>`) } });
  const preset = JSON.parse(await readFile(PRESET, "utf8")) as object;
  const before = (name: string) => startStack({ crm: { origin: crm.origin, preset: name } });
  const injecting = await before("demo");
  const plain = await before(JSON.stringify({ ...preset, inject: false }));
  const [agent, bare] = [await launchBare(), await launchBare()];
  try {
    const pair = { withIt: await agent.newPage(), without: await bare.newPage() };
    const sides = { withIt: injecting, without: plain };
    for (const which of ["withIt", "without"] as const) await signInAs(pair[which], sides[which].url, "anna");
    const loads = await compareLoads(pair, { withIt: `${injecting.url}/long`, without: `${plain.url}/long` }, LOADS);
    const event = await costOfEvent(pair);
    const isAgent = (script: string) => script.endsWith(AGENT_PATH);
    const longest = await longestTask(pair.withIt, `${injecting.url}/long`, TRACED_LOADS, isAgent);
    const gzipped = gzipSync(bundleClientFile(join(GATE, "agent/agent.client.ts"))).length;
    const requests = workAnHourInTabs(TABS);
    return [
      line("script, gzipped", `${gzipped} bytes`, "< 8,192 bytes", gzipped < 8_192),
      ...loadLines(loads),
      ...workLines(event, longest),
      line(`heartbeats in an hour's work in ${TABS} tabs`, String(requests), "<= 62", requests <= 62),
    ];
  } finally {
    await Promise.all([agent.close(), bare.close()]);
    await Promise.all([injecting.close(), plain.close()]);
    await crm.close();
  }
}
