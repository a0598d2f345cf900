/** R5: the address of the report on use against the limit. */

import type { Hono } from "hono";
import { DAY_MS } from "../../../../shared/durations.ts";
import { readDays } from "../../../audit/day-range.ts";
import { readCompliance } from "../../../audit/report/compliance.ts";
import { dayOf, startOfDay, writeDay } from "../../../audit/time-zone.ts";
import type { AdminEnv, AdminPorts, Door } from "../../admin-request.ts";
import { answerPage } from "../../answer-page.tsx";
import { askRecords } from "../../ask-records.ts";
import { PATHS } from "../../paths.ts";
import { ReportPage } from "./page.tsx";

/** Days shown before anybody chooses others. */
const DAYS = 30;
/** As long as the audit is kept (R2). */
const SPAN_MOST_MS = 398 * DAY_MS;
const PATIENCE_MS = 8_000;

export function addReport(app: Hono<AdminEnv>, { config, records, now }: AdminPorts, door: Door): void {
  app.get(
    PATHS.report,
    door.asManager(async (c, visitor, view) => {
      const zone = view.settings.timeZone;
      const today = dayOf(zone, now());
      const typed = (name: string, other: number) => (c.req.query(name) ?? "").trim().slice(0, 20) || writeDay(other);
      const query = { from: typed("from", today - DAYS + 1), to: typed("to", today) };
      const days = readDays(zone, query);
      const usual = { from: startOfDay(zone, today - DAYS + 1), to: startOfDay(zone, today + 1) };
      const from = days.ok ? (days.value.from ?? usual.from) : usual.from;
      // The future is in no report.
      const to = Math.min(days.ok ? (days.value.to ?? usual.to) : usual.to, usual.to);
      const asked = !days.ok || from >= to ? "daysFault" : to - from > SPAN_MOST_MS ? "spanFault" : null;
      const until = Math.min(to, now());
      const early = asked === null ? await door.spend(c, visitor, "report") : null;
      if (early !== null) return early;
      const report =
        asked === null
          ? await askRecords(() => readCompliance(records, config.tenant, { from, to: until }), PATIENCE_MS)
          : null;
      const fault = asked ?? (report === null ? "noRecords" : null);
      const wrong = asked === null ? null : days.ok ? "from" : days.error.field;
      const page = { visitor, view, query, from, to, report, fault, wrong, now: now() } as const;
      return answerPage(c, <ReportPage {...page} />, asked === null ? 200 : 422);
    }),
  );
}
