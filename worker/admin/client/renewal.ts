/**
 * A5: parts of a page that renew themselves. A page is told of changes by a socket and asks for itself again; where the
 * socket breaks it asks by the clock. A page that nobody sees waits until it is seen.
 */
import { betweenPresses } from "../../../shared/page/between-presses.ts";
import { openChangeSocket } from "./change-socket.ts";
import { morph } from "./morph.ts";

const BROKEN_EVERY_MS = 15_000;
/** Ages grow even when nothing happens. */
const QUIET_EVERY_MS = 30_000;
const LOOK_EVERY_MS = 1_000;

const parts = () => document.querySelectorAll<HTMLElement>("[data-live]");

/** Does nothing on a page without such parts. */
export function renewParts(): void {
  if (parts().length === 0) return;
  const late = document.querySelector<HTMLElement>("[data-late]");
  const linked = document.querySelector<HTMLElement>("[data-linked]");
  let isRenewing = false;
  let isStale = false;
  let renewedAt = Date.now();

  async function renew(): Promise<void> {
    isStale = true;
    if (isRenewing || document.hidden) return;
    isRenewing = true;
    try {
      while (isStale) {
        isStale = false;
        if (!(await renewOnce())) return;
        renewedAt = Date.now();
      }
      if (late !== null) late.hidden = true;
    } catch {
      if (late !== null) late.hidden = false;
    } finally {
      isRenewing = false;
    }
  }

  const socket = openChangeSocket({
    changed: () => void renew(),
    linked: (isOpen) => {
      if (linked !== null) linked.hidden = !isOpen;
    },
  });

  setInterval(() => {
    if (Date.now() - renewedAt <= (socket.isAlive() ? QUIET_EVERY_MS : BROKEN_EVERY_MS)) return;
    renewedAt = Date.now();
    void renew();
  }, LOOK_EVERY_MS);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && (isStale || Date.now() - renewedAt > BROKEN_EVERY_MS)) void renew();
  });
}

/** False: the person may no longer see the page, and it is left. Throws where the answer is none. */
async function renewOnce(): Promise<boolean> {
  const address = new URL(location.href);
  address.searchParams.set("live", "");
  const response = await fetch(address, { redirect: "error", cache: "no-store" });
  if (response.status === 401 || response.status === 403) {
    location.replace(location.pathname);
    return false;
  }
  if (!response.ok) throw new Error(String(response.status));
  fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  showFresh();
  return true;
}

/** The page as it is now, where that is not shown yet. */
let fresh: Document | null = null;

/** A row that moves away under a press would take the press away. */
const showFresh = betweenPresses(document, () => {
  for (const part of parts()) {
    const next = fresh?.querySelector(`[data-live="${part.dataset.live}"]`);
    if (next) swap(part, next);
  }
  fresh = null;
});

/** Changes the part in place, so that focus and scrolling stay. */
function swap(part: HTMLElement, next: Element): void {
  if (isInUse(part)) return;
  const active = document.activeElement;
  const focused = active instanceof HTMLElement && part.contains(active) ? active : null;
  morph(part, next);
  if (focused === null || document.activeElement === focused) return;
  // A row that moves loses the focus; one that is gone passes it to its heading.
  if (focused.isConnected) focused.focus({ preventScroll: true });
  else (part.querySelector("h2") ?? part.closest("section")?.querySelector("h2"))?.focus({ preventScroll: true });
}

/** A part in which text is selected is left alone. */
function isInUse(part: HTMLElement): boolean {
  const selection = getSelection();
  return selection !== null && !selection.isCollapsed && part.contains(selection.anchorNode);
}
