/** Ports of this machine, for programs that have to be told one. */
import { type AddressInfo, createServer, type Server } from "node:net";

/** A port that was free a moment ago, and the one beside it, which the demo CRM takes. */
export async function freePort(): Promise<number> {
  const gate = await listen(0, "127.0.0.1");
  const { port } = gate.address() as AddressInfo;
  const beside = await listen(port + 1, "127.0.0.1").catch(() => null);
  await Promise.all([gate, beside].map((server) => server && new Promise((closed) => server.close(closed))));
  return beside === null ? freePort() : port;
}

export function listen(port: number, host: string): Promise<Server> {
  return new Promise((settle, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, host, () => settle(server));
  });
}
