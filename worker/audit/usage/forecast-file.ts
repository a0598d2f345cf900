/** R3: the forecast as a file. */
import { type ExportFormat, streamText } from "../audit-export.ts";
import { writeLine } from "../csv.ts";
import { writeDay } from "../time-zone.ts";
import type { Forecast } from "./forecast.ts";
import { momentOf } from "./forecast-query.ts";

export interface ForecastRow {
  start: string;
  day: string;
  limit: number;
  expected: number;
  enough: number;
  reached: number;
  refused: number;
}

const round = (value: number): number => Math.round(value * 1_000) / 1_000;

/** None where too little is known. */
export const forecastRows = ({ hours }: Forecast, zone: string): ForecastRow[] =>
  (hours ?? []).map(({ hour, limit, expected, enough, reached, refused }) => ({
    start: new Date(momentOf(zone, hour)).toISOString(),
    day: writeDay(Math.floor(hour / 24)),
    limit,
    expected: round(expected),
    enough,
    reached: round(reached),
    refused: round(refused),
  }));

const COLUMNS = ["start", "day", "limit", "expected", "enough", "reached", "refused"] as const;

export function writeForecast(forecast: Forecast, zone: string, format: ExportFormat): ReadableStream<Uint8Array> {
  return streamText(async function* () {
    yield format === "csv" ? `\uFEFF${writeLine(COLUMNS)}` : "";
    for (const row of forecastRows(forecast, zone))
      yield format === "csv" ? writeLine(COLUMNS.map((column) => row[column])) : `${JSON.stringify(row)}\n`;
  });
}
