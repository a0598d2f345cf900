/** Keeps the content script where it belongs through installs, updates, restarts and a background that is stopped. */
import type { CrmTabs } from "../ports/crm-tabs.ts";

export interface ContentScriptRegistration {
  /** Every start of the background: registers and injects where that is lost, or was not done since the extension started. */
  ensure(): Promise<void>;
  /** An install or update: registers again, and runs in the CRM tabs that are open. */
  renew(): Promise<void>;
}

export function registrationOf(crmTabs: CrmTabs): ContentScriptRegistration {
  // One after the other: two registrations of one script at once refuse each other.
  let last: Promise<void> = Promise.resolve();
  const queue = (work: () => Promise<void>): Promise<void> => {
    last = last.then(work).catch((error: unknown) => console.error("The CRM's tabs could not be prepared:", error));
    return last;
  };
  const renew = async () => {
    await crmTabs.register();
    await crmTabs.inject();
  };
  return {
    ensure: () =>
      queue(async () => {
        if (!(await crmTabs.isRegistered()) || !(await crmTabs.isInjected())) await renew();
      }),
    renew: () => queue(renew),
  };
}
