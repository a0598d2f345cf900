/**
 * The shell round the ledger: one object per tenant. Reads the clock once per command, steps the pure ledger,
 * writes what was stored and the outbox in one transaction, then wakes whoever waited for it. Presence is written
 * before the object can sleep (ledger-store.ts); most heartbeats write no row of their own.
 */
import { DurableObject } from "cloudflare:workers";
import type { ClientId, HolderId, JarId, SessionKey, TabId } from "../../shared/ids.ts";
import type { Problem } from "../../shared/problem.ts";
import type { Heartbeat } from "../../shared/protocol.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import { IDLE_TIMEOUT_MAX_MS } from "../../shared/timing.ts";
import type { Config, Env } from "../config.ts";
import type { Command, Denied, Outcome } from "../ledger/command.ts";
import { type Event, isStored, type StoredEvent } from "../ledger/event.ts";
import { nextDeadline } from "../ledger/expiry.ts";
import { type Explanation, explainStanding } from "../ledger/explain.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { mayAdminister, type Person } from "../ledger/person.ts";
import { initialSettings, type SettingsChange } from "../ledger/settings.ts";
import { isSameWait, standingOf } from "../ledger/standing.ts";
import { type Step, step } from "../ledger/step.ts";
import { AlertDesk } from "./alert-desk.ts";
import { CostDesk } from "./cost-desk.ts";
import { LedgerStore } from "./ledger-store.ts";
import { LivePages } from "./live-pages.ts";
import { Meter } from "./meter.ts";
import { type MetricsReading, readMetrics } from "./metrics-reading.ts";
import { Outbox } from "./outbox.ts";
import { OwnConfig } from "./own-config.ts";
import { keepRecords } from "./record-keeping.ts";
import type { RecordsAnswer, RecordsCall } from "./records-calls.ts";
import { RecordsWork } from "./records-work.ts";
import { RefusedToday } from "./refused-today.ts";
import { migrate, readMeta, writeMeta } from "./schema.ts";
import { findHolder, viewSeats } from "./seats-view.ts";
import { hashSecret, makeSecret, randomWord } from "./secret.ts";
import { sqlRows } from "./sql-rows.ts";
import {
  type AdminView,
  type Caller,
  type Change,
  type ClaimAnswer,
  type ClaimCall,
  type HolderRow,
  type KnownPerson,
  type OpenSocket,
  type PeopleAsk,
  type StatusAnswer,
  type TenantCalls,
  type TokenWish,
  type Vitals,
  WATCH_MS,
} from "./tenant-calls.ts";
import type { TokenRow } from "./token.ts";
import { TOKENS_MAX, TokenStore } from "./token-store.ts";
import { nextAlarm } from "./wake.ts";

/** After a fault the alarm looks again. */
const AFTER_FAULT_MS = 1_000;
/** A clock that is held (L18) does not reach the moment at once. */
const TIMES_SOONEST_MS = 20;
/** Longer lines are told of a new position when they ask again. */
const TOLD_AT_ONCE = 200;

/** A search of people answers this many; a name that fits more is typed further. */
const PEOPLE_FOUND_MAX = 20;

/** Characters of five random bits each. */
const TOKEN_KEY_LENGTH = 52;

const NOT_YOURS: Problem = {
  code: "forbidden",
  detail: "The administration is for licence managers, admins and support.",
};

const BEING_MOVED: Problem = {
  code: "too_soon",
  detail: "The records are being moved to another database. Please try again in some minutes.",
  retryAfterSeconds: 300,
};

/** R1: ids of denials never meet those of another load. */
const newEpoch = (): number => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;

type Woken = "ended" | "changed";

/** What is read from storage once per restart. */
interface Loaded {
  ledger: Ledger;
  store: LedgerStore;
  outbox: Outbox;
  alerts: AlertDesk;
  meter: Meter;
}

