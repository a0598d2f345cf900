#!/usr/bin/env node
/**
 * Verifies an export of Hotseat's audit (CSV or JSON lines). One file, plain Node (18 or later), nothing to install:
 * an auditor may read it whole and run it anywhere.
 *
 *   node verify-audit.mjs FILE [--known SEQ:HASH ...]
 *
 * Every row's hash is the SHA-256 of the hash before it, a line feed, and the row as canonical JSON (sorted keys, no
 * blanks; RFC 8785) of: actor, at, body, holder, inUse, kind, limit, seq, tenant. The first row's hash before it is the
 * SHA-256 of "hotseat audit 1", a line feed and the tenant. So nothing can be edited, removed, added or moved
 * without a break from there on. Whoever could rewrite the whole file could compute all hashes again: that shows
 * against a hash noted earlier (the administration page shows the newest), given here as --known SEQ:HASH.
 *
 * A row of the kind chain_divided says that the seats were set back to an earlier moment while the audit held later
 * rows. Those rows stay; they tell of a course of events that was given up. What came after the setting back stands
 * behind that row, numbered again: it names the last number and hash that those rows had before.
 *
 * Exit status: 0 unbroken, 1 broken, 2 the file cannot be read.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pathToFileURL } from "node:url";

const sha256 = (text) => createHash("sha256").update(text, "utf8").digest("hex");

export function canonicalJson(value) {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name])}`);
  return `{${fields.join(",")}}`;
}

const short = (hash) => `${String(hash).slice(0, 12)}…`;
const rows = (count) => `${count} row${count === 1 ? "" : "s"}`;

class Broken extends Error {}

/**
 * Records of the file in order, each with the line it begins in. A CSV cell that begins with an apostrophe was
 * written with one before it, so that no spreadsheet runs it as a formula.
 */
async function* readRecords(chunks) {
  let rest = "";
  let line = 1;
  let columns = null;
  let format = null;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const take = function* (last) {
    for (;;) {
      const end = endOfRecord(rest, format);
      if (end === -1 && !(last && rest.trim() !== "")) return;
      const text = end === -1 ? rest : rest.slice(0, end);
      rest = end === -1 ? "" : rest.slice(end + 1);
      const at = line;
      line += 1 + (text.match(/\n/g)?.length ?? 0);
      if (text.trim() === "") continue;
      if (format === "jsonl") yield { line: at, record: parseJson(text, at) };
      else if (columns === null) columns = splitCells(text, at);
      else yield { line: at, record: parseCsv(columns, splitCells(text, at), at) };
    }
  };
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true });
    if (format === null && rest.trim() !== "") format = rest.trimStart().startsWith("{") ? "jsonl" : "csv";
    if (format !== null) yield* take(false);
  }
  rest += decoder.decode();
  if (format !== null) yield* take(true);
}

/** Where the record that `text` begins with ends: at a line feed that no quotes hold; -1: further on. */
function endOfRecord(text, format) {
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 34 && format === "csv") quoted = !quoted;
    else if (c === 10 && !quoted) return i;
  }
  return -1;
}

function splitCells(text, line) {
  const cells = [];
  let i = 0;
  const end = text.endsWith("\r") ? text.length - 1 : text.length;
  for (;;) {
    let cell = "";
    if (text[i] === '"') {
      i++;
      for (;;) {
        const close = text.indexOf('"', i);
        if (close === -1) throw new Broken(`line ${line}: a quoted cell does not end`);
        cell += text.slice(i, close);
        i = close + 1;
        if (text[i] !== '"') break;
        cell += '"';
        i++;
      }
    } else {
      const comma = text.indexOf(",", i);
      const stop = comma === -1 || comma > end ? end : comma;
      cell = text.slice(i, stop);
      i = stop;
    }
    cells.push(cell.startsWith("'") ? cell.slice(1) : cell);
    if (i >= end) return cells;
    if (text[i] !== ",") throw new Broken(`line ${line}: a comma is missing after a quoted cell`);
    i++;
  }
}

function parseJson(text, line) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Broken(`line ${line} is no JSON`);
  }
}

function parseCsv(columns, cells, line) {
  if (cells.length !== columns.length) {
    throw new Broken(`line ${line} has ${cells.length} cells, and the heading has ${columns.length}`);
  }
  const record = {};
  for (const [index, name] of columns.entries()) {
    const cell = cells[index];
    if (cell === "") record[name] = null;
    else if (name === "seq" || name === "at" || name === "in_use" || name === "limit") record[name] = Number(cell);
    else if (name === "body" || name === "texts") record[name] = parseJson(cell, line);
    else record[name] = cell;
  }
  return record;
}

