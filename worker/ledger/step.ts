/** One command, whole: end what is due (L3), decide, evolve, offer free seats to the line (L15). */

import { judgeAll } from "./allocation/judge.ts";
import { nextRecall } from "./allocation/lending.ts";
import { nextGiven, nextOwed, nextToCount, nextToSeat } from "./allocation/next-to-seat.ts";
import { countWithin } from "./allocation/overdraft.ts";
import { nextToShut } from "./closing.ts";
import type { Command, Outcome } from "./command.ts";
import type { Decision } from "./decide/decision.ts";
import { decide } from "./decide/index.ts";
import type { Event } from "./event.ts";
import { evolve } from "./evolve/index.ts";
import type { Ledger } from "./ledger.ts";
import { dueAt, endOf } from "./time/expiry.ts";

export interface Step {
  events: Event[];
  outcome: Outcome;
  /** ms of the ledger's clock. */
  at: number;
}

/**
 * Applies `command` to `ledger` in place at `now` (ms). A clock that steps back is held at the latest
 * moment seen (L18). Returns every event in order, and the command's answer.
 */
export function step(ledger: Ledger, command: Command, now: number): Step {
  return stepBy(ledger, now, (at) => decide(ledger, command, at));
}

/** The same with what `decideAt` decides, which is asked once everything due has ended. */
export function stepBy(ledger: Ledger, now: number, decideAt: (at: number) => Decision): Step {
  const at = Math.max(now, ledger.lastAt);
  const events: Event[] = [];
  const happen = (event: Event) => {
    evolve(ledger, event);
    events.push(event);
  };
  endDue(ledger, at, happen);
  offerFreeSeats(ledger, at, happen);
  const decision = decideAt(at);
  for (const event of decision.events) {
    happen(event);
    for (const judged of judgeAll(ledger, event)) happen(judged);
  }
  // A heartbeat may state an activity that lies so far back that the lease is due at once.
  endDue(ledger, at, happen);
  offerFreeSeats(ledger, at, happen);
  return { events, outcome: decision.outcome, at };
}

function endDue(ledger: Ledger, now: number, happen: (event: Event) => void): void {
  for (let entry = ledger.deadlines.takeDue(now); entry !== null; entry = ledger.deadlines.takeDue(now)) {
    const due = dueAt(ledger, entry.kind, entry.holder);
    if (due === null) continue;
    // What was put off takes its turn again, so that things end in the order in which they are due.
    if (due > entry.at) ledger.deadlines.ensure(entry.kind, entry.holder, due);
    else happen(endOf(ledger, entry.kind, entry.holder, now));
  }
}

/** L15, L24, L28: no seat stays free while somebody works beyond the limit, or an eligible person waits. */
function offerFreeSeats(ledger: Ledger, now: number, happen: (event: Event) => void): void {
  for (let next = nextToShut(ledger, now); next !== null; next = nextToShut(ledger, now)) next.forEach(happen);
  if (ledger.effective.closed) return;
  offer(ledger, now, happen);
  // L29: what is owed is asked back, as far as nothing that comes free will do.
  for (let next = nextRecall(ledger, now); next !== null; next = nextRecall(ledger, now)) happen(next);
}

function offer(ledger: Ledger, now: number, happen: (event: Event) => void): void {
  const until = now + ledger.timing.claimWindowMs;
  // L32: a seat that was given away is for nobody else, also not for those who work beyond the limit.
  for (let next = nextGiven(ledger); next !== null && nextOwed(ledger) === null; next = nextGiven(ledger)) {
    happen({ type: "seat_offered", at: now, holder: next, until });
  }
  for (let next = nextToCount(ledger); next !== null; next = nextToCount(ledger)) {
    happen(countWithin(ledger, next, now));
  }
  for (let next = nextToSeat(ledger, now); next !== null; next = nextToSeat(ledger, now)) {
    const over = next.over === null ? {} : { over: next.over };
    happen({ type: "seat_offered", at: now, holder: next.holder, until, ...over });
  }
}
