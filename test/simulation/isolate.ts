/**
 * One isolate of the Worker as the simulation knows it: what gate and API remember there and nowhere else. Answers
 * "who is it", "does this pass admit", and brings cookies, as worker/gate, worker/identity and worker/pass do.
 */
import type { BindingId, SessionKey, TabId } from "../../shared/ids.ts";
import { PASS_LIFE_MAX_MS, type Timing } from "../../shared/timing.ts";
import type { Act } from "../../worker/ledger/command.ts";
import type { Person } from "../../worker/ledger/person.ts";
import { claimAgain } from "../../worker/ledger/read/claim-again.ts";
import type { Step } from "../../worker/ledger/step.ts";
import type { Browser, Colleague, Cookies, CrmSession, Identity, NativeClient, Pass } from "./firm.ts";
import type { Random } from "./random.ts";
import type { Question, Wire } from "./wire.ts";

/** A request as it was sent. */
export interface IncomingRequest {
  browser: Browser;
  shown: Cookies;
  session: CrmSession;
  /** Over which it came; null: the platform does not tell. */
  connection: number | null;
  /** Sends an answer: the cookies that it sets, `null` taking one away. Mostly it arrives. */
  answer(set: Partial<Cookies>): void;
  /** Sends one that the person asks for until it is there. */
  answerSurely(set: Partial<Cookies>, taken: () => void): void;
}

export interface IsolatePorts {
  /** As configured here; another isolate and the object may know another yet. */
  timing: () => Timing;
  random: Random;
  wire: Wire;
  /** ms of the isolate's own clock, which stands still while a request waits for nothing. */
  now: () => number;
  /** Does something after so many ms. */
  after: (ms: number, then: () => void) => void;
  makeBinding: () => BindingId;
  /** A gate with a fault: an object that does not answer, or does not know the call, has said yes. A test sees it caught. */
  believesSilence?: boolean | undefined;
  /** Another: it does not see that its clock was set back. */
  isBlindToClock?: boolean | undefined;
}

/** A pass that was issued and that the browser has not got yet. */
interface Ready {
  shown: BindingId | null;
  pass: Pass;
  /** It counts here for no longer, whatever the clock did meanwhile. */
  until: number;
}

/** As worker/gate/admission/claim-coalescer.ts has it. */
const BINDING_UNDER_WAY_MS = 5_000;
const CRM_TAKES_MS = 2_000;
/** As worker/tenant/tenant-calls.ts has it. */
const WATCH_MS = 25_000;

export class Isolate {
  readonly #ports: IsolatePorts;
  /** When what was known of a session stopped counting here: at login and logout. */
  readonly #forgotten = new Map<SessionKey, number>();
  readonly #ready = new Map<Browser, Ready>();
  readonly #given = new Map<SessionKey, { binding: BindingId; at: number }>();
  readonly #revoked = new Set<BindingId>();
  readonly #asking = new Set<Browser>();
  /** L9: the bindings that the object has let in, by the connection that they came over. */
  readonly #known = new Map<number | null, Set<BindingId>>();
  /** Grows when it ends: what was open through it is gone. */
  #run = 0;
  /** The latest time that it has seen, and how often it saw its clock set back (L9.36). */
  #latest = Number.NEGATIVE_INFINITY;
  #generation = 0;

  constructor(ports: IsolatePorts) {
    this.#ports = { ...ports, now: () => this.#see(ports.now()) };
  }

  /** As with any request, whoever sends it. */
  seeTime(): void {
    this.#ports.now();
  }

