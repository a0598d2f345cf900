/**
 * A CRM with a seat service, small enough to script: a node server with a few pages, the addresses of
 * shared/protocol.ts, and the ledger itself behind them. Cookies are plain: `crm` names the person, `binding` the browser.
 */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { BindingId, ClientId, HolderId, SessionKey, TabId } from "../../../shared/ids.ts";
import { PROBLEMS, type Problem, problemBody } from "../../../shared/problem.ts";
import { API, API_PATH, type ApiName, OWN_PATH, type Status } from "../../../shared/protocol.ts";
import { TIMING, type Timing } from "../../../shared/timing.ts";
import { written } from "../../../worker/http/problem-response.ts";
import { chooseTag } from "../../../worker/i18n/tag.ts";
import { sayWhy } from "../../../worker/i18n/why.ts";
import type { Act, Command } from "../../../worker/ledger/command.ts";
import { createLedger } from "../../../worker/ledger/ledger.ts";
import type { Person } from "../../../worker/ledger/person.ts";
import { explainStanding } from "../../../worker/ledger/read/explain.ts";
import { standingOf } from "../../../worker/ledger/read/standing.ts";
import { initialSettings, type Pool } from "../../../worker/ledger/settings/settings.ts";
import { step } from "../../../worker/ledger/step.ts";
import { crmPage, loginPage, refusalPage } from "./seat-pages.ts";
import { signSelf } from "./self-signed.ts";

export interface SeatServerOptions {
  limit: number;
  idleTimeoutMs?: number;
  timing?: Partial<Timing>;
  /** By https, with a certificate that nobody vouches for. */
  secure?: boolean;
  /** L16: a holder who is asked for the seat reads the name of the asker. */
  showNames?: boolean;
  /** L29: the pool Month-end is this person's, has one seat, and lends it. */
  lentTo?: string;
}

/** One call of the API as it came in. */
export interface Heard {
  name: ApiName;
  user: string;
  body: unknown;
  at: number;
}

export interface SeatServer {
  origin: string;
  readonly heard: Heard[];
  /** What the browser says its requests for pages are for, such as `prefetch;prerender`. */
  readonly purposes: string[];
  /** Signs in here, then shows the page `next`. */
  loginAddress(user: string, next?: string): string;
  statusOf(user: string): Status;
  /** Somebody without a browser takes a seat. */
  seat(user: string): void;
  /** Somebody without a browser, who was refused, stands in line. */
  wait(user: string): void;
  releaseFor(user: string): void;
  evict(user: string, by: string, note: string): void;
  /** The server's clock jumps ahead; ms. What browsers say is an age, so they notice nothing. */
  skip(ms: number): void;
  /** While down every call of the API is a broken connection. */
  down: boolean;
  close(): Promise<void>;
}

const MONTH_END: Pool = {
  ...{ id: "month-end", name: "Month-end", groups: ["month-end"], reserved: 1, most: null, priority: 0, windows: null },
  guarantee: { kind: "lent", minutes: 3 },
};

const TENANT = { name: "Acme Trading", contact: "it@acme.example, extension 42" };

export function personOf(user: string): Person {
  const role = user === "support" ? "support" : user === "manager" ? "licence_manager" : "user";
  return { id: user as HolderId, name: user.replace(/^./, (letter) => letter.toUpperCase()), email: null, role };
}

const sessionOf = (user: string) => user.padEnd(22, "-") as SessionKey;

