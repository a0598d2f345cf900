/** Whether one change of the settings is sound, what it replaces, and what it is called in the audit. */
import { TIMING, type Timing } from "../../../shared/timing.ts";
import { checkBoost, checkCancelBoost, checkHolidays, checkTimeZone } from "./calendar-changes.ts";
import type { Actor, Checked } from "./checked.ts";
import { checkAnnounce, checkClose, checkEndAnnouncement, checkEndClosing } from "./notice-changes.ts";
import { checkAssign, checkEndExemption, checkExempt, checkNamedLicences, checkUnassign } from "./people-changes.ts";
import {
  checkAgreed,
  checkButton,
  checkContact,
  checkEnforcement,
  checkHandover,
  checkModel,
  checkNudge,
  checkOverdraft,
  checkRights,
  checkTolerance,
} from "./policy-changes.ts";
import { checkPools } from "./pool-changes.ts";
import type { Settings, SettingsChange } from "./settings.ts";

/** Checks `change` against `settings` at `now`; the actor's name stands in what is kept. */
export function checkChange(
  settings: Settings,
  change: SettingsChange,
  now: number,
  actor: Actor,
  timing: Pick<Timing, "closingAheadMs"> = TIMING,
): Checked {
  switch (change.what) {
    case "model":
      return checkModel(settings, change);
    case "time_zone":
      return checkTimeZone(settings, change, now);
    case "contact":
      return checkContact(change);
    case "named_licences":
      return checkNamedLicences(settings, change);
    case "assign":
      return checkAssign(settings, change);
    case "unassign":
      return checkUnassign(settings, change);
    case "exempt":
      return checkExempt(settings, change);
    case "end_exemption":
      return checkEndExemption(settings, change);
    case "records_agreed":
      return checkAgreed(settings, change);
    case "pools":
      return checkPools(settings, change);
    case "boost":
      return checkBoost(settings, change, now, actor);
    case "cancel_boost":
      return checkCancelBoost(settings, change, now);
    case "holidays":
      return checkHolidays(settings, change, now);
    case "enforcement":
      return checkEnforcement(settings, change);
    case "overdraft":
      return checkOverdraft(change);
    case "handover":
      return checkHandover(change);
    case "rights":
      return checkRights(settings, change);
    case "button":
      return checkButton(change);
    case "refusal_tolerance":
      return checkTolerance(change);
    case "announce":
      return checkAnnounce(settings, change, now, actor);
    case "end_announcement":
      return checkEndAnnouncement(settings, now);
    case "close":
      return checkClose(settings, change, now, actor, timing);
    case "end_closing":
      return checkEndClosing(settings, now);
    case "nudge":
      return checkNudge(change);
  }
}
