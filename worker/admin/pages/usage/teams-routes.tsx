/** The addresses of the use of groups. */
import type { Hono } from "hono";
import { sentence } from "../../../../shared/sentence.ts";
import { writeItems } from "../../../audit/item-file.ts";
import { spansOf } from "../../../audit/time-zone.ts";
import { teamItems } from "../../../audit/usage/teams-items.ts";
import { readTeams } from "../../../audit/usage/teams-usage.ts";
import type { AdminEnv, AdminPorts, Door } from "../../admin-request.ts";
import { answerExport, readFormat } from "../../answer-export.ts";
import { answerPage } from "../../answer-page.tsx";
import { askRecords } from "../../ask-records.ts";
import { PATHS } from "../../paths.ts";
import { TeamsPage } from "./teams-page.tsx";
import { readPeriod } from "./usage-period.ts";

const PATIENCE_MS = 8_000;
const GROUP_MAX = 200;

export function addTeams(app: Hono<AdminEnv>, { config, records, now }: AdminPorts, door: Door): void {
  app.get(
    PATHS.teams,
    door.asManager(async (c, visitor, view) => {
      const early = await door.spend(c, visitor, "report");
      if (early !== null) return early;
      const zone = view.settings.timeZone;
      const period = readPeriod(zone, (name) => c.req.query(name), now());
      const group = (c.req.query("group") ?? "").slice(0, GROUP_MAX);
      const teams = await askRecords(() => readTeams(records, config.tenant, { zone, ...period, group }), PATIENCE_MS);
      const spans = spansOf(zone, period.from, period.to);
      const page = <TeamsPage {...{ visitor, view, period, spans, teams, group }} />;
      return answerPage(c, page, period.fault === null ? 200 : 422);
    }),
  );

  app.get(
    PATHS.teamsFile,
    door.asManager(async (c, visitor, view) => {
      const early = await door.spend(c, visitor, "export");
      if (early !== null) return early;
      const format = readFormat(c.req.query("format"));
      const zone = view.settings.timeZone;
      const period = readPeriod(zone, (name) => c.req.query(name), now());
      if (format === null || period.fault !== null) {
        const says = period.fault?.says ?? sentence("format");
        return door.stateProblem(c, { code: "out_of_range", says });
      }
      const group = (c.req.query("group") ?? "").slice(0, GROUP_MAX);
      const teams = await readTeams(records, config.tenant, { zone, ...period, group });
      return answerExport(
        writeItems("teams", teamItems(teams), format),
        format,
        `hotseat-teams-${config.tenant}`,
        now(),
      );
    }),
  );
}
