/** L10, L14, L17: what changes the settings, and who may. */
import { MINUTE_MS } from "../../../shared/durations.ts";
import type { Problem } from "../../../shared/problem.ts";
import { type Sentence, sentence } from "../../../shared/sentence.ts";
import { LIMIT_MAX } from "../../../shared/timing.ts";
import { allowedInMs } from "../allocation/allowance.ts";
import type { Ledger } from "../ledger.ts";
import { mayAdminister, mayGiveRights, mayLower, type Person } from "../person.ts";
import type { Checked } from "../settings/checked.ts";
import { replacedBy } from "../settings/replaced.ts";
import type { RightsMap } from "../settings/rights.ts";
import { faultOfLoss, type RightsGround, supportOnlyMap } from "../settings/rights-change.ts";
import { checkChange } from "../settings/settings-change.ts";
import { type Decision, DONE, nothing, type Of } from "./decision.ts";

const actorOf = (person: Person) => ({ id: person.id, name: person.name, role: person.role });

/**
 * L10: refuses a change that the actor may not make and records the attempt; a person who keeps trying is told to wait
 * and is not recorded.
 */
export function refuseChange(ledger: Ledger, actor: Person, change: Sentence, reason: Sentence, now: number): Decision {
  const waitMs = allowedInMs(ledger, actor.id, now);
  if (waitMs > 0) {
    const retryAfterSeconds = Math.ceil(waitMs / 1_000);
    const says = sentence("tooOften", { seconds: retryAfterSeconds });
    return refuse({ code: "too_soon", says, retryAfterSeconds });
  }
  return {
    events: [{ type: "change_refused", at: now, holder: actor.id, actor: actorOf(actor), change, reason }],
    outcome: { type: "refused", problem: { code: "forbidden", says: reason } },
  };
}

export const refuse = (problem: Problem): Decision => ({ events: [], outcome: { type: "refused", problem } });

/** Says what changed since the version that the change was made from. */
function stale(ledger: Ledger, version: number): Decision {
  const { settings } = ledger;
  const since = settings.history.filter((change) => change.version > version);
  const changes = since.map(({ by, what }) => sentence("changed", { who: by, what }));
  const says =
    changes.length === 0
      ? sentence("stale", { from: version, to: settings.version })
      : sentence("staleSince", { from: version, to: settings.version, changes });
  return refuse({ code: "stale", field: "version", says });
}

export function decideLimit(ledger: Ledger, command: Of<"set_limit">, now: number): Decision {
  const { actor, limit, version } = command;
  const from = ledger.settings.limit;
  const change = sentence("setLimit", { from, to: limit });
  if (!mayAdminister(actor.role)) {
    return refuseChange(ledger, actor, change, sentence("changesLimit"), now);
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX) {
    return refuse({
      code: "out_of_range",
      field: "limit",
      says: sentence("limitRangeNot", { most: LIMIT_MAX, limit }),
    });
  }
  if (limit < from && !mayLower(actor.role)) {
    return refuseChange(ledger, actor, change, sentence("lowersLimit", { from, to: limit }), now);
  }
  if (version !== ledger.settings.version) return stale(ledger, version);
  if (limit === from) return nothing();
  return {
    events: [{ type: "limit_changed", at: now, holder: actor.id, actor: actorOf(actor), from, to: limit }],
    outcome: DONE,
  };
}

export function decideIdleTimeout(ledger: Ledger, command: Of<"set_idle_timeout">, now: number): Decision {
  const { actor, idleTimeoutMs, version } = command;
  const { idleTimeoutMinMs: low, idleTimeoutMaxMs: high } = ledger;
  const minutes = (ms: number) => Math.round((ms / MINUTE_MS) * 100) / 100;
  if (!mayAdminister(actor.role)) {
    const reason = sentence("changesIdle");
    return refuseChange(ledger, actor, sentence("setIdle", { minutes: minutes(idleTimeoutMs) }), reason, now);
  }
  if (!Number.isInteger(idleTimeoutMs) || idleTimeoutMs < low || idleTimeoutMs > high) {
    return refuse({
      code: "out_of_range",
      field: "idleTimeoutMinutes",
      says: sentence("idleRangeNot", { least: minutes(low), most: minutes(high), minutes: minutes(idleTimeoutMs) }),
    });
  }
  if (version !== ledger.settings.version) return stale(ledger, version);
  const from = ledger.settings.idleTimeoutMs;
  if (idleTimeoutMs === from) return nothing();
  return {
    events: [
      { type: "idle_timeout_changed", at: now, holder: actor.id, actor: actorOf(actor), from, to: idleTimeoutMs },
    ],
    outcome: DONE,
  };
}

