/** A12: the addresses of the list of who may manage. */
import type { Hono } from "hono";
import { sentence } from "../../../../shared/sentence.ts";
import { writeItems } from "../../../audit/item-file.ts";
import { managerItems } from "../../../tenant/manager-items.ts";
import type { AdminEnv, AdminPorts, Door } from "../../admin-request.ts";
import { answerExport, readFormat } from "../../answer-export.ts";
import { answerPage } from "../../answer-page.tsx";
import { PATHS } from "../../paths.ts";
import { ManagersPage } from "./page.tsx";

export function addManagers(app: Hono<AdminEnv>, { config, tenant, now }: AdminPorts, door: Door): void {
  app.get(
    PATHS.managers,
    door.asManager(async (c, visitor, view) => {
      const managers = await tenant.listManagers(visitor);
      if (!managers.ok) return door.stateProblem(c, managers.error);
      return answerPage(
        c,
        <ManagersPage
          visitor={visitor}
          tenantName={view.tenant.name}
          managers={managers.value}
          pools={view.settings.pools}
        />,
        200,
      );
    }),
  );

  app.get(
    PATHS.managersFile,
    door.asManager(async (c, visitor, view) => {
      const early = await door.spend(c, visitor, "export");
      if (early !== null) return early;
      const format = readFormat(c.req.query("format"));
      if (format === null) return door.stateProblem(c, { code: "out_of_range", says: sentence("format") });
      const managers = await tenant.listManagers(visitor);
      if (!managers.ok) return door.stateProblem(c, managers.error);
      const file = writeItems("managers", managerItems(managers.value, view.settings.pools), format);
      return answerExport(file, format, `hotseat-managers-${config.tenant}`, now());
    }),
  );
}
