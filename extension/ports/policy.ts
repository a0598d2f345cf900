/** The firm's policy, as the browser hands it out. */
import { type Policy, type PolicyFault, parsePolicy } from "../policy.ts";
import { browser } from "./browser.ts";

/** Calls `act` whenever the firm changes it; Firefox reads it again only when it starts. */
export function whenPolicyChanges(act: () => void): void {
  browser.storage.onChanged.addListener((_, area) => {
    if (area === "managed") act();
  });
}

/** An empty one where the browser has none, or a wrong one (`wrong` says what about it). */
export async function readPolicy(): Promise<{ policy: Policy; wrong: PolicyFault | null }> {
  // Firefox throws where there is no policy.
  const raw = await browser.storage.managed.get(null).catch(() => ({}));
  return parsePolicy(raw);
}
