/** What the tenant's storage and D1 hold after it all, read from their own files, against what clients were told. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { isDeepStrictEqual } from "node:util";
import type { Journal, Span } from "./journal.ts";

interface Row {
  seq: number;
  at: number;
  kind: string;
  holder: string;
  actor: string | null;
  body: string;
}

interface DenialRow {
  id: string;
  holder: string;
  firstAt: number;
  lastAt: number;
  attempts: number;
  outcome: string | null;
}

export interface Records {
  outbox: Row[];
  sentThrough: number;
  events: Row[];
  denials: DenialRow[];
}

/** Clocks of the runtime and of this process, and the ms in which a request is under way. */
const CLOCK_SLACK_MS = 100;

/** Reads the files of a runtime that has been stopped. */
export function readRecords(state: string): Records {
  const files = readdirSync(state, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".sqlite"));
  const records: Partial<Records> = {};
  const holders = new Map<string, string>();
  for (const file of files) {
    const database = new DatabaseSync(join(state, file));
    const all = <T>(query: string): T[] => database.prepare(query).all() as T[];
    const tables = new Set(all<{ name: string }>("SELECT name FROM sqlite_master").map(({ name }) => name));
    if (tables.has("outbox")) {
      records.outbox = all<Row>("SELECT seq, at, kind, holder, actor, body FROM outbox ORDER BY seq");
      for (const { holder, person } of all<{ holder: string; person: string }>("SELECT holder, person FROM people")) {
        holders.set(person, holder);
      }
      const [sent] = all<{ value: string }>("SELECT value FROM meta WHERE name = 'sent_through'");
      records.sentThrough = Number(sent?.value ?? 0);
    }
    if (tables.has("denials")) {
      records.events = all<Row>("SELECT seq, at, kind, holder, actor, body FROM events ORDER BY tenant, seq");
      records.denials = all<DenialRow>(
        "SELECT id, holder, first_at AS firstAt, last_at AS lastAt, attempts, outcome FROM denials ORDER BY id",
      );
    }
    database.close();
  }
  const { outbox, sentThrough, events, denials } = records;
  if (outbox === undefined || sentThrough === undefined || events === undefined || denials === undefined) {
    throw new Error(`no storage of a tenant and no D1 among ${files.join(", ")}`);
  }
  // The audit names people by words of its own; the journal knows them by the CRM's key.
  const named = (row: Row): Row => ({ ...row, holder: holders.get(row.holder) ?? row.holder });
  return { outbox: outbox.map(named), sentThrough, events: events.map(named), denials };
}

/** A sentence for each thing that is lost, doubled or otherwise than a client was told; at most a few of a kind. */
export function findRecordFaults({ outbox, events, denials }: Records, journal: Journal, seats: number): string[] {
  const faults: string[] = [];
  const gap = events.findIndex(({ seq }, index) => seq !== index + 1);
  if (gap !== -1) faults.push(`event ${gap + 1} is missing in D1, or doubled: there is ${events[gap]?.seq}`);
  const changed = events.findIndex((event, index) => !isDeepStrictEqual({ ...event }, { ...outbox[index] }));
  if (changed !== -1) faults.push(`event ${changed + 1} is not in D1 as the tenant wrote it`);
  if (events.length !== outbox.length) faults.push(`D1 has ${events.length} events of ${outbox.length}`);
  faults.push(...findEpisodeFaults(events, denials), ...findLeaseFaults(events, journal, seats));
  const of = (kind: string, fits: (event: Row) => boolean = () => true) =>
    events.filter((event) => event.kind === kind && fits(event));
  faults.push(...findRefusalFaults(events, journal));
  const endedBy = (cause: string) => of("lease_ended", ({ body }) => JSON.parse(body).cause === cause);
  faults.push(...findLost("eviction", journal.evictions, endedBy("evicted")));
  faults.push(...findLost("release", journal.releases, endedBy("released")));
  faults.push(...findLost("refused change", journal.refusedChanges, of("change_refused")));
  for (const limit of journal.limits) {
    const written = of("limit_changed", ({ body }) => JSON.parse(body).to === limit.to);
    faults.push(...findLost(`limit ${limit.to}`, [limit], written));
    if (written.length > 1) faults.push(`the limit ${limit.to} is recorded ${written.length} times`);
  }
  return faults;
}

