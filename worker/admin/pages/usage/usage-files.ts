/** Usage, the recommendation and other settings as files. */

import type { Hono } from "hono";
import { sentence } from "../../../../shared/sentence.ts";
import { writeItems } from "../../../audit/item-file.ts";
import { dayOf, startOfDay } from "../../../audit/time-zone.ts";
import { adviceItems } from "../../../audit/usage/advice-items.ts";
import { readAdvice } from "../../../audit/usage/advice-query.ts";
import { usageItem } from "../../../audit/usage/usage-items.ts";
import { readSeries } from "../../../audit/usage/usage-series.ts";
import { whatIfItems } from "../../../audit/usage/what-if-items.ts";
import { readWhatIf } from "../../../audit/usage/what-if-query.ts";
import type { AdminEnv, AdminPorts, Door } from "../../admin-request.ts";
import { answerExport, readFormat } from "../../answer-export.ts";
import { PATHS } from "../../paths.ts";
import { readPeriod, readTyped } from "./usage-asked.ts";

export function addUsageFiles(app: Hono<AdminEnv>, { config, records, now }: AdminPorts, door: Door): void {
  const { tenant } = config;

  app.get(
    PATHS.usageFile,
    door.asManager(async (c, visitor, { settings: { timeZone: zone, refusalToleranceMs: toleranceMs } }) => {
      const early = await door.spend(c, visitor, "export");
      if (early !== null) return early;
      const format = readFormat(c.req.query("format"));
      if (format === null) return door.stateProblem(c, { code: "out_of_range", says: sentence("format") });
      const days = Number(readPeriod(c));
      const from = startOfDay(zone, dayOf(zone, now()) - days + 1);
      const ask = { zone, from, to: now(), now: now(), by: "day", pool: "", toleranceMs, size: days } as const;
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
}
