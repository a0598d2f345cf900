/** The addresses of the forecast. */
import type { Hono } from "hono";
import { sentence } from "../../../../shared/sentence.ts";
import { writeItems } from "../../../audit/item-file.ts";
import { forecastItems } from "../../../audit/usage/forecast-items.ts";
import { readForecast } from "../../../audit/usage/forecast-query.ts";
import type { AdminEnv, AdminPorts, Door } from "../../admin-request.ts";
import { answerExport, readFormat } from "../../answer-export.ts";
import { answerPage } from "../../answer-page.tsx";
import { askRecords } from "../../ask-records.ts";
import { PATHS } from "../../paths.ts";
import { ForecastPage } from "./forecast-page.tsx";

export function addForecast(app: Hono<AdminEnv>, { config, records, now }: AdminPorts, door: Door): void {
  app.get(
    PATHS.forecast,
    door.asManager(async (c, visitor, view) => {
      const early = await door.spend(c, visitor, "report");
      if (early !== null) return early;
      const forecast = await askRecords(() => readForecast(records, config.tenant, view, now()));
      return answerPage(c, <ForecastPage {...{ visitor, view, forecast }} />, 200);
    }),
  );

  app.get(
    PATHS.forecastFile,
    door.asManager(async (c, visitor, view) => {
      const early = await door.spend(c, visitor, "export");
      if (early !== null) return early;
      const format = readFormat(c.req.query("format"));
      if (format === null) return door.stateProblem(c, { code: "out_of_range", says: sentence("format") });
      const forecast = await readForecast(records, config.tenant, view, now());
      const file = writeItems("forecast", forecastItems(forecast, view.settings.timeZone), format);
      return answerExport(file, format, `hotseat-forecast-${config.tenant}`, now());
    }),
  );
}
