/** The addresses of the refusals. */
import type { Hono } from "hono";
import { DENIAL_REASONS } from "../../../../shared/denial.ts";
import { sentence } from "../../../../shared/sentence.ts";
import { DENIALS_KEPT_MS } from "../../../../shared/timing.ts";
import { type DaysFault, readDays } from "../../../audit/day-range.ts";
import { exportDenials } from "../../../audit/denials/denial-export.ts";
import { countDenials, type DenialFilter } from "../../../audit/denials/denial-query.ts";
import { readDenialStats } from "../../../audit/denials/denial-stats.ts";
import { dayOf } from "../../../audit/time-zone.ts";
import type { AdminView } from "../../../tenant/tenant-calls.ts";
import type { AdminContext, AdminEnv, AdminPorts, Door } from "../../admin-request.ts";
import { answerExport, readFormat } from "../../answer-export.ts";
import { answerPage } from "../../answer-page.tsx";
import { askRecords } from "../../ask-records.ts";
import { readWhole } from "../../form.ts";
import { PATHS } from "../../paths.ts";
import { type RefusalQuery, RefusalsPage } from "./page.tsx";
import { readRefusals } from "./read-refusals.ts";

export function addRefusals(app: Hono<AdminEnv>, { config, records, now }: AdminPorts, door: Door): void {
  const { tenant } = config;

  const readFilter = (
    c: AdminContext,
    { timeZone: zone, refusalToleranceMs }: AdminView["settings"],
  ): { typed: RefusalQuery; filter: DenialFilter; fault: DaysFault | null } => {
    const query = (name: string) => (c.req.query(name) ?? "").trim().slice(0, 200);
    const typed = {
      from: query("from"),
      to: query("to"),
      person: query("person"),
      reason: query("reason"),
      brief: query("brief"),
    };
    const days = readDays(zone, typed);
    const filter = {
      ...(days.ok ? days.value : { from: null, to: null }),
      person: typed.person === "" ? null : typed.person,
      reason: DENIAL_REASONS.find((reason) => reason === typed.reason) ?? null,
      brief: typed.brief === "yes",
      toleranceMs: refusalToleranceMs,
    };
    return { typed, filter, fault: days.ok ? null : days.error };
  };

  app.get(
    PATHS.refusals,
    door.asManager(async (c, visitor, view) => {
      const page = readWhole(c.req.query("page") ?? "1");
      if (page === null || page < 1 || page > 100_000) {
        return door.stateProblem(c, { code: "not_found", says: sentence("noPageOfRefusals") });
      }
      const { timeZone: zone, refusalToleranceMs: toleranceMs } = view.settings;
      const { typed, filter, fault } = readFilter(c, view.settings);
      const [refusals, others, stats] = await Promise.all([
        readRefusals(records, tenant, { now: now(), page, filter }),
        askRecords(() => countDenials(records, tenant, { now: now(), filter: { ...filter, brief: !filter.brief } })),
        page === 1 && !filter.brief
          ? askRecords(() =>
              readDenialStats(records, tenant, { now: now(), zone, toleranceMs, observed: !view.settings.enforced }),
            )
          : null,
      ]);
      return answerPage(
        c,
        <RefusalsPage
          visitor={visitor}
          tenantName={view.tenant.name}
          refusals={refusals}
          others={others ?? 0}
          toleranceMs={toleranceMs}
          page={page}
          filter={typed}
          fault={fault}
          stats={stats}
          enforced={view.settings.enforced}
          first={dayOf(zone, now() - DENIALS_KEPT_MS)}
          last={dayOf(zone, now())}
        />,
        fault === null ? 200 : 422,
      );
    }),
  );

  app.get(
    PATHS.refusalsFile,
    door.asManager(async (c, visitor, view) => {
      const early = await door.spend(c, visitor, "export");
      if (early !== null) return early;
      const format = readFormat(c.req.query("format"));
      const { filter, fault } = readFilter(c, view.settings);
      if (format === null || fault !== null) {
        return door.stateProblem(c, { code: "out_of_range", says: fault?.says ?? sentence("format") });
      }
      const file = exportDenials(records, tenant, { now: now(), filter }, format);
      return answerExport(file, format, `hotseat-refusals-${tenant}`, now());
    }),
  );
}
