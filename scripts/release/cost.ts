/**
 * `npm run cost`: what Hotseat costs on Cloudflare per month, from counts that the benchmarks measured and from
 * Cloudflare's published prices. With --write it puts its table into README.md and docs/performance.md.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { explain, Refusal, refusedOption } from "../cli/command-refusal.ts";
import { layTable } from "./doc-tables.ts";

/** What one person or one firm makes happen, each with the command that measured it. */
export const MEASURED = {
  /** Claims and renewals of the gate: test/worker/gate/admission/calls.test.ts. */
  gateCallsPerHour: 1.7 * 60,
  /** Heartbeats and other calls of the extension, each also a call of the object: `npm run bench:extension`. */
  extensionRequestsPerHour: 82,
  /** Rows of presence for every thousand people at work: `npm run bench -- --only rows`. */
  presenceRowsPerMinute: 12,
  /** Rows of the audit for each person and day: the ninety days of the demo (`npm start`). */
  eventsPerDay: 5,
  /** Rows written for each of them: in the object when it happens and when it is delivered, in D1 with its index; two of five end a stay, which is a row more. */
  rowsPerEvent: 4.4,
  /** Bytes of each in D1. */
  bytesPerEvent: 385,
  /** The Worker's time for a request, CRM page or call, rounded up: `npm run bench -- --only gate`. */
  cpuMsPerRequest: 1,
} as const;

/** USD, Workers Paid. Read in November 2026. */
export const PRICES = {
  /** https://developers.cloudflare.com/workers/platform/pricing/ */
  plan: 5,
  requests: { included: 10e6, perMillion: 0.3 },
  cpuMs: { included: 30e6, perMillion: 0.02 },
  /** https://developers.cloudflare.com/durable-objects/platform/pricing/ */
  objectRequests: { included: 1e6, perMillion: 0.15 },
  objectGbSeconds: { included: 400e3, perMillion: 12.5 },
  objectRows: { included: 50e6, perMillion: 1 },
  objectGb: 0.128,
  /** https://developers.cloudflare.com/d1/platform/pricing/ */
  recordsRows: { included: 50e6, perMillion: 1 },
  recordsGb: { included: 5, perGb: 0.75 },
} as const;

/** How a firm works. */
export interface Firm {
  people: number;
  /** Hours a day that each of them has a CRM page in use. */
  hours: number;
  days: number;
  /** Requests to the CRM, pages and what they load, for each such hour. */
  requestsPerHour: number;
  /** Hours a day in which anybody works, so that the object is in memory. */
  openHours: number;
}

export const USUAL: Omit<Firm, "people"> = { hours: 4, days: 22, requestsPerHour: 600, openHours: 12 };
export const SIZES = [50, 500, 5_000];

export interface Bill {
  requests: number;
  objectCalls: number;
  gbSeconds: number;
  rows: number;
  /** USD a month. */
  parts: Readonly<Record<"plan" | "Worker" | "object" | "records", number>>;
  total: number;
}

const over = (count: number, { included, perMillion }: { included: number; perMillion: number }): number =>
  (Math.max(0, count - included) / 1e6) * perMillion;

/** What a month of the firm costs where nothing else is on the account. */
export function billOf({ people, hours, days, requestsPerHour, openHours }: Firm): Bill {
  const personHours = people * hours * days;
  const requests = personHours * (requestsPerHour + MEASURED.extensionRequestsPerHour);
  const objectCalls = personHours * (MEASURED.gateCallsPerHour + MEASURED.extensionRequestsPerHour);
  const gbSeconds = openHours * days * 3_600 * PRICES.objectGb;
  const events = people * days * MEASURED.eventsPerDay;
  const presence = Math.max(1, people / 1_000) * MEASURED.presenceRowsPerMinute * 60 * openHours * days;
  const rows = events * MEASURED.rowsPerEvent + presence;
  // Thirteen months of records.
  const gigabytes = (events * 13 * MEASURED.bytesPerEvent) / 1e9;
  const parts = {
    plan: PRICES.plan,
    Worker: over(requests, PRICES.requests) + over(requests * MEASURED.cpuMsPerRequest, PRICES.cpuMs),
    object:
      over(objectCalls, PRICES.objectRequests) +
      over(gbSeconds, PRICES.objectGbSeconds) +
      over(rows, PRICES.objectRows),
    records:
      over(events * MEASURED.rowsPerEvent, PRICES.recordsRows) +
      Math.max(0, gigabytes - PRICES.recordsGb.included) * PRICES.recordsGb.perGb,
  };
  const total = Object.values(parts).reduce((sum, part) => sum + part, 0);
  return { requests, objectCalls, gbSeconds, rows, parts, total };
}

