/**
 * Drives a real Firefox with the extension over WebDriver BiDi: tabs, the popup's page, the overlay. A closed shadow
 * root is read by asking BiDi to serialize it, and its button pressed with the mouse.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GECKO_ID } from "../../../extension/manifest.config.ts";
import { ensureBrowser } from "../../../scripts/dev/system-browser.ts";
import { type Bidi, connectBidi } from "./bidi.ts";
import type { Overlay } from "./chrome.ts";
import { PATIENCE_MS, settledPlace, until } from "./waiting.ts";

export interface FirefoxOptions {
  extensionDir: string;
  headless?: boolean;
  /** Match patterns that the person grants the extension, as an installation does; none: it has to ask. */
  hosts?: readonly string[];
  /** The firm's policy, as Firefox hands it to the extension. */
  policy?: Record<string, unknown>;
}

export interface FirefoxTab {
  goto(address: string): Promise<void>;
  /** The value of a JavaScript expression in the page; a promise is awaited. */
  evaluate<Result>(expression: string): Promise<Result>;
  click(selector: string): Promise<void>;
  type(selector: string, text: string): Promise<void>;
  /** Moves the mouse about, as a person does. */
  stir(): Promise<void>;
  waitForText(words: string, withinMs?: number): Promise<void>;
  overlay(): Promise<Overlay | null>;
  pressOverlay(button: string): Promise<void>;
  /** A picture in PNG. */
  screenshot(): Promise<Buffer>;
  close(): Promise<void>;
  /** Presses the tab's X; returns once the page asks "Leave page?". */
  closeUntilAsked(): Promise<void>;
  answerLeave(leave: boolean): Promise<void>;
}

export interface Firefox {
  /** A page of the extension's own, such as `options/options.html`. */
  openOwn(path: string): Promise<FirefoxTab>;
  /** Opens a private window with this address. */
  openPrivate(address: string): Promise<FirefoxTab>;
  /** Closes all tabs but a new empty one and forgets all cookies: another person may sit down. */
  leave(): Promise<void>;
  /** `container`: in a container of its own, with its own cookies. */
  open(address: string, options?: { container?: boolean }): Promise<FirefoxTab>;
  /** The popup's page, in a tab of its own: it speaks of the CRM used last. */
  openPopup(): Promise<FirefoxTab>;
  /** On the browser's page of add-ons, as a person does. */
  turnExtension(on: boolean): Promise<void>;
  isOpen(): boolean;
  /** Quits as a person does, by the menu. */
  quit(): Promise<void>;
  /** Ends the browser at once, as a power cut does. */
  kill(): void;
  close(): Promise<void>;
}

/** Fixed by a preference, so that the address of the popup is known. */
const UUID = "6f0d3e52-5d7c-4a86-9a6c-3c0b7a0d5e11";

const PREFERENCES = {
  "extensions.webextensions.uuids": JSON.stringify({ [GECKO_ID]: UUID }),
  "browser.shell.checkDefaultBrowser": false,
  "browser.startup.page": 0,
  "datareporting.policy.dataSubmissionEnabled": false,
  "app.update.disabledForTesting": true,
  // As in chrome.ts.
  "ui.prefersReducedMotion": 1,
  // Where a person would be asked whether the extension may have a site, the answer is yes.
  "extensions.webextOptionalPermissionPrompts": false,
  // A page that does not answer within a second whether it may be closed is closed unasked; a busy machine is slower.
  "dom.beforeunload_timeout_ms": 30_000,
};

