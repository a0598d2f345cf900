/**
 * A small firm on a harsh platform: people with browsers, cookies and tabs; answers that are lost, late and reordered;
 * three isolates that share no memory; an object that is evicted between any two messages, overloaded or silent, with
 * an alarm that is late, doubled or lost; clocks that differ. Everything is judged after each step and between.
 */

import { HOUR_MS } from "../../shared/durations.ts";
import type { BindingId, HolderId, TabId } from "../../shared/ids.ts";
import {
  IDLE_TIMEOUT_MAX_MS,
  IDLE_TIMEOUT_MIN_MS,
  PASS_LIFE_MAX_MS,
  PASS_LIFE_MIN_MS,
  TIMING,
  type Timing,
} from "../../shared/timing.ts";
import type { Act, Command } from "../../worker/ledger/command.ts";
import { initialSettings } from "../../worker/ledger/settings/settings.ts";
import type { Proposal } from "../../worker/ledger/shadow/propose.ts";
import { step as soundStep } from "../../worker/ledger/step.ts";
import { administer, LENDING } from "./administration.ts";
import {
  type Browser,
  type Colleague,
  type CrmSession,
  hire,
  install,
  makeSession,
  type NativeClient,
  NO_COOKIES,
  unpack,
  withChanged,
} from "./firm.ts";
import { type IncomingRequest, Isolate } from "./isolate.ts";
import { Network } from "./network.ts";
import { createRandom, type Random } from "./random.ts";
import { type BrokenHost, TenantObject, unlessItFails } from "./tenant-object.ts";
import { Truth } from "./truth.ts";
import { type Question, type Versions, Wire } from "./wire.ts";

export interface WorldOptions {
  seed: number;
  people: number;
  limit: number;
  /** The step under test; a test gives a broken one to see that the oracle speaks. */
  step?: typeof soundStep;
  /** How often everything is compared, in steps. */
  wholeEvery?: number;
  /** L33: what is tried beside the settings; left out: nothing. */
  shadow?: readonly Proposal[] | undefined;
  /** L29: reservations may be filled ahead; false for a seed found without them, which then plays as it did. */
  ahead?: boolean;
  /** Browsers crash, change their connections, and everything is deployed; false for a seed found without, as above. */
  crashes?: boolean;
  /** Isolates are told over which connection a request came; false: as on a platform that does not say. */
  connections?: boolean;
  /** Writes of the object fail, one at a time; false for a seed found without. */
  faults?: boolean;
  /** A goodbye comes with the hello that may never have come, and deployments take their time; false as above. */
  rollouts?: boolean;
  /** In some worlds all clocks are set together, by up to an hour; false as above. */
  clocks?: boolean;
  /** In some worlds the operator changes how long a pass lives, which each isolate and the object hear at another time. */
  lives?: boolean;
  /** What the object does wrong after one. */
  brokenHost?: BrokenHost;
  /** As `IsolatePorts` has it. */
  believesSilence?: boolean;
  isBlindToClock?: boolean;
}

const ISOLATES = 3;
/** L9: Chromium writes its cookies every 30 s, Firefox its session every 15. */
const STORED_MOST_MS = 30_000;
/** The shortest time in which a browser that crashed is back: longer than a receipt's time and the tenant's may differ. */
const BACK_LEAST_MS = 5_000;
/** As worker/tenant/config-copy.ts and the Worker's copy of the registry have it. */
const KNOWN_WITHIN_MS = 60_000;
/** What a violation shows of what came before it. */
const TRACED = 200;

