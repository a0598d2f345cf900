/**
 * The shell round the seat machine: one seat a CRM origin, restored before the first signal, kept before any
 * effect is done. The browser may stop the background between any two steps.
 */
import { TIMING } from "../../shared/timing.ts";
import type { WhySaid } from "../../shared/why.ts";
import type { Alarms } from "../ports/alarms.ts";
import type { Clock } from "../ports/clock.ts";
import type { SeatApi } from "../ports/seat-api.ts";
import type { SeatStore } from "../ports/seat-store.ts";
import type { TabMessages } from "../ports/tab-messages.ts";
import type { Toolbar } from "../ports/toolbar.ts";
import { dueAt } from "../seat/next-call.ts";
import { newSeat, type Seat } from "../seat/seat.ts";
import type { Effect, Signal } from "../seat/signal.ts";
import { badgeOf, mostRecent, type Standing, standingOf } from "../seat/standing.ts";
import { step } from "../seat/step.ts";
import { ABSENT_AGAIN_MS } from "../seat/tabs.ts";
import type { Notices } from "./notices.ts";

export interface SeatPorts {
  clock: Clock;
  store: SeatStore;
  alarms: Alarms;
  api: SeatApi;
  tabs: TabMessages;
  toolbar: Toolbar;
  notices: Notices;
  /** The words of the toolbar button's tooltip. */
  describe(standing: Standing): string;
}

export interface Seats {
  /** One CRM's seat hears a signal; only `hello` makes a CRM known. Resolves with the seat once it is kept. */
  signal(origin: string, signal: Signal): Promise<Seat | null>;
  /** Every CRM's seat hears it. */
  signalAll(signal: Signal): Promise<void>;
  /** Has a document of this tab of the browser said hello? */
  isKnown(browserTab: number): boolean;
  /** G8: is this tab's document among those of the CRM, and is its seat service reached? */
  speaksFor(origin: string, browserTab: number): Promise<boolean>;
  /** L19: why the person has a seat or none; null: the CRM is not known, or nothing was said. */
  explain(origin: string): Promise<WhySaid | null>;
}

/** A background lives half a minute; what falls due later is an alarm's to wake it for; ms. */
const TIMER_MAX_MS = 30_000;

/** A host without a seat service is remembered for a while, so that its pages are not asked again and again. */
function isForgettable(seat: Seat, now: number): boolean {
  return seat.link === "absent" && seat.tabs.length === 0 && now - (seat.beat?.at ?? 0) > ABSENT_AGAIN_MS;
}

export function keepSeats(ports: SeatPorts): Seats {
  const seats = new Map<string, Seat>();
  const restored = restore();
  /** Steps are kept, and their effects done, in the order in which they were taken. */
  let kept: Promise<void> = Promise.resolve();
  let alarmAt: number | null = null;
  let repeating: number | null = null;
  let shown = "";

  async function restore(): Promise<void> {
    for (const seat of await ports.store.load()) {
      seats.set(seat.origin, seat);
    }
    for (const origin of seats.keys()) void take(origin, { kind: "woken" });
  }

  function take(origin: string, signal: Signal): Promise<void> {
    const seat = seats.get(origin);
    if (seat === undefined) return kept;
    const { seat: next, effects } = step(seat, signal, ports.clock.now());
    const isOver = isForgettable(next, ports.clock.now());
    if (isOver) seats.delete(origin);
    else seats.set(origin, next);
    kept = kept
      .then(() => (isOver ? ports.store.forget(origin) : ports.store.save(next)))
      // Storage that fails must not stop the seat: the person works on, and the next step keeps it again.
      .catch((error: unknown) => console.error("The seat could not be kept:", error))
      .then(() => {
        for (const effect of effects) perform(origin, effect);
      });
    plan();
    return kept;
  }

  function perform(origin: string, effect: Effect): void {
    const documents = seats.get(origin)?.tabs.map((tab) => tab.browserTab) ?? [];
    switch (effect.do) {
      case "tell":
        ports.tabs.tell(effect.browserTab, effect.view);
        return;
      case "notify":
        ports.notices.show(origin, effect.notice, documents);
        return;
      case "withdraw":
        ports.notices.withdraw(origin);
        return;
      case "front":
        ports.notices.bring(effect.browserTab);
        return;
      case "call": {
        const { number, call } = effect;
        void ports.api
          .ask(origin, call, documents)
          .then((answer) => take(origin, { kind: "answered", number, answer }));
      }
    }
  }

  function plan(): void {
    const now = ports.clock.now();
    const all = [...seats.values()];
    const times = all.map(dueAt).filter((time) => time !== null);
    const next = times.length === 0 ? null : Math.min(...times);
    if (next !== null && next - now < TIMER_MAX_MS)
      ports.clock.wakeAfter(Math.max(0, next - now), () => void signalAll({ kind: "tick" }));
    void planAlarms(next, all);
    const standing = standingOf(mostRecent(all), now);
    const badge = badgeOf(standing);
    const words = ports.describe(standing);
    const showing = JSON.stringify([badge, words]);
    if (showing !== shown) {
      shown = showing;
      void ports.toolbar.show(badge, words).catch(() => undefined);
    }
  }

  async function planAlarms(next: number | null, all: readonly Seat[]): Promise<void> {
    if (next === null) {
      if (repeating !== null || alarmAt !== null) await ports.alarms.rest();
      repeating = null;
      alarmAt = null;
      return;
    }
    const every = Math.min(...all.map((seat) => seat.status?.timing.heartbeatEveryMs ?? TIMING.heartbeatEveryMs));
    const isNewPeriod = every !== repeating;
    const isNewTime = alarmAt === null || Math.abs(next - alarmAt) > 1_000;
    repeating = every;
    alarmAt = next;
    if (isNewPeriod) await ports.alarms.repeatEvery(every);
    if (isNewTime) await ports.alarms.wakeAt(next);
  }

  async function signal(origin: string, signal: Signal): Promise<Seat | null> {
    await restored;
    if (signal.kind === "hello" && !seats.has(origin)) {
      const [client, seq] = await Promise.all([ports.store.clientAt(origin), ports.store.firstSeq()]);
      if (!seats.has(origin)) seats.set(origin, newSeat(origin, client, seq));
    }
    await take(origin, signal);
    return seats.get(origin) ?? null;
  }

  async function signalAll(signal: Signal): Promise<void> {
    await restored;
    await Promise.all([...seats.keys()].map((origin) => take(origin, signal)));
  }

  async function explain(origin: string): Promise<WhySaid | null> {
    await restored;
    const seat = seats.get(origin);
    if (seat === undefined) return null;
    return ports.api.explain(
      origin,
      seat.tabs.map((tab) => tab.browserTab),
    );
  }

  async function speaksFor(origin: string, browserTab: number): Promise<boolean> {
    await restored;
    const seat = seats.get(origin);
    const isReached = seat !== undefined && seat.link !== "down" && seat.link !== "absent";
    return isReached && seat.tabs.some((tab) => tab.browserTab === browserTab);
  }

  return {
    explain,
    signal,
    signalAll,
    speaksFor,
    isKnown: (browserTab) => [...seats.values()].some((seat) => seat.tabs.some((tab) => tab.browserTab === browserTab)),
  };
}
