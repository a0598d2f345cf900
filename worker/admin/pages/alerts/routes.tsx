/** The addresses of the alerts. */
import type { Hono } from "hono";
import { PROBLEMS } from "../../../../shared/problem.ts";
import { ALERT_KINDS } from "../../../tenant/alerts/alert-watch.ts";
import type { RecordsCall } from "../../../tenant/audit/records-calls.ts";
import type { Person } from "../../../tenant/tenant-calls.ts";
import type { AdminContext, AdminEnv, AdminPorts, Door } from "../../admin-request.ts";
import { answerPage } from "../../answer-page.tsx";
import { NearForm, ReceiverForm, ReceiverIdForm, readWhole } from "../../form.ts";
import { readLanguage, TABLES } from "../../language.ts";
import { PATHS } from "../../paths.ts";
import type { AlertsDraft, AlertsFault } from "./forms.tsx";
import { type AlertsNotice, AlertsPage, CARD_OF } from "./page.tsx";

const isNotice = (word: string | undefined): word is AlertsNotice =>
  word !== undefined && Object.hasOwn(TABLES.en.alerts.notices, word);

export function addAlerts(app: Hono<AdminEnv>, { tenant }: AdminPorts, door: Door): void {
  const page = async (
    c: AdminContext,
    visitor: Person,
    said: {
      notice?: AlertsNotice | null;
      fault?: AlertsFault;
      secret?: string;
      draft?: AlertsDraft;
      status?: number;
    },
  ) => {
    const view = await door.look(c, visitor);
    if (!view.ok) return door.stateProblem(c, view.error);
    const kept = await tenant.records(visitor, { do: "head" });
    if (!kept.ok) return door.stateProblem(c, kept.error);
    return answerPage(
      c,
      <AlertsPage
        visitor={visitor}
        view={view.value}
        alerts={kept.value.alerts}
        notice={said.notice ?? null}
        fault={said.fault ?? null}
        secret={said.secret ?? null}
        draft={said.draft ?? null}
      />,
      said.status ?? 200,
    );
  };

  const change = async (
    c: AdminContext,
    visitor: Person,
    call: RecordsCall,
    notice: AlertsNotice,
    draft?: AlertsDraft,
  ): Promise<Response> => {
    const answer = await tenant.records(visitor, call);
    if (!answer.ok) {
      const { code, says, field } = answer.error;
      if (visitor.role === "user") return door.stateProblem(c, answer.error);
      return page(c, visitor, {
        fault: { says, field: field === "url" || field === "on" || field === "percent" ? field : "receivers" },
        status: PROBLEMS[code].status,
        ...(draft === undefined ? {} : { draft }),
      });
    }
    const { secret, alerts } = answer.value;
    // R10: to an address that has not answered it, a test is the question.
    const isAsked =
      call.do === "test_receiver" && alerts.hooks.some(({ id, confirmed }) => id === call.id && !confirmed);
    const done = isAsked ? "asked" : notice;
    // A secret is shown once: in the answer itself, never at an address that could be asked again.
    if (secret !== undefined) return page(c, visitor, { notice: done, secret });
    return c.redirect(`${PATHS.alerts}?done=${done}#${CARD_OF[done]}`, 303);
  };

  app.get(
    PATHS.alerts,
    door.asManager((c, visitor) => {
      const done = c.req.query("done");
      return page(c, visitor, { notice: isNotice(done) ? done : null });
    }),
  );

  app.post(
    PATHS.addReceiver,
    door.asForm(ReceiverForm, async (c, visitor, form) => {
      const { kind, url } = form;
      const on = ALERT_KINDS.filter((occasion) => form[occasion] === "yes");
      const more = {
        events: form.events === "yes",
        names: form.names === "yes",
        heads: form.heads === "yes",
        report: form.report === "yes",
      };
      const site = new URL(c.req.url).origin;
      const wish = { kind, url: url.trim(), on, ...more, language: readLanguage(c).tag, site };
      return change(c, visitor, { do: "add_receiver", ...wish }, kind === "email" ? "asked" : "added", {
        kind,
        url,
        on,
        ...more,
      });
    }),
  );

  const asReceiver = (
    what: "remove_receiver" | "test_receiver" | "rotate_secret" | "resume_receiver",
    done: AlertsNotice,
  ) => door.asForm(ReceiverIdForm, (c, visitor, { id }) => change(c, visitor, { do: what, id }, done));
  app.post(PATHS.removeReceiver, asReceiver("remove_receiver", "removed"));
  app.post(PATHS.testReceiver, asReceiver("test_receiver", "tested"));
  app.post(PATHS.rotateSecret, asReceiver("rotate_secret", "rotated"));
  app.post(PATHS.resumeReceiver, asReceiver("resume_receiver", "resumed"));

  app.post(
    PATHS.nearShare,
    door.asForm(NearForm, (c, visitor, { percent }) =>
      change(c, visitor, { do: "set_near", percent: readWhole(percent) ?? 0 }, "near", { percent }),
    ),
  );
}
