/** What came of the proposed settings and of the live ones on the same traffic, folded into numbers that stay few. */
import type { DenialReason, EndingCause } from "../../../shared/denial.ts";
import { HOUR_MS } from "../../../shared/durations.ts";
import type { HolderId } from "../../../shared/ids.ts";
import { isBrief } from "../brief-refusal.ts";
import type { Event } from "../event.ts";
import type { Ledger } from "../ledger.ts";

export const DIFFERENCE_KINDS = ["kept_out", "let_in", "ended_sooner", "kept_longer"] as const;
/**
 * `kept_out`: works, and would have been refused or waiting. `let_in`: is refused or waiting, and would have worked.
 * `ended_sooner`: works, and the seat would have ended. `kept_longer`: has no seat, and would still have had it.
 */
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

/** The latest differences that are told one by one. */
export const EPISODES_MAX = 100;

/** Somebody with whom the two differed. */
export interface Episode {
  /** Empty: erased. */
  holder: HolderId | "";
  kind: DifferenceKind;
  /** Of the refusal, or of the ending. */
  reason: DenialReason | EndingCause | null;
  from: number;
}

export interface PastEpisode extends Episode {
  to: number;
}

/** What happened by one of the two. */
export interface Figures {
  /** Episodes of refusal that began, and those of them that were over within the tenant's tolerance (R1). */
  refused: number;
  brief: number;
  reasons: Partial<Record<DenialReason, number>>;
  /** Of people who then got a seat, and of people who gave up; ms. */
  waitedMs: number;
  gaveUp: number;
  lostMs: number;
  /** L24, L28: people who were let in beyond the limit. */
  beyond: number;
  /** People at work at once, at most. */
  most: number;
}

export interface HourFigures {
  /** Begins at so many hours since 1970. */
  hour: number;
  live: { refused: number; most: number };
  tried: { refused: number; most: number };
}

export interface Difference {
  /** ms of the ledger's clock; of what began before, only what came after is counted. */
  since: number;
  live: Figures;
  tried: Figures;
  kinds: Record<DifferenceKind, { count: number; ms: number }>;
  /** Those in which anybody was at work or refused; the oldest first. */
  hours: HourFigures[];
  /** The oldest first. */
  latest: PastEpisode[];
}

const noFigures = (): Figures => ({
  refused: 0,
  brief: 0,
  reasons: {},
  waitedMs: 0,
  gaveUp: 0,
  lostMs: 0,
  beyond: 0,
  most: 0,
});

export const noDifference = (since: number): Difference => ({
  since,
  live: noFigures(),
  tried: noFigures(),
  kinds: {
    kept_out: { count: 0, ms: 0 },
    let_in: { count: 0, ms: 0 },
    ended_sooner: { count: 0, ms: 0 },
    kept_longer: { count: 0, ms: 0 },
  },
  hours: [],
  latest: [],
});

/** Counts what `events` of one side say. Answers whether anything was counted. */
export function countEvents(difference: Difference, side: "live" | "tried", events: readonly Event[], ledger: Ledger) {
  const figures = difference[side];
  let counted = false;
  for (const event of events) {
    if (event.type === "denial_opened") {
      figures.refused++;
      figures.reasons[event.reason] = (figures.reasons[event.reason] ?? 0) + 1;
      hourOf(difference, event.at)[side].refused++;
    } else if (event.type === "denial_closed") {
      const waitedMs = Math.min(event.waitedMs, event.at - difference.since);
      if (event.outcome === "seated") {
        figures.waitedMs += waitedMs;
        // Only of those counted above: one that began before is not, nor is one whose beginning a crash took.
        const isCounted = waitedMs === event.waitedMs && figures.brief < figures.refused;
        if (isCounted && isBrief(event, ledger.settings.refusalToleranceMs)) figures.brief++;
      } else {
        figures.gaveUp++;
        figures.lostMs += waitedMs;
      }
    } else if (event.type === "seat_granted" && event.over !== undefined) figures.beyond++;
    else continue;
    counted = true;
  }
  return counted;
}

/** How many are at work now. Answers whether it is the most so far, of all or of the hour. */
export function countPresent(difference: Difference, side: "live" | "tried", ledger: Ledger, at: number): boolean {
  const present = ledger.inUse + ledger.over;
  const hour = hourOf(difference, at)[side];
  if (present <= hour.most) return false;
  hour.most = present;
  difference[side].most = Math.max(difference[side].most, present);
  return true;
}

function hourOf(difference: Difference, at: number): HourFigures {
  const hour = Math.floor(at / HOUR_MS);
  const last = difference.hours.at(-1);
  if (last !== undefined && last.hour >= hour) return last;
  const next: HourFigures = { hour, live: { refused: 0, most: 0 }, tried: { refused: 0, most: 0 } };
  difference.hours.push(next);
  return next;
}

type Standing = "seated" | "refused" | "away";

const standingIn = (ledger: Ledger, holder: HolderId): Standing => {
  if (ledger.leases.has(holder)) return "seated";
  return ledger.line.has(holder) || ledger.absences.get(holder)?.denial ? "refused" : "away";
};

/** How the two differ about the person now; null: not in a way that anybody would feel. */
export function differenceAbout(
  live: Ledger,
  tried: Ledger,
  holder: HolderId,
): Pick<Episode, "kind" | "reason"> | null {
  const [is, would] = [standingIn(live, holder), standingIn(tried, holder)];
  const refusal = (ledger: Ledger) => ledger.absences.get(holder)?.denial?.reason ?? null;
  const ending = (ledger: Ledger) => ledger.absences.get(holder)?.ended?.cause ?? null;
  if (is === "seated" && would === "refused") return { kind: "kept_out", reason: refusal(tried) };
  if (is === "refused" && would === "seated") return { kind: "let_in", reason: refusal(live) };
  if (is === "seated" && would === "away") return { kind: "ended_sooner", reason: ending(tried) };
  if (is === "away" && would === "seated") return { kind: "kept_longer", reason: ending(live) };
  return null;
}

export function countEpisode(difference: Difference, episode: Episode, to: number): void {
  const sum = difference.kinds[episode.kind];
  sum.count++;
  sum.ms += Math.max(0, to - episode.from);
  difference.latest.push({ ...episode, to });
  if (difference.latest.length > EPISODES_MAX) difference.latest.shift();
}

/** The numbers stay; nothing of them says whom they are about. */
export function forgetInDifference(difference: Difference, holder: HolderId): void {
  difference.latest = difference.latest.map((one) => (one.holder === holder ? { ...one, holder: "" } : one));
}
