/** Whether one change of the settings is sound, what it replaces, and what it is called in the audit. */
import { CORNERS } from "../../../shared/corner.ts";
import { HANDOVERS, type Handover } from "../../../shared/handover.ts";
import type { HolderId } from "../../../shared/ids.ts";
import type { Problem } from "../../../shared/problem.ts";
import { LIMIT_MAX, TIMING, type Timing } from "../../../shared/timing.ts";
import { boostAt } from "../time/schedule.ts";
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
  /** In words, as the audit and the next person with a stale form read it. */
  title: string;
  patch: Partial<Settings>;
  problem: Problem | null;
  /** A sentence when only support may. */
  supportOnly: string | null;
}

const MINUTE = 60_000;
const BOOST_LASTS_MAX_MS = 92 * 24 * 60 * MINUTE;
const ANNOUNCED_MAX_MS = 14 * 24 * 60 * MINUTE;
/** L30: a boost that repeats does so for at most a year. */
const REPEATS_MAX_MS = 366 * 24 * 60 * MINUTE;

const HOW_HANDED_OVER: Record<Handover, string> = {
  off: "not allowed",
  turn: "allowed in the order of the line",
  any: "allowed past the line",
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
  const sound = (title: string, patch: Partial<Settings>, supportOnly: string | null = null): Checked => ({
    title,
    patch,
    problem: null,
    supportOnly,
  });
  const wrong = (title: string, field: string, detail: string, code: Problem["code"] = "out_of_range"): Checked => ({
    title,
    patch: {},
    problem: { code, field, detail },
    supportOnly: null,
  });
  switch (change.what) {
    case "model": {
      const title = `the licence model from ${settings.model} to ${change.model}`;
      if (!MODELS.includes(change.model)) return wrong(title, "model", `The model is one of ${MODELS.join(", ")}.`);
      return sound(title, { model: change.model }, "Only support changes the licence model: it is what was agreed.");
    }
    case "time_zone": {
      const title = `the time zone to ${change.timeZone}`;
      return isZone(change.timeZone)
        ? sound(title, { timeZone: change.timeZone })
        : wrong(title, "timeZone", "The time zone is a name such as Europe/Berlin.");
    }
    case "contact": {
      const contact = change.contact.trim();
      const title = contact === "" ? "the contact to none" : `the contact to ${contact}`;
      return contact.length > CONTACT_MAX
        ? wrong(
            title,
            "contact",
            `The contact may be at most ${CONTACT_MAX} characters; this one has ${contact.length}.`,
          )
        : sound(title, { contact });
    }
    case "named_licences": {
      const { licences } = change;
      const { assigned } = settings.named;
      const title = `the number of named licences from ${settings.named.licences} to ${licences}`;
      if (!whole(licences, 0, LIMIT_MAX)) {
        return wrong(title, "licences", `The number of named licences is a whole number from 0 to ${LIMIT_MAX}.`);
      }
      if (licences < assigned.length) {
        const detail = `${assigned.length} named licences are assigned: take ${assigned.length - licences} away first.`;
        return wrong(title, "licences", detail, "conflict");
      }
      const lower = licences < settings.named.licences;
      return sound(
        title,
        { named: { licences, assigned } },
        lower ? "Only support lowers the number of named licences." : null,
      );
    }
    case "assign": {
      const { named } = settings;
      const title = `${change.person.name}: a named licence assigned`;
      if (named.assigned.some(({ id }) => id === change.person.id)) {
        return wrong(title, "person", `${change.person.name} has a named licence already.`, "conflict");
      }
      if (named.assigned.length >= named.licences) {
        const detail = `All ${named.licences} named licences are assigned: take one away, or raise their number.`;
        return wrong(title, "person", detail, "conflict");
      }
      return sound(title, { named: { ...named, assigned: [...named.assigned, change.person] } });
    }
    case "unassign": {
      const { named } = settings;
      const person = named.assigned.find(({ id }) => id === change.id);
      const title = `${person?.name ?? change.id}: the named licence taken away`;
      if (person === undefined) return wrong(title, "id", "This person has no named licence.", "not_found");
      return sound(title, { named: { ...named, assigned: named.assigned.filter((other) => other !== person) } });
    }
    case "exempt": {
      const title = `${change.person.name}: exempt from the limit`;
      if (settings.exempt.some(({ id }) => id === change.person.id)) {
        return wrong(title, "person", `${change.person.name} is exempt already.`, "conflict");
      }
      if (settings.exempt.length >= LIMIT_MAX) return wrong(title, "person", `At most ${LIMIT_MAX} people are exempt.`);
      return sound(
        title,
        { exempt: [...settings.exempt, change.person] },
        "Only support exempts people from the limit.",
      );
    }
    case "end_exemption": {
      const person = settings.exempt.find(({ id }) => id === change.id);
      const title = `${person?.name ?? change.id}: exempt no more`;
      if (person === undefined) return wrong(title, "id", "This person is not exempt.", "not_found");
      return sound(title, { exempt: settings.exempt.filter((other) => other !== person) });
    }
    case "records_agreed": {
      const { agreed } = change;
      const title = `the agreed number of records to ${agreed ?? "none"}`;
      if (agreed !== null && !whole(agreed, 1, Number.MAX_SAFE_INTEGER)) {
        return wrong(title, "agreed", "The agreed number of records is a whole number of at least 1, or none.");
      }
      const patch = { records: { ...settings.records, agreed } };
      return sound(title, patch, "Only support changes the agreed number of records.");
    }
    case "pools": {
      const title = `the pools to ${change.pools.map((pool) => pool.name).join(", ") || "none"}`;
      const fault = faultOfPools(change.pools, settings.limit);
      return fault === null ? sound(title, { pools: change.pools }) : wrong(title, fault.field, fault.detail);
    }
    case "boost":
      return checkBoost(settings, change, now, by, { sound, wrong });
    case "cancel_boost": {
      const boost = settings.boosts.find(({ id }) => id === change.id);
      const title =
        boost === undefined ? `boost ${change.id} cancelled` : `a boost of ${boost.extra} licences cancelled`;
      if (boost === undefined) return wrong(title, "id", "There is no such boost.", "not_found");
      const patch = { boosts: settings.boosts.filter((other) => other !== boost) };
      // Ending it early takes seats away, as lowering does.
      const own = boostAt(boost, settings, now).runs
        ? "Only support ends a boost that has begun; it ends by itself."
        : null;
      return sound(title, patch, own);
    }
    case "holidays": {
      const { holidays } = change;
      const title = `the holidays from ${settings.holidays.length} to ${holidays.length}`;
      const fault = faultOfHolidays(holidays);
      if (fault !== null) return wrong(title, fault.field, fault.detail);
      const kept = holidays.map(({ date, name, yearly }) => ({ date, name: name.trim(), yearly }));
      return sound(title, { holidays: kept.sort((a, b) => (a.date < b.date ? -1 : 1)) });
    }
    case "enforcement": {
      const { enforced } = change;
      const title = enforced ? "the limit to enforced" : "the limit to observed only";
      if (enforced === settings.enforced) {
        const detail = enforced ? "The limit is enforced already." : "The limit is only observed already.";
        return wrong(title, "enforced", detail, "conflict");
      }
      // Nobody is refused then, which is more than any limit.
      return sound(title, { enforced }, enforced ? null : "Only support goes back to observing.");
    }
    case "overdraft": {
      const { seats, hoursPerMonth } = change;
      const title =
        seats === 0
          ? "the overdraft to none"
          : hoursPerMonth === null
            ? `the overdraft to ${seats} licences`
            : `the overdraft to ${seats} licences, ${hoursPerMonth} hours a month`;
      if (!whole(seats, 0, LIMIT_MAX)) {
        return wrong(title, "seats", `An overdraft is of 0 to ${LIMIT_MAX} licences; 0: none.`);
      }
      if (hoursPerMonth !== null && !whole(hoursPerMonth, 1, OVERDRAFT_HOURS_MAX)) {
        const detail = `The hours of an overdraft in a month are a whole number from 1 to ${OVERDRAFT_HOURS_MAX}, or none.`;
        return wrong(title, "hoursPerMonth", detail);
      }
      return sound(title, { overdraft: { seats, hoursPerMonth } }, "Only support sets the overdraft.");
    }
    case "handover": {
      const { handover } = change;
      const title = `handing licences over to ${HOW_HANDED_OVER[handover] ?? handover}`;
      return HANDOVERS.includes(handover)
        ? sound(title, { handover })
        : wrong(title, "handover", `Handing over is one of ${HANDOVERS.join(", ")}.`);
    }
    case "button": {
      const { corner } = change;
      const title = `the licence button to ${corner}`;
      return CORNERS.includes(corner)
        ? sound(title, { button: corner })
        : wrong(title, "corner", `The licence button stands at one of ${CORNERS.join(", ")}.`);
    }
    case "refusal_tolerance": {
      const { toleranceMs } = change;
      const title = `the tolerance for refusals to ${Math.round(toleranceMs / 1_000)} seconds`;
      return whole(toleranceMs, 0, REFUSAL_TOLERANCE_MAX_MS)
        ? sound(title, { refusalToleranceMs: toleranceMs })
        : wrong(
            title,
            "toleranceMs",
            `The tolerance is from 0 to ${REFUSAL_TOLERANCE_MAX_MS / 1_000} seconds, in whole milliseconds.`,
          );
    }
    case "announce": {
      const { lastsMs } = change;
      const text = change.text.replace(/[\p{Cc}\s]+/gu, " ").trim();
      const title = `the announcement to ${text || "none"}`;
      if (text === "" || text.length > ANNOUNCEMENT_MAX) {
        const detail = `An announcement has 1 to ${ANNOUNCEMENT_MAX} characters; this one has ${text.length}.`;
        return wrong(title, "text", detail);
      }
      if (!whole(lastsMs, MINUTE, ANNOUNCED_MAX_MS))
        return wrong(title, "lastsMs", "An announcement is shown for one minute to 14 days.");
      const id = `a${settings.version + 1}`;
      return sound(title, { announcement: { id, text, by, byId, until: now + lastsMs } });
    }
    case "end_announcement": {
      const title = "the announcement to none";
      return settings.announcement === null || settings.announcement.until <= now
        ? wrong(title, "what", "Nothing is announced.", "not_found")
        : sound(title, { announcement: null });
    }
    case "close": {
      const { startsInMs, lastsMs } = change;
      const text = change.text.replace(/[\p{Cc}\s]+/gu, " ").trim();
      const title = `a closing for ${Math.round(lastsMs / MINUTE)} minutes`;
      if (text.length > ANNOUNCEMENT_MAX) {
        const detail = `What a closing is for has at most ${ANNOUNCEMENT_MAX} characters; this has ${text.length}.`;
        return wrong(title, "text", detail);
      }
      if (!whole(startsInMs, closingAheadMs, CLOSING_STARTS_MAX_MS)) {
        const detail = "A closing begins in five minutes to 92 days, so that people can save their work.";
        return wrong(title, "startsInMs", detail);
      }
      if (!whole(lastsMs, MINUTE, CLOSING_LASTS_MAX_MS)) {
        return wrong(title, "lastsMs", "A closing lasts from one minute to seven days.");
      }
      const from = now + startsInMs;
      const id = `c${settings.version + 1}`;
      return sound(title, { closing: { id, text, by, holder: byId, from, until: from + lastsMs } });
    }
    case "end_closing": {
      const title = "the closing to none";
      return settings.closing === null || settings.closing.until <= now
        ? wrong(title, "what", "No closing is planned.", "not_found")
        : sound(title, { closing: null });
    }
    case "nudge": {
      const { allowed, showNames } = change;
      const title = `asking for a licence to ${allowed ? (showNames ? "allowed, with names" : "allowed") : "not allowed"}`;
      return sound(title, { nudge: { allowed, showNames } });
    }
  }
}

