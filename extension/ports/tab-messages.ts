/** Tells the top frame of a tab what to show. A tab that cannot hear is no fault: it asks when it can. */
import type { View, ViewMessage } from "../messages.ts";
import { browser } from "./browser.ts";

export interface TabMessages {
  tell(browserTab: number, view: View): void;
}

export function browserTabMessages(): TabMessages {
  return {
    tell(browserTab, view) {
      const message: ViewMessage = { kind: "view", view };
      browser.tabs.sendMessage(browserTab, message, { frameId: 0 }).catch(() => undefined);
    },
  };
}
