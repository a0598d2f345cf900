/** I13: the addresses of the map of rights. */
import type { Hono } from "hono";
import type { Child } from "hono/jsx";
import type { Problem } from "../../../../shared/problem.ts";
import { sentence } from "../../../../shared/sentence.ts";
import type { RightsMap } from "../../../ledger/settings/rights.ts";
import type { RightsAnswer } from "../../../tenant/rights/rights-calls.ts";
import type { Person } from "../../../tenant/tenant-calls.ts";
import type { AdminContext, AdminEnv, AdminPorts, Door } from "../../admin-request.ts";
import { answerPage } from "../../answer-page.tsx";
import { readWhole } from "../../form.ts";
import { PATHS } from "../../paths.ts";
import { refusedBy } from "../../refused.tsx";
import { fieldOfFault, RightsForm, readKeptMap, readRights, SaveRightsForm } from "./rights-form.ts";
import { RightsPage } from "./rights-page.tsx";

interface Shown {
  /** Left out: the map that there is. */
  draft?: RightsMap | null;
  preview?: RightsAnswer["preview"];
  fault?: Child;
  field?: string | undefined;
  status?: number;
}

const NOT_OURS: Problem = { code: "malformed", says: sentence("formOther") };

export function addRights(app: Hono<AdminEnv>, { tenant }: AdminPorts, door: Door): void {
  const page = async (c: AdminContext, visitor: Person, said: Shown = {}) => {
    const [view, read] = await Promise.all([door.look(c, visitor), tenant.rights(visitor, { do: "read" })]);
    if (!view.ok) return door.stateProblem(c, view.error);
    if (!read.ok) return door.stateProblem(c, read.error);
    const { draft = read.value.rights, preview = null, fault = null, field, status = 200 } = said;
    const rights = { ...read.value, preview };
    const { name: tenantName } = view.value.tenant;
    const isSaved = c.req.method === "GET" && c.req.query("done") === "saved";
    const shown = { visitor, tenantName, rights, pools: view.value.settings.pools, draft, fault, field, isSaved };
    return answerPage(c, <RightsPage {...shown} />, status);
  };

  const refuse = (c: AdminContext, visitor: Person, draft: RightsMap | null, error: Problem, rows: number[]) => {
    if (error.code === "forbidden") return door.stateForbidden(c, error.says);
    return page(c, visitor, { draft, ...refusedBy(error), field: fieldOfFault(error.field, rows) });
  };

  app.get(
    PATHS.rights,
    door.asVisitor((c, visitor) => page(c, visitor)),
  );

  app.post(
    PATHS.rights,
    door.asForm(RightsForm, async (c, visitor, form) => {
      const typed = readRights(form);
      if (typed === null) return door.stateProblem(c, NOT_OURS);
      const draft = form.do === "preset" ? null : typed.map;
      const asked = await tenant.rights(visitor, { do: "preview", rights: draft });
      if (!asked.ok) return refuse(c, visitor, draft, asked.error, typed.rows);
      return page(c, visitor, { draft, preview: asked.value.preview });
    }),
  );

  app.post(
    PATHS.saveRights,
    door.asForm(SaveRightsForm, async (c, visitor, form) => {
      const rights = readKeptMap(form.map);
      const version = readWhole(form.version);
      if (rights === undefined || version === null) return door.stateProblem(c, NOT_OURS);
      const saved = await tenant.changeSettings(visitor, { what: "rights", rights }, version);
      if (!saved.ok) return refuse(c, visitor, rights, saved.error, []);
      return c.redirect(`${PATHS.rights}?done=saved`, 303);
    }),
  );
}