  #see(now: number): number {
    const { timing, isBlindToClock = false } = this.#ports;
    if (!isBlindToClock && now < this.#latest - timing().clockSkewMs) {
      this.#generation++;
      for (const memory of [this.#ready, this.#given, this.#known]) memory.clear();
      this.#latest = now;
    }
    this.#latest = Math.max(now, this.#latest);
    return now;
  }

  /** It ends, and another takes its place. */
  restart(): void {
    this.#run++;
    this.#latest = Number.NEGATIVE_INFINITY;
    this.#generation = 0;
    for (const memory of [this.#forgotten, this.#ready, this.#given, this.#revoked, this.#asking, this.#known])
      memory.clear();
  }

  /** Whether a pass lies ready here that this browser has not got. */
  hasReady(browser: Browser): boolean {
    return this.#ready.size > 0 && this.#ready.has(browser);
  }

  /** Whom a request of this browser, sent now, would be let in for without a question to anybody; null: nobody. */
  admits(browser: Browser): Colleague | null {
    this.seeTime();
    const { cookies, session, connection } = browser;
    const binding = this.#shownBinding(cookies);
    const { pass } = cookies;
    if (binding !== null && !this.#knows(binding, connection)) return null;
    if (pass !== null && this.#isLive(pass, session, binding)) return pass.holder;
    return this.#ready.size === 0 ? null : (this.#passReady(browser, binding, cookies, session)?.holder ?? null);
  }

  /** A request to the CRM. */
  request(incoming: IncomingRequest, act: Act): void {
    this.#confirm(incoming);
    this.#familiarize(incoming, () => this.#answer(incoming, act));
  }

  #knows(binding: BindingId, connection: number | null): boolean {
    return this.#isBelieved(connection) || this.#known.get(connection)?.has(binding) === true;
  }

  #isBelieved(connection: number | null): boolean {
    return connection === null && this.#generation === 0;
  }

  #note(binding: BindingId, connection: number | null): void {
    if (this.#isBelieved(connection)) return;
    const bindings = this.#known.get(connection);
    if (bindings === undefined) this.#known.set(connection, new Set([binding]));
    else bindings.add(binding);
  }

  /** L9: the object is asked about a live pass on a connection that is new here. Goes on by `then`, whatever it says. */
  #familiarize({ shown, session, connection }: IncomingRequest, then: () => void): void {
    const binding = this.#shownBinding(shown);
    const { pass } = shown;
    if (
      pass === null ||
      binding === null ||
      this.#knows(binding, connection) ||
      !this.#isLive(pass, session, binding)
    ) {
      then();
      return;
    }
    const shownPass = { holder: pass.holder.person.id, session: pass.session, binding };
    this.#ports.wire.ask((ledger, at) => claimAgain(ledger, shownPass, at) ?? { type: "tick" }, {
      answered: (done) => {
        const isOut = done === null ? this.#ports.believesSilence === true : done.outcome.type === "granted";
        if (isOut) this.#note(binding, connection);
        else if (done !== null) this.#revoked.add(binding);
        then();
      },
    });
  }

  #answer(incoming: IncomingRequest, act: Act): void {
    const { shown, session, browser, connection } = incoming;
    const binding = this.#shownBinding(shown);
    const isKnown = binding === null || this.#knows(binding, connection);
    const { pass } = shown;
    if (pass !== null && isKnown && this.#isLive(pass, session, binding)) {
      const isDue = pass.until - this.#ports.now() < this.#ports.timing().passRenewAheadMs;
      if (isDue && !this.#asking.has(browser) && !this.#ready.has(browser)) this.#renew(incoming, pass, act);
      return;
    }
    const ready = isKnown ? this.#passReady(browser, binding, shown, session) : null;
    if (ready !== null) {
      this.#bring(incoming, ready.holder);
      return;
    }
    const identity = this.#identify(shown, session);
    if (identity === null) this.#anonymous(incoming);
    else this.#claim(incoming, identity, act);
  }

  /** A socket or stream of the CRM's through this isolate; each question whether the lease is there is a sign of life. */
  stream(incoming: IncomingRequest, isOpen: () => boolean): void {
    this.#familiarize(incoming, () => this.#openStream(incoming, isOpen));
  }

