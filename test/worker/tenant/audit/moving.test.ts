/** [T6] A tenant's records are moved to another database whole, whatever breaks on the way. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { verifyAudit } from "../../../../scripts/audit/verify-audit.mjs";
import { exportAudit } from "../../../../worker/audit/audit-export.ts";
import { EVERYTHING } from "../../../../worker/audit/audit-query.ts";
import { databaseOf } from "../../../../worker/audit/databases.ts";
import { RECORDS_TABLES } from "../../../../worker/audit/move-copy.ts";
import type { Env } from "../../../../worker/config/config.ts";
import { OLD_COPY_KEPT_MS, type RecordsName } from "../../../../worker/config/location.ts";
import { REGISTRY_STALE_MS } from "../../../../worker/registry/registry.ts";
import { readByName } from "../../../../worker/registry/registry-read.ts";
import { askForMove } from "../../../../worker/registry/registry-write.ts";
import { readRow } from "../../../../worker/registry/tenant-row.ts";
import type { Move } from "../../../../worker/tenant/audit/moving.ts";
import { TenantSeats } from "../../../../worker/tenant/tenant-seats.ts";
import { addTenant, tenantRow } from "../../registry/tenant-rows.ts";
import { openDatabases } from "../../support/more-databases.ts";
import { countedEnv } from "../counted-env.ts";
import { caller, claim, type Firm, freshFirm, sam, signOut } from "../firm.ts";

beforeAll(openDatabases);

beforeEach(() => {
  for (const level of ["error", "warn", "log"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const [anna, ben, cleo] = [caller("anna"), caller("ben"), caller("cleo")];

const rowOf = async ({ name }: Firm) => {
  const columns = await readByName(env.RECORDS, name);
  if (columns === null) throw new Error("there is no such tenant");
  return readRow(columns);
};
async function ask(firm: Firm, to: RecordsName | null): Promise<void> {
  const { sql, values } = askForMove(await rowOf(firm), to, Date.now());
  await env.RECORDS.prepare(sql)
    .bind(...values)
    .run();
}
const everything = async (at: RecordsName, { name }: Firm) =>
  Object.fromEntries(
    await Promise.all(
      // Stays come with the rows of the audit.
      [...RECORDS_TABLES, "stays" as const].map(async (table) => {
        const asked = databaseOf(env, at).prepare(`SELECT * FROM ${table} WHERE tenant = ? ORDER BY 1, 2, 3`);
        return [table, (await asked.bind(name).all()).results] as const;
      }),
    ),
  );
const NOTHING = Object.fromEntries([...RECORDS_TABLES, "stays"].map((table) => [table, []]));
const verify = async (at: RecordsName, { name }: Firm) =>
  verifyAudit([await new Response(exportAudit(databaseOf(env, at), name, EVERYTHING, "jsonl", Date.now())).bytes()]);

interface Desk {
  seats: () => TenantSeats;
  restart: () => Promise<void>;
  turn: (ms?: number) => Promise<void>;
  settle: () => Promise<void>;
  sql: SqlStorage;
}

/** An object of the registry, its alarms run by a clock of the test's. `before` is told of each call of a database. */
async function inObject(
  firm: Firm,
  work: (desk: Desk) => Promise<void>,
  before?: (sql: string) => Promise<void>,
): Promise<number> {
  const { env: bindings, count } = countedEnv({ ...env, TENANT: "" } as Env, before);
  let most = 0;
  await runInDurableObject(firm.stub, async (_, state) => {
    const { sql } = state.storage;
    sql.exec("DELETE FROM meta WHERE name = 'records'");
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
    let seats: TenantSeats;
    const restart = async () => {
      seats = new TenantSeats(state, bindings);
      await state.blockConcurrencyWhile(async () => undefined);
    };
    await restart();
    const turn = async (ms = 0) => {
      vi.setSystemTime(Math.max(Date.now() + ms, 1 + ((await state.storage.getAlarm()) ?? 0) * (ms === 0 ? 1 : 0)));
      count.take();
      await seats.alarm();
      most = Math.max(most, count.take());
    };
    const settle = async () => {
      for (let round = 0; round < 60; round++) {
        await turn();
        const { moving, waiting } = await seats.vitals();
        if (!moving && waiting === 0) return;
      }
      throw new Error("it does not come to an end");
    };
    await work({ seats: () => seats, restart, turn, settle, sql });
  });
  vi.useRealTimers();
  return most;
}

async function liveThrough(firm: Firm): Promise<void> {
  await claim(firm, anna);
  await claim(firm, ben);
  await claim(firm, cleo);
  await firm.calls.evict(sam, ben.person.id, "month-end closing, dear ben Adams");
  await signOut(firm, anna);
  // The refusal's episode is over after a quarter of an hour: then nothing happens any more.
  vi.setSystemTime(Date.now() + 20 * 60_000);
  await firm.calls.status(cleo);
}

