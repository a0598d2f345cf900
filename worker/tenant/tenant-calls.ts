/**
 * What the doors (gate, api, admin) may ask of a tenant's object. The Durable Object `TenantSeats`
 * offers exactly these calls over RPC; tests give a fake. All times are ages or absolute ms of the
 * Worker's clock; nothing here comes from a client unparsed.
 */

import type { DenialReason } from "../../shared/denial.ts";
import type { BindingId, ClientId, HolderId, SessionKey, TabId } from "../../shared/ids.ts";
import type { Problem } from "../../shared/problem.ts";
import type { Heartbeat, Status } from "../../shared/protocol.ts";
import type { Result } from "../../shared/result.ts";
import type { Act, Denied, PassGrant } from "../ledger/command.ts";
import type { Fullness } from "../ledger/fullness.ts";
import type { OverVia } from "../ledger/over.ts";
import type { Person, Role } from "../ledger/person.ts";
import type { Explanation } from "../ledger/read/explain.ts";
import type { RequestAnswer, RequestKind, SeatRequest } from "../ledger/requests.ts";
import type { Settings, SettingsChange } from "../ledger/settings/settings.ts";
import type { RecordsAnswer, RecordsCall } from "./audit/records-calls.ts";
import type { GroupsAnswer, GroupsCall } from "./groups/group-calls.ts";
import type { GateCounts } from "./metrics/gate-counts.ts";
import type { MetricsReading } from "./metrics/metrics-reading.ts";
import type { RightsAnswer, RightsCall } from "./rights/rights-calls.ts";
import type { ScimAnswer, ScimCall, ScimFault } from "./scim/scim-calls.ts";
import type { ShadowAnswer, ShadowCall } from "./shadow/shadow-calls.ts";
import type { TokenRow } from "./tokens/token.ts";
import type { Warning } from "./warnings.ts";

export type { Act, Denied, PassGrant } from "../ledger/command.ts";
export type { Measure } from "../ledger/fullness.ts";
export { hasPages, isPoolManager, mayAdminister, type Person, ROLES, type Role } from "../ledger/person.ts";
export type { Settings } from "../ledger/settings/settings.ts";

export interface ClaimCall {
  person: Person;
  session: SessionKey;
  /**
   * L9: the id in the browser's `__Host-hotseat-jar` cookie, or a new random one that the door sets with the
   * pass, in one answer only: of requests that share a call, one carries the cookies. The pass is bound to it
   * and admits only beside it. So a hand-back, whose answer takes the binding cookie away, also kills passes that
   * are still on their way in slower answers.
   */
  binding: BindingId;
  act: Act;
  /** G8: a navigation or an unsafe method, seen by the gate: activity of the person. */
  active: boolean;
  /** L17: only a seat that is reserved for the person's pools will do. */
  reservedOnly?: boolean;
  /** The person is as a cookie or an integration tells, not as the CRM has just confirmed. */
  isRemembered?: boolean;
  /** I9: when the CRM said so, in ms of the gate's clock; left out: just now. */
  identifiedAt?: number;
  /** Kind of client, for the records: a short word such as "browser" or "extension". */
  clientKind: string;
  /** M2: what the isolate that asks has counted since it last asked. */
  gate?: GateCounts;
}

export type ClaimAnswer =
  | {
      granted: true;
      pass: PassGrant;
      exempt: boolean;
      /** L14: the tenant is charged by the number of the CRM's records, and wants it. */
      wantsRecords?: boolean;
    }
  /**
   * `isStale` (I9): the session was signed out since the CRM said whose it is, which is to be asked again; `endedAt`: when, in
   * ms of the object's clock.
   */
  | { granted: false; denied: Denied; isStale?: boolean; endedAt?: number };

export interface StatusAnswer {
  status: Status;
  /** L9: the door takes pass and binding out of this browser, for a receipt. */
  letsGo: boolean;
}

/**
 * I9: null: nothing was done, for the caller's session was signed out since the CRM said whose it is. No error: of one that
 * comes out of the object nothing but a text is left, and the platform logs it as uncaught.
 */
export type Known<T> = T | null;

/** What a signed pass says. */
export interface ShownPass {
  holder: HolderId;
  session: SessionKey;
  binding: BindingId;
}

/** Who a call of the API is for: from the identity cookie. */
export interface Caller {
  person: Person;
  session: SessionKey;
  /** I9: when the CRM said whose the session is, in ms of the gate's clock; left out: just now. */
  identifiedAt?: number;
}

