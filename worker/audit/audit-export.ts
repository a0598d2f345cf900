/**
 * R2: the audit as a file that anybody can verify with `scripts/audit/verify-audit.mjs`. It begins with the anchor that
 * its first row hangs on and ends with a line that says how far it goes. Read and written in pieces: thirteen months
 * are more than a Worker's memory.
 */
import type { TenantId } from "../../shared/ids.ts";
import { type Anchor, type AuditFilter, type AuditRow, listAudit, readAnchor, readRange } from "./audit-query.ts";
import { genesisOf } from "./chain.ts";
import { writeLine } from "./csv.ts";

export const EXPORT_FORMATS = ["csv", "jsonl"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const CONTENT_TYPES: Record<ExportFormat, string> = {
  csv: "text/csv; charset=utf-8; header=present",
  jsonl: "application/jsonl; charset=utf-8",
};

/** Rows asked of D1 at once. */
const PIECE = 1_000;

const COLUMNS = [
  "row",
  "tenant",
  "seq",
  "time",
  "kind",
  "person",
  "person_name",
  "actor",
  "actor_name",
  "in_use",
  "limit",
  "body",
  "texts",
  "at",
  "prev",
  "hash",
] as const;

type Line = Partial<Record<(typeof COLUMNS)[number], string | number | null>>;

interface Writer {
  head: string;
  line(line: Line): string;
}

const WRITERS: Record<ExportFormat, Writer> = {
  csv: {
    // The mark lets spreadsheets know that names are in UTF-8.
    head: `\uFEFF${writeLine(COLUMNS)}`,
    line: (line) => writeLine(COLUMNS.map((column) => line[column] ?? null)),
  },
  jsonl: {
    head: "",
    line: ({ body, texts, ...rest }) =>
      `${JSON.stringify({
        ...rest,
        ...(typeof body === "string" ? { body: JSON.parse(body) } : {}),
        ...(typeof texts === "string" ? { texts: JSON.parse(texts) } : {}),
      })}\n`,
  },
};

/** Streams the rows that fit `filter`, oldest first. `now` is noted at the end. */
export function exportAudit(
  db: D1Database,
  tenant: TenantId,
  filter: AuditFilter,
  format: ExportFormat,
  now: number,
): ReadableStream<Uint8Array> {
  const writer = WRITERS[format];
  return streamText(async function* () {
    const range = await readRange(db, tenant, filter);
    const whole = filter.people === null && filter.kinds === null;
    yield writer.head + writer.line({ row: "anchor", tenant, ...(await anchorOf(db, tenant, range.first)) });
    let count = 0;
    let end: Anchor | null = null;
    const words = new Set<string>();
    for (let { first } = range; first <= range.last; ) {
      const rows = await listAudit(db, tenant, filter, { first, last: range.last }, { size: PIECE });
      yield rows.map((row) => writer.line(eventLine(tenant, row))).join("");
      count += rows.length;
      addWords(words, rows);
      const last = rows.at(-1);
      if (last === undefined) break;
      end = last;
      first = rows.length < PIECE ? range.last + 1 : last.seq + 1;
    }
    for (const piece of inPieces([...words])) yield (await personLines(db, tenant, piece)).map(writer.line).join("");
    const said = { count, filtered: !whole, people: words.size, exportedAt: new Date(now).toISOString() };
    const body = JSON.stringify(said);
    yield writer.line({ row: "end", tenant, seq: end?.seq ?? range.first - 1, body, hash: end?.hash ?? null });
  });
}

/** A piece of the audit as CSV that verifies by itself: what programs fetch page by page. */
export async function writePage(
  db: D1Database,
  tenant: TenantId,
  { first, rows }: { first: number; rows: readonly AuditRow[] },
  now: number,
): Promise<string> {
  const writer = WRITERS.csv;
  const last = rows.at(-1);
  const start = rows[0]?.seq ?? first;
  const words = new Set<string>();
  addWords(words, rows);
  const people = (await Promise.all(inPieces([...words]).map((piece) => personLines(db, tenant, piece)))).flat();
  const exportedAt = new Date(now).toISOString();
  const body = JSON.stringify({ count: rows.length, filtered: false, people: words.size, exportedAt });
  return [
    writeLine(COLUMNS),
    writer.line({ row: "anchor", tenant, ...(await anchorOf(db, tenant, start)) }),
    ...rows.map((row) => writer.line(eventLine(tenant, row))),
    ...people.map(writer.line),
    writer.line({ row: "end", tenant, seq: last?.seq ?? start - 1, body, hash: last?.hash ?? null }),
  ].join("");
}

/** Words asked of the directory at once. */
const WORDS_AT_ONCE = 500;

function addWords(words: Set<string>, rows: readonly AuditRow[]): void {
  for (const { holder, actor } of rows) for (const word of [holder, actor]) if (word !== null) words.add(word);
}

const inPieces = (words: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(words.length / WORDS_AT_ONCE) }, (_, piece) =>
    words.slice(piece * WORDS_AT_ONCE, (piece + 1) * WORDS_AT_ONCE),
  );

/** R9: a line per person: the name with what proves it, or the row that tells of the erasure. */
async function personLines(db: D1Database, tenant: TenantId, words: readonly string[]): Promise<Line[]> {
  const { results } = await db
    .prepare(
      `SELECT words.value AS person, d.name, d.salt, d.sealed, CASE WHEN d.person IS NULL THEN
         (SELECT max(seq) FROM events e INDEXED BY events_by_kind
           WHERE e.tenant = ?1 AND e.kind = 'person_erased' AND e.holder = words.value)
         END AS erased
       FROM json_each(?2) words LEFT JOIN directory d ON d.tenant = ?1 AND d.person = words.value`,
    )
    .bind(tenant, JSON.stringify(words))
    .all<{ person: string; name: string | null; salt: string | null; sealed: number | null; erased: number | null }>();
  return results.map(({ person, name, salt, sealed, erased }) => ({
    row: "person",
    tenant,
    person,
    person_name: name,
    body: JSON.stringify(name === null ? { erased } : { salt, sealed }),
  }));
}

async function anchorOf(db: D1Database, tenant: TenantId, first: number): Promise<Anchor> {
  if (first === 1) return { seq: 0, hash: genesisOf(tenant) };
  const row = await db
    .prepare("SELECT seq, hash FROM events WHERE tenant = ?1 AND seq = ?2")
    .bind(tenant, first - 1)
    .first<Anchor>();
  return row ?? readAnchor(db, tenant);
}

const eventLine = (tenant: string, row: AuditRow): Line => ({
  row: "event",
  tenant,
  seq: row.seq,
  time: new Date(row.at).toISOString(),
  kind: row.kind,
  person: row.holder,
  person_name: row.holderName,
  actor: row.actor,
  actor_name: row.actorName,
  in_use: row.inUse,
  limit: row.limit,
  body: row.body,
  texts: row.texts === "[]" ? null : row.texts,
  at: row.at,
  prev: row.prev,
  hash: row.hash,
});

/** A stream of the generator's pieces; the next is made when the reader wants it. */
export function streamText(pieces: () => AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const generator = pieces();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await generator.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await generator.return(undefined);
    },
  });
}
