-- A row that comes again is the same row. Another row of the same number means that the chain divides (the tenant's
-- object was restored to an earlier state): nothing of that delivery is taken, and the object sees to it.
DROP TRIGGER events_come_once;
CREATE TRIGGER events_come_once BEFORE INSERT ON events
WHEN EXISTS (SELECT 1 FROM events WHERE tenant = NEW.tenant AND seq = NEW.seq AND hash = NEW.hash)
BEGIN
  SELECT RAISE(IGNORE);
END;
CREATE TRIGGER events_do_not_divide BEFORE INSERT ON events
WHEN EXISTS (SELECT 1 FROM events WHERE tenant = NEW.tenant AND seq = NEW.seq AND hash <> NEW.hash)
BEGIN
  SELECT RAISE(ABORT, 'the chain divides: another row has this number');
END;
