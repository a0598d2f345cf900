/** A real Chromium without the extension, for pages that need none. */
import { type Browser, launch } from "puppeteer-core";
import { ensureBrowser } from "../../../scripts/dev/system-browser.ts";
import { CHROME_ARGUMENTS } from "./chrome.ts";

/** `extensions`: folders of those that a test brings along. `args`: more command line options. */
export async function launchPlainChrome(
  language = "en",
  extensions: string[] = [],
  args: readonly string[] = [],
): Promise<Browser> {
  const found = ensureBrowser("chrome", console.log);
  if ("missing" in found) throw new Error(found.missing);
  return launch({
    executablePath: found.path,
    headless: true,
    pipe: true,
    ...(extensions.length === 0 ? {} : { enableExtensions: extensions }),
    args: [...CHROME_ARGUMENTS, `--lang=${language}`, "--window-size=1200,900", ...args],
    defaultViewport: { width: 1200, height: 900 },
  });
}