export class World {
  readonly #random: Random;
  /** Of what happens to browsers and deployments; null: nothing does. */
  readonly #mishaps: Random | null;
  readonly #rollouts: Random | null;
  /** Of when all clocks are set; null: they are not. */
  readonly #clocks: Random | null;
  readonly #versions: Versions = { isolates: Array.from({ length: ISOLATES }, () => 0), object: 0 };
  readonly #hasConnections: boolean;
  /** Of when the operator changes how long passes live; null: never. */
  readonly #lives: Random | null;
  readonly #timing: Timing = TIMING;
  /** As each isolate knows it, the object knowing its own. */
  readonly #timings: Timing[];
  readonly #network = new Network();
  readonly #people: Colleague[];
  readonly #browsers: Browser[] = [];
  readonly #natives: NativeClient[];
  readonly #isolates: Isolate[];
  readonly #object: TenantObject;
  readonly #truth: Truth;
  readonly #trace: [at: number, what: unknown][] = [];
  #now = 1_000_000_000_000;
  /** By how much all clocks differ from the true time. */
  #setBy = 0;
  /** By how much the clocks of object and isolates differ from that. */
  #objectSkew = 0;
  readonly #skews: number[];
  /** A firm in which little happens: its object sleeps between most messages. */
  readonly #isQuiet: boolean;
  /** Between so many messages the object is evicted once: mostly a hundred, in some worlds two. */
  readonly #evictsOnceIn: number;
  readonly #isAhead: boolean;
  #made = 0;
  #connected = 0;
  /** Nothing happened since by which anybody could be admitted: time alone only ends passes. */
  #isLooked = false;
  steps = 0;

