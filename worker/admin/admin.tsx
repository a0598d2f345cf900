/** The administration under `/.hotseat/admin` (A1, A2, L13): server-rendered pages and plain forms. */
import { type Context, Hono } from "hono";
import type { Child } from "hono/jsx";
import { PROBLEMS, type Problem } from "../../shared/problem.ts";
import type { Config } from "../config/config.ts";
import type { RequestOrigin } from "../http/request-origin.ts";
import type { Costly } from "../tenant/rate-limit.ts";
import {
  type AdminView,
  type Caller,
  NO_PEOPLE,
  type PeopleAsk,
  type Person,
  type TenantCalls,
} from "../tenant/tenant-calls.ts";
import { answerFile, answerPage } from "./answer-page.tsx";
import { addGroups } from "./groups-routes.tsx";
import { readLanguage, type Words } from "./language.ts";
import { addLanguages } from "./language-routes.ts";
import { addLive } from "./live-route.ts";
import { LIVE_SCRIPT } from "./live-script.ts";
import { addAlerts } from "./pages/alerts/routes.tsx";
import { addAudit } from "./pages/audit/routes.tsx";
import { addHolder } from "./pages/holder/routes.tsx";
import { addIntegrations } from "./pages/integrations/routes.tsx";
import { addPools } from "./pages/licensing/pool-routes.tsx";
import { addLicensing } from "./pages/licensing/routes.tsx";
import { addNow } from "./pages/now/routes.tsx";
import { addRefusals } from "./pages/refusals/routes.tsx";
import { addReport } from "./pages/report/routes.tsx";
import { addUsage } from "./pages/usage/routes.tsx";
import { PATHS } from "./paths.ts";
import { addPeopleUse } from "./people-use-routes.tsx";
import { addRequests } from "./requests-routes.tsx";
import { PlainPage } from "./ui/plain-page.tsx";
import { STYLESHEET } from "./ui/stylesheet.ts";
import { Told } from "./ui/translated.tsx";

/** What the roof says of each request before a door sees it. */
export interface AdminEnv {
  Variables: {
    caller: Caller | null;
    origin: RequestOrigin;
    /** The tenant's time zone, once it has said so. */
    zone?: string;
  };
}

export interface AdminPorts {
  tenant: TenantCalls;
  records: D1Database;
  config: Config;
  /** ms since 1970. */
  now: () => number;
}

export type Visit = Context<AdminEnv>;
type Statement = { title: string; text: Child; way?: { href: string; words: string }; isSignedOut?: boolean };

/** How the rooms of the administration answer: to whom, and with what instead. */
export interface Door {
  /** For licence managers, admins and support. */
  asManager(
    answer: (c: Visit, visitor: Person, view: AdminView) => Promise<Response> | Response,
  ): (c: Visit) => Promise<Response>;
  /** A change, from a page of ours alone; the tenant judges who may make it. */
  asChange(answer: (c: Visit, visitor: Person) => Promise<Response>): (c: Visit) => Promise<Response>;
  /** Only from a page of ours, whoever asks. */
  fromOwnPage(answer: (c: Visit) => Promise<Response>): (c: Visit) => Promise<Response>;
  /** What the tenant shows to a manager; its time zone is that of the page from then on. */
  look(c: Visit, visitor: Person, ask?: PeopleAsk): ReturnType<TenantCalls["adminView"]>;
  /** For licence managers, admins and support, who look for themselves. */
  asVisitor(answer: (c: Visit, visitor: Person) => Promise<Response>): (c: Visit) => Promise<Response>;
  state(c: Visit, status: number, statement: Statement): Promise<Response>;
  /** `told`: what the tenant said in refusing a plain user. */
  stateForbidden(c: Visit, told?: string): Promise<Response>;
  stateProblem(c: Visit, problem: Problem): Promise<Response>;
  /** A10: before what is costly: null to go on, or the answer that says when to ask again. */
  spend(c: Visit, visitor: Person, on: Costly): Promise<Response | null>;
}

