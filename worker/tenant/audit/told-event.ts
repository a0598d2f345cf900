/** What of the ledger's events the audit tells, and of whom. Pure. */
import type { StoredEvent } from "../../ledger/event.ts";
import type { Ledger } from "../../ledger/ledger.ts";

/** The ledger's own bookkeeping, of no use in an audit. */
const UNTOLD: ReadonlySet<string> = new Set([
  "drain_ended",
  "absence_forgotten",
  "person_forgotten",
  "ending_anonymized",
  "session_joined",
  "denial_counted",
  "person_regrouped",
  "person_reroled",
]);

/** Those of `events` that the audit tells. */
export const toldOf = (events: readonly StoredEvent[]): StoredEvent[] =>
  events.filter((event) => !UNTOLD.has(event.type));

/** Who did it; `actor` gave the command. */
export const doerOf = (event: StoredEvent, actor: { id: string } | null): { id: string } | null =>
  "actor" in event ? event.actor : actorOf(event, actor);

/** Events that name a doer only by name: the one who gave the command, or the person concerned. */
function actorOf(event: StoredEvent, actor: { id: string } | null): { id: string } | null {
  if (!("by" in event) || event.by === null) return null;
  return actor ?? { id: event.holder };
}

/** Longer lists of people are not repeated with each change: a row of D1 holds two million bytes. */
const PEOPLE_TOLD_MOST = 10_000;

/** L26: of a change of very long lists only who came and who went, and how many there are. */
export function shortenEvent(event: StoredEvent, { settings }: Ledger): StoredEvent {
  if (event.type !== "settings_changed") return event;
  const { named, exempt, ...patch } = event.patch;
  const isLong = (list: readonly unknown[] | undefined) => (list?.length ?? 0) > PEOPLE_TOLD_MOST;
  if (!isLong(named?.assigned) && !isLong(exempt)) return event;
  const traces = settings.history.at(-1)?.traces ?? [];
  const people = (field: string, to: boolean) =>
    traces.flatMap((trace) => (trace.field === field && "person" in trace && trace.to === to ? [trace.person] : []));
  const told = {
    ...patch,
    ...(named === undefined
      ? {}
      : {
          named: { licences: named.licences, count: named.assigned.length },
          given: { assigned: people("assigned", true) },
          taken: { assigned: people("assigned", false) },
        }),
    ...(exempt === undefined
      ? {}
      : {
          exemptCount: exempt.length,
          added: { exempt: people("exempt", true) },
          ended: { exempt: people("exempt", false) },
        }),
  };
  return { ...event, patch: told as unknown as typeof event.patch };
}
