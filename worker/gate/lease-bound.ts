/** G7: WebSockets and event streams that last no longer than their holder's lease. */
import type { HolderId } from "../../shared/ids.ts";
import type { TenantCalls } from "../tenant/tenant-calls.ts";
import { callTenant } from "./tenant-call.ts";

/** What a closed socket says: the seat is gone. Of the range that applications may use (RFC 6455, 7.4.2). */
export const SEAT_ENDED_CODE = 4403;
export const SEAT_ENDED_REASON = "hotseat: your licence has ended";

/** After a failed question the tenant is asked again this much later; sockets outlive a short outage. */
const WATCH_AGAIN_MS = 2_000;

/** A visitor's long-lived answer: how it ends early, and whether it has ended by itself. */
interface Bound {
  isOver: () => boolean;
  end: () => void;
}

/** Asks the tenant until the lease ends, then ends the answer. Never throws. */
async function endWithLease(tenant: () => TenantCalls, holder: HolderId, bound: Bound): Promise<void> {
  while (!bound.isOver()) {
    try {
      if ((await callTenant(tenant, (stub) => stub.watch(holder))) === "ended") return bound.end();
    } catch (error) {
      console.warn("Watching a lease failed; asking again:", error);
      await new Promise((resolve) => setTimeout(resolve, WATCH_AGAIN_MS));
    }
  }
}

/**
 * The CRM's WebSocket answer with Hotseat between: frames, subprotocol and closing pass both ways. `code`: what it is
 * closed with when the lease ends.
 */
export function bindSocket(
  response: Response,
  tenant: () => TenantCalls,
  holder: HolderId,
  code = SEAT_ENDED_CODE,
): Response {
  const upstream = response.webSocket;
  if (upstream === null) return response;
  const { 0: visitorEnd, 1: visitor } = new WebSocketPair();
  const bound = pump(visitor, upstream, code);
  void endWithLease(tenant, holder, bound);
  return new Response(null, { status: 101, webSocket: visitorEnd, headers: response.headers });
}

function pump(visitor: WebSocket, upstream: WebSocket, endCode: number): Bound {
  let over = false;
  for (const [from, to] of [
    [visitor, upstream],
    [upstream, visitor],
  ] as const) {
    from.binaryType = "arraybuffer";
    // Each side's close is passed on and answered by the other side, not by this end.
    from.accept({ allowHalfOpen: true });
    from.addEventListener("message", ({ data }) => sendOn(to, data));
    from.addEventListener("close", ({ code, reason }) => {
      over = true;
      closeWith(to, code, reason);
      closeWith(from, code, reason);
    });
    from.addEventListener("error", () => {
      over = true;
      closeWith(to, ABNORMAL, "");
    });
  }
  return {
    isOver: () => over,
    end: () => {
      over = true;
      closeWith(visitor, endCode, SEAT_ENDED_REASON);
      closeWith(upstream, endCode, SEAT_ENDED_REASON);
    },
  };
}

/** RFC 6455: these say how a connection ended without a close frame, and must not stand in one. */
const UNSENDABLE = new Set([1004, 1005, 1006, 1015]);
const NO_CODE = 1005;
const ABNORMAL = 1011;

function closeWith(socket: WebSocket, code: number, reason: string): void {
  try {
    if (code === NO_CODE) socket.close();
    else socket.close(UNSENDABLE.has(code) ? ABNORMAL : code, reason);
  } catch {
    // Closed already: both sides may say goodbye at once.
  }
}

function sendOn(socket: WebSocket, data: unknown): void {
  if (typeof data !== "string" && !(data instanceof ArrayBuffer)) return;
  try {
    socket.send(data);
  } catch {
    // The other side has gone in this moment; its close event ends this one too.
  }
}

/** Whether the answer is a stream of events, which lasts as long as its page. */
export const isEventStream = (headers: Headers): boolean =>
  headers.get("content-type")?.toLowerCase().startsWith("text/event-stream") === true;

/** The event stream, cut when the lease ends: the browser reconnects, and is refused like any other request. */
export function bindStream(response: Response, tenant: () => TenantCalls, holder: HolderId): Response {
  const { body } = response;
  if (body === null) return response;
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader();
  let over = false;
  const stop = (): void => {
    over = true;
    void reader.cancel().catch(() => undefined);
  };
  let close = (): void => undefined;
  const cut = new ReadableStream<Uint8Array>({
    start(controller) {
      close = () => controller.close();
    },
    async pull(controller) {
      const { done, value } = await reader.read();
      if (over) return;
      if (!done) return controller.enqueue(value);
      over = true;
      controller.close();
    },
    cancel: stop,
  });
  const end = (): void => {
    if (over) return;
    // Closed before its source is let go: a visitor sees an end, not a broken connection.
    close();
    stop();
  };
  void endWithLease(tenant, holder, { isOver: () => over, end });
  return new Response(cut, response);
}
