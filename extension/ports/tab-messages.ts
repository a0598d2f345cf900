/** Tells the top frame of a tab what to show. A tab that cannot hear is no fault: it asks when it can. */
import type { TabMessage, View } from "../messages.ts";
import { browser } from "./browser.ts";

export interface TabMessages {
  tell(browserTab: number, view: View): void;
}

export function browserTabMessages(): TabMessages {
  return {
    tell(browserTab, view) {
      const message: TabMessage = { kind: "view", view };
      browser.tabs.sendMessage(browserTab, message, { frameId: 0 }).catch(() => undefined);
    },
  };
}
