/** R7: what each address for reading programs asks of the records, and the items that it makes of the answer. */
import { MINUTE_MS } from "../../shared/durations.ts";
import type { TenantId } from "../../shared/ids.ts";
import type { DoorProblem, Problem } from "../../shared/problem.ts";
import type { ItemOf, ReadName } from "../../shared/read-protocol.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import { DENIALS_KEPT_MS } from "../../shared/timing.ts";
import { writePage } from "../audit/audit-export.ts";
import { type AuditRow, EVERYTHING, listAudit, readRange } from "../audit/audit-query.ts";
import { listDenialsFrom } from "../audit/denials/denial-query.ts";
import { pastItems } from "../audit/denials/past-items.ts";
import { readPastRefusal } from "../audit/denials/past-scene.ts";
import { lastErasure } from "../audit/directory.ts";
import { iso } from "../audit/item-values.ts";
import { readCompliance } from "../audit/report/compliance.ts";
import { reportItems } from "../audit/report/report-items.ts";
import { dayOf, startOfDay } from "../audit/time-zone.ts";
import { adviceItems } from "../audit/usage/advice-items.ts";
import { readAdvice } from "../audit/usage/advice-query.ts";
import { forecastItems } from "../audit/usage/forecast-items.ts";
import { readForecast } from "../audit/usage/forecast-query.ts";
import type { Prices } from "../audit/usage/mix.ts";
import { mixItems } from "../audit/usage/mix-items.ts";
import { readMix } from "../audit/usage/mix-query.ts";
import { searchInTurn } from "../audit/usage/mix-turn.ts";
import { personItems } from "../audit/usage/people-items.ts";
import { readPeopleUse } from "../audit/usage/people-usage.ts";
import { teamItems } from "../audit/usage/teams-items.ts";
import { readTeams } from "../audit/usage/teams-usage.ts";
import { usageItem } from "../audit/usage/usage-items.ts";
import { QUARTER_MS } from "../audit/usage/usage-rows.ts";
import { readSeries, type Step } from "../audit/usage/usage-series.ts";
import { whatIfItems } from "../audit/usage/what-if-items.ts";
import { judgeWhatIf, readWhatIf } from "../audit/usage/what-if-query.ts";
import { isBrief } from "../ledger/brief-refusal.ts";
import { managerItems } from "../tenant/manager-items.ts";
import type { Costly } from "../tenant/rate-limit.ts";
import type { AdminView, Manager } from "../tenant/tenant-calls.ts";
import { warningItems } from "../tenant/warning-items.ts";
import { keepMix, keptMix } from "./mix-kept.ts";

/** A question as it was read: a period of whole local days, ms. */
export interface Ask {
  records: D1Database;
  tenant: TenantId;
  zone: string;
  now: number;
  from: number;
  to: number;
  size: number;
  cursor: string | null;
  by: Step;
  pool: string;
  /** R1. */
  toleranceMs: number;
  /** Who has a licence of their own. */
  named: readonly { id: string; name: string }[];
  /** How things stand now. */
  view: AdminView;
  /** Of the address of one refusal: which. */
  refusal: { id: string; at: number };
  /** R3: settings to try, as they were typed; null: left out. */
  tried: Record<"limit" | "minutes" | "reserved" | "most", number | null> & { group: string };
  /** A12. */
  managers(): Promise<Result<Manager[], Problem>>;
  /** Of one licence of the pool and of one's own. */
  prices: Prices;
  /** A10: what costs more than one question of the records. */
  spend(on: Costly): Promise<Result<unknown, DoorProblem>>;
}

export interface Page<N extends ReadName> {
  items: ItemOf<N>[];
  next: string | null;
  /** The page as CSV, where it is more than its items. */
  csv?: string;
}

type Read<N extends ReadName> = (ask: Ask) => Promise<Result<Page<N>, DoorProblem>>;

export const READS: { [N in ReadName]: Read<N> } = {
  usage,
  refusals,
  audit,
  report,
  people,
  teams,
  mix,
  forecast,
  advice,
  whatIf,
  managers,
  warnings,
  refusal,
};

const NO_GROUP: DoorProblem = {
  code: "out_of_range",
  field: "group",
  detail: "`reserved` and `most` are a group's: name it as `group`, or leave them out.",
};

