-- R3: the stays of each person, a row per week of UTC: what is read of a year without the bodies of the audit. `ends` is a
-- list of numbers, three per stay in the order of the audit: ms from the week's beginning to the stay's end, ms that it
-- lasted, and whether it was counted (1 or 0).
CREATE TABLE stays (
  tenant TEXT NOT NULL,
  week INTEGER NOT NULL,
  person TEXT NOT NULL,
  ends TEXT NOT NULL,
  PRIMARY KEY (tenant, week, person)
) WITHOUT ROWID;

-- The row of the audit from which on stays are there. What was there before comes in pieces (usage/stays-store.ts).
CREATE TABLE stays_since (tenant TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;

-- With each row of the audit as it comes, once as that does: by a delivery, by one that comes again, by a move.
CREATE TRIGGER events_bring_stays AFTER INSERT ON events
WHEN NEW.kind = 'lease_ended' AND NEW.holder IS NOT NULL AND NEW.body ->> 'heldMs' IS NOT NULL
  AND NEW.seq >= coalesce((SELECT seq FROM stays_since WHERE tenant = NEW.tenant), NEW.seq)
BEGIN
  INSERT INTO stays_since (tenant, seq) VALUES (NEW.tenant, NEW.seq) ON CONFLICT (tenant) DO NOTHING;
  INSERT INTO stays (tenant, week, person, ends) VALUES (NEW.tenant, NEW.at / 604800000, NEW.holder,
    (NEW.at % 604800000) || ',' || (NEW.body ->> 'heldMs') || ',' || (NEW.body ->> 'exempt' IS NOT 1))
  ON CONFLICT (tenant, week, person) DO UPDATE SET ends = ends || ',' || excluded.ends;
END;
