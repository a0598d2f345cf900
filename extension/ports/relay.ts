/** Calls of the seat service by way of a CRM document, with the cookies of its tab (Firefox's containers). */
import type { Relayed, RelayName, TabMessage } from "../messages.ts";
import { browser } from "./browser.ts";

export interface Relay {
  /** Null when the tab does not answer, or not before `within` is over. */
  ask(browserTab: number, name: RelayName, body: string | null, within: AbortSignal): Promise<Relayed>;
}

/** Undefined where every tab's cookies are the background's: in Chrome and Edge. */
export function browserRelay(): Relay | undefined {
  if (!browser.runtime.getURL("").startsWith("moz-extension:")) return undefined;
  return {
    async ask(browserTab, name, body, within) {
      const message: TabMessage = { kind: "relay", name, body };
      const tooLate = new Promise<null>((resolve) => within.addEventListener("abort", () => resolve(null)));
      const answer = browser.tabs.sendMessage(browserTab, message, { frameId: 0 }).catch(() => null);
      return ((await Promise.race([answer, tooLate])) as Relayed | undefined) ?? null;
    },
  };
}
