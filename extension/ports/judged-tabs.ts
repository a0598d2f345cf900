/**
 * What is known of the browser's tabs by their number for as long as the extension runs, also while the background is
 * stopped: a tab's container never changes.
 */
import { browser } from "./browser.ts";
import type { ContainedCrms } from "./seat-api.ts";

export interface JudgedTabs {
  /** Is the tab another person's at this CRM? undefined: that is not known yet. */
  isOthers(origin: string, browserTab: number): Promise<boolean | undefined>;
  remember(origin: string, browserTab: number, isOthers: boolean): Promise<void>;
}

const TAB = "tab ";
const CONTAINED = "contained ";

export function browserJudgedTabs(): JudgedTabs {
  const { session } = browser.storage;
  return {
    async isOthers(origin, browserTab) {
      const key = `${TAB}${browserTab} ${origin}`;
      return (await session.get(key))[key] as boolean | undefined;
    },
    remember: (origin, browserTab, isOthers) => session.set({ [`${TAB}${browserTab} ${origin}`]: isOthers }),
  };
}

export function browserContainedCrms(): ContainedCrms {
  const { session } = browser.storage;
  return {
    async get(origin) {
      const key = CONTAINED + origin;
      return (await session.get(key))[key] as number | undefined;
    },
    set: (origin, browserTab) => session.set({ [CONTAINED + origin]: browserTab }),
  };
}
