/** R1, R2: puts a tenant's events into D1, each once in effect, however often it is delivered. */

/** One row of a tenant's outbox. `seq` numbers the tenant's events without gaps. */
export interface RecordedEvent {
  seq: number;
  /** ms of the tenant's clock. */
  at: number;
  kind: string;
  holder: string | null;
  actor: string | null;
  /** JSON of the event's own fields. */
  body: string;
}

const INSERT_EVENTS = `
  INSERT INTO events (tenant, seq, at, kind, holder, actor, body)
  SELECT ?1, value ->> 'seq', value ->> 'at', value ->> 'kind', value ->> 'holder', value ->> 'actor', value ->> 'body'
  FROM json_each(?2) WHERE true
  ON CONFLICT (tenant, seq) DO NOTHING`;

const OPEN_DENIAL = `
  INSERT INTO denials (tenant, id, holder, name, email, client, reason, first_at, last_at, attempts, seat_limit, in_use, waited_ms, outcome, revision)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, 0, NULL, ?)
  ON CONFLICT (tenant, id) DO NOTHING`;

// A row remembers the number of the last event that changed it, so that a second delivery changes nothing.
const REPEAT_DENIAL = `
  UPDATE denials SET attempts = attempts + 1, last_at = ?, reason = ?, revision = ?
  WHERE tenant = ? AND id = ? AND revision < ?`;

const CLOSE_DENIAL = `
  UPDATE denials SET outcome = ?, waited_ms = ?, last_at = max(last_at, first_at + ?), revision = ?
  WHERE tenant = ? AND id = ? AND revision < ?`;

/** Writes `rows` (in order) in one transaction. Throws when D1 does not take them; then nothing was written. */
export async function recordEvents(db: D1Database, tenant: string, rows: readonly RecordedEvent[]): Promise<void> {
  if (rows.length === 0) return;
  const statements = [db.prepare(INSERT_EVENTS).bind(tenant, JSON.stringify(rows))];
  for (const row of rows) {
    const statement = denialStatement(db, tenant, row);
    if (statement !== null) statements.push(statement);
  }
  await db.batch(statements);
}

function denialStatement(db: D1Database, tenant: string, row: RecordedEvent): D1PreparedStatement | null {
  const { seq, at } = row;
  switch (row.kind) {
    case "denial_opened": {
      const body = JSON.parse(row.body);
      const { id, person, clientKind, reason, limit, inUse } = body;
      return db
        .prepare(OPEN_DENIAL)
        .bind(tenant, id, row.holder, person.name, person.email, clientKind, reason, at, at, limit, inUse, seq);
    }
    case "denial_repeated": {
      const { id, reason } = JSON.parse(row.body);
      return db.prepare(REPEAT_DENIAL).bind(at, reason, seq, tenant, id, seq);
    }
    case "denial_closed": {
      const { id, outcome, waitedMs } = JSON.parse(row.body);
      return db.prepare(CLOSE_DENIAL).bind(outcome, waitedMs, waitedMs, seq, tenant, id, seq);
    }
    default:
      return null;
  }
}
