/** Writes durations, ages and moments for people. */
import { offsetAt } from "../records/time-zone.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Younger is "just now": presence comes in beats, so smaller ages say nothing. */
const JUST_NOW_MS = 10 * SECOND;

/** Such as `40 s`, `5 min`, `2 h 5 min`, `3 days`. */
export function writeDuration(ms: number): string {
  if (ms < MINUTE) return `${Math.max(0, Math.floor(ms / SECOND))} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < 2 * DAY) {
    const minutes = Math.floor((ms % HOUR) / MINUTE);
    return minutes === 0 ? `${Math.floor(ms / HOUR)} h` : `${Math.floor(ms / HOUR)} h ${minutes} min`;
  }
  return `${Math.floor(ms / DAY)} days`;
}

/** Such as `just now` or `5 min ago`. */
export const writeAge = (ms: number): string => (ms < JUST_NOW_MS ? "just now" : `${writeDuration(ms)} ago`);

/** Such as `20 minutes`, `1 minute`, or `40 s` where it is no whole minute. */
export function writeMinutes(ms: number): string {
  if (ms % MINUTE !== 0) return writeDuration(ms);
  return ms === MINUTE ? "1 minute" : `${ms / MINUTE} minutes`;
}

/** Such as `2026-11-21 14:03 UTC`; `at` in ms since 1970. */
export const writeMoment = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;

/** Such as `14:03:09 UTC`. */
export const writeClock = (at: number): string => `${new Date(at).toISOString().slice(11, 19)} UTC`;

/** Such as `2026-11-21 14:03`, by the clock of `zone`. */
export function writeLocal(at: number, zone: string): string {
  return new Date(at + offsetAt(zone, at)).toISOString().slice(0, 16).replace("T", " ");
}
