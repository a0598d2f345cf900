/** What a tenant has agreed and chosen. Every change names the version it was made from. */

import type { Corner } from "../../../shared/corner.ts";
import { DAY_MS, MINUTE_MS } from "../../../shared/durations.ts";
import type { Handover } from "../../../shared/handover.ts";
import type { HolderId } from "../../../shared/ids.ts";
import type { Sentence } from "../../../shared/sentence.ts";
import { LIMIT_MAX } from "../../../shared/timing.ts";
import type { SeatRequest } from "../requests.ts";
import type { RightsMap } from "./rights.ts";

/**
 * L14. `concurrent`: a pool of seats. `named`: only people with a licence of their own. `records`: as many as the cap.
 */
export const MODELS = ["concurrent", "named", "records"] as const;
export type Model = (typeof MODELS)[number];

/** At most so many pools: memberships are kept as bits. */
export const POOLS_MAX = 8;
export const BOOSTS_MAX = 32;
export const PRIORITY_MAX = 10;
/** L29: by so many minutes a reservation may be filled ahead, and so many may giving back take. */
export const AHEAD_MINUTES = { least: 5, most: 240 } as const;
/** The least: a countdown of a minute and a half, and the longest life of a pass. */
export const LENT_MINUTES = { least: 3, most: 30 } as const;
/** L28: the highest limit through a month of 31 days. */
export const OVERDRAFT_HOURS_MAX = 31 * 24 * LIMIT_MAX;
/** How many changes are remembered: shown by the administration, and to anyone with an older version. */
export const HISTORY_MAX = 50;
/** R1: how long a person may be without the seat that they want before it counts as a refusal, and at most; ms. */
export const REFUSAL_TOLERANCE_MS = MINUTE_MS;
export const REFUSAL_TOLERANCE_MAX_MS = 600_000;
/** Whom refused people may ask: a name and a number, an address, a sentence. */
export const CONTACT_MAX = 300;
/** Q4: it has to fit beside the CRM's page. */
export const ANNOUNCEMENT_MAX = 300;

/** L30: a pool, or a boost that repeats, has at most so many. */
export const WINDOWS_MAX = 20;
export const HOLIDAYS_MAX = 300;
export const HOLIDAY_NAME_MAX = 100;
/** L30: the longest pause of a window by the week, and the longest end of a quarter. */
export const EVERY_WEEKS_MAX = 52;
export const QUARTER_DAYS_MAX = 90;

/** L30: of the tenant's own list. `yearly`: each year on that day and month. */
export interface Holiday {
  /** Such as `2026-12-24`. */
  date: string;
  name: string;
  yearly: boolean;
}

/** Times of the day as HH:MM; `to` at or before `from` is on the next day. */
export interface Hours {
  from: string;
  to: string;
}

export const CLOSING_STARTS_MAX_MS = 92 * DAY_MS;
export const CLOSING_LASTS_MAX_MS = 7 * DAY_MS;

/** When a pool holds, or a boost: which days, and at which times of each; days are whole where no times are named. */
export type Window = (
  | (Hours & {
      kind: "weekly";
      /** 1 is Monday. */
      days: number[];
      /** Every so many weeks alone, counted from the week of a date, and not before it; left out: each week. */
      every?: { weeks: number; from: string } | undefined;
    })
  /** 1 to 31, or -1 for the last day of the month, -2 for the one before. */
  | { kind: "monthly"; fromDay: number; toDay: number; hours?: Hours | undefined }
  /** So many last days of each quarter of the year. */
  | { kind: "quarterly"; lastDays: number; hours?: Hours | undefined }
  /** Dates such as `2026-12-24`, the last one included. */
  | { kind: "dates"; from: string; to: string; hours?: Hours | undefined }
) & {
  /** Left out: the tenant's. */
  zone?: string | undefined;
  /** Left out: holidays are days as others. */
  holidays?: "except" | "only" | undefined;
};