/** The first head is signed by a key that a row names (R9.6): before a move, so that no row comes meanwhile. */
async function signFirst(turn: (ms: number) => Promise<void>): Promise<void> {
  for (let day = 0; day < 2; day++) await turn(86_400_000);
}

/** The row is read by a call a minute after it was changed. */
async function hear(seats: TenantSeats): Promise<void> {
  vi.setSystemTime(Date.now() + 61_000);
  await seats.vitals();
  await new Promise((resolve) => setTimeout(resolve, 50));
}

async function begin(records: RecordsName = "RECORDS"): Promise<Firm> {
  const firm = freshFirm("mover");
  await addTenant(env.RECORDS, tenantRow(firm.name, { records }));
  return firm;
}

describe("[T6] a move", () => {
  test("brings everything, closes the old database, and deletes the old copy once nobody uses the old row", async () => {
    const firm = await begin();
    const most = await inObject(firm, async ({ seats, turn, settle }) => {
      const here: Firm = { ...firm, calls: seats() as never };
      await liveThrough(here);
      await signFirst(turn);
      await settle();
      const before = await everything("RECORDS", firm);
      expect(before.denials).toHaveLength(1);
      await ask(firm, "RECORDS_1");
      await hear(seats());
      // What happens meanwhile waits.
      await claim(here, anna);
      expect(await seats().vitals()).toMatchObject({ moving: true });
      expect(await everything("RECORDS", firm)).toEqual(before);
      await settle();
      expect(await rowOf(firm)).toMatchObject({ records: "RECORDS_1", movingTo: null });
      const after = await everything("RECORDS_1", firm);
      expect(after.events?.length).toBeGreaterThan(before.events?.length ?? 0);
      expect(after.events?.slice(0, before.events?.length)).toEqual(before.events);
      expect(before.stays).not.toEqual([]);
      for (const table of ["texts", "denials", "stays"] as const) expect(after[table]).toEqual(before[table]);
      expect(await verify("RECORDS_1", firm)).toMatchObject({ first: 1, last: after.events?.length });
      // Whoever has not heard yet reads the old copy, as it was.
      expect(await everything("RECORDS", firm)).toEqual(before);
      await turn(OLD_COPY_KEPT_MS / 2);
      expect(await everything("RECORDS", firm)).toEqual(before);
      await turn(OLD_COPY_KEPT_MS);
      for (let round = 0; round < 5; round++) await turn();
      expect(await everything("RECORDS", firm)).toEqual(NOTHING);
      expect((await everything("RECORDS_1", firm)).events?.slice(0, after.events?.length)).toEqual(after.events);
    });
    expect(most).toBeLessThanOrEqual(50);
    expect(
      await databaseOf(env, "RECORDS").prepare("SELECT * FROM moves WHERE tenant = ?").bind(firm.name).all(),
    ).toMatchObject({ results: [{ direction: "out", other: "RECORDS_1" }] });
  });

  test("goes there and back, and the records are the same", async () => {
    const firm = await begin("RECORDS_1");
    await inObject(firm, async ({ seats, turn, settle }) => {
      await liveThrough({ ...firm, calls: seats() as never });
      await signFirst(turn);
      await settle();
      const before = await everything("RECORDS_1", firm);
      expect(before.events?.filter(({ kind }) => kind === "head_key_set")).toHaveLength(1);
      for (const to of ["RECORDS_2", "RECORDS_1"] as const) {
        await ask(firm, to);
        await hear(seats());
        await settle();
        await turn(OLD_COPY_KEPT_MS + 1_000);
        for (let round = 0; round < 5; round++) await turn();
      }
      expect(await everything("RECORDS_1", firm)).toEqual(before);
      expect(await everything("RECORDS_2", firm)).toEqual(NOTHING);
    });
  });

  test("loses and doubles nothing, whichever call of a database fails, and whichever the object does not survive", async () => {
    const calls = await countCalls();
    expect(calls).toBeGreaterThan(15);
    for (let failing = 1; failing <= calls; failing++) {
      const firm = await begin();
      let asked = Number.NEGATIVE_INFINITY;
      let broken = 0;
      const before = async () => {
        if (++asked !== failing) return;
        broken++;
        throw new Error("the database went away");
      };
      await inObject(
        firm,
        async ({ seats, restart, turn, settle }) => {
          await liveThrough({ ...firm, calls: seats() as never });
          await signFirst(turn);
          await settle();
          const records = await everything("RECORDS", firm);
          await ask(firm, "RECORDS_1");
          asked = 0;
          await hear(seats());
          for (let round = 0; broken === 0 && round < 60; round++) await turn();
          // Everything in memory is gone.
          await restart();
          await hear(seats());
          await settle();
          await turn(OLD_COPY_KEPT_MS + 60_000);
          for (let round = 0; round < 5; round++) await turn(60_000);
          expect([failing, await rowOf(firm)]).toMatchObject([failing, { records: "RECORDS_1", movingTo: null }]);
          expect([failing, await everything("RECORDS_1", firm)]).toEqual([failing, records]);
          expect([failing, await everything("RECORDS", firm)]).toEqual([failing, NOTHING]);
          expect((await seats().vitals()).dividedAgeMs).toBeNull();
        },
        before,
      );
    }
  }, 120_000);

  test("is given up where the operator takes it back, and leaves nothing at the destination", async () => {
    const firm = await begin();
    let isSlow = false;
    const before = async () => {
      if (isSlow) throw new Error("not now");
    };
    await inObject(
      firm,
      async ({ seats, turn, settle }) => {
        await liveThrough({ ...firm, calls: seats() as never });
        await signFirst(turn);
        await settle();
        const records = await everything("RECORDS", firm);
        await ask(firm, "RECORDS_1");
        await hear(seats());
        isSlow = true;
        await turn();
        isSlow = false;
        expect(await seats().vitals()).toMatchObject({ moving: true });
        await ask(firm, null);
        await hear(seats());
        await settle();
        expect(await rowOf(firm)).toMatchObject({ records: "RECORDS", movingTo: null });
        expect(await everything("RECORDS", firm)).toEqual(records);
        expect(await everything("RECORDS_1", firm)).toEqual(NOTHING);
      },
      before,
    );
  });

  test("to a database that the Worker has not is told of, and the records stay", async () => {
    const firm = await begin();
    await inObject(firm, async ({ seats, turn }) => {
      await liveThrough({ ...firm, calls: seats() as never });
      await signFirst(turn);
      await ask(firm, "RECORDS_9");
      await hear(seats());
      await turn();
      await turn();
      const note = await env.RECORDS.prepare("SELECT move_note FROM tenants WHERE tenant = ?").bind(firm.name).first();
      expect(String(note?.move_note)).toContain("RECORDS_9");
    });
  });

  test("stops before a row of the audit that was edited", async () => {
    const firm = await begin();
    await inObject(firm, async ({ seats, turn, settle }) => {
      await liveThrough({ ...firm, calls: seats() as never });
      await signFirst(turn);
      await settle();
      const guard = "events_stay_as_they_are";
      const trigger = await env.RECORDS.prepare("SELECT sql FROM sqlite_master WHERE name = ?").bind(guard).first();
      await env.RECORDS.prepare(`DROP TRIGGER ${guard}`).run();
      await env.RECORDS.prepare("UPDATE events SET seat_limit = 99 WHERE tenant = ? AND seq = 2").bind(firm.name).run();
      await env.RECORDS.prepare(String(trigger?.sql)).run();
      await ask(firm, "RECORDS_1");
      await hear(seats());
      for (let round = 0; round < 5; round++) await turn();
      const note = await env.RECORDS.prepare("SELECT move_note FROM tenants WHERE tenant = ?").bind(firm.name).first();
      expect(String(note?.move_note)).toContain("row 2 of the audit does not fit its hash");
      expect(await rowOf(firm)).toMatchObject({ records: "RECORDS" });
    });
  });
});

