/**
 * One object per tenant, as the doors and the platform call it (tenant-calls.ts says what each call means). The parts are
 * put together in tenant-parts.ts; ledger-host.ts steps the ledger and stores.
 */
import { DurableObject } from "cloudflare:workers";
import {
  type BindingId,
  type ClientId,
  type HolderId,
  isOfEnded,
  type SessionKey,
  type TabId,
} from "../../shared/ids.ts";
import type { Problem } from "../../shared/problem.ts";
import type { Heartbeat } from "../../shared/protocol.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import { sentence } from "../../shared/sentence.ts";
import type { Env } from "../config/config.ts";
import { mayGoOn } from "../ledger/allocation/overdraft.ts";
import type { Denied } from "../ledger/command.ts";
import { isPoolManager, mayAdminister, type Person } from "../ledger/person.ts";
import { type Explanation, explainStanding } from "../ledger/read/explain.ts";
import type { RequestAnswer, RequestKind } from "../ledger/requests.ts";
import type { SettingsChange } from "../ledger/settings/settings.ts";
import { AdminCalls } from "./admin-calls.ts";
import { settleReceiver } from "./audit/record-keeping.ts";
import type { RecordsAnswer, RecordsCall } from "./audit/records-calls.ts";
import { CallerTexts } from "./caller-texts.ts";
import type { GroupsAnswer, GroupsCall } from "./groups/group-calls.ts";
import { readHeartbeat } from "./heartbeat-text.ts";
import { type MetricsReading, readMetrics } from "./metrics/metrics-reading.ts";
import type { RightsAnswer, RightsCall } from "./rights/rights-calls.ts";
import type { ScimAnswer, ScimCall, ScimFault } from "./scim/scim-calls.ts";
import { SeatCalls } from "./seat-calls.ts";
import type { ShadowAnswer, ShadowCall } from "./shadow/shadow-calls.ts";
import type {
  Caller,
  Change,
  ClaimAnswer,
  ClaimCall,
  HolderRow,
  Known,
  KnownPerson,
  Manager,
  OpenSocket,
  PeopleAsk,
  SeatWish,
  ShownPass,
  StatusAnswer,
  TenantCalls,
  TokenWish,
  Vitals,
} from "./tenant-calls.ts";
import { TenantParts } from "./tenant-parts.ts";
import type { TokenRow } from "./tokens/token.ts";

const NOT_YOURS: Problem = { code: "forbidden", says: sentence("notYours") };

const statusText = (answer: Known<StatusAnswer>): Known<string> => answer && JSON.stringify(answer.status);

export class TenantSeats extends DurableObject<Env> implements TenantCalls {
  readonly #parts: TenantParts;
  readonly #seats: SeatCalls;
  readonly #admin: AdminCalls;
  readonly #callers = new CallerTexts();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#parts = new TenantParts(ctx, env);
    this.#seats = new SeatCalls(this.#parts);
    this.#admin = new AdminCalls(this.#parts);
    ctx.blockConcurrencyWhile(() => this.#parts.open());
  }

  // People and their clients.

  async claim(call: ClaimCall): Promise<ClaimAnswer> {
    return this.#seats.claim(call);
  }

