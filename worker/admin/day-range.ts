export { type DaysFault, readDays } from "../audit/day-range.ts";
