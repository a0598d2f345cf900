/**
 * What the doors (gate, api, admin) may ask of a tenant's object. The Durable Object `TenantSeats`
 * offers exactly these calls over RPC; tests give a fake. All times are ages or absolute ms of the
 * Worker's clock; nothing here comes from a client unparsed.
 */
import type { DenialReason, EndingCause } from "../../shared/denial.ts";
import type { ClientId, HolderId, SessionKey, TabId } from "../../shared/ids.ts";
import type { Problem } from "../../shared/problem.ts";
import type { Heartbeat, Status } from "../../shared/protocol.ts";
import type { Result } from "../../shared/result.ts";

/** Hotseat's roles, lowest first (I4). */
export const ROLES = ["user", "licence_manager", "admin", "support"] as const;
export type Role = (typeof ROLES)[number];

/** A person as confirmed by the CRM. */
export interface Person {
  id: HolderId;
  name: string;
  email: string | null;
  role: Role;
}

/**
 * What made the person want a seat (L8, G4). `navigation`: the person went to a page. `reload`: a navigation
 * that no person made. `background`: a page's own request. `button`, `activity`: see protocol `Claim`.
 */
export type Act = "navigation" | "reload" | "background" | "button" | "activity";

export interface ClaimCall {
  person: Person;
  session: SessionKey;
  act: Act;
  /** G8: a navigation or an unsafe method, seen by the gate: activity of the person. */
  active: boolean;
  /** Kind of client, for the records: a short word such as "browser" or "extension". */
  clientKind: string;
}

/** What the gate signs into a pass. `until` is ms of the Worker's clock, `clockSkewMs` before the seat could be free. */
export interface PassGrant {
  serial: number;
  until: number;
}

export interface Denied {
  reason: DenialReason;
  limit: number;
  inUse: number;
  /** Place in line, 1 is the head; null when not in line. */
  position: number | null;
  ended: { cause: EndingCause; ageMs: number; by: string | null; note: string | null } | null;
}

export type ClaimAnswer = { granted: true; pass: PassGrant; exempt: boolean } | { granted: false; denied: Denied };

/** A pass that the browser gives back with its request, verified by the door; null when it showed none. */
export type HandedBack = { session: SessionKey; serial: number } | null;

/** `Status` plus whether the door should clear the pass cookie of this browser. */
export interface StatusAnswer {
  status: Status;
  clearPass: boolean;
}

/** Who a call of the API is for: from the who cookie. */
export interface Caller {
  person: Person;
  session: SessionKey;
}

export interface HolderRow {
  id: HolderId;
  name: string;
  email: string | null;
  role: Role;
  exempt: boolean;
  sinceAgeMs: number;
  activeAgeMs: number;
  tabs: number;
  clients: number;
}

export interface AdminView {
  tenant: { name: string; contact: string };
  /** Grows with every change of settings; a change names the version it was made from. */
  version: number;
  limit: number;
  inUse: number;
  overBy: number;
  /** Seats of ended leases whose passes are still out (L9). */
  draining: number;
  idleTimeoutMs: number;
  holders: HolderRow[];
  waiting: { id: HolderId; name: string; sinceAgeMs: number; offered: boolean }[];
}

export type Change<T = AdminView> = Result<T, Problem>;

export interface TenantCalls {
  /** The gate's question, and the extension's "Continue working". */
  claim(call: ClaimCall): Promise<ClaimAnswer>;
  heartbeat(caller: Caller, beat: Heartbeat): Promise<StatusAnswer>;
  bye(caller: Caller, client: ClientId, tab: TabId, handedBack: HandedBack): Promise<StatusAnswer>;
  release(caller: Caller, client: ClientId | null, tab: TabId | null, handedBack: HandedBack): Promise<StatusAnswer>;
  handBack(caller: Caller, handedBack: HandedBack): Promise<StatusAnswer>;
  /** Joins the line (or stays in it) and answers when the person's standing changes, at the latest after `waitPollMs`. */
  wait(caller: Caller): Promise<StatusAnswer>;
  leave(caller: Caller): Promise<StatusAnswer>;
  status(caller: Caller): Promise<StatusAnswer>;
  /** Logout seen by the gate: this session is over. */
  signOut(holder: HolderId, session: SessionKey): Promise<void>;
  /**
   * G7: answers "ended" once the holder's lease has ended (at once if there is none), or "again" after some
   * time with the lease still there, to be asked anew.
   */
  watch(holder: HolderId): Promise<"ended" | "again">;
  /** Only for licence managers, admins and support; others get problem `forbidden`. */
  adminView(actor: Person): Promise<Change>;
  setLimit(actor: Person, limit: number, version: number): Promise<Change>;
  setIdleTimeout(actor: Person, idleTimeoutMs: number, version: number): Promise<Change>;
  evict(actor: Person, holder: HolderId, note: string): Promise<Change>;
}