/** By what the holders are sorted. */
export const SORT_KEYS = ["name", "since", "active", "tabs", "browsers", "pool"] as const;
export type SortKey = (typeof SORT_KEYS)[number];

/** Which holders, and how many: a house of 5,000 is not sent to show a hundred. */
export interface PeopleAsk {
  /** Words that the name, the address, the CRM's key or a pool holds, without case and accents; empty: all. */
  search: string;
  sort: SortKey;
  descending: boolean;
  /** From 1; a page after the last is the last. */
  page: number;
  /** 0 with page 1: nobody. */
  size: number;
}

/** For pages that show no holders. */
export const NO_PEOPLE: PeopleAsk = { search: "", sort: "since", descending: true, page: 1, size: 0 };

/** Somebody whom the tenant has met. */
export interface KnownPerson {
  id: HolderId;
  name: string;
  email: string | null;
}

export interface WaitingRow {
  id: HolderId;
  name: string;
  email: string | null;
  sinceAgeMs: number;
  /** 1 is the head. */
  position: number;
  offered: boolean;
  /** How long an offered seat is still held. */
  offeredForMs: number | null;
  /** L2: what keeps them waiting at this moment; null for a person who is offered a seat. */
  reason: DenialReason | null;
}

export interface HolderRow {
  id: HolderId;
  name: string;
  email: string | null;
  role: Role;
  exempt: boolean;
  /** L14: by a licence of the person's own. */
  named: boolean;
  /** L24, L28: there was no seat for them by the limit, why, and for how long that is so; null: the seat is the limit's. */
  over: { via: OverVia; reason: DenialReason; sinceAgeMs: number } | null;
  /** L17: names of the pools that are for the person. */
  pools: string[];
  sinceAgeMs: number;
  activeAgeMs: number;
  tabs: number;
  clients: number;
}

/** A group of the CRM, how many people of it the tenant knows, and the names of some. */
export interface KnownGroup {
  name: string;
  people: number;
  names: string[];
}

export interface AdminView {
  /** A13: names of the pools of whose people alone this is; null: of everybody. */
  scope: string[] | null;
  tenant: { name: string; contact: string };
  /** Grows with every change of settings; a change names the version it was made from. */
  version: number;
  limit: number;
  /** L14, L17: what holds now of limit, boosts and pools, and until when; null: no end is set. */
  effective: { limit: number; pools: string[]; until: number | null };
  inUse: number;
  overBy: number;
  /** L24, L28: people beyond the limit, by what lets them in. */
  over: Record<OverVia, number>;
  /** L28: seat time beyond the limit in this month of the tenant's, or since it was first counted; ms. */
  overdraftUsedMs: number;
  /** L14: how full the tenant is by its licence model; `inUse`, `effective.limit` and `overBy` are from it. */
  full: Fullness;
  /** L17: of the free seats, those that only people of these pools may take. */
  kept: { seats: number; pools: string[] };
  /** Seats of ended leases whose passes are still out (L9). */
  draining: number;
  idleTimeoutMs: number;
  settings: Settings;
  /** How many have a lease; of them exempt, and with a licence of their own. */
  seated: number;
  exempt: number;
  named: number;
  /** How many holders fit what was asked, on how many pages, and which page this is. */
  found: number;
  pages: number;
  page: number;
  holders: HolderRow[];
  /** How many stand in line; `waiting` are the first of them where holders were asked for by the page. */
  queue: number;
  waiting: WaitingRow[];
  /** L17: groups of the CRM that people here were seen in; none where holders were asked for by the page. */
  groups: KnownGroup[];
  /** A11: what is out of order. */
  warnings: Warning[];
  /** R1: refusals that began since midnight of the tenant's time zone. */
  refusedToday: number;
  /** L24: those that would have been, had the limit been enforced. */
  sparedToday: number;
}

/** A12: somebody who has more rights than a user, or had. */
export interface Manager {
  id: HolderId;
  name: string;
  role: Role;
  /** Through what: `list`, `role:NAME` or `group:NAME` of the CRM; null: the gate did not say. */
  through: string | null;
  /** ms; the last to the hour. */
  since: number;
  seenAt: number;
  /** ms; null: has the role still, as far as it is known. */
  lostAt: number | null;
  /** A13: ids of the pools that the right is limited to; null: it is not. */
  pools: string[] | null;
}

