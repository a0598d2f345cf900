/** A CRM that gives its session another value with every answer, and three isolates of the Worker before it. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, vi } from "vitest";
import type { Env } from "../../../worker/config/config.ts";
import { SITE } from "../../support/site/browser.ts";
import { OFFICE, officePerson } from "../../support/site/page-crm.ts";
import { type Isolate, loadIsolate } from "../harsh/isolate.ts";

const SESSION = "larch_session";

export interface Habits {
  /** Another value with every answer; the former ones stay good for as long as the session. */
  renews?: boolean;
  /** The cookie keeps its value over logout and login, as Dolibarr's does. */
  keepsValue?: boolean;
  /** A cookie by which the CRM signs people in without a session. */
  remembers?: boolean;
  /** How its data may be kept; "etag": it has not changed, and nothing is said. */
  keeping?: "max-age=60" | "public, max-age=0" | "etag";
  /** A key in a cookie beside the session, another one with every answer. */
  tokens?: boolean;
  /** A link signs in, as the way back from a sign-in elsewhere does. */
  signsInByLink?: boolean;
  /** A link signs in whoever opens it, and answers with the page. */
  hasMagicLinks?: boolean;
}

export class RenewingCrm {
  /** Value of the cookie to the login of the person signed in; null: nobody yet, or no longer. */
  readonly sessions = new Map<string, { login: string | null }>();
  readonly asked: string[] = [];
  questions = 0;
  values = 0;
  readonly #habits: Habits;
  /** Paths whose answers are held back until the promise is kept. */
  readonly held = new Map<string, Promise<void>>();

  constructor(habits: Habits) {
    this.#habits = habits;
  }

