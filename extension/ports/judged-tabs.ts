/** What is known of the browser's tabs by their number for as long as the extension runs: a tab's container never changes. */
import { browser } from "./browser.ts";

export interface JudgedTabs {
  /** Is the tab another person's? undefined: that is not known yet. */
  isOthers(browserTab: number): Promise<boolean | undefined>;
  remember(browserTab: number, isOthers: boolean): Promise<void>;
}

const TAB = "tab ";

export function browserJudgedTabs(): JudgedTabs {
  const { session } = browser.storage;
  return {
    async isOthers(browserTab) {
      const key = TAB + browserTab;
      return (await session.get(key))[key] as boolean | undefined;
    },
    remember: (browserTab, isOthers) => session.set({ [TAB + browserTab]: isOthers }),
  };
}