/** `now`: of a change made from an older version, how things stand instead; nobody has to ask again. */
export type ChangeFault = Problem & { now?: AdminView };
export type Change<T = AdminView> = Result<T, ChangeFault>;

/** A socket or stream of a CRM session that is open through the gate. */
export interface OpenSocket {
  session: SessionKey;
  /** The person has worked on it since the last word. */
  active: boolean;
}

/** R2: how a tenant's records stand. */
export interface Vitals {
  /** ms since the chain was found divided from D1's; null: never. */
  dividedAgeMs: number | null;
  /** Rows that wait for D1, and ms since the oldest was written. */
  waiting: number;
  waitingMs: number;
  /** Whether the records are on their way to another database. */
  moving: boolean;
}

/** A `watch` is answered at the latest after this, to be asked again. */
export const WATCH_MS = 25_000;

/** Q1: so many more seats, or a limit of so many; why, as typed. */
export type SeatWish = Pick<SeatRequest, "count" | "note">;

export interface TenantCalls {
  /** The gate's question, and the extension's "Continue working". */
  claim(call: ClaimCall): Promise<ClaimAnswer>;
  /** A beat of a client with tabs. Answers the `Status` as JSON. */
  heartbeat(caller: Caller, beat: Heartbeat): Promise<Known<string>>;
  /**
   * The same with the JSON of both, `said` as the client sent it; null, and nothing is done: `said` is no beat of a client
   * with tabs, or see `Known`; `heartbeat` tells which. A heartbeat is most of all that is ever asked, and text crosses to
   * the object for less than a value does.
   */
  heartbeatText(caller: string, said: string): Promise<string | null>;
  /** A beat that says that no tab is left (L6). */
  lastHeartbeat(caller: Caller, beat: Heartbeat): Promise<Known<StatusAnswer>>;
  bye(caller: Caller, client: ClientId, tab: TabId): Promise<Known<StatusAnswer>>;
  release(caller: Caller, client: ClientId | null, tab: TabId | null): Promise<Known<StatusAnswer>>;
  /** L9: the holder's browser of this binding has shown that it no longer has the binding. `askedAt`: see the command. */
  handBack(holder: HolderId, binding: BindingId, askedAt: number): Promise<void>;
  /**
   * Joins the line and answers at once; in the line already, answers when the person's standing or place changes, at
   * the latest after `waitPollMs`.
   */
  wait(caller: Caller): Promise<Known<StatusAnswer>>;
  leave(caller: Caller): Promise<Known<StatusAnswer>>;
  status(caller: Caller): Promise<Known<StatusAnswer>>;
  /**
   * Logout seen by the gate: this session is over. Answers until when (I9) whatever was known of it no longer counts, in ms of
   * the object's clock.
   */
  signOut(holder: HolderId, session: SessionKey): Promise<number>;
  /** Whose lease the session is of; null: no lease's. */
  holderOf(session: SessionKey): Promise<HolderId | null>;
  /**
   * G7: answers "ended" once the holder's lease has ended (at once if there is none), or "again" after some
   * time with the lease still there, to be asked again. `open`: what is open is a sign of life (L5).
   */
  watch(holder: HolderId, open?: OpenSocket): Promise<"ended" | "again">;
  /** Wakes the object, which ends what is due; resolves once it has. */
  ping(): Promise<void>;
  /** I13: the person with the role that the tenant gives them now. `caller`: who asks in their name; left out: nobody. */
  judge(person: Person, caller?: Caller): Promise<Known<Person>>;
  /** I13: the map of rights, or who gains and who loses by another. */
  rights(actor: Person, call: RightsCall): Promise<Result<RightsAnswer, Problem>>;
  /** Whether the holder has a lease now, or needs none (L24). */
  hasLease(holder: HolderId): Promise<boolean>;
  /**
   * L9: a pass is shown on a connection that an isolate does not know. True: the lease is there, a pass of this binding is
   * out, and is taken to be issued again now, so that a receipt from before takes nothing from it.
   */
  confirmPass(pass: ShownPass): Promise<boolean>;
  /** Only for licence managers, admins and support; others get problem `forbidden`. */
  adminView(actor: Person, ask?: PeopleAsk): Promise<Change>;
  /** One holder as the pages list them; null: no seat. */
  viewHolder(actor: Person, holder: HolderId): Promise<Result<HolderRow | null, Problem>>;
  /** People whom the tenant has met, by a part of name or address: at most twenty. */
  findPeople(actor: Person, search: string): Promise<Result<KnownPerson[], Problem>>;
  /** A5: the upgrade of a page that wants to be told; `liveRequest` makes it. */
  fetch(request: Request): Promise<Response>;
  setLimit(actor: Person, limit: number, version: number): Promise<Change>;
  setIdleTimeout(actor: Person, idleTimeoutMs: number, version: number): Promise<Change>;
  evict(actor: Person, holder: HolderId, note: string): Promise<Change>;
  changeSettings(actor: Person, change: SettingsChange, version: number): Promise<Change>;
  reportRecords(actor: Person, count: number): Promise<Change>;
  /** L16: asks for a seat, and answers who was asked. */
  nudge(caller: Caller): Promise<Known<Result<StatusAnswer, Problem>>>;
  answerNudge(caller: Caller, keep: boolean): Promise<Known<Result<StatusAnswer, Problem>>>;
  /** L32: gives the caller's seat to somebody who waits; `to`: see the wire. */
  handOver(caller: Caller, to: string): Promise<Known<Result<StatusAnswer, Problem>>>;
  /** Q1: asks those who may decide for more seats; the answer says where the person stands. */
  requestSeats(caller: Caller, wish: SeatWish): Promise<Known<Result<StatusAnswer, Problem>>>;
  /** Q1: the same from the administration's pages, also for a lower limit. */
  askForChange(actor: Person, wish: SeatWish & { kind: RequestKind }): Promise<Change>;
  /** Q2: carries an open request out, or declines it. */
  decideRequest(actor: Person, id: string, answer: RequestAnswer, version: number): Promise<Change>;
  /** L19. */
  explain(person: Person): Promise<Explanation>;
  /** L19, for the administration: of a person that the tenant knows. */
  explainHolder(actor: Person, holder: HolderId): Promise<Result<Explanation, Problem>>;
  /** Would the person be let in? Consumes and reserves nothing; that they would not is a refusal of that client (N4). */
  check(
    person: Person,
    clientKind: string,
  ): Promise<{ pass: boolean; denied: Denied | null; limit: number; inUse: number }>;
  /** L20: looks after the firm's own groups. */
  groups(actor: Person, call: GroupsCall): Promise<Result<GroupsAnswer, Problem>>;
  /** L33: looks after settings that are tried beside the live ones. */
  shadow(actor: Person, call: ShadowCall): Promise<Result<ShadowAnswer, Problem>>;
  /** A12: who has more rights than a user, or had. */
  listManagers(actor: Person): Promise<Result<Manager[], Problem>>;
  /** A11: looks whether the CRM answers around the gate, where that was not done of late; the view tells of it. */
  checkOrigin(actor: Person): Promise<Result<null, Problem>>;
  /** S: for a token of the policy `scim`, which the door has read. */
  scim(actor: Person, call: ScimCall): Promise<Result<ScimAnswer, ScimFault>>;
  /** The secret is in this answer and nowhere else. */
  makeToken(actor: Person, wish: TokenWish): Promise<Result<{ token: string; row: TokenRow }, Problem>>;
  listTokens(actor: Person): Promise<Result<TokenRow[], Problem>>;
  revokeToken(actor: Person, id: string): Promise<Result<TokenRow[], Problem>>;
  /** The key by which the Worker tells tokens of this tenant from forged ones (secret.ts). Never leaves the Worker. */
  tokenKey(): Promise<string>;
  /** The token of a native client, by its id and the hash of its secret; null: none that counts. */
  useToken(id: string, hash: string): Promise<TokenRow | null>;
  /** G6: how the object's records are; nothing that a stranger could use. */
  vitals(): Promise<Vitals>;
  /** M1: numbers alone, nobody's name; the door asks for a token. */
  readMetrics(): Promise<MetricsReading>;
  /** Looks after what is recorded; see records-calls.ts. */
  records(actor: Person, call: RecordsCall): Promise<Change<RecordsAnswer>>;
  /** R10: what a receiver of e-mail answered by a link that the door has read. False: there is nothing to answer any more. */
  settleReceiver(id: string, act: "confirm" | "stop"): Promise<boolean>;
}

export type TokenWish = Pick<TokenRow, "name" | "kind" | "policy">;
