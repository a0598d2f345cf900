/** The socket on which the tenant's object says that something has changed. It comes back by itself when it breaks. */
import { MINUTE_MS } from "../../../shared/durations.ts";
import { CHANGED, PING, RIGHT_ENDED } from "../../../shared/live-socket.ts";
import { ADMIN_PATH } from "../../../shared/reserved-path.ts";

const PING_EVERY_MS = 30_000;
const PONG_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 1_000;
const AGAIN_MS = 500;
const AGAIN_MOST_MS = MINUTE_MS;

interface Heard {
  /** Something has changed, or may have while nobody listened. */
  changed(): void;
  linked(isOpen: boolean): void;
}

export function openChangeSocket(heard: Heard): { isAlive(): boolean } {
  let socket: WebSocket | null = null;
  let failures = 0;
  /** When the last unanswered ping went; 0: none. */
  let pingedAt = 0;

  function connect(): void {
    const address = new URL(`${ADMIN_PATH}/live`, location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const opened = new WebSocket(address);
    socket = opened;
    opened.addEventListener("open", () => {
      failures = 0;
      pingedAt = 0;
      heard.linked(true);
      heard.changed();
    });
    opened.addEventListener("message", ({ data }) => {
      pingedAt = 0;
      if (data === CHANGED) heard.changed();
    });
    opened.addEventListener("close", ({ code }) => {
      if (socket !== opened) return;
      socket = null;
      heard.linked(false);
      if (code === RIGHT_ENDED) heard.changed();
      failures++;
      setTimeout(connect, Math.min(AGAIN_MOST_MS, AGAIN_MS * 2 ** failures) * (0.5 + Math.random()));
    });
  }

  /** A suspended machine's socket may look open for hours. */
  function ping(): void {
    if (socket?.readyState !== WebSocket.OPEN) return;
    pingedAt = Date.now();
    socket.send(PING);
  }

  function closeDead(): void {
    if (socket?.readyState !== WebSocket.OPEN || pingedAt === 0 || Date.now() - pingedAt <= PONG_WITHIN_MS) return;
    pingedAt = 0;
    socket.close();
  }

  connect();
  setInterval(ping, PING_EVERY_MS);
  setInterval(closeDead, LOOK_EVERY_MS);
  return { isAlive: () => socket?.readyState === WebSocket.OPEN };
}
