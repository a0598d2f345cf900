/**
 * Stands between a browser and the gate and makes the browser another: one that never sends `Sec-Fetch-User`, as Safari
 * and every browser on iOS, or one whose CRM has a service worker. To the gate it is the CRM's own host name.
 */
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface OddBrowser {
  /** Where the browser goes in place of the gate. */
  url: string;
  close(): Promise<void>;
}

export interface OddBrowserOptions {
  /** Request headers that never reach the gate. */
  without?: readonly string[];
  /** The script of a service worker, at `SERVICE_WORKER_PATH`. */
  serviceWorker?: string;
}

export const SERVICE_WORKER_PATH = "/service-worker-of-the-test.js";

/** Hands every request on as it came, as Odoo's service worker does. */
export const PASS_ON = `
  addEventListener("install", () => skipWaiting());
  addEventListener("activate", (event) => event.waitUntil(clients.claim()));
  addEventListener("fetch", (event) => event.respondWith(fetch(event.request)));
`;

export async function startOddBrowser(gate: string, options: OddBrowserOptions): Promise<OddBrowser> {
  const { port } = new URL(gate);
  const server = createServer((asked, answer) => {
    if (options.serviceWorker !== undefined && asked.url === SERVICE_WORKER_PATH) {
      answer.writeHead(200, { "content-type": "text/javascript" }).end(options.serviceWorker);
      return;
    }
    handOn(asked, answer, port, options.without ?? []);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((closed) => server.close(() => closed()));
    },
  };
}

function handOn(asked: IncomingMessage, answer: ServerResponse, port: string, without: readonly string[]): void {
  const headers = { ...asked.headers };
  for (const name of without) delete headers[name];
  const { url: path, method } = asked;
  // A connection of its own for each request: what a kept one does when it closes is another test's affair.
  const passed = request({ host: "127.0.0.1", port, path, method, headers, agent: false }, (given) => {
    answer.writeHead(given.statusCode ?? 502, given.rawHeaders);
    given.pipe(answer);
  });
  passed.on("error", () => answer.destroy());
  answer.on("close", () => passed.destroy());
  asked.pipe(passed);
}
