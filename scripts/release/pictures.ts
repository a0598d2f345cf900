/**
 * `npm run pictures`: the pictures of the README, taken of the real product in a real Chromium: the Worker with the
 * demo's past, the demo CRM and the extension. Written to docs/images, light and dark, as WebP. Look at each of them.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Page } from "puppeteer-core";
import type { BindingId, HolderId, SessionKey } from "../../shared/ids.ts";
import { type Chrome, launchChrome } from "../../test/e2e/support/chrome.ts";
import { type DemoUser, startDemoCrm } from "../../test/fixtures/demo-crm/demo-crm.ts";
import type { Person } from "../../worker/tenant/tenant-calls.ts";
import { buildExtensionOnce } from "../build/extension-build.ts";
import { explain, Refusal } from "../cli/command-refusal.ts";
import { aptInstall, canInstall } from "../dev/apt.ts";
import { makeHistory } from "../dev/demo-history.ts";
import { type LocalWorker, startWorker } from "../dev/local-worker.ts";

const IMAGES = join(import.meta.dirname, "../../docs/images");
const TENANT = "demo";
const COLOURS = ["light", "dark"] as const;
type Colour = (typeof COLOURS)[number];

/** The people who have the ten licences of the animation. None of them has a browser here. */
const COLLEAGUES = [
  "Hugo Marsh",
  "Ines Duarte",
  "Jonas Berg",
  "Kavya Rao",
  "Leon Maas",
  "Mara Kolb",
  "Nils Friis",
  "Olga Petrova",
  "Pavel Novak",
  "Rosa Lindt",
];

class Studio {
  readonly #scratch: string;
  readonly #worker: LocalWorker;
  readonly #chrome: Chrome;

  constructor(scratch: string, worker: LocalWorker, chrome: Chrome) {
    this.#scratch = scratch;
    this.#worker = worker;
    this.#chrome = chrome;
  }

  get chrome(): Chrome {
    return this.#chrome;
  }

  /** A seat for somebody who has no browser here; they are gone after three minutes. */
  async seat(name: string, index: number): Promise<void> {
    const person: Person = { id: `c${index}` as HolderId, name, email: null, role: "user" };
    await this.#worker.tenant(TENANT).claim({
      person,
      session: `colleague${index}`.padEnd(22, "0") as SessionKey,
      binding: `colleague${index}`.padEnd(12, "0") as BindingId,
      act: "navigation",
      active: true,
      clientKind: "browser",
    });
  }

  async release(index: number): Promise<void> {
    const tenant = this.#worker.tenant(TENANT);
    await tenant.signOut(`c${index}` as HolderId, `colleague${index}`.padEnd(22, "0") as SessionKey);
  }

  async signIn(login: string): Promise<Page> {
    const page = await this.#chrome.open(`${this.#worker.url}/login`);
    await page.type("[name=login]", login);
    await page.type("[name=password]", `${login}-larch`);
    await Promise.all([page.waitForNavigation(), page.click("#sign-in")]);
    return page;
  }

  async go(page: Page, path: string): Promise<void> {
    await page.goto(`${this.#worker.url}${path}`, { waitUntil: "load" });
  }

  /** A picture in both colours, as small as it gets without being seen. */
  async take(page: Page, name: string, size: { width: number; height: number }): Promise<void> {
    await page.setViewport({ ...size, deviceScaleFactor: 2 });
    for (const colour of COLOURS) {
      await settle(page, colour);
      const raw = join(this.#scratch, `${name}.png`);
      await page.screenshot({ path: raw });
      const target = join(IMAGES, `${name}-${colour}.webp`);
      execFileSync("cwebp", ["-quiet", "-q", "82", "-m", "6", "-sharp_yuv", raw, "-o", target]);
      console.log(`  ${name}-${colour}.webp`);
    }
  }

  /** One picture of the animation. */
  async frame(page: Page, number: number): Promise<string> {
    const file = join(this.#scratch, `frame-${String(number).padStart(2, "0")}.png`);
    await page.screenshot({ path: file });
    return file;
  }
}

async function settle(page: Page, colour: Colour): Promise<void> {
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: colour }]);
  // Longer than the pages' own transitions; what moves for ever is taken as it is.
  await pause(900);
}

function requireTools(): void {
  try {
    execFileSync("img2webp", ["-version"], { stdio: "ignore" });
  } catch {
    const why = canInstall() ? aptInstall(["webp"]) : "it is Debian's package webp";
    if (why !== null) throw new Refusal(`img2webp and cwebp are needed to write WebP: ${why}.`);
  }
}