  get fetcher(): Fetcher {
    return { fetch: (input: RequestInfo, init?: RequestInit) => this.#fetch(new Request(input, init)) } as never;
  }

  valueOf(session: { login: string | null }): string {
    const value = `value-${++this.values}`;
    this.sessions.set(value, session);
    return value;
  }

  async #fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const cookie = request.headers.get("cookie") ?? "";
    const value = /larch_session=([^;]*)/.exec(cookie)?.[1];
    let session = value === undefined ? undefined : this.sessions.get(value);
    const set: string[] = [];
    const give = (one: { login: string | null }) => set.push(`${SESSION}=${this.valueOf(one)}; Path=/; HttpOnly`);
    this.asked.push(`${request.method} ${pathname}`);
    if (pathname === "/api/me") this.questions++;
    await this.held.get(pathname);
    const remembered = /remember_me=(\w+)/.exec(cookie)?.[1];
    if (
      this.#habits.remembers &&
      !session?.login &&
      remembered !== undefined &&
      OFFICE.some(({ id }) => id === remembered)
    ) {
      session = { login: remembered };
      give(session);
    }
    const invited = /^\/invitation\/(\w+)$/.exec(pathname)?.[1];
    if (this.#habits.hasMagicLinks && invited !== undefined) {
      session = { login: invited };
      give(session);
    }
    const answer = this.#answer(request, pathname, searchParams, session, give);
    if (this.#habits.renews && session?.login && set.length === 0 && pathname !== "/logout") give(session);
    if (this.#habits.tokens && session?.login) set.push(`access_token=token-${++this.values}; Path=/; HttpOnly`);
    for (const line of set) answer.headers.append("set-cookie", line);
    return answer;
  }

  #answer(
    request: Request,
    path: string,
    query: URLSearchParams,
    session: { login: string | null } | undefined,
    give: (session: { login: string | null }) => void,
  ): Response {
    if (path === "/login") {
      const login = query.get("as");
      if ((request.method !== "POST" && !this.#habits.signsInByLink) || login === null)
        return new Response("login form");
      if (this.#habits.keepsValue && session !== undefined) session.login = login;
      else give({ login });
      return new Response(null, { status: 303, headers: { location: "/" } });
    }
    if (path === "/logout") {
      if (session !== undefined) session.login = null;
      const headers = this.#habits.keepsValue ? undefined : { "set-cookie": `${SESSION}=; Path=/; Max-Age=0` };
      return new Response("bye", headers === undefined ? {} : { headers });
    }
    const person = OFFICE.find(({ id }) => id === session?.login);
    if (path.startsWith("/assets/")) return new Response("file");
    if (person === undefined) {
      return path.startsWith("/api/")
        ? Response.json({ error: "sign in" }, { status: 401 })
        : new Response(null, { status: 303, headers: { location: "/login" } });
    }
    const over = `${SESSION}=deleted; Expires=Thu, 01 Jan 1970 00:00:00 GMT`;
    if (path === "/farewell") return new Response("bye", { headers: { "set-cookie": `${over}; Path=/` } });
    // One of an older release's, at a folder of its own.
    if (path === "/elsewhere") return new Response("page", { headers: { "set-cookie": `${over}; Path=/old` } });
    if (path !== "/api/me") return this.#data(person.id);
    return Response.json(officePerson(person));
  }

  #data(login: string): Response {
    const { keeping } = this.#habits;
    if (keeping === "etag") return new Response(null, { status: 304, headers: { etag: '"1"' } });
    return new Response(`data of ${login}`, keeping === undefined ? {} : { headers: { "cache-control": keeping } });
  }
}

async function loadThree(): Promise<Isolate[]> {
  const loaded: Isolate[] = [];
  for (let count = 0; count < 3; count++) {
    vi.resetModules();
    loaded.push(await loadIsolate());
  }
  return loaded;
}
export const isolates = await loadThree();

/** A site of its own before the CRM, of two seats. */
export const openSite = (crm: RenewingCrm): Env => ({
  ...env,
  CRM: crm.fetcher,
  TENANT: `renewing-${crypto.randomUUID()}`,
});

/** A browser whose requests go to one isolate after the other, or to the one that is named. */
export class Desk {
  readonly cookies = new Map<string, string>();
  readonly site: Env;
  /** Names the TLS connection; null: the platform does not tell. */
  connection: string | null = null;
  #turn = 0;

  constructor(site: Env) {
    this.site = site;
  }

  /** `lost`: the answer never reaches the browser. */
  async ask(path: string, init: RequestInit & { isolate?: number; lost?: boolean } = {}): Promise<Response> {
    const { isolate = this.#turn++ % isolates.length, lost = false, ...rest } = init;
    const headers = new Headers(rest.headers);
    if (this.cookies.size > 0) {
      headers.set("cookie", [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; "));
    }
    const ctx = createExecutionContext();
    const worker = isolates[isolate]?.worker;
    if (worker === undefined) throw new Error(`there is no isolate ${isolate}`);
    const cf = this.connection === null ? {} : { cf: { tlsClientRandom: this.connection } };
    const request = new Request(SITE + path, { redirect: "manual", ...rest, ...cf, headers });
    const answer = await worker.fetch(request as Parameters<typeof worker.fetch>[0], this.site, ctx);
    await waitOnExecutionContext(ctx);
    if (!lost) this.take(answer);
    return answer;
  }

  take(answer: Response): void {
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (!/; Path=\/(?:;|$)/i.test(line)) continue;
      if (value === "" || /max-age=0|expires=\w+, 01 jan 1970/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }

  go(path: string, more: { isolate?: number; method?: string; lost?: boolean } = {}): Promise<Response> {
    const headers = {
      accept: "text/html",
      "sec-fetch-mode": "navigate",
      "sec-fetch-dest": "document",
      "sec-fetch-user": "?1",
    };
    return this.ask(path, { ...more, headers });
  }

  poll(path: string, more: { isolate?: number; lost?: boolean } = {}): Promise<Response> {
    const headers = { accept: "*/*", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" };
    return this.ask(path, { ...more, headers });
  }

  signIn(login: string, more: { isolate?: number } = {}): Promise<Response> {
    return this.go(`/login?as=${login}`, { method: "POST", ...more });
  }

  /** Hotseat's own API. */
  call(name: string, body?: unknown, more: { isolate?: number } = {}): Promise<Response> {
    const headers = { "content-type": "application/json", origin: SITE, "sec-fetch-site": "same-origin" };
    return this.ask(
      `/.hotseat/api/${name}`,
      body === undefined ? { ...more, headers } : { ...more, method: "POST", headers, body: JSON.stringify(body) },
    );
  }
}

/** Names of those who have a seat, as the administration shows them to this manager. */
export async function seated(desk: Desk): Promise<string[]> {
  const view = await desk.call("admin/view");
  expect(view.status).toBe(200);
  const { holders } = (await view.json()) as { holders: { name: string; exempt: boolean }[] };
  return holders.filter(({ exempt }) => !exempt).map(({ name }) => name);
}