const NO_CURSOR: DoorProblem = {
  code: "out_of_range",
  field: "cursor",
  detail: "Send the cursor that the answer before named as `next`, or none.",
};

/** The first `size` of rows that were asked for with one more. */
function cut<T>(rows: readonly T[], size: number): { kept: T[]; after: T | null } {
  return { kept: rows.slice(0, size), after: rows[size] ?? null };
}

async function usage(ask: Ask): Promise<Result<Page<"usage">, DoorProblem>> {
  const { cursor, from, size } = ask;
  if (cursor !== null && !/^\d{1,9}$/.test(cursor)) return err(NO_CURSOR);
  const begin = cursor === null ? from : Math.max(from, Number(cursor) * QUARTER_MS);
  const rows = await readSeries(ask.records, ask.tenant, { ...ask, from: begin, size: size + 1 });
  const { kept, after } = cut(rows, size);
  return ok({ items: kept.map((row) => usageItem(ask, row)), next: after === null ? null : String(after.quarter) });
}

async function refusals(ask: Ask): Promise<Result<Page<"refusals">, DoorProblem>> {
  const { records, tenant, now, from, to, size, cursor, toleranceMs } = ask;
  const [, at = "", id = ""] = /^(\d{1,15})~(.+)$/.exec(cursor ?? "") ?? [];
  if (cursor !== null && id === "") return err(NO_CURSOR);
  const after = cursor === null ? null : { at: Number(at), id };
  const begin = Math.max(from, now - DENIALS_KEPT_MS);
  const rows = await listDenialsFrom(records, tenant, { from: begin, to, after, size: size + 1 });
  const { kept, after: more } = cut(rows, size);
  const last = kept.at(-1);
  return ok({
    items: kept.map(({ holder, firstAt, lastAt, waitedMs, ...row }) => ({
      ...row,
      person: holder,
      firstAt: iso(firstAt),
      lastAt: iso(lastAt),
      waitedSeconds: Math.round(waitedMs / 1_000),
      brief: isBrief({ outcome: row.outcome, waitedMs }, toleranceMs),
      observed: row.observed === 1,
    })),
    next: more === null || last === undefined ? null : `${last.firstAt}~${last.id}`,
  });
}

async function audit({
  records,
  tenant,
  now,
  from,
  to,
  size,
  cursor,
}: Ask): Promise<Result<Page<"audit">, DoorProblem>> {
  if (cursor !== null && !/^\d{1,12}$/.test(cursor)) return err(NO_CURSOR);
  const range = await readRange(records, tenant, { from, to });
  const first = Math.max(range.first, Number(cursor ?? 0) + 1);
  const rows = await listAudit(records, tenant, EVERYTHING, { first, last: range.last }, { size: size + 1 });
  const { kept, after } = cut(rows, size);
  return ok({
    items: kept.map(auditItem),
    next: after === null ? null : String(kept.at(-1)?.seq),
    csv: await writePage(records, tenant, { first, rows: kept }, now),
  });
}

const auditItem = ({ body, texts, at, holder, holderName, holderEmail: _, ...row }: AuditRow): ItemOf<"audit"> => ({
  ...row,
  at,
  time: iso(at),
  person: holder,
  personName: holderName,
  body: JSON.parse(body),
  texts: JSON.parse(texts),
});

async function report({
  records,
  tenant,
  now,
  from,
  to,
  size,
  cursor,
}: Ask): Promise<Result<Page<"report">, DoorProblem>> {
  if (!isTableCursor(cursor)) return err(NO_CURSOR);
  const all = reportItems(await readCompliance(records, tenant, { from, to: Math.min(to, now) }));
  const begin = Number(cursor ?? 0);
  const end = begin + size;
  return ok({ items: all.slice(begin, end), next: end < all.length ? String(end) : null });
}

/** The days of a question without any: the last thirty. */
export function usualDays(zone: string, now: number): { from: number; to: number } {
  const today = dayOf(zone, now);
  return { from: startOfDay(zone, today - 29), to: startOfDay(zone, today + 1) };
}

const isTableCursor = (cursor: string | null): boolean => cursor === null || /^\d{1,9}$/.test(cursor);

