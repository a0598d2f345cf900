/** R5: the addresses of the report on use against the limit. */

import type { Hono } from "hono";
import { DAY_MS } from "../../../../shared/durations.ts";
import { sentence } from "../../../../shared/sentence.ts";
import { readDays } from "../../../audit/day-range.ts";
import { writeItems } from "../../../audit/item-file.ts";
import { readCompliance } from "../../../audit/report/compliance.ts";
import { reportItems } from "../../../audit/report/report-items.ts";
import { dayOf, startOfDay, writeDay } from "../../../audit/time-zone.ts";
import type { AdminEnv, AdminPorts, Door } from "../../admin-request.ts";
import { answerExport, readFormat } from "../../answer-export.ts";
import { answerPage } from "../../answer-page.tsx";
import { askRecords } from "../../ask-records.ts";
import { PATHS } from "../../paths.ts";
import { ReportPage, type ReportQuery } from "./page.tsx";

/** Days shown before anybody chooses others. */
const DAYS = 30;
/** As long as the audit is kept (R2). */
const SPAN_MOST_MS = 398 * DAY_MS;
const PATIENCE_MS = 8_000;

export function addReport(app: Hono<AdminEnv>, { config, records, now }: AdminPorts, door: Door): void {
  const { tenant } = config;

  app.get(
    PATHS.report,
    door.asManager(async (c, visitor, view) => {
      const asked = readAsk(view.settings.timeZone, (name) => c.req.query(name), now());
      const { query, from, to } = asked;
      const early = asked.fault === null ? await door.spend(c, visitor, "report") : null;
      if (early !== null) return early;
      const report =
        asked.fault === null
          ? await askRecords(() => readCompliance(records, tenant, { from, to: Math.min(to, now()) }), PATIENCE_MS)
          : null;
      const fault = asked.fault ?? (report === null ? "noRecords" : null);
      const page = { visitor, view, query, from, to, report, fault, wrong: asked.wrong, now: now() } as const;
      return answerPage(c, <ReportPage {...page} />, asked.fault === null ? 200 : 422);
    }),
  );

  app.get(
    PATHS.reportFile,
    door.asManager(async (c, visitor, view) => {
      const early = await door.spend(c, visitor, "export");
      if (early !== null) return early;
      const format = readFormat(c.req.query("format"));
      const { from, to, fault } = readAsk(view.settings.timeZone, (name) => c.req.query(name), now());
      if (format === null || fault !== null) {
        return door.stateProblem(c, {
          code: "out_of_range",
          says: fault === null ? sentence("format") : FAULTS[fault],
        });
      }
      const report = await readCompliance(records, tenant, { from, to: Math.min(to, now()) });
      return answerExport(writeItems("report", reportItems(report), format), format, `hotseat-report-${tenant}`, now());
    }),
  );
}

const FAULTS = { daysFault: sentence("days"), spanFault: sentence("periodLong") };

interface ReportAsk {
  query: ReportQuery;
  /** ms. The future is in no report. */
  from: number;
  to: number;
  fault: keyof typeof FAULTS | null;
  /** The day that is wrong. */
  wrong: "from" | "to" | null;
}

function readAsk(zone: string, typed: (name: string) => string | undefined, now: number): ReportAsk {
  const today = dayOf(zone, now);
  const dayTyped = (name: string, other: number) => (typed(name) ?? "").trim().slice(0, 20) || writeDay(other);
  const query = { from: dayTyped("from", today - DAYS + 1), to: dayTyped("to", today) };
  const days = readDays(zone, query);
  const usual = { from: startOfDay(zone, today - DAYS + 1), to: startOfDay(zone, today + 1) };
  const from = days.ok ? (days.value.from ?? usual.from) : usual.from;
  const to = Math.min(days.ok ? (days.value.to ?? usual.to) : usual.to, usual.to);
  const fault = !days.ok || from >= to ? "daysFault" : to - from > SPAN_MOST_MS ? "spanFault" : null;
  const wrong = fault === null ? null : days.ok ? "from" : days.error.field;
  return { query, from, to, fault, wrong };
}
