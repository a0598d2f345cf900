/**
 * A5: pages of the administration that are told when something has changed. Each holds a hibernatable WebSocket of the
 * object: an open page does not keep the object awake and costs nothing while nothing happens, whereas an event stream
 * or a call that waits would be charged by its duration. What is told is only that something changed: the page asks for
 * its own view then, so that rights, search and language are judged where they always are, and the stream itself says
 * nothing that anybody must not hear. Nothing is written.
 */
import { HOUR_MS, MINUTE_MS } from "../../../shared/durations.ts";
import { type HolderId, isOfEnded, SessionKey } from "../../../shared/ids.ts";
import { CHANGED, PING, PONG, RIGHT_ENDED } from "../../../shared/live-socket.ts";
import { type Event, isStored } from "../../ledger/event.ts";
import { isPoolManager, mayAdminister, type Person } from "../../ledger/person.ts";
import type { EndedSessions } from "../ended-sessions.ts";
import type { Caller } from "../tenant-calls.ts";

/** Seats, the line and the settings are told of at most this often, in ms; presence, which always moves, less so. */
const SEATS_EVERY_MS = 1_000;
const PRESENCE_EVERY_MS = 5_000;
/** A page shows its right again after this; its script comes back by itself. */
export const LIVE_LIFE_MS = 10 * MINUTE_MS;
/** More open pages than this renew themselves without being told. */
export const LIVE_PAGES_MAX = 200;

/** Of the range that applications may use (RFC 6455, 7.4.2), like RIGHT_ENDED. */
const COME_AGAIN = 4408;
const NOT_TAKEN = 1003;

interface Attachment {
  holder: string;
  session: SessionKey;
  until: number;
}

/** In which header the Worker tells the object whose page it is. Nobody else can call the object. */
const CALLER_HEADER = "x-hotseat-caller";
/** A page that listens for the person's own seat, not for all of the tenant's. */
const OWN_HEADER = "x-hotseat-own";

/** The upgrade as the Worker hands it on: nothing of the visitor's own request comes along. */
export function liveRequest({ person, session, identifiedAt }: Caller): Request {
  const { id } = person;
  // A13: a page hears only that something has changed.
  const role = isPoolManager(person) ? "licence_manager" : person.role;
  return new Request("https://tenant/live", {
    headers: {
      upgrade: "websocket",
      [CALLER_HEADER]: encodeURIComponent(JSON.stringify({ id, role, session, identifiedAt })),
    },
  });
}

/** P7: the same of a page that wants to hear of its own person alone. */
export function listenRequest(caller: Caller): Request {
  const request = liveRequest(caller);
  request.headers.set(OWN_HEADER, "yes");
  return request;
}

/** Who asks, as `liveRequest` says it. */
interface Asked {
  id: HolderId;
  role: Person["role"];
  session: string;
  identifiedAt?: number;
}

/** P7: pages of people who work, one per browser: told of what happens to their own seat alone. */
const LISTENERS_MAX = 10_000;
/** Of one person, who shall not take the others' places. More than that hear by their heartbeats. */
export const OWN_LISTENERS_MAX = 20;
/** A page that is told something after this shows its right again. */
export const LISTEN_LIFE_MS = HOUR_MS;
const ADMIN_TAG = "admin";
const tagOf = (holder: string): string => `of ${holder}`;
/** The platform's longest tag. */
const TAG_MAX = 256;

/** What happens to a holder that their pages should not hear of a minute later. */
const NEWS: ReadonlySet<Event["type"]> = new Set<Event["type"]>([
  "nudge_asked",
  "lease_ended",
  "lease_judged",
  "seat_offered",
  "seat_handed_over",
  "seat_granted",
]);

export class LivePages {
  readonly #ctx: DurableObjectState;
  /** I9: a page that shows who had a session before it was signed out hears of nobody. */
  readonly #endedSince: EndedSessions["endedSince"];
  readonly #now: () => number;
  /** Of open sockets; kept so that a heartbeat where nobody looks costs one comparison. */
  #open: number;
  /** So many at most: one that closes is counted until the number matters, since each page that goes closes one. */
  #listeners: number;
  #toldAt = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #timerAt = 0;

  constructor(ctx: DurableObjectState, endedSince: EndedSessions["endedSince"], now: () => number) {
    this.#ctx = ctx;
    this.#endedSince = endedSince;
    this.#now = now;
    this.#open = ctx.getWebSockets(ADMIN_TAG).length;
    this.#listeners = this.#countListeners();
    // Answered by the runtime, also while the object sleeps: so a page knows a dead connection.
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
  }

