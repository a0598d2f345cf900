export { type DaysFault, readDays } from "../records/day-range.ts";
