-- R9: names are sealed. The salt with which a name is sealed, and the row whose body holds the seal; null: the opaque
-- word itself is the seal. Both null: a name of before.
ALTER TABLE directory ADD COLUMN salt TEXT;
ALTER TABLE directory ADD COLUMN sealed INTEGER;
