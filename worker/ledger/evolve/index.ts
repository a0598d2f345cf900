/** The only place that changes a ledger: applies one event. Never refuses, never decides. */

import { MINUTE_MS } from "../../../shared/durations.ts";
import { sentence } from "../../../shared/sentence.ts";
import { spendAllowance } from "../allocation/allowance.ts";
import { worksByOwn } from "../allocation/occupancy.ts";
import { waitingUntil } from "../allocation/queue.ts";
import { type Event, isStored } from "../event.ts";
import { type Ledger, passesUntil, SCHEDULE } from "../ledger.ts";
import { forgetInHistory } from "../settings/settings-trace.ts";
import { absenceDue, leaseDue } from "../time/expiry.ts";
import { count, countedOf, isSameCount } from "./counts.ts";
import { closeDenial, countAttempt, openDenial } from "./denials.ts";
import { anonymizeEnding, changeRights, countSeat, endLease, grantSeat, joinSession } from "./leases.ts";
import { giveUpPlace, joinLine, offerSeat, promiseSeat } from "./line.ts";
import { leaseOf, waitingOf } from "./needed.ts";
import { askForSeat, endRecall, keepSeat, recallSeat } from "./nudge.ts";
import { issuePass, takePassesBack } from "./passes.ts";
import { closeTab, hearClient, leaveSession, seeGate } from "./presence.ts";
import { regroup, rerole } from "./regroup.ts";
import { closeRequest, openRequest } from "./requests.ts";
import { changeSettings, turnSchedule } from "./settings.ts";

/** Applies `event` to `ledger` in place. */
export function evolve(ledger: Ledger, event: Event): void {
  if (leavesCounts(ledger, event)) apply(ledger, event);
  else applyCounting(ledger, event);
  ledger.lastAt = Math.max(ledger.lastAt, event.at);
  spendAllowance(ledger, event);
  watchDeadlines(ledger, event);
}

/** Hot path: what browsers say of themselves, and passes of a lease, leave everybody counted as they were. */
const leavesCounts = (ledger: Ledger, event: Event): boolean =>
  !isStored(event) && (event.type !== "pass_issued" || ledger.leases.has(event.holder));

function applyCounting(ledger: Ledger, event: Event): void {
  const before = countedOf(ledger, event.holder);
  const wasOwn = worksByOwn(ledger, event.holder);
  apply(ledger, event);
  const after = countedOf(ledger, event.holder);
  ledger.own += Number(worksByOwn(ledger, event.holder)) - Number(wasOwn);
  // A change of pools has counted everybody again already.
  if (!isSameCount(before, after) && event.type !== "settings_changed") {
    if (before !== null) count(ledger, before, -1, event.at);
    if (after !== null) count(ledger, after, 1, event.at);
  }
}

function apply(ledger: Ledger, event: Event): void {
  const { holder, at } = event;
  switch (event.type) {
    case "seat_granted":
      grantSeat(ledger, event);
      return;
    case "seat_counted":
      countSeat(ledger, event);
      return;
    case "session_joined":
      joinSession(ledger, event);
      return;
    case "lease_judged":
      changeRights(ledger, event);
      return;
    case "lease_ended":
      endLease(ledger, event);
      return;
    case "drain_ended":
      ledger.drains.delete(holder);
      return;
    case "denial_opened":
      openDenial(ledger, event);
      return;
    case "denial_repeated":
      countAttempt(ledger, event, at);
      return;
    case "denial_counted":
      countAttempt(ledger, event, null);
      return;
    case "denial_closed":
      closeDenial(ledger, event);
      return;
    case "seat_recalled":
      recallSeat(ledger, event);
      return;
    case "recall_ended":
      endRecall(ledger, holder);
      return;
    case "absence_forgotten":
      ledger.absences.delete(holder);
      return;
    case "person_forgotten":
      ledger.settings = forgetInHistory(ledger.settings, holder);
      ledger.acts.delete(holder);
      return;
    case "ending_anonymized":
      anonymizeEnding(ledger, event);
      return;
    case "line_joined":
      joinLine(ledger, event);
      return;
    case "line_left":
      giveUpPlace(ledger, event);
      return;
    case "seat_offered":
      offerSeat(ledger, event);
      return;
    case "seat_handed_over":
      promiseSeat(ledger, event);
      return;
    case "waiter_heard":
      waitingOf(ledger, holder).heardAt = at;
      return;
    case "limit_changed":
      changeSettings(
        ledger,
        { limit: event.to },
        event.actor,
        sentence("limitFromTo", { from: event.from, to: event.to }),
        at,
      );
      return;
    case "idle_timeout_changed": {
      const what = sentence("idleFromTo", { from: event.from / MINUTE_MS, to: event.to / MINUTE_MS });
      changeSettings(ledger, { idleTimeoutMs: event.to }, event.actor, what, at);
      return;
    }
    case "settings_changed":
      changeSettings(ledger, event.patch, event.actor, event.what, at);
      return;
    case "schedule_turned":
      turnSchedule(ledger, at);
      return;
    case "records_reported":
      ledger.settings = { ...ledger.settings, records: { ...ledger.settings.records, count: event.count } };
      return;
    case "seats_requested":
      openRequest(ledger, event);
      return;
    case "request_decided":
      closeRequest(ledger, event);
      return;
    case "person_regrouped":
      regroup(ledger, event);
      return;
    case "person_reroled":
      rerole(ledger, event);
      return;
    case "group_changed":
    case "token_made":
    case "token_revoked":
    case "change_refused":
      return;
    case "nudge_asked":
      askForSeat(ledger, event);
      return;
    case "nudge_kept":
      keepSeat(leaseOf(ledger, holder));
      return;
    case "pass_issued":
      issuePass(ledger, event);
      return;
    case "pass_handed_back":
      takePassesBack(ledger, event);
      return;
    case "gate_seen":
      seeGate(ledger, event);
      return;
    case "client_heard":
      hearClient(ledger, event);
      return;
    case "tab_closed":
      closeTab(ledger, event);
      return;
    case "session_left":
      leaveSession(ledger, event);
      return;
  }
}

/** Puts the holder's next deadlines into the heap, where they moved earlier. */
function watchDeadlines(ledger: Ledger, event: Event): void {
  const { holder } = event;
  if (ledger.effective.nextTurnAt !== null) {
    ledger.deadlines.ensure("schedule", SCHEDULE, ledger.effective.nextTurnAt);
  }
  if (event.type === "idle_timeout_changed") {
    for (const [other, lease] of ledger.leases) ledger.deadlines.ensure("lease", other, leaseDue(ledger, lease).at);
    return;
  }
  const lease = ledger.leases.get(holder);
  if (lease !== undefined) {
    ledger.deadlines.ensure("lease", holder, leaseDue(ledger, lease).at);
    return;
  }
  const drain = ledger.drains.get(holder);
  if (drain !== undefined) ledger.deadlines.ensure("drain", holder, passesUntil(drain.passes));
  const waiting = ledger.line.get(holder);
  if (waiting !== undefined) ledger.deadlines.ensure("waiting", holder, waitingUntil(ledger, waiting));
  const absence = ledger.absences.get(holder);
  if (absence !== undefined) ledger.deadlines.ensure("absence", holder, absenceDue(ledger, holder, absence));
}
