/** G7: WebSockets and event streams that last no longer than their holder's lease. */
import type { HolderId, SessionKey } from "../../../shared/ids.ts";
import type { HeaderReader } from "../../http/named-headers.ts";
import { callTenant } from "../../tenant/client.ts";
import type { TenantCalls } from "../../tenant/tenant-calls.ts";

/** What a closed socket says: the seat is gone. Of the range that applications may use (RFC 6455, 7.4.2). */
export const SEAT_ENDED_CODE = 4403;
export const SEAT_ENDED_REASON = "hotseat: your licence has ended";

/** 1012, "service restart": the client may connect again at once, and is watched again. */
const UNWATCHED = { code: 1012, reason: "hotseat: please connect again" };

/** After a failed question the tenant is asked again this much later, then after longer and longer. */
const WATCH_AGAIN_MS = 2_000;
const WATCH_AGAIN_MOST_MS = 30_000;
/**
 * One request of a visitor may make 1,000 calls (Workers, paid plan; a call of an object counts), and some are made
 * before the watch begins. At one in 25 s this is a working day of more than six hours.
 */
const WATCHES_MAX = 900;

/** The lease that something open may not outlive. */
export interface OpenLease {
  tenant: () => TenantCalls;
  holder: HolderId;
  session: SessionKey;
  /** G6: how long what is open goes on while the tenant cannot be reached. */
  graceMs: number;
  /** G8: a message of the visitor's is work, as the preset says. */
  isWork: boolean;
  now: () => number;
}

/** `unwatched`: the lease may be there still, but nobody could tell when it ends. */
type Why = "ended" | "unwatched";

/** A visitor's long-lived answer: how it ends early, and whether it has ended by itself. */
interface Bound {
  isOver: () => boolean;
  end: (why: Why) => void;
  /** Whether the visitor has sent anything since this was last asked. */
  takeSent: () => boolean;
}

/**
 * Asks the tenant until the lease ends, then ends the answer; each question is a sign of life (L5). What can be watched
 * no longer ends too: never does anything stay open unwatched. Never throws.
 */
async function endWithLease({ tenant, holder, session, graceMs, isWork, now }: OpenLease, bound: Bound): Promise<void> {
  let failedSince: number | null = null;
  let pause = WATCH_AGAIN_MS;
  let active = false;
  for (let asked = 0; !bound.isOver(); asked++) {
    if (asked >= WATCHES_MAX) return bound.end("unwatched");
    active ||= bound.takeSent() && isWork;
    try {
      if ((await callTenant(tenant, (stub) => stub.watch(holder, { session, active }))) === "ended")
        return bound.end("ended");
      active = false;
      failedSince = null;
      pause = WATCH_AGAIN_MS;
    } catch (error) {
      if (bound.isOver()) return;
      failedSince ??= now();
      console.warn("Watching a lease failed:", error);
      if (isSpent(error) || now() - failedSince >= graceMs) return bound.end("unwatched");
      await new Promise((resolve) => setTimeout(resolve, pause));
      pause = Math.min(2 * pause, WATCH_AGAIN_MOST_MS);
    }
  }
}

/** What the platform says when a request has used up its calls. */
const isSpent = (error: unknown): boolean => error instanceof Error && /too many subrequests/i.test(error.message);

/**
 * The CRM's WebSocket answer with Hotseat between: frames, subprotocol and closing pass both ways. `code`: what it is
 * closed with when the lease ends.
 */
export function bindSocket(response: Response, lease: OpenLease, code = SEAT_ENDED_CODE): Response {
  const upstream = response.webSocket;
  if (upstream === null) return response;
  const { 0: visitorEnd, 1: visitor } = new WebSocketPair();
  const bound = pump(visitor, upstream, code);
  void endWithLease(lease, bound);
  return new Response(null, { status: 101, webSocket: visitorEnd, headers: response.headers });
}

function pump(visitor: WebSocket, upstream: WebSocket, endCode: number): Bound {
  let over = false;
  let hasSent = false;
  for (const [from, to] of [
    [visitor, upstream],
    [upstream, visitor],
  ] as const) {
    from.binaryType = "arraybuffer";
    // Each side's close is passed on and answered by the other side, not by this end.
    from.accept({ allowHalfOpen: true });
    from.addEventListener("message", ({ data }) => {
      if (from === visitor) hasSent = true;
      sendOn(to, data);
    });
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
    end: (why) => {
      over = true;
      const { code, reason } = why === "ended" ? { code: endCode, reason: SEAT_ENDED_REASON } : UNWATCHED;
      closeWith(visitor, code, reason);
      closeWith(upstream, code, reason);
    },
    takeSent: () => {
      const sent = hasSent;
      hasSent = false;
      return sent;
    },
  };
}

/** RFC 6455: these say how a connection ended without a close frame, and must not stand in one. */
const UNSENDABLE = new Set([1004, 1005, 1006, 1015]);
const NO_CODE = 1005;
const ABNORMAL = 1011;

/** Servers send others, too: Ratchet, and with it EspoCRM, closes with 0, which `close` would throw for. */
const canBeSent = (code: number): boolean => code >= 1_000 && code < 5_000 && !UNSENDABLE.has(code);

function closeWith(socket: WebSocket, code: number, reason: string): void {
  try {
    if (code === NO_CODE) socket.close();
    else socket.close(canBeSent(code) ? code : ABNORMAL, reason);
  } catch {
    // Closed already: both sides may say goodbye at once.
  }
}

function sendOn(socket: WebSocket, data: unknown): void {
  if (typeof data !== "string" && !(data instanceof ArrayBuffer)) return;
  try {
    socket.send(data);
  } catch {
    // The other side has just gone; its close event ends this one too.
  }
}

/** Types of answers that go on for as long as their page: events, pictures one after the other, records by the line. */
const STREAM =
  /^(?:text\/event-stream|multipart\/x-mixed-replace|application\/(?:(?:x-)?ndjson|jsonl(?:ines)?|x-jsonlines|json-seq|stream\+json|x-json-stream|connect\+\w+|grpc-web(?:-text)?(?:\+\w+)?))\s*(?:;|$)/i;

/** Whether the answer is a stream of events or the like, which lasts as long as its page. */
export const isEventStream = (headers: HeaderReader): boolean =>
  // An answer with a length has an end; checking that is cheaper than reading each content type.
  !headers.has("content-length") && STREAM.test(headers.get("content-type") ?? "");

/** The event stream, cut when the lease ends: the browser reconnects, and is refused like any other request. */
export function bindStream(response: Response, lease: OpenLease): Response {
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
  void endWithLease(lease, { isOver: () => over, end, takeSent: () => false });
  return new Response(cut, response);
}
