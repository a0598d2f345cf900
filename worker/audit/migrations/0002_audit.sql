-- R2: the audit is a chain of hashes that holds opaque words for persons. Rows of the older form held names and
-- no hashes; no release wrote them.
DROP TABLE events;
CREATE TABLE events (
  tenant TEXT NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  holder TEXT,
  actor TEXT,
  in_use INTEGER NOT NULL,
  seat_limit INTEGER NOT NULL,
  body TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (tenant, seq)
) WITHOUT ROWID;
CREATE INDEX events_by_time ON events (tenant, at, seq);
CREATE INDEX events_by_holder ON events (tenant, holder, seq);
CREATE INDEX events_by_kind ON events (tenant, kind, seq);
CREATE INDEX events_by_actor ON events (tenant, actor, seq) WHERE actor IS NOT NULL;

-- The last row of each tenant's chain that retention took away: where the rest of the chain hangs.
CREATE TABLE anchors (
  tenant TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  hash TEXT NOT NULL,
  -- JSON of the usage counted up to that row, so that usage can be counted again from here.
  usage TEXT NOT NULL
) WITHOUT ROWID;

-- Who the opaque words of the chain are. A person is erased here alone.
CREATE TABLE directory (
  tenant TEXT NOT NULL,
  person TEXT NOT NULL,
  holder TEXT NOT NULL,
  name TEXT NOT NULL,
  email TEXT,
  role TEXT NOT NULL,
  revision INTEGER NOT NULL,
  PRIMARY KEY (tenant, person)
) WITHOUT ROWID;

-- What people wrote into an event, such as the reason for freeing a seat; the chain holds its seal.
CREATE TABLE texts (
  tenant TEXT NOT NULL,
  seq INTEGER NOT NULL,
  field TEXT NOT NULL,
  salt TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (tenant, seq, field)
) WITHOUT ROWID;

-- Append-only. A row comes once, whatever the statement that brings it says of conflicts.
CREATE TRIGGER events_come_once BEFORE INSERT ON events
WHEN EXISTS (SELECT 1 FROM events WHERE tenant = NEW.tenant AND seq = NEW.seq)
BEGIN
  SELECT RAISE(IGNORE);
END;
CREATE TRIGGER events_stay_as_they_are BEFORE UPDATE ON events
BEGIN
  SELECT RAISE(ABORT, 'the audit is append-only');
END;
-- Thirteen months are at most 397 days; what is younger is never deleted (a day is left for clocks that differ), nor
-- what an anchor does not stand for.
CREATE TRIGGER events_stay BEFORE DELETE ON events
WHEN OLD.at > (unixepoch() - 396 * 86400) * 1000
  OR NOT EXISTS (SELECT 1 FROM anchors WHERE tenant = OLD.tenant AND seq >= OLD.seq)
BEGIN
  SELECT RAISE(ABORT, 'the audit is append-only: only rows older than thirteen months and before the anchor go');
END;
CREATE TRIGGER anchors_are_true BEFORE INSERT ON anchors
WHEN NOT EXISTS (SELECT 1 FROM events WHERE tenant = NEW.tenant AND seq = NEW.seq AND at = NEW.at AND hash = NEW.hash)
BEGIN
  SELECT RAISE(ABORT, 'an anchor names a row of the audit');
END;
CREATE TRIGGER anchors_move_forward BEFORE UPDATE ON anchors
WHEN NEW.tenant <> OLD.tenant OR NEW.seq < OLD.seq
  OR NOT EXISTS (SELECT 1 FROM events WHERE tenant = NEW.tenant AND seq = NEW.seq AND at = NEW.at AND hash = NEW.hash)
BEGIN
  SELECT RAISE(ABORT, 'an anchor moves forward, to a row of the audit');
END;
CREATE TRIGGER anchors_stay BEFORE DELETE ON anchors
BEGIN
  SELECT RAISE(ABORT, 'an anchor stays');
END;
