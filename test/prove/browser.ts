/** A browser as far as Hotseat can tell: a cookie jar, navigations, background requests and calls of the API. */
import { Agent, request as openRequest } from "node:http";
import { API_PATH } from "../../shared/protocol.ts";

export interface Answer {
  status: number;
  headers: Headers;
  body: string;
  /** ms since 1970 of this machine, round the whole exchange. */
  sentAt: number;
  receivedAt: number;
}

export interface Asked {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string | Uint8Array | undefined;
}

export const PASS = "__Host-hotseat-pass";
export const BINDING = "__Host-hotseat-jar";
export const WHO = "__Host-hotseat-who";

/** Connections are kept: thousands of requests would otherwise use up the ports. */
export const makeAgent = (connections: number): Agent => new Agent({ keepAlive: true, maxSockets: connections });

/** The connection broke before the whole answer was there. */
export class Broken extends Error {
  override name = "Broken";
  /** It had been kept from an earlier request. */
  readonly wasKept: boolean;
  constructor(why: string, wasKept: boolean) {
    super(why);
    this.wasKept = wasKept;
  }
}

/**
 * Sends one request over loopback. The runtime ends a kept connection that was idle for five seconds, perhaps just as it
 * is used: then the request is sent once more on one of its own, as browsers do. Rejects with `Broken`.
 */
export async function send(port: number, agent: Agent, asked: Asked): Promise<Answer> {
  const sentAt = Date.now();
  try {
    return await sendOnce(port, agent, asked);
  } catch (error) {
    if (!(error instanceof Broken && error.wasKept)) throw error;
    return { ...(await sendOnce(port, false, asked)), sentAt };
  }
}

/** `agent` false: on a connection of its own. */
function sendOnce(port: number, agent: Agent | false, { method, path, headers, body }: Asked): Promise<Answer> {
  const sentAt = Date.now();
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const request = openRequest(
      { host: "127.0.0.1", port, agent, method, path, headers: { host: `localhost:${port}`, ...headers, ...length } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", (error) => reject(new Broken(error.message, false)));
        response.on("close", () => {
          if (!response.complete) reject(new Broken("the answer broke off", false));
        });
        response.on("end", () => {
          const read = new Headers();
          for (let at = 0; at < response.rawHeaders.length; at += 2) {
            read.append(response.rawHeaders[at] ?? "", response.rawHeaders[at + 1] ?? "");
          }
          const text = Buffer.concat(chunks).toString("utf8");
          resolve({ status: response.statusCode ?? 0, headers: read, body: text, sentAt, receivedAt: Date.now() });
        });
      },
    );
    request.on("error", (error) => reject(new Broken(error.message, request.reusedSocket)));
    request.end(body);
  });
}

export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #port: number;
  readonly #agent: Agent;

  constructor(port: number, agent: Agent, session: string) {
    this.#port = port;
    this.#agent = agent;
    this.cookies.set("larch_session", session);
  }

  async ask(asked: Asked): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await send(this.#port, this.#agent, { ...asked, headers: { cookie, ...asked.headers } });
    for (const set of answer.headers.getSetCookie()) this.#keep(set);
    return answer;
  }

  #keep(set: string): void {
    const [pair = ""] = set.split(";", 1);
    const equals = pair.indexOf("=");
    if (/;\s*max-age=0/i.test(set)) this.cookies.delete(pair.slice(0, equals));
    else this.cookies.set(pair.slice(0, equals), pair.slice(equals + 1));
  }

  /** The person goes to a page. */
  navigate(path = "/contacts"): Promise<Answer> {
    return this.ask({
      method: "GET",
      path,
      headers: {
        accept: "text/html",
        "sec-fetch-mode": "navigate",
        "sec-fetch-dest": "document",
        "sec-fetch-user": "?1",
      },
    });
  }

  /** A page asks for itself. */
  poll(path = "/contacts"): Promise<Answer> {
    return this.ask({ method: "GET", path, headers: { accept: "application/json", "sec-fetch-mode": "cors" } });
  }

  call(name: string, body: unknown = {}): Promise<Answer> {
    return this.ask({
      method: "POST",
      path: API_PATH + name,
      headers: { "content-type": "application/json", origin: `http://localhost:${this.#port}` },
      body: JSON.stringify(body),
    });
  }

  read(name: string): Promise<Answer> {
    return this.ask({ method: "GET", path: API_PATH + name, headers: {} });
  }
}
