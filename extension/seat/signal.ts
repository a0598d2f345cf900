/** Everything that can happen to a seat, and everything it may want done. */
import type { TabId } from "../../shared/ids.ts";
import type { View } from "../messages.ts";
import type { Answer, Call } from "./call.ts";
import type { Notice } from "./seat.ts";

export type Signal =
  /** A CRM document is open in this tab of the browser. */
  | { kind: "hello"; tab: TabId; browserTab: number; refusal: boolean }
  | { kind: "active"; browserTab: number; ageMs: number }
  /** The document begins to leave for another of the CRM's own; `on` false: it stays after all, or leaves for elsewhere. */
  | { kind: "moves"; browserTab: number; on: boolean }
  /** The document in this tab has said goodbye to the seat service, and is still there. */
  | { kind: "leaves"; browserTab: number }
  /** A document goes: a navigation, a reload, or its tab is closing. */
  | { kind: "bye"; tab: TabId }
  /** The browser closed this tab, or put it out of memory. */
  | { kind: "removed"; browserTab: number }
  /** The browser's own list of tabs on CRM hosts: others are gone. */
  | { kind: "counted"; browserTabs: readonly number[] }
  /** The person turned to this tab. */
  | { kind: "looked"; browserTab: number }
  /** A request of this tab's page was refused. */
  | { kind: "refused"; browserTab: number }
  /** The person wants to go on, in this tab or anywhere. */
  | { kind: "continue"; browserTab?: number }
  | { kind: "release" }
  /** L7: on this tab alone. */
  | { kind: "release_tab"; browserTab: number }
  /** L16: ask a holder for the seat; answer one who asks. */
  | { kind: "nudge" }
  | { kind: "answer_nudge"; keep: boolean }
  /** L32: give the seat to a colleague who waits. */
  | { kind: "hand_over"; to: string }
  /** Q4: the person has read it, in one of the tabs. */
  | { kind: "announcement_read"; id: string }
  /** L15: the person no longer wants to wait. */
  | { kind: "leave" }
  | { kind: "refresh" }
  /** P7: a document has heard that something has changed; a page may say so of itself, at the price of a heartbeat. */
  | { kind: "news" }
  /** X7: the notification was pressed. */
  | { kind: "notice_pressed" }
  /** Time has passed. */
  | { kind: "tick" }
  /** The background was stopped and runs again: what was under way is lost. */
  | { kind: "woken" }
  | { kind: "answered"; number: number; answer: Answer };

export type Effect =
  | { do: "call"; number: number; call: Call }
  | { do: "tell"; browserTab: number; view: View }
  /** X7: a notification instead of the one that is open; or none any more. */
  | { do: "notify"; notice: Notice }
  | { do: "withdraw" }
  /** To the front with this tab. */
  | { do: "front"; browserTab: number };
