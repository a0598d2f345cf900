/** Whether one change of the settings is sound, what it replaces, and what it is called in the audit. */

import { CORNERS } from "../../../shared/corner.ts";
import { DAY_MS, MINUTE_MS } from "../../../shared/durations.ts";
import { HANDOVERS, type Handover } from "../../../shared/handover.ts";
import type { HolderId } from "../../../shared/ids.ts";
import type { Problem } from "../../../shared/problem.ts";
import { type Sentence, sentence } from "../../../shared/sentence.ts";
import { LIMIT_MAX, TIMING, type Timing } from "../../../shared/timing.ts";
import { boostAt } from "../time/schedule.ts";
import { faultOfMap } from "./rights.ts";
import {
  AHEAD_MINUTES,
  ANNOUNCEMENT_MAX,
  BOOSTS_MAX,
  CLOSING_LASTS_MAX_MS,
  CLOSING_STARTS_MAX_MS,
  CONTACT_MAX,
  LENT_MINUTES,
  MODELS,
  OVERDRAFT_HOURS_MAX,
  POOLS_MAX,
  type Pool,
  PRIORITY_MAX,
  REFUSAL_TOLERANCE_MAX_MS,
  type Settings,
  type SettingsChange,
} from "./settings.ts";
import { type Fault, faultOfHolidays, faultOfWindows, isZone } from "./window-faults.ts";

export interface Checked {
  /** As the audit and the next person with a stale form read it. */
  title: Sentence;
  patch: Partial<Settings>;
  problem: Problem | null;
  /** Why it is for support alone. */
  supportOnly: Sentence | null;
  /** Why it is for admins and support alone; left out: licence managers may, too. */
  adminOnly?: Sentence;
}

const BOOST_LASTS_MAX_MS = 92 * DAY_MS;
const ANNOUNCED_MAX_MS = 14 * DAY_MS;
/** L30: a boost that repeats does so for at most a year. */
const REPEATS_MAX_MS = 366 * DAY_MS;

const HOW_HANDED_OVER: Record<Handover, Sentence> = {
  off: sentence("nudgeNot"),
  turn: sentence("handoverTurn"),
  any: sentence("handoverAny"),
};

const whole = (value: number, low: number, high: number): boolean =>
  Number.isInteger(value) && value >= low && value <= high;