  /** Takes the upgrade that `liveRequest` made. */
  accept(request: Request): Response {
    const asked: unknown = JSON.parse(decodeURIComponent(request.headers.get(CALLER_HEADER) ?? "null"));
    const { id, role, ...known } = asked as Asked;
    const session = SessionKey.parse(known.session);
    if (this.#endedSince(session, id, known.identifiedAt) !== null) return new Response(null, { status: 401 });
    if (request.headers.get(OWN_HEADER) === "yes") return this.#acceptListener(id, session);
    if (!mayAdminister(role)) return new Response(null, { status: 403 });
    if (this.#open >= LIVE_PAGES_MAX) return new Response(null, { status: 503 });
    this.#open++;
    return this.#take(ADMIN_TAG, { holder: id, session, until: this.#now() + LIVE_LIFE_MS });
  }

  #acceptListener(holder: HolderId, session: SessionKey): Response {
    const tag = tagOf(holder);
    if (tag.length > TAG_MAX || this.#ctx.getWebSockets(tag).length >= OWN_LISTENERS_MAX)
      return new Response(null, { status: 503 });
    if (this.#listeners >= LISTENERS_MAX) this.#listeners = this.#countListeners();
    if (this.#listeners >= LISTENERS_MAX) return new Response(null, { status: 503 });
    this.#listeners++;
    return this.#take(tag, { holder, session, until: this.#now() + LISTEN_LIFE_MS });
  }

  #take(tag: string, attachment: Attachment): Response {
    const { 0: page, 1: socket } = new WebSocketPair();
    this.#ctx.acceptWebSocket(socket, [tag]);
    socket.serializeAttachment(attachment);
    return new Response(null, { status: 101, webSocket: page });
  }

  /** P7: the holders concerned are told at once, and only that something has changed. */
  #tellHolders(events: readonly Event[]): void {
    if (this.#listeners === 0) return;
    const holders = new Set(events.filter(({ type }) => NEWS.has(type)).map(({ holder }) => holder));
    for (const holder of holders) {
      for (const socket of this.#ctx.getWebSockets(tagOf(holder))) {
        this.#send(socket);
        const { until } = socket.deserializeAttachment() as Attachment;
        if (until <= this.#now()) this.close(socket, COME_AGAIN);
      }
    }
  }

  #send(socket: WebSocket): void {
    try {
      socket.send(CHANGED);
    } catch {
      this.close(socket);
    }
  }

  /** What happened in the ledger: told at once after a pause, else with what comes until the pause is over. */
  note(events: readonly Event[]): void {
    this.#tellHolders(events);
    if (this.#open === 0 || events.length === 0) return;
    const pause = events.some((event) => isStored(event) || event.type === "nudge_asked")
      ? SEATS_EVERY_MS
      : PRESENCE_EVERY_MS;
    const now = this.#now();
    const at = Math.max(now, this.#toldAt + pause);
    if (this.#timer !== null) {
      if (this.#timerAt <= at) return;
      clearTimeout(this.#timer);
    }
    this.#timerAt = at;
    this.#timer = setTimeout(() => this.#tell(), at - now);
  }

  /**
   * The person may not administer. Comes with every claim of an ordinary person, whose listening pages it leaves alone.
   */
  endAdministration(holder: string): void {
    if (this.#open > 0) this.#end(this.#ctx.getWebSockets(ADMIN_TAG), (of) => of.holder === holder);
  }

  /** The person has signed out of `session`: all of its pages end. */
  endSession(holder: string, session: SessionKey): void {
    if (this.#open + this.#listeners === 0) return;
    const pages = [...this.#ctx.getWebSockets(ADMIN_TAG), ...this.#ctx.getWebSockets(tagOf(holder))];
    this.#end(pages, (of) => of.holder === holder && isOfEnded(of.session, session));
  }

  #end(pages: readonly WebSocket[], isOver: (of: Attachment) => boolean): void {
    for (const page of pages) if (isOver(page.deserializeAttachment() as Attachment)) this.close(page, RIGHT_ENDED);
  }

  /** A page says nothing but "ping", which never comes here. */
  refuseMessage(socket: WebSocket): void {
    this.close(socket, NOT_TAKEN);
  }

  /** Also answers a close from the other side. */
  close(socket: WebSocket, code = 1000): void {
    try {
      socket.close(code);
    } catch {
      // Gone already.
    }
    this.#open = this.#ctx.getWebSockets(ADMIN_TAG).filter((other) => other !== socket).length;
  }

  #countListeners(): number {
    return this.#ctx.getWebSockets().length - this.#open;
  }

  #tell(): void {
    this.#timer = null;
    const now = this.#now();
    this.#toldAt = now;
    for (const socket of this.#ctx.getWebSockets(ADMIN_TAG)) {
      const { until } = socket.deserializeAttachment() as Attachment;
      if (until <= now) {
        this.close(socket, COME_AGAIN);
        continue;
      }
      this.#send(socket);
    }
  }
}
