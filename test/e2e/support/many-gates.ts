/** Gates that share a runtime, for tests that neither end it nor look at it: each has a port and a tenant of its own. */
import { type AddressInfo, connect, createServer } from "node:net";
import { bundleWorker, type LocalWorker, startWorker } from "../../../scripts/dev/local-worker.ts";
import { bindingsOf, type Gate, observe, type StackOptions, TENANT } from "./stack.ts";

export interface ManyGates {
  open(crm: { origin: string; preset: string }, options: StackOptions): Promise<Gate>;
  close(): Promise<void>;
}

export async function startManyGates(): Promise<ManyGates> {
  const worker = await startWorker({
    port: 0,
    persistDir: null,
    code: bundleWorker("test/worker/support/many-gates.ts"),
    bindings: {},
    log: () => undefined,
  });
  let gates = 0;
  return {
    async open(crm, options) {
      const name = `${TENANT}-${gates++}`;
      const door = await openDoor(worker);
      const bindings = bindingsOf(name, crm, options);
      const body = JSON.stringify({ port: String(door.port), bindings });
      const { ok } = await fetch(`${worker.url}/open-a-gate`, { method: "POST", body });
      if (!ok) throw new Error("no gate could be opened");
      const tenant = () => worker.tenant(name);
      const observed = observe(tenant);
      const close = async () => {
        await observed.close();
        door.close();
      };
      return { ...observed, url: `http://localhost:${door.port}`, tenant, close };
    },
    close: () => worker.close(),
  };
}

/** Another port of this machine that leads to the Worker. */
async function openDoor(worker: LocalWorker): Promise<{ port: number; close(): void }> {
  const to = Number(new URL(worker.url).port);
  const server = createServer((visitor) => {
    const inside = connect(to, "127.0.0.1");
    visitor.pipe(inside).pipe(visitor);
    // A visitor who goes in the middle of something is gone on the other side, too.
    visitor.once("close", () => inside.destroy()).on("error", () => undefined);
    inside.once("close", () => visitor.destroy()).on("error", () => undefined);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}
