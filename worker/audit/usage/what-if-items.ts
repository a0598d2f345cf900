/** R3: past days at other settings as items: what happened, and the same days replayed. */
import { MINUTE_MS } from "../../../shared/durations.ts";
import type { ItemOf } from "../../../shared/read-protocol.ts";
import { share } from "../item-values.ts";
import type { Replay } from "./what-if.ts";
import type { WhatIfFound, WhatIfNow } from "./what-if-query.ts";

export function whatIfItems(
  { limit, idleTimeoutMs }: Pick<WhatIfNow, "limit" | "idleTimeoutMs">,
  found: WhatIfFound,
): ItemOf<"whatIf">[] {
  const { days, asked, real, today, tried, pool } = found;
  const none = { limit: null, idleMinutes: null, group: null, reserved: null, most: null };
  const now = { ...none, limit, idleMinutes: Math.round(idleTimeoutMs / MINUTE_MS) };
  const row = (what: ItemOf<"whatIf">["what"], settings: typeof none | typeof now, replay: Replay) => ({
    what,
    ...settings,
    days,
    leftOut: asked - days,
    denials: replay.denials,
    peak: replay.peak,
    waitedMinutes: share(replay.waitedMs, MINUTE_MS),
    lostMinutes: share(replay.lostMs, MINUTE_MS),
  });
  return [
    row("happened", none, real),
    row("today", now, today),
    {
      ...row("tried", { ...now, limit: found.limit, idleMinutes: found.minutes }, tried),
      group: pool?.group ?? null,
      reserved: pool?.reserved ?? null,
      most: pool?.most ?? null,
    },
  ];
}
