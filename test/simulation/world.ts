/**
 * A small world round the pure ledger: people with browsers, cookie jars and tabs, a network that loses,
 * delays, doubles and reorders, gates and an object whose clocks differ, and an object that loses its memory.
 * What a gate would admit is judged from the cookies alone.
 */
import { ClientId, HolderId, JarId, SessionKey, TabId } from "../../shared/ids.ts";
import { IDLE_TIMEOUT_MAX_MS, IDLE_TIMEOUT_MIN_MS, TIMING, type Timing } from "../../shared/timing.ts";
import type { Act, Command } from "../../worker/ledger/command.ts";
import { createLedger, type Ledger } from "../../worker/ledger/ledger.ts";
import { occupies } from "../../worker/ledger/occupancy.ts";
import type { Person } from "../../worker/ledger/person.ts";
import { restoreLedger } from "../../worker/ledger/restore.ts";
import { initialSettings, type SettingsChange } from "../../worker/ledger/settings.ts";
import { type Step, step } from "../../worker/ledger/step.ts";
import { Oracle, Violation } from "./oracle.ts";
import { createRandom, type Random } from "./random.ts";

interface Cookies {
  jar: JarId | null;
  pass: { holder: HolderId; jar: JarId; session: SessionKey; until: number } | null;
}

interface Browser {
  name: string;
  person: Person;
  client: ClientId;
  session: SessionKey;
  cookies: Cookies;
  tabs: TabId[];
  activeAt: number;
  seq: number;
}

interface Message {
  at: number;
  deliver(): void;
}

export interface WorldOptions {
  seed: number;
  people: number;
  limit: number;
  /** The step under test; a test gives a broken one to see that the oracle speaks. */
  step?: typeof step;
  /** How often everything is compared, in steps. */
  wholeEvery?: number;
}

const ROLES = ["user", "user", "user", "user", "user", "user", "licence_manager", "support"] as const;

export class World {
  readonly #random: Random;
  readonly #step: typeof step;
  readonly #timing: Timing = TIMING;
  readonly #browsers: Browser[] = [];
  readonly #people: Person[];
  readonly #oracle: Oracle;
  readonly #messages: Message[] = [];
  /** Jars whose passes the object took back; a gate that saw it admits them no more. */
  readonly #deadJars = new Set<JarId>();
  /** Whose latest lease was not counted: exempt, or by a licence of their own. */
  readonly #uncounted = new Set<HolderId>();
  /** The commands of late, for the script of a violation. */
  readonly trace: string[] = [];
  #ledger: Ledger;
  #now = 1_000_000_000_000;
  #skew = 0;
  #epoch = 1;
  #made = 0;
  steps = 0;

