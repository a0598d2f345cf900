/** A firm at its object: people who come and go, deliveries by a clock that moves, and the object's storage. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { BindingId, HolderId, SessionKey, TenantId } from "../../../shared/ids.ts";
import { nextTurn } from "../../../worker/tenant/audit/daily-work.ts";
import type { Caller, Role, TenantCalls } from "../../../worker/tenant/tenant-calls.ts";
import type { TenantSeats } from "../../../worker/tenant/tenant-seats.ts";

export type Seats = DurableObjectStub<TenantSeats>;
export interface Firm {
  name: TenantId;
  stub: Seats;
  calls: TenantCalls;
}

let firms = 0;

/** Its daily work is hours away, so that none of it (R9.6: a row of the audit) falls into a test by the time of the day. */
const QUIET_MS = 3 * 3_600_000;

export function freshFirm(prefix: string): Firm {
  let name: TenantId;
  do name = TenantId.parse(`${prefix}-${++firms}`);
  while (nextTurn(name, Date.now()) - Date.now() < QUIET_MS);
  const stub = env.SEATS.get(env.SEATS.idFromName(name)) as unknown as Seats;
  return { name, stub, calls: stub as unknown as TenantCalls };
}

export const caller = (name: string, role: Role = "user"): Caller => ({
  person: { id: HolderId.parse(`crm-${name}`), name: `${name} Adams`, email: `${name}@acme.example`, role },
  session: SessionKey.parse(`${name}-desk`.padEnd(22, "_")),
});
export const mia = caller("mia", "licence_manager").person;
export const sam = caller("sam", "support").person;

export const claim = ({ calls }: Firm, who: Caller) =>
  calls.claim({
    ...who,
    binding: BindingId.parse(`binding-of-${who.person.id}`),
    act: "navigation",
    active: true,
    clientKind: "browser",
  });
export const signOut = ({ calls }: Firm, who: Caller) => calls.signOut(who.person.id, who.session);

/** Runs alarms, two seconds apart by the object's clock, until nothing waits for D1. */
export async function deliver({ stub, calls }: Firm, rounds = 60): Promise<void> {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 2_000 });
  try {
    for (let round = 0; round < rounds; round++) {
      await runDurableObjectAlarm(stub);
      vi.setSystemTime(Date.now() + 2_000);
      if ((await calls.vitals()).waiting === 0) return;
    }
    throw new Error("the outbox does not empty");
  } finally {
    vi.useRealTimers();
  }
}

type Stored = Record<string, Record<string, SqlStorageValue>[]>;

/** Everything in the object's storage, as point-in-time recovery would keep it. */
export const keepStorage = ({ stub }: Firm): Promise<Stored> =>
  runInDurableObject(stub, (_, { storage }) => {
    const tables = storage.sql
      .exec<{ name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
      )
      .toArray();
    return Object.fromEntries(tables.map(({ name }) => [name, storage.sql.exec(`SELECT * FROM ${name}`).toArray()]));
  });

/** The storage as it was then; the object starts again from it. */
export async function restoreStorage({ stub }: Firm, stored: Stored): Promise<void> {
  await runInDurableObject(stub, (_, { storage }) => {
    storage.transactionSync(() => {
      for (const [table, rows] of Object.entries(stored)) {
        storage.sql.exec(`DELETE FROM ${table}`);
        for (const row of rows) {
          const names = Object.keys(row);
          const columns = names.map((name) => `"${name}"`).join(", ");
          const values = names.map((name) => row[name] ?? null);
          storage.sql.exec(`INSERT INTO ${table} (${columns}) VALUES (${names.map(() => "?").join(", ")})`, ...values);
        }
      }
    });
  });
  await evictDurableObject(stub);
}
