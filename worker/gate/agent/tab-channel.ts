/** What a browser's tabs of one CRM say to each other. Where a browser has no such channel, each tab speaks for itself. */

import type { ClientId, TabId } from "../../../shared/ids.ts";
import { TAB_CHANNEL } from "../../../shared/own-path.ts";
import type { Status, TabPresence } from "../../../shared/protocol.ts";
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
  | { kind: "here"; to: TabId; from: TabId; client: ClientId; activeAgeMs: number | null; told: Told | null }
  | { kind: "told"; told: Told }
  /** A document goes, and said goodbye. */
  | { kind: "gone" };

export interface Here {
  tab: TabPresence;
  client: ClientId;
  /** The last that this tab knows, when its age allows to rely on it. */
  told: Told | null;
}

export interface TabChannel {
  /** Asks who else is there; null: another tab asks at the same time, and speaks for all. */
  call(): Promise<Here[] | null>;
  tell(told: Told): void;
  leave(): void;
}

export interface Heard {
  tab(): TabId;
  /** What this tab answers. */
  here(): Omit<Here, "tab"> & { activeAgeMs: number | null };
  called(): void;
  told(told: Told): void;
  gone(): void;
}

/** Tabs answer within a few ms; one that is busy for longer is told of with the next heartbeat; ms. */
const ANSWER_WITHIN_MS = 150;

export function openTabChannel(hear: Heard): TabChannel {
  let answers: Here[] = [];
  let asking: TabId | null = null;
  const channel = open((said) => {
    switch (said.kind) {
      case "call":
        // Of two that ask at once, the one with the lesser id speaks.
        if (asking !== null && said.from > asking) return;
        asking = null;
        hear.called();
        post({ kind: "here", to: said.from, from: hear.tab(), ...hear.here() });
        return;
      case "here": {
        const { from, client, activeAgeMs, told } = said;
        if (said.to === asking) answers.push({ tab: { id: from, activeAgeMs }, client, told });
        return;
      }
      case "told":
        return hear.told(said.told);
      case "gone":
        return hear.gone();
    }
  });
  const post = (said: Said) => channel?.postMessage(said);
  return {
    async call() {
      const own = hear.tab();
      answers = [];
      asking = own;
      post({ kind: "call", from: own });
      if (channel !== null) await new Promise((settle) => setTimeout(settle, ANSWER_WITHIN_MS));
      const isOurs = asking === own;
      asking = null;
      return isOurs ? answers : null;
    },
    tell: (told) => post({ kind: "told", told }),
    leave() {
      post({ kind: "gone" });
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