/** A table that is made whole: the cursor counts its rows. */
function pageOfTable<N extends ReadName>(items: ItemOf<N>[], { cursor, size }: Ask): Result<Page<N>, DoorProblem> {
  if (!isTableCursor(cursor)) return err(NO_CURSOR);
  const first = Number(cursor ?? 0);
  const { kept, after } = cut(items.slice(first), size);
  return ok({ items: kept, next: after === null ? null : String(first + size) });
}

async function people(ask: Ask): Promise<Result<Page<"people">, DoorProblem>> {
  const { records, tenant, zone, from, to, now, toleranceMs, named } = ask;
  const uses = await readPeopleUse(records, tenant, { zone, from, to: Math.min(to, now), toleranceMs, named });
  return pageOfTable<"people">(personItems(uses), ask);
}

async function forecast(ask: Ask): Promise<Result<Page<"forecast">, DoorProblem>> {
  const found = await readForecast(ask.records, ask.tenant, ask.view, ask.now);
  return pageOfTable<"forecast">(forecastItems(found, ask.zone), ask);
}

async function mix(ask: Ask): Promise<Result<Page<"mix">, DoorProblem>> {
  const { records, tenant, from, to, now, cursor, prices, view } = ask;
  if (!isTableCursor(cursor)) return err(NO_CURSOR);
  // R9: a name that was erased meanwhile is in no page any more.
  const question = JSON.stringify([tenant, from, to, prices, view.version, await lastErasure(records, tenant)]);
  const kept = cursor === null ? null : keptMix(question, now);
  if (kept !== null) return pageOfTable<"mix">(mixItems(kept), ask);
  const spent = await ask.spend("mix");
  if (!spent.ok) return spent;
  const found = await searchInTurn(() => readMix(records, tenant, { ...ask, to: Math.min(to, now) }));
  return found.ok ? pageOfTable<"mix">(mixItems(keepMix(question, found.value, now)), ask) : found;
}

async function teams(ask: Ask): Promise<Result<Page<"teams">, DoorProblem>> {
  const { records, tenant, zone, from, to, now } = ask;
  const found = await readTeams(records, tenant, { zone, from, to: Math.min(to, now), group: ask.tried.group });
  return pageOfTable<"teams">(teamItems(found), ask);
}

async function advice(ask: Ask): Promise<Result<Page<"advice">, DoorProblem>> {
  return pageOfTable<"advice">(adviceItems(await readAdvice(ask.records, ask.tenant, ask.view, ask.now)), ask);
}

async function whatIf(ask: Ask): Promise<Result<Page<"whatIf">, DoorProblem>> {
  const { records, tenant, view, tried, now } = ask;
  const { measure } = view.full;
  if (measure === "named" || measure === "records") return pageOfTable<"whatIf">([], ask);
  const { limit, minutes, group, reserved, most } = tried;
  if (group === "" && (reserved !== null || most !== null)) return err(NO_GROUP);
  const wish = judgeWhatIf({
    limit: limit ?? view.limit,
    minutes: minutes ?? Math.round(view.idleTimeoutMs / MINUTE_MS),
    group,
    reserved: reserved ?? 0,
    most: most ?? "none",
  });
  if (!wish.ok) return err({ code: "out_of_range", ...wish.error });
  const spent = await ask.spend("what_if");
  if (!spent.ok) return spent;
  return pageOfTable<"whatIf">(whatIfItems(view, await readWhatIf(records, tenant, view, wish.value, now)), ask);
}

async function managers(ask: Ask): Promise<Result<Page<"managers">, DoorProblem>> {
  const found = await ask.managers();
  return found.ok ? pageOfTable<"managers">(managerItems(found.value, ask.view.settings.pools), ask) : found;
}

async function warnings(ask: Ask): Promise<Result<Page<"warnings">, DoorProblem>> {
  return pageOfTable<"warnings">(warningItems(ask.view.warnings), ask);
}

async function refusal(ask: Ask): Promise<Result<Page<"refusal">, DoorProblem>> {
  const past = await readPastRefusal(ask.records, ask.tenant, ask.refusal, ask.view.settings);
  if (past === null) {
    const detail =
      "The audit has no refusal of this id that began at this moment: send `id` and `firstAt` of an item of `read/refusals` that is not `observed`.";
    return err({ code: "not_found", field: "id", detail });
  }
  return pageOfTable<"refusal">(pastItems(past), ask);
}
