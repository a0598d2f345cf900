/** Builder of rows in D1's table of refusals, for tests. */

export interface DenialSeed {
  tenant?: string;
  id: string;
  holder?: string;
  name?: string;
  email?: string | null;
  reason?: string;
  firstAt?: number;
  lastAt: number;
  attempts?: number;
  limit?: number;
  inUse?: number;
  waitedMs?: number;
  outcome?: string | null;
}

/** Longer than the tolerance of a tenant that has set none (R1). */
const LONG_MS = 120_000;

/** Writes the rows as the tenant's outbox would. */
export async function writeDenials(db: D1Database, seeds: readonly DenialSeed[]): Promise<void> {
  const insert = db.prepare(
    `INSERT INTO denials (tenant, id, holder, name, email, client, reason, first_at, last_at, attempts,
       seat_limit, in_use, waited_ms, outcome, revision)
     SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, 'browser', value ->> 5, value ->> 6,
       value ->> 7, value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12, 1
     FROM json_each(?1)`,
  );
  const rows = seeds.map((seed) => [
    seed.tenant ?? "acme",
    seed.id,
    seed.holder ?? "carla",
    seed.name ?? "Carla Cole",
    seed.email === undefined ? "carla@acme.example" : seed.email,
    seed.reason ?? "limit_reached",
    seed.firstAt ?? seed.lastAt,
    seed.lastAt,
    seed.attempts ?? 1,
    seed.limit ?? 2,
    seed.inUse ?? 2,
    seed.waitedMs ?? (seed.outcome === undefined ? LONG_MS : 0),
    seed.outcome === undefined ? "seated" : seed.outcome,
  ]);
  await insert.bind(JSON.stringify(rows)).run();
}