interface Answers {
  sound(title: string, patch: Partial<Settings>): Checked;
  wrong(title: string, field: string, detail: string, code?: Problem["code"]): Checked;
}

/** L17, L30. */
function checkBoost(
  settings: Settings,
  { extra, startsInMs, lastsMs, windows }: Extract<SettingsChange, { what: "boost" }>,
  now: number,
  by: string,
  { sound, wrong }: Answers,
): Checked {
  const repeats = windows !== undefined;
  const title = repeats
    ? `${extra} more licences at set times`
    : `${extra} more licences for ${Math.round(lastsMs / MINUTE)} minutes`;
  if (!whole(extra, 1, LIMIT_MAX)) return wrong(title, "extra", `A boost is of 1 to ${LIMIT_MAX} licences.`);
  const longest = repeats ? REPEATS_MAX_MS : BOOST_LASTS_MAX_MS;
  if (!whole(startsInMs, 0, BOOST_LASTS_MAX_MS) || !whole(lastsMs, MINUTE, longest)) {
    const detail = repeats
      ? "A boost that repeats does so for one minute to 366 days, and starts within 92 days."
      : "A boost lasts from one minute to 92 days, and starts within 92 days.";
    return wrong(title, "lastsMs", detail);
  }
  const fault = repeats ? faultOfWindows(windows) : null;
  if (fault !== null) return wrong(title, fault.field, fault.detail);
  if (repeats && windows.length === 0) return wrong(title, "windows", "A boost that repeats has at least one time.");
  const running = settings.boosts.filter((boost) => boost.until > now);
  if (running.length >= BOOSTS_MAX) {
    return wrong(title, "extra", `There are ${BOOSTS_MAX} boosts already: cancel one first.`, "conflict");
  }
  const from = now + startsInMs;
  const boost = { id: `b${settings.version + 1}`, extra, from, until: from + lastsMs, by };
  return sound(title, { boosts: [...running, repeats ? { ...boost, windows } : boost] });
}

