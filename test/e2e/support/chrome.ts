/**
 * Drives a real Chromium with the extension: pages, the toolbar's own popup, the overlay (its closed shadow root is
 * read through the debugging protocol and pressed with the mouse), and ways to stop things hard.
 */
import { type Browser, type CDPSession, type Extension, launch, type Page, type Protocol } from "puppeteer-core";
import { ensureBrowser } from "../../../scripts/dev/system-browser.ts";
import { PATIENCE_MS, settledPlace, until } from "./waiting.ts";

/** What lies over a page: what it says, line by line, and which buttons it has. */
export interface Overlay {
  kind: "dialog" | "warning";
  text: string;
  buttons: string[];
}

export interface ChromeOptions {
  extensionDir: string;
  headless?: boolean;
  /** A profile to keep; a fresh one that is forgotten when absent. */
  profileDir?: string;
  /** More command line options. */
  args?: readonly string[];
  /** false: the extension knows no site yet, so it registers nothing. */
  hasSites?: boolean;
  /** Of the browser's own pages, and so of the extension; English when absent. */
  language?: string;
  width?: number;
  height?: number;
}

export interface Chrome {
  browser: Browser;
  extensionId: string;
  /** Opens a tab at this address. */
  open(address: string): Promise<Page>;
  /** Opens the real popup over the page's tab. */
  openPopup(page: Page): Promise<Page>;
  overlayOf(page: Page): Promise<Overlay | null>;
  /** Waits until what lies over the page fulfils the condition. */
  waitForOverlay(page: Page, holds: (overlay: Overlay | null) => boolean, withinMs?: number): Promise<Overlay | null>;
  /** Moves the mouse about, as a person does, until what lies over the page fulfils the condition. */
  stirUntil(page: Page, holds: (overlay: Overlay | null) => boolean): Promise<void>;
  /** Presses a button or a disclosure of the overlay with the mouse. */
  pressOverlay(page: Page, button: string): Promise<void>;
  /** Runs an expression in the extension's background. */
  inBackground<Result>(work: () => Result | Promise<Result>): Promise<Result>;
  /** What the background keeps in memory; bytes. */
  backgroundHeap(): Promise<number>;
  /** Stops the service worker, as the browser does when it is quiet. */
  killBackground(): Promise<void>;
  /** Installs the extension again over itself, as an update does while tabs are open. */
  update(): Promise<void>;
  /** Closes all tabs but a new empty one and forgets all cookies: another person may sit down. */
  leave(): Promise<void>;
  /** Ends the browser at once, as a power cut does. */
  /** Until the page has come that a build for any firm opens when it is installed: it takes the front. */
  welcomed(): Promise<void>;
  kill(): void;
  close(): Promise<void>;
}

export const CHROME_ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // A bar that moves over a blurred page takes a third of a core without a graphics card. What moves says nothing.
  "--force-prefers-reduced-motion",
];

export async function launchChrome(options: ChromeOptions): Promise<Chrome> {
  const found = ensureBrowser("chrome", console.log);
  if ("missing" in found) throw new Error(found.missing);
  const { width = 1100, height = 760 } = options;
  const browser = await launch({
    executablePath: found.path,
    headless: options.headless ?? true,
    pipe: true,
    enableExtensions: [options.extensionDir],
    args: [
      ...CHROME_ARGUMENTS,
      `--window-size=${width},${height}`,
      `--lang=${options.language ?? "en"}`,
      ...(options.args ?? []),
    ],
    defaultViewport: { width, height },
    ...(options.profileDir === undefined ? {} : { userDataDir: options.profileDir }),
  });
  return drive(browser, options).catch(async (error: unknown) => {
    await browser.close();
    throw error;
  });
}

async function drive(browser: Browser, { hasSites = true }: ChromeOptions): Promise<Chrome> {
  const extension = await until(async () => [...(await browser.extensions()).values()][0], PATIENCE_MS);
  const chrome = new DrivenChrome(browser, extension);
  // A page opened sooner would get the content script late, as one does that was open when the extension was installed.
  if (hasSites) await until(async () => (await chrome.inBackground(isReady)) || undefined, PATIENCE_MS);
  return chrome;
}

/** Runs in the background. */
async function isReady(): Promise<boolean> {
  const { chrome } = globalThis as unknown as {
    chrome: { scripting: { getRegisteredContentScripts(): Promise<unknown[]> } };
  };
  return (await chrome.scripting.getRegisteredContentScripts()).length > 0;
}

class DrivenChrome implements Chrome {
  readonly browser: Browser;
  readonly #extension: Extension;

  constructor(browser: Browser, extension: Extension) {
    this.browser = browser;
    this.#extension = extension;
  }

  get extensionId(): string {
    return this.#extension.id;
  }

  async open(address: string): Promise<Page> {
    const page = await this.browser.newPage();
    await page.goto(address, { waitUntil: "load" });
    return page;
  }