const millions = (count: number): string => `${(count / 1e6).toFixed(count < 1e7 ? 1 : 0)} million`;
const dollars = (sum: number): string => `$${sum.toFixed(2)}`;
const count = (value: number): string => value.toLocaleString("en");

/** One row per size of firm, as in the docs. */
export function costTable(firms: readonly Firm[]): string {
  const rows = firms.map((firm) => {
    const { requests, objectCalls, gbSeconds, parts, total } = billOf(firm);
    return [
      count(firm.people),
      millions(requests),
      millions(objectCalls),
      `${count(Math.round(gbSeconds / 1_000))},000 GB-s`,
      dollars(parts.Worker),
      dollars(parts.object + parts.records),
      `**${dollars(total)}**`,
    ];
  });
  const head = [
    "people",
    "requests",
    "calls of the object",
    "its time",
    "Worker",
    "object, D1",
    "a month, with the $5 plan",
  ];
  return layTable([head, ...rows]);
}

const BEGIN = "<!-- cost: made by npm run cost -- --write -->";
const END = "<!-- end of cost -->";
const ROOT = join(import.meta.dirname, "../..");
export const COST_PAGES = ["README.md", "docs/performance.md"].map((page) => join(ROOT, page));

/** The page with the table of now in place of the one that it has. */
export function withCosts(page: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from === -1 || to === -1) throw new Error(`the page has lost its marks ${BEGIN} and ${END}`);
  const table = costTable(SIZES.map((people) => ({ people, ...USUAL })));
  return `${page.slice(0, from)}${BEGIN}\n\n${table}\n\n${page.slice(to)}`;
}

const HELP = `npm run cost -- [--people N,N] [--hours N] [--days N] [--requests N] [--write]

What Hotseat costs on Cloudflare per month, in US dollars, on an account that has nothing else on it.

  --people N,N     how many use the CRM (${SIZES.join(",")})
  --hours N        hours a day that each has a CRM page in use (${USUAL.hours})
  --days N         days a month (${USUAL.days})
  --requests N     requests to the CRM for each such hour (${USUAL.requestsPerHour})
  --open N         hours a day in which anybody works (${USUAL.openHours})
  --write          put the table into README.md and docs/performance.md`;

function readNumber(name: string, text: string | undefined, usual: number): number {
  if (text === undefined) return usual;
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Refusal(`--${name} takes a number above 0, not ${JSON.stringify(text)}.`);
}

function readWish(args: string[]): { firms: Firm[]; write: boolean } | "help" {
  const text = { type: "string" } as const;
  const options = { people: text, hours: text, days: text, requests: text, open: text } as const;
  try {
    const { values } = parseArgs({
      args,
      options: { ...options, write: { type: "boolean" }, help: { type: "boolean", short: "h" } },
    });
    if (values.help) return "help";
    const firm = {
      hours: readNumber("hours", values.hours, USUAL.hours),
      days: readNumber("days", values.days, USUAL.days),
      requestsPerHour: readNumber("requests", values.requests, USUAL.requestsPerHour),
      openHours: readNumber("open", values.open, USUAL.openHours),
    };
    const sizes = (values.people ?? SIZES.join(",")).split(",").map((size) => readNumber("people", size, 0));
    return { firms: sizes.map((people) => ({ people, ...firm })), write: values.write ?? false };
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw refusedOption(error, "npm run cost");
  }
}

if (import.meta.main) {
  try {
    const wish = readWish(process.argv.slice(2));
    if (wish === "help") console.log(HELP);
    else {
      console.log(costTable(wish.firms));
      if (wish.write) for (const page of COST_PAGES) writeFileSync(page, withCosts(readFileSync(page, "utf8")));
    }
  } catch (error) {
    process.exitCode = explain(error);
  }
}
