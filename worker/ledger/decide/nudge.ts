/** L16: a waiting person asks for a seat; the holder who has been idle for longest keeps or gives. */
import { MINUTE_MS } from "../../../shared/durations.ts";
import type { HolderId } from "../../../shared/ids.ts";
import { type NotAskedReason, NUDGE_EVERY_MS } from "../../../shared/nudge.ts";
import { type Sentence, sentence } from "../../../shared/sentence.ts";
import { helpsBy, membershipOf } from "../allocation/pools.ts";
import type { Lease, Ledger } from "../ledger.ts";
import { type Decision, DONE, LET_GO, type Of } from "./decision.ts";
import { refuse } from "./settings.ts";

/** The holder has so long to answer, once asked: an idle browser hears of it with its next heartbeat. */
export const NUDGE_ANSWER_MS = MINUTE_MS;

export function decideNudge(ledger: Ledger, asker: HolderId, now: number): Decision {
  const { nudge } = ledger.settings;
  const waiting = ledger.line.get(asker);
  const person = ledger.absences.get(asker)?.person;
  if (!nudge.allowed) {
    return refuse({ code: "forbidden", says: sentence("nudgeNotAllowed") });
  }
  if (waiting === undefined || waiting.offeredUntil !== null || person === undefined) {
    return refuse({ code: "conflict", says: sentence("nudgeNotInLine") });
  }
  if (waiting.nudgedAt !== null && now - waiting.nudgedAt < NUDGE_EVERY_MS) {
    const seconds = Math.ceil((waiting.nudgedAt + NUDGE_EVERY_MS - now) / 1_000);
    return refuse({
      code: "too_soon",
      reason: "asked_already" satisfies NotAskedReason,
      says: sentence("nudgeSoon", { seconds }),
      retryAfterSeconds: seconds,
    });
  }
  const found = longestIdle(ledger, membershipOf(ledger, person), now);
  if (typeof found === "string") return refuse({ code: "conflict", reason: found, says: NOBODY[found] });
  const byName = nudge.showNames ? person.name : null;
  const until = now + ledger.timing.heartbeatEveryMs + NUDGE_ANSWER_MS;
  return {
    events: [{ type: "nudge_asked", at: now, holder: found.holder, by: asker, byName, until }],
    outcome: DONE,
  };
}

/** Why nobody can be asked. */
type Nobody = Exclude<NotAskedReason, "asked_already">;
const NOBODY: Record<Nobody, Sentence> = {
  nobody_helps: sentence("nudgeNobodyHelps"),
  at_work: sentence("nudgeAtWork"),
  asked_before: sentence("nudgeAskedBefore"),
};

/** The counted holder idle for longest, of those whose seat would help and who may be asked. */
function longestIdle(ledger: Ledger, membership: number, now: number): { holder: HolderId } | Nobody {
  const helps = helpsBy(ledger, membership);
  let found: HolderId | null = null;
  let since = now - ledger.timing.nudgeIdleMs;
  let nobody: Nobody = "nobody_helps";
  for (const [holder, lease] of ledger.leases) {
    if (lease.exempt || !helps(lease)) continue;
    const active = lastActive(lease);
    const isAway = active <= now - ledger.timing.nudgeIdleMs;
    const isLeftInPeace = lease.nudge !== null || lease.quietUntil > now;
    if (isAway && isLeftInPeace) nobody = "asked_before";
    else if (nobody === "nobody_helps") nobody = "at_work";
    if (isLeftInPeace || active > since || (active === since && found !== null)) continue;
    found = holder;
    since = active;
  }
  return found === null ? nobody : { holder: found };
}

const lastActive = (lease: Lease): number => Math.max(lease.activeAt, lease.assumedActiveAt);

export function decideAnswer(ledger: Ledger, command: Of<"answer_nudge">, now: number): Decision {
  const { holder, keep } = command;
  const lease = ledger.leases.get(holder);
  if (lease === undefined || lease.nudge === null) {
    return refuse({ code: "conflict", says: sentence("nudgeOver") });
  }
  if (keep && lease.nudge.recalled) {
    return refuse({
      code: "conflict",
      says: sentence("lentGoesBack"),
    });
  }
  if (keep) return { events: [{ type: "nudge_kept", at: now, holder }], outcome: DONE };
  return {
    events: [{ type: "lease_ended", at: now, holder, cause: "released", by: lease.person.name, note: null }],
    outcome: LET_GO,
  };
}
