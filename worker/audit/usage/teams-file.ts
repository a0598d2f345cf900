/** R3: groups and their overlaps as a file: one table, told apart by `what`. */
import { type ExportFormat, streamText } from "../audit-export.ts";
import { writeLine } from "../csv.ts";
import type { Teams } from "./teams.ts";

const HOUR_MS = 3_600_000;

export interface TeamRow {
  what: "team" | "overlap";
  group: string;
  /** The other group of an overlap. */
  other: string | null;
  /** With a licence in the period; of an overlap, in both. */
  people: number;
  hours: number | null;
  /** Of an overlap, of both together. */
  peak: number;
  sumOfPeaks: number | null;
  saved: number | null;
}

export const teamRows = ({ teams, overlaps }: Teams): TeamRow[] => [
  ...teams.map(({ group, people, heldMs, peak }): TeamRow => {
    const hours = Math.round((heldMs / HOUR_MS) * 10_000) / 10_000;
    return { what: "team", group, other: null, people, hours, peak, sumOfPeaks: null, saved: null };
  }),
  ...overlaps.map(({ groups: [group, other], people, peaks: [a, b], common, saved }): TeamRow => {
    return { what: "overlap", group, other, people, hours: null, peak: common, sumOfPeaks: a + b, saved };
  }),
];

const COLUMNS = ["what", "group", "other", "people", "hours", "peak", "sum_of_peaks", "saved"] as const;

export function writeTeams(teams: Teams, format: ExportFormat): ReadableStream<Uint8Array> {
  return streamText(async function* () {
    yield format === "csv" ? `\uFEFF${writeLine(COLUMNS)}` : "";
    for (const row of teamRows(teams)) {
      const cells = Object.values(row) as (string | number | null)[];
      yield format === "csv"
        ? writeLine(cells)
        : `${JSON.stringify(Object.fromEntries(COLUMNS.map((column, place) => [column, cells[place]])))}\n`;
    }
  });
}
