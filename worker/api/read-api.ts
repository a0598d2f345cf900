/** R7: the records for programs: a token of the policy `read`, JSON or CSV, page by page. Changes nothing. */

import { type Context, Hono } from "hono";
import { DAY_MS } from "../../shared/durations.ts";
import type { DoorProblem } from "../../shared/problem.ts";
import {
  fieldsOf,
  READ_API,
  READ_DAYS_MOST,
  READ_SIZE,
  READ_SIZE_MOST,
  type ReadName,
} from "../../shared/read-protocol.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import { writeLine } from "../audit/csv.ts";
import { readDays } from "../audit/day-range.ts";
import { columnsOf } from "../audit/item-file.ts";
import { readPrice } from "../audit/usage/mix-query.ts";
import type { Costly } from "../tenant/rate-limit.ts";
import type { AdminView, Person } from "../tenant/tenant-calls.ts";
import { holderOfToken, type TokenRow } from "../tenant/tokens/token.ts";
import { answerJson } from "./answer.ts";
import type { ApiEnv, ApiPorts } from "./api-request.ts";
import { describeFault } from "./fault.ts";
import { answerToken } from "./pipeline.ts";
import { READ_CSV_TYPE, READ_ENDPOINTS } from "./read-endpoints.ts";
import { type Ask, type Page, READS, usualDays } from "./read-items.ts";

/** Routes under `/.hotseat/api/read/`. */
export function createReadApi(ports: ApiPorts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  for (const name of Object.keys(READ_API) as ReadName[]) {
    const endpoint = READ_ENDPOINTS[name];
    app.get(endpoint.path, (c) =>
      answerToken(c, ports.tenant, endpoint, (token) => answerItems(c, ports, name, token)),
    );
  }
  return app;
}

async function answerItems(
  c: Context<ApiEnv>,
  ports: ApiPorts,
  name: ReadName,
  token: TokenRow,
): Promise<Result<Response, DoorProblem>> {
  const { tenant } = ports;
  const query = readQuery(c, name);
  if (!query.ok) return query;
  const reader = readerOf(token);
  const spend = (on: Costly) => tenant.records(reader, { do: "spend", on });
  const spent = await spend("read");
  if (!spent.ok) return spent;
  // A11: the CRM is asked at most every ten minutes.
  const looked = name === "warnings" ? await tenant.checkOrigin(reader) : ok(null);
  if (!looked.ok) return looked;
  const view = await tenant.adminView(reader);
  if (!view.ok) return view;
  const managers = () => tenant.listManagers(reader);
  const ask = readAsk(query.value, view.value, ports, { spend, managers });
  if (!ask.ok) return ask;
  // The table pairs each name with its own items, which TypeScript cannot follow through a variable name.
  const page = await (READS[name] as (ask: Ask) => Promise<Result<Page<ReadName>, DoorProblem>>)(ask.value);
  if (!page.ok) return page;
  const { items, next, csv } = page.value;
  const response = query.value.format === "csv" ? answerCsv(csv ?? tableOf(name, items)) : answerJson({ items, next });
  if (next !== null) response.headers.set("link", `<${addressOf(c, next)}>; rel="next"`);
  return ok(response);
}

/** Reads as a licence manager does, and stands as itself in what is counted. */
const readerOf = ({ id, name }: TokenRow): Person => ({
  id: holderOfToken(id),
  name,
  email: null,
  role: "licence_manager",
  isProgram: true,
});

type Tried = "limit" | "minutes" | "reserved" | "most";
type Query = Partial<
  Record<
    | "from"
    | "to"
    | "format"
    | "size"
    | "cursor"
    | "by"
    | "pool"
    | "id"
    | "at"
    | "concurrent"
    | "named"
    | Tried
    | "group",
    string
  >
>;

/** A parameter that an address does not have is refused: a misspelled filter would answer everything. */
function readQuery(c: Context<ApiEnv>, name: ReadName): Result<Query, DoorProblem> {
  const parsed = READ_API[name].query.safeParse(c.req.query());
  if (parsed.success) return ok(parsed.data as Query);
  return err({ code: "malformed", ...describeFault(parsed.error) });
}

function readAsk(
  query: Query,
  view: AdminView,
  { config, records, now }: ApiPorts,
  calls: Pick<Ask, "spend" | "managers">,
): Result<Ask, DoorProblem> {
  const { timeZone: zone, refusalToleranceMs, named } = view.settings;
  const out = (field: string, detail: string) => err({ code: "out_of_range" as const, field, detail });
  const days = readDays(zone, { from: query.from ?? "", to: query.to ?? "" });
  if (!days.ok) return err({ code: "out_of_range", ...days.error });
  const at = now();
  const usual = usualDays(zone, at);
  const to = days.value.to ?? usual.to;
  const from = days.value.from ?? Math.min(usual.from, to - DAY_MS);
  if (from >= to) return out("from", "The first day must not be after the last.");
  if (to - from > READ_DAYS_MOST * DAY_MS + DAY_MS / 2) {
    return out("from", `Ask for at most ${READ_DAYS_MOST} days at once: the records are kept so long.`);
  }
  const size = Number(query.size ?? READ_SIZE);
  if (size > READ_SIZE_MOST) return out("size", `The size is a whole number from 1 to ${READ_SIZE_MOST}.`);
  const by = query.by === "hour" ? "hour" : "day";
  const period = { from, to, zone, now: at, toleranceMs: refusalToleranceMs, named: named.assigned };
  const page = { size, cursor: query.cursor ?? null, by, pool: query.pool ?? "" } as const;
  const [concurrent, own] = [readPrice(query.concurrent ?? "1"), readPrice(query.named ?? "1")];
  if (concurrent === null || own === null)
    return out(concurrent === null ? "concurrent" : "named", "The price of a licence is more than 0.");
  const prices = { concurrent, named: own };
  const refusal = { id: query.id ?? "", at: Date.parse(query.at ?? "") || 0 };
  const numberOf = (name: Tried) => (query[name] === undefined ? null : Number(query[name]));
  const [limit, minutes, reserved, most] = [
    numberOf("limit"),
    numberOf("minutes"),
    numberOf("reserved"),
    numberOf("most"),
  ];
  const tried = { limit, minutes, reserved, most, group: query.group ?? "" };
  return ok({ records, tenant: config.tenant, view, refusal, prices, tried, ...calls, ...period, ...page });
}

function addressOf(c: Context<ApiEnv>, cursor: string): string {
  const url = new URL(c.req.url);
  url.searchParams.set("cursor", cursor);
  return url.pathname + url.search;
}

function tableOf(name: ReadName, items: readonly object[]): string {
  const fields = fieldsOf(name);
  const cellOf = (value: unknown) => (typeof value === "boolean" ? String(value) : (value as string | number | null));
  const lines = items.map((item) => writeLine(fields.map((field) => cellOf((item as Record<string, unknown>)[field]))));
  return writeLine(columnsOf(name)) + lines.join("");
}

function answerCsv(text: string): Response {
  return new Response(text, {
    headers: {
      "content-type": READ_CSV_TYPE,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": "same-origin",
    },
  });
}
