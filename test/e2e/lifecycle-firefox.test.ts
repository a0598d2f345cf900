/** What happens to tabs, containers and the whole browser, in a real Firefox. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { buildExtensionOnce } from "../../scripts/build/extension-build.ts";
import { type SeatServer, type SeatServerOptions, startSeatServer } from "../extension/support/seat-server.ts";
import { type Firefox, type FirefoxTab, launchFirefox } from "./support/firefox.ts";
import { until } from "./support/waiting.ts";

let firefox: Firefox;
let crm: SeatServer;

const built = await buildExtensionOnce();
const start = async () => {
  firefox = await launchFirefox({ extensionDir: built.firefox });
};
/** One browser for all tests, but for those that end it. */
beforeAll(start);
afterEach(async () => {
  if (firefox.isOpen()) await firefox.leave();
  else await start();
  await crm.close();
});
afterAll(() => firefox.close());

const serve = async (options: Partial<SeatServerOptions> = {}) => {
  crm = await startSeatServer({ limit: 2, timing: { closeGraceMs: 1_000 }, ...options });
};
const see = (holds: () => boolean) => until(async () => holds() || undefined);
const stateOf = (user: string) => crm.statusOf(user).state;
const tabsOf = (user: string) => crm.statusOf(user).seat?.tabs ?? 0;
const overlayWith = (tab: FirefoxTab, words: string) =>
  until(async () => ((await tab.overlay())?.text.includes(words) ? true : undefined));
const noOverlay = (tab: FirefoxTab) => until(async () => (await tab.overlay()) === null || undefined);

test("[X2] [L6] links within the CRM cost no message; the last tab's closing is heard", async () => {
  await serve();
  const tab = await firefox.open(crm.loginAddress("anna"));
  await see(() => tabsOf("anna") === 1);
  const since = Date.now();
  const before = crm.heard.length;
  for (const path of ["/modal", "/contacts", "/modal"]) {
    await tab.click(`a[href="${path}"]`);
    await until(async () => (await tab.evaluate<string>("location.pathname")) === path || undefined);
    await tab.evaluate("new Promise((resolve) => setTimeout(resolve, 200))");
  }
  await see(() => Date.now() - since > 2_000);
  expect(crm.heard.slice(before).map(({ name }) => name)).toEqual([]);
  expect(stateOf("anna")).toBe("seated");
  await firefox.open("about:blank");
  await tab.close();
  await see(() => stateOf("anna") === "unseated");
  expect(crm.statusOf("anna").ended?.cause).toBe("closed");
});

/** A person opens the CRM, and quits the browser: does the goodbye get out? */
async function isClosedByQuitting(): Promise<boolean> {
  await serve();
  await firefox.open(crm.loginAddress("anna"));
  await see(() => tabsOf("anna") === 1);
  await firefox.quit();
  return until(async () => stateOf("anna") === "unseated" || undefined, 8_000).catch(() => false);
}

test("[L6.7] the whole browser quits: free within seconds, wherever Firefox still sends the goodbye", async () => {
  // See agent-firefox.test.ts: Firefox takes its network down as it quits, now and then before the goodbye is out.
  for (let quits = 1; !(await isClosedByQuitting()); quits++) {
    expect(quits).toBeLessThan(4);
    await crm.close();
    await start();
  }
  expect(crm.statusOf("anna").ended?.cause).toBe("closed");
});

/** What the seat service has been told since, by name. */
const toldSince = (before: number) => crm.heard.slice(before).map(({ name }) => name);

test("[L6] while the page asks whether to leave, nothing is said; whoever stays keeps the seat, whoever leaves frees it", async () => {
  await serve({ timing: { heartbeatEveryMs: 5_000 } });
  const tab = await firefox.open(crm.loginAddress("anna", "/guarded?go"));
  await see(() => tabsOf("anna") === 1);
  await tab.type("#notes", "half a note");
  const before = crm.heard.length;
  await tab.closeUntilAsked();
  // The background is awake meanwhile, and so is everything that could have spoken.
  await firefox.open(crm.loginAddress("anna"));
  await see(() => tabsOf("anna") === 2);
  expect(toldSince(before)).not.toContain("bye");
  await tab.answerLeave(false);
  expect(await tab.evaluate<string>('document.querySelector("#notes").value')).toBe("half a note");
  await tab.closeUntilAsked();
  await tab.answerLeave(true);
  // By the document's goodbye, or at the latest by the next heartbeat: Firefox may drop the goodbye with the tab.
  await see(() => tabsOf("anna") === 1);
});

