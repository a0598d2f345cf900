/** A11: the address of the warnings. */
import type { Hono } from "hono";
import type { AdminEnv, AdminPorts, Door } from "../../admin-request.ts";
import { answerPage } from "../../answer-page.tsx";
import { PATHS } from "../../paths.ts";
import { WarningsPage } from "./page.tsx";

export function addWarnings(app: Hono<AdminEnv>, { tenant }: AdminPorts, door: Door): void {
  app.get(
    PATHS.warnings,
    door.asVisitor(async (c, visitor) => {
      const looked = await tenant.checkOrigin(visitor);
      if (!looked.ok) return door.stateProblem(c, looked.error);
      const view = await door.look(c, visitor);
      if (!view.ok) return door.stateProblem(c, view.error);
      return answerPage(c, <WarningsPage visitor={visitor} view={view.value} />, 200);
    }),
  );
}