  constructor({ seed, people, limit, step = soundStep, wholeEvery = 1_000, shadow, ...options }: WorldOptions) {
    const {
      ahead = true,
      crashes = true,
      connections = true,
      faults = true,
      rollouts = true,
      clocks = true,
      lives = true,
    } = options;
    this.#mishaps = crashes ? createRandom(seed ^ 0x5eed) : null;
    this.#rollouts = rollouts ? createRandom(seed ^ 0x2011) : null;
    const clock = createRandom(seed ^ 0xc10c);
    this.#clocks = clocks && clock.once(4) ? clock : null;
    const life = createRandom(seed ^ 0x11fe);
    this.#lives = lives && life.once(4) ? life : null;
    this.#timings = Array.from({ length: ISOLATES }, () => this.#timing);
    this.#hasConnections = connections;
    const random = createRandom(seed);
    this.#isAhead = ahead;
    this.#random = random;
    this.#isQuiet = random.once(16);
    this.#evictsOnceIn = random.once(16) ? 2 : 100;
    this.#people = Array.from({ length: people }, (_, index) => hire(index));
    for (const [index, colleague] of this.#people.entries()) {
      const devices = index % 10 === 1 ? ["desk", "phone"] : ["desk"];
      for (const device of devices) {
        this.#browsers.push(unpack(`${colleague.person.id}-${device}`, colleague, this.#now, this.#browsers.length));
      }
    }
    if (crashes) for (const browser of this.#browsers) this.#connect(browser);
    this.#natives = this.#people.filter((_, index) => index % 5 === 0).map(install);
    this.#object = new TenantObject(
      {
        timing: this.#timing,
        idleTimeoutMinMs: IDLE_TIMEOUT_MIN_MS,
        idleTimeoutMaxMs: IDLE_TIMEOUT_MAX_MS,
        initial: {
          ...initialSettings(limit, 20 * 60_000),
          handover: seed % 2 === 0 ? "any" : "turn",
          pools: random.once(2) ? [LENDING] : [],
        },
        longestPassLifeMs: this.#timing.passLifeMs,
      },
      {
        random,
        step,
        wholeEvery,
        shadow: shadow ?? null,
        // A shadow that cannot be written ends, and the tenant goes on: that is another test's.
        faults: faults && shadow === undefined ? createRandom(seed ^ 0xfa17) : null,
        broken: options.brokenHost,
        failed: () => {
          this.#isLooked = false;
          this.#note("write failed");
        },
        now: () => this.#now + this.#setBy + this.#objectSkew,
        lost: (at) => {
          this.#note("memory lost");
          this.#truth.memoryLost(at);
        },
        woke: () => this.#note("woke"),
        stepped: (command, done, at) => {
          this.steps++;
          this.#isLooked = false;
          this.#note(command);
          this.#truth.stepped(this.#object.ledger, command, done, at);
        },
      },
    );
    const wireFrom = (place: number) => {
      const ahead = () => (this.#versions.isolates[place] as number) - this.#versions.object;
      return new Wire(this.#object, this.#network, random, () => this.#now, this.#evictsOnceIn, ahead);
    };
    this.#skews = Array.from({ length: ISOLATES }, () => 0);
    this.#isolates = this.#skews.map(
      (_, place) =>
        new Isolate({
          timing: () => this.#timings[place] as Timing,
          random,
          wire: wireFrom(place),
          now: () => this.#now + this.#setBy + (this.#skews[place] as number),
          after: (ms, then) => this.#network.post(this.#now + ms, then),
          believesSilence: options.believesSilence,
          isBlindToClock: options.isBlindToClock,
          makeBinding: () => `binding-${String(++this.#made).padStart(8, "0")}` as BindingId,
        }),
    );
    this.#truth = new Truth(this.#object.ledger, this.#browsers, this.#natives, this.#isolates);
  }

  /** What came before a violation, a line each. */
  get trace(): string[] {
    return this.#trace.map(([at, what]) => `${at} ${JSON.stringify(what)}`);
  }

  /** L33: steps in which the shadow did something else. */
  get differed(): number {
    return this.#object.beside?.differed ?? 0;
  }

  get wakes(): number {
    return this.#object.wakes;
  }

  /** Plays until `steps` commands have been stepped; throws a `Violation`. */
  play(steps: number): void {
    const until = this.steps + steps;
    while (this.steps < until) {
      this.#passTime();
      if (this.#network.deliverDue(this.#now)) this.#isLooked = false;
      this.#object.ring();
      if (this.#mishaps !== null) this.#mishap(this.#mishaps);
      if (this.#rollouts !== null) this.#rollOut(this.#rollouts);
      if (this.#clocks !== null) this.#setAll(this.#clocks);
      if (this.#lives !== null) this.#changeLife(this.#lives);
      this.#act();
      if (this.#isLooked) continue;
      this.#truth.look(this.#object.ledger, this.#now + this.#setBy - this.#timing.clockSkewMs);
      this.#isLooked = true;
    }
    this.#object.oracle.checkWhole(this.#object.ledger);
    this.#object.rows.checkWatched();
  }

  /** What the main stream of draws knows nothing of, so that worlds found without it play as they did. */
  #mishap(random: Random): void {
    const dice = random.below(3_000);
    if (dice >= 600) return;
    const browser = random.pick(this.#browsers);
    if (dice >= 80) this.#store(browser);
    else if (dice >= 20) this.#crash(random);
    else if (dice >= 2) this.#connect(browser);
    else this.#deploy();
  }

  #store(browser: Browser): void {
    const { isOpen, isSigningIn, cookies, session, user } = browser;
    if (isOpen && !isSigningIn && cookies.pass !== null) browser.stored = { at: this.#now, cookies, session, user };
  }

  /** A browser crashes: rather one that has given back what its disk still holds. It comes back as its disk has it. */
  #crash(random: Random): void {
    const since = this.#now - STORED_MOST_MS;
    const able = this.#browsers.filter(
      // Of two people in one surviving session only the later is the CRM's, whatever the cookies say (I9).
      ({ isOpen, isSigningIn, stored, user }) =>
        isOpen && !isSigningIn && stored !== null && stored.at >= since && stored.user === user,
    );
    const outdated = able.filter(({ cookies, stored }) => {
      const { pass = null, binding = null } = stored?.cookies ?? {};
      return binding !== cookies.binding && pass !== null && pass.until > this.#now + BACK_LEAST_MS;
    });
    if (able.length === 0 || (outdated.length === 0 && !random.once(8))) return;
    const browser = random.pick(outdated.length > 0 ? outdated : able);
    const { stored } = browser;
    browser.isOpen = false;
    browser.isDown = true;
    browser.run++;
    browser.tabs = [];
    this.#note(["crash", browser.name]);
    this.#isLooked = false;
    this.#network.post(this.#now + BACK_LEAST_MS + random.below(5_000), () => {
      if (stored !== null) {
        browser.cookies = stored.cookies;
        browser.session = stored.session;
      }
      browser.isOpen = true;
      browser.isDown = false;
      this.#connect(browser);
    });
  }

  #connect(browser: Browser): void {
    if (this.#hasConnections) browser.connection = ++this.#connected;
    this.#isLooked = false;
  }

  /** Everything that is remembered anywhere is forgotten. */
  #deploy(): void {
    this.#note("deploy");
    for (const isolate of this.#isolates) isolate.restart();
    this.#object.evict();
    this.#isLooked = false;
  }

  /** A new version comes to one part after the other, the object first, last or between, and sometimes back again. */
  #rollOut(random: Random): void {
    if (!random.once(500)) return;
    const { isolates } = this.#versions;
    const place = random.below(isolates.length + 1);
    const isolate = this.#isolates[place];
    this.#isLooked = false;
    this.#note(["rollout", place]);
    if (isolate === undefined) {
      this.#versions.object = 1 - this.#versions.object;
      this.#object.evict();
    } else {
      isolates[place] = 1 - (isolates[place] as number);
      isolate.restart();
    }
  }

  #note(what: unknown): void {
    if (this.#trace.length >= 2 * TRACED) this.#trace.splice(0, TRACED);
    this.#trace.push([this.#now, what]);
  }

  #passTime(): void {
    const random = this.#random;
    if (random.once(4)) this.#now += random.below(500);
    if (random.once(12)) this.#now += random.below(this.#isQuiet ? 30_000 : 9_000);
    if (random.once(600)) this.#now += random.below(240_000);
    if (random.once(5_000)) this.#now += random.below(90 * 60_000);
    if (random.once(100)) this.#setClocks();
  }

  /** L18: no two clocks differ by more than `clockSkewMs`. One that steps does so at any moment, or over a restart. */
  #setClocks(): void {
    this.#isLooked = false;
    const { clockSkewMs } = this.#timing;
    const skew = () => this.#random.below(clockSkewMs + 1) - clockSkewMs / 2;
    this.#objectSkew = skew();
    for (const place of this.#skews.keys()) this.#skews[place] = skew();
    if (this.#random.once(4)) this.#object.evict();
  }

  /** L18, L9.35: by seconds, minutes or an hour, back or ahead, and mostly right again some time later. */
  #setAll(random: Random): void {
    if (!random.once(2_500)) return;
    const most = random.pick([10_000, 100_000, HOUR_MS]);
    const by = this.#setBy !== 0 && random.once(2) ? -this.#setBy : random.below(2 * most + 1) - most;
    this.#note(["clocks", by]);
    this.#isLooked = false;
    // L9.36: an isolate that serves nobody in between cannot see it.
    for (const isolate of this.#isolates) isolate.seeTime();
    this.#setBy += by;
    this.#object.setClock(by);
    if (by > 0) this.#truth.setAhead(this.#now + this.#setBy + this.#objectSkew, by);
    for (const isolate of this.#isolates) isolate.seeTime();
    // N1: it measures how long its claim lasts, and asks again where the answer says that it is over.
    if (by > 0) for (const native of this.#natives) native.validity = null;
    if (random.once(2)) this.#object.evict();
  }

  /** G3: each part hears of it within a minute, in any order. */
  #changeLife(random: Random): void {
    if (!random.once(200)) return;
    const passLifeMs = random.pick([PASS_LIFE_MIN_MS, PASS_LIFE_MAX_MS, TIMING.passLifeMs]);
    const passRenewAheadMs = Math.min(TIMING.passRenewAheadMs, Math.floor(passLifeMs / 5));
    const timing = { ...this.#timing, passLifeMs, passRenewAheadMs };
    this.#note(["pass life", passLifeMs]);
    for (const place of this.#timings.keys()) {
      this.#network.post(this.#now + random.below(KNOWN_WITHIN_MS), () => {
        this.#timings[place] = timing;
      });
    }
    this.#network.post(this.#now + random.below(KNOWN_WITHIN_MS), () => {
      this.#truth.passLifeChanged(passLifeMs);
      this.#object.adopt(timing);
    });
  }

