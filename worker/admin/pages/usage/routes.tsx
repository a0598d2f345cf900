/** The addresses of usage. */

import type { Hono } from "hono";
import { MINUTE_MS } from "../../../../shared/durations.ts";
import { type Sentence, sentence } from "../../../../shared/sentence.ts";
import { DENIALS_KEPT_MS, IDLE_TIMEOUT_MAX_MS, IDLE_TIMEOUT_MIN_MS, LIMIT_MAX } from "../../../../shared/timing.ts";
import { readUnassigned } from "../../../audit/denials/denial-query.ts";
import { writeItems } from "../../../audit/item-file.ts";
import { dayOf, startOfDay } from "../../../audit/time-zone.ts";
import { EVIDENCE_DAYS, readRecommendation } from "../../../audit/usage/evidence-query.ts";
import { readHistory } from "../../../audit/usage/history-query.ts";
import type { NamedEvidence } from "../../../audit/usage/model-choice.ts";
import type { Evidence } from "../../../audit/usage/recommendation.ts";
import { usageItem } from "../../../audit/usage/usage-items.ts";
import { readUsage, type UsageView } from "../../../audit/usage/usage-query.ts";
import { type Recount, recountUsage } from "../../../audit/usage/usage-recount.ts";
import { readSeries } from "../../../audit/usage/usage-series.ts";
import { type Replay, replayHistory, type Scenario } from "../../../audit/usage/what-if.ts";
import type { AdminView, Person } from "../../../tenant/tenant-calls.ts";
import type { AdminContext, AdminEnv, AdminPorts, Door } from "../../admin-request.ts";
import { answerExport, readFormat } from "../../answer-export.ts";
import { answerPage } from "../../answer-page.tsx";
import { askRecords } from "../../ask-records.ts";
import { RecountForm, readForm, readWhole } from "../../form.ts";
import { PATHS } from "../../paths.ts";
import { isPeriod, type Period, UsagePage } from "./page.tsx";
import type { WhatIfAnswer, WhatIfTyped } from "./what-if-form.tsx";

/** Days replayed at most: what happens at other settings is decided on the fullest. */
const REPLAYED_MOST = 20;
const PATIENCE_MS = 8_000;

