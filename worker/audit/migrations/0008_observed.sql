-- A refusal that there would have been, had the limit been enforced.
ALTER TABLE denials ADD COLUMN observed INTEGER NOT NULL DEFAULT 0;