  constructor(options: WorldOptions) {
    this.#random = createRandom(options.seed);
    this.#step = options.step ?? step;
    this.#people = Array.from({ length: options.people }, (_, index) => ({
      id: HolderId.parse(`p${index}`),
      name: `p${index}`,
      email: null,
      role: ROLES[index % ROLES.length] ?? "user",
      groups: [["finance"], [], ["sales"], ["finance", "sales"], []][index % 5] ?? [],
    }));
    for (const person of this.#people) {
      for (const device of person.id.endsWith("1") ? ["desk", "phone"] : ["desk"]) {
        const name = `${person.id}-${device}`;
        this.#browsers.push({
          name,
          person,
          client: ClientId.parse(`client-${name}`),
          session: this.#newSession(name),
          cookies: { jar: null, pass: null },
          tabs: [],
          activeAt: this.#now,
          seq: 0,
        });
      }
    }
    const fresh = () =>
      createLedger(
        {
          ...this.#options(),
          settings: initialSettings(options.limit, 20 * 60_000),
          epoch: 1,
        },
        this.#now,
      );
    this.#ledger = fresh();
    this.#oracle = new Oracle(fresh(), options.wholeEvery ?? 1_000);
  }

  /** Plays until `steps` commands have been stepped; throws a `Violation` with what came before it. */
  play(steps: number): void {
    const until = this.steps + steps;
    while (this.steps < until) {
      this.#passTime();
      this.#deliverDue();
      this.#act();
      this.#checkGates();
    }
    this.#oracle.checkWhole(this.#ledger);
  }

  #options() {
    return { timing: this.#timing, idleTimeoutMinMs: IDLE_TIMEOUT_MIN_MS, idleTimeoutMaxMs: IDLE_TIMEOUT_MAX_MS };
  }

  #passTime(): void {
    const random = this.#random;
    if (random.once(4)) this.#now += random.below(500);
    if (random.once(12)) this.#now += random.below(15_000);
    if (random.once(200)) this.#now += random.below(240_000);
    if (random.once(5_000)) this.#now += random.below(90 * 60_000);
    // L18: the object's clock may step to and fro; a gate's differs by no more than `clockSkewMs`.
    if (random.once(100)) this.#skew = random.below(this.#timing.clockSkewMs + 1) - this.#timing.clockSkewMs / 2;
  }

  get #objectNow(): number {
    return this.#now + this.#skew;
  }

  #deliverDue(): void {
    for (let index = 0; index < this.#messages.length; ) {
      const message = this.#messages[index];
      if (message === undefined || message.at > this.#now) {
        index++;
        continue;
      }
      this.#messages.splice(index, 1);
      message.deliver();
    }
  }

  /** On its way for mostly a moment, sometimes long, sometimes for ever. */
  #send(deliver: () => void): void {
    const random = this.#random;
    if (random.once(20)) return;
    const at = this.#now + (random.once(10) ? random.below(20_000) : random.below(60));
    this.#messages.push({ at, deliver });
    if (random.once(25)) this.#messages.push({ at: at + random.below(30_000), deliver });
  }

  #run(command: Command): Step {
    const now = this.#objectNow;
    this.trace.push(`${now} ${JSON.stringify(command)}`);
    if (this.trace.length > 400) this.trace.splice(0, 200);
    this.steps++;
    const done = this.#step(this.#ledger, command, now);
    for (const event of done.events) {
      if (event.type === "pass_handed_back") this.#deadJars.add(event.jar);
      if (event.type === "pass_issued") this.#deadJars.delete(event.jar);
      if (event.type !== "seat_granted" && event.type !== "lease_judged") continue;
      if (event.exempt) this.#uncounted.add(event.holder);
      else this.#uncounted.delete(event.holder);
    }
    this.#oracle.check(this.#ledger, command, done, now);
    return done;
  }

  #act(): void {
    const random = this.#random;
    const browser = random.pick(this.#browsers);
    const holder = browser.person.id;
    const dice = random.below(100);
    if (dice < 14) this.#request(browser, "navigation");
    else if (dice < 18) this.#request(browser, "reload");
    else if (dice < 32) this.#request(browser, "background");
    else if (dice < 45) this.#beat(browser, random.once(2));
    else if (dice < 50) this.#openTab(browser);
    else if (dice < 55) this.#closeTab(browser);
    else if (dice < 60) this.#release(browser, random.once(4));
    else if (dice < 64) this.#giveUp(browser, browser.cookies.jar);
    else if (dice < 69) this.#claim(browser, random.once(2) ? "button" : "activity");
    else if (dice < 83) this.#call(browser, { type: "wait", holder });
    else if (dice < 84) this.#call(browser, { type: "leave_line", holder });
    else if (dice < 85) this.#logOut(browser);
    else if (dice < 86) this.#call(browser, { type: "nudge", holder });
    else if (dice < 87) {
      const keep = random.once(2);
      this.#call(browser, { type: "answer_nudge", holder, keep });
    } else if (dice < 88) this.#run({ type: "check", person: browser.person });
    else if (dice < 92) this.#administer();
    else if (random.once(80)) this.#restart();
    else this.#run({ type: "tick" });
  }

  /** A request to the CRM: admitted by a live pass, else (or when the pass ends soon) a claim. */
  #request(browser: Browser, act: Act): void {
    if (act === "navigation") browser.activeAt = this.#now;
    const { pass } = browser.cookies;
    if (this.#admits(browser) && pass !== null && pass.until - this.#now > this.#timing.passRenewAheadMs) return;
    this.#claim(browser, act);
  }

  #claim(browser: Browser, act: Act): void {
    const { session, person } = browser;
    const known = browser.cookies.jar;
    const jar = known ?? JarId.parse(`jar-${String(++this.#made).padStart(8, "0")}`);
    this.#send(() => {
      const { outcome } = this.#run({
        type: "claim",
        person,
        session,
        jar,
        act,
        active: act === "navigation",
        clientKind: "browser",
      });
      if (outcome.type !== "granted") return;
      const pass = { holder: person.id, jar, session, until: outcome.pass.until };
      this.#send(() => {
        // The jar's own cookie is set by the answer that made it, once; a renewal sets the pass alone.
        if (known === null) browser.cookies.jar = jar;
        browser.cookies.pass = pass;
      });
    });
  }

  /** A call of the API: shows the jar as it is when sent. */
  #call(browser: Browser, command: Command): void {
    const { jar } = browser.cookies;
    this.#send(() => {
      if (this.#run(command).outcome.type === "let_go") this.#giveUp(browser, jar);
    });
  }

  /** L9: the answer takes the cookies away and leaves a receipt, which the browser shows some time later. */
  #giveUp(browser: Browser, jar: JarId | null): void {
    if (jar === null) return;
    this.#send(() => {
      browser.cookies = { jar: null, pass: null };
      this.#send(() => this.#run({ type: "hand_back", holder: browser.person.id, jar }));
    });
  }

  #openTab(browser: Browser): void {
    browser.tabs.push(TabId.parse(`tab-${String(++this.#made).padStart(6, "0")}`));
    if (browser.tabs.length > 4) browser.tabs.shift();
    this.#beat(browser, true);
  }

  #beat(browser: Browser, active: boolean): void {
    if (active) browser.activeAt = this.#now;
    const { client, session } = browser;
    const activeAgeMs = Math.max(0, this.#now - browser.activeAt);
    const beat = { client, seq: ++browser.seq, tabs: browser.tabs.map((id) => ({ id, activeAgeMs })) };
    this.#call(browser, { type: "heartbeat", holder: browser.person.id, session, beat });
  }

  #closeTab(browser: Browser): void {
    const tab = browser.tabs.pop();
    if (tab === undefined) return;
    this.#call(browser, { type: "close_tab", holder: browser.person.id, client: browser.client, tab });
  }

  #release(browser: Browser, oneTab: boolean): void {
    const tab = oneTab ? (browser.tabs.at(-1) ?? null) : null;
    this.#call(browser, { type: "release", holder: browser.person.id, client: browser.client, tab });
  }

  #logOut(browser: Browser): void {
    const { session } = browser;
    this.#run({ type: "sign_out", holder: browser.person.id, session });
    browser.session = this.#newSession(browser.name);
    browser.cookies = { jar: null, pass: null };
  }

  #administer(): void {
    const random = this.#random;
    const actor = random.pick(this.#people);
    const { version, limit } = this.#ledger.settings;
    if (random.once(3)) this.#run({ type: "change_settings", actor, change: this.#change(), version });
    else if (random.once(4))
      this.#run({ type: "evict", actor, holder: random.pick(this.#people).id, note: "simulated" });
    else if (random.once(5))
      this.#run({ type: "set_idle_timeout", actor, idleTimeoutMs: (5 + random.below(57)) * 60_000, version });
    else
      this.#run({
        type: "set_limit",
        actor,
        limit: Math.max(1, Math.min(6, limit + random.below(5) - 2)),
        version: random.once(5) ? version - 1 : version,
      });
  }

  /** Any change of the settings, sound or not. */
  #change(): SettingsChange {
    const random = this.#random;
    const person = random.pick(this.#people);
    const { settings } = this.#ledger;
    switch (random.below(9)) {
      case 0:
        return {
          what: "boost",
          extra: 1 + random.below(3),
          startsInMs: random.below(60_000),
          lastsMs: 60_000 + random.below(600_000),
        };
      case 1:
        return { what: "cancel_boost", id: settings.boosts[0]?.id ?? "none" };
      case 2:
        return { what: "named_licences", licences: random.below(3) };
      case 3:
        return { what: "assign", person: { id: person.id, name: person.name } };
      case 4:
        return { what: "unassign", id: settings.named.assigned[0]?.id ?? person.id };
      case 5:
        return { what: "model", model: random.once(12) ? random.pick(["named", "records"] as const) : "concurrent" };
      case 6:
        return { what: "nudge", allowed: !random.once(4), showNames: random.once(2) };
      default: {
        const windows = random.once(2)
          ? null
          : [
              {
                kind: "weekly" as const,
                days: [1 + random.below(7), 1 + random.below(7)],
                from: "08:00",
                to: random.pick(["07:30", "12:00", "23:59"]),
              },
            ];
        const finance = {
          id: "finance",
          name: "Finance",
          groups: ["finance"],
          reserved: random.below(3),
          most: random.once(3) ? 2 : null,
          priority: random.below(4),
          windows,
        };
        const sales = {
          id: "sales",
          name: "Sales",
          groups: ["sales"],
          reserved: random.below(2),
          most: null,
          priority: random.below(11),
          windows: null,
        };
        return { what: "pools", pools: random.pick([[], [finance], [finance, sales], [sales]]) };
      }
    }
  }

  #restart(): void {
    this.#oracle.checkWhole(this.#ledger);
    const { settings } = this.#ledger;
    const now = this.#objectNow;
    const options = { ...this.#options(), settings, epoch: ++this.#epoch };
    const stored = { ...this.#oracle.store.read(), lastAt: this.#ledger.lastAt };
    this.#ledger = restoreLedger(options, stored, now);
    this.#oracle.restarted(restoreLedger(options, structuredClone(stored), now));
    this.trace.push(`${now} restart`);
  }

  /** What a gate sees: a pass of this session beside the jar it is bound to, not over by the gate's clock. */
  #admits(browser: Browser): boolean {
    const { jar, pass } = browser.cookies;
    return (
      pass !== null &&
      jar !== null &&
      pass.jar === jar &&
      pass.session === browser.session &&
      pass.until > this.#now &&
      !this.#deadJars.has(jar)
    );
  }

  /** L9 at the gates, by the cookies alone: whoever is admitted occupies a seat. */
  #checkGates(): void {
    for (const browser of this.#browsers) {
      const { id } = browser.person;
      if (this.#uncounted.has(id) || !this.#admits(browser) || occupies(this.#ledger, id)) continue;
      throw new Violation(`[L9] a gate admits ${id}, whose seat is given away`);
    }
  }

  #newSession(name: string): SessionKey {
    return SessionKey.parse(`${name}-${++this.#made}`.padEnd(22, "_").slice(0, 22));
  }
}