/** Checks `change` against `settings` at `now`; the actor's name stands in what is kept. */
// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: one switch, whole, over every kind of change
export function checkChange(
  settings: Settings,
  change: SettingsChange,
  now: number,
  { name: by, id: byId }: { name: string; id: HolderId },
  { closingAheadMs }: Pick<Timing, "closingAheadMs"> = TIMING,
): Checked {
  const sound = (title: Sentence, patch: Partial<Settings>, supportOnly: Sentence | null = null): Checked => ({
    title,
    patch,
    problem: null,
    supportOnly,
  });
  const wrong = (title: Sentence, field: string, says: Sentence, code: Problem["code"] = "out_of_range"): Checked => ({
    title,
    patch: {},
    problem: { code, field, says },
    supportOnly: null,
  });
  switch (change.what) {
    case "model": {
      const title = sentence("modelFromTo", { from: settings.model, to: change.model });
      if (!MODELS.includes(change.model))
        return wrong(title, "model", sentence("modelOneOf", { models: MODELS.join(", ") }));
      return sound(title, { model: change.model }, sentence("supportModel"));
    }
    case "time_zone": {
      const title = sentence("zoneTo", { zone: change.timeZone });
      return isZone(change.timeZone)
        ? sound(title, { timeZone: change.timeZone }, endingBoost(settings, { timeZone: change.timeZone }, now))
        : wrong(title, "timeZone", sentence("zoneName"));
    }
    case "contact": {
      const contact = change.contact.trim();
      const title = sentence("contactTo", { contact: contact || sentence("none") });
      return contact.length > CONTACT_MAX
        ? wrong(title, "contact", sentence("contactLong", { most: CONTACT_MAX, length: contact.length }))
        : sound(title, { contact });
    }
    case "named_licences": {
      const { licences } = change;
      const { assigned } = settings.named;
      const title = sentence("namedFromTo", { from: settings.named.licences, to: licences });
      if (!whole(licences, 0, LIMIT_MAX)) {
        return wrong(title, "licences", sentence("namedRange", { most: LIMIT_MAX }));
      }
      if (licences < assigned.length) {
        const says = sentence("namedAssigned", { assigned: assigned.length, more: assigned.length - licences });
        return wrong(title, "licences", says, "conflict");
      }
      const lower = licences < settings.named.licences;
      return sound(title, { named: { licences, assigned } }, lower ? sentence("supportNamed") : null);
    }
    case "assign": {
      const { named } = settings;
      const title = sentence("assigned", { name: change.person.name });
      if (named.assigned.some(({ id }) => id === change.person.id)) {
        return wrong(title, "person", sentence("namedHas", { name: change.person.name }), "conflict");
      }
      if (named.assigned.length >= named.licences) {
        const says = sentence("namedAll", { licences: named.licences });
        return wrong(title, "person", says, "conflict");
      }
      return sound(title, { named: { ...named, assigned: [...named.assigned, change.person] } });
    }
    case "unassign": {
      const { named } = settings;
      const person = named.assigned.find(({ id }) => id === change.id);
      const title = sentence("unassigned", { name: person?.name ?? change.id });
      if (person === undefined) return wrong(title, "id", sentence("namedNot"), "not_found");
      return sound(title, { named: { ...named, assigned: named.assigned.filter((other) => other !== person) } });
    }
    case "exempt": {
      const title = sentence("exempted", { name: change.person.name });
      if (settings.exempt.some(({ id }) => id === change.person.id)) {
        return wrong(title, "person", sentence("exemptHas", { name: change.person.name }), "conflict");
      }
      if (settings.exempt.length >= LIMIT_MAX)
        return wrong(title, "person", sentence("exemptMost", { most: LIMIT_MAX }));
      return sound(title, { exempt: [...settings.exempt, change.person] }, sentence("supportExempts"));
    }
    case "end_exemption": {
      const person = settings.exempt.find(({ id }) => id === change.id);
      const title = sentence("exemptNoMore", { name: person?.name ?? change.id });
      if (person === undefined) return wrong(title, "id", sentence("exemptNot"), "not_found");
      return sound(title, { exempt: settings.exempt.filter((other) => other !== person) });
    }
    case "records_agreed": {
      const { agreed } = change;
      const title = sentence("agreedTo", { agreed: agreed ?? sentence("none") });
      if (agreed !== null && !whole(agreed, 1, Number.MAX_SAFE_INTEGER)) {
        return wrong(title, "agreed", sentence("agreedWhole"));
      }
      const patch = { records: { ...settings.records, agreed } };
      return sound(title, patch, sentence("supportAgreed"));
    }
    case "pools": {
      const title = sentence("poolsTo", {
        pools: change.pools.map((pool) => pool.name).join(", ") || sentence("none"),
      });
      const fault = faultOfPools(change.pools, settings) ?? faultOfManaged(settings, change.pools);
      return fault === null ? sound(title, { pools: change.pools }) : wrong(title, fault.field, fault.says);
    }
    case "boost":
      return checkBoost(settings, change, now, { by, byId }, { sound, wrong });
    case "cancel_boost": {
      const boost = settings.boosts.find(({ id }) => id === change.id);
      const title =
        boost === undefined
          ? sentence("boostUnknown", { id: change.id })
          : sentence("boostCancelled", { extra: boost.extra });
      if (boost === undefined) return wrong(title, "id", sentence("boostNot"), "not_found");
      const patch = { boosts: settings.boosts.filter((other) => other !== boost) };
      // Ending it early takes seats away, as lowering does.
      const own = boostAt(boost, settings, now).runs ? sentence("supportBoost") : null;
      return sound(title, patch, own);
    }
    case "holidays": {
      const { holidays } = change;
      const title = sentence("holidaysFromTo", { from: settings.holidays.length, to: holidays.length });
      const fault = faultOfHolidays(holidays);
      if (fault !== null) return wrong(title, fault.field, fault.says);
      const kept = holidays.map(({ date, name, yearly }) => ({ date, name: name.trim(), yearly }));
      const patch = { holidays: kept.sort((a, b) => (a.date < b.date ? -1 : 1)) };
      return sound(title, patch, endingBoost(settings, patch, now));
    }
    case "enforcement": {
      const { enforced } = change;
      const title = enforced ? sentence("limitEnforced") : sentence("limitObserved");
      if (enforced === settings.enforced) {
        const says = enforced ? sentence("enforcedAlready") : sentence("observedAlready");
        return wrong(title, "enforced", says, "conflict");
      }
      // Nobody is refused then, which is more than any limit.
      return sound(title, { enforced }, enforced ? null : sentence("enforcementSupport"));
    }
    case "overdraft": {
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
    case "handover": {
      const { handover } = change;
      const title = sentence("handoverTo", { how: HOW_HANDED_OVER[handover] ?? handover });
      return HANDOVERS.includes(handover)
        ? sound(title, { handover })
        : wrong(title, "handover", sentence("handoverOne", { list: HANDOVERS.join(", ") }));
    }
    case "rights": {
      const { rights } = change;
      const title = rights === null ? sentence("rightsPreset") : sentence("rightsTo", { rules: rights.rules.length });
      const adminOnly = sentence("rightsAdmins");
      const fault = rights === null ? null : faultOfMap(rights, settings.pools);
      const checked = fault === null ? sound(title, { rights }) : wrong(title, fault.field, fault.says);
      return { ...checked, adminOnly };
    }
    case "button": {
      const { corner } = change;
      const title = sentence("buttonTo", { corner });
      return CORNERS.includes(corner)
        ? sound(title, { button: corner })
        : wrong(title, "corner", sentence("cornerOneOf", { corners: CORNERS.join(", ") }));
    }
    case "refusal_tolerance": {
      const { toleranceMs } = change;
      const title = sentence("toleranceTo", { seconds: Math.round(toleranceMs / 1_000) });
      return whole(toleranceMs, 0, REFUSAL_TOLERANCE_MAX_MS)
        ? sound(title, { refusalToleranceMs: toleranceMs })
        : wrong(title, "toleranceMs", sentence("toleranceRange", { most: REFUSAL_TOLERANCE_MAX_MS / 1_000 }));
    }
    case "announce": {
      const { lastsMs } = change;
      const text = change.text.replace(/[\p{Cc}\s]+/gu, " ").trim();
      const title = sentence("titleAnnouncement", { text: text || sentence("none") });
      if (text === "" || text.length > ANNOUNCEMENT_MAX) {
        const says = sentence("announcementLength", { most: ANNOUNCEMENT_MAX, length: text.length });
        return wrong(title, "text", says);
      }
      if (!whole(lastsMs, MINUTE_MS, ANNOUNCED_MAX_MS)) return wrong(title, "lastsMs", sentence("announcementLasts"));
      const id = `a${settings.version + 1}`;
      return sound(title, { announcement: { id, text, by, byId, until: now + lastsMs } });
    }
    case "end_announcement": {
      const title = sentence("titleAnnouncement", { text: sentence("none") });
      return settings.announcement === null || settings.announcement.until <= now
        ? wrong(title, "what", sentence("announcementNone"), "not_found")
        : sound(title, { announcement: null });
    }
    case "close": {
      const { startsInMs, lastsMs } = change;
      const text = change.text.replace(/[\p{Cc}\s]+/gu, " ").trim();
      const title = sentence("titleClosing", { minutes: Math.round(lastsMs / MINUTE_MS) });
      if (text.length > ANNOUNCEMENT_MAX) {
        const says = sentence("closingText", { most: ANNOUNCEMENT_MAX, length: text.length });
        return wrong(title, "text", says);
      }
      if (!whole(startsInMs, closingAheadMs, CLOSING_STARTS_MAX_MS)) {
        const says = sentence("closingSoon");
        return wrong(title, "startsInMs", says);
      }
      if (!whole(lastsMs, MINUTE_MS, CLOSING_LASTS_MAX_MS)) {
        return wrong(title, "lastsMs", sentence("closingLasts"));
      }
      const from = now + startsInMs;
      const id = `c${settings.version + 1}`;
      return sound(title, { closing: { id, text, by, holder: byId, from, until: from + lastsMs } });
    }
    case "end_closing": {
      const title = sentence("titleClosingNone");
      return settings.closing === null || settings.closing.until <= now
        ? wrong(title, "what", sentence("closingNone"), "not_found")
        : sound(title, { closing: null });
    }
    case "nudge": {
      const { allowed, showNames } = change;
      const title = sentence("nudgeTo", {
        how: allowed ? (showNames ? sentence("nudgeNames") : sentence("nudgeAllowed")) : sentence("nudgeNot"),
      });
      return sound(title, { nudge: { allowed, showNames } });
    }
  }
}

/** L17: a change of the calendar ends a boost as surely as its cancellation does; null: it ends none. */
function endingBoost(settings: Settings, patch: Partial<Settings>, now: number): Sentence | null {
  const after = { ...settings, ...patch };
  const ends = settings.boosts.some((one) => boostAt(one, settings, now).runs && !boostAt(one, after, now).runs);
  return ends ? sentence("supportBoost") : null;
}

interface Answers {
  sound(title: Sentence, patch: Partial<Settings>): Checked;
  wrong(title: Sentence, field: string, says: Sentence, code?: Problem["code"]): Checked;
}

/** L17, L30. */
function checkBoost(
  settings: Settings,
  { extra, startsInMs, lastsMs, windows }: Extract<SettingsChange, { what: "boost" }>,
  now: number,
  maker: { by: string; byId: HolderId },
  { sound, wrong }: Answers,
): Checked {
  const repeats = windows !== undefined;
  const title = repeats
    ? sentence("boostAtTimes", { extra })
    : sentence("boost", { extra, minutes: Math.round(lastsMs / MINUTE_MS) });
  if (!whole(extra, 1, LIMIT_MAX)) return wrong(title, "extra", sentence("boostRange", { most: LIMIT_MAX }));
  const longest = repeats ? REPEATS_MAX_MS : BOOST_LASTS_MAX_MS;
  if (!whole(startsInMs, 0, BOOST_LASTS_MAX_MS) || !whole(lastsMs, MINUTE_MS, longest)) {
    const says = repeats ? sentence("boostRepeats") : sentence("boostLasts");
    return wrong(title, "lastsMs", says);
  }
  const fault = repeats ? faultOfWindows(windows) : null;
  if (fault !== null) return wrong(title, fault.field, fault.says);
  if (repeats && windows.length === 0) return wrong(title, "windows", sentence("boostNoTimes"));
  const running = settings.boosts.filter((boost) => boost.until > now);
  if (running.length >= BOOSTS_MAX) {
    return wrong(title, "extra", sentence("boostsMost", { most: BOOSTS_MAX }), "conflict");
  }
  const from = now + startsInMs;
  const boost = { id: `b${settings.version + 1}`, extra, from, until: from + lastsMs, ...maker };
  return sound(title, { boosts: [...running, repeats ? { ...boost, windows } : boost] });
}

/** A13: a pool goes only once nobody's right is limited to it. */
function faultOfManaged({ rights, pools: before }: Settings, pools: readonly Pool[]): Fault | null {
  const gone = rights?.rules.find(({ pool }) => pool !== undefined && !pools.some(({ id }) => id === pool));
  if (gone === undefined) return null;
  const pool = before.find(({ id }) => id === gone.pool)?.name ?? gone.pool ?? "";
  return { field: "pools", says: sentence("rightsPoolManaged", { pool, name: gone.name }) };
}

/** All seats that `pools` reserve, whenever each of them holds. */
export const reservedBy = (pools: readonly Pool[]): number => pools.reduce((sum, pool) => sum + pool.reserved, 0);

/** L17: the most seats that pools may reserve. Where a limit fell below what is reserved, the way down stays open. */
export const mostReserved = ({ limit, pools }: Pick<Settings, "limit" | "pools">): number =>
  Math.max(limit, reservedBy(pools));

function faultOfPools(pools: readonly Pool[], settings: Settings): Fault | null {
  if (pools.length > POOLS_MAX) return { field: "pools", says: sentence("poolsMost", { most: POOLS_MAX }) };
  for (const [place, pool] of pools.entries()) {
    const at = `pools.${place}`;
    if (pools.findIndex(({ id }) => id === pool.id) !== place) {
      return { field: `${at}.id`, says: sentence("poolTwice", { id: pool.id }) };
    }
    if (!whole(pool.reserved, 0, LIMIT_MAX)) {
      return { field: `${at}.reserved`, says: sentence("poolReserved", { most: LIMIT_MAX }) };
    }
    if (pool.most !== null && (!whole(pool.most, 1, LIMIT_MAX) || pool.most < pool.reserved)) {
      return {
        field: `${at}.most`,
        says: sentence("poolMost"),
      };
    }
    const { guarantee } = pool;
    if (guarantee?.kind === "ahead" && !whole(guarantee.minutes, AHEAD_MINUTES.least, AHEAD_MINUTES.most)) {
      const says = sentence("aheadRange", { least: AHEAD_MINUTES.least, most: AHEAD_MINUTES.most });
      return { field: `${at}.guarantee.minutes`, says };
    }
    if (guarantee?.kind === "ahead" && pool.windows === null) {
      const says = sentence("aheadAlways");
      return { field: `${at}.guarantee.kind`, says };
    }
    if (guarantee?.kind === "lent" && !whole(guarantee.minutes, LENT_MINUTES.least, LENT_MINUTES.most)) {
      const says = sentence("lentRange", { least: LENT_MINUTES.least, most: LENT_MINUTES.most });
      return { field: `${at}.guarantee.minutes`, says };
    }
    if (!whole(pool.priority, 0, PRIORITY_MAX)) {
      return { field: `${at}.priority`, says: sentence("poolPriority", { most: PRIORITY_MAX }) };
    }
    if (pool.groups.length === 0) return { field: `${at}.groups`, says: sentence("poolGroups") };
    const fault = faultOfWindows(pool.windows ?? []);
    if (fault !== null) return { field: `${at}.${fault.field}`, says: fault.says };
  }
  const [reserved, most] = [reservedBy(pools), mostReserved(settings)];
  if (reserved > most) {
    return { field: "pools", says: sentence("poolsOver", { reserved, limit: settings.limit, most }) };
  }
  return null;
}
