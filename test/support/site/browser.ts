/** A browser of a test: it keeps the cookies that it is given, as far as Hotseat's own go. */
import { expect } from "vitest";
import { API_PATH, Status } from "../../../shared/protocol.ts";

export const SITE = "https://crm.acme.example";
export const EXTENSION = "chrome-extension://abcdefghijklmnopabcdefghijklmnop";

/** Where its requests go: a gate alone, or the whole Worker. */
export interface Visited {
  send(request: Request): Promise<Response>;
}

type Init = RequestInit & { headers?: Record<string, string> };

export class Browser {
  readonly cookies = new Map<string, string>();
  /** The random bytes of its TLS connection, as Cloudflare tells them; null: the platform does not tell. */
  connection: string | null = null;
  readonly #site: Visited;

  constructor(site: Visited, cookies: Record<string, string>) {
    this.#site = site;
    for (const [name, value] of Object.entries(cookies)) this.cookies.set(name, value);
  }

  async ask(path: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = new Headers(init.headers);
    if (cookie !== "" && !headers.has("cookie")) headers.set("cookie", cookie);
    const cf = this.connection === null ? {} : { cf: { tlsClientRandom: this.connection } };
    const answer = await this.#site.send(new Request(SITE + path, { redirect: "manual", ...init, ...cf, headers }));
    for (const set of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value === "" || /max-age=0/i.test(set)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  /** The same browser after a crash, with the cookies that were on its disk; it comes over a connection of its own. */
  restored(cookies: ReadonlyMap<string, string>, connection: string | null): Browser {
    const restored = new Browser(this.#site, Object.fromEntries(cookies));
    restored.connection = connection;
    return restored;
  }

  /** The person goes to a page. */
  navigate(path: string, init: Init = {}): Promise<Response> {
    return this.ask(path, {
      ...init,
      headers: {
        "sec-fetch-dest": "document",
        ...init.headers,
        "sec-fetch-mode": "navigate",
        "sec-fetch-user": "?1",
        accept: "text/html",
      },
    });
  }

  /** Presses a button of a page of Hotseat's. */
  press(path: string, headers: Record<string, string> = {}): Promise<Response> {
    const sent = { origin: SITE, "content-type": "application/x-www-form-urlencoded", ...headers };
    return this.navigate(path, { method: "POST", body: "", headers: sent });
  }

  /** A page asks for data. */
  poll(path: string): Promise<Response> {
    return this.ask(path, { headers: { "sec-fetch-mode": "cors", accept: "application/json" } });
  }

  /** A form of the administration. */
  submit(path: string, fields: Record<string, string>): Promise<Response> {
    return this.ask(path, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", origin: SITE },
      body: new URLSearchParams(fields).toString(),
    });
  }

  /** A call of the extension. */
  async call(name: string, body: unknown = {}): Promise<Status> {
    const headers = { "content-type": "application/json", origin: EXTENSION };
    const response = await this.ask(API_PATH + name, { method: "POST", headers, body: JSON.stringify(body) });
    expect([name, response.status]).toEqual([name, 200]);
    return Status.parse(await response.json());
  }
}