const contentOf = (record) =>
  canonicalJson({
    actor: record.actor ?? null,
    at: record.at,
    body: record.body ?? null,
    holder: record.person ?? null,
    inUse: record.in_use,
    kind: record.kind,
    limit: record.limit,
    seq: record.seq,
    tenant: record.tenant,
  });

/** What the file says for people beside the chain must be what the chain says. */
function checkBesides(record, line) {
  const where = `row ${record.seq} (line ${line})`;
  if (record.time !== undefined && Date.parse(record.time) !== record.at) {
    throw new Broken(`${where}: its time as written, ${record.time}, is not the time that its hash covers`);
  }
  for (const { field, salt, text } of record.texts ?? []) {
    const sealed = field.split(".").reduce((value, name) => value?.[name], record.body);
    if (sealed?.seal !== sha256(`${salt}\n${text}`)) {
      throw new Broken(`${where}: the text of "${field}" is not the one that was sealed`);
    }
  }
}

/**
 * Verifies the export in `chunks` (an async iterable of bytes). Resolves with what it holds; rejects with a
 * `Broken`, whose message says where and how, or with the error of reading.
 * `known`: Map of row number to hash, noted elsewhere.
 */
export async function verifyAudit(chunks, known = new Map()) {
  let anchor = null;
  let last = null;
  let end = null;
  let first = null;
  let count = 0;
  let skipped = 0;
  let gap = null;
  let from = null;
  const unseen = new Map(known);
  const divisions = [];
  const rewritten = [];
  const compare = (seq, hash, where) => {
    if (!unseen.has(seq)) return;
    const wanted = unseen.get(seq);
    unseen.delete(seq);
    if (wanted !== hash) rewritten.push({ seq, hash, wanted, where });
  };
  // What was noted of a row that has got another number since is no sign of a forger.
  const refuseRewritten = () => {
    const renumbered = (seq, wanted) => divisions.some(({ was }) => was?.to === seq && was.hash === wanted);
    const worst = rewritten.find(({ seq, wanted }) => !renumbered(seq, wanted));
    if (worst === undefined) return;
    throw new Broken(
      `${worst.where} has the hash ${short(worst.hash)}, and ${short(worst.wanted)} was noted for it: the chain was rewritten`,
    );
  };
  for await (const { line, record } of readRecords(chunks)) {
    if (end !== null) throw new Broken(`line ${line} stands after the end of the export: it was added`);
    if (anchor === null) {
      if (record.row !== "anchor")
        throw new Broken(`line ${line}: the start is missing; an export begins with its anchor`);
      if (record.seq === 0 && record.hash !== sha256(`hotseat audit 1\n${record.tenant}`)) {
        throw new Broken(`line ${line}: the start was edited; it is not that of the tenant ${record.tenant}`);
      }
      anchor = record;
      last = record;
      compare(record.seq, record.hash, `the anchor (line ${line})`);
      continue;
    }
    if (record.tenant !== anchor.tenant) {
      throw new Broken(`line ${line} is of the tenant ${record.tenant}, and the export of ${anchor.tenant}`);
    }
    if (record.row === "end") {
      end = { ...record, line };
      continue;
    }
    if (record.row !== "event") throw new Broken(`line ${line} is no row of an export`);
    const where = `row ${record.seq} (line ${line})`;
    if (sha256(`${record.prev}\n${contentOf(record)}`) !== record.hash) {
      throw new Broken(`${where} was edited: what it says does not fit its hash`);
    }
    checkBesides(record, line);
    if (record.seq <= last.seq) {
      throw new Broken(`${where} stands after row ${last.seq}: rows were moved, or this one was inserted`);
    }
    if (record.seq > last.seq + 1) {
      const missing = record.seq - last.seq - 1;
      gap ??= `${where}: ${missing === 1 ? `row ${last.seq + 1} before it was` : `rows ${last.seq + 1} to ${record.seq - 1} before it were`} removed`;
      skipped += missing;
    } else if (record.prev !== last.hash) {
      throw new Broken(`${where} does not continue row ${last.seq}: one of the two was replaced or inserted`);
    }
    compare(record.seq, record.hash, where);
    if (record.kind === "chain_divided") divisions.push(readDivision(record, where));
    first ??= record;
    from ??= record.at;
    last = record;
    count++;
  }
  refuseRewritten();
  if (anchor === null) throw new Broken("the file is empty");
  if (end !== null && end.body?.filtered !== true && gap !== null) throw new Broken(gap);
  if (end === null) {
    if (gap !== null) throw new Broken(gap);
    throw new Broken(`the end is missing: nothing after row ${last.seq}, and no line that says so`);
  }
  if (end.body.filtered === true ? end.body.count !== count : end.seq !== last.seq || end.body.count !== count) {
    throw new Broken(
      `the end (line ${end.line}) speaks of ${rows(end.body.count)} up to row ${end.seq}, and there ${count === 1 ? "is" : "are"} ${rows(count)} up to row ${last.seq}: rows were removed`,
    );
  }
  if (count > 0 && end.hash !== last.hash) throw new Broken(`the end (line ${end.line}) does not fit row ${last.seq}`);
  for (const seq of unseen.keys()) throw new Broken(`row ${seq}, of which a hash was given, is not in the file`);
  return {
    tenant: anchor.tenant,
    count,
    first: first?.seq ?? null,
    last: count === 0 ? null : last.seq,
    from,
    to: count === 0 ? null : last.at,
    hash: last.hash,
    anchor: anchor.seq,
    filtered: end.body.filtered === true,
    skipped,
    divisions: divisions.map(({ was: _, ...division }) => division),
  };
}

