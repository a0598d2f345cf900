/**
 * What is really so, kept apart from the ledger: which passes browsers can show, who was heard and was active when,
 * what was truly taken back. It never sleeps, and never believes what the ledger says of itself.
 */
import type { BindingId, HolderId } from "../../shared/ids.ts";
import { allInUse, occupies } from "../../worker/ledger/allocation/occupancy.ts";
import type { Command } from "../../worker/ledger/command.ts";
import type { Event } from "../../worker/ledger/event.ts";
import type { Ledger } from "../../worker/ledger/ledger.ts";
import type { Person } from "../../worker/ledger/person.ts";
import type { Settings } from "../../worker/ledger/settings/settings.ts";
import type { Step } from "../../worker/ledger/step.ts";
import type { Browser, Colleague, NativeClient } from "./firm.ts";
import type { Isolate } from "./isolate.ts";
import { Presence } from "./presence.ts";
import { Violation } from "./violation.ts";

/** L4 to L6 hold within their times and this, however often the object slept. */
const SLACK_MS = 10_000;

/** One holder as the messages that reached the object tell of them. */
interface Known {
  /** As last told by a claim. */
  person: Person;
  presence: Presence | null;
  /** Passes issued and not truly taken back, by binding: until when the seat is taken by them, and since when. */
  out: Map<BindingId, { until: number; issuedAt: number }>;
}

/** L9, L24, L28: how many people may work at once. */
function bound({ settings, effective }: Ledger): number {
  if (!settings.enforced) return Number.POSITIVE_INFINITY;
  return effective.limit + settings.overdraft.seats;
}

const isResting = (ledger: Ledger, holder: HolderId): boolean =>
  !ledger.settings.enforced && ledger.drains.get(holder)?.resting === true;

export class Truth {
  readonly #browsers: readonly Browser[];
  readonly #natives: readonly NativeClient[];
  readonly #isolates: readonly Isolate[];
  readonly #known = new Map<HolderId, Known>();
  /** How many people may have passes though the limit is lower: those who were in when it fell. */
  #over = 0;
  #idleTimeoutMs: number;
  #lossAt = 0;
  /** L9: the longest that the object's passes have lived. */
  #longestPassLifeMs: number;
  /** Who can work, as `look` found last. */
  readonly #admitted = new Set<HolderId>();
  /** Whom these settings do not count. */
  #free: ReadonlySet<HolderId> = new Set();
  #settings: Settings | null = null;

  constructor(
    ledger: Ledger,
    browsers: readonly Browser[],
    natives: readonly NativeClient[],
    isolates: readonly Isolate[],
  ) {
    this.#browsers = browsers;
    this.#natives = natives;
    this.#isolates = isolates;
    this.#idleTimeoutMs = ledger.settings.idleTimeoutMs;
    this.#longestPassLifeMs = ledger.timing.passLifeMs;
  }

  /** The object's passes live so long from now on. */
  passLifeChanged(ms: number): void {
    this.#longestPassLifeMs = Math.max(this.#longestPassLifeMs, ms);
  }

