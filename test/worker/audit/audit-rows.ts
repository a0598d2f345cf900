/** Builder of a tenant's audit in D1, chained as the tenant's object chains it. */
import { TenantId } from "../../../shared/ids.ts";
import { canonicalJson, chainHash, genesisOf, SENTENCES_FIELD, sealText } from "../../../worker/audit/chain.ts";
import { type RecordedEvent, recordEvents } from "../../../worker/audit/event-log.ts";
import { emptyUsage, projectUsage } from "../../../worker/audit/usage/usage-projection.ts";
import type { EventSeed } from "./event-seed.ts";

export type { EventSeed } from "./event-seed.ts";

export function chainRows(tenant: string, seeds: readonly EventSeed[]): RecordedEvent[] {
  let hash = genesisOf(tenant);
  return seeds.map((seed, index) => {
    const { at, kind, holder = null, actor = null, inUse = 0, limit = 10, note } = seed;
    const salt = `salt-${index}`;
    const said = seed.sentences === undefined ? {} : { [SENTENCES_FIELD]: canonicalJson(seed.sentences) };
    const kept = Object.entries({ ...(note === undefined ? {} : { note }), ...said });
    const texts = kept.map(([field, text]) => ({ field, salt, text }));
    const sealed = Object.fromEntries(kept.map(([field, text]) => [field, { seal: sealText(salt, text) }]));
    const body = canonicalJson({ ...seed.body, ...sealed });
    const row = { seq: index + 1, at, kind, holder, actor, inUse, limit, body };
    hash = chainHash(hash, tenant, row);
    return { ...row, hash, texts };
  });
}

/** Writes the rows as the tenant's outbox would, with the usage they lead to. */
export async function writeEvents(db: D1Database, tenant: string, seeds: readonly EventSeed[]): Promise<TenantId> {
  const rows = chainRows(tenant, seeds);
  let usage = emptyUsage();
  for (let at = 0; at < rows.length; at += 500) {
    const part = rows.slice(at, at + 500);
    const { state, touched } = projectUsage(usage, part);
    usage = state;
    await recordEvents(db, tenant, { rows: part, people: [], usage: touched });
  }
  return TenantId.parse(tenant);
}
