/** Where the person stands, told to the browser's other tabs of this CRM, and heard of from them. */

import type { Status } from "../../../../shared/protocol.ts";
import { TAB_CHANNEL } from "../../../../shared/reserved-path.ts";

export interface StandingChannel {
  tell(status: Status): void;
  /** The person has left the line: no tab is to wait any more. */
  tellLeft(): void;
  /** How long ago another tab told; ms. */
  heardAgeMs(): number;
}

export function openStandingChannel(hear: (status: Status) => void, hearLeft: () => void): StandingChannel {
  let heardAt = Number.NEGATIVE_INFINITY;
  let channel: BroadcastChannel | null = null;
  try {
    channel = new BroadcastChannel(TAB_CHANNEL);
    channel.onmessage = ({ data }: MessageEvent) => {
      if (data?.kind === "left") return hearLeft();
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
    tellLeft: () => channel?.postMessage({ kind: "left" }),
    heardAgeMs: () => performance.now() - heardAt,
  };
}
