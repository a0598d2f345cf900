/**
 * What happened. Only events change a ledger (`evolve`). Stored events survive a restart and reach the
 * records; soft ones (presence, passes) live in memory, since clients restate them: a
 * heartbeat writes no event.
 */
import type { DenialReason, EndingCause } from "../../shared/denial.ts";
import type { BindingId, ClientId, DenialId, HolderId, SessionKey, TabId } from "../../shared/ids.ts";
import type { Sentence } from "../../shared/sentence.ts";
import type { OverGrant, OverVia } from "./over.ts";
import type { Person } from "./person.ts";
import type { RequestEnd, RequestKind } from "./requests.ts";
import type { Assigned, Settings } from "./settings/settings.ts";

export interface Actor {
  id: HolderId;
  name: string;
  role: Person["role"];
}

/** What a change replaced. Of lists of people, which are long, only whom it took out and whom it put in. */
export type Replaced = Partial<Omit<Settings, "named" | "exempt">> & {
  named?: { licences: number; assigned: Assigned[]; holders: HolderId[] };
  exempt?: { exempt: Assigned[]; holders: HolderId[] };
};

export type DenialOutcome = "seated" | "gave_up";

interface Moment {
  /** ms of the tenant's own clock. */
  at: number;
  holder: HolderId;
}

export type StoredEvent =
  | (Moment & {
      type: "seat_granted";
      person: Person;
      session: SessionKey;
      exempt: boolean;
      named: boolean;
      clientKind: string;
      /** L24, L28: there was no seat by the limit; left out: there was. */
      over?: OverGrant;
    })
  /** L24, L28: a seat beyond the limit is one of the limit's from now on; `id`: of the refusal that it would have been. */
  | (Moment & { type: "seat_counted"; via: OverVia; id: DenialId | null; waitedMs: number })
  | (Moment & { type: "session_joined"; session: SessionKey })
  /** L9: the seat rests on something else than before; of a draining seat, its passes count from now on. */
  | (Moment & { type: "lease_judged"; person: Person; exempt: boolean; named: boolean })
  /** `byId`: whose name `by` is; left out: the person's own, or nobody's. `handedTo`: the seat was given to them (L32). */
  | (Moment & {
      type: "lease_ended";
      cause: EndingCause;
      by: string | null;
      byId?: HolderId;
      note: string | null;
      handedTo?: Assigned;
    })
  | (Moment & { type: "drain_ended" })
  | (Moment & {
      type: "denial_opened";
      id: DenialId;
      person: Person;
      session: SessionKey;
      reason: DenialReason;
      clientKind: string;
      limit: number;
      inUse: number;
      /** N1: a reserved seat alone was asked for; left out: any. */
      reservedOnly?: true;
    })
  /** `attempts`: of the whole episode so far, including those that were only counted. */
  | (Moment & { type: "denial_repeated"; id: DenialId; session: SessionKey; reason: DenialReason; attempts: number })
  /** R1: one more attempt, soon after another: kept in the episode, and no row of the audit. */
  | (Moment & { type: "denial_counted"; session: SessionKey; reason: DenialReason })
  | (Moment & { type: "denial_closed"; id: DenialId; outcome: DenialOutcome; waitedMs: number; attempts: number })
  | (Moment & { type: "line_joined"; rank: number })
  | (Moment & { type: "line_left"; cause: "left" | "gone" | "lapsed" })
  | (Moment & { type: "seat_offered"; until: number; over?: OverVia })
  /** L32: `actor` gives their seat to `holder`, who waits. That the actor's lease ends is an event of its own. */
  | (Moment & { type: "seat_handed_over"; actor: Actor })
  /** L29: the seat is lent, and one of the pool's people waits for it: it is given back by `until`. */
  | (Moment & { type: "seat_recalled"; until: number; pool: string })
  | (Moment & { type: "recall_ended" })
  | (Moment & { type: "absence_forgotten" })
  /** Nothing in the settings names the person any more. */
  | (Moment & { type: "person_forgotten" })
  /** What is remembered of how this person's lease ended names `of` no more. */
  | (Moment & { type: "ending_anonymized"; of: HolderId })
  /** `holder` is the actor in the changes below. */
  | (Moment & { type: "limit_changed"; actor: Actor; from: number; to: number })
  | (Moment & { type: "idle_timeout_changed"; actor: Actor; from: number; to: number })
  /** Any other change: what it is called, what of the settings it replaces, and what that was before. */
  | (Moment & {
      type: "settings_changed";
      actor: Actor;
      what: Sentence;
      patch: Partial<Settings>;
      was?: Replaced;
    })
  /** L17: a pool opened or closed, or a boost began or ended. `holder` is empty. */
  | (Moment & { type: "schedule_turned" })
  /** L14: the number of the CRM's records, and which share of the agreed number it has reached, in per cent. */
  | (Moment & { type: "records_reported"; count: number; agreed: number | null; reached: number | null })
  /** Q1: `count` seats more, or a limit of `count`. */
  | (Moment & { type: "seats_requested"; actor: Actor; id: string; kind: RequestKind; count: number; note: string })
  /** Q2: `person` is who asked. What it changed is an event of its own. */
  | (Moment & { type: "request_decided"; actor: Actor; id: string; person: Actor; end: RequestEnd; note: string })
  | (Moment & { type: "token_made"; actor: Actor; token: string; label: string; kind: string; policy: string })
  | (Moment & { type: "token_revoked"; actor: Actor; token: string; label: string })
  /** L20: a group of the firm's own. `text`: who came and went, as far as they are few. */
  | (Moment & {
      type: "group_changed";
      actor: Actor;
      group: string;
      did: "made" | "changed" | "removed" | "people";
      added: number;
      taken: number;
      text: string;
    })
  /** L20: other groups of somebody who has no seat. */
  | (Moment & { type: "person_regrouped"; firmGroups: readonly string[] })
  /** I13: another role of somebody who has no seat. */
  | (Moment & { type: "person_reroled"; role: Person["role"] })
  | (Moment & { type: "change_refused"; actor: Actor; change: Sentence; reason: Sentence });

/** What a browser was seen by: somebody's navigation, a request of a page's own, a socket or stream that is open. */
export type Seen = "navigation" | "request" | "stream";

export type SoftEvent =
  | (Moment & { type: "pass_issued"; session: SessionKey; binding: BindingId; until: number })
  | (Moment & { type: "pass_handed_back"; binding: BindingId })
  | (Moment & { type: "gate_seen"; session: SessionKey; active: boolean; by: Seen })
  | (Moment & {
      type: "client_heard";
      client: ClientId;
      session: SessionKey;
      seq: number;
      tabs: TabId[];
      /** When the person was last active, by what the client states; null: it states nothing. */
      activeAt: number | null;
    })
  | (Moment & { type: "tab_closed"; client: ClientId; tab: TabId })
  | (Moment & { type: "session_left"; session: SessionKey })
  | (Moment & { type: "waiter_heard" })
  /** L16: `by` waits and asks `holder`, who may answer until `until`. */
  | (Moment & { type: "nudge_asked"; by: HolderId; byName: string | null; until: number })
  | (Moment & { type: "nudge_kept" });

export type Event = StoredEvent | SoftEvent;

const SOFT: ReadonlySet<Event["type"]> = new Set<SoftEvent["type"]>([
  "pass_issued",
  "pass_handed_back",
  "gate_seen",
  "client_heard",
  "tab_closed",
  "session_left",
  "waiter_heard",
  "nudge_asked",
  "nudge_kept",
]);

/** Whether the shell writes this event. */
export const isStored = (event: Event): event is StoredEvent => !SOFT.has(event.type);
