/** A browser window for a person, with the extension installed: a fresh profile that is forgotten afterwards. */
import { Refusal } from "../cli/command-refusal.ts";
import { type BrowserName, ensureBrowser } from "./system-browser.ts";

/** Throws a `Refusal` when no window can be opened here. Returns the program's path. */
export function requireBrowser(name: BrowserName, log: (line: string) => void): string {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (process.platform === "linux" && !DISPLAY && !WAYLAND_DISPLAY) {
    throw new Refusal(`--browser ${name} opens a window, and there is no display here (DISPLAY is not set).`);
  }
  const browser = ensureBrowser(name, log);
  if ("missing" in browser) throw new Refusal(browser.missing);
  return browser.path;
}

/** Opens the window at `url`; returns what closes it. The person may close it before. */
export function openBrowser(
  name: BrowserName,
  executablePath: string,
  extensionFolder: string,
  url: string,
): Promise<() => Promise<void>> {
  return name === "chrome" ? openChrome(executablePath, extensionFolder, url) : openFirefox(extensionFolder, url);
}

async function openChrome(executablePath: string, extensionFolder: string, url: string): Promise<() => Promise<void>> {
  const { launch } = await import("puppeteer-core");
  const asRoot = process.getuid?.() === 0;
  const browser = await launch({
    executablePath,
    headless: false,
    defaultViewport: null,
    pipe: true,
    enableExtensions: [extensionFolder],
    // Without it Chrome says over every page that it is driven by test software, and offers to save no password.
    ignoreDefaultArgs: ["--enable-automation"],
    args: ["--no-first-run", "--no-default-browser-check", ...(asRoot ? ["--no-sandbox"] : [])],
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  const [page = await browser.newPage()] = await browser.pages();
  await page.goto(url);
  return async () => {
    if (browser.connected) await browser.close();
  };
}

/** Firefox grants no hosts to an extension that is installed for a session: the tests' launcher does what is needed. */
async function openFirefox(extensionDir: string, url: string): Promise<() => Promise<void>> {
  const { launchFirefox } = await import("../../test/e2e/support/firefox.ts");
  const firefox = await launchFirefox({ extensionDir, headless: false });
  await firefox.open(url);
  return () => firefox.close();
}