export async function startSeatServer(options: SeatServerOptions): Promise<SeatServer> {
  const timing = { ...TIMING, ...options.timing };
  const ledger = createLedger({
    timing,
    idleTimeoutMinMs: 1,
    idleTimeoutMaxMs: 3_600_000,
    settings: {
      ...initialSettings(options.limit, options.idleTimeoutMs ?? 1_200_000),
      nudge: { allowed: true, showNames: options.showNames ?? false },
      handover: "any",
      pools: options.lentTo === undefined ? [] : [MONTH_END],
    },
    epoch: 1,
  });
  const who = (user: string): Person => ({
    ...personOf(user),
    ...(user === options.lentTo ? { groups: MONTH_END.groups } : {}),
  });
  let skipped = 0;
  const clock = () => Date.now() + skipped;
  const heard: Heard[] = [];
  const purposes: string[] = [];
  const run = (command: Command) => step(ledger, command, clock()).outcome;
  /** L9: browsers that took the answer which takes their binding away; their next call shows it. */
  const returned = new Map<HolderId, BindingId>();
  const statusOf = (user: string): Status => {
    run({ type: "tick" });
    return standingOf(ledger, who(user), TENANT, clock());
  };
  const claim = (user: string, binding: string, act: Act) =>
    run({
      type: "claim",
      person: who(user),
      session: sessionOf(user),
      binding: binding as BindingId,
      act,
      active: act !== "reload" && act !== "background",
      clientKind: "browser",
    });

  async function answerApi(name: ApiName, user: string, binding: string, body: never): Promise<Status | Problem> {
    const holder = user as HolderId;
    const given = body as { tabs: unknown[]; client?: ClientId; tab?: TabId; act: Act; keep: boolean; to: string };
    const letGo = (command: Command) => {
      const outcome = run(command);
      if (outcome.type === "let_go") returned.set(holder, binding as BindingId);
      return outcome;
    };
    const shown = returned.get(holder);
    if (shown !== undefined) run({ type: "hand_back", holder, binding: shown });
    returned.delete(holder);
    switch (name) {
      case "status":
        break;
      case "heartbeat":
        if (given.tabs.length > 0) run({ type: "heartbeat", holder, session: sessionOf(user), beat: body });
        else letGo({ type: "heartbeat", holder, session: sessionOf(user), beat: body });
        break;
      case "bye": {
        const { client, tab } = body as { client: ClientId; tab: TabId };
        letGo({ type: "close_tab", holder, client, tab });
        // A last word is led on by the browser itself.
        const gone = returned.get(holder);
        if (gone !== undefined) run({ type: "hand_back", holder, binding: gone });
        break;
      }
      case "release":
        letGo({ type: "release", holder, client: given.client ?? null, tab: given.tab ?? null });
        break;
      case "hand-back":
        returned.set(holder, binding as BindingId);
        break;
      case "nudge":
      case "answer-nudge": {
        const outcome = letGo(
          name === "nudge" ? { type: "nudge", holder } : { type: "answer_nudge", holder, keep: given.keep },
        );
        if (outcome.type === "refused") return outcome.problem;
        break;
      }
      case "hand-over": {
        const outcome = letGo({ type: "hand_over", holder, to: given.to as HolderId });
        if (outcome.type === "refused") return outcome.problem;
        break;
      }
      case "leave":
        run({ type: "leave_line", holder });
        break;
      case "claim": {
        const outcome = claim(user, binding, given.act);
        const status = statusOf(user);
        return outcome.type === "denied" ? { ...status, denied: outcome.denied.reason } : status;
      }
      case "wait": {
        run({ type: "wait", holder });
        const first = statusOf(user);
        for (const until = Date.now() + timing.waitPollMs; Date.now() < until; ) {
          const status = statusOf(user);
          if (status.state !== "waiting" || status.line?.position !== first.line?.position) break;
          await new Promise((resolve) => setTimeout(resolve, 30));
        }
      }
    }
    return statusOf(user);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", origin);
    const cookies = new URLSearchParams((request.headers.cookie ?? "").replaceAll("; ", "&"));
    const user = cookies.get("crm");
    const binding = cookies.get("binding") ?? "";
    const name = url.pathname.slice(API_PATH.length);
    if (url.pathname.startsWith(API_PATH) && Object.hasOwn(API, name)) {
      const text = await readText(request);
      if (server.down) {
        request.socket.destroy();
        return;
      }
      const problem = { "content-type": "application/problem+json" };
      if (user === null) return void response.writeHead(401, problem).end("{}");
      const schema = API[name as ApiName].body;
      const body: unknown = schema === null ? null : schema.parse(JSON.parse(text));
      heard.push({ name: name as ApiName, user, body, at: Date.now() });
      const status = await answerApi(name as ApiName, user, binding, body as never);
      if ("code" in status)
        return void response
          .writeHead(PROBLEMS[status.code].status, problem)
          .end(JSON.stringify(problemBody(written(status), "urn:uuid:00000000-0000-4000-8000-000000000000")));
      return void response
        .writeHead(200, { "content-type": "application/json", "cache-control": "no-store" })
        .end(JSON.stringify(status));
    }
    if (url.pathname === `${API_PATH}explain` && user !== null) {
      run({ type: "tick" });
      const explained = explainStanding(ledger, who(user));
      const tag = chooseTag(request.headers["accept-language"]);
      const said = sayWhy(tag, explained, who(user).role !== "user");
      return void response
        .writeHead(200, { "content-type": "application/json", "cache-control": "no-store" })
        .end(JSON.stringify({ ...explained, said }));
    }
    const html = { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" };
    if (url.pathname.startsWith(OWN_PATH)) return void response.writeHead(200, html).end("<h1>Own page</h1>");
    if (url.pathname === "/favicon.ico") return void response.writeHead(404).end();
    if (url.pathname === "/login") {
      const login = url.searchParams.get("user");
      if (login === null) return void response.writeHead(200, html).end(loginPage());
      return void response
        .writeHead(303, {
          location: url.searchParams.get("next") ?? "/contacts",
          "set-cookie": [
            `crm=${login}; HttpOnly; SameSite=Lax; Path=/`,
            `binding=binding-${crypto.randomUUID()}; HttpOnly; SameSite=Lax; Path=/`,
          ],
        })
        .end();
    }
    if (user === null) return void response.writeHead(303, { location: "/login" }).end();
    if (url.pathname === "/logout") {
      run({ type: "sign_out", holder: user as HolderId, session: sessionOf(user) });
      return void response.writeHead(200, { ...html, "set-cookie": "crm=; Max-Age=0; Path=/" }).end(loginPage());
    }
    const isNavigation =
      request.headers["sec-fetch-mode"] === "navigate" && request.headers["sec-fetch-dest"] === "document";
    const purpose = request.headers["sec-purpose"];
    if (purpose !== undefined) purposes.push(String(purpose));
    if (isNavigation && purpose === undefined && !url.pathname.startsWith("/assets/")) {
      const outcome = claim(
        user,
        binding,
        request.headers["sec-fetch-user"] === "?1" || url.searchParams.has("go") ? "navigation" : "reload",
      );
      if (outcome.type === "denied") return void response.writeHead(503, html).end(refusalPage());
    }
    const page = crmPage(url.pathname, user);
    response.writeHead(200, { ...html, ...page.headers }).end(page.body);
  }

  const listen = (request: IncomingMessage, response: ServerResponse) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  };
  const http = options.secure === true ? createSecureServer(signSelf("localhost"), listen) : createServer(listen);
  await new Promise<void>((resolve) => http.listen(0, "localhost", resolve));
  const origin = `${options.secure === true ? "https" : "http"}://localhost:${(http.address() as AddressInfo).port}`;
  const server: SeatServer = {
    origin,
    heard,
    purposes,
    skip(ms) {
      skipped += ms;
    },
    down: false,
    loginAddress: (user, next = "/contacts?go") => `${origin}/login?user=${user}&next=${encodeURIComponent(next)}`,
    statusOf,
    seat: (user) => void claim(user, `binding-of-${user}`, "navigation"),
    wait: (user) => void run({ type: "wait", holder: user as HolderId }),
    releaseFor: (user) => {
      const holder = user as HolderId;
      run({ type: "release", holder, client: null, tab: null });
      run({ type: "hand_back", holder, binding: `binding-of-${user}` as BindingId });
    },
    evict: (user, by, note) => void run({ type: "evict", actor: who(by), holder: user as HolderId, note }),
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
  return server;
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}
