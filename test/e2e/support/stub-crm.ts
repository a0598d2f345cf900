/** A CRM for the preset `demo` whose pages the test writes: signing in by login alone, and nothing that asks by itself. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Page as BrowserPage } from "puppeteer-core";
import { follow } from "./press.ts";

export interface StubPage {
  body: string;
  headers?: Record<string, string>;
}

export interface StubCrm {
  origin: string;
  /** What came in, as `METHOD path login`. */
  readonly log: string[];
  close(): Promise<void>;
}

export const html = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body>${body}</body></html>`;

const LINKS = '<a id="contacts" href="/contacts">Contacts</a> <a id="deals" href="/deals">Deals</a>';
const plainPage = (path: string, login: string): string =>
  html(path, `<main id="crm"><h1>${path}</h1><p id="who">${login}</p>${LINKS}</main>`);

/** `pages`: of signed-in people, by path. `renews`: every answer gives the session's cookie another value. */
export async function startStubCrm(
  pages: Readonly<Record<string, StubPage>> = {},
  { renews = false }: { renews?: boolean } = {},
): Promise<StubCrm> {
  const log: string[] = [];
  let values = 0;
  const server = createServer(async (request, response) => {
    const { pathname: path, searchParams } = new URL(request.url ?? "/", "http://crm");
    const login = /larch_session=(\w+)/.exec(request.headers.cookie ?? "")?.[1] ?? null;
    const sent = await text(request);
    log.push(`${request.method} ${path} ${login}`);
    if (renews && login !== null)
      response.setHeader("set-cookie", `larch_session=${login}.${++values}; Path=/; HttpOnly`);
    const page = (body: string, headers: Record<string, string> = {}, status = 200) =>
      void response.writeHead(status, { "content-type": "text/html; charset=utf-8", ...headers }).end(body);
    const json = (value: unknown) =>
      void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
    if (path === "/login") {
      const wanted = new URLSearchParams(sent).get("login") ?? searchParams.get("as");
      if (wanted === null)
        return page(html("Sign in", '<form method="post"><input name="login"><button>Go</button></form>'));
      return page("", { location: "/", "set-cookie": `larch_session=${wanted}; Path=/; HttpOnly` }, 303);
    }
    if (path === "/logout")
      return page("", { location: "/login", "set-cookie": "larch_session=; Path=/; Max-Age=0" }, 303);
    if (path === "/favicon.ico") return void response.writeHead(404).end();
    const own = pages[path];
    if (login === null && !path.startsWith("/assets/")) return page("", { location: "/login" }, 303);
    if (own !== undefined) return page(own.body, own.headers);
    if (path === "/api/me")
      return json({ id: login, name: login, login, email: `${login}@larch.example`, role: "sales", active: true });
    if (path.startsWith("/api/")) return json({ items: ["Larch & Sons"] });
    if (request.method === "POST") return page("", { location: "/" }, 303);
    return page(plainPage(path, login ?? ""));
  });
  await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    log,
    close: () =>
      new Promise((settle) => {
        server.close(() => settle());
        server.closeAllConnections();
      }),
  };
}

/** Signs in by the form, as the person would. */
export async function signInAs(page: BrowserPage, url: string, login: string): Promise<void> {
  await page.goto(`${url}/login`, { waitUntil: "load" });
  await page.type("input[name=login]", login);
  await follow(page, "button");
}