/** What a row of the kind chain_divided says, which must fit the row that it hangs on. */
function readDivision({ seq, at, prev, body }, where) {
  const { base, kept, renumbered } = body ?? {};
  if (kept?.to !== seq - 1 || kept.hash !== prev || kept.from !== base?.seq + 1) {
    throw new Broken(`${where} says that the chain divides, and names other rows than those before it`);
  }
  return { seq, at, base: base.seq, from: kept.from, to: kept.to, was: renumbered };
}

export function describe(found) {
  const time = (at) => new Date(at).toISOString();
  if (found.count === 0) return [`ok: no rows, tenant ${found.tenant}`];
  const lines = [
    `ok: ${rows(found.count)}, ${found.first} to ${found.last}, tenant ${found.tenant}, ${time(found.from)} to ${time(found.to)}`,
    `    last hash ${found.last}:${found.hash}`,
  ];
  if (found.filtered) {
    lines.push(
      `    a filtered export: every row is as it was written, and ${rows(found.skipped)} between are left out; export without person and kind to prove that nothing is missing`,
    );
  } else if (found.anchor > 0) {
    lines.push(
      `    begins after row ${found.anchor}: earlier rows are in earlier exports, or were kept for their time`,
    );
  }
  for (const { seq, at, base, from, to } of found.divisions) {
    const course = from === to ? `row ${from} is` : `rows ${from} to ${to} are`;
    lines.push(
      `    row ${seq}, ${time(at)}: the seats were set back to how they were after row ${base}; ${course} of the course of events that was given up`,
    );
  }
  return lines;
}

const HELP = `Verifies an export of Hotseat's audit, CSV or JSON lines. Needs nothing but Node 18 or later.

  node verify-audit.mjs FILE [--known SEQ:HASH ...]      (npm run audit:verify -- FILE)

  --known SEQ:HASH   number and hash of a row, noted earlier from the administration's audit page or from another
                     export; may be repeated. Only this shows that the whole file was not written again.
  --help             this text

What the hashes cover: the number of each row, its time, kind, person and actor (opaque words), what it says, and the
seats in use and the limit after it; every text that people wrote, by a seal; and that no row between the first and
the last is missing, added or moved.

What they do not cover: the names beside the opaque words (person_name, actor_name), which come from a directory so
that a person can be erased; rows before the first and after the last; whether what a row says is true; and a file
that somebody with rights to the database wrote again from its first row on, which only --known shows.

Exit status: 0 unbroken, 1 broken (the first fault is named), 2 the file cannot be read.`;

async function main(args) {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(HELP);
    return 0;
  }
  const files = [];
  const known = new Map();
  for (let i = 0; i < args.length; i++) {
    if (args[i] !== "--known") files.push(args[i]);
    else {
      const noted = /^(\d+):([0-9a-f]{64})$/.exec(args[++i] ?? "");
      if (noted === null) {
        console.error("--known takes SEQ:HASH, the number of a row and its 64 hexadecimal digits");
        return 2;
      }
      known.set(Number(noted[1]), noted[2]);
    }
  }
  if (files.length !== 1 || files[0].startsWith("-")) {
    console.error("Name one file: node verify-audit.mjs FILE [--known SEQ:HASH ...]; --help says more.");
    return 2;
  }
  try {
    console.log(describe(await verifyAudit(createReadStream(files[0]), known)).join("\n"));
    return 0;
  } catch (error) {
    if (error instanceof Broken) {
      console.error(`BROKEN: ${error.message}`);
      return 1;
    }
    console.error(`${files[0]} cannot be read: ${error.message}`);
    return 2;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) process.exitCode = await main(process.argv.slice(2));