export class TenantSeats extends DurableObject<Env> implements TenantCalls {
  readonly #own: OwnConfig;
  readonly #waiters = new Map<HolderId, Set<(woken: Woken) => void>>();
  /** The name that decided this object's identity, kept in its storage from the first use on. */
  #tenant = "";
  #loaded: Loaded | null = null;
  #alarmAt: number | null = null;
  #isInAlarm = false;
  #timesKept: ReturnType<typeof setTimeout> | null = null;
  readonly #costs = new CostDesk();
  readonly #live: LivePages;
  readonly #refused: RefusedToday;
  /** Made with the configuration, which says where the records are. */
  #work!: RecordsWork;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#own = new OwnConfig(ctx.storage.sql, env, (config) => this.#adopt(config));
    this.#live = new LivePages(ctx, () => Date.now());
    this.#refused = new RefusedToday(ctx.storage.sql);
    ctx.blockConcurrencyWhile(async () => {
      migrate(ctx.storage);
      this.#tenant = await this.#own.open(readMeta(ctx.storage.sql, "tenant") ?? ctx.id.name ?? null);
      if (readMeta(ctx.storage.sql, "tenant") !== this.#tenant) writeMeta(ctx.storage.sql, "tenant", this.#tenant);
      this.#alarmAt = await ctx.storage.getAlarm();
      this.#work = this.#openWork();
      this.#load();
    });
  }