/** L17: seats and rights of the people of some groups of the CRM. */
export interface Pool {
  id: string;
  name: string;
  groups: string[];
  /** Seats kept for its people. */
  reserved: number;
  /** The most of its people that may have a seat at once; null: no such maximum. */
  most: number | null;
  /**
   * What `reserved` promises. `strict`, or left out: the seats are free for its people while it holds. `ahead`: they are kept
   * so many minutes before it begins, too. `lent`: others work on them while its people are away, and have given them back
   * within so many minutes.
   */
  guarantee?: { kind: "strict" } | { kind: "ahead" | "lent"; minutes: number } | undefined;
  /** 0 to 10: each step is worth `HEAD_START_MS` of waiting. */
  priority: number;
  /** null: always. */
  windows: Window[] | null;
}

/** L17: more seats for a while. */
export interface Boost {
  id: string;
  extra: number;
  from: number;
  until: number;
  by: string;
  /** Missing in one that an earlier version made. */
  byId?: HolderId | undefined;
  /** L30: at these times alone, from `from` to `until`; left out: all the time. */
  windows?: Window[] | undefined;
}

export interface Assigned {
  id: HolderId;
  name: string;
}

/** Q4: what holders are told, such as that there is maintenance at six. */
export interface Announcement {
  id: string;
  text: string;
  by: string;
  byId: HolderId;
  /** When what it is about happens, and until when it is shown; ms since 1970. */
  until: number;
}

/** L31: from `from` to `until` nobody but support works; ms since 1970. */
export interface Closing {
  id: string;
  /** Why; empty: nothing is said. */
  text: string;
  by: string;
  /** Who planned it. */
  holder: HolderId;
  from: number;
  until: number;
}

export type PoolTrace = Pick<Pool, "reserved" | "most" | "priority" | "groups" | "guarantee"> & {
  windows: number | null;
};

export type ClosingTrace = Pick<Closing, "from" | "until" | "text"> | null;

/** One thing that changed. Nobody's words: pages say it in the reader's language. */
export type Trace =
  | { field: "limit" | "idle_timeout" | "named_licences" | "refusal_tolerance"; from: number; to: number }
  | { field: "records_agreed"; from: number | null; to: number | null }
  | { field: "model"; from: Model; to: Model }
  | { field: "time_zone" | "contact" | "announcement"; from: string; to: string }
  | { field: "assigned" | "exempt"; person: Assigned; to: boolean }
  /** null: there was, or is, no such pool. */
  | { field: "pool"; name: string; from: PoolTrace | null; to: PoolTrace | null }
  /** `windows`: how many times it repeats at; left out: it does not. */
  | { field: "boost"; extra: number; starts: number; ends: number; to: boolean; windows?: number }
  /** null: none was, or is, planned. */
  | { field: "closing"; from: ClosingTrace; to: ClosingTrace }
  /** How many there were, and are. */
  | { field: "holidays"; from: number; to: number }
  | { field: "nudge"; from: Settings["nudge"]; to: Settings["nudge"] }
  | { field: "enforcement"; from: boolean; to: boolean }
  | { field: "overdraft"; from: Settings["overdraft"]; to: Settings["overdraft"] }
  | { field: "handover"; from: Handover; to: Handover }
  /** How many rules there were, and are; null: the preset's. */
  | { field: "rights"; from: number | null; to: number | null }
  | { field: "button"; from: Corner; to: Corner };

/** One change of the settings. Those of older releases say neither when nor from what. */
export interface PastChange {
  version: number;
  by: string;
  /** For the API and for anyone with an older version. A text: English of a release that kept it so. */
  what: Sentence | string;
  byId?: HolderId;
  /** ms since 1970. */
  at?: number;
  traces?: Trace[];
}

