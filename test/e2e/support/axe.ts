/** What axe finds on a page. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "puppeteer-core";

const AXE = readFileSync(join(import.meta.dirname, "../../../node_modules/axe-core/axe.min.js"), "utf8");

interface Axe {
  run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
}

/** Of the rules that axe asks by default, those that look at colours. */
const COLOURS = ["color-contrast", "link-in-text-block"];

/** What axe finds, as one line each. `rules`: all of them, or those that look at colours alone. */
export async function axeFaults(page: Page, rules: "all" | "colours" = "all"): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
  const options = {
    // What passes is not reported.
    resultTypes: ["violations"],
    ...(rules === "all" ? {} : { runOnly: { type: "rule", values: COLOURS } }),
  };
  return page.evaluate(async (options) => {
    const { axe } = window as unknown as { axe: Axe };
    const { violations } = await axe.run(options);
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  }, options);
}

const SCHEMES = ["light", "dark"] as const;
export type Scheme = (typeof SCHEMES)[number];

/** Returns once the page stands still: a button's colour changes over a moment. */
export async function showIn(page: Page, value: Scheme): Promise<void> {
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value }]);
  await page.evaluate(() => {
    const moving = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
    return Promise.all(moving.map(({ finished }) => finished.catch(() => null)));
  });
}

/**
 * What axe finds in light and in dark. Both show the same elements in the same places, so in dark only the rules that
 * look at colours are asked again. `seen` is told of each after it was looked at, for a picture.
 */
export async function axeFaultsInBoth(page: Page, seen: (scheme: Scheme) => Promise<void>): Promise<string[]> {
  const faults: string[] = [];
  for (const scheme of SCHEMES) {
    await showIn(page, scheme);
    const found = await axeFaults(page, scheme === "light" ? "all" : "colours");
    faults.push(...found.map((fault) => `${scheme}: ${fault}`));
    await seen(scheme);
  }
  return faults;
}
