-- The records of many tenants are in several databases; the registry, in the first, says which tenant's are where.
ALTER TABLE tenants ADD COLUMN records TEXT NOT NULL DEFAULT 'RECORDS';
-- Where the operator wants them moved, and how far that is, in words.
ALTER TABLE tenants ADD COLUMN moving_to TEXT;
ALTER TABLE tenants ADD COLUMN move_note TEXT;
CREATE INDEX tenants_moving ON tenants (tenant) WHERE moving_to IS NOT NULL;
-- The tenant up to which the watchdog has come.
CREATE TABLE watchdog (id INTEGER PRIMARY KEY CHECK (id = 1), after TEXT NOT NULL);

-- A tenant whose records are being brought here ('in'), or were taken away to another database ('out').
CREATE TABLE moves (
  tenant TEXT PRIMARY KEY,
  direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
  other TEXT NOT NULL
) WITHOUT ROWID;
CREATE TRIGGER events_go_where_the_tenant_is BEFORE INSERT ON events
WHEN EXISTS (SELECT 1 FROM moves WHERE tenant = NEW.tenant AND direction = 'out')
BEGIN
  SELECT RAISE(ABORT, 'the records of this tenant were moved to another database');
END;

-- What is being brought or was taken away is a copy: it may go whole. Everything else stays as 0002 has it.
DROP TRIGGER events_stay;
CREATE TRIGGER events_stay BEFORE DELETE ON events
WHEN NOT EXISTS (SELECT 1 FROM moves WHERE tenant = OLD.tenant)
  AND (OLD.at > (unixepoch() - 396 * 86400) * 1000
    OR NOT EXISTS (SELECT 1 FROM anchors WHERE tenant = OLD.tenant AND seq >= OLD.seq))
BEGIN
  SELECT RAISE(ABORT, 'the audit is append-only: only rows older than thirteen months and before the anchor go');
END;
DROP TRIGGER anchors_stay;
CREATE TRIGGER anchors_stay BEFORE DELETE ON anchors
WHEN NOT EXISTS (SELECT 1 FROM moves WHERE tenant = OLD.tenant)
BEGIN
  SELECT RAISE(ABORT, 'an anchor stays');
END;
-- An anchor names a row that is gone where it comes from.
DROP TRIGGER anchors_are_true;
CREATE TRIGGER anchors_are_true BEFORE INSERT ON anchors
WHEN NOT EXISTS (SELECT 1 FROM moves WHERE tenant = NEW.tenant AND direction = 'in')
  AND NOT EXISTS (SELECT 1 FROM events WHERE tenant = NEW.tenant AND seq = NEW.seq AND at = NEW.at AND hash = NEW.hash)
BEGIN
  SELECT RAISE(ABORT, 'an anchor names a row of the audit');
END;

-- Each tenant forgets its own old rows: no work goes over those of all.
DROP INDEX denials_by_age;
DROP INDEX usage_by_age;
CREATE INDEX usage_by_age ON usage (tenant, quarter);
