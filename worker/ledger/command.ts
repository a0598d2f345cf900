/** What may be asked of a ledger, and what it answers. Imperative names; every command is one step. */
import type { DenialReason } from "../../shared/denial.ts";
import type { BindingId, ClientId, HolderId, SessionKey, TabId } from "../../shared/ids.ts";
import type { Problem } from "../../shared/problem.ts";
import type { Heartbeat } from "../../shared/protocol.ts";
import type { Ending } from "./ending.ts";
import type { Measure } from "./fullness.ts";
import type { Person, Role } from "./person.ts";
import type { RequestAnswer, RequestKind } from "./requests.ts";
import type { RightsGround } from "./settings/rights-change.ts";
import type { SettingsChange } from "./settings/settings.ts";

/**
 * What made the person want a seat (L8, G4). `navigation`: the person went to a page. `reload`: a navigation
 * that no person made. `background`: a page's own request. `button`, `activity`: see protocol `Claim`.
 */
export type Act = "navigation" | "reload" | "background" | "button" | "activity";

export type Command =
  | {
      type: "claim";
      person: Person;
      session: SessionKey;
      binding: BindingId;
      act: Act;
      active: boolean;
      clientKind: string;
      reservedOnly?: boolean;
      /**
       * The person as a cookie or an integration describes them, not as the CRM has just confirmed: judges no running
       * lease.
       */
      isRemembered?: boolean;
    }
  | { type: "heartbeat"; holder: HolderId; session: SessionKey; beat: Heartbeat }
  | { type: "close_tab"; holder: HolderId; client: ClientId; tab: TabId }
  | { type: "release"; holder: HolderId; client: ClientId | null; tab: TabId | null }
  /**
   * L9: the browser of this binding has shown that it no longer has the binding. `askedAt`: when its receipt was written, or
   * when a native client said so (ms of the Worker's clock): passes that were issued later stay out. Left out: none were.
   */
  | { type: "hand_back"; holder: HolderId; binding: BindingId; askedAt?: number }
  /** L32: the holder gives the seat to somebody who waits. */
  | { type: "hand_over"; holder: HolderId; to: HolderId }
  | { type: "sign_out"; holder: HolderId; session: SessionKey }
  | { type: "wait"; holder: HolderId }
  | { type: "leave_line"; holder: HolderId }
  | { type: "evict"; actor: Person; holder: HolderId; note: string }
  | { type: "set_limit"; actor: Person; limit: number; version: number }
  | { type: "set_idle_timeout"; actor: Person; idleTimeoutMs: number; version: number }
  /** `ground`: goes with a change of rights (I13). */
  | { type: "change_settings"; actor: Person; change: SettingsChange; version: number; ground?: RightsGround }
  | { type: "report_records"; actor: Person; count: number }
  /** Q1: a person asks those who may decide for more seats, or a manager for a lower limit. */
  | { type: "request_seats"; person: Person; kind: RequestKind; count: number; note: string }
  /** Q2: carries an open request out, or declines it. */
  | { type: "decide_request"; actor: Person; id: string; answer: RequestAnswer; version: number }
  /** L16: a waiting person asks for a seat. */
  | { type: "nudge"; holder: HolderId }
  | { type: "answer_nudge"; holder: HolderId; keep: boolean }
  /** Would the person be let in? Consumes nothing, reserves nothing. */
  | { type: "check"; person: Person }
  /** L20: the firm's own groups that these people are in from now on. */
  | { type: "regroup"; groups: ReadonlyMap<HolderId, readonly string[]> }
  /** I13: the roles that these people have from now on. */
  | { type: "rerole"; roles: ReadonlyMap<HolderId, Role> }
  /** What is remembered of somebody who has no seat and wants none is forgotten, also in the history of the settings. */
  | { type: "erase"; holder: HolderId }
  /** L5: a socket or stream of the holder's is open; `active`: there was work on it since the last such word (G8). */
  | { type: "stay"; holder: HolderId; session: SessionKey; active: boolean }
  /** Only ends what is due (L3). */
  | { type: "tick" };

/**
 * What the gate signs into a pass. `until` is ms of the Worker's clock, `clockSkewMs` before the seat could be free.
 */
export interface PassGrant {
  until: number;
}

export interface Denied {
  reason: DenialReason;
  limit: number;
  inUse: number;
  /** L25: what the two count. */
  measure?: Measure;
  /** Place in line, 1 is the head; null when not in line. */
  position: number | null;
  ended: Ending | null;
  /** L31: in so many ms the closing is over; left out: none lasts. */
  opensInMs?: number;
  /** Whom to ask, as the tenant has set it; the shell adds it. */
  contact?: string;
  /** I13: whether the person may administer, as the tenant judges; the shell adds it. */
  mayAdminister?: boolean;
}

/** A command's own answer, beside the events. Most are answered by the state afterwards alone. */
export type Outcome =
  | { type: "granted"; pass: PassGrant; exempt: boolean }
  | { type: "denied"; denied: Denied }
  | { type: "checked"; pass: boolean; denied: Denied | null }
  | { type: "refused"; problem: Problem }
  /** L9: the door takes pass and binding out of the browser that asked; what it took counts once the browser shows it. */
  | { type: "let_go" }
  | { type: "done" };
