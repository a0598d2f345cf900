/** The system's notifications. The browser has them only while the person allows it (ports/notice-switch.ts). */
import { browser } from "./browser.ts";

export interface Notifications {
  /** Without a sound, where the browser can; in the place of one with the same id. */
  show(id: string, title: string, text: string): Promise<void>;
  /** One that is not there is no fault. */
  clear(id: string): Promise<void>;
}

/** Undefined without the permission; in Chrome a background that had it keeps an interface whose every call fails. */
const system = (): typeof browser.notifications | undefined => browser.notifications;

async function clear(id: string): Promise<void> {
  try {
    await system()?.clear(id);
  } catch {
    // The permission has gone.
  }
}

/** What is shown stays without the permission: to be cleared before that is given back. */
export async function clearNotifications(): Promise<void> {
  for (const id of Object.keys((await system()?.getAll()) ?? {})) await clear(id);
}

/** Firefox knows no `silent`, and refuses what it does not know: whether a sound is heard is the system's setting there. */
export const canBeSilent = (): boolean => !browser.runtime.getURL("").startsWith("moz-extension:");

export function browserNotifications(): Notifications {
  const options = {
    type: "basic" as const,
    iconUrl: browser.runtime.getURL("icons/seat-128.png"),
    ...(canBeSilent() ? { silent: true } : {}),
  };
  return {
    async show(id, title, text) {
      await system()?.create(id, { ...options, title, message: text });
    },
    clear,
  };
}

/** Calls `act` with the id of one that is pressed; also where the permission comes later. To be called at the start. */
export function whenNotificationPressed(act: (id: string) => void): void {
  let isHeard = false;
  const listen = () => {
    const pressed = system()?.onClicked;
    if (isHeard || pressed === undefined) return;
    isHeard = true;
    pressed.addListener((id) => {
      void clear(id);
      act(id);
    });
  };
  listen();
  browser.permissions.onAdded.addListener(listen);
}
