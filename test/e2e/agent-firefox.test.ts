/** Without the extension the page's own agent is the client, in a real Firefox, and in a browser like those of telephones. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { buildExtensionOnce } from "../../scripts/build/extension-build.ts";
import { type Firefox, launchFirefox } from "./support/firefox.ts";
import { type Stack, startStack } from "./support/stack.ts";
import { html, type StubCrm, startStubCrm } from "./support/stub-crm.ts";
import { eventually, PATIENCE_MS, until } from "./support/waiting.ts";

const GUARDED = `<main id="crm"><textarea id="note"></textarea></main><script>
let typed = false;
addEventListener("input", () => { typed = true; });
addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });</script>`;
const TIMING = {
  heartbeatEveryMs: 1_000,
  // So that half of it is a busy machine's patience: what is free by then is not lost but closed.
  lostAfterMs: 2 * PATIENCE_MS,
  closeGraceMs: 1_000,
  passLifeMs: 3_000,
  passRenewAheadMs: 800,
  clockSkewMs: 300,
};

let firefox: Firefox;
let crm: StubCrm;
let stack: Stack;
const built = await buildExtensionOnce();
/** The extension is there, and allowed nowhere. */
const open = () => launchFirefox({ extensionDir: built.firefox, hosts: [] });

beforeAll(async () => {
  crm = await startStubCrm({
    "/note": { body: html("Note", '<main id="crm"><textarea id="note"></textarea></main>') },
    "/guarded": { body: html("Guarded", GUARDED) },
  });
  firefox = await open();
});
afterEach(async () => {
  if (firefox.isOpen()) await firefox.leave();
  else firefox = await open();
  await stack.close();
});
afterAll(async () => {
  await firefox.close();
  await crm.close();
});

const start = async () => {
  stack = await startStack({ seatLimit: 1, timing: TIMING, crm: { origin: crm.origin, preset: "demo" } });
};
const tabs = async () => (await stack.view()).holders[0]?.tabs ?? 0;
const isSeated = async () => (await stack.view()).holders.length > 0;

test("[G8] [L6] tabs are told of, and the last one's closing frees the seat within the grace", async () => {
  await start();
  const tab = await firefox.open(`${stack.url}/login?as=anna`);
  await tab.goto(`${stack.url}/note`);
  const other = await firefox.open(`${stack.url}/note`);
  await eventually(async () => (await tabs()) === 2);
  await firefox.open("about:blank");
  await other.close();
  await eventually(async () => (await tabs()) === 1);
  await tab.close();
  await eventually(async () => !(await isSeated()));
});

test("[G8] [L6] while the page asks whether to leave, the seat stays, and so it does where the person stays", async () => {
  await start();
  const tab = await firefox.open(`${stack.url}/login?as=anna`);
  await tab.goto(`${stack.url}/guarded`);
  await tab.type("#note", "half a note");
  await eventually(async () => (await tabs()) === 1);
  await tab.closeUntilAsked();
  const since = Date.now();
  await until(async () => Date.now() - since > 3 * TIMING.closeGraceMs || undefined);
  expect(await isSeated()).toBe(true);
  await tab.answerLeave(false);
  expect(await tab.evaluate<string>('document.querySelector("#note").value')).toBe("half a note");
  await tab.closeUntilAsked();
  await tab.answerLeave(true);
  await eventually(async () => !(await isSeated()));
});

/** A person opens the CRM, and quits the browser: is the seat free before it would be lost? */
async function isFreeAfterQuitting(): Promise<boolean> {
  await start();
  const tab = await firefox.open(`${stack.url}/login?as=anna`);
  await tab.goto(`${stack.url}/note`);
  await eventually(async () => (await tabs()) === 1);
  await firefox.quit();
  return eventually(async () => !(await isSeated())).then(
    () => true,
    () => false,
  );
}

test("[G8] [L6.7] the whole browser quits: free within seconds, wherever Firefox still sends the goodbye", async () => {
  // Firefox takes its network down as it quits, now and then before the goodbye is out. An agent that sends none fails
  // every time.
  for (let quits = 1; !(await isFreeAfterQuitting()); quits++) {
    expect(quits).toBeLessThan(4);
    await stack.close();
    firefox = await open();
  }
});
