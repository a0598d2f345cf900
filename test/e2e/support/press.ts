/**
 * Presses as people make them: with the mouse, on what is in front and stands still. A press that measures first and
 * presses later misses what has moved in between; whoever waits for its page then waits in vain.
 */
import type { ElementHandle, Page, PuppeteerLifeCycleEvent } from "puppeteer-core";
import { PATIENCE_MS } from "./waiting.ts";

/** Waits until the element is there, enabled and in its place, and presses it. */
export async function press(page: Page, selector: string): Promise<void> {
  // Behind another tab no frame is drawn, and nothing can be seen to stand still.
  if (await page.evaluate(() => document.hidden)) await page.bringToFront();
  // Without scripts nothing of the page moves by itself, and nothing can be asked whether it does.
  if (!page.isJavaScriptEnabled()) return page.click(selector);
  await page.locator(selector).setTimeout(PATIENCE_MS).click();
}

/** The same for an element at hand, such as one in a closed shadow root or in a frame. */
export async function pressElement(page: Page, element: ElementHandle<Element>): Promise<void> {
  if (await page.evaluate(() => document.hidden)) await page.bringToFront();
  await element.asLocator().setTimeout(PATIENCE_MS).click();
}

/** Presses a link or a button and returns when the page that it leads to is there. */
export async function follow(page: Page, selector: string, waitUntil: PuppeteerLifeCycleEvent = "load"): Promise<void> {
  await Promise.all([page.waitForNavigation({ waitUntil, timeout: PATIENCE_MS }), press(page, selector)]);
}

/** Presses Enter where the focus is and returns when the page that it leads to is there. */
export async function enter(page: Page, waitUntil: PuppeteerLifeCycleEvent = "load"): Promise<void> {
  await Promise.all([page.waitForNavigation({ waitUntil, timeout: PATIENCE_MS }), page.keyboard.press("Enter")]);
}
