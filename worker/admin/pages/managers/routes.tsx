/** A12: the address of the list of who may manage. */
import type { Hono } from "hono";
import type { AdminEnv, AdminPorts, Door } from "../../admin-request.ts";
import { answerPage } from "../../answer-page.tsx";
import { PATHS } from "../../paths.ts";
import { ManagersPage } from "./page.tsx";

export function addManagers(app: Hono<AdminEnv>, { tenant }: AdminPorts, door: Door): void {
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
}
