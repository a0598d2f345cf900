/** The tables of one tenant's object. Versions are applied in order, each once, in one transaction. */

const VERSIONS: readonly string[] = [
  `CREATE TABLE leases (holder TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE drains (holder TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE absences (holder TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE line (place INTEGER PRIMARY KEY, holder TEXT NOT NULL, body TEXT NOT NULL);
   CREATE UNIQUE INDEX line_by_holder ON line (holder);
   CREATE TABLE outbox (
     seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, holder TEXT, actor TEXT, body TEXT NOT NULL
   );`,
  `ALTER TABLE drains ADD COLUMN exempt INTEGER NOT NULL DEFAULT 0;
   CREATE TABLE tokens (
     id TEXT PRIMARY KEY, hash TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, policy TEXT NOT NULL,
     made_at INTEGER NOT NULL, made_by TEXT NOT NULL, last_used_at INTEGER
   ) WITHOUT ROWID;`,
  // R2: chained rows. Rows of the older form held names and no hashes; no release wrote them, and the records
  // drop theirs with the same step (0002_audit.sql), so both start numbering again.
  `DROP TABLE outbox;
   DELETE FROM meta WHERE name = 'sent_through';
   CREATE TABLE outbox (
     seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, holder TEXT, actor TEXT,
     inUse INTEGER NOT NULL, "limit" INTEGER NOT NULL, body TEXT NOT NULL, texts TEXT, hash TEXT NOT NULL
   );
   CREATE TABLE deliveries (through INTEGER PRIMARY KEY, at INTEGER NOT NULL, usage TEXT NOT NULL);
   CREATE TABLE people (
     holder TEXT PRIMARY KEY, person TEXT NOT NULL, name TEXT NOT NULL, email TEXT, role TEXT NOT NULL,
     revision INTEGER NOT NULL
   ) WITHOUT ROWID;
   CREATE INDEX people_by_revision ON people (revision);
   CREATE UNIQUE INDEX people_by_person ON people (person);
   CREATE TABLE alerts (
     id INTEGER PRIMARY KEY, hook TEXT NOT NULL, alert TEXT NOT NULL, tries INTEGER NOT NULL, due INTEGER NOT NULL
   );`,
  // Presence survives sleep: shapes stand in the bodies of leases, times of many holders in few rows.
  `ALTER TABLE drains ADD COLUMN body TEXT;
   CREATE TABLE presence (
     slot INTEGER PRIMARY KEY, revision INTEGER NOT NULL, savedAt INTEGER NOT NULL, openUntil INTEGER,
     losses TEXT NOT NULL, body TEXT NOT NULL
   );`,
  // L20: groups of the firm's own. A row per person and group, found by the person's key.
  `CREATE TABLE firm_groups (
     id TEXT PRIMARY KEY, name TEXT NOT NULL, folded TEXT NOT NULL, rules TEXT NOT NULL, source TEXT NOT NULL,
     revision INTEGER NOT NULL, made_at INTEGER NOT NULL
   ) WITHOUT ROWID;
   CREATE UNIQUE INDEX firm_groups_by_name ON firm_groups (folded);
   CREATE TABLE firm_group_people (member TEXT NOT NULL, grp TEXT NOT NULL, PRIMARY KEY (member, grp)) WITHOUT ROWID;
   CREATE INDEX firm_group_people_by_group ON firm_group_people (grp);`,
  // N4, N5: who works through a program, and the open refusals of its checks.
  `CREATE TABLE native_people (
     holder TEXT NOT NULL, token TEXT NOT NULL, name TEXT NOT NULL, firstAt INTEGER NOT NULL, lastAt INTEGER NOT NULL,
     refusedAt INTEGER, reason TEXT, episode TEXT, openedAt INTEGER NOT NULL DEFAULT 0,
     attempts INTEGER NOT NULL DEFAULT 0, toldAt INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (holder, token)
   ) WITHOUT ROWID;`,
  // R8: how far each receiver of events has got.
  `CREATE TABLE feeds (
     hook TEXT PRIMARY KEY, through INTEGER NOT NULL, tries INTEGER NOT NULL, due INTEGER NOT NULL
   ) WITHOUT ROWID;`,
  // R9: names are sealed to their rows.
  `ALTER TABLE people ADD COLUMN salt TEXT;
   ALTER TABLE people ADD COLUMN sealed INTEGER;`,
  // S: what an identity provider keeps.
  `ALTER TABLE firm_groups ADD COLUMN external TEXT;
   ALTER TABLE firm_groups ADD COLUMN changed_at INTEGER NOT NULL DEFAULT 0;
   CREATE TABLE scim_users (
     id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT, active INTEGER NOT NULL, external TEXT,
     revision INTEGER NOT NULL, made_at INTEGER NOT NULL, changed_at INTEGER NOT NULL, body TEXT NOT NULL
   ) WITHOUT ROWID;
   CREATE UNIQUE INDEX scim_users_by_name ON scim_users (name);
   CREATE INDEX scim_users_by_email ON scim_users (email);
   CREATE INDEX scim_users_by_external ON scim_users (external);
   CREATE INDEX scim_users_in_order ON scim_users (made_at, id);`,
  // A12: who has more rights than a user.
  `CREATE TABLE managers (
     id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, through TEXT, since INTEGER NOT NULL,
     seenAt INTEGER NOT NULL, lostAt INTEGER
   ) WITHOUT ROWID;`,
  // I13: by what their right is judged when the map changes.
  `ALTER TABLE managers ADD COLUMN facts TEXT;`,
  // L33: people in whom a shadow differs from the ledger.
  `CREATE TABLE shadow (holder TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;`,
  // A13: to which pools the right is limited.
  `ALTER TABLE managers ADD COLUMN pools TEXT;`,
  // A12: earlier versions listed integrations that had read the view.
  `DELETE FROM managers WHERE id LIKE 'integration:%';`,
  // L2: what people have used up of their allowance.
  `CREATE TABLE acts (holder TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;`,
  // I9: sessions that were signed out.
  `CREATE TABLE ended_sessions (session TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;`,
  // I9: whose they were.
  `ALTER TABLE ended_sessions ADD COLUMN holder TEXT NOT NULL DEFAULT '';
   CREATE INDEX ended_sessions_of_one ON ended_sessions (holder);`,
];