  #openStream({ shown, session, connection }: IncomingRequest, isOpen: () => boolean): void {
    const { wire, random, after } = this.#ports;
    const { pass } = shown;
    const binding = this.#shownBinding(shown);
    if (pass === null || binding === null || !this.#isLive(pass, session, binding)) return;
    if (!this.#knows(binding, connection)) return;
    const holder = pass.holder.person.id;
    const run = this.#run;
    const watch = () => {
      if (this.#run !== run || !isOpen()) return;
      wire.ask(
        { type: "stay", holder, session: pass.session, active: random.once(4) },
        {
          answered: (done) => {
            const isThere = done?.events.some((event) => event.type === "gate_seen") ?? true;
            if (isThere) after(WATCH_MS, watch);
          },
        },
      );
    };
    watch();
  }

  /** N1: a claim with a token, and the heartbeat that stands for the client's one window. */
  consume(native: NativeClient): void {
    const { wire, now, after } = this.#ports;
    const { client, session, binding, reservedOnly } = native;
    const person: Person = { ...native.user.person, role: "user", groups: ["integration:bridge"] };
    if (native.isAsking) return;
    native.isAsking = true;
    wire.ask(
      {
        type: "claim",
        person,
        session,
        binding,
        act: "button",
        active: false,
        clientKind: "native:desktop",
        reservedOnly,
        isRemembered: true,
      },
      {
        answered: (done) => {
          native.isAsking = false;
          if (done?.outcome.type !== "granted") return;
          const validity = {};
          native.validity = validity;
          const validForMs = Math.min(done.outcome.pass.until - now(), this.#ports.timing().passLifeMs);
          after(Math.max(0, validForMs), () => {
            if (native.validity === validity) native.validity = null;
          });
          const beat = { client, seq: ++native.seq, tabs: [{ id: client as unknown as TabId, activeAgeMs: 0 }] };
          wire.ask({ type: "heartbeat", holder: person.id, session, beat }, { answered: () => undefined });
        },
      },
    );
  }

  /** N1: it says itself that it goes by its claim no more. */
  giveUp(native: NativeClient): void {
    const { wire, now } = this.#ports;
    const { client, binding, isAsking } = native;
    if (isAsking) return;
    native.isAsking = true;
    const holder = native.user.person.id;
    native.validity = null;
    wire.ask(
      { type: "hand_back", holder, binding, askedAt: now() },
      {
        answered: (done) => {
          native.isAsking = false;
          if (done === null) return;
          const tab = client as unknown as TabId;
          wire.ask({ type: "release", holder, client, tab }, { answered: () => undefined });
        },
      },
    );
  }

  /** "Continue working", and the first act in a tab whose seat went idle. */
  claimByApi(incoming: IncomingRequest, act: "button" | "activity"): void {
    const { who } = incoming.shown;
    if (this.#caller(incoming) !== null && who !== null) this.#claim(incoming, who, act);
  }

  /** A call of the API. `givesUp`: the binding is given up for good, and no longer counts here before the tenant hears of it. */
  call(incoming: IncomingRequest, givesUp: boolean, make: (user: Colleague) => Question): void {
    this.#confirm(incoming);
    const user = this.#caller(incoming);
    if (user === null) return;
    const { binding } = incoming.shown;
    if (givesUp && binding !== null) this.#revoked.add(binding);
    this.#ports.wire.ask(make(user), {
      answered: (done) => {
        if (done?.outcome.type === "let_go") this.#letGo(incoming, user);
      },
    });
  }

  /** The extension's own way to give back, where the answer to a release was lost. */
  handBack(incoming: IncomingRequest): void {
    this.#confirm(incoming);
    const user = this.#caller(incoming);
    if (user !== null) this.#letGo(incoming, user);
  }

  /** L9: the answer takes pass and binding out of the browser, and leaves a receipt. */
  #letGo({ shown: { binding }, answer }: IncomingRequest, holder: Colleague): void {
    if (binding === null) return;
    this.#revoked.add(binding);
    answer({ binding: null, pass: null, receipt: this.#receiptOf(holder, binding) });
  }

  #receiptOf(holder: Colleague, binding: BindingId): NonNullable<Cookies["receipt"]> {
    return { holder, binding, at: this.#ports.now() };
  }

  /** L9: a request that shows the receipt without the binding proves that the browser took that answer. */
  #confirm({ shown: { binding, receipt }, answer }: IncomingRequest): void {
    if (receipt === null || receipt.binding === binding) return;
    this.#revoked.add(receipt.binding);
    this.#ports.wire.ask(
      { type: "hand_back", holder: receipt.holder.person.id, binding: receipt.binding, askedAt: receipt.at },
      { answered: (done) => done !== null && answer({ receipt: null }) },
    );
  }

  /** Logout, which the CRM has taken. */
  signOut(incoming: IncomingRequest): void {
    const { session, shown } = incoming;
    const { pass, who } = shown;
    const user =
      (who?.session === session.key ? who.user : null) ?? (pass?.session === session.key ? pass.holder : null);
    session.user = null;
    this.#endSession(incoming, user, session.key);
  }

  /** Login: whoever comes may be another than before in the same session. */
  signIn(
    { session, shown, answerSurely }: IncomingRequest,
    next: CrmSession,
    user: Colleague,
    taken: () => void,
  ): void {
    next.user = user;
    this.#forgotten.set(session.key, this.#ports.now());
    if (shown.binding !== null) this.#revoked.add(shown.binding);
    answerSurely({ pass: null, binding: null, who: null }, taken);
  }

  #shownBinding({ binding }: Cookies): BindingId | null {
    return binding !== null && this.#revoked.has(binding) ? null : binding;
  }

