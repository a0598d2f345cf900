/** What the doors may ask of a tenant's object about its records. */

import type { HolderId } from "../../../shared/ids.ts";
import type { Sentence } from "../../../shared/sentence.ts";
import type { HeadsView } from "../../audit/signed-head.ts";
import type { Tag } from "../../i18n/tag.ts";
import type { AlertKind } from "../alerts/alert-watch.ts";
import type { ReceiverKind } from "../alerts/receiver.ts";
import type { Costly } from "../rate-limit.ts";

export type RecordsCall =
  /** How far the chain goes, and how much of it waits for D1. */
  | { do: "head" }
  /** A10: before what is costly; `too_soon` says when it may be asked for again. */
  | { do: "spend"; on: Costly }
  /** After D1 was restored to an earlier moment: deliver everything of the last seven days once more. */
  | { do: "replay" }
  /** Forget who a person is, for good; the audit keeps an opaque word. */
  | { do: "erase"; holder: HolderId }
  /** R4: whom to tell of what. */
  | ({ do: "add_receiver" } & ReceiverWish)
  /** R8: a new secret, told this once; the one before signs beside it for a day. */
  | { do: "rotate_secret"; id: string }
  /** R8: after it was turned off for taking nothing. */
  | { do: "resume_receiver"; id: string }
  | { do: "remove_receiver"; id: string }
  | { do: "set_near"; percent: number }
  /** Sends a message at once, or the question again to an address that has not answered it, and answers when it was taken; `out_of_range` says why it was not. */
  | { do: "test_receiver"; id: string };

export interface ReceiverWish {
  kind: ReceiverKind;
  url: string;
  on: readonly AlertKind[];
  /** R8: every event of the audit, and whether with people's names. */
  events?: boolean;
  names?: boolean;
  /** R9: the signed head of each day. */
  heads?: boolean;
  /** R10: the report on each month. */
  report?: boolean;
  /** In which messages are written. */
  language?: Tag;
  /** R10: origin of the tenant's pages, for the links in e-mail. */
  site?: string;
}

/** R4: receivers as the pages show them. */
export interface AlertsView {
  /** From which share of the limit on it counts as nearly reached, in percent. */
  nearPercent: number;
  /** R10: whether the operator has set a way for e-mail. */
  canMail: boolean;
  hooks: {
    id: string;
    kind: ReceiverKind;
    url: string;
    on: AlertKind[];
    events: boolean;
    names: boolean;
    heads: boolean;
    report: boolean;
    /** Whether it has a secret. */
    signed: boolean;
    /** R10: whether it wants messages; only one of e-mail is asked. */
    confirmed: boolean;
    /** Events that wait for it. */
    lag: number;
    /** What became of the last message; null: none was sent. `fault`: a text is of an earlier release; `off`: it was turned off then. */
    last: { at: number; fault: Sentence | string | null; since?: number | undefined; off?: number | undefined } | null;
  }[];
  /** Messages that wait to be sent or sent again. */
  waiting: number;
}

export interface RecordsAnswer {
  /** The newest row of the chain. */
  head: { seq: number; hash: string };
  /** Rows that wait for D1. */
  lag: number;
  alerts: AlertsView;
  heads: HeadsView;
  /** Told once, when a receiver was added whose messages are signed. */
  secret?: string;
}
