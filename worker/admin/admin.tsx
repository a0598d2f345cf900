/** The administration under `/.hotseat/admin` (A1, A2, L13): server-rendered pages and plain forms. */
import { type Context, Hono } from "hono";
import type { Child } from "hono/jsx";
import type { HolderId } from "../../shared/ids.ts";
import { PROBLEMS, type Problem } from "../../shared/problem.ts";
import { LIMIT_MAX } from "../../shared/timing.ts";
import type { Config } from "../config.ts";
import type { RequestOrigin } from "../origin.ts";
import type { AdminView, Caller, Change, Person, TenantCalls } from "../tenant/tenant-calls.ts";
import { addAlerts } from "./alerts-routes.tsx";
import { answerFile, answerPage } from "./answer-page.tsx";
import { addAudit } from "./audit-routes.tsx";
import { FreeForm, IdleTimeoutForm, LimitForm, readForm, readNote, readWhole } from "./form.ts";
import { FreePage } from "./free-page.tsx";
import { readLanguage, type Words } from "./language.ts";
import { addLanguages } from "./language-routes.ts";
import { addLive } from "./live-route.ts";
import { LIVE_SCRIPT } from "./live-script.ts";
import { isNotice, type Notice } from "./notices.ts";
import { type Draft, Overview } from "./overview.tsx";
import { PATHS } from "./paths.ts";
import { PlainPage } from "./plain-page.tsx";
import { readRefusals } from "./read-refusals.ts";
import { addRefusals } from "./refusals-routes.tsx";
import { STYLESHEET } from "./stylesheet.ts";
import { Told } from "./told.tsx";
import { addUsage } from "./usage-routes.tsx";

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
type Statement = { title: string; text: Child; way?: { href: string; words: string } };

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
  look(c: Visit, visitor: Person): ReturnType<TenantCalls["adminView"]>;
  stateProblem(c: Visit, problem: Problem): Promise<Response>;
}

const MINUTE = 60_000;
/** On the first page; the rest is a page of its own. */
const LATEST_REFUSALS = 10;

