/** A table of figures: a heading per row, and the same figures of each. */
import type { Child } from "hono/jsx";

export interface FiguresTableProps<Row> {
  /** Read out before the table; left out where a heading says the same. */
  caption?: string;
  /** What the rows are of. */
  of: string;
  rows: readonly Row[];
  nameOf: (row: Row) => Child;
  /** The name of each figure, and how it is written. */
  figures: readonly (readonly [name: string, write: (row: Row) => string])[];
}

export const FiguresTable = <Row,>({ caption, of, rows, nameOf, figures }: FiguresTableProps<Row>) => (
  <table>
    {caption !== undefined && <caption class="visually-hidden">{caption}</caption>}
    <thead>
      <tr>
        <th scope="col">{of}</th>
        {figures.map(([name]) => (
          <th scope="col" class="number">
            {name}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {rows.map((row) => (
        <tr>
          <th scope="row">{nameOf(row)}</th>
          {figures.map(([name, write]) => (
            <td data-label={name} class="number">
              {write(row)}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
);