  async openPopup(page: Page): Promise<Page> {
    await page.bringToFront();
    await page.triggerExtensionAction(this.#extension);
    const popup = await until(
      async () => (await this.#extension.pages()).find((other) => other.url().includes("/popup/")),
      PATIENCE_MS,
    );
    await popup.waitForSelector("main");
    return popup;
  }

  async overlayOf(page: Page): Promise<Overlay | null> {
    return withSession(page, async (session) => {
      const shown = await findShown(session);
      if (shown === null) return null;
      const texts: string[] = [];
      const buttons: string[] = [];
      for (const node of descendants(shown.node)) {
        const words = node.nodeName === "#text" ? node.nodeValue.trim() : "";
        if (words === "") continue;
        texts.push(words);
      }
      for (const button of shown.buttons) buttons.push(textOf(button));
      return { kind: shown.kind, text: texts.join("\n"), buttons };
    });
  }

  async waitForOverlay(
    page: Page,
    holds: (overlay: Overlay | null) => boolean,
    withinMs = PATIENCE_MS,
    meanwhile?: () => Promise<void>,
  ) {
    let last: Overlay | null = null;
    const found = await until(async () => {
      await meanwhile?.();
      last = await this.overlayOf(page);
      return holds(last) ? { overlay: last } : undefined;
    }, withinMs).catch(() => {
      throw new Error(`The overlay did not come to be as wanted within ${withinMs} ms; it is ${JSON.stringify(last)}`);
    });
    return found.overlay;
  }

  async stirUntil(page: Page, holds: (overlay: Overlay | null) => boolean): Promise<void> {
    let step = 0;
    await this.waitForOverlay(page, holds, PATIENCE_MS, () => {
      step++;
      return page.mouse.move(200 + (step % 10) * 20, 200 + (step % 7) * 10);
    });
  }

  async pressOverlay(page: Page, button: string): Promise<void> {
    await page.bringToFront();
    const find = () =>
      withSession(page, async (session) => {
        const shown = await findShown(session);
        const summaries =
          shown === null ? [] : descendants(shown.node).filter(({ nodeName }) => nodeName === "SUMMARY");
        const node = [...(shown?.buttons ?? []), ...summaries].find((other) => textOf(other) === button);
        return node === undefined ? undefined : await centreOf(session, node);
      });
    const place = await settledPlace(find).catch(async (cause: unknown) => {
      const shown = JSON.stringify(await this.overlayOf(page));
      throw new Error(`There is no button ${JSON.stringify(button)} at rest over the page, but ${shown}`, { cause });
    });
    await page.mouse.click(place.x, place.y);
  }

  async inBackground<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    const worker = await until(async () => (await this.#extension.workers())[0], PATIENCE_MS);
    return (await worker.evaluate(work)) as Result;
  }

  async backgroundHeap(): Promise<number> {
    const worker = await until(async () => (await this.#extension.workers())[0], PATIENCE_MS);
    return (await worker.client.send("Runtime.getHeapUsage")).usedSize;
  }

  async killBackground(): Promise<void> {
    for (const worker of await this.#extension.workers()) {
      // The browser may have stopped it in the same moment.
      await worker.close().catch((error: unknown) => {
        if (!/No (?:target|session) with given id/.test(String(error))) throw error;
      });
    }
  }

  async welcomed(): Promise<void> {
    await until(async () => this.browser.targets().find((target) => target.url().endsWith("#welcome")));
  }

  async update(): Promise<void> {
    await this.browser.installExtension(this.#extension.path);
  }

  async leave(): Promise<void> {
    const pages = await this.browser.pages();
    const kept = await this.browser.newPage();
    for (const page of pages) await page.close().catch(() => undefined);
    await withSession(kept, (session) => session.send("Network.clearBrowserCookies"));
  }

  kill(): void {
    this.browser.process()?.kill("SIGKILL");
  }

  async close(): Promise<void> {
    if (this.browser.connected) await this.browser.close();
  }
}

type Node = Protocol.DOM.Node;

interface Shown {
  kind: Overlay["kind"];
  node: Node;
  buttons: Node[];
}

async function withSession<Result>(page: Page, work: (session: CDPSession) => Promise<Result>): Promise<Result> {
  const session = await page.createCDPSession();
  try {
    return await work(session);
  } finally {
    await session.detach().catch(() => undefined);
  }
}

const KINDS: Record<string, Overlay["kind"]> = { cover: "dialog", toast: "warning" };

/** What is rendered of the overlay: the open dialog or the note, without what is hidden in it. */
async function findShown(session: CDPSession): Promise<Shown | null> {
  const { root } = await session.send("DOM.getDocument", { depth: -1, pierce: true });
  for (const host of descendants(root)) {
    const closed = host.shadowRoots?.find((shadow) => shadow.shadowRootType === "closed");
    for (const node of closed?.children ?? []) {
      const kind = KINDS[(attributeOf(node, "class") ?? "").split(" ")[0] ?? ""];
      if (kind === undefined || !(await isRendered(session, node))) continue;
      const buttons: Node[] = [];
      for (const button of descendants(node).filter((other) => other.nodeName === "BUTTON"))
        if (await isRendered(session, button)) buttons.push(button);
      return { kind, node, buttons };
    }
  }
  return null;
}

async function isRendered(session: CDPSession, node: Node): Promise<boolean> {
  return await session.send("DOM.getBoxModel", { backendNodeId: node.backendNodeId }).then(
    ({ model }) => model.width > 0 && model.height > 0,
    () => false,
  );
}

async function centreOf(session: CDPSession, node: Node): Promise<{ x: number; y: number }> {
  const { model } = await session.send("DOM.getBoxModel", { backendNodeId: node.backendNodeId });
  const [left = 0, top = 0, , , right = 0, bottom = 0] = model.border;
  return { x: (left + right) / 2, y: (top + bottom) / 2 };
}

/** In document order, without hidden elements. */
function descendants(node: Node): Node[] {
  const inner = [...(node.contentDocument === undefined ? [] : [node.contentDocument]), ...(node.children ?? [])];
  return inner
    .filter((child) => attributeOf(child, "hidden") === null)
    .flatMap((child) => [child, ...descendants(child)]);
}

function attributeOf(node: Node, name: string): string | null {
  const attributes = node.attributes ?? [];
  const at = attributes.findIndex((attribute, place) => place % 2 === 0 && attribute === name);
  return at === -1 ? null : (attributes[at + 1] ?? "");
}

function textOf(node: Node): string {
  return descendants(node)
    .map((other) => (other.nodeName === "#text" ? other.nodeValue : ""))
    .join("")
    .trim();
}
