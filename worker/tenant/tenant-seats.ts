/**
 * The shell round the ledger: one object per tenant. Reads the clock once per command, steps the pure ledger,
 * writes what was stored and the outbox in one transaction, then wakes whoever waited for it. Presence is written
 * before the object can sleep (ledger-store.ts); most heartbeats write no row of their own.
 */

import { DurableObject } from "cloudflare:workers";
import { type ClientId, type HolderId, isOfEnded, type JarId, type SessionKey, type TabId } from "../../shared/ids.ts";
import type { Problem } from "../../shared/problem.ts";
import type { Heartbeat } from "../../shared/protocol.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import { sentence } from "../../shared/sentence.ts";
import type { Config, Env } from "../config/config.ts";
import { holderSpelling } from "../identity/holder-spelling.ts";
import { mayGoOn } from "../ledger/allocation/overdraft.ts";
import type { Command, Denied, Outcome } from "../ledger/command.ts";
import { fullnessOf } from "../ledger/fullness.ts";
import { mayAdminister, type Person } from "../ledger/person.ts";
import { countBrowsers } from "../ledger/read/browsers.ts";
import { type Explanation, explainStanding } from "../ledger/read/explain.ts";
import { isSameWait, standingOf } from "../ledger/read/standing.ts";
import type { RequestAnswer, RequestKind } from "../ledger/requests.ts";
import type { SettingsChange } from "../ledger/settings/settings.ts";
import { nextDeadline } from "../ledger/time/expiry.ts";
import { Alerts } from "./alerts/alerts.ts";
import { asAdmin } from "./as-admin.ts";
import { HeadDesk } from "./audit/head-desk.ts";
import type { Outbox } from "./audit/outbox.ts";
import { keepRecords } from "./audit/record-keeping.ts";
import type { RecordsAnswer, RecordsCall } from "./audit/records-calls.ts";
import { RecordsWork } from "./audit/records-work.ts";
import { RefusedToday } from "./audit/refused-today.ts";
import { ConfigCopy } from "./config-copy.ts";
import type { GroupsAnswer, GroupsCall } from "./groups/group-calls.ts";
import { GroupDesk } from "./groups/group-desk.ts";
import { groupNames } from "./known-groups.ts";
import { LedgerHost } from "./ledger-host.ts";
import { LivePages } from "./live/live-pages.ts";
import type { Counters } from "./metrics/counters.ts";
import { type MetricsReading, readMetrics } from "./metrics/metrics-reading.ts";
import { PROBE_FRESH_MS, probeOrigin } from "./origin-probe.ts";
import { RateLimit } from "./rate-limit.ts";
import { RoleHistory } from "./role-history.ts";
import { migrate, readMeta, writeMeta } from "./schema.ts";
import type { ScimAnswer, ScimCall, ScimFault } from "./scim/scim-calls.ts";
import { ScimDesk } from "./scim/scim-desk.ts";
import { ScimUserStore } from "./scim/user-store.ts";
import { findHolder, viewSeats } from "./seats-view.ts";
import {
  type AdminView,
  type Caller,
  type Change,
  type ClaimAnswer,
  type ClaimCall,
  type HolderRow,
  type KnownPerson,
  type Manager,
  type OpenSocket,
  type PeopleAsk,
  type SeatWish,
  type StatusAnswer,
  type TenantCalls,
  type TokenWish,
  type Vitals,
  WATCH_MS,
} from "./tenant-calls.ts";
import { NativePeople, tokenOf } from "./tokens/native-people.ts";
import type { TokenRow } from "./tokens/token.ts";
import { TokenDesk } from "./tokens/token-desk.ts";
import { Waiters } from "./waiters.ts";
import { type WarningFacts, warningsOf } from "./warnings.ts";

/** A search of people answers this many; a name that fits more is typed further. */
const PEOPLE_FOUND_MAX = 20;

