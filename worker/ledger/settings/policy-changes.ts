/** Changes of how the firm is licensed, and of what its people may do and see. */
import { CORNERS } from "../../../shared/corner.ts";
import { HANDOVERS, type Handover } from "../../../shared/handover.ts";
import { type Sentence, sentence } from "../../../shared/sentence.ts";
import { LIMIT_MAX } from "../../../shared/timing.ts";
import { type ChangeOf, type Checked, sound, whole, wrong } from "./checked.ts";
import { faultOfMap } from "./rights.ts";
import { CONTACT_MAX, MODELS, OVERDRAFT_HOURS_MAX, REFUSAL_TOLERANCE_MAX_MS, type Settings } from "./settings.ts";

const HOW_HANDED_OVER: Record<Handover, Sentence> = {
  off: sentence("nudgeNot"),
  turn: sentence("handoverTurn"),
  any: sentence("handoverAny"),
};

export function checkModel(settings: Settings, change: ChangeOf<"model">): Checked {
  const title = sentence("modelFromTo", { from: settings.model, to: change.model });
  if (!MODELS.includes(change.model))
    return wrong(title, "model", sentence("modelOneOf", { models: MODELS.join(", ") }));
  return sound(title, { model: change.model }, sentence("supportModel"));
}

export function checkContact(change: ChangeOf<"contact">): Checked {
  const contact = change.contact.trim();
  const title = sentence("contactTo", { contact: contact || sentence("none") });
  return contact.length > CONTACT_MAX
    ? wrong(title, "contact", sentence("contactLong", { most: CONTACT_MAX, length: contact.length }))
    : sound(title, { contact });
}

export function checkAgreed(settings: Settings, change: ChangeOf<"records_agreed">): Checked {
  const { agreed } = change;
  const title = sentence("agreedTo", { agreed: agreed ?? sentence("none") });
  if (agreed !== null && !whole(agreed, 1, Number.MAX_SAFE_INTEGER)) {
    return wrong(title, "agreed", sentence("agreedWhole"));
  }
  const patch = { records: { ...settings.records, agreed } };
  return sound(title, patch, sentence("supportAgreed"));
}

export function checkEnforcement(settings: Settings, change: ChangeOf<"enforcement">): Checked {
  const { enforced } = change;
  const title = enforced ? sentence("limitEnforced") : sentence("limitObserved");
  if (enforced === settings.enforced) {
    const says = enforced ? sentence("enforcedAlready") : sentence("observedAlready");
    return wrong(title, "enforced", says, "conflict");
  }
  // Nobody is refused then, which is more than any limit.
  return sound(title, { enforced }, enforced ? null : sentence("enforcementSupport"));
}

export function checkOverdraft(change: ChangeOf<"overdraft">): Checked {
  const { seats, hoursPerMonth } = change;
  const title =
    seats === 0
      ? sentence("overdraftNone")
      : hoursPerMonth === null
        ? sentence("overdraftTo", { seats })
        : sentence("overdraftToHours", { seats, hours: hoursPerMonth });
  if (!whole(seats, 0, LIMIT_MAX)) {
    return wrong(title, "seats", sentence("overdraftRange", { most: LIMIT_MAX }));
  }
  if (hoursPerMonth !== null && !whole(hoursPerMonth, 1, OVERDRAFT_HOURS_MAX)) {
    const says = sentence("overdraftHours", { most: OVERDRAFT_HOURS_MAX });
    return wrong(title, "hoursPerMonth", says);
  }
  return sound(title, { overdraft: { seats, hoursPerMonth } }, sentence("overdraftSupport"));
}

export function checkHandover(change: ChangeOf<"handover">): Checked {
  const { handover } = change;
  const title = sentence("handoverTo", { how: HOW_HANDED_OVER[handover] ?? handover });
  return HANDOVERS.includes(handover)
    ? sound(title, { handover })
    : wrong(title, "handover", sentence("handoverOne", { list: HANDOVERS.join(", ") }));
}

export function checkRights(settings: Settings, change: ChangeOf<"rights">): Checked {
  const { rights } = change;
  const title = rights === null ? sentence("rightsPreset") : sentence("rightsTo", { rules: rights.rules.length });
  const adminOnly = sentence("rightsAdmins");
  const fault = rights === null ? null : faultOfMap(rights, settings.pools);
  const checked = fault === null ? sound(title, { rights }) : wrong(title, fault.field, fault.says);
  return { ...checked, adminOnly };
}

export function checkButton(change: ChangeOf<"button">): Checked {
  const { corner } = change;
  const title = sentence("buttonTo", { corner });
  return CORNERS.includes(corner)
    ? sound(title, { button: corner })
    : wrong(title, "corner", sentence("cornerOneOf", { corners: CORNERS.join(", ") }));
}

export function checkTolerance(change: ChangeOf<"refusal_tolerance">): Checked {
  const { toleranceMs } = change;
  const title = sentence("toleranceTo", { seconds: Math.round(toleranceMs / 1_000) });
  return whole(toleranceMs, 0, REFUSAL_TOLERANCE_MAX_MS)
    ? sound(title, { refusalToleranceMs: toleranceMs })
    : wrong(title, "toleranceMs", sentence("toleranceRange", { most: REFUSAL_TOLERANCE_MAX_MS / 1_000 }));
}

export function checkNudge(change: ChangeOf<"nudge">): Checked {
  const { allowed, showNames } = change;
  const title = sentence("nudgeTo", {
    how: allowed ? (showNames ? sentence("nudgeNames") : sentence("nudgeAllowed")) : sentence("nudgeNot"),
  });
  return sound(title, { nudge: { allowed, showNames } });
}
