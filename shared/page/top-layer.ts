/** Keeps the overlay in the document and on top of it, without ever fighting a page that will not have it. */

/** So many times within `CALM_MS` it comes back at once; then it waits that long. */
const TRIES = 5;
const CALM_MS = 10_000;

const KEYS = ["keydown", "keypress", "keyup"] as const;

export interface Stage {
  /** `isModal`: keys belong to the overlay alone. */
  enter(isModal: boolean): void;
  leave(): void;
}

/** `raise` shows again what is to be shown, above everything else. */
export function keepOnTop(host: HTMLElement, raise: () => void): Stage {
  let stands = false;
  let modal = false;
  let tries: number[] = [];
  let later: ReturnType<typeof setTimeout> | undefined;

  const attach = () => {
    if (!host.isConnected) document.documentElement?.append(host);
  };

  function comeBack(): void {
    clearTimeout(later);
    if (!stands) return;
    const now = performance.now();
    tries = tries.filter((at) => now - at < CALM_MS);
    if (tries.length >= TRIES) {
      later = setTimeout(comeBack, CALM_MS);
      return;
    }
    tries.push(now);
    attach();
    raise();
  }

  const observer = new MutationObserver(() => {
    if (stands && !host.isConnected) comeBack();
  });

  /** A dialog or popover of the page that opens later would lie above. */
  function seeToggle(event: Event): void {
    const opened = (event as ToggleEvent).newState === "open" && event.target !== host;
    if (opened && modal) queueMicrotask(comeBack);
  }

  /** The page's shortcuts must not act on what the person cannot see. Default actions stay: the button's, and Tab. */
  function keepKeys(event: Event): void {
    if (modal) event.stopImmediatePropagation();
  }

  // From the start, so that they come before the page's own.
  for (const key of KEYS) addEventListener(key, keepKeys, true);
  return {
    enter(isModal) {
      modal = isModal;
      attach();
      if (stands) return;
      stands = true;
      observer.observe(document, { childList: true });
      observer.observe(document.documentElement, { childList: true });
      document.addEventListener("toggle", seeToggle, true);
    },
    leave() {
      stands = false;
      modal = false;
      clearTimeout(later);
      observer.disconnect();
      document.removeEventListener("toggle", seeToggle, true);
      // The host stays, empty and unseen: Chromium loses the caret that the closing dialog gave back, if it goes.
    },
  };
}
