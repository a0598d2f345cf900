/** A page that is let in and refused again must not spin: how long it waits before it is loaded again. */

export const RELOAD_AGAIN_MS = 3_000;
const RELOADED = "hotseat.reloaded";

/** Notes that the page is loaded again now, and answers how long to wait first; ms. */
export function pauseBeforeReload(): number {
  const now = Date.now();
  try {
    const last = Number(sessionStorage.getItem(RELOADED)) || 0;
    sessionStorage.setItem(RELOADED, String(now));
    // A clock that was set back makes nobody wait longer.
    return Math.max(0, Math.min(RELOAD_AGAIN_MS, last + RELOAD_AGAIN_MS - now));
  } catch {
    // Without storage any time may be the second.
    return RELOAD_AGAIN_MS;
  }
}
