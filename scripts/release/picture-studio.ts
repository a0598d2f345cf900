/** The real product with a browser before it, for pictures: the demo CRM, the Worker, the extension in Chromium. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Page } from "puppeteer-core";
import type { BindingId, HolderId, SessionKey } from "../../shared/ids.ts";
import { type Chrome, launchChrome } from "../../test/e2e/support/chrome.ts";
import { type DemoUser, startDemoCrm } from "../../test/fixtures/demo-crm/demo-crm.ts";
import type { Person } from "../../worker/tenant/tenant-calls.ts";
import { buildExtensionOnce } from "../build/extension-build.ts";
import { makeHistory } from "../dev/demo-history.ts";
import { type LocalWorker, startWorker } from "../dev/local-worker.ts";

export const IMAGES = join(import.meta.dirname, "../../docs/images");
const TENANT = "demo";
const COLOURS = ["light", "dark"] as const;
type Colour = (typeof COLOURS)[number];

/** People who have a licence without a browser here. */
export const COLLEAGUES = [
  "Hugo Marsh",
  "Ines Duarte",
  "Jonas Berg",
  "Kavya Rao",
  "Leon Maas",
  "Mara Kolb",
  "Nils Friis",
  "Olga Petrova",
  "Rosa Lindt",
];

export class Studio {
  readonly #scratch: string;
  readonly #worker: LocalWorker;
  readonly #extensionDir: string;
  /** The browser of the person whom the pictures show. */
  readonly chrome: Chrome;

  constructor(scratch: string, worker: LocalWorker, extensionDir: string, chrome: Chrome) {
    this.#scratch = scratch;
    this.#worker = worker;
    this.#extensionDir = extensionDir;
    this.chrome = chrome;
  }

  get scratch(): string {
    return this.#scratch;
  }

  get url(): string {
    return this.#worker.url;
  }

  /** A browser of somebody else, who shares no cookie with the first. */
  async secondBrowser(work: (chrome: Chrome) => Promise<void>): Promise<void> {
    const chrome = await launchChrome({ extensionDir: this.#extensionDir, width: 1_120, height: 720 });
    try {
      await work(chrome);
    } finally {
      await chrome.close();
    }
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

  async signIn(login: string, chrome = this.chrome): Promise<Page> {
    const page = await chrome.open(`${this.#worker.url}/login`);
    await page.type("[name=login]", login);
    await page.type("[name=password]", `${login}-larch`);
    await Promise.all([page.waitForNavigation(), page.click("#sign-in")]);
    return page;
  }

  /** The popup's own page, in a tab, so that its size can be set. */
  async popup(chrome = this.chrome): Promise<Page> {
    const popup = await chrome.open(`chrome-extension://${chrome.extensionId}/popup/popup.html`);
    await popup.waitForSelector(".standing.good");
    return popup;
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
}

async function settle(page: Page, colour: Colour): Promise<void> {
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: colour }]);
  // Longer than the pages' own transitions; what moves for ever is taken as it is.
  await pause(900);
}

export async function withStudio(
  limit: number,
  hasPast: boolean,
  work: (studio: Studio) => Promise<void>,
): Promise<void> {
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
    await work(new Studio(scratch, worker, extensionDir, chrome));
  } finally {
    await chrome.close();
    await worker.close();
    await crm.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}
