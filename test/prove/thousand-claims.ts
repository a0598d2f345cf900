/**
 * A thousand people go to a page of the CRM at the same moment, and there are ten seats: exactly ten get one.
 * `node test/prove/thousand-claims.ts [--rounds N] [--people N] [--seats N]`
 */
import { parseArgs } from "node:util";
import { REFUSED_HEADER } from "../../shared/protocol.ts";
import { Browser, makeAgent, PASS } from "./browser.ts";
import { sessionOf } from "./plain-crm.ts";
import { type Site, startSite } from "./site.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    people: { type: "string", default: "1000" },
    seats: { type: "string", default: "10" },
  },
});
const [rounds, people, seats] = [values.rounds, values.people, values.seats].map(Number) as [number, number, number];

/** Every person's id with what the page said: granted, or the reason against it. Throws at any other answer. */
async function claimTogether(browsers: ReadonlyMap<string, Browser>): Promise<Map<string, string>> {
  const answers = await Promise.all(
    [...browsers].map(async ([id, browser]) => [id, browser, await browser.navigate()] as const),
  );
  const said = new Map<string, string>();
  for (const [id, browser, { status, headers, body }] of answers) {
    const reason = headers.get(REFUSED_HEADER);
    if (status === 200 && browser.cookies.has(PASS)) said.set(id, "granted");
    else if (status === 503 && reason !== null && !browser.cookies.has(PASS)) said.set(id, reason);
    else throw new Error(`${id} was answered ${status} without a pass or a reason: ${body.slice(0, 300)}`);
  }
  return said;
}

async function playRound(site: Site, browsers: ReadonlyMap<string, Browser>): Promise<string> {
  const said = await claimTogether(browsers);
  const granted = [...said].filter(([, word]) => word === "granted").map(([id]) => id);
  const reasons = new Set([...said.values()].filter((word) => word !== "granted"));
  if (granted.length !== seats) throw new Error(`${granted.length} were granted a seat, not ${seats}`);
  const view = await site.view();
  const holders = view.holders.map(({ id }) => id as string).sort();
  if (view.inUse !== seats || holders.join() !== [...granted].sort().join()) {
    throw new Error(`the pages let in ${granted.join(", ")}; the administration shows ${holders.join(", ")}`);
  }
  for (const id of granted) {
    const answer = await browsers.get(id)?.call("release");
    if (answer?.status !== 200) throw new Error(`${id} could not release: ${answer?.status} ${answer?.body}`);
    // L9: the next call shows that the browser took the answer.
    await browsers.get(id)?.call("hand-back");
  }
  const after = await site.view();
  if (after.inUse !== 0) throw new Error(`${after.inUse} seats are in use after everybody released`);
  return [...reasons].join(", ");
}

// Who-am-I of a thousand people at once takes longer than one person would ever wait.
const site = await startSite({ seatLimit: seats, timing: { identityTimeoutMs: 60_000 } });
try {
  const agent = makeAgent(people);
  const browsers = new Map(
    Array.from({ length: people }, (_, index) => {
      const id = `p${index}`;
      return [id, new Browser(site.port, agent, sessionOf(id, "sales"))] as const;
    }),
  );
  let reasons = "";
  for (let round = 1; round <= rounds; round++) reasons = await playRound(site, browsers);
  agent.destroy();
  console.log(
    `${rounds} rounds of ${people} simultaneous claims on ${seats} seats: ${seats} granted, ${people - seats} refused (${reasons}) each`,
  );
} catch (error) {
  console.error(site.lines.join("\n"));
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await site.close();
}