/** R1: each acknowledged refusal lies in an episode of its person, and no episode counts more than was sent. */
function findRefusalFaults(events: readonly Row[], journal: Journal): string[] {
  const episodes = new Map<string, { holder: string; from: number; to: number; attempts: number }>();
  for (const { kind, at, holder, body } of events) {
    if (!kind.startsWith("denial_")) continue;
    const { id, attempts = 1 } = JSON.parse(body) as { id: string; attempts?: number };
    const episode = episodes.get(id) ?? { holder, from: at, to: Number.POSITIVE_INFINITY, attempts };
    episodes.set(id, { ...episode, attempts, to: kind === "denial_closed" ? at : episode.to });
  }
  const byHolder = Map.groupBy(episodes.values(), ({ holder }) => holder);
  const faults = journal.denials
    .filter(
      ({ holder, sentAt, receivedAt }) =>
        !byHolder
          .get(holder)
          ?.some(({ from, to }) => from <= receivedAt + CLOCK_SLACK_MS && to >= sentAt - CLOCK_SLACK_MS),
    )
    .map(({ holder, receivedAt }) => `the refusal of ${holder}, acknowledged at ${receivedAt}, is not recorded`);
  for (const { holder, from, to, attempts } of episodes.values()) {
    // An episode that is still open may have counted more than the audit was told.
    if (to === Number.POSITIVE_INFINITY) continue;
    const inside = journal.denials.filter(
      (span) => span.holder === holder && span.sentAt > from + CLOCK_SLACK_MS && span.receivedAt < to - CLOCK_SLACK_MS,
    );
    if (inside.length > attempts)
      faults.push(`${holder} was refused ${inside.length} times in an episode of ${attempts} attempts`);
  }
  for (const [holder, own] of byHolder) {
    const sent = journal.attempts.get(holder) ?? 0;
    const counted = own.reduce((sum, { attempts }) => sum + attempts, 0);
    if (counted > sent)
      faults.push(`${holder} was refused ${sent} times at most, and ${counted} attempts are recorded`);
  }
  return faults.slice(0, 5);
}

/** Every acknowledged span has an event of its own within its time. */
function findLost(what: string, spans: readonly Span[], events: readonly Row[]): string[] {
  const byHolder = Map.groupBy(events, ({ holder }) => holder);
  const faults: string[] = [];
  for (const { holder, sentAt, receivedAt } of spans.toSorted((a, b) => a.receivedAt - b.receivedAt)) {
    const left = byHolder.get(holder) ?? [];
    const index = left.findIndex(({ at }) => at >= sentAt - CLOCK_SLACK_MS && at <= receivedAt + CLOCK_SLACK_MS);
    if (index === -1) faults.push(`the ${what} of ${holder}, acknowledged at ${receivedAt}, is not recorded`);
    else left.splice(index, 1);
  }
  return faults.slice(0, 5);
}

/** The episodes in D1 are those that its events tell of. */
function findEpisodeFaults(events: readonly Row[], denials: readonly DenialRow[]): string[] {
  const told = new Map<string, DenialRow>();
  const faults: string[] = [];
  for (const { kind, at, holder, body } of events) {
    if (!kind.startsWith("denial_")) continue;
    const { id, outcome, waitedMs, attempts } = JSON.parse(body) as {
      id: string;
      outcome: string;
      waitedMs: number;
      attempts: number;
    };
    const episode = told.get(id);
    if (kind === "denial_opened") {
      if (episode !== undefined) faults.push(`the episode ${id} was opened twice`);
      told.set(id, { id, holder, firstAt: at, lastAt: at, attempts: 1, outcome: null });
    } else if (episode === undefined || episode.outcome !== null) {
      faults.push(`${kind} of the episode ${id}, which is not open`);
    } else if (kind === "denial_repeated") {
      episode.attempts = attempts;
      episode.lastAt = at;
    } else {
      episode.attempts = attempts;
      episode.outcome = outcome;
      episode.lastAt = Math.max(episode.lastAt, episode.firstAt + waitedMs);
    }
  }
  const wanted = [...told.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const found = denials.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map((row) => ({ ...row }));
  const wrong = wanted.find((episode, index) => !isDeepStrictEqual(episode, found[index]));
  if (wrong !== undefined || wanted.length !== found.length) {
    faults.push(
      `D1 has ${found.length} episodes of ${wanted.length}; the first that differs: ${JSON.stringify(wrong)}`,
    );
  }
  return faults.slice(0, 5);
}

/** Grants and endings take turns, never more leases than seats, and each pass was made under a lease. */
function findLeaseFaults(events: readonly Row[], journal: Journal, seats: number): string[] {
  const faults: string[] = [];
  const leases = new Map<string, { from: number; to: number }[]>();
  const open = new Set<string>();
  let limit = seats;
  for (const { kind, at, holder, body, seq } of events) {
    if (kind === "limit_changed") limit = JSON.parse(body).to;
    if (kind === "seat_granted") {
      if (open.has(holder)) faults.push(`event ${seq} grants a second seat to ${holder}`);
      open.add(holder);
      if (open.size > limit) faults.push(`at event ${seq} ${open.size} people have ${limit} seats`);
      leases.set(holder, [...(leases.get(holder) ?? []), { from: at, to: Number.POSITIVE_INFINITY }]);
    }
    if (kind === "lease_ended") {
      const lease = leases.get(holder)?.at(-1);
      if (!open.delete(holder) || lease === undefined) faults.push(`event ${seq} ends no seat of ${holder}`);
      else lease.to = at;
    }
  }
  for (const { holder, issuedAt } of journal.passes) {
    if (leases.get(holder)?.some(({ from, to }) => from <= issuedAt && issuedAt <= to)) continue;
    faults.push(`${holder} got a pass at ${issuedAt}, when no seat of theirs is recorded`);
  }
  return faults.slice(0, 5);
}
