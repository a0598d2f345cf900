/** L20: people as somebody lists them: a line each, or a table as programs write it (RFC 4180). */
import { err, ok, type Result } from "../../../../shared/result.ts";

export type ListFault = { fault: "noColumn" } | { fault: "quote"; line: number };

const SEPARATORS = [";", "\t", ","] as const;

/** What programs call the column, the surer first; compared without case, blanks and signs. */
const COLUMNS = [
  ["email", "emailaddress", "mail", "emailadresse", "adresseemail", "courriel", "correo", "correoelectronico"],
  [
    "login",
    "username",
    "user",
    "userprincipalname",
    "upn",
    "benutzer",
    "benutzername",
    "anmeldename",
    "utilisateur",
    "nomdutilisateur",
    "identifiant",
    "usuario",
    "nombredeusuario",
  ],
] as const;

/** The names that the text lists, without empty ones. */
export function readPeopleList(text: string): Result<string[], ListFault> {
  const rows = readRows(text.replace(/^\ufeff/, ""));
  if (!rows.ok) return rows;
  const [first = [], ...rest] = rows.value;
  const headings = first.map(foldHeading);
  for (const names of COLUMNS) {
    const column = headings.findIndex((heading) => (names as readonly string[]).includes(heading));
    if (column !== -1) return ok(columnOf(rest, column));
  }
  if (rows.value.every((row) => row.length <= 1)) return ok(columnOf(rows.value, 0));
  // Without headings an address shows which column it is.
  const column = first.findIndex((cell) => cell.includes("@"));
  return column === -1 ? err({ fault: "noColumn" }) : ok(columnOf(rows.value, column));
}

const foldHeading = (cell: string): string =>
  cell
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z]/g, "");

const columnOf = (rows: readonly string[][], column: number): string[] =>
  rows.flatMap((row) => {
    const cell = (row[column] ?? "").trim();
    return cell === "" ? [] : [cell];
  });

/** The cells of each row that is not empty. */
function readRows(text: string): Result<string[][], ListFault> {
  const head = text.slice(0, text.search(/[\r\n]|$/)).replace(/"[^"]*"/g, "");
  const separator = SEPARATORS.find((one) => head.includes(one)) ?? ",";
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let line = 1;
  let quotedSince: number | null = null;
  const endCell = () => {
    row.push(cell.trim());
    cell = "";
  };
  const endRow = () => {
    endCell();
    if (row.some((one) => one !== "")) rows.push(row);
    row = [];
  };
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] as string;
    if (sign === "\n") line++;
    if (quotedSince !== null) {
      if (sign !== '"') cell += sign;
      else if (text[at + 1] === '"') {
        cell += sign;
        at++;
      } else quotedSince = null;
    } else if (sign === '"' && cell.trim() === "") {
      quotedSince = line;
      cell = "";
    } else if (sign === separator) endCell();
    else if (sign === "\n" || sign === "\r") endRow();
    else cell += sign;
  }
  if (quotedSince !== null) return err({ fault: "quote", line: quotedSince });
  endRow();
  return ok(rows);
}
