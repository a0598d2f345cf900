/** A browser window for a person, with the extension installed: a fresh profile that is forgotten afterwards. */
import { Refusal } from "./refusal.ts";
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
export async function openBrowser(
  name: BrowserName,
  executablePath: string,
  extensionFolder: string,
  url: string,
): Promise<() => Promise<void>> {
  const asRoot = process.getuid?.() === 0;
  const { launch } = await import("puppeteer-core");
  const browser = await launch({
    browser: name,
    executablePath,
    headless: false,
    defaultViewport: null,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    ...(name === "chrome"
      ? {
          pipe: true,
          enableExtensions: [extensionFolder],
          args: ["--no-first-run", "--no-default-browser-check", ...(asRoot ? ["--no-sandbox"] : [])],
        }
      : {}),
  });
  if (name === "firefox") await browser.installExtension(extensionFolder);
  const [page = await browser.newPage()] = await browser.pages();
  await page.goto(url);
  return async () => {
    if (browser.connected) await browser.close();
  };
}
