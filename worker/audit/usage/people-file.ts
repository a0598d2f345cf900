/** R3: the use of each person as a file. */
import { type ExportFormat, streamText } from "../audit-export.ts";
import { writeLine } from "../csv.ts";
import type { PersonUse } from "./people-usage.ts";

const HOUR_MS = 3_600_000;
const COLUMNS = [
  "person",
  "name",
  "email",
  "named",
  "hours",
  "days",
  "stays",
  "typical_minutes",
  "last_seen",
  "has_seat",
  "refusals",
  "short_waits",
  "waited_seconds",
] as const;

export function writePeople(people: readonly PersonUse[], format: ExportFormat): ReadableStream<Uint8Array> {
  return streamText(async function* () {
    yield format === "csv" ? `\uFEFF${writeLine(COLUMNS)}` : "";
    for (const use of people) {
      const cells = cellsOf(use);
      yield format === "csv"
        ? writeLine(cells)
        : `${JSON.stringify(Object.fromEntries(COLUMNS.map((column, place) => [column, cells[place]])))}\n`;
    }
  });
}

const round = (value: number): number => Math.round(value * 10_000) / 10_000;

const cellsOf = (use: PersonUse): (string | number | null)[] => [
  use.id,
  use.name,
  use.email,
  use.named ? "yes" : "no",
  round(use.heldMs / HOUR_MS),
  use.days,
  use.stays,
  use.typicalMs === null ? null : round(use.typicalMs / 60_000),
  use.lastSeenAt === null ? null : new Date(use.lastSeenAt).toISOString(),
  use.isSeated ? "yes" : "no",
  use.refusals,
  use.brief,
  Math.round(use.waitedMs / 1_000),
];
