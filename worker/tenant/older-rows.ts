/** Rows of the ledger as this version and older ones wrote them, and what older ones lack. */
import { BindingId, type HolderId, SessionKey } from "../../shared/ids.ts";
import type { StoredPresence } from "../ledger/presence.ts";
import type { StoredDrain, StoredLease, StoredWaiting } from "../ledger/restore.ts";

/**
 * Which write of the tenant's a row is of, and when that was by the ledger's clock. Rows of older versions have
 * neither.
 */
export interface Written {
  revision?: number;
  at?: number;
}

/**
 * As older versions left it: without presence, passes, the time when last heard, and whom the person asked for a seat.
 */
export type LeaseRow = Omit<StoredLease, "presence"> & { presence?: StoredPresence } & Written;
export type DrainRow = StoredDrain | { until: number; exempt: number };
export type WaitingRow = Omit<StoredWaiting, "heardAt" | "nudgedAt" | "asked" | "over" | "givenBy"> &
  Partial<StoredWaiting> &
  Written;

/** L9: passes that an older version issued are of no binding that a browser could show. */
const UNKNOWN_BINDING = BindingId.parse("unknown-passes");
const NO_SESSION = SessionKey.parse("_".repeat(22));

/** Under the key that counts now. */
export const leaseFrom = (row: LeaseRow, holder: HolderId, presence: StoredPresence): StoredLease => ({
  person: row.person.id === holder ? row.person : { ...row.person, id: holder },
  exempt: row.exempt,
  named: row.named,
  grantedAt: row.grantedAt,
  sessions: row.sessions,
  clientKind: row.clientKind,
  over: row.over ?? null,
  presence,
});

export const drainOf = (row: DrainRow): StoredDrain =>
  "passes" in row ? row : { exempt: row.exempt === 1, passes: [[UNKNOWN_BINDING, NO_SESSION, row.until]] };

/** A lease of an older version, which kept no presence: heard at this moment, with a pass out for one life. */
export function unknownPresence({ grantedAt, sessions }: LeaseRow, at: number, passesLiveMs: number): StoredPresence {
  const session = sessions.at(-1) ?? NO_SESSION;
  return {
    activeAt: grantedAt,
    assumedActiveAt: at,
    clients: [],
    gates: [[session, at]],
    passes: [[UNKNOWN_BINDING, session, at + passesLiveMs]],
    nudge: null,
    quietUntil: 0,
  };
}
