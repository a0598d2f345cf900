/** R3: the cheapest mix of a pool and named licences for a period of the records. */

import { DENIAL_REASONS, type DenialReason } from "../../../shared/denial.ts";
import { DAY_MS } from "../../../shared/durations.ts";
import type { TenantId } from "../../../shared/ids.ts";
import { isBrief } from "../../ledger/brief-refusal.ts";
import { spansOf } from "../time-zone.ts";
import { readRefusalSpans } from "./demand-query.ts";
import { localAt } from "./local-time.ts";
import { type MixAnswer, type Prices, searchMix } from "./mix.ts";
import { joinWants, type Want } from "./mix-moments.ts";
import { readStays } from "./stays-query.ts";

/**
 * A search longer than this answers what is proven so far. It shares its isolate with the gates of all tenants, and a
 * Worker has 30 s of CPU for one request, of which reading a year of a large firm takes some.
 */
const SEARCH_MOST_MS = 5_000;

/** Reasons that a licence more would have taken away: reservations and groups' maxima are no part of a mix. */
const BY_LICENCES: ReadonlySet<DenialReason> = new Set([
  "limit_reached",
  "others_waiting",
  "reserved_for_others",
  "not_assigned",
]);

// Of people with a licence of their own, who are not counted; exempt people are not, either.
const OWN_STAYS = `
  SELECT holder AS person, at FROM events INDEXED BY events_uncounted
  WHERE tenant = ?1 AND kind = 'lease_ended' AND body ->> 'exempt' = 1 AND at >= ?2 AND at < ?3
    AND body ->> 'named' = 1 AND body ->> 'heldMs' IS NOT NULL`;

export interface MixPerson {
  /** The CRM's key; null: the person was erased. */
  id: string | null;
  name: string;
  /** Local days on which, and how long in all, the person wanted a licence. */
  days: number;
  wantedMs: number;
}

export interface MixView extends Omit<MixAnswer, "best"> {
  best: { concurrent: number; named: MixPerson[]; cost: number };
  prices: Prices;
  /** How many people wanted a licence, and on how many local days anybody did. */
  people: number;
  days: number;
  /** What is left out: exempt people, short waits (R1), and refusals that no licence more would have changed. */
  exempt: number;
  brief: number;
  ignored: { reason: DenialReason; count: number }[];
}

export interface MixQuestion {
  zone: string;
  from: number;
  to: number;
  toleranceMs: number;
  prices: Prices;
}

/** Such as 12.50, in hundredths; null: no price above 0 with at most two decimals. */
export function readPrice(typed: string): number | null {
  const [, whole, part = ""] = /^(\d{1,7})(?:[.,](\d{1,2}))?$/.exec(typed.trim()) ?? [];
  const hundredths = whole === undefined ? 0 : Number(whole) * 100 + Number(part.padEnd(2, "0"));
  return hundredths > 0 ? hundredths : null;
}

export async function readMix(
  db: D1Database,
  tenant: TenantId,
  { zone, from, to, toleranceMs, prices }: MixQuestion,
  mostMs = SEARCH_MOST_MS,
): Promise<MixView> {
  const [{ stays }, refusals, ownStays, directory] = await Promise.all([
    readStays(db, tenant, { from, to }),
    readRefusalSpans(db, tenant, { from, to }),
    db.prepare(OWN_STAYS).bind(tenant, from, to).all<{ person: string; at: number }>(),
    db
      .prepare("SELECT person, holder, name FROM directory WHERE tenant = ?1 ORDER BY revision")
      .bind(tenant)
      .all<{ person: string; holder: string; name: string }>(),
  ]);
  const known = new Map(directory.results.map(({ person, holder, name }) => [person, { id: holder, name }]));
  const wants = new Map<string, Want[]>();
  const whose = new Map<string, { id: string | null; name: string }>();
  const keyOf = (word: string) => {
    const person = known.get(word) ?? { id: null, name: "" };
    const key = person.id ?? word;
    whose.set(key, person);
    return key;
  };
  const add = (word: string, want: Want) => {
    const key = keyOf(word);
    wants.set(key, [...(wants.get(key) ?? []), want]);
  };
  const exempt = new Set<string>();
  const endedOwn = new Set(ownStays.results.map(({ person, at }) => `${at} ${person}`));
  const licensed = new Set<string>();
  for (const [word, own] of stays) {
    const key = keyOf(word);
    const wanted = own.flatMap((stay): readonly Want[] => {
      const isNamed = stay.named ?? endedOwn.has(`${stay.to} ${word}`);
      const parts = stay.parts ?? [{ ...stay, named: isNamed }];
      return parts.filter((part) => part.counted || part.named);
    });
    if (wanted.length === 0) {
      exempt.add(key);
      continue;
    }
    licensed.add(key);
    wants.set(key, [...(wants.get(key) ?? []), ...wanted]);
  }
  for (const key of licensed) exempt.delete(key);
  let brief = 0;
  const ignored = new Map<DenialReason, number>();
  for (const refusal of refusals) {
    if (isBrief(refusal, toleranceMs)) brief++;
    else if (BY_LICENCES.has(refusal.reason))
      add(refusal.person, { from: refusal.at, to: Math.min(to, refusal.until) });
    else ignored.set(refusal.reason, (ignored.get(refusal.reason) ?? 0) + 1);
  }
  const keys = [...wants.keys()];
  const joined = keys.map((key) => joinWants(wants.get(key) ?? []));
  const spans = spansOf(zone, from, to);
  const days = joined.map((own) => daysOf(own, (at) => Math.floor(localAt(spans, at) / DAY_MS)));
  const { best, ...answer } = await searchPatiently(joined, prices, mostMs);
  const named = best.named.map((place): MixPerson => {
    const wantedMs = (joined[place] ?? []).reduce((sum, want) => sum + want.to - want.from, 0);
    const person = whose.get(keys[place] ?? "") ?? { id: null, name: "" };
    return { ...person, days: days[place]?.size ?? 0, wantedMs };
  });
  return {
    ...answer,
    prices,
    best: { ...best, named: named.sort((a, b) => b.wantedMs - a.wantedMs || (a.name < b.name ? -1 : 1)) },
    people: joined.filter(({ length }) => length > 0).length,
    days: new Set(days.flatMap((own) => [...own])).size,
    exempt: exempt.size,
    brief,
    ignored: DENIAL_REASONS.flatMap((reason) => {
      const count = ignored.get(reason);
      return count === undefined ? [] : [{ reason, count }];
    }),
  };
}

/** A want that ends at midnight is none of the day that begins. */
function daysOf(wants: readonly Want[], dayAt: (at: number) => number): Set<number> {
  const days = new Set<number>();
  for (const { from, to } of wants) for (let day = dayAt(from); day <= dayAt(to - 1); day++) days.add(day);
  return days;
}

/** A large firm takes seconds: in between, the isolate serves others. */
async function searchPatiently(
  wants: readonly (readonly Want[])[],
  prices: Prices,
  mostMs: number,
): Promise<MixAnswer> {
  const pieces = searchMix(wants, prices);
  const end = Date.now() + mostMs;
  for (;;) {
    const { done, value } = pieces.next(Date.now() >= end);
    if (done) return value;
    await scheduler.wait(0);
  }
}
