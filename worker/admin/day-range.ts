export { readDays } from "../records/day-range.ts";