export interface Settings {
  limit: number;
  idleTimeoutMs: number;
  /** Grows with every change. */
  version: number;
  model: Model;
  timeZone: string;
  /** G5: whom refused people are told to ask; empty: whom the operator has named. */
  contact: string;
  /** L14: licences that belong to a person. */
  named: { licences: number; assigned: Assigned[] };
  /** L11: people beside support who are never counted. */
  exempt: Assigned[];
  /** L14: what the charge follows in the records model. */
  records: { agreed: number | null; count: number | null };
  pools: Pool[];
  boosts: Boost[];
  holidays: Holiday[];
  /** L24: false: the tenant only observes, and nobody is refused. */
  enforced: boolean;
  /** L28: people who may work beyond the limit, and for how many hours of seats in a month; null: no such bound. */
  overdraft: { seats: number; hoursPerMonth: number | null };
  /** L16: whether waiting people may ask for a seat, and whether their names are told. */
  nudge: { allowed: boolean; showNames: boolean };
  /** L32: whether a holder may give the seat to somebody who waits, and whether that may pass the line. */
  handover: Handover;
  /** I13: which roles and groups of the CRM give which right; null: as the preset says. */
  rights: RightsMap | null;
  /** G8: where the page agent's seat button stands. */
  button: Corner;
  /**
   * R1: a person who is refused but gets a seat sooner than this is not counted as refused in lists, alerts and advice;
   * ms.
   */
  refusalToleranceMs: number;
  /** Q4: null: none is shown, also once `until` is past. */
  announcement: Announcement | null;
  /** L31: null: none is planned, also once `until` is past. */
  closing: Closing | null;
  /** Q1: open requests, and the latest decided ones. No part of what a version is of. */
  requests: SeatRequest[];
  history: PastChange[];
}

/** Of a tenant that is new; `more` is what its configuration says beyond that. */
export function initialSettings(
  limit: number,
  idleTimeoutMs: number,
  more: Partial<Pick<Settings, "timeZone" | "enforced">> = {},
): Settings {
  return {
    limit,
    idleTimeoutMs,
    version: 1,
    model: "concurrent",
    timeZone: "UTC",
    contact: "",
    named: { licences: 0, assigned: [] },
    exempt: [],
    records: { agreed: null, count: null },
    pools: [],
    boosts: [],
    holidays: [],
    enforced: true,
    overdraft: { seats: 0, hoursPerMonth: null },
    nudge: { allowed: true, showNames: false },
    handover: "turn",
    rights: null,
    button: "bottom-right",
    refusalToleranceMs: REFUSAL_TOLERANCE_MS,
    announcement: null,
    closing: null,
    requests: [],
    history: [],
    ...more,
  };
}

/** One change of the settings; limit and idle time-out have commands of their own. */
export type SettingsChange =
  | { what: "model"; model: Model }
  | { what: "time_zone"; timeZone: string }
  | { what: "contact"; contact: string }
  | { what: "named_licences"; licences: number }
  | { what: "assign"; person: Assigned }
  | { what: "unassign"; id: HolderId }
  | { what: "exempt"; person: Assigned }
  | { what: "end_exemption"; id: HolderId }
  | { what: "records_agreed"; agreed: number | null }
  | { what: "pools"; pools: Pool[] }
  /** `startsInMs` from now, for `lastsMs`; L30: with `windows`, at these times within that alone. */
  | { what: "boost"; extra: number; startsInMs: number; lastsMs: number; windows?: Window[] | undefined }
  | { what: "cancel_boost"; id: string }
  | { what: "holidays"; holidays: Holiday[] }
  | { what: "enforcement"; enforced: boolean }
  | { what: "overdraft"; seats: number; hoursPerMonth: number | null }
  | { what: "nudge"; allowed: boolean; showNames: boolean }
  | { what: "handover"; handover: Handover }
  | { what: "rights"; rights: RightsMap | null }
  | { what: "button"; corner: Corner }
  | { what: "refusal_tolerance"; toleranceMs: number }
  /** Q4: shown from now on, for `lastsMs`. */
  | { what: "announce"; text: string; lastsMs: number }
  | { what: "end_announcement" }
  /** L31: from `startsInMs` from now on, for `lastsMs`. */
  | { what: "close"; startsInMs: number; lastsMs: number; text: string }
  | { what: "end_closing" };
