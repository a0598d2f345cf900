/** How the extension comes to a person's Chromium: a build for any firm, a site that is allowed, and the firm's policy. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { buildExtension } from "../../scripts/build/build-extension.ts";
import { findBrowser } from "../../scripts/dev/system-browser.ts";
import { type SeatServer, startSeatServer } from "../extension/support/seat-server.ts";
import { type Chrome, launchChrome } from "./support/chrome.ts";
import { press } from "./support/press.ts";
import { until } from "./support/waiting.ts";

let outDir: string;
let chrome: Chrome;
let crm: SeatServer;
let extensionDir: string;

beforeAll(async () => {
  outDir = await mkdtemp(join(tmpdir(), "hotseat-extension-"));
  ({ chrome: extensionDir } = await buildExtension({ targets: ["chrome"], outDir, hosts: [] }));
});
afterEach(async () => {
  await chrome.close();
  await crm.close();
});
afterAll(() => rm(outDir, { recursive: true, force: true }));

const see = (holds: () => boolean) => until(async () => holds() || undefined);
/** Asks from outside: a page behind another one draws nothing, and so never looks by itself. */
const says = (page: Page, words: string) =>
  until(async () => (await page.evaluate(() => document.body.textContent)).includes(words) || undefined).catch(
    async () => {
      throw new Error(`It does not say ${words} but ${await page.evaluate(() => document.body.textContent)}`);
    },
  );

async function start(): Promise<void> {
  // The CRM's certificate is one that nobody vouches for.
  chrome = await launchChrome({ extensionDir, hasSites: false, args: ["--ignore-certificate-errors"] });
  await chrome.welcomed();
}

/**
 * On the browser's own page of extensions, as a person does who allows a site there. Asked for it then, the browser
 * gives it without its question, which nobody could answer on a machine without a screen.
 */
async function allowInBrowser(host: string): Promise<void> {
  const page = await chrome.open("chrome://extensions");
  await page.evaluate(
    async (extensionId, host) => {
      const { chrome } = window as unknown as {
        chrome: {
          developerPrivate: {
            updateExtensionConfiguration(what: object): Promise<void>;
            addHostPermission(id: string, host: string): Promise<void>;
          };
        };
      };
      const { developerPrivate } = chrome;
      await developerPrivate.updateExtensionConfiguration({ extensionId, hostAccess: "ON_SPECIFIC_SITES" });
      await developerPrivate.addHostPermission(extensionId, host);
    },
    chrome.extensionId,
    host,
  );
  await page.close();
}

test("[X1] [X3] a build for any firm runs nowhere; one press allows a site, and its open tab is served without a reload", async () => {
  crm = await startSeatServer({ limit: 2, secure: true });
  await start();
  const page = await chrome.open(crm.loginAddress("anna"));
  await page.type("#notes", "typed before");
  await allowInBrowser("https://localhost/*");
  const welcome = await chrome.open(`chrome-extension://${chrome.extensionId}/options/options.html#welcome`);
  await welcome.waitForSelector("#address");
  expect(crm.heard).toEqual([]);
  await welcome.type("#address", `${crm.origin}/contacts`);
  await press(welcome, "form button");
  await says(welcome, "allowed");
  await see(() => crm.statusOf("anna").seat?.tabs === 1);
  expect(await page.$eval("#notes", (field) => (field as HTMLTextAreaElement).value)).toBe("typed before");
  const popup = await chrome.openPopup(page);
  await says(popup, "You have had a licence since");
  await popup.close().catch(() => undefined);

  // Taken away again, it runs in no document that comes; the one that was there says goodbye.
  await welcome.bringToFront();
  await press(welcome, '.sites button[aria-label^="Remove"]');
  await until(async () => ((await registered()) === 0 ? true : undefined));
  await page.close();
  await see(() => crm.heard.at(-1)?.name === "bye");
  const other = await chrome.open(crm.loginAddress("berta"));
  await other.mouse.move(200, 200);
  await other.mouse.move(220, 240);
  expect(crm.statusOf("berta").state).toBe("seated");
  expect(crm.heard.filter(({ user }) => user === "berta")).toEqual([]);
});

const registered = () =>
  chrome.inBackground(async () => {
    const { chrome } = globalThis as unknown as {
      chrome: { scripting: { getRegisteredContentScripts(): Promise<unknown[]> } };
    };
    return (await chrome.scripting.getRegisteredContentScripts()).length;
  });

/** Where Debian's Chromium reads policies; another browser reads its own folder. */
const POLICIES = "/etc/chromium/policies";
const whyNot = (): string | null => {
  if (process.getuid?.() !== 0) return "only root may write policies";
  if (!/\/chromium$/.test(findBrowser("chrome") ?? "")) return "this browser reads its policies elsewhere";
  return existsSync(POLICIES) ? `${POLICIES} is there already` : null;
};

/** As the browser makes it of the folder of an unpacked extension. */
const idOf = (folder: string): string =>
  [...createHash("sha256").update(folder).digest("hex").slice(0, 32)]
    .map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 16)))
    .join("");

/** Told to reload while it reloads, the browser begins again: so it is given time. */
const RELOAD_MS = 3_000;

async function comesToSay(policies: Page, options: Page, words: string): Promise<void> {
  let toldAt = Number.NEGATIVE_INFINITY;
  await until(async () => {
    if (performance.now() - toldAt > RELOAD_MS) {
      toldAt = performance.now();
      await (await policies.$(">>> #reload-policies"))?.evaluate((button) => (button as HTMLElement).click());
    }
    return (await options.evaluate(() => document.body.textContent)).includes(words) || undefined;
  }).catch(async () => {
    const said = await options.evaluate(() => document.body.textContent);
    throw new Error(`The options page does not come to say ${JSON.stringify(words)} but ${JSON.stringify(said)}`);
  });
}

test("[X1] the firm's policy, read by the browser: its name, its site, and a mistake in it", async (context) => {
  crm = await startSeatServer({ limit: 2 });
  const reason = whyNot();
  if (reason !== null) {
    await start();
    context.skip(`not run: ${reason}`);
  }
  const file = join(POLICIES, "managed", "hotseat-test.json");
  const write = (policy: Record<string, unknown>) =>
    writeFile(file, JSON.stringify({ "3rdparty": { extensions: { [idOf(extensionDir)]: policy } } }));
  try {
    await mkdir(join(POLICIES, "managed"), { recursive: true });
    await write({ sites: ["https://crm.acme.com"], firm: "Acme Trading" });
    await start();
    expect(chrome.extensionId).toBe(idOf(extensionDir));
    const options = await chrome.open(`chrome-extension://${chrome.extensionId}/options/options.html`);
    const policies = await chrome.open("chrome://policy");
    // The page that is open follows; the browser reads its files again when told to.
    await comesToSay(policies, options, "Managed by Acme Trading");
    await says(options, "crm.acme.com");
    await says(options, "set by your company");
    expect(await options.$('.sites button[aria-label^="Remove"]')).toBeNull();
    await write({ sites: ["https://crm.acme.com", "crm without a name"], firm: "Acme Trading" });
    await comesToSay(policies, options, "takes addresses such as https://crm.acme.com");
    expect(await options.evaluate(() => document.body.textContent)).not.toContain("Acme Trading");
  } finally {
    await rm(POLICIES, { recursive: true, force: true });
  }
});
