/** The content script on the CRM's hosts, and the tabs that are open there. On other sites there is nothing of ours. */
import { browser } from "./browser.ts";
import { allowedHosts } from "./sites.ts";

export interface CrmTabs {
  /** The hosts on which the extension may run, as match patterns. */
  hosts(): Promise<readonly string[]>;
  isRegistered(): Promise<boolean>;
  /** The documents that were open have got it since the extension was started: turned off and on, it keeps its registration alone. */
  isInjected(): Promise<boolean>;
  /** Registers the content script for documents to come on the hosts allowed now. Registering again changes nothing. */
  register(): Promise<void>;
  /** Runs it in the CRM documents that are open already; it does nothing where it runs. */
  inject(): Promise<void>;
  /** The browser's numbers of the tabs on the CRM's hosts. */
  count(): Promise<number[]>;
}

const SCRIPT = "seat";
/** In session storage, which goes when the extension is turned off, updated or crashes. */
const INJECTED = "injected";

export function browserCrmTabs(file: string): CrmTabs {
  const isRegistered = async () => (await browser.scripting.getRegisteredContentScripts({ ids: [SCRIPT] })).length > 0;
  const count = async () => {
    // A tab that the browser has put out of memory has no document; one comes, and says hello, when the person turns to it.
    const url = await allowedHosts();
    if (url.length === 0) return [];
    const tabs = await browser.tabs.query({ url, discarded: false });
    return tabs.flatMap(({ id }) => (id === undefined ? [] : [id]));
  };
  return {
    hosts: allowedHosts,
    count,
    isRegistered,
    isInjected: async () => (await browser.storage.session.get(INJECTED))[INJECTED] === true,
    async register() {
      const matches = await allowedHosts();
      if (matches.length === 0) {
        if (await isRegistered()) await browser.scripting.unregisterContentScripts({ ids: [SCRIPT] });
        return;
      }
      const script = {
        id: SCRIPT,
        js: [file],
        matches,
        allFrames: true,
        // Editors live in frames without an address of their own; work in them is work.
        matchOriginAsFallback: true,
        runAt: "document_start" as const,
        persistAcrossSessions: true,
      };
      if (await isRegistered()) await browser.scripting.updateContentScripts([script]);
      else await browser.scripting.registerContentScripts([script]);
    },
    async inject() {
      for (const tabId of await count()) {
        await browser.scripting
          .executeScript({ target: { tabId, allFrames: true }, files: [file], injectImmediately: true })
          .catch(() => undefined);
      }
      await browser.storage.session.set({ [INJECTED]: true });
    },
  };
}