async function withStudio(limit: number, hasPast: boolean, work: (studio: Studio) => Promise<void>): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "hotseat-pictures-"));
  const crm = await startDemoCrm({ port: 0, dataDir: join(scratch, "crm") });
  const bindings = {
    TENANT,
    TENANT_NAME: hasPast ? "Larch Trading (demo data)" : "Larch Trading",
    CONTACT: "it@larch.example, extension 4711",
    CRM_ORIGIN: crm.origin,
    PRESET: "demo",
    SEAT_LIMIT: String(limit),
    HOTSEAT_SECRET: "of no worth outside these pictures but long enough",
  };
  const persistDir = join(scratch, "state");
  const users: readonly DemoUser[] = crm.users;
  if (hasPast) await makeHistory(persistDir, bindings, users, limit);
  const worker = await startWorker({ port: 0, persistDir, bindings, log: () => undefined });
  const { chrome: extensionDir } = await buildExtensionOnce();
  const chrome = await launchChrome({ extensionDir, width: 1_120, height: 720 });
  try {
    await work(new Studio(scratch, worker, chrome));
  } finally {
    await chrome.close();
    await worker.close();
    await crm.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** What managers and people see, with the demo's past. */
async function takeScreens(): Promise<void> {
  await withStudio(2, true, async (studio) => {
    for (const [index, name] of COLLEAGUES.slice(0, 2).entries()) await studio.seat(name, index);
    // A full house locks no manager out (L13).
    const manager = await studio.signIn("frank");
    await studio.go(manager, "/.hotseat/admin");
    await studio.take(manager, "administration", { width: 1_120, height: 720 });
    await studio.chrome.leave();
    const person = await studio.signIn("anna");
    await pause(1_500);
    await studio.take(person, "refusal", { width: 1_120, height: 640 });
  });
  await withStudio(2, false, async (studio) => {
    const person = await studio.signIn("anna");
    await pause(1_500);
    // The popup's own page, in a tab, so that its size can be said.
    const popup = await studio.chrome.open(`chrome-extension://${studio.chrome.extensionId}/popup/popup.html`);
    await popup.waitForSelector("main");
    await pause(1_000);
    await studio.take(popup, "popup", { width: 360, height: 320 });
    await popup.close();
    await person.bringToFront();
    await person.evaluate(() =>
      fetch("/.hotseat/api/release", { method: "POST", body: "{}", headers: { "content-type": "application/json" } }),
    );
    await studio.chrome.waitForOverlay(person, (overlay) => overlay !== null, 90_000);
    await studio.take(person, "overlay", { width: 1_120, height: 640 });
  });
}

/** A line below the page that says what happens; the page itself is as people see it. */
async function caption(page: Page, text: string): Promise<void> {
  await page.evaluate((words) => {
    const bar = document.createElement("div");
    Object.assign(bar.style, {
      position: "fixed",
      inset: "auto 0 0 0",
      zIndex: "2147483647",
      padding: "14px 24px",
      background: "#10131c",
      color: "#ffffff",
      font: "600 20px system-ui, sans-serif",
      textAlign: "center",
    });
    bar.id = "caption-of-the-picture";
    bar.textContent = words;
    document.getElementById(bar.id)?.remove();
    document.documentElement.append(bar);
  }, text);
}

/** Fifteen seconds: the eleventh person is refused and waits, a licence is given back, the person is in. */
async function takeAnimation(): Promise<void> {
  await withStudio(10, false, async (studio) => {
    for (const [index, name] of COLLEAGUES.entries()) await studio.seat(name, index);
    const page = await studio.chrome.open("about:blank");
    await page.setViewport({ width: 1_100, height: 680, deviceScaleFactor: 1 });
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "light" }]);
    const frames: { file: string; ms: number }[] = [];
    const keep = async (ms: number, words: string) => {
      await caption(page, words);
      frames.push({ file: await studio.frame(page, frames.length), ms });
    };
    await studio.go(page, "/login");
    await page.type("[name=login]", "anna");
    await page.type("[name=password]", "anna-larch");
    await keep(3_000, "Ten licences, and ten people at work. Anna is the eleventh.");
    await Promise.all([page.waitForNavigation(), page.click("#sign-in")]);
    await pause(1_500);
    await keep(4_000, "She reads why she has to wait, and stands in line by herself.");
    await keep(3_000, "A colleague closes the CRM or presses “Release licence” …");
    await studio.release(3);
    await page.waitForFunction(() => document.querySelector("nav a[href='/contacts']") !== null, { timeout: 60_000 });
    await pause(1_500);
    await keep(5_000, "… and Anna is in, without a second sign-in.");
    const args = frames.flatMap(({ file, ms }) => ["-d", String(ms), "-lossy", "-q", "70", "-m", "6", file]);
    execFileSync("img2webp", ["-loop", "0", ...args, "-o", join(IMAGES, "eleventh-person.webp")]);
    console.log("  eleventh-person.webp");
  });
}

try {
  requireTools();
  mkdirSync(IMAGES, { recursive: true });
  const only = process.argv[2];
  if (only !== undefined && only !== "screens" && only !== "animation")
    throw new Refusal(`npm run pictures takes screens or animation, or nothing for both, not ${JSON.stringify(only)}.`);
  if (only !== "animation") await takeScreens();
  if (only !== "screens") await takeAnimation();
} catch (error) {
  process.exitCode = explain(error);
}