const BEING_MOVED: Problem = {
  code: "too_soon",
  says: sentence("recordsBeingMoved"),
  retryAfterSeconds: 300,
};

export class TenantSeats extends DurableObject<Env> implements TenantCalls {
  readonly #own: ConfigCopy;
  readonly #waiters = new Waiters();
  /** The name that decided this object's identity, kept in its storage from the first use on. */
  #tenant = "";
  readonly #host: LedgerHost;
  readonly #costs = new RateLimit();
  readonly #live: LivePages;
  readonly #tokens: TokenDesk;
  readonly #native: NativePeople;
  readonly #roles: RoleHistory;
  /** A11: what the CRM said to somebody without the secret, and when that was asked. */
  #probed: { at: number; answers: boolean | null } | null = null;
  readonly #groups: GroupDesk;
  readonly #scim: ScimDesk;
  readonly #refused: RefusedToday;
  /** Made with the configuration, which says where the records are. */
  #work!: RecordsWork;
  #heads!: HeadDesk;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#own = new ConfigCopy(ctx.storage.sql, env, (config) => {
      this.#work.follow();
      this.#host.adopt(config);
    });
    this.#host = new LedgerHost(ctx, {
      tenant: () => this.#tenant,
      config: () => this.#config,
      longestPassLifeMs: () => this.#own.longestPassLifeMs(),
      openAlerts: (meter, outbox) => this.#openAlerts(meter, outbox),
      recordsAt: (outbox) => Math.min(this.#work.nextAt(outbox), this.#native.nextAt ?? Number.POSITIVE_INFINITY),
      refresh: () => this.#own.refresh(ctx),
      happened: (events, ledger) => {
        this.#waiters.wake(events, ledger.line);
        this.#live.note(events);
      },
    });
    this.#live = new LivePages(ctx, () => Date.now());
    this.#refused = new RefusedToday(ctx.storage.sql);
    this.#roles = new RoleHistory({
      sql: ctx.storage.sql,
      remark: (remark, write) => this.#host.remark(remark, write),
      now: () => this.#host.now,
    });
    this.#native = new NativePeople({
      sql: ctx.storage.sql,
      remark: (remark, write) => this.#host.remark(remark, write),
      gapMs: () => this.#config.timing.denialGapMs,
      now: () => this.#host.now,
    });
    this.#tokens = new TokenDesk({
      sql: ctx.storage.sql,
      people: () => this.#host.load().outbox.people,
      record: (event, write) => this.#host.record(event, write),
      now: () => Date.now(),
    });
    const users = new ScimUserStore(ctx.storage.sql);
    this.#groups = new GroupDesk({
      sql: ctx.storage.sql,
      people: () => this.#host.load().outbox.people,
      ledger: () => this.#host.load().ledger,
      spellKey: () => holderSpelling(this.#config),
      record: (event, write) => this.#host.record(event, write),
      transact: (work) => this.#host.transact(work),
      users,
      regroup: (groups) => void this.#host.run({ type: "regroup", groups }),
      now: () => Date.now(),
    });
    this.#scim = new ScimDesk({ users, groups: this.#groups, now: () => Date.now() });
    ctx.blockConcurrencyWhile(async () => {
      migrate(ctx.storage);
      this.#tenant = await this.#own.open(readMeta(ctx.storage.sql, "tenant") ?? ctx.id.name ?? null);
      if (readMeta(ctx.storage.sql, "tenant") !== this.#tenant) writeMeta(ctx.storage.sql, "tenant", this.#tenant);
      this.#work = this.#openWork();
      this.#heads = this.#openHeads();
      await this.#host.open();
      const probed = readMeta(ctx.storage.sql, "origin_probe");
      if (probed !== null) this.#probed = JSON.parse(probed);
    });
  }

  get #config(): Config {
    return this.#own.current;
  }

  /** Whom to ask: as the tenant has set it, otherwise as the operator has. */
  get #contact(): string {
    return this.#host.load().ledger.settings.contact || this.#config.contact;
  }

  async claim({ gate, ...call }: ClaimCall): Promise<ClaimAnswer> {
    if (gate !== undefined) this.#host.load().meter.addGate(gate);
    const person = this.#groups.withGroups(call.person);
    if (call.isRemembered !== true) this.#roles.confirmed(call.person);
    const { outcome } = this.#host.run({ type: "claim", ...call, person });
    // A lost right shows when the CRM is asked again, which comes here with the next claim.
    if (!mayAdminister(call.person.role)) this.#live.endAdministration(call.person.id);
    if (outcome.type === "granted") {
      const token = tokenOf(call.person);
      if (token !== null) this.#native.seen(call.person, token);
      const wantsRecords = this.#host.load().ledger.settings.model === "records";
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
    this.#host.run({ type: "heartbeat", holder: person.id, session, beat });
    return this.#answer(caller, { type: "close_tab", holder: person.id, client, tab });
  }

  async release(caller: Caller, client: ClientId | null, tab: TabId | null): Promise<StatusAnswer> {
    return this.#answer(caller, { type: "release", holder: caller.person.id, client, tab });
  }

  async handBack(holder: HolderId, jar: JarId, askedAt?: number): Promise<void> {
    this.#host.run({ type: "hand_back", holder, jar, ...(askedAt === undefined ? {} : { askedAt }) });
  }

  async leave(caller: Caller): Promise<StatusAnswer> {
    return this.#answer(caller, { type: "leave_line", holder: caller.person.id });
  }

  async status(caller: Caller): Promise<StatusAnswer> {
    return this.#answer(caller, { type: "tick" });
  }

  async wait(caller: Caller): Promise<StatusAnswer> {
    const holder = caller.person.id;
    const wasInLine = this.#host.load().ledger.line.has(holder);
    const first = this.#answer(caller, { type: "wait", holder });
    // A person who has just joined wants to read the place in line now.
    if (!wasInLine) return first;
    const until = Date.now() + this.#config.timing.waitPollMs;
    let answer = first;
    while (answer.status.state === "waiting" && isSameWait(answer.status, first.status)) {
      const left = until - Date.now();
      if (left <= 0) break;
      // An alarm may be late by a minute; a person who waits is told on time all the same.
      const due = (nextDeadline(this.#host.load().ledger) ?? Number.POSITIVE_INFINITY) - Date.now();
      await this.#waiters.woken(holder, Math.min(left, Math.max(due, 20)));
      answer = this.#answer(caller, { type: "tick" });
    }
    return answer;
  }

  async signOut(holder: HolderId, session: SessionKey): Promise<void> {
    this.#host.run({ type: "sign_out", holder, session });
    this.#live.endSession(holder, session);
  }

  async holderOf(session: SessionKey): Promise<HolderId | null> {
    for (const [holder, { sessions }] of this.#host.load().ledger.leases) {
      if (sessions.some((known) => isOfEnded(known, session))) return holder;
    }
    return null;
  }

  async watch(holder: HolderId, open?: OpenSocket): Promise<"ended" | "again"> {
    this.#host.run(open === undefined ? { type: "tick" } : { type: "stay", holder, ...open });
    const until = Date.now() + WATCH_MS;
    for (;;) {
      const { ledger } = this.#host.load();
      if (!mayGoOn(ledger, holder)) return "ended";
      const left = until - Date.now();
      if (left <= 0) return "again";
      if ((await this.#waiters.woken(holder, left)) === "ended") return "ended";
    }
  }

  async ping(): Promise<void> {
    this.#host.run({ type: "tick" });
  }

  async hasLease(holder: HolderId): Promise<boolean> {
    this.#host.run({ type: "tick" });
    return mayGoOn(this.#host.load().ledger, holder);
  }

  async adminView(actor: Person, ask?: PeopleAsk): Promise<Change> {
    this.#roles.met(actor);
    return asAdmin(actor, () => {
      this.#host.run({ type: "tick" });
      return ok(this.#view(ask));
    });
  }

  async viewHolder(actor: Person, holder: HolderId): Promise<Result<HolderRow | null, Problem>> {
    return asAdmin(actor, () => {
      this.#host.run({ type: "tick" });
      const { ledger } = this.#host.load();
      return ok(findHolder(ledger, holder, this.#host.now));
    });
  }

  async findPeople(actor: Person, search: string): Promise<Result<KnownPerson[], Problem>> {
    return asAdmin(actor, () => {
      const found = this.#host.load().outbox.people.search(search, PEOPLE_FOUND_MAX);
      return ok(found.map(({ holder, name, email }) => ({ id: holder as HolderId, name, email })));
    });
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

  async requestSeats(caller: Caller, wish: SeatWish): Promise<Result<StatusAnswer, Problem>> {
    return this.#ask(caller, { type: "request_seats", person: caller.person, kind: "more", ...wish });
  }

  async askForChange(actor: Person, wish: SeatWish & { kind: RequestKind }): Promise<Change> {
    return asAdmin(actor, () => this.#change({ type: "request_seats", person: actor, ...wish }));
  }

  async decideRequest(actor: Person, id: string, answer: RequestAnswer, version: number): Promise<Change> {
    return this.#change({ type: "decide_request", actor, id, answer, version });
  }

  async explain(person: Person): Promise<Explanation> {
    this.#host.run({ type: "tick" });
    return explainStanding(this.#host.load().ledger, this.#groups.withGroups(person));
  }

  async explainHolder(actor: Person, holder: HolderId): Promise<Result<Explanation, Problem>> {
    return asAdmin(actor, () => {
      this.#host.run({ type: "tick" });
      const { ledger } = this.#host.load();
      const person = ledger.leases.get(holder)?.person ?? ledger.absences.get(holder)?.person;
      if (person === undefined) return err({ code: "not_found", field: "holder", says: sentence("nobodyHere") });
      return ok(explainStanding(ledger, person));
    });
  }

  async check(
    person: Person,
    clientKind: string,
  ): Promise<{ pass: boolean; denied: Denied | null; limit: number; inUse: number }> {
    const { outcome } = this.#host.run({ type: "check", person: this.#groups.withGroups(person) });
    if (outcome.type !== "checked") throw new Error(`a check was answered ${outcome.type}`);
    const token = tokenOf(person);
    if (token !== null && outcome.denied !== null) this.#native.refused(person, token, clientKind, outcome.denied);
    else if (token !== null) this.#native.seen(person, token);
    const { limit, inUse } = fullnessOf(this.#host.load().ledger);
    return { pass: outcome.pass, denied: outcome.denied, limit, inUse };
  }

  async groups(actor: Person, call: GroupsCall): Promise<Result<GroupsAnswer, Problem>> {
    return asAdmin(actor, () => this.#groups.run(actor, call));
  }

  async scim(actor: Person, call: ScimCall): Promise<Result<ScimAnswer, ScimFault>> {
    return this.#scim.run(actor, call);
  }

  async makeToken(actor: Person, wish: TokenWish): Promise<Result<{ token: string; row: TokenRow }, Problem>> {
    return asAdmin(actor, () => this.#tokens.make(actor, wish));
  }

  async listTokens(actor: Person): Promise<Result<TokenRow[], Problem>> {
    return asAdmin(actor, () => ok(this.#tokens.list().map((row) => ({ ...row, people: this.#native.list(row.id) }))));
  }

  async revokeToken(actor: Person, id: string): Promise<Result<TokenRow[], Problem>> {
    return asAdmin(actor, () => this.#tokens.revoke(actor, id));
  }

  async tokenKey(): Promise<string> {
    return this.#tokens.key();
  }

  async useToken(id: string, hash: string): Promise<TokenRow | null> {
    return this.#tokens.use(id, hash);
  }

  async vitals(): Promise<Vitals> {
    this.#host.run({ type: "tick" });
    const { dividedAt, isMoving } = this.#work;
    const { lag, oldestAt } = this.#host.load().outbox;
    const now = Date.now();
    return {
      dividedAgeMs: dividedAt === null ? null : Math.max(0, now - dividedAt),
      waiting: lag,
      waitingMs: oldestAt === null ? 0 : Math.max(0, now - oldestAt),
      moving: isMoving,
    };
  }

  async readMetrics(): Promise<MetricsReading> {
    this.#host.run({ type: "tick" });
    const { ledger, outbox, alerts, meter } = this.#host.load();
    const now = this.#host.now;
    return readMetrics(ledger, outbox, alerts.view.waiting, meter.read(), now);
  }

  async records(actor: Person, call: RecordsCall): Promise<Change<RecordsAnswer>> {
    const { ledger, outbox, alerts } = this.#host.load();
    const costly = call.do === "spend" ? call.on : call.do === "test_receiver" ? "message" : null;
    if (costly !== null && mayAdminister(actor.role)) {
      const early = this.#costs.spend(actor.id, costly, Date.now());
      if (early !== null) return err(early);
    }
    // What is counted again is written to D1: not while it is copied.
    if (call.do === "spend" && call.on === "recount" && this.#work.isMoving) return err(BEING_MOVED);
    if (call.do === "test_receiver" && mayAdminister(actor.role)) {
      const { inUse, limit, measure } = fullnessOf(ledger);
      const seats = { inUse, limit, measure };
      const fault = await alerts.test(call.id, seats);
      if (fault !== null) return err({ code: "out_of_range", says: fault });
    }
    const run = (command: Command) => void this.#host.run(command);
    const eraseFromGroups = (holder: HolderId) => this.#groups.erase(holder, outbox.people.emailOf(holder));
    const forgetRole = (holder: HolderId) => this.#roles.forget(holder);
    const heads = this.#heads;
    const keeping = { sql: this.ctx.storage.sql, ledger, run, outbox, alerts, heads, eraseFromGroups, forgetRole };
    return this.#host.transact(() => keepRecords(keeping, actor, call, this.#host.now));
  }

  /** Ends what is due, delivers the outbox. */
  override async alarm(): Promise<void> {
    await this.#host.alarm(async () => {
      this.#native.closeDue();
      await this.#work.run();
      await this.#heads.run();
      this.#sendAlerts();
    });
  }

  #answer(caller: Caller, command: Command): StatusAnswer {
    if (command.type === "heartbeat") this.#host.load().meter.countHeartbeat();
    return this.#standing(caller, this.#host.run(command).outcome);
  }

  #ask(caller: Caller, command: Command): Result<StatusAnswer, Problem> {
    const { outcome } = this.#host.run(command);
    return outcome.type === "refused" ? err(outcome.problem) : ok(this.#standing(caller, outcome));
  }

  #standing(caller: Caller, outcome: Outcome): StatusAnswer {
    const { ledger } = this.#host.load();
    const tenant = { name: this.#config.tenantName, contact: this.#contact };
    return {
      status: standingOf(ledger, caller.person, tenant, this.#host.now),
      letsGo: outcome.type === "let_go",
    };
  }

  #change(command: Command): Change {
    const { outcome }: { outcome: Outcome } = this.#host.run(command);
    return outcome.type === "refused" ? err(outcome.problem) : ok(this.#view());
  }

  #view(ask: PeopleAsk | null = null): AdminView {
    const { ledger } = this.#host.load();
    const { now } = this.#host;
    const { refused: refusedToday, spared: sparedToday } = this.#refused.count(ledger.settings, now);
    const { tenantName } = this.#config;
    const firmGroups = this.#groups.list();
    const warnings = warningsOf(this.#warningFacts());
    const beside = { tenantName, contact: this.#contact, refusedToday, sparedToday, firmGroups, warnings };
    return viewSeats(ledger, now, beside, ask);
  }

  /** A11: what is known beside the ledger, too. */
  #warningFacts(): WarningFacts {
    const { ledger, outbox, alerts } = this.#host.load();
    const { crmSecret, crmSessionMs } = this.#config;
    const now = Date.now();
    const { hooks } = alerts.view;
    return {
      full: fullnessOf(ledger),
      pools: ledger.settings.pools,
      knownGroups: groupNames(ledger, this.#groups.list()),
      receivers: hooks.length,
      deafReceivers: hooks.filter(({ last }) => last !== null && last.fault !== null).length,
      hasSecret: crmSecret !== null,
      answersWithoutSecret: this.#probed?.answers ?? null,
      rowsWaiting: outbox.lag,
      rowsWaitingMs: outbox.oldestAt === null ? 0 : Math.max(0, now - outbox.oldestAt),
      dividedAgeMs: this.#work.dividedAt === null ? null : Math.max(0, now - this.#work.dividedAt),
      ...countBrowsers(ledger, this.#host.now),
      idleTimeoutMs: ledger.settings.idleTimeoutMs,
      crmSessionMs,
    };
  }

  async listManagers(actor: Person): Promise<Result<Manager[], Problem>> {
    return asAdmin(actor, () => ok(this.#roles.list()));
  }

  async checkOrigin(actor: Person): Promise<Result<null, Problem>> {
    if (!mayAdminister(actor.role)) return asAdmin(actor, () => ok(null));
    const { crmSecret, crmOrigin } = this.#config;
    const now = Date.now();
    if (crmSecret === null || (this.#probed !== null && now - this.#probed.at < PROBE_FRESH_MS)) return ok(null);
    // Before the answer, so that many who ask at once are one question.
    this.#keepProbed({ at: now, answers: this.#probed?.answers ?? null });
    this.#keepProbed({ at: now, answers: await probeOrigin(crmOrigin, (...asked) => fetch(...asked)) });
    return ok(null);
  }

  #keepProbed(probed: { at: number; answers: boolean | null }): void {
    this.#probed = probed;
    writeMeta(this.ctx.storage.sql, "origin_probe", JSON.stringify(probed));
  }

  #openHeads(): HeadDesk {
    return new HeadDesk(this.ctx.storage.sql, {
      tenant: this.#tenant,
      timeZone: () => this.#host.load().ledger.settings.timeZone,
      outbox: () => this.#host.load().outbox,
      now: () => Date.now(),
      transact: (write) => this.#host.transact(write),
      tell: (head) => this.#host.load().alerts.tellHead(head),
    });
  }

  #openWork(): RecordsWork {
    return new RecordsWork({
      storage: this.ctx.storage,
      env: this.env,
      tenant: this.#tenant,
      config: () => this.#config,
      loaded: () => this.#host.load(),
      reload: () => this.#host.forget(),
      renumbered: () => this.#refused.forget(),
      now: () => Date.now(),
    });
  }

  #openAlerts(meter: Counters, outbox: Outbox): Alerts {
    const config = () => this.#config;
    return new Alerts(this.ctx.storage.sql, {
      tenant: this.#tenant,
      get tenantName() {
        return config().tenantName;
      },
      get ownHosts() {
        return [new URL(config().crmOrigin).hostname];
      },
      now: () => Date.now(),
      toleranceMs: () => this.#host.load().ledger.settings.refusalToleranceMs,
      fetch: (...asked) => fetch(...asked),
      outbox,
      remark: (remark) => this.#host.transact(() => this.#host.load().outbox.remark(remark, null)),
      countFailure: () => meter.countAlertFailure(),
    });
  }

  /** Beside the alarm, not in it: a receiver that is slow must not hold up the seats. */
  #sendAlerts(): void {
    this.ctx.waitUntil(
      this.#host
        .load()
        .alerts.sendDue()
        .catch((error: unknown) => console.error("Alerts were not sent:", error))
        .then(() => this.#host.arm()),
    );
  }
}
