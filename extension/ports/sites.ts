/** On which sites the extension may run: those of the build, and those that the person has allowed. */
import { isHost } from "../hosts.ts";
import { browser } from "./browser.ts";

/** Match patterns. */
export async function allowedHosts(): Promise<string[]> {
  const { origins = [] } = await browser.permissions.getAll();
  return origins.filter(isHost).toSorted();
}

/** Of the build. A person may take them back in the browser, as in Firefox or by “on click” in Chrome. */
export const bakedHosts = (): string[] => browser.runtime.getManifest().host_permissions ?? [];

/** A build for any firm asks the person; one for a firm's own hosts has nothing to ask. */
export const isGeneric = (): boolean => bakedHosts().length === 0;

/** The browser asks the person; to be called from a press of a button. Returns whether it was allowed. */
export const allowHost = (host: string): Promise<boolean> => browser.permissions.request({ origins: [host] });

export async function removeHost(host: string): Promise<void> {
  await browser.permissions.remove({ origins: [host] });
}

/** Calls `act` whenever sites are allowed or removed. */
export function whenHostsChange(act: () => void): void {
  const hear = ({ origins = [] }: { origins?: string[] }) => {
    if (origins.length > 0) act();
  };
  browser.permissions.onAdded.addListener(hear);
  browser.permissions.onRemoved.addListener(hear);
}