/** Brings the storage to the newest version. */
export function migrate(storage: DurableObjectStorage): void {
  storage.transactionSync(() => {
    storage.sql.exec("CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID");
    const version = Number(readMeta(storage.sql, "schema") ?? 0);
    for (const statements of VERSIONS.slice(version)) storage.sql.exec(statements);
    if (version < VERSIONS.length) writeMeta(storage.sql, "schema", String(VERSIONS.length));
  });
}

export function readMeta(sql: SqlStorage, name: string): string | null {
  const [row] = sql.exec<{ value: string }>("SELECT value FROM meta WHERE name = ?", name).toArray();
  return row?.value ?? null;
}

export function writeMeta(sql: SqlStorage, name: string, value: string): void {
  sql.exec(
    "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    name,
    value,
  );
}

/** Characters of one row: SQLite takes two million bytes, and a character may be three. */
const PIECE = 500_000;

/** A text of any length, in as many rows as it needs: a hundred thousand named licences are six million bytes. */
export function readLongMeta(sql: SqlStorage, name: string): string | null {
  const first = readMeta(sql, name);
  if (first === null) return null;
  let text = first;
  for (let piece = 1; ; piece++) {
    const more = readMeta(sql, `${name}.${piece}`);
    if (more === null) return text;
    text += more;
  }
}

/** In the caller's transaction. */
export function writeLongMeta(sql: SqlStorage, name: string, text: string): void {
  const pieces = Math.max(1, Math.ceil(text.length / PIECE));
  for (let piece = 0; piece < pieces; piece++) {
    writeMeta(sql, piece === 0 ? name : `${name}.${piece}`, text.slice(piece * PIECE, (piece + 1) * PIECE));
  }
  deleteFrom(sql, name, pieces);
}

/** In the caller's transaction. */
export const deleteLongMeta = (sql: SqlStorage, name: string): void => deleteFrom(sql, name, 0);

function deleteFrom(sql: SqlStorage, name: string, from: number): void {
  for (let piece = from; ; piece++) {
    const rest = sql.exec("DELETE FROM meta WHERE name = ?", piece === 0 ? name : `${name}.${piece}`);
    if (rest.rowsWritten === 0) return;
  }
}
