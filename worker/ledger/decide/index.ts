/** What a command leads to: events and an answer. Reads the ledger, never changes it. */
import type { Command } from "../command.ts";
import type { Ledger } from "../ledger.ts";
import { decideCheck } from "./check.ts";
import { decideClaim } from "./claim.ts";
import { type Decision, DONE, nothing } from "./decision.ts";
import { decideErase } from "./erase.ts";
import { decideEvict } from "./evict.ts";
import { handBack } from "./hand-back.ts";
import { decideHandOver } from "./hand-over.ts";
import { decideLeaveLine, decideWait } from "./line.ts";
import { decideAnswer, decideNudge } from "./nudge.ts";
import { decideCloseTab, decideHeartbeat, decideStay } from "./presence.ts";
import { decideRegroup } from "./regroup.ts";
import { decideRelease } from "./release.ts";
import { decideRequest, decideRequestAnswer } from "./requests.ts";
import { decideRerole } from "./rerole.ts";
import { decideIdleTimeout, decideLimit, decideRecords, decideSettings } from "./settings.ts";
import { decideSignOut } from "./sign-out.ts";

/** Decides `command` at `now` (ms of the tenant's clock). Everything due has been ended before (L3). */
export function decide(ledger: Ledger, command: Command, now: number): Decision {
  switch (command.type) {
    case "claim":
      return decideClaim(ledger, command, now);
    case "heartbeat":
      return decideHeartbeat(ledger, command, now);
    case "close_tab":
      return decideCloseTab(ledger, command, now);
    case "release":
      return decideRelease(ledger, command, now);
    case "hand_back":
      return { events: handBack(ledger, command, now), outcome: DONE };
    case "hand_over":
      return decideHandOver(ledger, command, now);
    case "sign_out":
      return decideSignOut(ledger, command, now);
    case "wait":
      return decideWait(ledger, command.holder, now);
    case "leave_line":
      return decideLeaveLine(ledger, command.holder, now);
    case "evict":
      return decideEvict(ledger, command, now);
    case "set_limit":
      return decideLimit(ledger, command, now);
    case "set_idle_timeout":
      return decideIdleTimeout(ledger, command, now);
    case "change_settings":
      return decideSettings(ledger, command, now);
    case "report_records":
      return decideRecords(ledger, command, now);
    case "request_seats":
      return decideRequest(ledger, command, now);
    case "decide_request":
      return decideRequestAnswer(ledger, command, now);
    case "nudge":
      return decideNudge(ledger, command.holder, now);
    case "answer_nudge":
      return decideAnswer(ledger, command, now);
    case "check":
      return decideCheck(ledger, command, now);
    case "regroup":
      return decideRegroup(ledger, command, now);
    case "rerole":
      return decideRerole(ledger, command, now);
    case "erase":
      return decideErase(ledger, command.holder, now);
    case "stay":
      return decideStay(ledger, command, now);
    case "tick":
      return nothing();
  }
}
