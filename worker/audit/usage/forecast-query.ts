/** R3: the forecast from the records. */
import { HOUR_MS, MINUTE_MS } from "../../../shared/durations.ts";
import type { TenantId } from "../../../shared/ids.ts";
import { dayOf, momentOf, startOfDay } from "../time-zone.ts";
import { demandByHour, readRefusalSpans } from "./demand-query.ts";
import { FORECAST_WEEKS, type Forecast, forecastHours } from "./forecast.ts";
import { readSeries } from "./usage-series.ts";

/** A boost begins so much later than the minute that was typed, at most: by the time that its form was under way. */
const LATE_MS = MINUTE_MS;

export interface ForecastView extends Forecast {
  /** What is in no figure: short waits (R1), and refusals that no limit changes. */
  brief: number;
  ignored: number;
}

/** What of the tenant's settings counts. */
export interface ForecastOf {
  limit: number;
  settings: {
    timeZone: string;
    refusalToleranceMs: number;
    /** Those with times of their own in between are not counted on. */
    boosts: readonly { extra: number; from: number; until: number; windows?: readonly unknown[] | undefined }[];
  };
}

/** Forecasts the two weeks after that of `now` (ms) from the `FORECAST_WEEKS` weeks before it. */
export async function readForecast(
  db: D1Database,
  tenant: TenantId,
  { limit, settings }: ForecastOf,
  now: number,
): Promise<ForecastView> {
  const { timeZone: zone, refusalToleranceMs: toleranceMs, boosts } = settings;
  const last = dayOf(zone, now) - 1;
  const first = last - 7 * FORECAST_WEEKS + 1;
  const period = { from: startOfDay(zone, first), to: startOfDay(zone, last + 1) };
  const [series, refusals] = await Promise.all([
    readSeries(db, tenant, {
      zone,
      ...period,
      now: period.to,
      by: "hour",
      pool: "",
      toleranceMs,
      size: 24 * 7 * FORECAST_WEEKS + 2,
    }),
    readRefusalSpans(db, tenant, period),
  ]);
  const hours = new Map<number, number>();
  // An hour that the clock repeats is one here, with the higher of both.
  for (const { step, peak } of series) hours.set(step, Math.max(hours.get(step) ?? 0, peak));
  const demand = demandByHour(refusals, { zone, toleranceMs });
  for (const [hour, wanted] of demand.hours) hours.set(hour, Math.max(hours.get(hour) ?? 0, wanted));
  const limitAt = (hour: number): number => {
    const from = momentOf(zone, hour);
    const running = boosts.filter(
      (one) => one.windows === undefined && one.from < from + LATE_MS && one.until > from + HOUR_MS - LATE_MS,
    );
    return running.reduce((sum, { extra }) => sum + extra, limit);
  };
  return { ...forecastHours({ first, last, hours }, limitAt), brief: demand.brief, ignored: demand.ignored };
}
