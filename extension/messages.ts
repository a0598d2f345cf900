/**
 * What the parts of the extension say to each other inside the browser. Plain types: the content script
 * carries no schemas; the background checks what it is sent (background/message-schemas.ts).
 */
import type { DenialReason } from "../shared/denial.ts";
import type { ClientId, TabId } from "../shared/ids.ts";
import type { NotAskedReason } from "../shared/nudge.ts";
import type { Status } from "../shared/protocol.ts";
import type { WhySaid } from "../shared/why.ts";

/** Why a seat is gone, as the overlay tells it apart. */
export type GoneReason = "released" | "handed_over" | "released_here" | "idle" | "evicted" | "ended";

/** L16: what came of asking a holder. */
export type Asked = "asked" | "kept" | "given" | NotAskedReason;

/** What one tab shows over the CRM's page. Durations in ms from the moment it is sent. */
export type View =
  | { show: "nothing" }
  /** L4: the seat ends soon unless the person does something. */
  | { show: "warning"; endsInMs: number }
  /** Q4: something that everybody who works is told, until the person has read it. */
  | { show: "announcement"; id: string; text: string; closed?: { from: number; until: number } }
  /** L16: somebody waits and asks for the seat. `recalled` (L29): it was lent, and goes back. */
  | { show: "nudge"; answerInMs: number; by: string | null; recalled?: boolean }
  /** L31: a planned closing begins soon; why, where anything was said. */
  | { show: "closing"; beginsInMs: number; text: string }
  /** X4: the seat is gone. */
  | {
      show: "gone";
      reason: GoneReason;
      /** Who freed it, and what that person wrote. */
      by: string | null;
      note: string | null;
      /** "Continue working" was pressed and the answer is awaited. */
      asking: boolean;
      /** L11: somebody who is not counted: no seat has to be free. */
      always?: boolean;
    }
  /** L15: none is free; the person waits in line and goes on by itself. */
  | {
      show: "full";
      reason: DenialReason;
      limit: number;
      inUse: number;
      /** L25: what the two count. */
      measure: NonNullable<Status["measure"]>;
      /** A line is open to somebody refused for this reason. */
      canWait: boolean;
      contact: string;
      /** L31: when it opens again, by this machine's clock, and why it is closed. */
      opensAt?: number;
      closedFor?: string;
      /** Place in line, 1 is the head; null while not known. */
      position: number | null;
      waits: boolean;
      asking: boolean;
      /** About how long yet; null: nobody can say. */
      estimateMs?: number | null;
      /** L16: a holder may be asked; what came of it, and how long that person has to answer yet. */
      mayAsk?: boolean;
      asked?: Asked | null;
      answerInMs?: number | null;
    };

/** From a content script; the background takes nothing else from a page. */
export type PageMessage =
  /** A CRM document is open. Said again when it turns out to be a refusal page (G5). */
  | { kind: "hello"; tab: TabId; refusal: boolean }
  /** The person did something in this tab so long ago (X1: an age, nothing of what it was). */
  | { kind: "active"; ageMs: number }
  /** The document is being left for another of the CRM's own; `on` false: no longer. */
  | { kind: "moves"; on: boolean }
  /** The document has said goodbye before it unloads; a question of the page may still keep it. */
  | { kind: "leaves" }
  /** The document goes. */
  | { kind: "bye"; tab: TabId }
  /** "Continue working" was pressed. */
  | { kind: "continue" }
  /** L16: keep the seat, or give it to the person who asks; ask a holder. */
  | { kind: "answer_nudge"; keep: boolean }
  | { kind: "ask" }
  /** Q4. */
  | { kind: "announcement_read"; id: string }
  /** L15: out of the line. */
  | { kind: "leave_line" }
  /** L19: "Why?" was opened; the answer is what the seat service says. */
  | { kind: "why" }
  /** G5: a request of the page was refused, so the seat may be gone. */
  | { kind: "refused" }
  /** P7: something has changed for the person; the seat service says what, once asked. */
  | { kind: "news" }
  /** Does the background do this document's work? (G8) */
  | { kind: "speaks" }
  /** The overlay waits: the background may have been stopped and is to go on. */
  | { kind: "waiting" };

/** From the extension's own pages. */
export type OwnMessage =
  /** The popup is open: ask the seat service again. */
  | { kind: "refresh"; origin: string }
  | { kind: "release"; origin: string }
  /** On the tab in front alone. */
  | { kind: "release_tab"; origin: string; browserTab: number }
  /** "Continue working"; with a tab that was released by itself, in that one. */
  | { kind: "resume"; origin: string; browserTab?: number | undefined }
  /** L16. */
  | { kind: "nudge"; origin: string }
  | { kind: "answer_nudge"; origin: string; keep: boolean }
  /** L32. `to`: as the wire takes it. */
  | { kind: "hand_over"; origin: string; to: string }
  /** Out of the line. */
  | { kind: "leave"; origin: string }
  /** L19. */
  | { kind: "why"; origin: string };

/** What `hello` is answered with. */
export interface Welcome {
  client: ClientId;
  /** The id under which the document says goodbye. */
  tab: TabId;
  view: View;
}

/** What `why` is answered with; null: the seat service does not say. */
export type Why = { why: WhySaid | null };

/** What `refused` is answered with: whether the person has had a seat while this document was there (G11). */
export interface Refused {
  hadSeat: boolean;
}

/** What `speaks` is answered with. */
export interface Speaks {
  speaks: boolean;
}

/** What `active` is answered with from a tab whose document is not known: it says hello again. */
export type Unknown = "hello?";

/** From the background to the top frame of a tab. */
export type TabMessage =
  | { kind: "view"; view: View }
  /**
   * Make this call of the seat service with the page's own cookies (Firefox's containers keep them from the background).
   * `body` is JSON; null: none.
   */
  | { kind: "relay"; name: RelayName; body: string | null };

/** What may be relayed: the document adds the address of its own CRM, and nothing else. */
export const RELAYED = [
  "status",
  "heartbeat",
  "release",
  "claim",
  "hand-back",
  "wait",
  "leave",
  "nudge",
  "answer-nudge",
  "hand-over",
  "explain",
] as const;
export type RelayName = (typeof RELAYED)[number];

/** An answer of the seat service, as the document read it; null: none came. */
export type Relayed = { status: number; type: string; text: string } | null;