  #isLive(pass: Pass, session: CrmSession, binding: BindingId | null): boolean {
    return binding !== null && pass.binding === binding && pass.session === session.key && this.#isTimely(pass);
  }

  /** L9.35: one that ends later than any may live is from before a clock was set. */
  #isTimely({ until }: Pass): boolean {
    const now = this.#ports.now();
    return until > now && until - now <= PASS_LIFE_MAX_MS + this.#ports.timing().clockSkewMs;
  }

  #passReady(browser: Browser, binding: BindingId | null, shown: Cookies, session: CrmSession): Pass | null {
    const ready = this.#ready.get(browser);
    if (ready === undefined || ready.shown !== binding || ready.pass.session !== session.key) return null;
    if (ready.until <= this.#ports.now()) return null;
    return this.#proven(shown, session) === ready.pass.holder ? ready.pass : null;
  }

  /** I9: a session's value proves nothing by itself; the identity cookie of the same sign-in does. */
  #proven({ who }: Cookies, { key }: CrmSession): Colleague | null {
    if (who === null || who.session !== key || who.at <= (this.#forgotten.get(key) ?? 0)) return null;
    return who.at + this.#ports.timing().identityLifeMs > this.#ports.now() ? who.user : null;
  }

  /** Remembered as it was, or as the CRM says now. */
  #identify(shown: Cookies, session: CrmSession): Identity | null {
    if (this.#proven(shown, session) !== null) return shown.who;
    const { user } = session;
    return user === null ? null : { user, person: user.person };
  }

  /** The identity cookie alone, as long as the CRM's session beside it is the same. */
  #caller({ shown: { who }, session }: IncomingRequest): Colleague | null {
    return who !== null && who.session === session.key ? who.user : null;
  }

  #renew(incoming: IncomingRequest, pass: Pass, act: Act): void {
    const identity = this.#identify(incoming.shown, incoming.session);
    if (identity === null) this.#endSession(incoming, pass.holder, pass.session);
    else if (identity.user === pass.holder) this.#claim(incoming, identity, act);
  }

  #claim(incoming: IncomingRequest, { user, person }: Identity, act: Act): void {
    const { browser, session, shown, connection } = incoming;
    const { now, wire, makeBinding } = this.#ports;
    const binding = this.#shownBinding(shown);
    const given = binding === null ? this.#given.get(session.key) : undefined;
    const underWay =
      given !== undefined && given.at + BINDING_UNDER_WAY_MS > now() && !this.#revoked.has(given.binding);
    const asked = binding ?? (underWay ? given.binding : makeBinding());
    if (binding === null && !underWay) this.#given.set(session.key, { binding: asked, at: now() });
    const askedAt = now();
    const isByApi = act === "button" || act === "activity";
    this.#asking.add(browser);
    const keep = ({ outcome }: Step) => {
      if (outcome.type !== "granted") return;
      this.#note(asked, connection);
      if (underWay) return;
      const pass = { holder: user, binding: asked, session: session.key, until: outcome.pass.until };
      const until = Math.min(pass.until, now() + this.#ports.timing().passLifeMs);
      this.#ready.set(browser, { shown: binding, pass, until });
    };
    wire.ask(
      {
        type: "claim",
        person,
        session: session.key,
        binding: asked,
        act,
        active: isByApi || act === "navigation",
        clientKind: "browser",
        isRemembered: isByApi,
      },
      {
        answered: (done) => {
          this.#asking.delete(browser);
          if (done === null) return;
          keep(done);
          // What was remembered is not made younger by being shown.
          const { who } = shown;
          const at = who !== null && who.person === person && who.session === session.key ? who.at : askedAt;
          incoming.answer({ who: { user, person, session: session.key, at } });
          if (done.outcome.type !== "granted") return;
          this.#ports.after(this.#ports.random.below(CRM_TAKES_MS), () => this.#bring(incoming, user));
        },
        late: keep,
      },
    );
  }

  /** One answer brings the pass that lies ready: only the holder's, since somebody else may have signed in meanwhile. */
  #bring({ browser, shown, session, connection, answer }: IncomingRequest, holder: Colleague): void {
    const binding = this.#shownBinding(shown);
    if (binding !== null && !this.#knows(binding, connection)) return;
    const ready = this.#ready.get(browser);
    if (ready === undefined || ready.shown !== binding || ready.pass.session !== session.key) return;
    this.#ready.delete(browser);
    const { pass, until } = ready;
    if (pass.holder !== holder || until <= this.#ports.now()) return;
    answer(binding === null ? { binding: pass.binding, pass } : { pass });
  }

  /** A session that is nobody's: whoever the identity cookie names has left it. */
  #anonymous(incoming: IncomingRequest): void {
    const { who } = incoming.shown;
    if (who !== null) this.#endSession(incoming, who.user, who.session);
  }

  #endSession(incoming: IncomingRequest, user: Colleague | null, session: SessionKey): void {
    const { browser, shown } = incoming;
    this.#forgotten.set(incoming.session.key, this.#ports.now());
    this.#ready.delete(browser);
    if (shown.binding !== null) this.#revoked.add(shown.binding);
    if (user !== null) {
      this.#ports.wire.ask({ type: "sign_out", holder: user.person.id, session }, { answered: () => undefined });
    }
    const { binding } = shown;
    const left = { binding: null, pass: null, who: null };
    incoming.answer(binding === null || user === null ? left : { ...left, receipt: this.#receiptOf(user, binding) });
  }
}
