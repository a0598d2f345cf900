#!/usr/bin/env node
/**
 * Verifies an export of Hotseat's audit (CSV or JSON lines). One file, plain Node (18 or later), nothing to install:
 * an auditor may read it whole and run it anywhere.
 *
 *   node verify-audit.mjs FILE [--known SEQ:HASH ...] [--heads FILE ...] [--key KEY]
 *
 * Every row's hash is the SHA-256 of the hash before it, a line feed, and the row as canonical JSON (sorted keys, no
 * blanks; RFC 8785) of: actor, at, body, holder, inUse, kind, limit, seq, tenant. The first row's hash before it is the
 * SHA-256 of "hotseat audit 1", a line feed and the tenant. So nothing can be edited, removed, added or moved
 * without a break from there on. Whoever could rewrite the whole file could compute all hashes again: that shows
 * against a hash noted earlier (the administration page shows the newest), given here as --known SEQ:HASH, or against
 * the heads that Hotseat signs and sends every day (--heads: the messages as they came, one JSON a line). A head is
 * signed by Ed25519 over "hotseat audit head 1", a line feed, and the canonical JSON of: at, day, hash, seq, tenant.
 *
 * A row of the kind head_key_set says by which key heads are signed, and of which rows on. A head that another key
 * signed than the one that the newest such row up to it names is refused.
 *
 * A person stands in the rows as an opaque word. Lines of the kind person say the names: the word is "s" and the first
 * 32 characters of the base64url of the SHA-256 of a salt, a line feed and the name; a name that changed later is sealed
 * in the body of the row that the line names. A person who was erased has no name, and a row that says so.
 *
 * A row of the kind chain_divided says that the seats were set back to an earlier moment while the audit held later
 * rows. Those rows stay; they record a course of events that was given up. What came after the setting back stands
 * behind that row, numbered again: it names the last number and hash that those rows had before.
 *
 * Exit status: 0 unbroken, 1 broken, 2 the file cannot be read.
 */
import { createHash, createPublicKey, verify } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
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

/** The word of a person who was first known by `name`. */
const wordOf = (salt, name) =>
  `s${createHash("sha256").update(`${salt}\n${name}`, "utf8").digest("base64url").slice(0, 32)}`;

/** What the rows and the lines of persons say of names, held together at the end. */
class Names {
  /** By word: the names that rows show. */
  #shown = new Map();
  /** By word: the newest seal in a row, and its number. */
  #seals = new Map();
  #erasures = new Map();
  #lines = new Map();

  row({ seq, kind, person, person_name, actor, actor_name, body }, where) {
    for (const [word, name] of [
      [person, person_name],
      [actor, actor_name],
    ]) {
      if (word === null || word === undefined) continue;
      const known = this.#shown.get(word);
      if (known !== undefined && known.name !== (name ?? null)) {
        throw new Broken(`${where} gives ${word} another name than ${known.where} does: a name was changed`);
      }
      if (known === undefined) this.#shown.set(word, { name: name ?? null, where });
    }
    for (const [word, seal] of Object.entries(body?.seals ?? {})) this.#seals.set(word, { seq, seal });
    if (kind === "person_erased") this.#erasures.set(person, seq);
  }

