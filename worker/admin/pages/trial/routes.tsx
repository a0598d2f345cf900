/** The addresses of a trial of settings. */
import type { Hono } from "hono";
import type { Child } from "hono/jsx";
import * as z from "zod/mini";
import type { Person } from "../../../tenant/tenant-calls.ts";
import type { AdminContext, AdminEnv, AdminPorts, Door } from "../../admin-request.ts";
import { answerPage } from "../../answer-page.tsx";
import { readLanguage } from "../../language.ts";
import { PATHS } from "../../paths.ts";
import { refusedBy } from "../../refused.tsx";
import { TrialPage } from "./page.tsx";
import { fieldOf, readTrial, type TrialFields, TrialFormSchema } from "./trial-fields.ts";

interface Said {
  fields?: TrialFields;
  fault?: Child;
  field?: string | undefined;
  status?: number;
}

export function addTrial(app: Hono<AdminEnv>, { tenant, now }: AdminPorts, door: Door): void {
  const page = async (c: AdminContext, visitor: Person, said: Said = {}) => {
    const [view, answer] = await Promise.all([door.look(c, visitor), tenant.shadow(visitor, { do: "view" })]);
    if (!view.ok) return door.stateProblem(c, view.error);
    if (!answer.ok) return door.stateProblem(c, answer.error);
    const { fields = null, fault = null, field, status = 200 } = said;
    const asked = c.req.query("done");
    const done = status === 200 && (asked === "began" || asked === "ended") ? asked : null;
    const { shadow: trial } = answer.value;
    return answerPage(
      c,
      <TrialPage {...{ visitor, view: view.value, trial, fields, fault, field, done, now: now() }} />,
      status,
    );
  };

  app.get(
    PATHS.trial,
    door.asVisitor((c, visitor) => page(c, visitor)),
  );

  app.post(
    PATHS.beginTrial,
    door.asForm(TrialFormSchema, async (c, visitor, form) => {
      const fields = form;
      const [view, answer] = await Promise.all([door.look(c, visitor), tenant.shadow(visitor, { do: "view" })]);
      if (!view.ok) return visitor.role === "user" ? door.stateForbidden(c) : door.stateProblem(c, view.error);
      if (!answer.ok) return door.stateProblem(c, answer.error);
      const asked = readTrial(fields, view.value.settings, answer.value.shadow, readLanguage(c));
      if ("fault" in asked) return page(c, visitor, { fields, ...asked, status: 422 });
      const begun = await tenant.shadow(visitor, { do: "begin", changes: asked.changes });
      if (begun.ok) return c.redirect(`${PATHS.trial}?done=began`, 303);
      return page(c, visitor, { fields, ...refusedBy(begun.error), field: fieldOf(begun.error.field) });
    }),
  );

  app.post(
    PATHS.endTrial,
    door.asForm(z.strictObject({}), async (c, visitor) => {
      const ended = await tenant.shadow(visitor, { do: "end" });
      if (ended.ok) return c.redirect(`${PATHS.trial}?done=ended`, 303);
      if (visitor.role === "user") return door.stateForbidden(c, ended.error.says);
      // Somebody else has ended it: what came of it is what the person wants to see.
      return page(c, visitor, { ...refusedBy(ended.error), field: undefined });
    }),
  );
}