export function addUsage(app: Hono<AdminEnv>, { config, records, now }: AdminPorts, door: Door): void {
  const { tenant } = config;

  const readDays = async (
    { timeZone: zone, refusalToleranceMs: toleranceMs }: AdminView["settings"],
    days: number,
  ): Promise<{ usage: UsageView; first: number; last: number }> => {
    const last = dayOf(zone, now());
    const first = last - days + 1;
    const usage = await readUsage(records, tenant, { zone, from: startOfDay(zone, first), to: now(), toleranceMs });
    return { usage, first, last };
  };

  /** null: the records do not answer. */
  const readNamed = async (
    { full, settings }: AdminView,
    evidence: Pick<Evidence, "peak" | "usedDays"> | null,
  ): Promise<NamedEvidence | null> => {
    const unassigned = await askRecords(() => readUnassigned(records, tenant, now() - DENIALS_KEPT_MS));
    if (unassigned === null || evidence === null) return null;
    const assigned = new Set<string>(settings.named.assigned.map(({ id }) => id));
    const { peak, usedDays } = evidence;
    const refused = unassigned.filter((id) => !assigned.has(id)).length;
    return { licences: full.named.licences, assigned: full.named.assigned, refused, peak, usedDays };
  };

  const page = async (
    c: AdminContext,
    visitor: Person,
    view: AdminView,
    said: { whatIf?: WhatIfAnswer; recount?: Recount } = {},
  ) => {
    const zone = view.settings.timeZone;
    const period = readPeriod(c);
    const [shown, recommendation] = await Promise.all([
      askRecords(() => readDays(view.settings, Number(period))),
      askRecords(() => readRecommendation(records, tenant, view, now())),
    ]);
    const { measure } = view.full;
    const hasPool = measure === "concurrent" || measure === "mixed";
    const last = dayOf(zone, now());
    return answerPage(
      c,
      <UsagePage
        visitor={visitor}
        view={view}
        period={period}
        first={shown?.first ?? last}
        last={shown?.last ?? last}
        usage={shown?.usage ?? null}
        recommendation={hasPool ? recommendation : null}
        named={measure === "named" ? await readNamed(view, recommendation?.evidence ?? null) : null}
        whatIf={said.whatIf ?? null}
        recount={said.recount ?? null}
      />,
      said.whatIf !== undefined && "fault" in said.whatIf ? 422 : 200,
    );
  };

  app.get(
    PATHS.usage,
    door.asManager((c, visitor, view) => page(c, visitor, view)),
  );

  app.get(
    PATHS.usageFile,
    door.asManager(async (c, visitor, { settings: { timeZone: zone, refusalToleranceMs: toleranceMs } }) => {
      const early = await door.spend(c, visitor, "export");
      if (early !== null) return early;
      const format = readFormat(c.req.query("format"));
      if (format === null) return door.stateProblem(c, { code: "out_of_range", says: sentence("format") });
      const days = Number(readPeriod(c));
      const from = startOfDay(zone, dayOf(zone, now()) - days + 1);
      const ask = { zone, from, to: now(), by: "day", pool: "", toleranceMs, size: days } as const;
      const rows = await readSeries(records, tenant, ask);
      const file = writeItems(
        "usage",
        rows.map((row) => usageItem(ask, row)),
        format,
      );
      return answerExport(file, format, `hotseat-usage-${tenant}`, now());
    }),
  );

  app.get(
    PATHS.whatIf,
    door.asManager(async (c, visitor, view) => {
      const early = await door.spend(c, visitor, "what_if");
      if (early !== null) return early;
      const typed = (name: string) => (c.req.query(name) ?? "").slice(0, 200);
      const whatIf = await answerWhatIf(view, {
        limit: typed("limit"),
        minutes: typed("minutes"),
        group: typed("group"),
        reserved: typed("reserved"),
        most: typed("most"),
      });
      return page(c, visitor, view, { whatIf });
    }),
  );

  const answerWhatIf = async (view: AdminView, typed: WhatIfTyped): Promise<WhatIfAnswer> => {
    const refuse = (fault: Sentence, field?: keyof WhatIfTyped) => ({ fault, field, typed });
    const [limit, minutes] = [readWhole(typed.limit), readWhole(typed.minutes)];
    if (limit === null || limit < 1 || limit > LIMIT_MAX)
      return refuse(sentence("limitRange", { most: LIMIT_MAX }), "limit");
    const [least, most] = [IDLE_TIMEOUT_MIN_MS / MINUTE_MS, IDLE_TIMEOUT_MAX_MS / MINUTE_MS];
    if (minutes === null || minutes < least || minutes > most) {
      return refuse(sentence("idleRange", { least, most }), "minutes");
    }
    const pool = readPool(typed, limit);
    if (pool !== null && "fault" in pool) return refuse(pool.fault, pool.field);
    const zone = view.settings.timeZone;
    const replayed = await askRecords(async () => {
      const { usage } = await readDays(view.settings, EVIDENCE_DAYS);
      const days = usage.days
        .filter(({ grants }) => grants > 0)
        .sort((a, b) => b.wanted - a.wanted || b.denials - a.denials)
        .slice(0, REPLAYED_MOST);
      const stretches = days.map(({ day }) => ({ from: startOfDay(zone, day), to: startOfDay(zone, day + 1) }));
      const histories = await readHistory(records, tenant, stretches);
      const was = {
        limit: view.limit,
        idleTimeoutMs: view.idleTimeoutMs,
        wasIdleTimeoutMs: view.idleTimeoutMs,
        pool: null,
        toleranceMs: view.settings.refusalToleranceMs,
      };
      const replay = (scenario: Scenario) =>
        histories.map((history) => replayHistory(history, scenario)).reduce(addReplay, NOTHING);
      return {
        typed,
        limit,
        minutes,
        pool,
        days: histories.length,
        asked: days.length,
        today: replay(was),
        tried: replay({ ...was, limit, idleTimeoutMs: minutes * MINUTE_MS, pool }),
        real: days.slice(0, histories.length).reduce(addReplay, NOTHING),
      };
    }, PATIENCE_MS);
    return replayed ?? refuse(sentence("recordsLater"));
  };

  app.post(
    PATHS.recount,
    door.asChange(async (c, visitor) => {
      const form = await readForm(c.req.raw, RecountForm);
      if (!form.ok) return door.stateProblem(c, form.error);
      if (visitor.role !== "admin" && visitor.role !== "support") {
        return door.stateProblem(c, { code: "forbidden", says: sentence("recountFor") });
      }
      const early = await door.spend(c, visitor, "recount");
      if (early !== null) return early;
      const view = await door.look(c, visitor);
      if (!view.ok) return door.stateProblem(c, view.error);
      return page(c, visitor, view.value, {
        recount: await recountUsage(records, tenant, { mend: form.value.mend === "yes" }),
      });
    }),
  );
}

function readPeriod(c: AdminContext): Period {
  const typed = c.req.query("period") ?? "90";
  return isPeriod(typed) ? typed : "90";
}

/** null: no group was chosen. A fault is a sentence, with the field that is wrong. */
function readPool(
  { group, reserved, most }: WhatIfTyped,
  limit: number,
): Scenario["pool"] | { fault: Sentence; field: "reserved" | "most" } {
  if (group === "") return null;
  const [kept, highest] = [readWhole(reserved === "" ? "0" : reserved), most === "" ? null : readWhole(most)];
  if (kept === null || kept < 0 || kept > limit) {
    return { fault: sentence("whatIfReserved", { limit }), field: "reserved" };
  }
  if (most !== "" && (highest === null || highest < 1 || highest < kept || highest > LIMIT_MAX)) {
    const fault = sentence("whatIfMost");
    return { fault, field: "most" };
  }
  return { group, reserved: kept, most: highest };
}

const NOTHING: Replay = { denials: 0, waitedMs: 0, lostMs: 0, peak: 0 };

const addReplay = (a: Replay, b: Replay): Replay => ({
  denials: a.denials + b.denials,
  waitedMs: a.waitedMs + b.waitedMs,
  lostMs: a.lostMs + b.lostMs,
  peak: Math.max(a.peak, b.peak),
});