  line({ person, person_name, body }, where) {
    if (this.#lines.has(person)) throw new Broken(`${where} names ${person} a second time`);
    this.#lines.set(person, { name: person_name ?? null, ...body, where });
  }

  /** Answers what could not be proven in this file; throws for what is wrong. */
  check({ first, last, filtered, people, divided }) {
    const unproven = { older: 0, outside: 0, erasedOutside: 0, erased: 0, proven: 0 };
    if (people === undefined && this.#lines.size === 0) {
      const sealed = [...this.#shown.keys()].find((word) => word.startsWith("s"));
      if (sealed !== undefined) throw new Broken(`the lines that prove the names are missing, that of ${sealed} first`);
      return { ...unproven, older: this.#shown.size };
    }
    for (const [word, { name, where }] of this.#shown) {
      const line = this.#lines.get(word);
      if (line === undefined) throw new Broken(`the line that proves the name of ${word} (${where}) was removed`);
      if (line.name !== name) throw new Broken(`${where} and ${line.where} give ${word} different names`);
      unproven[this.#judge(word, line, { first, last, filtered, divided })]++;
    }
    if (this.#lines.size !== this.#shown.size || people !== this.#lines.size) {
      throw new Broken(
        `the end speaks of ${people} persons, the rows of ${this.#shown.size}, the names of ${this.#lines.size}`,
      );
    }
    return unproven;
  }

  #judge(word, { name, salt, sealed, erased, where }, { first, last, filtered, divided }) {
    const isHere = (seq) => seq >= first && seq <= last;
    if (name === null) {
      if (this.#erasures.has(word)) return "erased";
      if (Number.isInteger(erased) && (!isHere(erased) || filtered)) return "erasedOutside";
      if (!word.startsWith("s")) return "older";
      // Where the seats were set back a person may have had two words, and one row records the erasure of both.
      if (divided) return "erasedOutside";
      throw new Broken(`${where}: the name of ${word} is missing, and no row says that the person was erased`);
    }
    const newest = this.#seals.get(word);
    if (newest !== undefined && newest.seq !== sealed) {
      if (divided) return "outside";
      throw new Broken(`${where}: the name of ${word} is not the one that row ${newest.seq} sealed last`);
    }
    if (newest !== undefined) {
      if (newest.seal === sha256(`${salt}\n${name}`)) return "proven";
      throw new Broken(`${where}: the name of ${word} was changed: it is not the one that row ${sealed} sealed`);
    }
    if (Number.isInteger(sealed)) {
      if (isHere(sealed) && !filtered) throw new Broken(`${where}: row ${sealed} does not seal the name of ${word}`);
      return "outside";
    }
    if (!word.startsWith("s")) return "older";
    if (typeof salt === "string" && wordOf(salt, name) === word) return "proven";
    throw new Broken(`${where}: the name of ${word} was changed: it is not the one that the word seals`);
  }
}

const HEAD = "hotseat audit head 1\n";

/**
 * The heads in the text of a file of messages: one JSON a line, as a webhook brings it or as an e-mail shows it. Throws
 * a Broken for one whose signature is wrong, or that another key signed than `key`, where that is given.
 */
export function readHeads(text, key = null) {
  const heads = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (!line.trim().startsWith("{")) continue;
    let said;
    try {
      said = JSON.parse(line);
    } catch {
      continue;
    }
    const head = said.data ?? said;
    if (!Number.isInteger(head.seq) || typeof head.signature !== "string") continue;
    const where = `the head in line ${index + 1} (${head.day}, row ${head.seq})`;
    if (key !== null && head.key !== key) throw new Broken(`${where} is signed by another key, ${head.key}`);
    const { at, day, hash, seq, tenant } = head;
    const signed = Buffer.from(HEAD + canonicalJson({ at, day, hash, seq, tenant }));
    let isGood = false;
    try {
      const publicKey = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: head.key }, format: "jwk" });
      isGood = verify(null, signed, publicKey, Buffer.from(head.signature, "base64url"));
    } catch {
      // A malformed key or signature.
    }
    if (!isGood) throw new Broken(`${where} does not fit its signature: it was edited`);
    heads.push({ seq, hash, day, tenant, key: head.key });
  }
  return heads;
}

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
// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: one pass over the rows, so that an auditor can read it from top to bottom
export async function verifyAudit(chunks, known = new Map(), heads = []) {
  let anchor = null;
  let last = null;
  let end = null;
  let first = null;
  let count = 0;
  let skipped = 0;
  let gap = null;
  let from = null;
  const unseen = new Map(known);
  const names = new Names();
  const signed = new Map();
  for (const head of heads) {
    const other = signed.get(head.seq) ?? (known.has(head.seq) ? { hash: known.get(head.seq), day: "--known" } : null);
    if (other !== null && other.hash !== head.hash) {
      throw new Broken(
        `two heads of row ${head.seq} differ (${other.day}, ${head.day}): the chain was rewritten between them`,
      );
    }
    signed.set(head.seq, head);
  }
  const keys = [];
  const divisions = [];
  const rewritten = [];
  const reached = new Map(signed);
  const compare = (seq, hash, where) => {
    const head = reached.get(seq);
    reached.delete(seq);
    if (head !== undefined && head.hash !== hash) {
      throw new Broken(
        `${where} has the hash ${short(hash)}, and the head signed on ${head.day} says ${short(head.hash)}: the chain was rewritten`,
      );
    }
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
      const other = heads.find(({ tenant }) => tenant !== record.tenant);
      if (other !== undefined)
        throw new Broken(`a head is of the tenant ${other.tenant}, and the file of ${record.tenant}`);
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
    if (record.row === "person") {
      names.line(record, `line ${line}`);
      continue;
    }
    if (record.row !== "event") throw new Broken(`line ${line} is no row of an export`);
    const where = `row ${record.seq} (line ${line})`;
    if (sha256(`${record.prev}\n${contentOf(record)}`) !== record.hash) {
      throw new Broken(`${where} was edited: what it says does not fit its hash`);
    }
    checkBesides(record, line);
    names.row(record, where);
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
    if (record.kind === "head_key_set") keys.push(readKey(record, where));
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
  const filtered = end.body.filtered === true;
  if (count > 0 && end.hash !== last.hash) throw new Broken(`the end (line ${end.line}) does not fit row ${last.seq}`);
  for (const seq of unseen.keys()) throw new Broken(`row ${seq}, of which a hash was given, is not in the file`);
  // A filtered file may leave out a later key.
  if (!filtered) for (const head of heads) checkKey(head, keys);
  const later = [...reached.values()].filter(({ seq }) => seq > last.seq).sort((a, b) => b.seq - a.seq)[0];
  if (later !== undefined) {
    throw new Broken(
      `the head signed on ${later.day} is row ${later.seq}, and the file ends with row ${last.seq}: the tail was cut off`,
    );
  }
  const divided = divisions.length > 0;
  return {
    heads: signed.size - reached.size,
    headsBefore: filtered ? 0 : reached.size,
    key: heads[0]?.key ?? null,
    keys,
    names: names.check({ first: first?.seq ?? 0, last: last.seq, filtered, people: end.body.people, divided }),
    tenant: anchor.tenant,
    count,
    first: first?.seq ?? null,
    last: count === 0 ? null : last.seq,
    from,
    to: count === 0 ? null : last.at,
    hash: last.hash,
    anchor: anchor.seq,
    filtered,
    skipped,
    divisions: divisions.map(({ was: _, ...division }) => division),
  };
}

/** What a row of the kind head_key_set says, whose key must be the one that it is named by. */
function readKey({ seq, at, body }, where) {
  const { key, keyId, from } = body ?? {};
  if (sha256(String(key)).slice(0, 16) !== keyId) throw new Broken(`${where} names a key by an id that is not its own`);
  return { seq, at, key, keyId, from };
}

/** By the newest row of the audit that was in force for the head's row. */
function checkKey(head, keys) {
  const named = keys.findLast(({ from }) => from <= head.seq);
  if (named === undefined || named.key === head.key) return;
  throw new Broken(
    `the head signed on ${head.day} (row ${head.seq}) is signed by the key ${head.key}, and row ${named.seq} of the audit names ${named.key}`,
  );
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
  const { names } = found;
  const persons = (count) => `${count} ${count === 1 ? "person" : "persons"}`;
  lines.push(`    names: ${names.proven} proven, ${names.erased} erased and proven so`);
  if (names.older > 0)
    lines.push(`    ${persons(names.older)} of before names were sealed: those names are not proven`);
  if (names.outside > 0) {
    lines.push(`    ${persons(names.outside)} whose name was sealed in a row outside this file: not proven here`);
  }
  if (names.erasedOutside > 0) {
    lines.push(
      `    ${persons(names.erasedOutside)} without a name, erased by a row outside this file: not proven here`,
    );
  }
  if (found.heads > 0) lines.push(`    ${found.heads} signed heads fit, by the key ${found.key}`);
  for (const { seq, at, key, from } of found.keys)
    lines.push(`    row ${seq}, ${time(at)}: heads of row ${from} and later are signed by the key ${key}`);
  if (found.headsBefore > 0) lines.push(`    ${found.headsBefore} heads are of rows before this file`);
  for (const { seq, at, base, from, to } of found.divisions) {
    const course = from === to ? `row ${from} is` : `rows ${from} to ${to} are`;
    lines.push(
      `    row ${seq}, ${time(at)}: the seats were set back to how they were after row ${base}; ${course} of the course of events that was given up`,
    );
  }
  return lines;
}

const HELP = `Verifies an export of Hotseat's audit, CSV or JSON lines. Needs nothing but Node 18 or later.

  node verify-audit.mjs FILE [--known SEQ:HASH ...] [--heads FILE ...] [--key KEY]     (npm run audit:verify -- FILE)

  --known SEQ:HASH   number and hash of a row, noted earlier from the administration's audit page or from another
                     export; may be repeated.
  --heads FILE       the daily heads as they were received, one JSON object per line, or an e-mail's text; may be repeated.
                     Only a head or a hash that was noted elsewhere shows that the whole file was not written again,
                     and that no rows are missing at its end.
  --key KEY          the key that signs the heads, as noted from the audit page when they were set up. Without it any
                     key is believed, and named.
  --help             this text

What the hashes cover: the number of each row, its time, kind, person and actor (opaque words), what it says, and the
seats in use and the limit after it; every text that people wrote, and the names of people
(person_name, actor_name), by seals; and that no row
between the first and the last is missing, added or moved. A person who was erased has no name, and a row that says so.

What they do not cover: rows before the first and after the last; whether what a row says is true; and a file that
somebody with rights to the database wrote again from its first row on, which only --heads and --known show.

Exit status: 0 unbroken, 1 broken (the first fault is named), 2 the file cannot be read.`;

async function main(args) {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(HELP);
    return 0;
  }
  const files = [];
  const known = new Map();
  const letters = [];
  let key = null;
  for (let i = 0; i < args.length; i++) {
    if (args[i] === "--heads") letters.push(args[++i] ?? "");
    else if (args[i] === "--key") key = args[++i] ?? "";
    else if (args[i] !== "--known" && args[i].startsWith("-")) {
      console.error(`hotseat: Unknown option '${args[i]}'; node verify-audit.mjs --help lists the options.`);
      return 2;
    } else if (args[i] !== "--known") files.push(args[i]);
    else {
      const noted = /^(\d+):([0-9a-f]{64})$/.exec(args[++i] ?? "");
      if (noted === null) {
        console.error("--known takes SEQ:HASH, the number of a row and its 64 hexadecimal digits");
        return 2;
      }
      known.set(Number(noted[1]), noted[2]);
    }
  }
  if (files.length !== 1) {
    console.error("Name one file: node verify-audit.mjs FILE [--heads FILE] [--known SEQ:HASH]; --help says more.");
    return 2;
  }
  try {
    const heads = letters.flatMap((file) => {
      const found = readHeads(readFileSync(file, "utf8"), key);
      if (found.length === 0) throw new Error(`no head is in ${file}`);
      return found;
    });
    console.log(describe(await verifyAudit(createReadStream(files[0]), known, heads)).join("\n"));
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