/** L14, L17: every other change: checked by `checkChange`, which says what it replaces and who may. */
export function decideSettings(ledger: Ledger, command: Of<"change_settings">, now: number): Decision {
  const { actor, change, version } = command;
  const checked: Checked = checkChange(ledger.settings, change, now, actor, ledger.timing);
  if (!mayAdminister(actor.role)) {
    return refuseChange(ledger, actor, checked.title, sentence("changesSettings"), now);
  }
  if (checked.adminOnly !== undefined && !mayGiveRights(actor.role)) {
    return refuseChange(ledger, actor, checked.title, sentence("isRecorded", { what: checked.adminOnly }), now);
  }
  if (checked.problem !== null) return refuse(checked.problem);
  const supportOnly = checked.supportOnly ?? supportOnlyOf(ledger, command);
  if (supportOnly && !mayLower(actor.role)) {
    return refuseChange(ledger, actor, checked.title, sentence("isRecorded", { what: supportOnly }), now);
  }
  if (version !== ledger.settings.version) return stale(ledger, version);
  const loss = change.what === "rights" ? faultOfRights(ledger, change.rights, command) : null;
  if (loss !== null) return refuse(loss);
  const { title: what, patch } = checked;
  const was = replacedBy(patch, ledger.settings);
  return {
    events: [{ type: "settings_changed", at: now, holder: actor.id, actor: actorOf(actor), what, patch, was }],
    outcome: DONE,
  };
}

/** I13: the map that there is, and its ground as far as the ledger knows it where the command brings none. */
const groundOf = (ledger: Ledger, { ground }: Of<"change_settings">): RightsGround =>
  ground ?? { preset: {}, known: [...ledger.leases.values(), ...ledger.absences.values()].map(({ person }) => person) };

function supportOnlyOf(ledger: Ledger, command: Of<"change_settings">): Sentence | null {
  const { change } = command;
  if (change.what !== "rights") return null;
  return supportOnlyMap(ledger.settings.rights, change.rights, groundOf(ledger, command).preset);
}

const faultOfRights = (ledger: Ledger, rights: RightsMap | null, command: Of<"change_settings">): Problem | null =>
  faultOfLoss(ledger.settings.rights, rights, groundOf(ledger, command), command.actor);

/** Shares of the agreed number at which a warning is due, in per cent. */
const RECORDS_WARNED_AT = [80, 90, 100] as const;

/** L14: the CRM's own count of records, as an integration or support reports it. */
export function decideRecords(ledger: Ledger, command: Of<"report_records">, now: number): Decision {
  const { actor, count } = command;
  if (!mayAdminister(actor.role)) {
    return refuseChange(ledger, actor, sentence("reportRecords", { count }), sentence("reportsRecords"), now);
  }
  if (!Number.isInteger(count) || count < 0 || count > Number.MAX_SAFE_INTEGER) {
    return refuse({
      code: "out_of_range",
      field: "count",
      says: sentence("recordsWhole"),
    });
  }
  const { agreed, count: before } = ledger.settings.records;
  // Several isolates and integrations count the CRM's records; an unchanged number is no news for the audit.
  if (count === before) return nothing();
  const share = (records: number | null) => (agreed === null || records === null ? 0 : (100 * records) / agreed);
  // One warning for each share, when it is first reached.
  const reached = RECORDS_WARNED_AT.filter((at) => share(count) >= at && share(before) < at).at(-1) ?? null;
  return { events: [{ type: "records_reported", at: now, holder: actor.id, count, agreed, reached }], outcome: DONE };
}