  async heartbeat(caller: Caller, beat: Heartbeat): Promise<Known<string>> {
    return statusText(this.#seats.heartbeat(caller, beat));
  }

  async heartbeatText(caller: string, said: string): Promise<string | null> {
    const beat = readHeartbeat(said);
    return beat === null ? null : statusText(this.#seats.heartbeat(this.#callers.read(caller), beat));
  }

  async lastHeartbeat(caller: Caller, beat: Heartbeat): Promise<Known<StatusAnswer>> {
    return this.#seats.heartbeat(caller, beat);
  }

  async bye(caller: Caller, client: ClientId, tab: TabId): Promise<Known<StatusAnswer>> {
    return this.#seats.bye(caller, client, tab);
  }

  async release(caller: Caller, client: ClientId | null, tab: TabId | null): Promise<Known<StatusAnswer>> {
    return this.#seats.answer(caller, { type: "release", holder: caller.person.id, client, tab });
  }

  async handBack(holder: HolderId, binding: BindingId, askedAt: number): Promise<void> {
    // L9: a gate of an older version may not say when. The pass is over soon.
    if (typeof askedAt === "number") this.#parts.host.run({ type: "hand_back", holder, binding, askedAt });
  }

  async leave(caller: Caller): Promise<Known<StatusAnswer>> {
    return this.#seats.answer(caller, { type: "leave_line", holder: caller.person.id });
  }

  async status(caller: Caller): Promise<Known<StatusAnswer>> {
    return this.#seats.answer(caller, { type: "tick" });
  }

  async wait(caller: Caller): Promise<Known<StatusAnswer>> {
    return this.#seats.wait(caller);
  }

  async signOut(holder: HolderId, session: SessionKey): Promise<number> {
    const { endedSessions, config } = this.#parts;
    // I9: the clock of the gate that asked whose it is may be so far ahead.
    const endedAt = Date.now() + config.timing.clockSkewMs;
    endedSessions.end(session, holder, endedAt);
    this.#parts.host.run({ type: "sign_out", holder, session });
    this.#parts.live.endSession(holder, session);
    return endedAt;
  }

  async holderOf(session: SessionKey): Promise<HolderId | null> {
    for (const [holder, { sessions }] of this.#parts.host.load().ledger.leases) {
      if (sessions.some((known) => isOfEnded(known, session))) return holder;
    }
    return null;
  }

  async watch(holder: HolderId, open?: OpenSocket): Promise<"ended" | "again"> {
    return this.#seats.watch(holder, open);
  }

  async judge(person: Person, caller?: Caller): Promise<Known<Person>> {
    return caller !== undefined && this.#seats.isStale(caller) ? null : this.#judged(person);
  }

  async ping(): Promise<void> {
    this.#parts.host.run({ type: "tick" });
  }

  async hasLease(holder: HolderId): Promise<boolean> {
    const { host } = this.#parts;
    host.run({ type: "tick" });
    return mayGoOn(host.load().ledger, holder);
  }

  async confirmPass(pass: ShownPass): Promise<boolean> {
    return this.#seats.confirmPass(pass);
  }

  async check(
    person: Person,
    clientKind: string,
  ): Promise<{ pass: boolean; denied: Denied | null; limit: number; inUse: number }> {
    return this.#seats.check(person, clientKind);
  }

  async explain(person: Person): Promise<Explanation> {
    const { host, groups, rights } = this.#parts;
    host.run({ type: "tick" });
    return explainStanding(host.load().ledger, groups.withGroups(rights.judge(person)));
  }

  async nudge(caller: Caller): Promise<Known<Result<StatusAnswer, Problem>>> {
    return this.#seats.ask(caller, { type: "nudge", holder: caller.person.id });
  }

  async answerNudge(caller: Caller, keep: boolean): Promise<Known<Result<StatusAnswer, Problem>>> {
    return this.#seats.ask(caller, { type: "answer_nudge", holder: caller.person.id, keep });
  }

  async handOver(caller: Caller, to: string): Promise<Known<Result<StatusAnswer, Problem>>> {
    return this.#seats.handOver(caller, to);
  }

  async requestSeats(caller: Caller, wish: SeatWish): Promise<Known<Result<StatusAnswer, Problem>>> {
    return this.#seats.ask(caller, {
      type: "request_seats",
      person: this.#judged(caller.person),
      kind: "more",
      ...wish,
    });
  }

  // Pages that are told of changes (A5, P7).

  override async fetch(request: Request): Promise<Response> {
    return this.#parts.live.accept(request);
  }

  override webSocketMessage(socket: WebSocket): void {
    this.#parts.live.refuseMessage(socket);
  }

  override webSocketClose(socket: WebSocket): void {
    this.#parts.live.close(socket);
  }

  override webSocketError(socket: WebSocket): void {
    this.#parts.live.close(socket);
  }

  // The administration (A9): a change is refused by the ledger, which knows its actor; all else by `#asAdmin`.

  async setLimit(person: Person, limit: number, version: number): Promise<Change> {
    return this.#admin.change({ type: "set_limit", actor: this.#judged(person), limit, version });
  }

  async setIdleTimeout(person: Person, idleTimeoutMs: number, version: number): Promise<Change> {
    return this.#admin.change({ type: "set_idle_timeout", actor: this.#judged(person), idleTimeoutMs, version });
  }

  async evict(person: Person, holder: HolderId, note: string): Promise<Change> {
    return this.#admin.evict(this.#judged(person), holder, note);
  }

  async changeSettings(person: Person, change: SettingsChange, version: number): Promise<Change> {
    return this.#admin.changeSettings(this.#judged(person), change, version);
  }

  async reportRecords(person: Person, count: number): Promise<Change> {
    return this.#admin.change({ type: "report_records", actor: this.#judged(person), count });
  }

  async decideRequest(person: Person, id: string, answer: RequestAnswer, version: number): Promise<Change> {
    return this.#admin.change({ type: "decide_request", actor: this.#judged(person), id, answer, version });
  }

  async askForChange(person: Person, wish: SeatWish & { kind: RequestKind }): Promise<Change> {
    return this.#asAdmin(person, (actor) => this.#admin.change({ type: "request_seats", person: actor, ...wish }));
  }

