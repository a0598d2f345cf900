/** Where the person stands, told to the browser's other tabs of this CRM, and heard of from them. */

import { TAB_CHANNEL } from "../../../shared/own-path.ts";
import type { Status } from "../../../shared/protocol.ts";

export interface StandingChannel {
  tell(status: Status): void;
  /** How long ago another tab told; ms. */
  heardAgeMs(): number;
}

export function openStandingChannel(hear: (status: Status) => void): StandingChannel {
  let heardAt = Number.NEGATIVE_INFINITY;
  let channel: BroadcastChannel | null = null;
  try {
    channel = new BroadcastChannel(TAB_CHANNEL);
    channel.onmessage = ({ data }: MessageEvent) => {
      const answer = data?.kind === "told" ? data.told.answer : undefined;
      if (typeof answer !== "object") return;
      heardAt = performance.now();
      hear(answer as Status);
    };
  } catch {
    // Each tab asks for itself.
  }
  return {
    tell: (answer) => channel?.postMessage({ kind: "told", told: { client: null, beat: null, answer } }),
    heardAgeMs: () => performance.now() - heardAt,
  };
}