export async function launchFirefox(options: FirefoxOptions): Promise<Firefox> {
  const found = ensureBrowser("firefox", console.log);
  if ("missing" in found) throw new Error(found.missing);
  const profile = await mkdtemp(join(tmpdir(), "hotseat-firefox-"));
  const lines = Object.entries(PREFERENCES).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
  );
  await writeFile(join(profile, "user.js"), lines.join("\n"));
  if (options.policy !== undefined) await writePolicy(profile, options.policy);
  const child = spawn(
    found.path,
    [
      ...((options.headless ?? true) ? ["--headless"] : []),
      ...["--profile", profile, "--no-remote", "--remote-debugging-port", "0", "--remote-allow-system-access"],
      "about:blank",
    ],
    // Firefox looks there for the policies of extensions (managed storage).
    { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, HOME: profile } },
  );
  const forgetProfile = () => rm(profile, { recursive: true, force: true, maxRetries: 5 });
  const bidi = await drive(child, options).catch(async (error: unknown) => {
    await endNow(child);
    await forgetProfile();
    throw error;
  });
  return {
    open: (address, { container = false } = {}) => openTab(bidi, address, container),
    openPopup: () => openTab(bidi, ownAddress("popup/popup.html")),
    openOwn: (path) => openTab(bidi, ownAddress(path)),
    openPrivate: (address) => openPrivate(bidi, address),
    async leave() {
      const tabs = await contextsOf(bidi);
      await openTab(bidi, "about:blank");
      for (const context of tabs) await bidi.send("browsingContext.close", { context }).catch(() => undefined);
      await bidi.send("storage.deleteCookies", {});
    },
    async turnExtension(on) {
      const turn = `(async () => {
        const { AddonManager } = ChromeUtils.importESModule("resource://gre/modules/AddonManager.sys.mjs");
        const addon = await AddonManager.getAddonByID(${JSON.stringify(GECKO_ID)});
        await addon.${on ? "enable" : "disable"}();
      })()`;
      await evaluateIn(bidi, { context: await chromeContext(bidi) }, turn);
    },
    isOpen: () => child.exitCode === null && child.signalCode === null,
    async quit() {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      const quit = "void setTimeout(() => Services.startup.quit(Ci.nsIAppStartup.eAttemptQuit), 100)";
      await evaluateIn(bidi, { context: await chromeContext(bidi) }, quit);
      await gone;
    },
    kill: () => void child.kill("SIGKILL"),
    async close() {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      if (child.exitCode === null && child.signalCode === null) {
        await bidi.send("browser.close", {}).catch(() => child.kill("SIGKILL"));
        await gone;
      }
      bidi.close();
      await forgetProfile();
    },
  };
}

/** Takes hold of a Firefox that is starting, with the extension installed. */
async function drive(child: ChildProcess, options: FirefoxOptions): Promise<Bidi> {
  const bidi = await connectBidi(await readAddress(child));
  await bidi.send("webExtension.install", { extensionData: { type: "path", path: options.extensionDir } });
  await grantHosts(bidi, options.hosts ?? ["http://localhost/*"]);
  return bidi;
}

/** A browser that cannot be driven stays for ever otherwise: nobody else has a handle on it. */
async function endNow(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}

const ownAddress = (path: string): string => `moz-extension://${UUID}/${path}`;

async function writePolicy(home: string, data: Record<string, unknown>): Promise<void> {
  const folder = join(home, ".mozilla/managed-storage");
  await mkdir(folder, { recursive: true });
  const manifest = { name: GECKO_ID, description: "The firm's policy", type: "storage", data };
  await writeFile(join(folder, `${GECKO_ID}.json`), JSON.stringify(manifest));
}

/** Firefox says on its error output where it listens. */
function readAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const timer = setTimeout(() => reject(new Error(`Firefox did not start within 60 s: ${said}`)), 60_000);
    child.stderr?.on("data", (data) => {
      said += String(data);
      const address = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(said)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    });
    child.once("exit", (code) => reject(new Error(`Firefox ended with ${code}: ${said}`)));
  });
}

/** What a person agrees to when installing; a temporary installation does not ask. */
async function grantHosts(bidi: Bidi, hosts: readonly string[]): Promise<void> {
  const grant = `(async () => {
    const { ExtensionPermissions } = ChromeUtils.importESModule("resource://gre/modules/ExtensionPermissions.sys.mjs");
    const policy = WebExtensionPolicy.getByID(${JSON.stringify(GECKO_ID)});
    await ExtensionPermissions.add(${JSON.stringify(GECKO_ID)}, { permissions: [], origins: ${JSON.stringify(hosts)} }, policy.extension);
  })()`;
  await evaluateIn(bidi, { context: await chromeContext(bidi) }, grant);
}

/** Firefox's own window, where its own parts can be spoken to. */
async function chromeContext(bidi: Bidi): Promise<string | undefined> {
  const { contexts } = await bidi.send<{ contexts: { context: string }[] }>("browsingContext.getTree", {
    "moz:scope": "chrome",
  });
  return contexts[0]?.context;
}