  #act(): void {
    const random = this.#random;
    const browser = random.pick(this.#browsers);
    const dice = random.below(100);
    if (browser.isSigningIn || browser.isDown) return;
    if (dice >= 91 || !browser.isOpen) this.#isLooked = false;
    if (!browser.isOpen) this.#start(browser);
    else if (browser.awayUntil > this.#now) this.#goOnAlone(browser);
    else if (dice < 15) this.#request(browser, "navigation");
    else if (dice < 19) this.#request(browser, "reload");
    else if (dice < 35) this.#request(browser, "background");
    else if (dice < 50) this.#beat(browser, random.once(2));
    else if (dice < 56) this.#openTab(browser);
    else if (dice < 61) this.#closeTab(browser);
    else if (dice < 63) this.#release(browser, random.once(4));
    else if (dice < 65) this.#handBack(browser);
    else if (dice < 71) this.#claimByApi(browser, random.once(2) ? "button" : "activity");
    else if (dice < 82) this.#call(browser, false, (holder) => ({ type: "wait", holder }));
    else if (dice < 83) this.#call(browser, false, (holder) => ({ type: "leave_line", holder }));
    else if (dice < 84) this.#call(this.#anyWaiting() ?? browser, false, (holder) => ({ type: "nudge", holder }));
    else if (dice < 85) this.#answerNudge(browser);
    else if (dice < 88) this.#doSomethingRare(browser);
    else if (dice < 91)
      this.#run(
        administer(
          random,
          this.#people.map(({ person }) => person),
          this.#object.ledger.settings,
          this.#isAhead,
        ),
      );
    else if (dice < 92) this.#changePerson();
    else if (dice < 93) this.#changeSession(browser);
    else if (dice < 94) this.#quit(browser);
    else if (dice < 95) random.pick(this.#isolates).restart();
    else if (dice < 96) browser.awayUntil = this.#now + random.below((random.once(3) ? 75 : 12) * 60_000);
    else this.#run({ type: "tick" });
  }

  /** A browser of somebody who waits; null: nobody does. */
  #anyWaiting(): Browser | null {
    const { line } = this.#object.ledger;
    const waiting = line.size === 0 ? [] : this.#browsers.filter(({ user }) => line.has(user.person.id));
    return waiting.length === 0 ? null : this.#random.pick(waiting);
  }

