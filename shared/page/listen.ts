/**
 * P7: hears at once that something about the person's seat has changed, where a heartbeat would tell a minute later.
 * What is heard is only that; the listener then asks. One document of a browser listens for all. Where none can (a page's
 * policy, an old browser, no way through), heartbeats tell as before.
 */
import { MINUTE_MS } from "../durations.ts";
import { CHANGED, PING } from "../live-socket.ts";
import { LISTEN_PATH } from "../reserved-path.ts";
import { addressOf } from "./untouched.ts";

/** Tried again after this, twice as long after each failure, up to the last; ms. */
const AGAIN_MS = 2_000;
const AGAIN_MOST_MS = 5 * MINUTE_MS;
/** A connection that stands so long was a good one; ms. */
const GOOD_AFTER_MS = 10_000;
/** Routers forget a connection on which nothing moves; the answer comes while the seat service sleeps; ms. */
const PING_EVERY_MS = MINUTE_MS;

/** The document may leave for the back-forward cache: an open connection or a lock would keep it out. */
export function listenForNews(heard: () => void): { stop(): void } {
  let isStopped = false;
  let leave: (() => void) | null = null;

  function start(): void {
    if (isStopped || leave !== null) return;
    const over = new AbortController();
    leave = () => over.abort();
    const { locks } = navigator;
    if (locks === undefined) void listen(over.signal);
    else locks.request("hotseat.listen", { signal: over.signal }, () => listen(over.signal)).catch(() => undefined);
  }

  async function listen(over: AbortSignal): Promise<void> {
    for (let wait = AGAIN_MS; !over.aborted; wait = Math.min(2 * wait, AGAIN_MOST_MS)) {
      const openedAt = performance.now();
      await connect(over, heard);
      if (performance.now() - openedAt > GOOD_AFTER_MS) wait = AGAIN_MS;
      await rest(wait * (0.75 + Math.random() / 2), over);
    }
  }

  const hide = () => {
    leave?.();
    leave = null;
  };
  // They stay when it is stopped: then they do nothing.
  addEventListener("pagehide", hide, true);
  addEventListener("pageshow", ({ persisted }) => persisted && start(), true);
  start();
  return {
    stop() {
      isStopped = true;
      hide();
    },
  };
}

/** Until the connection ends. */
function connect(over: AbortSignal, heard: () => void): Promise<void> {
  return new Promise((settle) => {
    try {
      const socket = new WebSocket(addressOf(LISTEN_PATH).replace(/^http/, "ws"));
      const ping = setInterval(() => socket.readyState === WebSocket.OPEN && socket.send(PING), PING_EVERY_MS);
      const close = () => socket.close();
      over.addEventListener("abort", close);
      socket.onmessage = ({ data }) => data === CHANGED && heard();
      socket.onclose = () => {
        clearInterval(ping);
        over.removeEventListener("abort", close);
        settle();
      };
    } catch {
      settle();
    }
  });
}

const rest = (ms: number, over: AbortSignal): Promise<void> =>
  new Promise((settle) => {
    const timer = setTimeout(settle, ms);
    over.addEventListener("abort", () => {
      clearTimeout(timer);
      settle();
    });
  });
