/** What managers, support and strangers to it try to change: sound or not, of the current version or an older one. */
import { HANDOVERS } from "../../shared/handover.ts";
import type { Command } from "../../worker/ledger/command.ts";
import type { Person } from "../../worker/ledger/person.ts";
import type { Holiday, Pool, Settings, SettingsChange, Window } from "../../worker/ledger/settings/settings.ts";
import type { Random } from "./random.ts";

/** Any command of the administration. `ahead`: reservations may be filled ahead (L29). */
export function administer(random: Random, people: readonly Person[], settings: Settings, ahead: boolean): Command {
  // Support is rare, and alone lowers: without a share of its own every limit would only rise.
  const actor: Person = random.once(2) ? { ...random.pick(people), role: "support" } : random.pick(people);
  const { version, limit } = settings;
  if (random.once(3)) {
    return { type: "change_settings", actor, change: anyChange(random, random.pick(people), settings, ahead), version };
  }
  if (random.once(6)) return askOrDecide(random, actor, random.pick(people), settings);
  if (random.once(4)) return { type: "evict", actor, holder: random.pick(people).id, note: "simulated" };
  if (random.once(6)) return { type: "report_records", actor, count: random.below(120) };
  if (random.once(5)) {
    return { type: "set_idle_timeout", actor, idleTimeoutMs: (5 + random.below(57)) * 60_000, version };
  }
  return {
    type: "set_limit",
    actor,
    limit: Math.max(1, Math.min(4, limit + random.below(5) - 3)),
    version: random.once(5) ? version - 1 : version,
  };
}

/** Q1, Q2: a request by anybody, or an answer to one that is open, decided, or was never made. */
function askOrDecide(random: Random, actor: Person, person: Person, { requests, version }: Settings): Command {
  if (random.once(2)) {
    const kind = random.pick(["more", "lower"] as const);
    return { type: "request_seats", person, kind, count: random.below(6), note: random.once(2) ? "simulated" : "" };
  }
  const answer = random.pick([
    { do: "boost", lastsMs: 60_000 + random.below(600_000) },
    { do: "raise" },
    { do: "lower" },
    { do: "decline", note: "" },
  ] as const);
  return { type: "decide_request", actor, id: requests.at(-1 - random.below(3))?.id ?? "q0", answer, version };
}

function anyChange(
  random: Random,
  { id, name }: Person,
  { boosts, named, exempt }: Settings,
  ahead: boolean,
): SettingsChange {
  switch (random.below(17)) {
    case 0:
      return {
        what: "boost",
        extra: 1 + random.below(3),
        startsInMs: random.below(60_000),
        lastsMs: 60_000 + random.below(600_000),
        ...(random.once(3) ? { windows: [anyWindow(random)] } : {}),
      };
    case 1:
      return { what: "cancel_boost", id: boosts[0]?.id ?? "none" };
    case 2:
      return { what: "named_licences", licences: random.below(3) };
    case 3:
      return { what: "assign", person: { id, name } };
    case 4:
      return { what: "unassign", id: named.assigned[0]?.id ?? id };
    case 5:
      return random.once(4)
        ? { what: "exempt", person: { id, name } }
        : { what: "end_exemption", id: exempt[0]?.id ?? id };
    case 6:
      return { what: "end_exemption", id: exempt[0]?.id ?? id };
    case 7:
      return { what: "model", model: random.once(12) ? random.pick(["named", "records"] as const) : "concurrent" };
    case 12:
      return { what: "records_agreed", agreed: random.once(3) ? null : 1 + random.below(100) };
    case 8:
      if (random.once(2)) return closeOrOpen(random);
      return random.once(3)
        ? { what: "end_announcement" }
        : { what: "announce", text: random.pick(["", "Maintenance at six"]), lastsMs: random.below(300_000) };
    case 9:
      return { what: "nudge", allowed: !random.once(4), showNames: random.once(2) };
    case 10:
      return { what: "enforcement", enforced: !random.once(8) };
    case 11:
      return { what: "overdraft", seats: random.below(3), hoursPerMonth: random.once(2) ? 1 + random.below(4) : null };
    case 13:
      return { what: "holidays", holidays: random.once(2) ? [] : [EACH_DAY_OF_A_YEAR[random.below(365)] as Holiday] };
    case 14:
      return { what: "handover", handover: random.pick(HANDOVERS) };
    default:
      return anyPools(random, ahead);
  }
}

/** L31: a closing that is seen in the run, or one too soon; or none any more. */
function closeOrOpen(random: Random): SettingsChange {
  if (random.once(3)) return { what: "end_closing" };
  const startsInMs = 290_000 + random.below(60_000);
  return { what: "close", startsInMs, lastsMs: 60_000 + random.below(300_000), text: "" };
}

/** Seats of finance that others work on meanwhile. */
export const LENDING: Pool = {
  id: "finance",
  name: "Finance",
  groups: ["finance"],
  reserved: 1,
  most: null,
  priority: 0,
  windows: null,
  guarantee: { kind: "lent", minutes: 3 },
};

const EACH_DAY_OF_A_YEAR: Holiday[] = Array.from({ length: 365 }, (_, day) => ({
  date: new Date(day * 86_400_000).toISOString().slice(0, 10),
  name: "Holiday",
  yearly: true,
}));

/** L30: of every kind, in zones far apart. */
function anyWindow(random: Random): Window {
  const hours = { from: "08:00", to: random.pick(["07:30", "12:00", "23:59"]) };
  const rest = {
    ...(random.once(2) ? { zone: random.pick(["Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe"]) } : {}),
    ...(random.once(4) ? { holidays: random.pick(["except", "only"] as const) } : {}),
  };
  const days = [1 + random.below(7), 1 + random.below(7)];
  return random.pick<Window>([
    { kind: "weekly", days, ...hours, ...rest },
    { kind: "weekly", days, ...hours, every: { weeks: 2, from: "1971-01-04" }, ...rest },
    { kind: "monthly", fromDay: 1 + random.below(28), toDay: -1, hours, ...rest },
    { kind: "quarterly", lastDays: 1 + random.below(90), ...rest },
    { kind: "dates", from: "1970-01-01", to: "2099-12-31", hours, ...rest },
  ]);
}

/** Half an hour of every three: there is mostly one that comes soon. */
const OFTEN: Window[] = Array.from({ length: 8 }, (_, part) => {
  const hour = String(3 * part).padStart(2, "0");
  return { kind: "weekly", days: [1, 2, 3, 4, 5, 6, 7], from: `${hour}:00`, to: `${hour}:30` };
});

const anyGuarantee = (random: Random, ahead: boolean): NonNullable<Pool["guarantee"]> =>
  ahead && !random.once(3) ? { kind: "ahead", minutes: 5 + random.below(60) } : { kind: "lent", minutes: 3 };

function anyPools(random: Random, ahead: boolean): SettingsChange {
  const isOften = ahead && random.once(2);
  const windows = isOften ? OFTEN : random.once(6) ? [anyWindow(random), anyWindow(random)] : null;
  const finance = {
    id: "finance",
    name: "Finance",
    groups: ["finance"],
    reserved: random.below(3),
    most: random.once(6) ? 2 : null,
    priority: random.below(4),
    windows,
    ...(random.once(3) ? {} : { guarantee: anyGuarantee(random, ahead && windows !== null) }),
  };
  const sales = {
    id: "sales",
    name: "Sales",
    groups: ["sales"],
    reserved: random.below(2),
    most: null,
    priority: random.below(11),
    windows: null,
  };
  return { what: "pools", pools: random.pick([[], [finance], [finance, sales], [LENDING], [LENDING, sales]]) };
}
