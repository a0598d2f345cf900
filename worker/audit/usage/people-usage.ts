/** R3: the use of each person over a period. */
import { DAY_MS } from "../../../shared/durations.ts";
import type { TenantId } from "../../../shared/ids.ts";
import { isBrief } from "../../ledger/brief-refusal.ts";
import { type Span, spansOf } from "../time-zone.ts";
import { type Refusal, readRefusalSpans } from "./demand-query.ts";
import { localAt } from "./local-time.ts";
import { readStays, type Stay } from "./stays-query.ts";

export interface PersonUse {
  /** The CRM's key; null: the person was erased. */
  id: string | null;
  name: string;
  email: string | null;
  /** Has a licence of their own now. */
  named: boolean;
  /** How long in all with a seat in the period, counted or not; on how many local days; how often. */
  heldMs: number;
  days: number;
  stays: number;
  /** The median length of the stays that ended in the period; null: none did. */
  typicalMs: number | null;
  /** When the person last had a seat, as far as the records go; null: never. */
  lastSeenAt: number | null;
  isSeated: boolean;
  /** Refusals that count, short waits (R1), and how long the person was without a seat in both. */
  refusals: number;
  brief: number;
  waitedMs: number;
}

export interface PeopleQuestion {
  zone: string;
  from: number;
  to: number;
  toleranceMs: number;
  /** Who has a licence of their own. */
  named: readonly { id: string; name: string }[];
}

/** Everybody who is known to the records or has a named licence, whoever held longest first. */
export async function readPeopleUse(
  db: D1Database,
  tenant: TenantId,
  { zone, from, to, toleranceMs, named }: PeopleQuestion,
): Promise<PersonUse[]> {
  const [seen, refusals, directory] = await Promise.all([
    readStays(db, tenant, { from, to }),
    readRefusalSpans(db, tenant, { from, to }),
    db
      .prepare("SELECT person, holder, name, email FROM directory WHERE tenant = ?1 ORDER BY revision")
      .bind(tenant)
      .all<{ person: string; holder: string; name: string; email: string | null }>(),
  ]);
  const spans = spansOf(zone, from, to);
  const people = new Map<string, { use: PersonUse; stays: Stay[] }>();
  const known = new Map<string, string>();
  const own = new Set(named.map(({ id }) => id));
  // One person may have several words: those of an object that was restored.
  const personOf = (key: string, one: Pick<PersonUse, "id" | "name" | "email">) => {
    const found = people.get(key) ?? { use: { ...NO_USE, ...one, named: own.has(key) }, stays: [] };
    Object.assign(found.use, one);
    people.set(key, found);
    return found;
  };
  for (const { id, name } of named) personOf(id, { id, name, email: null });
  for (const { person, holder, name, email } of directory.results) {
    known.set(person, holder);
    personOf(holder, { id: holder, name, email });
  }
  const ofWord = (word: string) =>
    people.get(known.get(word) ?? word) ?? personOf(word, { id: null, name: "", email: null });
  for (const [word, stays] of seen.stays) ofWord(word).stays.push(...stays);
  for (const [word, at] of seen.lastSeenAt) {
    const { use } = ofWord(word);
    use.lastSeenAt = Math.max(use.lastSeenAt ?? 0, at);
    use.isSeated ||= seen.seated.has(word);
  }
  for (const refusal of refusals) countRefusal(ofWord(refusal.person).use, refusal, toleranceMs);
  for (const { use, stays } of people.values()) countStays(use, stays, spans);
  return [...people.values()]
    .map(({ use }) => use)
    .sort((a, b) => b.heldMs - a.heldMs || b.refusals - a.refusals || a.name.localeCompare(b.name));
}

const NO_USE: Omit<PersonUse, "id" | "name" | "email" | "named"> = {
  heldMs: 0,
  days: 0,
  stays: 0,
  typicalMs: null,
  lastSeenAt: null,
  isSeated: false,
  refusals: 0,
  brief: 0,
  waitedMs: 0,
};

function countRefusal(use: PersonUse, refusal: Refusal, toleranceMs: number): void {
  if (isBrief(refusal, toleranceMs)) use.brief++;
  else use.refusals++;
  use.waitedMs += refusal.waitedMs;
}

function countStays(use: PersonUse, stays: readonly Stay[], spans: readonly Span[]): void {
  const days = new Set<number>();
  const lengths: number[] = [];
  const dayAt = (at: number) => Math.floor(localAt(spans, at) / DAY_MS);
  for (const { from, to, heldMs } of stays) {
    use.heldMs += to - from;
    if (heldMs !== null) lengths.push(heldMs);
    // A stay that ends at midnight is none of the day that begins.
    const last = dayAt(Math.max(from, to - 1));
    for (let day = dayAt(from); day <= last; day++) days.add(day);
  }
  use.stays = stays.length;
  use.days = days.size;
  use.typicalMs = medianOf(lengths);
}

/** null: of none. */
export function medianOf(values: number[]): number | null {
  const sorted = values.sort((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? null : Math.round((low + high) / 2);
}