  #doSomethingRare(browser: Browser): void {
    const random = this.#random;
    const dice = random.below(10);
    if (dice > 7) this.#handOver(browser);
    else if (dice < 1) this.#run({ type: "check", person: browser.user.person });
    else if (dice < 2) this.#run({ type: "erase", holder: random.pick(this.#people).person.id });
    else if (dice < 5) this.#openStream(browser);
    else {
      const native = random.pick(this.#natives);
      const isolate = random.pick(this.#isolates);
      if (dice === 5) isolate.giveUp(native);
      else isolate.consume(native);
    }
  }

  /** L32: to whoever waits, or just left the line; a holder works elsewhere, too, or not at all any more. */
  #handOver(browser: Browser): void {
    const { leases } = this.#object.ledger;
    const giver = this.#browsers.find(({ isOpen, user }) => isOpen && leases.has(user.person.id)) ?? browser;
    const to = (this.#anyWaiting() ?? browser).user.person.id;
    this.#call(this.#random.once(4) ? browser : giver, false, (holder) => ({ type: "hand_over", holder, to }));
  }

  #openStream(browser: Browser): void {
    if (browser.streamUntil > this.#now) return;
    browser.streamUntil = this.#now + this.#random.below(15 * 60_000);
    const { run, streamUntil } = browser;
    const isOpen = () => browser.isOpen && browser.run === run && this.#now < streamUntil;
    this.#send(browser, (isolate, incoming) => isolate.stream(incoming, isOpen));
  }

  /** An open page without its person. */
  #goOnAlone(browser: Browser): void {
    const dice = this.#random.below(8);
    if (dice < 3) this.#beat(browser, false);
    else if (dice < 5) this.#request(browser, "background");
    else if (dice === 5) this.#call(browser, false, (holder) => ({ type: "wait", holder }));
    else if (dice === 6) this.#answerNudge(browser);
  }