  get #config(): Config {
    return this.#own.current;
  }

  /** Whom to ask: as the tenant has set it, else as the operator has. */
  get #contact(): string {
    return this.#load().ledger.settings.contact || this.#config.contact;
  }

  async claim({ gate, ...call }: ClaimCall): Promise<ClaimAnswer> {
    if (gate !== undefined) this.#load().meter.addGate(gate);
    const { outcome } = this.#run({ type: "claim", ...call });
    // Who has lost the right is known when the CRM is asked again, which comes here with the next claim.
    if (!mayAdminister(call.person.role)) this.#live.end(call.person.id, null);
    if (outcome.type === "granted") {
      const wantsRecords = this.#load().ledger.settings.model === "records";
      return { granted: true, pass: outcome.pass, exempt: outcome.exempt, ...(wantsRecords ? { wantsRecords } : {}) };
    }
    if (outcome.type === "denied") {
      return { granted: false, denied: { ...outcome.denied, contact: this.#contact } };
    }
    throw new Error(`a claim was answered ${outcome.type}`);
  }

  async heartbeat(caller: Caller, beat: Heartbeat): Promise<string> {
    const { person, session } = caller;
    const { status } = this.#answer(caller, { type: "heartbeat", holder: person.id, session, beat });
    return JSON.stringify(status);
  }

  async heartbeatText(said: string): Promise<string> {
    return this.heartbeat(...(JSON.parse(said) as [Caller, Heartbeat]));
  }

  async lastHeartbeat(caller: Caller, beat: Heartbeat): Promise<StatusAnswer> {
    return this.#answer(caller, { type: "heartbeat", holder: caller.person.id, session: caller.session, beat });
  }

  async bye(caller: Caller, client: ClientId, tab: TabId): Promise<StatusAnswer> {
    const { person, session } = caller;
    // L6: a document may be gone before its first heartbeat was. This one counts only of a client that nobody knows (P3).
    const beat = { client, seq: 0, tabs: [{ id: tab, activeAgeMs: null }] };
    this.#run({ type: "heartbeat", holder: person.id, session, beat });
    return this.#answer(caller, { type: "close_tab", holder: person.id, client, tab });
  }

  async release(caller: Caller, client: ClientId | null, tab: TabId | null): Promise<StatusAnswer> {
    return this.#answer(caller, { type: "release", holder: caller.person.id, client, tab });
  }

  async handBack(holder: HolderId, jar: JarId, askedAt?: number): Promise<void> {
    this.#run({ type: "hand_back", holder, jar, ...(askedAt === undefined ? {} : { askedAt }) });
  }

  async leave(caller: Caller): Promise<StatusAnswer> {
    return this.#answer(caller, { type: "leave_line", holder: caller.person.id });
  }

  async status(caller: Caller): Promise<StatusAnswer> {
    return this.#answer(caller, { type: "tick" });
  }

  async wait(caller: Caller): Promise<StatusAnswer> {
    const holder = caller.person.id;
    const wasInLine = this.#load().ledger.line.has(holder);
    const first = this.#answer(caller, { type: "wait", holder });
    // Who has just joined wants to read the place in line now.
    if (!wasInLine) return first;
    const until = Date.now() + this.#config.timing.waitPollMs;
    let answer = first;
    while (answer.status.state === "waiting" && isSameWait(answer.status, first.status)) {
      const left = until - Date.now();
      if (left <= 0) break;
      // An alarm may be late by a minute; a person who waits is told on time all the same.
      const due = (nextDeadline(this.#load().ledger) ?? Number.POSITIVE_INFINITY) - Date.now();
      await this.#woken(holder, Math.min(left, Math.max(due, 20)));
      answer = this.#answer(caller, { type: "tick" });
    }
    return answer;
  }

  async signOut(holder: HolderId, session: SessionKey): Promise<void> {
    this.#run({ type: "sign_out", holder, session });
    this.#live.end(holder, session);
  }

  async watch(holder: HolderId, open?: OpenSocket): Promise<"ended" | "again"> {
    this.#run(open === undefined ? { type: "tick" } : { type: "stay", holder, ...open });
    const until = Date.now() + WATCH_MS;
    for (;;) {
      const { ledger } = this.#load();
      if (!ledger.leases.has(holder)) return "ended";
      const left = until - Date.now();
      if (left <= 0) return "again";
      if ((await this.#woken(holder, left)) === "ended") return "ended";
    }
  }

  async hasLease(holder: HolderId): Promise<boolean> {
    this.#run({ type: "tick" });
    return this.#load().ledger.leases.has(holder);
  }

  async adminView(actor: Person, ask?: PeopleAsk): Promise<Change> {
    if (!mayAdminister(actor.role)) return err(NOT_YOURS);
    this.#run({ type: "tick" });
    return ok(this.#view(ask));
  }

  async viewHolder(actor: Person, holder: HolderId): Promise<Result<HolderRow | null, Problem>> {
    if (!mayAdminister(actor.role)) return err(NOT_YOURS);
    this.#run({ type: "tick" });
    const { ledger } = this.#load();
    return ok(findHolder(ledger, holder, Math.max(Date.now(), ledger.lastAt)));
  }

  async findPeople(actor: Person, search: string): Promise<Result<KnownPerson[], Problem>> {
    if (!mayAdminister(actor.role)) return err(NOT_YOURS);
    const found = this.#load().outbox.people.search(search, PEOPLE_FOUND_MAX);
    return ok(found.map(({ holder, name, email }) => ({ id: holder as HolderId, name, email })));
  }

  /** A5: a page of the administration that wants to be told of changes. */
  override async fetch(request: Request): Promise<Response> {
    return this.#live.accept(request);
  }

  override webSocketMessage(socket: WebSocket): void {
    this.#live.refuseMessage(socket);
  }

  override webSocketClose(socket: WebSocket): void {
    this.#live.close(socket);
  }

  override webSocketError(socket: WebSocket): void {
    this.#live.close(socket);
  }

  async setLimit(actor: Person, limit: number, version: number): Promise<Change> {
    return this.#change({ type: "set_limit", actor, limit, version });
  }

  async setIdleTimeout(actor: Person, idleTimeoutMs: number, version: number): Promise<Change> {
    return this.#change({ type: "set_idle_timeout", actor, idleTimeoutMs, version });
  }

  async evict(actor: Person, holder: HolderId, note: string): Promise<Change> {
    return this.#change({ type: "evict", actor, holder, note });
  }

  async changeSettings(actor: Person, change: SettingsChange, version: number): Promise<Change> {
    return this.#change({ type: "change_settings", actor, change, version });
  }

  async reportRecords(actor: Person, count: number): Promise<Change> {
    return this.#change({ type: "report_records", actor, count });
  }

  async nudge(caller: Caller): Promise<Result<StatusAnswer, Problem>> {
    return this.#ask(caller, { type: "nudge", holder: caller.person.id });
  }

  async answerNudge(caller: Caller, keep: boolean): Promise<Result<StatusAnswer, Problem>> {
    return this.#ask(caller, { type: "answer_nudge", holder: caller.person.id, keep });
  }

  async explain(person: Person): Promise<Explanation> {
    this.#run({ type: "tick" });
    return explainStanding(this.#load().ledger, person);
  }

  async explainHolder(actor: Person, holder: HolderId): Promise<Result<Explanation, Problem>> {
    if (!mayAdminister(actor.role)) return err(NOT_YOURS);
    this.#run({ type: "tick" });
    const { ledger } = this.#load();
    const person = ledger.leases.get(holder)?.person ?? ledger.absences.get(holder)?.person;
    if (person === undefined) return err({ code: "not_found", field: "holder", detail: "Nobody of this id was here." });
    return ok(explainStanding(ledger, person));
  }

  async check(person: Person): Promise<{ pass: boolean; denied: Denied | null; limit: number; inUse: number }> {
    const { outcome } = this.#run({ type: "check", person });
    if (outcome.type !== "checked") throw new Error(`a check was answered ${outcome.type}`);
    const { effective, inUse } = this.#load().ledger;
    return { pass: outcome.pass, denied: outcome.denied, limit: effective.limit, inUse };
  }

  async makeToken(actor: Person, wish: TokenWish): Promise<Result<{ token: string; row: TokenRow }, Problem>> {
    if (!mayAdminister(actor.role)) return err(NOT_YOURS);
    const store = new TokenStore(this.ctx.storage.sql);
    if (store.list().length >= TOKENS_MAX) {
      return err({ code: "conflict", detail: `There are ${TOKENS_MAX} tokens already: revoke one first.` });
    }
    const id = randomWord(6);
    const secret = await makeSecret(await this.tokenKey(), id);
    const hash = await hashSecret(secret);
    // The key, not the name: an erased person is named nowhere.
    const row = { id, ...wish, madeAt: Date.now(), madeBy: actor.id };
    const event = { at: row.madeAt, holder: actor.id, actor: { id: actor.id, name: actor.name, role: actor.role } };
    this.#record({ ...event, type: "token_made", token: id, kind: wish.kind, policy: wish.policy }, () =>
      store.add(row, hash),
    );
    return ok({ token: `hs_${id}_${secret}`, row: { ...row, madeBy: actor.name, lastUsedAt: null } });
  }

  async listTokens(actor: Person): Promise<Result<TokenRow[], Problem>> {
    return mayAdminister(actor.role) ? ok(this.#tokens()) : err(NOT_YOURS);
  }

  async revokeToken(actor: Person, id: string): Promise<Result<TokenRow[], Problem>> {
    if (!mayAdminister(actor.role)) return err(NOT_YOURS);
    const store = new TokenStore(this.ctx.storage.sql);
    if (!store.list().some((token) => token.id === id)) {
      return err({ code: "not_found", field: "id", detail: "There is no such token any more." });
    }
    const event = { at: Date.now(), holder: actor.id, actor: { id: actor.id, name: actor.name, role: actor.role } };
    this.#record({ ...event, type: "token_revoked", token: id }, () => store.remove(id));
    return ok(this.#tokens());
  }

  /** With the names of their makers, as far as those are known. */
  #tokens(): TokenRow[] {
    const { people } = this.#load().outbox;
    const rows = new TokenStore(this.ctx.storage.sql).list();
    return rows.map((row) => ({ ...row, madeBy: people.nameOf(row.madeBy) ?? "" }));
  }

  async tokenKey(): Promise<string> {
    const { sql } = this.ctx.storage;
    const known = readMeta(sql, "token_key");
    if (known !== null) return known;
    const key = randomWord(TOKEN_KEY_LENGTH);
    writeMeta(sql, "token_key", key);
    return key;
  }

  async useToken(id: string, hash: string): Promise<TokenRow | null> {
    return new TokenStore(this.ctx.storage.sql).use(id, hash, Date.now());
  }

  async vitals(): Promise<Vitals> {
    this.#run({ type: "tick" });
    const { dividedAt, isMoving } = this.#work;
    const { lag, oldestAt } = this.#load().outbox;
    const now = Date.now();
    return {
      dividedAgeMs: dividedAt === null ? null : Math.max(0, now - dividedAt),
      waiting: lag,
      waitingMs: oldestAt === null ? 0 : Math.max(0, now - oldestAt),
      moving: isMoving,
    };
  }

  async readMetrics(): Promise<MetricsReading> {
    this.#run({ type: "tick" });
    const { ledger, outbox, alerts, meter } = this.#load();
    const now = Math.max(Date.now(), ledger.lastAt);
    return readMetrics(ledger, outbox, alerts.view.waiting, meter.read(), now);
  }

  async records(actor: Person, call: RecordsCall): Promise<Change<RecordsAnswer>> {
    const { ledger, outbox, alerts } = this.#load();
    const { storage } = this.ctx;
    const costly = call.do === "spend" ? call.on : call.do === "test_receiver" ? "message" : null;
    if (costly !== null && mayAdminister(actor.role)) {
      const early = this.#costs.spend(actor.id, costly, Date.now());
      if (early !== null) return err(early);
    }
    // What is counted again is written to D1: not while it is copied.
    if (call.do === "spend" && call.on === "recount" && this.#work.isMoving) return err(BEING_MOVED);
    if (call.do === "test_receiver" && mayAdminister(actor.role)) {
      const fault = await alerts.test(call.id, { inUse: ledger.inUse, limit: ledger.effective.limit });
      if (fault !== null) return err({ code: "out_of_range", detail: fault });
    }
    try {
      const now = Math.max(Date.now(), ledger.lastAt);
      const run = (command: Command) => void this.#run(command);
      const keeping = { sql: storage.sql, ledger, run, outbox, alerts };
      return storage.transactionSync(() => keepRecords(keeping, actor, call, now));
    } catch (error) {
      this.#forget();
      throw error;
    } finally {
      this.#arm();
    }
  }

  /** Ends what is due, delivers the outbox, re-arms. Never throws: a handler that throws is dropped for good. */
  override async alarm(): Promise<void> {
    this.#alarmAt = null;
    this.#isInAlarm = true;
    try {
      this.#run({ type: "tick" });
      await this.#work.run();
      this.#sendAlerts();
    } catch (error) {
      console.error(JSON.stringify({ what: "alarm failed", tenant: this.#tenant, error: String(error) }));
      this.#forget();
    }
    this.#isInAlarm = false;
    this.#arm();
  }

  /** Steps the ledger, stores, wakes. Everything here is synchronous: no other call comes between. */
  #run(command: Command): Step {
    this.#own.refresh(this.ctx);
    const { ledger, store, outbox, alerts, meter } = this.#load();
    let done: Step;
    try {
      done = step(ledger, command, Date.now());
      const at = Math.max(Date.now(), ledger.lastAt);
      if (store.note(done.events, at)) {
        this.ctx.storage.transactionSync(() => {
          store.keep(at);
          const stored = done.events.filter(isStored);
          if (stored.length === 0) return;
          const rows = outbox.append(stored, ledger, "actor" in command ? command.actor : null);
          alerts.watch(rows);
          meter.watch(rows);
        });
      }
    } catch (error) {
      this.#forget();
      throw error;
    }
    this.#arm();
    this.#keepTimesLater();
    this.#wake(done.events);
    this.#live.note(done.events);
    return done;
  }

  /** After a throw memory is ahead of storage, or behind it: what is really there is read at the next call, or by the alarm. */
  #forget(): void {
    this.#loaded = null;
    this.#setAlarm(
      nextAlarm({ deadline: null, outboxAt: Date.now() + AFTER_FAULT_MS, waiting: false }, this.#alarmAt, Date.now()),
    );
  }

  /** Times that may not be written yet are written by a timer, which keeps the object awake until then. */
  #keepTimesLater(): void {
    const { store, ledger } = this.#load();
    if (this.#timesKept !== null || store.dueAt === null) return;
    this.#timesKept = setTimeout(
      () => {
        this.#timesKept = null;
        try {
          this.#run({ type: "tick" });
        } catch (error) {
          console.error(
            JSON.stringify({ what: "presence was not written", tenant: this.#tenant, error: String(error) }),
          );
        }
      },
      Math.max(TIMES_SOONEST_MS, store.dueAt - Math.max(Date.now(), ledger.lastAt)),
    );
  }

  #load(): Loaded {
    if (this.#loaded !== null) return this.#loaded;
    const { storage } = this.ctx;
    const { sql } = storage;
    const { timing, seatLimit, idleTimeoutMs, idleTimeoutMinMs, timeZone } = this.#config;
    const store = new LedgerStore(
      sqlRows(sql),
      {
        timing,
        idleTimeoutMinMs,
        idleTimeoutMaxMs: IDLE_TIMEOUT_MAX_MS,
        initial: initialSettings(seatLimit, idleTimeoutMs, { timeZone }),
        longestPassLifeMs: this.#own.longestPassLifeMs(),
        epoch: newEpoch(),
      },
      Date.now(),
    );
    const { ledger } = store;
    const outbox = new Outbox(sql, this.#tenant, ledger);
    const meter = new Meter(sql);
    this.#loaded = { ledger, store, outbox, alerts: this.#openAlerts(meter), meter };
    this.#arm();
    return this.#loaded;
  }

  /** The operator changed something: it counts from now on, for whoever is seated too. */
  #adopt({ timing }: Config): void {
    this.#work.follow();
    if (this.#loaded === null) return;
    this.#loaded.ledger.timing = timing;
    this.#arm();
  }

  #answer(caller: Caller, command: Command): StatusAnswer {
    if (command.type === "heartbeat") this.#load().meter.countHeartbeat();
    return this.#standing(caller, this.#run(command).outcome);
  }

  #ask(caller: Caller, command: Command): Result<StatusAnswer, Problem> {
    const { outcome } = this.#run(command);
    return outcome.type === "refused" ? err(outcome.problem) : ok(this.#standing(caller, outcome));
  }

  #standing(caller: Caller, outcome: Outcome): StatusAnswer {
    const { ledger } = this.#load();
    const tenant = { name: this.#config.tenantName, contact: this.#contact };
    return {
      status: standingOf(ledger, caller.person, tenant, Math.max(Date.now(), ledger.lastAt)),
      letsGo: outcome.type === "let_go",
    };
  }

  /** Writes something beside the ledger together with its event. */
  #record(event: StoredEvent, write: () => void): void {
    const { ledger, outbox } = this.#load();
    try {
      this.ctx.storage.transactionSync(() => {
        write();
        outbox.append([event], ledger, null);
      });
    } catch (error) {
      this.#forget();
      throw error;
    }
    this.#arm();
  }

  #change(command: Command): Change {
    const { outcome }: { outcome: Outcome } = this.#run(command);
    return outcome.type === "refused" ? err(outcome.problem) : ok(this.#view());
  }

  #view(ask: PeopleAsk | null = null): AdminView {
    const { ledger } = this.#load();
    const now = Math.max(Date.now(), ledger.lastAt);
    const refusedToday = this.#refused.count(ledger.settings.timeZone, now);
    return viewSeats(ledger, now, { tenantName: this.#config.tenantName, contact: this.#contact, refusedToday }, ask);
  }

  #arm(): void {
    // What is due is being done: an alarm set meanwhile would come for nothing, and none comes before this one is over.
    if (this.#loaded === null || this.#isInAlarm) return;
    const { ledger, outbox, alerts } = this.#loaded;
    const outboxAt = Math.min(this.#work.nextAt(outbox), alerts.nextAt ?? Number.POSITIVE_INFINITY);
    const needs = { deadline: nextDeadline(ledger), outboxAt, waiting: ledger.line.size > 0 };
    this.#setAlarm(nextAlarm(needs, this.#alarmAt, Date.now()));
  }

  #setAlarm(at: number | null): void {
    if (at === null) return;
    this.#alarmAt = at;
    this.ctx.waitUntil(this.ctx.storage.setAlarm(at));
  }

  #openWork(): RecordsWork {
    return new RecordsWork({
      storage: this.ctx.storage,
      env: this.env,
      tenant: this.#tenant,
      config: () => this.#config,
      loaded: () => this.#load(),
      reload: () => this.#forget(),
      renumbered: () => this.#refused.forget(),
      now: () => Date.now(),
    });
  }

  #openAlerts(meter: Meter): AlertDesk {
    const config = () => this.#config;
    return new AlertDesk(this.ctx.storage.sql, {
      tenant: this.#tenant,
      get tenantName() {
        return config().tenantName;
      },
      get ownHosts() {
        return [new URL(config().crmOrigin).hostname];
      },
      now: () => Date.now(),
      fetch: (...asked) => fetch(...asked),
      countFailure: () => meter.countAlertFailure(),
    });
  }

  /** Beside the alarm, not in it: a receiver that is slow must not hold up the seats. */
  #sendAlerts(): void {
    this.ctx.waitUntil(
      this.#load()
        .alerts.sendDue()
        .catch((error: unknown) => console.error("Alerts were not sent:", error))
        .then(() => this.#arm()),
    );
  }

  #woken(holder: HolderId, withinMs: number): Promise<Woken | "late"> {
    return new Promise((resolve) => {
      const waiters = this.#waiters.get(holder) ?? new Set();
      this.#waiters.set(holder, waiters);
      const finish = (woken: Woken | "late") => {
        clearTimeout(timer);
        waiters.delete(finish);
        if (waiters.size === 0) this.#waiters.delete(holder);
        resolve(woken);
      };
      const timer = setTimeout(() => finish("late"), withinMs);
      waiters.add(finish);
    });
  }

  #wake(events: readonly Event[]): void {
    if (this.#waiters.size === 0) return;
    const tell = (holder: HolderId, woken: Woken) => {
      for (const waiter of [...(this.#waiters.get(holder) ?? [])]) waiter(woken);
    };
    let lineMoved = false;
    for (const event of events) {
      if (event.type === "lease_ended") tell(event.holder, "ended");
      if (event.type === "seat_offered" || event.type === "line_left" || event.type === "seat_granted") {
        tell(event.holder, "changed");
        lineMoved = true;
      }
      // L16: whoever asked is told what came of it; why there is no seat may be another reason now.
      if (event.type === "nudge_kept" || event.type === "lease_ended") lineMoved = true;
    }
    const line = this.#loaded?.ledger.line;
    if (lineMoved && line !== undefined && line.size <= TOLD_AT_ONCE) {
      for (const holder of line.keys()) tell(holder, "changed");
    }
  }
}