export function createAdmin(ports: AdminPorts): Hono<AdminEnv> {
  const { tenant, config } = ports;
  const app = new Hono<AdminEnv>();

  const state = (c: Visit, status: number, { title, text, way, isSignedOut }: Statement) =>
    answerPage(
      c,
      <PlainPage
        title={title}
        text={text}
        tenantName={config.tenantName}
        visitor={c.var.caller?.person ?? null}
        isSignedOut={isSignedOut === true}
        way={way ?? { href: PATHS.home, words: readLanguage(c).words.layout.backToSeats }}
      />,
      status,
    );
  const stateProblem = async (c: Visit, { code, detail, retryAfterSeconds }: Problem) => {
    const { words } = readLanguage(c);
    const answer = await state(c, PROBLEMS[code].status, {
      title: words.problemTitles[code],
      text: <Told text={detail} />,
      ...(code === "forbidden" ? { way: toCrm(words) } : {}),
    });
    if (retryAfterSeconds !== undefined) answer.headers.set("retry-after", String(retryAfterSeconds));
    return answer;
  };
  const spend: Door["spend"] = async (c, visitor, on) => {
    const spent = await tenant.records(visitor, { do: "spend", on });
    return spent.ok ? null : stateProblem(c, spent.error);
  };
  const look: Door["look"] = async (c, visitor, ask = NO_PEOPLE) => {
    const view = await tenant.adminView(visitor, ask);
    if (view.ok) c.set("zone", view.value.settings.timeZone);
    return view;
  };

  const stateForbidden: Door["stateForbidden"] = async (c, told) => {
    const { words, say } = readLanguage(c);
    const { title, text, contact } = words.plain.notAllowed;
    if (told !== undefined) return state(c, 403, { title, text: <Told text={told} />, way: toCrm(words) });
    const whom = await contactFor(c.var.caller);
    return state(c, 403, { title, text: say(text, { contact: whom === "" ? contact : whom }), way: toCrm(words) });
  };
  /** As the tenant has set it; where it does not answer, as the configuration says. */
  const contactFor = async (caller: Caller | null): Promise<string> => {
    if (caller === null) return config.contact;
    const answer = await tenant.status(caller).catch(() => null);
    return answer?.status.tenant.contact ?? config.contact;
  };

  /** Runs `answer` for a person who is known. */
  const asKnown =
    (answer: (c: Visit, visitor: Person) => Promise<Response>) =>
    async (c: Visit): Promise<Response> => {
      const { caller } = c.var;
      if (caller === null) {
        const { words } = readLanguage(c);
        const way = { href: "/", words: words.plain.signIn };
        return state(c, 401, { ...words.plain.signedOut, way, isSignedOut: true });
      }
      return answer(c, caller.person);
    };
  /** Only such as may administer see what a tenant holds. */
  const asVisitor: Door["asVisitor"] = (answer) =>
    asKnown((c, visitor) => (visitor.role === "user" ? stateForbidden(c) : answer(c, visitor)));
  const asManager: Door["asManager"] = (answer) =>
    asVisitor(async (c, visitor) => {
      const view = await look(c, visitor);
      return view.ok ? answer(c, visitor, view.value) : stateProblem(c, view.error);
    });
  const fromOwnPage =
    (answer: (c: Visit) => Promise<Response>) =>
    async (c: Visit): Promise<Response> =>
      c.var.origin === "own" ? answer(c) : state(c, 403, readLanguage(c).words.plain.foreign);
  /** A change asked of the tenant also for people who may not: it refuses and records the attempt (L10). */
  const asChange = (answer: (c: Visit, visitor: Person) => Promise<Response>) =>
    asKnown(async (c, visitor) => fromOwnPage((own) => answer(own, visitor))(c));
  app.get(PATHS.style, () => answerFile(STYLESHEET, "text/css; charset=utf-8"));
  app.get(PATHS.script, () => answerFile(LIVE_SCRIPT, "text/javascript; charset=utf-8"));

  const door: Door = { asManager, asVisitor, asChange, fromOwnPage, look, state, stateProblem, stateForbidden, spend };
  addNow(app, ports, door);
  addHolder(app, ports, door);
  addLicensing(app, ports, door);
  addPools(app, ports, door);
  addGroups(app, ports, door);
  addIntegrations(app, ports, door);
  addRequests(app, ports, door);
  addRefusals(app, ports, door);
  addUsage(app, ports, door);
  addPeopleUse(app, ports, door);
  addReport(app, ports, door);
  addAudit(app, ports, door);
  addAlerts(app, ports, door);
  addLanguages(app, door);
  addLive(app, ports);

  app.all(`${PATHS.home}/*`, (c) => state(c, 404, readLanguage(c).words.plain.noPage));

  app.onError((error, c) => {
    console.error("The administration failed:", error);
    const { plain } = readLanguage(c).words;
    return state(c, 503, { ...plain.busy, way: { href: PATHS.home, words: plain.tryAgain } });
  });
  return app;
}

const toCrm = (words: Words) => ({ href: "/", words: words.plain.toCrm });