  async adminView(person: Person, ask?: PeopleAsk): Promise<Change> {
    this.#parts.rights.met(this.#judged(person));
    return this.#asAdmin(person, (actor) => this.#admin.view(actor, ask), isPoolManager);
  }

  async viewHolder(person: Person, holder: HolderId): Promise<Result<HolderRow | null, Problem>> {
    return this.#asAdmin(person, (actor) => this.#admin.holder(actor, holder), isPoolManager);
  }

  async findPeople(person: Person, search: string): Promise<Result<KnownPerson[], Problem>> {
    return this.#asAdmin(person, () => this.#admin.people(search));
  }

  async explainHolder(person: Person, holder: HolderId): Promise<Result<Explanation, Problem>> {
    return this.#asAdmin(person, (actor) => this.#admin.explain(actor, holder), isPoolManager);
  }

  async groups(person: Person, call: GroupsCall): Promise<Result<GroupsAnswer, Problem>> {
    return this.#asAdmin(person, (actor) => this.#parts.groups.run(actor, call));
  }

  async shadow(person: Person, call: ShadowCall): Promise<Result<ShadowAnswer, Problem>> {
    return this.#asAdmin(person, (actor) => this.#parts.shadow.run(actor, call));
  }

  async rights(person: Person, call: RightsCall): Promise<Result<RightsAnswer, Problem>> {
    return this.#asAdmin(person, (actor) => this.#parts.rights.call(actor, call));
  }

  async listManagers(person: Person): Promise<Result<Manager[], Problem>> {
    return this.#asAdmin(person, () => ok(this.#parts.roles.list()));
  }

  async checkOrigin(person: Person): Promise<Result<null, Problem>> {
    return this.#asAdmin(person, async () => {
      await this.#parts.origin.ask(this.#parts.config);
      return ok(null);
    });
  }

  async makeToken(person: Person, wish: TokenWish): Promise<Result<{ token: string; row: TokenRow }, Problem>> {
    return this.#asAdmin(person, (actor) => this.#parts.tokens.make(actor, wish));
  }

  async listTokens(person: Person): Promise<Result<TokenRow[], Problem>> {
    const { tokens, native } = this.#parts;
    return this.#asAdmin(person, () => ok(tokens.list().map((row) => ({ ...row, people: native.list(row.id) }))));
  }

  async revokeToken(person: Person, id: string): Promise<Result<TokenRow[], Problem>> {
    return this.#asAdmin(person, (actor) => this.#parts.tokens.revoke(actor, id));
  }

  async records(person: Person, call: RecordsCall): Promise<Change<RecordsAnswer>> {
    return this.#admin.records(this.#judged(person), call);
  }

  // Programs and the platform: the door has read their token, or asks for none.

  async scim(actor: Person, call: ScimCall): Promise<Result<ScimAnswer, ScimFault>> {
    return this.#parts.scim.run(actor, call);
  }

  async tokenKey(): Promise<string> {
    return this.#parts.tokens.key();
  }

  async useToken(id: string, hash: string): Promise<TokenRow | null> {
    return this.#parts.tokens.use(id, hash);
  }

  async vitals(): Promise<Vitals> {
    return this.#admin.vitals();
  }

  async readMetrics(): Promise<MetricsReading> {
    const { host } = this.#parts;
    host.run({ type: "tick" });
    const { ledger, outbox, alerts, meter } = host.load();
    return readMetrics(ledger, outbox, alerts.view.waiting, meter.read(), host.now);
  }

  async settleReceiver(id: string, act: "confirm" | "stop"): Promise<boolean> {
    const { host } = this.#parts;
    return host.transact(() => {
      const { alerts, outbox } = host.load();
      return settleReceiver(alerts, outbox, id, act, host.now);
    });
  }

  /**
   * A9: what `call` answers, where the person may administer by the rights that the tenant knows; everybody else is
   * refused. `isScoped` lets in managers of pools, too, where the call tells or changes nothing beyond their people (A13).
   */
  async #asAdmin<T>(
    person: Person,
    call: (actor: Person) => Result<T, Problem> | Promise<Result<T, Problem>>,
    isScoped: (actor: Person) => boolean = () => false,
  ): Promise<Result<T, Problem>> {
    const actor = this.#judged(person);
    return mayAdminister(actor.role) || isScoped(actor) ? await call(actor) : err(NOT_YOURS);
  }

  /** I13: what a person may do is for the tenant to say, whatever came along. */
  #judged(person: Person): Person {
    return this.#parts.rights.judge(person);
  }

  /** Ends what is due, delivers the outbox. */
  override async alarm(): Promise<void> {
    await this.#parts.host.alarm(() => this.#parts.runDue());
  }
}
