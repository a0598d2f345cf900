/** The addresses of the use of each person. */
import type { Hono } from "hono";
import { sentence } from "../../../../shared/sentence.ts";
import { writeItems } from "../../../audit/item-file.ts";
import { personItems } from "../../../audit/usage/people-items.ts";
import { readPeopleUse } from "../../../audit/usage/people-usage.ts";
import type { AdminView } from "../../../tenant/tenant-calls.ts";
import type { AdminContext, AdminEnv, AdminPorts, Door } from "../../admin-request.ts";
import { answerExport, readFormat } from "../../answer-export.ts";
import { answerPage } from "../../answer-page.tsx";
import { askRecords } from "../../ask-records.ts";
import { PATHS } from "../../paths.ts";
import { choosePeople, readUseAsk } from "./people-list.ts";
import { PeopleUsePage } from "./people-page.tsx";
import { readPeriod } from "./usage-period.ts";

const PATIENCE_MS = 8_000;

export function addPeopleUse(app: Hono<AdminEnv>, { config, records, now }: AdminPorts, door: Door): void {
  const read = (c: AdminContext, { settings }: AdminView) => {
    const query = (name: string) => c.req.query(name);
    const period = readPeriod(settings.timeZone, query, now());
    const ask = readUseAsk(query, period.typed);
    const people = () =>
      readPeopleUse(records, config.tenant, {
        zone: settings.timeZone,
        from: period.from,
        to: period.to,
        toleranceMs: settings.refusalToleranceMs,
        named: settings.named.assigned,
      });
    return { period, ask, people };
  };

  app.get(
    PATHS.peopleUse,
    door.asManager(async (c, visitor, view) => {
      const { period, ask, people } = read(c, view);
      const early = await door.spend(c, visitor, "report");
      if (early !== null) return early;
      const found = await askRecords(people, PATIENCE_MS);
      const page = <PeopleUsePage visitor={visitor} view={view} period={period} ask={ask} people={found} />;
      return answerPage(c, page, period.fault === null ? 200 : 422);
    }),
  );

  app.get(
    PATHS.peopleUseFile,
    door.asManager(async (c, visitor, view) => {
      const early = await door.spend(c, visitor, "export");
      if (early !== null) return early;
      const format = readFormat(c.req.query("format"));
      const { period, ask, people } = read(c, view);
      if (format === null || period.fault !== null) {
        const says = period.fault?.says ?? sentence("format");
        return door.stateProblem(c, { code: "out_of_range", says });
      }
      const file = writeItems("people", personItems(choosePeople(await people(), ask)), format);
      return answerExport(file, format, `hotseat-people-${config.tenant}`, now());
    }),
  );
}