  #run(command: Command): void {
    if (this.#random.once(this.#evictsOnceIn)) this.#object.evict();
    unlessItFails(() => this.#object.call(command));
  }

  /** Mostly it arrives, sometimes twice. */
  #send(browser: Browser, arrive: (isolate: Isolate, incoming: IncomingRequest) => void): void {
    if (this.#random.once(25)) return;
    this.#sendSurely(browser, arrive);
    if (this.#random.once(25)) this.#sendSurely(browser, arrive);
  }

  /** A request on its way to one of the isolates, as the browser is at this moment. */
  #sendSurely(browser: Browser, arrive: (isolate: Isolate, incoming: IncomingRequest) => void): void {
    const random = this.#random;
    const { cookies: shown, session, connection, run } = browser;
    const answerSurely: IncomingRequest["answerSurely"] = (set, taken) => {
      const takes = random.once(8) ? random.below(20_000) : random.below(60);
      this.#network.post(this.#now + takes, () => {
        if (browser.run !== run) return;
        browser.cookies = withChanged(browser.cookies, set);
        taken();
      });
    };
    const answer: IncomingRequest["answer"] = (set) => {
      if (!random.once(15)) answerSurely(set, () => undefined);
    };
    const isolate = random.pick(this.#isolates);
    const takes = random.once(10) ? random.below(20_000) : random.below(60);
    const incoming = { browser, shown, session, connection, answer, answerSurely };
    this.#network.post(this.#now + takes, () => arrive(isolate, incoming));
  }