/** How often a whole move asks a database. */
async function countCalls(): Promise<number> {
  const firm = await begin();
  let asked = Number.NEGATIVE_INFINITY;
  await inObject(
    firm,
    async ({ seats, turn, settle }) => {
      await liveThrough({ ...firm, calls: seats() as never });
      await signFirst(turn);
      await settle();
      await ask(firm, "RECORDS_1");
      asked = 0;
      await hear(seats());
      await settle();
    },
    async () => void asked++,
  );
  return asked;
}

test("[T6] the old copy stays much longer than an isolate uses an old row", () => {
  expect(OLD_COPY_KEPT_MS).toBeGreaterThanOrEqual(5 * REGISTRY_STALE_MS);
});

/** From the operator's wish to the end of the old copy. */
async function moveWhole(firm: Firm, to: RecordsName, { seats, turn, settle }: Desk): Promise<void> {
  await ask(firm, to);
  await hear(seats());
  await settle();
  await turn(OLD_COPY_KEPT_MS + 60_000);
  for (let round = 0; round < 3; round++) await turn(60_000);
  await settle();
}

/** The object as it was at that step; where the records are, it does not know. */
async function restoreTo(
  move: Pick<Move, "from" | "to" | "step">,
  at: RecordsName,
  { sql, restart }: Desk,
): Promise<void> {
  sql.exec("UPDATE meta SET value = ? WHERE name = 'records'", at);
  const kept: Move = { ...move, table: "usage", after: null, copied: 7, notBefore: 0 };
  sql.exec("INSERT INTO meta (name, value) VALUES ('move', ?)", JSON.stringify(kept));
  await restart();
}

