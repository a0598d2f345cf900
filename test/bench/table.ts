/** What was measured, as a table that a terminal shows. */
import type { Comparison } from "./rounds.ts";

export interface Row {
  name: string;
  measured: string;
  ratio: string;
  spread: string;
  toReach: string;
  /** null: told for information. */
  ok: boolean | null;
}

const TITLES = { name: "name", measured: "measured", ratio: "ratio", spread: "spread", toReach: "to reach", ok: "ok" };

export function drawTable(rows: readonly Row[]): string {
  const cells = [TITLES, ...rows.map((row) => ({ ...row, ok: row.ok === null ? "–" : row.ok ? "yes" : "NO" }))];
  const columns = Object.keys(TITLES) as (keyof typeof TITLES)[];
  const widths = columns.map((column) => Math.max(...cells.map((cell) => cell[column].length)));
  const lines = cells.map((cell) =>
    columns
      .map((column, at) => cell[column].padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const rule = widths.map((width) => "-".repeat(width)).join("  ");
  return [lines[0], rule, ...lines.slice(1)].join("\n");
}

/** What a comparison says in every row; the more of `first`, the more the ratio. */
export const ratioCells = ({ ratio, low, high }: Comparison): Pick<Row, "ratio" | "spread"> => ({
  ratio: share(ratio),
  spread: `${share(low)} to ${share(high)}`,
});

export const count = (value: number): string => Math.round(value).toLocaleString("en-US");
export const share = (value: number): string => value.toFixed(2);
