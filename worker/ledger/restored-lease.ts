/**
 * A lease as it comes back from storage. The maps of its browsers and passes are made when they are first asked for: of
 * ten thousand holders few are heard of before the object sleeps again, and making the maps of all of them takes longer
 * than reading their rows.
 */
import type { SessionKey } from "../../shared/ids.ts";
import type { Timing } from "../../shared/timing.ts";
import type { GateClient, Lease, Passes } from "./ledger.ts";
import type { Over } from "./over.ts";
import type { Person } from "./person.ts";
import type { StoredLease, StoredPass, StoredPresence } from "./presence.ts";
import { clientGoneAt, gateGoneAt } from "./time/gone.ts";

class RestoredLease implements Lease {
  person: Person;
  exempt: boolean;
  named: boolean;
  grantedAt: number;
  activeAt: number;
  assumedActiveAt: number;
  sessions: SessionKey[];
  clientKind: string;
  nudge: Lease["nudge"];
  quietUntil: number;
  over: Over | null;
  shape = 0;
  /** As they are stored, until they are asked for. */
  #clients: StoredPresence["clients"] | Lease["clients"];
  #gates: StoredPresence["gates"] | Lease["gates"];
  #passes: StoredPresence["passes"] | Passes;

  constructor({ person, exempt, named, grantedAt, sessions, clientKind, over, presence }: StoredLease) {
    this.person = person;
    this.exempt = exempt;
    this.named = named;
    this.grantedAt = grantedAt;
    this.activeAt = presence.activeAt;
    this.assumedActiveAt = presence.assumedActiveAt;
    this.sessions = sessions;
    this.clientKind = clientKind;
    this.nudge = presence.nudge;
    this.quietUntil = presence.quietUntil;
    this.over = over == null ? null : { ...over, order: 0 };
    this.#clients = presence.clients;
    this.#gates = presence.gates;
    this.#passes = presence.passes;
  }

  get clients(): Lease["clients"] {
    if (Array.isArray(this.#clients)) this.#clients = restoredClients(this.#clients);
    return this.#clients;
  }

  get gates(): Lease["gates"] {
    if (Array.isArray(this.#gates)) this.#gates = restoredGates(this.#gates);
    return this.#gates;
  }

  get passes(): Passes {
    if (Array.isArray(this.#passes)) this.#passes = restoredPasses(this.#passes);
    return this.#passes;
  }

  /** ms: when its last browser is gone, told without making a map. */
  goneAt(timing: Timing): number {
    const [clients, gates] = [this.#clients, this.#gates];
    if (!Array.isArray(clients) || !Array.isArray(gates)) throw new Error("a lease was asked twice when it is gone");
    let at = clients.length + gates.length === 0 ? this.grantedAt + timing.lostAfterMs : 0;
    for (const [, , heardAt, , , , closingAt] of clients)
      at = Math.max(at, clientGoneAt(timing, { heardAt, closingAt }));
    for (const [, heardAt] of gates) at = Math.max(at, gateGoneAt(timing, { heardAt }));
    return at;
  }
}

export type { RestoredLease };

/** What is stored is not changed by what happens to the lease. */
export const restoredLease = (stored: StoredLease): RestoredLease => new RestoredLease(stored);

function restoredClients(stored: StoredPresence["clients"]): Lease["clients"] {
  const clients: Lease["clients"] = new Map();
  for (const [id, session, heardAt, seq, tabs, closed, closingAt] of stored) {
    clients.set(id, { session, heardAt, seq, tabs: new Set(tabs), closed, closingAt });
  }
  return clients;
}

function restoredGates(stored: StoredPresence["gates"]): Map<SessionKey, GateClient> {
  const gates: Lease["gates"] = new Map();
  for (const [session, heardAt] of stored) gates.set(session, { heardAt });
  return gates;
}

export function restoredPasses(passes: readonly StoredPass[]): Passes {
  const byBinding: Passes["byBinding"] = new Map();
  for (const [binding, session, until, issuedAt = until] of passes)
    byBinding.set(binding, { session, until, issuedAt });
  return { byBinding };
}