describe("[T6] after a restore", () => {
  test("of the registry to a moment before the move, the object puts it right", async () => {
    const firm = await begin();
    await inObject(firm, async ({ seats, turn, settle }) => {
      await liveThrough({ ...firm, calls: seats() as never });
      await signFirst(turn);
      await settle();
      await ask(firm, "RECORDS_1");
      await hear(seats());
      await settle();
      await env.RECORDS.prepare("UPDATE tenants SET records = 'RECORDS', version = version + 1 WHERE tenant = ?")
        .bind(firm.name)
        .run();
      await turn(OLD_COPY_KEPT_MS + 60_000);
      for (let round = 0; round < 3; round++) await turn(60_000);
      await hear(seats());
      await turn(1_000);
      expect(await rowOf(firm)).toMatchObject({ records: "RECORDS_1" });
    });
  });

  test("of the object to a moment before the move, it finds the old database closed and follows", async () => {
    const firm = await begin();
    await inObject(firm, async (desk) => {
      const { seats, restart, settle, turn, sql } = desk;
      await liveThrough({ ...firm, calls: seats() as never });
      await signFirst(turn);
      await settle();
      await moveWhole(firm, "RECORDS_1", desk);
      sql.exec("UPDATE meta SET value = 'RECORDS' WHERE name = 'records'");
      await restart();
      await claim({ ...firm, calls: seats() as never }, cleo);
      await settle();
      expect(await rowOf(firm)).toMatchObject({ records: "RECORDS_1" });
      expect(await everything("RECORDS", firm)).toEqual(NOTHING);
      expect(await verify("RECORDS_1", firm)).toMatchObject({ first: 1, divisions: [] });
    });
  });

  test.each(["clearing", "copying", "switching", "giving up"] as const)(
    "[T6.6] of the object to the step '%s' of a move that was finished, nothing of what was moved is lost",
    async (step) => {
      const firm = await begin();
      await inObject(firm, async (desk) => {
        const { seats, settle, turn, sql } = desk;
        await liveThrough({ ...firm, calls: seats() as never });
        await signFirst(turn);
        await settle();
        await moveWhole(firm, "RECORDS_1", desk);
        const moved = await everything("RECORDS_1", firm);
        expect(await everything("RECORDS", firm)).toEqual(NOTHING);
        await restoreTo({ from: "RECORDS", to: "RECORDS_1", step }, "RECORDS", desk);
        await settle();
        expect(await everything("RECORDS_1", firm)).toEqual(moved);
        await claim({ ...firm, calls: seats() as never }, anna);
        await settle();
        await turn(OLD_COPY_KEPT_MS + 60_000);
        for (let round = 0; round < 3; round++) await turn(60_000);
        expect(await rowOf(firm)).toMatchObject({ records: "RECORDS_1", movingTo: null });
        expect(await verify("RECORDS_1", firm)).toMatchObject({ first: 1, divisions: [] });
        expect(sql.exec("SELECT * FROM meta WHERE name = 'move'").toArray()).toEqual([]);
      });
    },
  );

  test("[T6.6] of the object to a move's last step, after the records came back: what is in use is no old copy", async () => {
    const firm = await begin();
    await inObject(firm, async (desk) => {
      const { seats, settle, turn, sql } = desk;
      await liveThrough({ ...firm, calls: seats() as never });
      await signFirst(turn);
      await settle();
      for (const to of ["RECORDS_1", "RECORDS"] as const) await moveWhole(firm, to, desk);
      const moved = await everything("RECORDS", firm);
      await restoreTo({ from: "RECORDS", to: "RECORDS_1", step: "leaving" }, "RECORDS_1", desk);
      await claim({ ...firm, calls: seats() as never }, anna);
      for (let round = 0; round < 5; round++) await turn(60_000);
      await settle();
      const after = await everything("RECORDS", firm);
      expect(after.events?.slice(0, moved.events?.length)).toEqual(moved.events);
      expect(after.events?.length).toBeGreaterThan(moved.events?.length ?? 0);
      expect(await everything("RECORDS_1", firm)).toEqual(NOTHING);
      expect(await rowOf(firm)).toMatchObject({ records: "RECORDS", movingTo: null });
      expect(sql.exec("SELECT * FROM meta WHERE name = 'move'").toArray()).toEqual([]);
    });
  });
});
