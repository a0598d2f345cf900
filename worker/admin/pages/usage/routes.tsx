/** The addresses of usage. */

import type { Hono } from "hono";
import { sentence } from "../../../../shared/sentence.ts";
import { dayOf, startOfDay } from "../../../audit/time-zone.ts";
import { readAdvice } from "../../../audit/usage/advice-query.ts";
import { readUsage, type UsageView } from "../../../audit/usage/usage-query.ts";
import { type Recount, recountUsage } from "../../../audit/usage/usage-recount.ts";
import { readWhatIf } from "../../../audit/usage/what-if-query.ts";
import type { AdminView, Person } from "../../../tenant/tenant-calls.ts";
import type { AdminContext, AdminEnv, AdminPorts, Door } from "../../admin-request.ts";
import { answerPage } from "../../answer-page.tsx";
import { askRecords } from "../../ask-records.ts";
import { RecountForm } from "../../form.ts";
import { PATHS } from "../../paths.ts";
import { UsagePage } from "./page.tsx";
import { readPeriod, readTyped } from "./usage-asked.ts";
import { addUsageFiles } from "./usage-files.ts";
import type { WhatIfAnswer } from "./what-if-form.tsx";

const PATIENCE_MS = 8_000;

export function addUsage(app: Hono<AdminEnv>, ports: AdminPorts, door: Door): void {
  const { config, records, now } = ports;
  addUsageFiles(app, ports, door);
  const { tenant } = config;

  const readDays = async (
    { timeZone: zone, refusalToleranceMs: toleranceMs }: AdminView["settings"],
    days: number,
  ): Promise<{ usage: UsageView; first: number; last: number }> => {
    const last = dayOf(zone, now());
    const first = last - days + 1;
    const usage = await readUsage(records, tenant, { zone, from: startOfDay(zone, first), to: now(), toleranceMs });
    return { usage, first, last };
  };

  const page = async (
    c: AdminContext,
    visitor: Person,
    view: AdminView,
    said: { whatIf?: WhatIfAnswer; recount?: Recount } = {},
  ) => {
    const zone = view.settings.timeZone;
    const period = readPeriod(c);
    const [shown, advice] = await Promise.all([
      askRecords(() => readDays(view.settings, Number(period))),
      askRecords(() => readAdvice(records, tenant, view, now())),
    ]);
    const last = dayOf(zone, now());
    return answerPage(
      c,
      <UsagePage
        visitor={visitor}
        view={view}
        period={period}
        first={shown?.first ?? last}
        last={shown?.last ?? last}
        usage={shown?.usage ?? null}
        advice={advice}
        whatIf={said.whatIf ?? null}
        recount={said.recount ?? null}
      />,
      said.whatIf !== undefined && "fault" in said.whatIf ? 422 : 200,
    );
  };

  app.get(
    PATHS.usage,
    door.asManager((c, visitor, view) => page(c, visitor, view)),
  );

  app.get(
    PATHS.whatIf,
    door.asManager(async (c, visitor, view) => {
      const early = await door.spend(c, visitor, "what_if");
      if (early !== null) return early;
      const { typed, wish } = readTyped(c);
      if (!wish.ok) {
        const { says: fault, field } = wish.error;
        return page(c, visitor, view, { whatIf: { fault, field, typed } });
      }
      const found = await askRecords(() => readWhatIf(records, tenant, view, wish.value, now()), PATIENCE_MS);
      const whatIf = found === null ? { fault: sentence("recordsLater"), field: undefined, typed } : { typed, found };
      return page(c, visitor, view, { whatIf });
    }),
  );

  app.post(
    PATHS.recount,
    door.asForm(RecountForm, async (c, visitor, form) => {
      if (visitor.role !== "admin" && visitor.role !== "support") {
        return door.stateProblem(c, { code: "forbidden", says: sentence("recountFor") });
      }
      const early = await door.spend(c, visitor, "recount");
      if (early !== null) return early;
      const view = await door.look(c, visitor);
      if (!view.ok) return door.stateProblem(c, view.error);
      return page(c, visitor, view.value, {
        recount: await recountUsage(records, tenant, { mend: form.mend === "yes" }),
      });
    }),
  );
}