  #request(browser: Browser, act: Act): void {
    if (act === "navigation") browser.activeAt = this.#now;
    this.#send(browser, (isolate, incoming) => isolate.request(incoming, act));
  }

  #claimByApi(browser: Browser, act: "button" | "activity"): void {
    this.#send(browser, (isolate, incoming) => isolate.claimByApi(incoming, act));
  }

  #call(browser: Browser, givesUp: boolean, make: (holder: HolderId) => Question): void {
    this.#send(browser, (isolate, incoming) => isolate.call(incoming, givesUp, ({ person }) => make(person.id)));
  }

  #openTab(browser: Browser): void {
    browser.tabs.push(`tab-${String(++this.#made).padStart(6, "0")}` as TabId);
    if (browser.tabs.length > 4) browser.tabs.shift();
    this.#beat(browser, true);
  }

  #beat(browser: Browser, active: boolean): void {
    if (active) browser.activeAt = this.#now;
    if (!browser.hasExtension) return;
    // The last status told that somebody waits for this seat.
    const isAsked = this.#object.ledger.leases.get(browser.user.person.id)?.nudge != null;
    if (isAsked && this.#random.once(2)) this.#answerNudge(browser);
    const { client, session } = browser;
    const activeAgeMs = Math.max(0, this.#now - browser.activeAt);
    const beat = { client, seq: ++browser.seq, tabs: browser.tabs.map((id) => ({ id, activeAgeMs })) };
    this.#call(browser, false, (holder) => ({ type: "heartbeat", holder, session: session.key, beat }));
  }

  #closeTab(browser: Browser): void {
    const tab = browser.tabs.pop();
    if (tab === undefined || !browser.hasExtension) return;
    const { client, session } = browser;
    this.#call(browser, false, (holder) => {
      const close: Command = { type: "close_tab", holder, client, tab };
      if (this.#rollouts === null) return close;
      // As worker/tenant/seat-calls.ts: a document may be gone before its first heartbeat was.
      const beat = { client, seq: 0, tabs: [{ id: tab, activeAgeMs: null }] };
      return [{ type: "heartbeat", holder, session: session.key, beat }, close];
    });
  }

  #release(browser: Browser, oneTab: boolean): void {
    const { client } = browser;
    const tab = oneTab ? (browser.tabs.at(-1) ?? null) : null;
    this.#call(browser, tab === null, (holder) => ({ type: "release", holder, client, tab }));
  }

  #handBack(browser: Browser): void {
    this.#send(browser, (isolate, incoming) => isolate.handBack(incoming));
  }

  #answerNudge(browser: Browser): void {
    const keep = !this.#random.once(3);
    this.#call(browser, !keep, (holder) => ({ type: "answer_nudge", holder, keep }));
  }

  /** I4: what the CRM says of a person changes under way; a claim brings it to the tenant. */
  #changePerson(): void {
    const random = this.#random;
    const colleague = random.pick(this.#people);
    const { person } = colleague;
    const dice = random.below(9);
    if (dice < 3) {
      const groups = random.pick([[], ["finance"], ["sales"]]);
      unlessItFails(() => this.#object.regroup(person.id, groups));
    } else if (dice < 5) {
      const role = random.once(8) ? "support" : random.pick(["user", "user", "licence_manager"] as const);
      colleague.person = { ...person, role };
      // I13: by the tenant's own map of rights, which holds at once.
      if (dice === 4) unlessItFails(() => this.#object.rerole(person.id, role));
    } else colleague.person = { ...person, groups: random.pick([[], ["finance"], ["sales"], ["finance", "sales"]]) };
  }

  /** Logins, logouts, values that the CRM renews, sessions that it drops or replaces. */
  #changeSession(browser: Browser): void {
    const random = this.#random;
    const { session } = browser;
    const dice = random.below(5);
    if (dice === 0) this.#send(browser, (isolate, incoming) => isolate.signOut(incoming));
    else if (dice === 1) this.#signIn(browser);
    else if (dice === 2) session.user = null;
    // A value that the CRM renews, or an anonymous one in place of a lost one.
    else browser.session = this.#session(dice === 3 ? session.user : null, session.survives);
  }

  /**
   * The same person or the next one at this desk. The page that was there is gone, and with it the answers that it
   * waited for; the form is sent until it is answered.
   */
  #signIn(browser: Browser): void {
    const { session, user } = browser;
    const next = this.#random.once(2) ? user : this.#random.pick(this.#people);
    const entered = session.survives ? session : this.#session(null, false);
    browser.isSigningIn = true;
    browser.run++;
    this.#sendSurely(browser, (isolate, incoming) => {
      isolate.signIn(incoming, entered, next, () => {
        browser.isSigningIn = false;
        browser.user = next;
        browser.session = entered;
      });
    });
  }

  #session(user: Colleague | null, survives: boolean): CrmSession {
    return makeSession(1_000 + ++this.#made, user, survives);
  }

  /** Quits: the beacon may go out, its answer finds nobody. */
  #quit(browser: Browser): void {
    while (browser.tabs.length > 0) this.#closeTab(browser);
    browser.isOpen = false;
    browser.run++;
  }

  /** Started again, with the session cookies of before where it continues where it was left. */
  #start(browser: Browser): void {
    browser.isOpen = true;
    if (this.#mishaps !== null) this.#connect(browser);
    if (this.#random.once(2)) return;
    browser.cookies = { ...NO_COOKIES, who: browser.cookies.who };
    browser.session = this.#session(null, browser.session.survives);
  }
}
