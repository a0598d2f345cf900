/** Whether notifications are wanted (X7): the person's switch, the browser's permission, and the firm's policy over both. */
import { browser } from "./browser.ts";
import { clearNotifications } from "./notifications.ts";
import { readPolicy } from "./policy.ts";

export interface NoticeSwitch {
  isOn: boolean;
  /** The browser has the person's permission. */
  isAllowed: boolean;
  /** What the firm's policy says; null: the person decides. */
  byPolicy: boolean | null;
}

const WISHED = "notices";
const PERMISSION: { permissions: ["notifications"] } = { permissions: ["notifications"] };

export async function readNoticeSwitch(): Promise<NoticeSwitch> {
  const [isAllowed, kept, { policy }] = await Promise.all([
    browser.permissions.contains(PERMISSION),
    browser.storage.local.get(WISHED),
    readPolicy(),
  ]);
  const byPolicy = policy.notices ?? null;
  return { isOn: isAllowed && (byPolicy ?? kept[WISHED] === true), isAllowed, byPolicy };
}

/** The browser asks the person, so nothing may be awaited before this in the press that wants it. Returns whether it was allowed. */
export async function turnNoticesOn(): Promise<boolean> {
  const isAllowed = await browser.permissions.request(PERMISSION);
  if (isAllowed) await browser.storage.local.set({ [WISHED]: true });
  return isAllowed;
}

/** A permission that is not used is given back. */
export async function turnNoticesOff(): Promise<void> {
  await browser.storage.local.remove(WISHED);
  await clearNotifications();
  await browser.permissions.remove(PERMISSION);
}

/** Whoever takes the permission away turns them off: given again for another reason, it turns nothing on. */
export function forgetNoticesWithPermission(): void {
  browser.permissions.onRemoved.addListener(({ permissions = [] }) => {
    if (permissions.includes("notifications")) void browser.storage.local.remove(WISHED);
  });
}

/** Calls `act` when the switch or the permission changes; the policy's changes are ports/policy.ts's. */
export function whenNoticeSwitchChanges(act: () => void): void {
  const hear = ({ permissions = [] }: { permissions?: string[] }) => {
    if (permissions.includes("notifications")) act();
  };
  browser.permissions.onAdded.addListener(hear);
  browser.permissions.onRemoved.addListener(hear);
  browser.storage.local.onChanged.addListener((changes) => {
    if (WISHED in changes) act();
  });
}
