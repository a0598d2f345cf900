/** The whole Worker before a CRM of one page, and browsers that keep their cookies. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { expect } from "vitest";
import { API_PATH, Status } from "../../../shared/protocol.ts";
import type { Env } from "../../../worker/config/config.ts";
import { nextIsolate } from "../harsh/isolates.ts";

export const SITE = "https://crm.acme.example";
export const PEOPLE: Record<string, { id: string; name: string; role: string }> = {
  anna: { id: "anna", name: "Anna Adams", role: "sales" },
  bert: { id: "bert", name: "Bert Baker", role: "sales" },
  carl: { id: "carl", name: "Carl Cook", role: "sales" },
  maria: { id: "maria", name: "Maria Manager", role: "accounts" },
  sue: { id: "sue", name: "Sue Support", role: "support" },
};
/** A CRM that knows its people by the session cookie's value, as the demo preset asks for it. */
export class SmallCrm {
  readonly asked: string[] = [];
  readonly fetcher = {
    fetch: async (input: RequestInfo, init?: RequestInit) => {
      const request = new Request(input, init);
      const { pathname } = new URL(request.url);
      this.asked.push(pathname);
      const person = PEOPLE[/larch_session=(\w+)/.exec(request.headers.get("cookie") ?? "")?.[1] ?? ""];
      if (pathname !== "/api/me") return new Response(`the CRM's ${pathname}`);
      return person === undefined
        ? new Response(null, { status: 401 })
        : Response.json({ ...person, login: person.id, email: `${person.id}@acme.example`, active: true });
    },
  } as unknown as Fetcher;
}

/** One browser: keeps the cookies it is given. */
export class Browser {
  readonly #env: Env;
  readonly #cookies = new Map<string, string>();

  constructor(bindings: Env, login: string | null) {
    this.#env = bindings;
    if (login !== null) this.#cookies.set("larch_session", login);
  }

  async ask(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set("cookie", [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; "));
    const ctx = createExecutionContext();
    const request = new Request(`${SITE}${path}`, { ...init, headers });
    const { worker } = nextIsolate();
    const response = await worker.fetch(request as Parameters<typeof worker.fetch>[0], this.#env, ctx);
    await waitOnExecutionContext(ctx);
    for (const cookie of response.headers.getSetCookie()) {
      const [name = "", value = ""] = (cookie.split(";")[0] ?? "").split("=");
      if (cookie.includes("Max-Age=0")) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }

  has = (cookie: string): boolean => this.#cookies.has(cookie);

  go(path: string): Promise<Response> {
    const headers = {
      "sec-fetch-mode": "navigate",
      "sec-fetch-dest": "document",
      "sec-fetch-user": "?1",
      accept: "text/html",
    };
    return this.ask(path, { headers });
  }

  async call(name: string, body: unknown = {}): Promise<Status> {
    const headers = {
      "content-type": "application/json",
      origin: "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
    };
    const response = await this.ask(API_PATH + name, { method: "POST", headers, body: JSON.stringify(body) });
    expect([name, response.status]).toEqual([name, 200]);
    return Status.parse(await response.json());
  }

  submit(path: string, fields: Record<string, string>): Promise<Response> {
    return this.ask(path, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", origin: SITE },
      body: new URLSearchParams(fields).toString(),
    });
  }
}
