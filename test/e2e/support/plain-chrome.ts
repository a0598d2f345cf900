/** A real Chromium without the extension, for pages that need none, and what axe says of them. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Browser, launch, type Page } from "puppeteer-core";
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

const AXE = join(import.meta.dirname, "../../../node_modules/axe-core/axe.min.js");

/** What axe finds, as one line each. */
export async function axeFaults(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(AXE, "utf8"));
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}
