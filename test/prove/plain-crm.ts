/** The smallest CRM that the preset "demo" understands: a person is whoever the session cookie says. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Roles of the preset "demo", see worker/identity/presets/demo.json. */
export type CrmRole = "sales" | "accounts" | "admin" | "support";

/** The value of the CRM's session cookie; each browser of a person has a session of its own. */
export const sessionOf = (id: string, role: CrmRole, browser = 1): string => `${id}.${role}.${browser}`;

export interface PlainCrm {
  origin: string;
  close(): Promise<void>;
}

const SESSION = /(?:^|;\s*)larch_session=([a-z0-9-]+)\.(sales|accounts|admin|support)\.\d+(?:;|$)/;

export async function startPlainCrm(): Promise<PlainCrm> {
  const server = createServer((request, response) => {
    const [pathname] = (request.url ?? "/").split("?", 1);
    const [, id, role] = SESSION.exec(request.headers.cookie ?? "") ?? [];
    // Bodies are of no interest, but an unread one would end the connection.
    request.resume();
    if (pathname !== "/api/me") {
      response.writeHead(200, { "content-type": "text/html", "cache-control": "no-store" }).end("<h1>Contacts</h1>");
    } else if (id === undefined) response.writeHead(401).end();
    else {
      const person = { id, login: id, name: `Person ${id}`, email: `${id}@larch.example`, role, active: true };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(person));
    }
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((settle) => server.listen({ port: 0, host: "127.0.0.1", backlog: 4_096 }, settle));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = new Promise<void>((settle) => server.close(() => settle()));
      server.closeAllConnections();
      await closed;
    },
  };
}