interface Evaluated {
  type: "success" | "exception";
  result?: { value?: unknown };
  exceptionDetails?: { text: string };
}

async function evaluateIn<Result>(bidi: Bidi, target: Record<string, unknown>, expression: string): Promise<Result> {
  const answer = await bidi.send<Evaluated>("script.evaluate", {
    // As JSON, which every value has without BiDi's own form of it.
    expression: `(async () => JSON.stringify((await (${expression})) ?? null))()`,
    target,
    awaitPromise: true,
  });
  if (answer.type === "exception") throw new Error(answer.exceptionDetails?.text);
  return JSON.parse(String(answer.result?.value)) as Result;
}

async function openTab(bidi: Bidi, address: string, isContained = false): Promise<FirefoxTab> {
  const { userContext } = isContained
    ? await bidi.send<{ userContext: string }>("browser.createUserContext", {})
    : { userContext: "default" };
  // In the window that was there first: the one in front may be a private one.
  const [referenceContext] = await contextsOf(bidi);
  const { context } = await bidi.send<{ context: string }>("browsingContext.create", {
    type: "tab",
    userContext,
    referenceContext,
  });
  const tab = new DrivenTab(bidi, context);
  await tab.goto(address);
  return tab;
}

async function contextsOf(bidi: Bidi): Promise<string[]> {
  const { contexts } = await bidi.send<{ contexts: { context: string }[] }>("browsingContext.getTree", {});
  return contexts.map(({ context }) => context);
}

async function openPrivate(bidi: Bidi, address: string): Promise<FirefoxTab> {
  const before = await contextsOf(bidi);
  await evaluateIn(bidi, { context: await chromeContext(bidi) }, "void OpenBrowserWindow({ private: true })");
  const context = await until(async () => (await contextsOf(bidi)).find((other) => !before.includes(other)));
  const tab = new DrivenTab(bidi, context);
  // The window's own first page would break off a navigation that comes sooner.
  await until(async () => {
    const at = await tab.evaluate<string>("document.readyState + location.href").catch(() => "");
    return at.startsWith("completeabout:privatebrowsing") || undefined;
  });
  await tab.goto(address);
  return tab;
}

class DrivenTab implements FirefoxTab {
  readonly #bidi: Bidi;
  readonly #context: string;

  constructor(bidi: Bidi, context: string) {
    this.#bidi = bidi;
    this.#context = context;
  }

  async goto(address: string): Promise<void> {
    await this.#bidi.send("browsingContext.navigate", { context: this.#context, url: address, wait: "complete" });
  }

