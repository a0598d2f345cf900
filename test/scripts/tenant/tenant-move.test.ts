/** [T6] `npm run tenant -- add` chooses a database of records, and `move` takes a tenant's to another, on the real Worker. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readRecordsBindings, readRecordsName } from "../../../scripts/deploy/records-bindings.ts";
import { openHomeFolder } from "../../../scripts/dev/home-folder.ts";
import { bundleWorker, startWorker } from "../../../scripts/dev/local-worker.ts";
import { tenantCommand } from "../../../scripts/tenant/tenant.ts";
import { fewestTenants } from "../../../scripts/tenant/tenant-move.ts";
import type { RecordsName } from "../../../worker/config/location.ts";
import type { Person } from "../../../worker/ledger/person.ts";
import type { TenantRow } from "../../../worker/registry/tenant-row.ts";
import { startScript } from "../child.ts";
import { runInProcess } from "../in-process.ts";

const code = bundleWorker();
let home: string;
let config: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "hotseat-move-"));
  config = join(home, "wrangler.toml");
  const database = (name: string) => `[[d1_databases]]\nbinding = "${name}"\ndatabase_id = "x"\n`;
  writeFileSync(config, `# binding = "RECORDS_8"\n${["RECORDS_1", "RECORDS", "OTHER"].map(database).join("\n")}`);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const run = (...args: string[]) => runInProcess(tenantCommand, [...args, "--config", config], { HOTSEAT_HOME: home });

/** As a person's shell does. */
async function runAlone(...args: string[]) {
  const child = startScript("scripts/tenant/tenant.ts", [...args, "--config", config], { HOTSEAT_HOME: home });
  const { status } = await child.ended;
  expect(child.strays()).toEqual([]);
  return { status, out: child.stdout(), err: child.stderr() };
}

test("[T6] the databases are those of the file, and one that is not there is named", () => {
  expect(readRecordsBindings(config)).toEqual(["RECORDS", "RECORDS_1"]);
  expect(readRecordsName("RECORDS_1", ["RECORDS", "RECORDS_1"])).toBe("RECORDS_1");
  expect(() => readRecordsName("RECORDS_2", ["RECORDS"])).toThrow('There is no database "RECORDS_2"');
});

test("[T6] a new tenant's records go where the fewest are", () => {
  const row = (records: RecordsName, movingTo: RecordsName | null = null) => ({ records, movingTo }) as TenantRow;
  expect(fewestTenants([], ["RECORDS", "RECORDS_1"])).toBe("RECORDS");
  expect(fewestTenants([row("RECORDS")], ["RECORDS", "RECORDS_1"])).toBe("RECORDS_1");
  expect(fewestTenants([row("RECORDS"), row("RECORDS", "RECORDS_1")], ["RECORDS", "RECORDS_1"])).toBe("RECORDS");
});

describe("[T6] two tenants on this machine", () => {
  test("are in two databases, and one is moved to the other's with its records", { timeout: 120_000 }, async () => {
    const crm = ["--crm", "http://127.0.0.1:9", "--preset", "demo"];
    expect(await run("add", "acme", "--host", "acme.localhost", ...crm)).toMatchObject({ status: 0, err: "" });
    expect(await run("add", "umbra", "--host", "umbra.localhost", ...crm)).toMatchObject({ status: 0, err: "" });
    expect((await run("list")).out).toMatch(/acme .* RECORDS +serving\numbra .* RECORDS_1 +serving/);

    const folder = openHomeFolder({ HOTSEAT_HOME: home });
    const open = () =>
      startWorker({
        port: 0,
        persistDir: folder.state,
        code,
        bindings: { HOTSEAT_SECRET: folder.secret() },
        databases: ["RECORDS", "RECORDS_1"],
        log: () => {},
      });
    const boss = { id: "boss", name: "Boss", email: null, role: "support" } as unknown as Person;
    const worker = await open();
    await worker.tenant("umbra").setLimit(boss, 7, 1);
    await expect.poll(async () => (await worker.tenant("umbra").vitals()).waiting, { timeout: 30_000 }).toBe(0);
    await worker.close();
    folder.release();

    const moved = await runAlone("move", "umbra", "--records", "RECORDS");
    expect(moved).toMatchObject({ status: 0, err: "" });
    expect(moved.out).toContain("The records of umbra are to be moved from RECORDS_1 to RECORDS.");
    expect(moved.out).toContain("Moved.");
    expect((await run("move", "umbra", "--records", "RECORDS")).out).toContain("are in RECORDS already");
    expect((await run("show", "umbra")).out).toMatch(/records +RECORDS\n/);

    const again = openHomeFolder({ HOTSEAT_HOME: home });
    const after = await open();
    try {
      const database = await after.database("RECORDS");
      const { results } = await database.prepare("SELECT kind FROM events WHERE tenant = 'umbra'").all();
      expect(results).toEqual([{ kind: "limit_changed" }]);
      expect(await after.tenant("umbra").vitals()).toMatchObject({ waiting: 0, moving: false, dividedAgeMs: null });
    } finally {
      await after.close();
      again.release();
    }
  });
});