  /** The object lost what it had not written: for once, what may be out is taken to be out for one more pass life. */
  memoryLost(at: number): void {
    this.#lossAt = at;
    for (const { presence } of this.#known.values()) presence?.memoryLost(at);
  }

  /** All clocks were set ahead by so many ms, and show `at` now. */
  setAhead(at: number, ms: number): void {
    for (const { presence } of this.#known.values()) presence?.setAhead(at, ms);
  }

  /** After each step at `at`, the ledger's time. */
  stepped(ledger: Ledger, command: Command, done: Step, at: number): void {
    if (command.type === "claim") {
      const known = this.#of(command.person);
      // L9: what is only remembered judges no running lease; it may be what a new one is granted by.
      if (command.isRemembered !== true) known.person = command.person;
    }
    // I13: the tenant's own map gives other roles.
    for (const [holder, role] of command.type === "rerole" ? command.roles : []) {
      const known = this.#known.get(holder);
      if (known !== undefined) known.person = { ...known.person, role };
    }
    // Somebody who leaves takes signs of life along, and the lease may end with that.
    if (command.type === "sign_out") this.#known.get(command.holder)?.presence?.left(command.session);
    for (const event of done.events) this.#note(ledger, event, command);
    if (command.type === "hand_back") this.#handBack(ledger, command);
    this.#hear(command, done, at);
    this.#idleTimeoutMs = ledger.settings.idleTimeoutMs;
    for (const [holder, lease] of ledger.leases) {
      const known = this.#known.get(holder);
      const { presence } = known as Known;
      if (presence === null) throw new Violation(`[L2] ${holder} has a lease that nobody was granted`);
      const idleMs = lease.exempt ? Number.POSITIVE_INFINITY : this.#idleTimeoutMs;
      const { at: due, cause } = presence.latestEnd(idleMs);
      if (due + SLACK_MS <= at && lease.nudge === null) {
        throw new Violation(`[${RULES[cause]}] the lease of ${holder} should have ended ${cause} ${at - due} ms ago`);
      }
      if (lease.exempt !== this.#isUncounted(ledger, holder)) {
        throw new Violation(
          `[L9] ${holder} is ${lease.exempt ? "not counted" : "counted"}, and nothing of the present says so`,
        );
      }
    }
    for (const [holder, drain] of ledger.drains) {
      if (drain.exempt || drain.resting) continue;
      let until = 0;
      for (const pass of (this.#known.get(holder) as Known).out.values()) until = Math.max(until, pass.until);
      // A binding of before may have got a pass that the loss took along.
      const perhaps = this.#lossAt + this.#longestPassLifeMs;
      if (Math.max(until, perhaps) + SLACK_MS > at) continue;
      if (until === 0) throw new Violation(`[L9] ${holder} gave every pass back, and the seat is not free`);
      throw new Violation(`[L9] the seat of ${holder} drains ${at - until} ms too long`);
    }
    const all = allInUse(ledger);
    this.#over = all > bound(ledger) ? Math.max(this.#over, all) : 0;
    if (this.#over > 0) this.#over = Math.min(this.#over, all);
  }

  /** At any instant: who could work now, by real cookies in any isolate. `now`: by the slowest of their clocks. */
  look(ledger: Ledger, now: number): void {
    const admitted = this.#admitted;
    admitted.clear();
    for (const browser of this.#browsers) {
      if (!browser.isOpen) continue;
      const { pass } = browser.cookies;
      const isLive = pass !== null && pass.until > now;
      let seen: Colleague | null = null;
      for (const isolate of this.#isolates) {
        if (!isLive && !isolate.hasReady(browser)) continue;
        const holder = isolate.admits(browser);
        // What follows is the same, whichever isolate lets them in.
        if (holder === null || holder === seen) continue;
        seen = holder;
        const { id } = holder.person;
        // Until the answer to a login is there, the page is still that of whoever sat there before.
        if (holder !== browser.user && holder !== browser.session.user) {
          throw new Violation(`[I2] ${browser.user.person.id} sits at ${browser.name} and works as ${id}`);
        }
        if (this.#isUncounted(ledger, id)) continue;
        // L24: a page that goes on without a seat, while nothing is enforced.
        if (isResting(ledger, id)) continue;
        if (!occupies(ledger, id)) throw new Violation(`[L9] a gate admits ${id}, whose seat is given away`);
        admitted.add(id);
      }
    }
    for (const { user, validity } of this.#natives) {
      const { id } = user.person;
      if (validity === null || this.#isUncounted(ledger, id) || isResting(ledger, id)) continue;
      if (!occupies(ledger, id)) throw new Violation(`[N1] a client of ${id} goes by a seat that is given away`);
      admitted.add(id);
    }
    if (admitted.size > Math.max(bound(ledger), this.#over)) {
      throw new Violation(`[L9] ${admitted.size} people can work where ${bound(ledger)} may`);
    }
  }

  /** L11, L14: by what holds now, whatever held when the seat was given. */
  #isUncounted({ settings }: Ledger, holder: HolderId): boolean {
    // Asked of everybody after each step, and settings change seldom.
    if (settings !== this.#settings) {
      this.#settings = settings;
      this.#free = new Set([...settings.exempt, ...settings.named.assigned].map(({ id }) => id));
    }
    return this.#free.has(holder) || this.#known.get(holder)?.person.role === "support";
  }

  #of(person: Person): Known {
    const before = this.#known.get(person.id);
    if (before !== undefined) return before;
    const known: Known = { person, presence: null, out: new Map() };
    this.#known.set(person.id, known);
    return known;
  }

  #note(ledger: Ledger, event: Event, command: Command): void {
    const known = this.#known.get(event.holder);
    if (known === undefined) return;
    known.presence?.touch(event.at);
    switch (event.type) {
      case "seat_granted":
        known.presence = new Presence(ledger.timing, event.at);
        known.person = event.person;
        return;
      case "lease_ended": {
        const { presence } = known;
        known.presence = null;
        // Asked for and not answered, or left: what was to be heard of is gone.
        const isLeft = command.type === "sign_out" && command.holder === event.holder;
        if (presence === null || event.note !== null || event.cause === "evicted" || isLeft) return;
        // A change of the time-out ends leases by the new one.
        const idleMs = Math.min(this.#idleTimeoutMs, ledger.settings.idleTimeoutMs);
        const soonest = presence.earliestEnd(event.cause, idleMs);
        if (soonest > event.at) {
          throw new Violation(
            `[${RULES[event.cause as keyof typeof RULES]}] the lease of ${event.holder} ended ${event.cause} ${soonest - event.at} ms too soon`,
          );
        }
        return;
      }
      case "pass_issued":
        for (const [binding, { until }] of known.out) if (until <= event.at) known.out.delete(binding);
        known.out.set(event.binding, {
          until: Math.max(event.until, known.out.get(event.binding)?.until ?? 0),
          issuedAt: event.at,
        });
        return;
    }
  }

  /** What was issued after a native client said that it uses its claim no more is out. */
  #handBack({ timing }: Ledger, { holder, binding, askedAt }: Extract<Command, { type: "hand_back" }>): void {
    const out = this.#known.get(holder)?.out;
    const issuedAt = out?.get(binding)?.issuedAt ?? 0;
    if (askedAt === undefined || issuedAt <= askedAt + timing.clockSkewMs) out?.delete(binding);
  }

  #hear(command: Command, { outcome }: Step, at: number): void {
    switch (command.type) {
      case "claim":
        if (outcome.type !== "granted") return;
        this.#presenceOf(command.person.id)?.claimed(command.session, command.act, command.active, at);
        return;
      case "stay":
        this.#presenceOf(command.holder)?.stayed(command.session, command.active, at);
        return;
      case "heartbeat":
        this.#presenceOf(command.holder)?.beaten(command.session, command.beat, at);
        return;
      case "close_tab":
        this.#presenceOf(command.holder)?.tabClosed(command.client, command.tab, at);
        return;
      case "release":
        if (command.client === null || command.tab === null) return;
        this.#presenceOf(command.holder)?.tabClosed(command.client, command.tab, at);
        return;
    }
  }

  #presenceOf(holder: HolderId): Presence | null {
    return this.#known.get(holder)?.presence ?? null;
  }
}

const RULES = { idle: "L4", lost: "L5", closed: "L6" } as const;