  evaluate<Result>(expression: string): Promise<Result> {
    return evaluateIn(this.#bidi, { context: this.#context }, expression);
  }

  async click(selector: string): Promise<void> {
    const place = await settledPlace(
      async () =>
        (await this.evaluate<{ x: number; y: number } | null>(
          `(() => { const at = document.querySelector(${JSON.stringify(selector)})?.getBoundingClientRect();
            return at && at.width > 0 ? { x: at.x + at.width / 2, y: at.y + at.height / 2 } : null; })()`,
        )) ?? undefined,
    );
    await this.#press(place);
  }

  async type(selector: string, text: string): Promise<void> {
    await this.click(selector);
    await this.#act({
      type: "key",
      id: "keys",
      actions: [...text].flatMap((value) => [
        { type: "keyDown", value },
        { type: "keyUp", value },
      ]),
    });
  }

  async stir(): Promise<void> {
    await this.#front();
    await this.#act(pointer([420, 331].map((x) => ({ type: "pointerMove", x, y: x - 100, duration: 30 }))));
  }

  async waitForText(words: string, withinMs = PATIENCE_MS): Promise<void> {
    let last = "";
    await until(async () => {
      last = await this.evaluate<string>('document.body?.textContent ?? ""');
      return last.includes(words) || undefined;
    }, withinMs).catch(() => {
      throw new Error(`The page does not say ${JSON.stringify(words)} but ${JSON.stringify(last)}`);
    });
  }

  async overlay(): Promise<Overlay | null> {
    const shown = await this.#shown();
    if (shown === null) return null;
    const buttons = shown.lines.filter((line) => line.button !== null).map((line) => line.text);
    return { kind: shown.kind, text: shown.lines.map((line) => line.text).join("\n"), buttons };
  }

  async pressOverlay(button: string): Promise<void> {
    await this.#front();
    const find = async () =>
      (await this.#shown())?.lines.find((line) => line.button !== null && line.text === button)?.button ?? undefined;
    const place = await settledPlace(find).catch((cause: unknown) => {
      throw new Error(`There is no button ${JSON.stringify(button)} at rest over the page`, { cause });
    });
    await this.#press(place);
  }

  async screenshot(): Promise<Buffer> {
    const { data } = await this.#bidi.send<{ data: string }>("browsingContext.captureScreenshot", {
      context: this.#context,
    });
    return Buffer.from(data, "base64");
  }

  async close(): Promise<void> {
    await this.#bidi.send("browsingContext.close", { context: this.#context });
  }

  async closeUntilAsked(): Promise<void> {
    let isAsked = false;
    await this.#bidi.on("browsingContext.userPromptOpened", (params) => {
      isAsked ||= (params as { context: string }).context === this.#context;
    });
    // Answered only when the question is.
    this.#bidi.send("browsingContext.close", { context: this.#context, promptUnload: true }).catch(() => undefined);
    await until(async () => isAsked || undefined);
  }

  async answerLeave(leave: boolean): Promise<void> {
    await this.#bidi.send("browsingContext.handleUserPrompt", { context: this.#context, accept: leave });
  }

  async #front(): Promise<void> {
    await this.#bidi.send("browsingContext.activate", { context: this.#context });
  }

  async #act(source: Record<string, unknown>): Promise<void> {
    await this.#bidi.send("input.performActions", { context: this.#context, actions: [source] });
  }

  async #press({ x, y }: { x: number; y: number }): Promise<void> {
    const move = { type: "pointerMove", x: Math.round(x), y: Math.round(y) };
    await this.#act(pointer([move, { type: "pointerDown", button: 0 }, { type: "pointerUp", button: 0 }]));
  }

  /** What is rendered of the overlay, by its elements that hold words. */
  async #shown(): Promise<{ kind: Overlay["kind"]; lines: Line[] } | null> {
    const { result } = await this.#bidi.send<{ result: { value?: RemoteNode[] } }>("script.evaluate", {
      expression: "[...document.documentElement.children].filter((element) => element.localName === 'div')",
      target: { context: this.#context },
      awaitPromise: false,
      serializationOptions: { maxDomDepth: 20, includeShadowTree: "all" },
    });
    for (const host of result.value ?? []) {
      for (const part of host.value?.shadowRoot?.value?.children ?? []) {
        const kind = KINDS[(part.value?.attributes?.class ?? "").split(" ")[0] ?? ""];
        if (kind === undefined) continue;
        const { result: lines } = await this.#bidi.send<{ result: { value: string } }>("script.callFunction", {
          functionDeclaration: READ_LINES,
          target: { context: this.#context },
          awaitPromise: false,
          arguments: [{ sharedId: part.sharedId }],
        });
        const found = JSON.parse(lines.value) as Line[];
        if (found.length > 0) return { kind, lines: found };
      }
    }
    return null;
  }
}

interface Line {
  text: string;
  /** The middle of it, when it is a button. */
  button: { x: number; y: number } | null;
}

interface RemoteNode {
  sharedId?: string;
  value?: { attributes?: Record<string, string>; children?: RemoteNode[]; shadowRoot?: RemoteNode | null };
}

const KINDS: Record<string, Overlay["kind"]> = { cover: "dialog", toast: "warning" };

const READ_LINES = `(root) => JSON.stringify([...root.querySelectorAll("*")].flatMap((element) => {
  const text = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join("").trim();
  const at = element.getBoundingClientRect();
  if (text === "" || at.width === 0) return [];
  return [{ text, button: element.localName === "button" ? { x: at.x + at.width / 2, y: at.y + at.height / 2 } : null }];
}))`;

function pointer(actions: Record<string, unknown>[]): Record<string, unknown> {
  return { type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions };
}