test("[L6] where a frame asks whether to leave, the goodbye that was said before is taken back while the question stands", async () => {
  await serve({ timing: { closeGraceMs: 10_000 } });
  const tab = await firefox.open(crm.loginAddress("anna", "/guarded-frame?go"));
  await see(() => tabsOf("anna") === 1);
  await tab.evaluate("frames[0].document.querySelector('#notes').focus()");
  const before = crm.heard.length;
  await tab.type("iframe", "half a note");
  await tab.closeUntilAsked();
  await see(() => toldSince(before).includes("bye") && tabsOf("anna") === 1);
  // Past the grace by the seat service's own clock.
  crm.skip(20_000);
  expect(stateOf("anna")).toBe("seated");
  await tab.answerLeave(true);
  await see(() => tabsOf("anna") === 0);
});

test("[X3] [X4] in a container, whose cookies the background does not have, the seat is the tab's own", async () => {
  await serve();
  const tab = await firefox.open(crm.loginAddress("anna"), { container: true });
  await see(() => tabsOf("anna") === 1);
  await tab.type("#notes", "typed");
  const popup = await firefox.openPopup();
  await popup.waitForText("You have had a licence since");
  await popup.click("#release");
  await see(() => stateOf("anna") === "unseated");
  // The second call shows that the browser took the first one's answer (L9).
  await see(() => !crm.statusOf("anna").draining);
  await overlayWith(tab, "You released your licence");
  await tab.pressOverlay("Continue working");
  await see(() => stateOf("anna") === "seated");
  await noOverlay(tab);
  expect(await tab.evaluate<string>('document.querySelector("#notes").value')).toBe("typed");
});

test("[X1.2] turned off and on again in mid-work, it serves the tab that is open without a reload", async () => {
  await serve();
  const tab = await firefox.open(crm.loginAddress("anna"));
  await see(() => tabsOf("anna") === 1);
  await tab.type("#notes", "typed before");
  await firefox.turnExtension(false);
  const before = crm.heard.length;
  await firefox.turnExtension(true);
  await see(() => toldSince(before).includes("heartbeat"));
  crm.evict("anna", "manager", "");
  await (await firefox.openPopup()).waitForText("freed");
  await overlayWith(tab, "Your licence was freed");
  expect(await tab.evaluate<string>('document.querySelector("#notes").value')).toBe("typed before");
});

test("[G8.11] [L1] [X4] another person in a container beside it has a seat of their own, of which nothing is said here", async () => {
  await serve();
  const own = await firefox.open(crm.loginAddress("anna"));
  await see(() => tabsOf("anna") === 1);
  const other = await firefox.open(crm.loginAddress("berta"), { container: true });
  await other.type("#notes", "typed");
  await own.stir();
  const popup = await firefox.openPopup();
  await popup.waitForText("You have had a licence since");
  expect(tabsOf("anna")).toBe(1);
  await popup.click("#release");
  await see(() => stateOf("anna") === "unseated");
  await overlayWith(own, "You released your licence");
  await other.stir();
  expect(stateOf("berta")).toBe("seated");
  expect(await other.overlay()).toBeNull();
});

test("[G8] [X1] in a private window it does not run: it would speak with the cookies of another person", async () => {
  await serve();
  const tab = await firefox.openPrivate(crm.loginAddress("anna"));
  await tab.waitForText("Signed in as anna");
  await tab.stir();
  expect(stateOf("anna")).toBe("seated");
  // An ordinary window beside it is served, and by then the private one would have spoken, too.
  const other = await firefox.open(crm.loginAddress("berta"));
  await see(() => tabsOf("berta") === 1);
  expect(crm.heard.map(({ user }) => user)).not.toContain("anna");
  expect(await tab.overlay()).toBeNull();
  await other.close();
  await tab.close();
});
