/** The administration under `/.hotseat/admin` (A1, A2, L13): server-rendered pages and plain forms. */
import { type Context, Hono } from "hono";
import type { HolderId } from "../../shared/ids.ts";
import { PROBLEMS, type Problem } from "../../shared/problem.ts";
import { LIMIT_MAX } from "../../shared/timing.ts";
import type { Config } from "../config.ts";
import type { RequestOrigin } from "../origin.ts";
import type { AdminView, Caller, Change, Person, TenantCalls } from "../tenant/tenant-calls.ts";
import { addAlerts } from "./alerts-routes.tsx";
import { answerFile, answerPage } from "./answer-page.ts";
import { addAudit } from "./audit-routes.tsx";
import { FreeForm, IdleTimeoutForm, LimitForm, readForm, readNote, readWhole } from "./form.ts";
import { FreePage } from "./free-page.tsx";
import { addLive } from "./live-route.ts";
import { LIVE_SCRIPT } from "./live-script.ts";
import { type Draft, Overview } from "./overview.tsx";
import { PATHS } from "./paths.ts";
import { PlainPage } from "./plain-page.tsx";
import { readRefusals } from "./read-refusals.ts";
import { addRefusals } from "./refusals-routes.tsx";
import { STYLESHEET } from "./stylesheet.ts";
import { addUsage } from "./usage-routes.tsx";
import { isNotice, type Notice } from "./words.ts";

/** What the roof says of each request before a door sees it. */
export interface AdminEnv {
  Variables: { caller: Caller | null; origin: RequestOrigin };
}

export interface AdminPorts {
  tenant: TenantCalls;
  records: D1Database;
  config: Config;
  /** ms since 1970. */
  now: () => number;
}

export type Visit = Context<AdminEnv>;
type Statement = { title: string; text: string; way?: { href: string; words: string } };

/** How the rooms of the administration answer: to whom, and with what instead. */
export interface Door {
  /** For licence managers, admins and support. */
  asManager(
    answer: (c: Visit, visitor: Person, view: AdminView) => Promise<Response> | Response,
  ): (c: Visit) => Promise<Response>;
  /** A change, from a page of ours alone; the tenant judges who may make it. */
  asChange(answer: (c: Visit, visitor: Person) => Promise<Response>): (c: Visit) => Promise<Response>;
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
        way={way ?? { href: PATHS.home, words: "Back to the seats" }}
      />,
      status,
    );
  const stateProblem = (c: Visit, problem: Problem) =>
    state(c, PROBLEMS[problem.code].status, {
      title: PROBLEMS[problem.code].title,
      text: problem.detail,
      ...(problem.code === "forbidden" ? { way: TO_CRM } : {}),
    });

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
      return state(c, 404, {
        title: "No seat to free",
        text: "This person has no seat any more. It may have been given back while the page was open.",
      });
    }
    const times = { now: now(), passLifeMs: config.timing.passLifeMs };
    return answerPage(
      c,
      <FreePage visitor={visitor} view={view} holder={row} note={said.note} fault={said.fault} {...times} />,
      said.fault === null ? 200 : 422,
    );
  };

  /** Runs `answer` for a person who is known; only such as may administer see what a tenant holds. */
  const asVisitor =
    (answer: (c: Visit, visitor: Person) => Promise<Response>) =>
    async (c: Visit): Promise<Response> => {
      const { caller } = c.var;
      if (caller === null) return state(c, 401, SIGNED_OUT);
      return answer(c, caller.person);
    };
  const asManager = (answer: (c: Visit, visitor: Person, view: AdminView) => Promise<Response> | Response) =>
    asVisitor(async (c, visitor) => {
      if (visitor.role === "user") return state(c, 403, notAllowed(config.contact));
      const view = await tenant.adminView(visitor);
      return view.ok ? answer(c, visitor, view.value) : stateProblem(c, view.error);
    });
  /** A change asked of the tenant also for people who may not: it refuses and records the attempt (L10). */
  const asChange = (answer: (c: Visit, visitor: Person) => Promise<Response>) =>
    asVisitor(async (c, visitor) => {
      if (c.var.origin !== "own") return state(c, 403, FOREIGN);
      return answer(c, visitor);
    });
  const finish = async (
    c: Visit,
    visitor: Person,
    change: Change,
    notice: Notice,
    draft: Omit<Draft, "fault"> | null,
  ) => {
    if (change.ok) return c.redirect(`${PATHS.home}?done=${notice}`, 303);
    const { code, detail } = change.error;
    if (visitor.role === "user") return state(c, 403, { ...notAllowed(""), text: detail });
    const view = await tenant.adminView(visitor);
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

  addLive(app, ports);
  addRefusals(app, ports, { asManager, asChange, stateProblem });
  addUsage(app, ports, { asManager, asChange, stateProblem });
  addAudit(app, ports, { asManager, asChange, stateProblem });
  addAlerts(app, ports, { asManager, asChange, stateProblem });

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
        const view = await tenant.adminView(visitor);
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

  app.all(`${PATHS.home}/*`, (c) => state(c, 404, NO_PAGE));

  app.onError((error, c) => {
    console.error("The administration failed:", error);
    return state(c, 503, BUSY);
  });
  return app;
}

const refuseWords = (detail: string): Change => ({ ok: false, error: { code: "out_of_range", detail } });

const TO_CRM = { href: "/", words: "To the CRM" };
const SIGNED_OUT: Statement = {
  title: "Sign in to the CRM first",
  text: "Hotseat learns from the CRM who you are. Sign in there, then open this page again; you need no licence for it.",
  way: TO_CRM,
};
const notAllowed = (contact: string): Statement => ({
  title: "This page is for licence managers",
  text: `Your account in the CRM is not that of a licence manager. Somebody who can free a licence or raise the limit: ${contact === "" ? "your IT or accounts department" : contact}.`,
  way: TO_CRM,
});
const FOREIGN: Statement = {
  title: "This change did not come from this page",
  text: "Nothing was changed, since the request was made by another site or without a word on where it came from. Open the page and make the change there.",
};
const NO_PAGE: Statement = {
  title: "There is no such page",
  text: "The address may be mistyped.",
};
const BUSY: Statement = {
  title: "The seat service does not answer",
  text: "Please try again in a few seconds. The page then shows whether a change was made.",
  way: { href: PATHS.home, words: "Try again" },
};
