/** What a browser's tabs of one CRM say to each other. Where a browser has no such channel, each tab speaks for itself. */

import type { ClientId, TabId } from "../../../shared/ids.ts";
import { now } from "../../../shared/page/untouched.ts";
import type { Status } from "../../../shared/protocol.ts";
import { TAB_CHANNEL } from "../../../shared/reserved-path.ts";
import type { Link } from "./tab-seat.ts";

export interface Told {
  /** null: a refusal page tells, which is no client. */
  client: ClientId | null;
  /** Of the heartbeat that is told of; null: it was another call. */
  beat: { seq: number; tabs: TabId[]; activeAgeMs: number | null } | null;
  answer: Status | Exclude<Link, "up" | "unknown">;
}

type Said =
  /** Who is there? Asked before a heartbeat. */
  | { kind: "call"; from: TabId }
  | { kind: "here"; from: TabId; client: ClientId; activeAgeMs: number | null }
  | { kind: "told"; told: Told }
  /** A document goes, and said goodbye. */
  | { kind: "gone"; from: TabId };

/** Another tab of the browser, as it last answered. */
export interface Peer {
  id: TabId;
  client: ClientId;
  /** When the person last did something in it, and when it answered; ms of this machine's clock. */
  activeAt: number | null;
  heardAt: number;
}

export interface TabChannel {
  /**
   * Asks who else is there; null: another tab asks at the same time, and speaks for all. A tab that is too busy to
   * answer counts for as long as `keepMs` after it last did.
   */
  call(keepMs: number): Promise<Peer[] | null>;
  tell(told: Told): void;
  leave(): void;
}

export interface Heard {
  tab(): TabId;
  /** What this tab answers. */
  here(): { client: ClientId; activeAgeMs: number | null };
  called(): void;
  told(told: Told): void;
  gone(): void;
}

/** Tabs that are not busy answer within a few ms; ms. */
const ANSWER_WITHIN_MS = 150;

export function openTabChannel(hear: Heard): TabChannel {
  const peers = new Map<TabId, Peer>();
  let asking: TabId | null = null;
  const channel = open((said) => {
    switch (said.kind) {
      case "call":
        // Of two that ask at once, the one with the lesser id speaks.
        if (asking !== null && said.from > asking) return;
        asking = null;
        hear.called();
        post({ kind: "here", from: hear.tab(), ...hear.here() });
        return;
      case "here": {
        // Heard by every tab, whichever has asked: each may be the next to speak.
        const { from, client, activeAgeMs } = said;
        const heardAt = now();
        peers.set(from, { id: from, client, activeAt: activeAgeMs === null ? null : heardAt - activeAgeMs, heardAt });
        return;
      }
      case "told":
        return hear.told(said.told);
      case "gone":
        peers.delete(said.from);
        return hear.gone();
    }
  });
  const post = (said: Said) => channel?.postMessage(said);
  return {
    async call(keepMs) {
      const own = hear.tab();
      asking = own;
      post({ kind: "call", from: own });
      if (channel !== null) await new Promise((settle) => setTimeout(settle, ANSWER_WITHIN_MS));
      const isOurs = asking === own;
      asking = null;
      if (!isOurs) return null;
      const from = now() - keepMs;
      for (const [id, { heardAt }] of peers) if (heardAt < from) peers.delete(id);
      return [...peers.values()];
    },
    tell: (told) => post({ kind: "told", told }),
    leave() {
      post({ kind: "gone", from: hear.tab() });
      // An open channel would keep the page out of the back-forward cache.
      channel?.close();
    },
  };
}

function open(hear: (said: Said) => void): BroadcastChannel | null {
  try {
    const channel = new BroadcastChannel(TAB_CHANNEL);
    channel.onmessage = ({ data }: MessageEvent<Said>) => hear(data);
    return channel;
  } catch {
    return null;
  }
}
