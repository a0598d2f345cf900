/** Q1, Q2: the addresses of requests. */

import type { Hono } from "hono";
import * as z from "zod/mini";
import { PROBLEMS, type Problem } from "../../../../shared/problem.ts";
import { sentence } from "../../../../shared/sentence.ts";
import { readDenialStats } from "../../../audit/denials/denial-stats.ts";
import { REQUEST_ENDS, REQUEST_KINDS, type RequestAnswer } from "../../../ledger/requests.ts";
import type { Person } from "../../../tenant/tenant-calls.ts";
import type { AdminContext, AdminEnv, AdminPorts, Door } from "../../admin-request.ts";
import { answerPage } from "../../answer-page.tsx";
import { askRecords } from "../../ask-records.ts";
import { readWhole } from "../../form.ts";
import { readLanguage, TABLES } from "../../language.ts";
import { PATHS } from "../../paths.ts";
import { readLocalTime } from "../../ui/local-time.ts";
import { version } from "../licensing/forms.ts";
import { type RequestNotice, RequestsPage, type RequestsPageProps } from "./page.tsx";

const AskForm = z.strictObject({ kind: z.enum(REQUEST_KINDS), count: z.string(), note: z.string() });
const DecideForm = z.strictObject({
  version,
  id: z.string().check(z.maxLength(20)),
  answer: z.enum(REQUEST_ENDS),
  ends: z.string(),
  note: z.string(),
});

const isNotice = (word: string | undefined): word is RequestNotice =>
  word !== undefined && Object.hasOwn(TABLES.en.requests.done, word);

export function addRequests(app: Hono<AdminEnv>, { tenant, config, records, now }: AdminPorts, door: Door): void {
  const page = async (
    c: AdminContext,
    visitor: Person,
    said: Partial<Pick<RequestsPageProps, "notice" | "fault" | "draft">> & { status?: number } = {},
  ) => {
    const view = await door.look(c, visitor);
    if (!view.ok) return door.stateProblem(c, view.error);
    const { timeZone: zone, refusalToleranceMs: toleranceMs } = view.value.settings;
    const stats = await askRecords(() => readDenialStats(records, config.tenant, { now: now(), zone, toleranceMs }));
    const { notice = null, fault = null, draft = null, status = 200 } = said;
    const shown = { visitor, view: view.value, people: stats?.people ?? null, notice, fault, draft, now: now() };
    return answerPage(c, <RequestsPage {...shown} />, status);
  };

  const refuse = (
    c: AdminContext,
    visitor: Person,
    { code, says }: Problem,
    more: { field?: "count" | "note" | "kind"; draft?: RequestsPageProps["draft"] } = {},
  ) =>
    visitor.role === "user"
      ? door.stateForbidden(c, says)
      : page(c, visitor, {
          fault: { says, field: more.field ?? null },
          draft: more.draft ?? null,
          status: PROBLEMS[code].status,
        });

  app.get(
    PATHS.requests,
    door.asVisitor((c, visitor) => {
      const done = c.req.query("done");
      const kind = c.req.query("kind");
      const draft = kind === "lower" ? { kind, count: "", note: "" } : null;
      return page(c, visitor, { notice: isNotice(done) ? done : null, draft });
    }),
  );

  app.post(
    PATHS.askRequest,
    door.asForm(AskForm, async (c, visitor, form) => {
      const { kind, count, note } = form;
      const draft = { kind, count, note };
      const wanted = readWhole(count);
      if (wanted === null && visitor.role !== "user") {
        const says = sentence("requestNotWhole");
        return page(c, visitor, { fault: { says, field: "count" }, draft, status: 422 });
      }
      const asked = await tenant.askForChange(visitor, { kind, count: wanted ?? 0, note: note.trim() });
      if (asked.ok) return c.redirect(`${PATHS.requests}?done=asked#ask`, 303);
      const { field } = asked.error;
      return refuse(c, visitor, asked.error, { field: field === "count" || field === "note" ? field : "kind", draft });
    }),
  );

  app.post(
    PATHS.decideRequest,
    door.asForm(DecideForm, async (c, visitor, form) => {
      const { version: from, id, answer, ends, note } = form;
      // Only there a zone decides what was meant.
      const view = answer === "boost" && visitor.role !== "user" ? await door.look(c, visitor) : null;
      if (view?.ok === false) return door.stateProblem(c, view.error);
      const until = answer === "boost" ? readLocalTime(ends, readLanguage(c).zone) : null;
      const answers: Record<RequestAnswer["do"], RequestAnswer> = {
        boost: { do: "boost", lastsMs: Math.max(0, (until ?? 0) - now()) },
        raise: { do: "raise" },
        lower: { do: "lower" },
        decline: { do: "decline", note: note.trim() },
      };
      const decided = await tenant.decideRequest(visitor, id, answers[answer], Number(from));
      return decided.ok ? c.redirect(`${PATHS.requests}?done=${answer}#open`, 303) : refuse(c, visitor, decided.error);
    }),
  );
}
