-- R1: one row an episode in which a person wanted a seat and none was free.
CREATE TABLE denials (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  holder TEXT NOT NULL,
  name TEXT NOT NULL,
  email TEXT,
  client TEXT NOT NULL,
  reason TEXT NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  seat_limit INTEGER NOT NULL,
  in_use INTEGER NOT NULL,
  waited_ms INTEGER NOT NULL,
  outcome TEXT,
  revision INTEGER NOT NULL,
  PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE INDEX denials_by_time ON denials (tenant, last_at);
CREATE INDEX denials_by_age ON denials (last_at);

-- R2: everything that changed who has a seat or who may, in the order it happened.
CREATE TABLE events (
  tenant TEXT NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  holder TEXT,
  actor TEXT,
  body TEXT NOT NULL,
  PRIMARY KEY (tenant, seq)
) WITHOUT ROWID;
CREATE INDEX events_by_time ON events (tenant, at);
