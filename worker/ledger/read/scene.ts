/**
 * L19: what decides at one moment whether somebody gets a seat: who occupies one, who waits, what is set. Made from a
 * ledger, or from the audit long after; `ledgerOf` makes a ledger of it again, so that the same functions judge both.
 */
import { HOUR_MS } from "../../../shared/durations.ts";
import type { HolderId } from "../../../shared/ids.ts";
import { IDLE_TIMEOUT_MAX_MS, IDLE_TIMEOUT_MIN_MS, TIMING } from "../../../shared/timing.ts";
import { occupies, takenBy } from "../allocation/occupancy.ts";
import { overdraftUsedMs } from "../allocation/overdraft.ts";
import { recount } from "../evolve/counts.ts";
import { createLedger, type Ledger, noPasses } from "../ledger.ts";
import type { Over, OverVia } from "../over.ts";
import { groupsOf, type Person } from "../person.ts";
import type { Settings } from "../settings/settings.ts";
import { effectiveAt } from "../time/schedule.ts";

/** Settings that say who gets a seat. */
export type SceneSettings = Pick<
  Settings,
  | "limit"
  | "idleTimeoutMs"
  | "model"
  | "timeZone"
  | "named"
  | "exempt"
  | "pools"
  | "boosts"
  | "holidays"
  | "closing"
  | "overdraft"
>;

/** Who works beyond the limit (L24, L28), in the order in which seats are handed on to them. */
export interface Beyond {
  /** Seat time that the overdraft has cost this month. */
  usedMs: number;
  seats: { holder: HolderId; via: OverVia }[];
}

/** Of a person, what is known of the CRM's groups and role. */
export type ScenePerson = Pick<Person, "id" | "role" | "groups">;

export interface Scene {
  /** ms. */
  at: number;
  settings: SceneSettings;
  /** By key of the person. */
  leases: { person: ScenePerson; since: number; exempt: boolean; named: boolean }[];
  /** Counted seats of ended leases whose passes are out (L9). */
  drains: ScenePerson[];
  /** In order of the line. */
  line: { person: ScenePerson; since: number; rank: number; offered: boolean }[];
  beyond: Beyond;
}

const byKey = (a: ScenePerson, b: ScenePerson): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
const plain = (person: ScenePerson & Pick<Person, "firmGroups">): ScenePerson => ({
  id: person.id,
  role: person.role,
  groups: groupsOf(person),
});

/** Leases by their rank; a draining seat and an offer are handed nothing on. */
export function beyondOf(ledger: Ledger): Beyond {
  const seats: Beyond["seats"] = ledger.overIndex.all().map((holder) => {
    const lease = ledger.leases.get(holder);
    return { holder, via: lease?.over?.via ?? "overdraft" };
  });
  const others = [...ledger.drains.keys(), ...ledger.line.keys()].sort();
  for (const holder of new Set(others)) {
    const taken = takenBy(ledger, holder);
    if (taken !== null && taken !== "within") seats.push({ holder, via: taken });
  }
  return { usedMs: overdraftUsedMs(ledger, ledger.lastAt), seats };
}

export function sceneOf(ledger: Ledger): Scene {
  const { limit, idleTimeoutMs, model, timeZone, named, exempt, pools, boosts, holidays, closing, overdraft } =
    ledger.settings;
  const absent = (holder: HolderId): ScenePerson => {
    const person = ledger.absences.get(holder)?.person;
    return person === undefined ? { id: holder, role: "user", groups: [] } : plain(person);
  };
  const waiting = [...ledger.line].sort(([, a], [, b]) => a.rank - b.rank || a.order - b.order);
  return {
    at: ledger.lastAt,
    settings: { limit, idleTimeoutMs, model, timeZone, named, exempt, pools, boosts, holidays, closing, overdraft },
    leases: [...ledger.leases.values()]
      .map((lease) => ({
        person: plain(lease.person),
        since: lease.grantedAt,
        exempt: lease.exempt,
        named: lease.named,
      }))
      .sort((a, b) => byKey(a.person, b.person)),
    drains: [...ledger.drains]
      .filter(([holder, drain]) => !drain.exempt && occupies(ledger, holder))
      .map(([holder]) => absent(holder))
      .sort(byKey),
    line: waiting.map(([holder, { since, rank, offeredUntil }]) => ({
      person: absent(holder),
      since,
      rank,
      offered: offeredUntil !== null,
    })),
    beyond: beyondOf(ledger),
  };
}

/** For as long as anybody asks about it. */
const FAR_MS = HOUR_MS;

/** Why they were let in beyond the limit judges nobody any more. */
const overAt = ({ via, place }: { via: OverVia; place: number }, since: number): Over => ({
  via,
  reason: "limit_reached",
  denial: null,
  since,
  rank: place,
  order: place,
});

/** A ledger in which nothing is due. Passes are out where a drain says so, and nowhere else. */
export function ledgerOf(scene: Scene): Ledger {
  const { at, beyond } = scene;
  const far = at + FAR_MS;
  const ledger = createLedger(
    {
      timing: TIMING,
      idleTimeoutMinMs: IDLE_TIMEOUT_MIN_MS,
      idleTimeoutMaxMs: IDLE_TIMEOUT_MAX_MS,
      settings: {
        ...scene.settings,
        version: 1,
        contact: "",
        records: { agreed: null, count: null },
        nudge: { allowed: true, showNames: false },
        handover: "turn",
        rights: null,
        button: "off",
        enforced: true,
        refusalToleranceMs: 0,
        announcement: null,
        requests: [],
        history: [],
      },
      epoch: 0,
    },
    at,
  );
  ledger.effective = effectiveAt(ledger.settings, at);
  ledger.lastAt = at;
  const nameless = (person: ScenePerson): Person => ({ ...plain(person), name: "", email: null });
  const absence = (person: ScenePerson) => ({
    person: nameless(person),
    since: at,
    ended: null,
    sessions: [],
    denial: null,
  });
  ledger.overdraft = { usedMs: beyond.usedMs, at };
  const places = new Map(beyond.seats.map(({ holder, via }, place) => [holder, { via, place }]));
  const viaOf = (holder: HolderId) => places.get(holder)?.via ?? null;
  for (const { person, since, exempt, named } of scene.leases) {
    const over = exempt ? undefined : places.get(person.id);
    ledger.leases.set(person.id, {
      person: nameless(person),
      exempt,
      named,
      grantedAt: since,
      activeAt: at,
      assumedActiveAt: at,
      sessions: [],
      clients: new Map(),
      // Somebody at work: otherwise whoever came long ago would be lost with the next step.
      gates: new Map([["" as never, { heardAt: at }]]),
      passes: noPasses(),
      clientKind: "",
      nudge: null,
      quietUntil: 0,
      over: over === undefined ? null : overAt(over, since),
      shape: 0,
    });
  }
  for (const person of scene.drains) {
    const passes = noPasses();
    passes.byBinding.set("" as never, { session: "" as never, until: far, issuedAt: at });
    ledger.drains.set(person.id, { exempt: false, over: viaOf(person.id), passes });
    ledger.absences.set(person.id, absence(person));
  }
  for (const [place, { person, since, rank, offered }] of scene.line.entries()) {
    ledger.absences.set(person.id, absence(person));
    ledger.line.set(person.id, {
      since,
      rank,
      order: place,
      heardAt: at,
      offeredUntil: offered ? far : null,
      over: offered ? viaOf(person.id) : null,
      givenBy: null,
      nudgedAt: null,
      asked: null,
    });
  }
  ledger.joined = scene.line.length;
  recount(ledger);
  return ledger;
}
