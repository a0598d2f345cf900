-- R3: use of seats by quarter of an hour, everybody (pool '') and each group.
CREATE TABLE usage (
  tenant TEXT NOT NULL,
  pool TEXT NOT NULL,
  quarter INTEGER NOT NULL,
  peak INTEGER NOT NULL,
  seat_ms INTEGER NOT NULL,
  limit_ms INTEGER NOT NULL,
  full_ms INTEGER NOT NULL,
  least_free INTEGER NOT NULL,
  grants INTEGER NOT NULL,
  denials INTEGER NOT NULL,
  waited_ms INTEGER NOT NULL,
  lost_ms INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  PRIMARY KEY (tenant, pool, quarter)
) WITHOUT ROWID;
CREATE INDEX usage_by_age ON usage (quarter);
