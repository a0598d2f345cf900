/** L17, L30: changes of what holds at its times: boosts, holidays, and the zone by which both go. */
import { DAY_MS, MINUTE_MS } from "../../../shared/durations.ts";
import { type Sentence, sentence } from "../../../shared/sentence.ts";
import { LIMIT_MAX } from "../../../shared/timing.ts";
import { boostAt } from "../time/schedule.ts";
import { type Actor, type ChangeOf, type Checked, sound, whole, wrong } from "./checked.ts";
import { BOOSTS_MAX, type Settings } from "./settings.ts";
import { faultOfHolidays, faultOfWindows, isZone } from "./window-faults.ts";

const BOOST_LASTS_MAX_MS = 92 * DAY_MS;
/** L30: a boost that repeats does so for at most a year. */
const REPEATS_MAX_MS = 366 * DAY_MS;

export function checkTimeZone(settings: Settings, change: ChangeOf<"time_zone">, now: number): Checked {
  const title = sentence("zoneTo", { zone: change.timeZone });
  return isZone(change.timeZone)
    ? sound(title, { timeZone: change.timeZone }, endingBoost(settings, { timeZone: change.timeZone }, now))
    : wrong(title, "timeZone", sentence("zoneName"));
}

export function checkHolidays(settings: Settings, change: ChangeOf<"holidays">, now: number): Checked {
  const { holidays } = change;
  const title = sentence("holidaysFromTo", { from: settings.holidays.length, to: holidays.length });
  const fault = faultOfHolidays(holidays);
  if (fault !== null) return wrong(title, fault.field, fault.says);
  const kept = holidays.map(({ date, name, yearly }) => ({ date, name: name.trim(), yearly }));
  const patch = { holidays: kept.sort((a, b) => (a.date < b.date ? -1 : 1)) };
  return sound(title, patch, endingBoost(settings, patch, now));
}

/** L17, L30. */
export function checkBoost(
  settings: Settings,
  { extra, startsInMs, lastsMs, windows }: ChangeOf<"boost">,
  now: number,
  { name: by, id: byId }: Actor,
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
  const boost = { id: `b${settings.version + 1}`, extra, from, until: from + lastsMs, by, byId };
  return sound(title, { boosts: [...running, repeats ? { ...boost, windows } : boost] });
}

export function checkCancelBoost(settings: Settings, change: ChangeOf<"cancel_boost">, now: number): Checked {
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

/** L17: a change of the calendar ends a boost as surely as its cancellation does; null: it ends none. */
function endingBoost(settings: Settings, patch: Partial<Settings>, now: number): Sentence | null {
  const after = { ...settings, ...patch };
  const ends = settings.boosts.some((one) => boostAt(one, settings, now).runs && !boostAt(one, after, now).runs);
  return ends ? sentence("supportBoost") : null;
}
