-- The registry: which tenant answers at which host, and what the operator has set for it. Empty where the Worker
-- serves one tenant by its variables.
CREATE TABLE tenants (
  tenant TEXT PRIMARY KEY,
  -- JSON array of host names; the table below follows it.
  hosts TEXT NOT NULL,
  jurisdiction TEXT,
  location_hint TEXT,
  -- JSON of the variables of wrangler.toml, by name.
  variables TEXT NOT NULL,
  -- JSON of secrets by name, each encrypted.
  sealed TEXT NOT NULL,
  suspended_at INTEGER,
  made_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE hosts (host TEXT PRIMARY KEY, tenant TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX hosts_by_tenant ON hosts (tenant);
CREATE TRIGGER tenants_bring_hosts AFTER INSERT ON tenants
BEGIN
  INSERT INTO hosts (host, tenant) SELECT value, NEW.tenant FROM json_each(NEW.hosts);
END;
CREATE TRIGGER tenants_change_hosts AFTER UPDATE OF hosts ON tenants
BEGIN
  DELETE FROM hosts WHERE tenant = NEW.tenant;
  INSERT INTO hosts (host, tenant) SELECT value, NEW.tenant FROM json_each(NEW.hosts);
END;
-- Name and jurisdiction are the identity of the tenant's object: with another there would be an empty house beside it.
CREATE TRIGGER tenants_stay_where_they_are BEFORE UPDATE ON tenants
WHEN NEW.tenant <> OLD.tenant OR NEW.jurisdiction IS NOT OLD.jurisdiction OR NEW.location_hint IS NOT OLD.location_hint
BEGIN
  SELECT RAISE(ABORT, 'a tenant keeps its name, its jurisdiction and its location hint');
END;
CREATE TRIGGER tenants_stay BEFORE DELETE ON tenants
BEGIN
  SELECT RAISE(ABORT, 'a tenant is suspended, never deleted: its object would stay, unknown to the registry');
END;
