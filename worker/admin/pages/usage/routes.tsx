/** The addresses of usage. */

import type { Hono } from "hono";
import { sentence } from "../../../../shared/sentence.ts";
import { writeItems } from "../../../audit/item-file.ts";
import { dayOf, startOfDay } from "../../../audit/time-zone.ts";
import { adviceItems } from "../../../audit/usage/advice-items.ts";
import { readAdvice } from "../../../audit/usage/advice-query.ts";
import { usageItem } from "../../../audit/usage/usage-items.ts";
import { readUsage, type UsageView } from "../../../audit/usage/usage-query.ts";
import { type Recount, recountUsage } from "../../../audit/usage/usage-recount.ts";
import { readSeries } from "../../../audit/usage/usage-series.ts";
import { whatIfItems } from "../../../audit/usage/what-if-items.ts";
import { judgeWhatIf, readWhatIf } from "../../../audit/usage/what-if-query.ts";
import type { AdminView, Person } from "../../../tenant/tenant-calls.ts";
import type { AdminContext, AdminEnv, AdminPorts, Door } from "../../admin-request.ts";
import { answerExport, readFormat } from "../../answer-export.ts";
import { answerPage } from "../../answer-page.tsx";
import { askRecords } from "../../ask-records.ts";
import { RecountForm, readWhole } from "../../form.ts";
import { PATHS } from "../../paths.ts";
import { isPeriod, type Period, UsagePage } from "./page.tsx";
import type { WhatIfAnswer, WhatIfTyped } from "./what-if-form.tsx";

const PATIENCE_MS = 8_000;

export function addUsage(app: Hono<AdminEnv>, { config, records, now }: AdminPorts, door: Door): void {
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
    PATHS.usageFile,
    door.asManager(async (c, visitor, { settings: { timeZone: zone, refusalToleranceMs: toleranceMs } }) => {
      const early = await door.spend(c, visitor, "export");
      if (early !== null) return early;
      const format = readFormat(c.req.query("format"));
      if (format === null) return door.stateProblem(c, { code: "out_of_range", says: sentence("format") });
      const days = Number(readPeriod(c));
      const from = startOfDay(zone, dayOf(zone, now()) - days + 1);
      const ask = { zone, from, to: now(), by: "day", pool: "", toleranceMs, size: days } as const;
      const rows = await readSeries(records, tenant, ask);
      const file = writeItems(
        "usage",
        rows.map((row) => usageItem(ask, row)),
        format,
      );
      return answerExport(file, format, `hotseat-usage-${tenant}`, now());
    }),
  );

  app.get(
    PATHS.adviceFile,
    door.asManager(async (c, visitor, view) => {
      const early = await door.spend(c, visitor, "export");
      if (early !== null) return early;
      const format = readFormat(c.req.query("format"));
      if (format === null) return door.stateProblem(c, { code: "out_of_range", says: sentence("format") });
      const items = adviceItems(await readAdvice(records, tenant, view, now()));
      return answerExport(writeItems("advice", items, format), format, `hotseat-advice-${tenant}`, now());
    }),
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

  app.get(
    PATHS.whatIfFile,
    door.asManager(async (c, visitor, view) => {
      const early = await door.spend(c, visitor, "what_if");
      if (early !== null) return early;
      const format = readFormat(c.req.query("format"));
      const { wish } = readTyped(c);
      if (format === null || !wish.ok) {
        const says = wish.ok ? sentence("format") : wish.error.says;
        return door.stateProblem(c, { code: "out_of_range", says });
      }
      const items = whatIfItems(view, await readWhatIf(records, tenant, view, wish.value, now()));
      return answerExport(writeItems("whatIf", items, format), format, `hotseat-what-if-${tenant}`, now());
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

function readPeriod(c: AdminContext): Period {
  const typed = c.req.query("period") ?? "90";
  return isPeriod(typed) ? typed : "90";
}

/** What was typed into the form for other settings, and what it asks for. */
function readTyped(c: AdminContext): { typed: WhatIfTyped; wish: ReturnType<typeof judgeWhatIf> } {
  const read = (name: keyof WhatIfTyped) => (c.req.query(name) ?? "").slice(0, 200);
  const typed = {
    limit: read("limit"),
    minutes: read("minutes"),
    group: read("group"),
    reserved: read("reserved"),
    most: read("most"),
  };
  const wish = judgeWhatIf({
    limit: readWhole(typed.limit),
    minutes: readWhole(typed.minutes),
    group: typed.group,
    reserved: readWhole(typed.reserved || "0"),
    most: typed.most === "" ? "none" : readWhole(typed.most),
  });
  return { typed, wish };
}
