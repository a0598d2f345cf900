/** How the extension comes to a person's Firefox: a build for any firm, the firm's policy, and one press of a button. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { buildExtension } from "../../scripts/build/build-extension.ts";
import { type SeatServer, startSeatServer } from "../extension/support/seat-server.ts";
import { type Firefox, launchFirefox } from "./support/firefox.ts";
import { until } from "./support/waiting.ts";

let outDir: string;
let firefox: Firefox;
let crm: SeatServer;

beforeAll(async () => {
  outDir = await mkdtemp(join(tmpdir(), "hotseat-extension-"));
  await buildExtension({ targets: ["firefox"], outDir, hosts: [] });
});
afterEach(async () => {
  await firefox.close();
  await crm.close();
});
afterAll(() => rm(outDir, { recursive: true, force: true }));

const see = (holds: () => boolean) => until(async () => holds() || undefined);

async function install(policy: Record<string, unknown>): Promise<void> {
  firefox = await launchFirefox({ extensionDir: join(outDir, "firefox"), hosts: [], policy });
}

test("[X1] [X3] a build for any firm: the policy names the site, one press allows it, and an open tab is served at once", async () => {
  crm = await startSeatServer({ limit: 2, secure: true });
  await install({ sites: [crm.origin], firm: "Acme Trading" });
  const tab = await firefox.open(crm.loginAddress("anna"));
  await tab.type("#notes", "typed before");
  const welcome = await firefox.openOwn("options/options.html#welcome");
  await welcome.waitForText("Managed by Acme Trading");
  await welcome.waitForText("set by your company");
  // Not allowed yet: nothing has been sent, and nothing runs in the page.
  expect(crm.heard).toEqual([]);
  await welcome.click(".sites button.primary");
  await welcome.waitForText("allowed");
  await see(() => crm.statusOf("anna").seat?.tabs === 1);
  expect(await tab.evaluate<string>('document.querySelector("#notes").value')).toBe("typed before");
  // Of the policy's: it cannot be taken away there.
  expect(await welcome.evaluate<number>('document.querySelectorAll(".sites button").length')).toBe(0);
  const popup = await firefox.openPopup();
  await popup.waitForText("You have had a licence since");
});

test("[X1] a policy with a mistake is not used, and the page says which mistake", async () => {
  crm = await startSeatServer({ limit: 2 });
  await install({ sites: ["crm without a name"], firm: "Acme Trading" });
  const options = await firefox.openOwn("options/options.html");
  await options.waitForText("takes addresses such as https://crm.acme.com");
  expect(await options.evaluate<boolean>("document.body.textContent.includes('Acme Trading')")).toBe(false);
});
