/**
 * What the person has before them, as far as the browser tells without a permission, and how to bring a tab there.
 * Firefox for Android has no windows: the active tab is the one in front.
 */
import { browser } from "./browser.ts";

export interface Front {
  /** Is one of these tabs the one in front, in a window that has the focus? */
  isOneOf(browserTabs: readonly number[]): Promise<boolean>;
  /** The tab, and its window. Fails where the tab has gone. */
  bring(browserTab: number): Promise<void>;
}

export function browserFront(): Front {
  const windows = browser.windows as typeof browser.windows | undefined;
  return {
    async isOneOf(browserTabs) {
      const active = await browser.tabs.query({ active: true, lastFocusedWindow: true });
      const shown = active.find(({ id }) => id !== undefined && browserTabs.includes(id));
      if (shown?.windowId === undefined) return false;
      if (windows === undefined) return true;
      return (await windows.get(shown.windowId)).focused;
    },
    async bring(browserTab) {
      const { windowId } = (await browser.tabs.update(browserTab, { active: true })) ?? {};
      if (windowId !== undefined) await windows?.update(windowId, { focused: true });
    },
  };
}