export function createAdmin(ports: AdminPorts): Hono<AdminEnv> {
  const { tenant, records, config, now } = ports;
  const app = new Hono<AdminEnv>();

  const state = (c: Visit, status: number, { title, text, way }: Statement) =>
    answerPage(
      c,
      <PlainPage
        title={title}
        text={text}
        tenantName={config.tenantName}
        visitor={c.var.caller?.person ?? null}
        way={way ?? { href: PATHS.home, words: readLanguage(c).words.layout.backToSeats }}
      />,
      status,
    );
  const stateProblem = (c: Visit, { code, detail }: Problem) => {
    const { words } = readLanguage(c);
    return state(c, PROBLEMS[code].status, {
      title: words.problemTitles[code],
      text: <Told text={detail} />,
      ...(code === "forbidden" ? { way: toCrm(words) } : {}),
    });
  };
  const look: Door["look"] = async (c, visitor) => {
    const view = await tenant.adminView(visitor);
    if (view.ok) c.set("zone", view.value.settings.timeZone);
    return view;
  };

  const overview = async (
    c: Visit,
    visitor: Person,
    view: AdminView,
    said: { notice?: Notice | null; fault?: string; draft?: Draft; status?: number } = {},
  ) => {
    const refusals =
      c.req.query("live") === undefined
        ? await readRefusals(records, config.tenant, { now: now(), page: 1, size: LATEST_REFUSALS })
        : undefined;
    return answerPage(
      c,
      <Overview
        visitor={visitor}
        view={view}
        refusals={refusals}
        notice={said.notice ?? null}
        fault={said.fault ?? null}
        draft={said.draft ?? null}
        now={now()}
        passLifeMs={config.timing.passLifeMs}
        idleTimeoutMinMs={config.idleTimeoutMinMs}
      />,
      said.status ?? 200,
    );
  };

  const freePage = (
    c: Visit,
    visitor: Person,
    view: AdminView,
    holder: HolderId,
    said: { note: string; fault: string | null },
  ) => {
    const row = view.holders.find(({ id }) => id === holder);
    if (row === undefined) {
      return state(c, 404, readLanguage(c).words.plain.noSeat);
    }
    const times = { now: now(), passLifeMs: config.timing.passLifeMs };
    return answerPage(
      c,
      <FreePage visitor={visitor} view={view} holder={row} note={said.note} fault={said.fault} {...times} />,
      said.fault === null ? 200 : 422,
    );
  };

  /** `text`: what the tenant said in refusing. */
  const notAllowed = (c: Visit, text?: Child) => {
    const { words, say } = readLanguage(c);
    const { title, text: told, contact } = words.plain.notAllowed;
    const whom = say(told, { contact: config.contact === "" ? contact : config.contact });
    return state(c, 403, { title, text: text ?? whom, way: toCrm(words) });
  };

  /** Runs `answer` for a person who is known; only such as may administer see what a tenant holds. */
  const asVisitor =
    (answer: (c: Visit, visitor: Person) => Promise<Response>) =>
    async (c: Visit): Promise<Response> => {
      const { caller } = c.var;
      if (caller === null) {
        const { words } = readLanguage(c);
        return state(c, 401, { ...words.plain.signedOut, way: toCrm(words) });
      }
      return answer(c, caller.person);
    };
  const asManager = (answer: (c: Visit, visitor: Person, view: AdminView) => Promise<Response> | Response) =>
    asVisitor(async (c, visitor) => {
      if (visitor.role === "user") return notAllowed(c);
      const view = await look(c, visitor);
      return view.ok ? answer(c, visitor, view.value) : stateProblem(c, view.error);
    });
  const fromOwnPage =
    (answer: (c: Visit) => Promise<Response>) =>
    async (c: Visit): Promise<Response> =>
      c.var.origin === "own" ? answer(c) : state(c, 403, readLanguage(c).words.plain.foreign);
  /** A change asked of the tenant also for people who may not: it refuses and records the attempt (L10). */
  const asChange = (answer: (c: Visit, visitor: Person) => Promise<Response>) =>
    asVisitor(async (c, visitor) => fromOwnPage((own) => answer(own, visitor))(c));
  const finish = async (
    c: Visit,
    visitor: Person,
    change: Change,
    notice: Notice,
    draft: Omit<Draft, "fault"> | null,
  ) => {
    if (change.ok) return c.redirect(`${PATHS.home}?done=${notice}`, 303);
    const { code, detail } = change.error;
    if (visitor.role === "user") return notAllowed(c, <Told text={detail} />);
    const view = await look(c, visitor);
    if (!view.ok) return stateProblem(c, view.error);
    const status = PROBLEMS[code].status;
    // A stale form is shown anew with what holds now, not with what was typed over something else.
    const said = draft === null || code === "stale" ? { fault: detail } : { draft: { ...draft, fault: detail } };
    return overview(c, visitor, view.value, { ...said, status });
  };

  app.get(PATHS.style, () => answerFile(STYLESHEET, "text/css; charset=utf-8"));
  app.get(PATHS.script, () => answerFile(LIVE_SCRIPT, "text/javascript; charset=utf-8"));

  app.get(
    PATHS.home,
    asManager((c, visitor, view) => {
      const done = c.req.query("done");
      return overview(c, visitor, view, { notice: isNotice(done) ? done : null });
    }),
  );

  const door: Door = { asManager, asChange, fromOwnPage, look, stateProblem };
  addRefusals(app, ports, door);
  addUsage(app, ports, door);
  addAudit(app, ports, door);
  addAlerts(app, ports, door);
  addLanguages(app, door);
  addLive(app, ports);

  app.get(
    PATHS.free,
    asManager((c, visitor, view) =>
      freePage(c, visitor, view, (c.req.query("holder") ?? "") as HolderId, { note: "", fault: null }),
    ),
  );

  app.post(
    PATHS.free,
    asChange(async (c, visitor) => {
      const form = await readForm(c.req.raw, FreeForm);
      if (!form.ok) return stateProblem(c, form.error);
      const note = readNote(form.value.note);
      if (!note.ok && visitor.role !== "user") {
        const view = await look(c, visitor);
        if (!view.ok) return stateProblem(c, view.error);
        return freePage(c, visitor, view.value, form.value.holder, { note: form.value.note, fault: note.error });
      }
      const change = await tenant.evict(visitor, form.value.holder, note.ok ? note.value : "");
      return finish(c, visitor, change, "freed", null);
    }),
  );

  app.post(
    PATHS.limit,
    asChange(async (c, visitor) => {
      const form = await readForm(c.req.raw, LimitForm);
      if (!form.ok) return stateProblem(c, form.error);
      const limit = readWhole(form.value.limit);
      const change: Change =
        limit === null
          ? refuseWords(`The limit is a whole number from 1 to ${LIMIT_MAX}.`)
          : await tenant.setLimit(visitor, limit, Number(form.value.version));
      return finish(c, visitor, change, "limit", { form: "limit", value: form.value.limit });
    }),
  );

  app.post(
    PATHS.idleTimeout,
    asChange(async (c, visitor) => {
      const form = await readForm(c.req.raw, IdleTimeoutForm);
      if (!form.ok) return stateProblem(c, form.error);
      const minutes = readWhole(form.value.minutes);
      const change: Change =
        minutes === null
          ? refuseWords("The idle time-out is a whole number of minutes.")
          : await tenant.setIdleTimeout(visitor, minutes * MINUTE, Number(form.value.version));
      return finish(c, visitor, change, "idle-timeout", { form: "idle-timeout", value: form.value.minutes });
    }),
  );

  app.all(`${PATHS.home}/*`, (c) => state(c, 404, readLanguage(c).words.plain.noPage));

  app.onError((error, c) => {
    console.error("The administration failed:", error);
    const { plain } = readLanguage(c).words;
    return state(c, 503, { ...plain.busy, way: { href: PATHS.home, words: plain.tryAgain } });
  });
  return app;
}

const refuseWords = (detail: string): Change => ({ ok: false, error: { code: "out_of_range", detail } });

const toCrm = (words: Words) => ({ href: "/", words: words.plain.toCrm });