function faultOfPools(pools: readonly Pool[], limit: number): Fault | null {
  if (pools.length > POOLS_MAX) return { field: "pools", detail: `There are at most ${POOLS_MAX} pools.` };
  const reserved = pools.reduce((sum, pool) => sum + pool.reserved, 0);
  for (const [place, pool] of pools.entries()) {
    const at = `pools.${place}`;
    if (pools.findIndex(({ id }) => id === pool.id) !== place) {
      return { field: `${at}.id`, detail: `Two pools are called ${pool.id}: each id is used once.` };
    }
    if (!whole(pool.reserved, 0, LIMIT_MAX)) {
      return { field: `${at}.reserved`, detail: `Reserved licences are a whole number from 0 to ${LIMIT_MAX}.` };
    }
    if (pool.most !== null && (!whole(pool.most, 1, LIMIT_MAX) || pool.most < pool.reserved)) {
      return {
        field: `${at}.most`,
        detail: "The most of a pool is a whole number, at least its reserved licences, or none.",
      };
    }
    const { guarantee } = pool;
    if (guarantee?.kind === "ahead" && !whole(guarantee.minutes, AHEAD_MINUTES.least, AHEAD_MINUTES.most)) {
      const detail = `A reservation is filled ${AHEAD_MINUTES.least} to ${AHEAD_MINUTES.most} minutes ahead, in whole minutes.`;
      return { field: `${at}.guarantee.minutes`, detail };
    }
    if (guarantee?.kind === "ahead" && pool.windows === null) {
      const detail =
        "A reservation that always holds has no beginning to be filled ahead of: give it times, or choose strict or lent.";
      return { field: `${at}.guarantee.kind`, detail };
    }
    if (guarantee?.kind === "lent" && !whole(guarantee.minutes, LENT_MINUTES.least, LENT_MINUTES.most)) {
      const detail = `A lent licence is given back within ${LENT_MINUTES.least} to ${LENT_MINUTES.most} minutes, in whole minutes.`;
      return { field: `${at}.guarantee.minutes`, detail };
    }
    if (!whole(pool.priority, 0, PRIORITY_MAX)) {
      return { field: `${at}.priority`, detail: `The priority is a whole number from 0 to ${PRIORITY_MAX}.` };
    }
    if (pool.groups.length === 0)
      return { field: `${at}.groups`, detail: "A pool names at least one group of the CRM." };
    const fault = faultOfWindows(pool.windows ?? []);
    if (fault !== null) return { field: `${at}.${fault.field}`, detail: fault.detail };
  }
  if (reserved > limit) {
    return {
      field: "pools",
      detail: `${reserved} licences would be reserved of a limit of ${limit}: reserve at most ${limit}.`,
    };
  }
  return null;
}
