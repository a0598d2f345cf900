/** scripts/dev/local-worker.ts: the Worker on the real workerd, with storage that outlives it. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bundleWorker, type LocalWorker, startWorker } from "../../../scripts/dev/local-worker.ts";
import { settleLimit } from "../../../scripts/tenant/tenant-limit.ts";

const code = bundleWorker();
let folder: string;
const workers: LocalWorker[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hotseat-worker-"));
});
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(persistDir: string | null, port = 0, crm = "http://127.0.0.1:9"): Promise<LocalWorker> {
  const worker = await startWorker({
    port,
    persistDir,
    code,
    bindings: {
      TENANT: "acme",
      CRM_ORIGIN: crm,
      PRESET: "demo",
      SEAT_LIMIT: "2",
      HOTSEAT_SECRET: randomBytes(32).toString("base64url"),
    },
    log: () => {},
  });
  workers.push(worker);
  return worker;
}

/** Of a file of the Worker's own: its health would ask for the CRM, which there is none of here. */
const answers = async ({ url }: LocalWorker) => (await fetch(`${url}/.hotseat/admin.css`)).status;
const limitOf = (worker: LocalWorker) => settleLimit(worker.tenant("acme"), null);

describe("a local Worker", { timeout: 30_000 }, () => {
  test("keeps its seats when it is closed and started again", async () => {
    const first = await open(folder);
    expect(await answers(first)).toBe(200);
    expect(await limitOf(first)).toBe(2);
    expect(await settleLimit(first.tenant("acme"), 5)).toBe(5);
    await first.close();
    expect(await limitOf(await open(folder))).toBe(5);
  });

  test("keeps its seats when workerd is killed, and starts again on the same port by itself", async () => {
    const worker = await open(folder);
    await settleLimit(worker.tenant("acme"), 7);
    const killed = worker.pid();
    process.kill(killed, "SIGKILL");
    await expect.poll(() => answers(worker).catch(() => 0), { timeout: 10_000 }).toBe(200);
    expect(worker.pid()).not.toBe(killed);
    await worker.close();
    expect(await limitOf(await open(folder))).toBe(7);
  });

  test("stays away after kill, and starts again on the same port when told to", async () => {
    const worker = await open(folder);
    const port = Number(new URL(worker.url).port);
    await settleLimit(worker.tenant("acme"), 4);
    await worker.kill();
    await expect(answers(worker)).rejects.toThrow();
    expect(await limitOf(await open(folder, port))).toBe(4);
  });

  test("forgets everything when it has no folder", async () => {
    const worker = await open(null);
    await settleLimit(worker.tenant("acme"), 9);
    await worker.close();
    expect(await limitOf(await open(null))).toBe(2);
  });

  test("[G10] gives nothing packed to a visitor who names no encoding", async () => {
    const crm = createServer((request, response) => {
      const isPacked = /gzip/.test(request.headers["accept-encoding"] ?? "");
      response.writeHead(200, { "content-type": "text/css", ...(isPacked ? { "content-encoding": "gzip" } : {}) });
      response.end(isPacked ? gzipSync("a {}") : "a {}");
    });
    try {
      await new Promise<void>((settle) => crm.listen(0, "127.0.0.1", settle));
      const { port } = crm.address() as AddressInfo;
      const { url } = await open(null, 0, `http://127.0.0.1:${port}`);
      const ask = (headers: Record<string, string>) =>
        new Promise<string>((settle, fail) => {
          const asking = get(`${url}/assets/a.css`, { headers }, (answer) => {
            answer.resume().on("end", () => settle(answer.headers["content-encoding"] ?? "none"));
          });
          asking.on("error", fail);
        });
      expect(await ask({})).toBe("none");
      expect(await ask({ "accept-encoding": "gzip" })).toBe("gzip");
    } finally {
      crm.close();
    }
  });

  test("runs the nightly handler when asked", async () => {
    await expect((await open(folder)).runCron()).resolves.toBeUndefined();
  });

  test("tells by a code that its port is in use", async () => {
    const port = Number(new URL((await open(null)).url).port);
    await expect(open(null, port)).rejects.toMatchObject({ code: "ERR_ADDRESS_IN_USE" });
  });

  test("leaves the signals of the process to those who had them", async () => {
    const before = process.listeners("SIGINT").length;
    await open(null);
    expect(process.listeners("SIGINT")).toHaveLength(before);
  });
});
