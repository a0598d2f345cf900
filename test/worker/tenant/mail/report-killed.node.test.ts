/** [R10] The monthly report through a real relay, by a real runtime that is killed while the relay has it. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { bundleWorker, type LocalWorker, startWorker } from "../../../../scripts/dev/local-worker.ts";
import { HolderId } from "../../../../shared/ids.ts";
import type { Person } from "../../../../worker/tenant/tenant-calls.ts";

const mia: Person = { id: HolderId.parse("mia"), name: "Mia", email: null, role: "licence_manager" };

let persistDir = "";
let relay: SMTPServer;
const received: Email[] = [];
/** What the relay does with a message before it says that it has it. */
let before: (mail: Email) => Promise<void> = async () => undefined;
beforeAll(async () => {
  persistDir = mkdtempSync(join(tmpdir(), "hotseat-mail-"));
  relay = new SMTPServer({
    authOptional: true,
    hideSTARTTLS: true,
    onData: (stream, _, done) => {
      const pieces: Buffer[] = [];
      stream.on("data", (piece: Buffer) => pieces.push(piece));
      stream.on("end", async () => {
        const mail = await PostalMime.parse(Buffer.concat(pieces));
        received.push(mail);
        await before(mail);
        done();
      });
    },
  });
  relay.on("error", () => undefined);
  await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  await new Promise<void>((resolve) => relay.close(() => resolve()));
  rmSync(persistDir, { recursive: true, force: true });
});

/** As if the newest month that was told were one of long ago. */
function forgetMonths(): void {
  for (const name of readdirSync(persistDir, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".sqlite")) continue;
    const database = new DatabaseSync(join(persistDir, name));
    const [meta] = database.prepare("SELECT name FROM sqlite_master WHERE name = 'meta'").all();
    if (meta !== undefined) {
      database.exec("UPDATE meta SET value = '2000-01' WHERE name = 'report_month'");
      database.exec("UPDATE meta SET value = '0' WHERE name = 'report_turn'");
    }
    database.close();
  }
}

test("[R10.6] [R10.14] a report whose runtime is killed with the relay's answer on its way comes again as the same, and then no more", async () => {
  const code = bundleWorker();
  const { port } = relay.server.address() as { port: number };
  const lines: string[] = [];
  const start = () =>
    startWorker({
      port: 0,
      persistDir,
      code,
      log: (line) => lines.push(line),
      bindings: {
        HOTSEAT_SECRET: "a secret for tests and of no worth elsewhere",
        ...{ TENANT: "acme", TENANT_NAME: "Acme Ltd", CRM_ORIGIN: "http://127.0.0.1:9", PRESET: "demo" },
        ...{ MAIL_FROM: "hotseat@acme.example", MAIL_RELAY: `smtp://localhost:${port}` },
      },
    });
  let worker: LocalWorker = await start();
  const records = async (call: Parameters<ReturnType<LocalWorker["tenant"]>["records"]>[1]) => {
    const answer = await worker.tenant("acme").records(mia, call);
    if (!answer.ok) throw new Error(answer.error.says.key);
    return answer.value;
  };
  /** A change is a row for D1, and its delivery the alarm in which what is due is done. */
  const stir = () => records({ do: "set_near", percent: 80 });
  const until = (check: () => Promise<void> | void) => vi.waitFor(check, { timeout: 20_000, interval: 50 });
  const reports = () => received.filter(({ subject }) => subject?.includes("use of licences in"));
  try {
    const wish = { kind: "email", url: "it@acme.example", on: [], report: true, site: worker.url } as const;
    const [hook] = (await records({ do: "add_receiver", ...wish })).alerts.hooks;
    await until(() => expect(received.map(({ subject }) => subject)).toEqual([expect.stringContaining("confirm")]));
    expect(await worker.tenant("acme").settleReceiver(hook?.id ?? "", "confirm")).toBe(true);
    await until(async () => expect((await records({ do: "head" })).lag).toBe(0));
    await worker.close();

    forgetMonths();
    worker = await start();
    const killed = Promise.withResolvers<void>();
    before = async () => {
      await worker.kill();
      killed.resolve();
    };
    await stir();
    await killed.promise;
    expect(reports()).toHaveLength(1);

    before = async () => undefined;
    worker = await start();
    await stir();
    await until(async () => {
      expect(reports()).toHaveLength(2);
      expect((await records({ do: "head" })).alerts).toMatchObject({ waiting: 0, hooks: [{ last: { fault: null } }] });
    });
    const [first, second] = reports();
    expect(first?.messageId).toMatch(/^<acme-report-\d{4}-\d\d-p[\w-]+@acme\.example>$/);
    expect({ ...second, headers: [], headerLines: [], date: "" }).toEqual({
      ...first,
      ...{ headers: [], headerLines: [], date: "" },
    });
    await worker.kill();
    worker = await start();
    await stir();
    await until(async () => expect((await records({ do: "head" })).lag).toBe(0));
    expect(reports()).toHaveLength(2);
  } catch (error) {
    console.error(lines.join("\n"));
    throw error;
  } finally {
    await worker.close();
  }
}, 90_000);
