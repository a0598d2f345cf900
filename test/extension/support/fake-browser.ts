/** A browser and a seat service of four small objects each; the background can be stopped and started between any two steps. */
import { handleMessages, type MessageRights } from "../../../extension/background/message-table.ts";
import { noticesOf } from "../../../extension/background/notices.ts";
import { keepSeats, type Seats } from "../../../extension/background/seats.ts";
import type { View } from "../../../extension/messages.ts";
import type { Answer, Call } from "../../../extension/seat/call.ts";
import type { Seat } from "../../../extension/seat/seat.ts";
import type { Badge } from "../../../extension/seat/standing.ts";
import { ClientId } from "../../../shared/ids.ts";

export const CRM = "https://crm.acme.com";

export class FakeBrowser {
  now = 1_800_000_000_000;
  readonly session = new Map<string, Seat>();
  /** Every call, and whether the seat that makes it was kept by then. */
  readonly asked: { origin: string; call: Call; isKept: boolean }[] = [];
  readonly shown = new Map<number, View>();
  readonly alarms: (number | "rest")[] = [];
  badge: Badge | null = null;
  tooltip = "";
  open: number[] = [];
  /** Tabs that are signed in as somebody else. */
  othersTabs: number[] = [];
  /** What has to come before a tab is judged, as on a slow network. */
  judging: Promise<void> = Promise.resolve();
  /** X7: is the switch on; what is shown, by CRM; all that ever was. */
  areNoticesOn = true;
  readonly notices = new Map<string, string>();
  readonly noticed: string[] = [];
  /** The tab that the person has before them. */
  front: number | null = null;
  /** While true no answer comes, as on a slow network. */
  isSlow = false;
  answer: (call: Call, origin: string) => Answer = () => ({ kind: "unreachable" });
  /** Another sender than `answer`. */
  ask: ((origin: string, call: Call) => Promise<Answer>) | null = null;

  #background: { seats: Seats; isAlive: boolean } | null = null;
  #timer: { at: number; wake(): void } | null = null;

  /** The running background; one that was stopped is started, as by any event. */
  get seats(): Seats {
    this.#background ??= this.#start();
    return this.#background.seats;
  }

  /** What the background does with messages. */
  handle(rights: MessageRights) {
    return handleMessages(
      this.seats,
      rights,
      () => this.now,
      () => this.seats.signalAll({ kind: "counted", browserTabs: this.open }),
      async (_origin, browserTab) => {
        await this.judging;
        return this.othersTabs.includes(browserTab);
      },
    );
  }

  /** The browser stops the background: what it was about to do is not done, and what it waited for does not come. */
  stop(): void {
    if (this.#background !== null) this.#background.isAlive = false;
    this.#background = null;
    this.#timer = null;
  }

  /** Lets everything that can happen now happen. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Time passes; the timer rings in it. */
  async pass(ms: number): Promise<void> {
    for (const end = this.now + ms; ; ) {
      await this.settle();
      if (this.#timer === null || this.#timer.at > end) {
        this.now = end;
        return;
      }
      const { at, wake } = this.#timer;
      this.now = Math.max(this.now, at);
      this.#timer = null;
      wake();
    }
  }

  #start(): { seats: Seats; isAlive: boolean } {
    const life = { isAlive: true };
    const never = new Promise<never>(() => undefined);
    const whileAlive = <Value>(value: () => Value): Promise<Value> => (life.isAlive ? Promise.resolve(value()) : never);
    const seats = keepSeats({
      clock: {
        now: () => this.now,
        wakeAfter: (ms, wake) => {
          if (life.isAlive) this.#timer = { at: this.now + ms, wake };
        },
      },
      store: {
        load: async () => structuredClone([...this.session.values()]),
        save: (seat) => whileAlive(() => void this.session.set(seat.origin, structuredClone(seat))),
        forget: (origin) => whileAlive(() => void this.session.delete(origin)),
        clientAt: async (origin) => ClientId.parse(`client-of-${new URL(origin).hostname.replaceAll(".", "-")}`),
        firstSeq: async () => 1_000,
      },
      alarms: {
        repeatEvery: async () => undefined,
        wakeAt: async (time) => void this.alarms.push(time),
        rest: async () => void this.alarms.push("rest"),
      },
      api: {
        explain: async () => null,
        askDocument: async () => null,
        ask: async (origin, call) => {
          if (!life.isAlive) return never;
          const kept = this.session.get(origin)?.flights.map((flight) => JSON.stringify(flight.call)) ?? [];
          this.asked.push({ origin, call, isKept: kept.includes(JSON.stringify(call)) });
          const answer = this.ask === null ? this.answer(call, origin) : await this.ask(origin, call);
          if (this.isSlow) return never;
          return life.isAlive ? answer : never;
        },
      },
      tabs: {
        tell: (browserTab, view) => {
          if (life.isAlive) this.shown.set(browserTab, view);
        },
      },
      toolbar: {
        show: async (badge, words) => {
          this.badge = badge;
          this.tooltip = words;
        },
      },
      notices: noticesOf({
        notifications: {
          show: (id, title) =>
            whileAlive(() => {
              this.notices.set(id, title);
              this.noticed.push(title);
            }),
          clear: (id) => whileAlive(() => void this.notices.delete(id)),
        },
        areOn: async () => this.areNoticesOn,
        front: {
          isOneOf: async (browserTabs) => this.front !== null && browserTabs.includes(this.front),
          bring: async (browserTab) => {
            this.front = browserTab;
          },
        },
        say: (notice) => ({ title: notice.kind, text: "" }),
      }),
      describe: (standing) => standing.kind,
    });
    return Object.assign(life, { seats });
  }
}
