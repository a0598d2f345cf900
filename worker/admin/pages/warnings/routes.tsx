/** A11: the addresses of the warnings. */
import type { Hono } from "hono";
import { sentence } from "../../../../shared/sentence.ts";
import { writeItems } from "../../../audit/item-file.ts";
import { warningItems } from "../../../tenant/warning-items.ts";
import type { AdminEnv, AdminPorts, Door } from "../../admin-request.ts";
import { answerExport, readFormat } from "../../answer-export.ts";
import { answerPage } from "../../answer-page.tsx";
import { PATHS } from "../../paths.ts";
import { WarningsPage } from "./page.tsx";

export function addWarnings(app: Hono<AdminEnv>, { config, tenant, now }: AdminPorts, door: Door): void {
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

  app.get(
    PATHS.warningsFile,
    door.asVisitor(async (c, visitor) => {
      const early = await door.spend(c, visitor, "export");
      if (early !== null) return early;
      const format = readFormat(c.req.query("format"));
      if (format === null) return door.stateProblem(c, { code: "out_of_range", says: sentence("format") });
      const looked = await tenant.checkOrigin(visitor);
      if (!looked.ok) return door.stateProblem(c, looked.error);
      const view = await door.look(c, visitor);
      if (!view.ok) return door.stateProblem(c, view.error);
      const file = writeItems("warnings", warningItems(view.value.warnings), format);
      return answerExport(file, format, `hotseat-warnings-${config.tenant}`, now());
    }),
  );
}
