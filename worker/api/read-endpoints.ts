/** R7: the contract of the addresses for reading programs. */
import { API_PATH } from "../../shared/protocol.ts";
import {
  addressOfRead,
  pageOf,
  READ_API,
  READ_DAYS_MOST,
  READ_FORMATS,
  READ_SIZE,
  READ_SIZE_MOST,
  type ReadName,
} from "../../shared/read-protocol.ts";
import type { Endpoint } from "./endpoint.ts";
import { READ_EXAMPLES } from "./read-examples.ts";

export const READ_CSV_TYPE = "text/csv; charset=utf-8; header=present";

type Field = NonNullable<Endpoint["query"]>[number];

const day = { type: "string", format: "date" };
const price = { type: "string", pattern: "^\\d{1,7}(\\.\\d{1,2})?$" };

const DAYS: readonly Field[] = [
  { name: "from", schema: day, description: "First day, in the firm's time zone; left out: the last thirty days." },
  {
    name: "to",
    schema: day,
    description: `Last day, which is part of the answer; at most ${READ_DAYS_MOST} days from the first.`,
  },
];
const PAGES: readonly Field[] = [
  {
    name: "format",
    schema: { type: "string", enum: [...READ_FORMATS] },
    description: "`json`, or `csv` with the same items as a table.",
  },
  {
    name: "size",
    schema: { type: "integer", minimum: 1, maximum: READ_SIZE_MOST },
    description: `Items of one answer, ${READ_SIZE} unless it says another number.`,
  },
  {
    name: "cursor",
    schema: { type: "string", maxLength: 200 },
    description: "`next` of the answer before, with all other fields as they were.",
  },
];

const READ: Record<ReadName, { summary: string; description: string; query?: readonly Field[] }> = {
  usage: {
    summary: "Use of licences by day or hour.",
    description:
      "Oldest first; days or hours without use are missing. The hour that is not over yet still grows. A pool's own use is asked for by its id.",
    query: [
      { name: "by", schema: { type: "string", enum: ["day", "hour"] }, description: "`day` unless it says `hour`." },
      { name: "pool", schema: { type: "string" }, description: "Id of a pool; left out: everybody." },
    ],
  },
  refusals: {
    summary: "Everybody who wanted a licence and got none.",
    description:
      "One item per episode, in the order in which they began, kept for sixty days. An open episode changes until it is over: read the last day again.",
  },
  audit: {
    summary: "The audit, row by row, with its hashes.",
    description:
      "Oldest first. Each page as CSV is a file that `verify-audit.mjs` verifies by itself; the `prev` of a page's first row is the hash of the last row before.",
  },
  report: {
    summary: "Use against the limit in force, as an auditor wants it.",
    description:
      "Items of six kinds, told apart by `what`: each limit with its highest use, each overrun, people who were not counted, boosts, and the first and last row of the audit that proves it; where a list was cut, a last item that says so: then ask for fewer days.",
  },
  people: {
    summary: "Use of each person, whoever held longest first.",
    description:
      "Everybody known to the records, and everybody with a named licence, also those who had no seat. A page is made from the whole table: ask for all of it at once where you can.",
  },
  teams: {
    summary: "Use of groups by day and hour, and what two of them would save together.",
    description:
      "Items of four kinds, told apart by `what`: each group; its days; the hours of its week, from 0, midnight of Sunday, to 167; and each two of the forty most used groups, and `group` with every other. Days and hours without use are missing. A person of several groups counts in each.",
  },
  mix: {
    summary: "The cheapest mix of a pool and named licences.",
    description:
      "What would have been enough for everybody at once, for the period and the prices of one licence; without prices each costs 1, so that the fewest licences are found. Items of three kinds, told apart by `what`: the cheapest mix (`atLeast`: none costs less), the mix for each size of the pool that was looked at, and who has a named licence in the cheapest. Every page is searched for again, for five seconds at most: ask for all of it at once, six times at once and three a minute after that.",
    query: [
      { name: "concurrent", schema: price, description: "Price of a licence of the pool, such as `60` or `59.90`." },
      { name: "named", schema: price, description: "Price of a named licence." },
    ],
  },
  forecast: {
    summary: "How likely it is, hour by hour of the next two weeks, that licences run out.",
    description:
      "From the twelve weeks before today; today is in neither. Of the hours given a chance, about that share comes true. No items: there are fewer than twenty days of use on record.",
  },
  advice: {
    summary: "What the limit, or the number of named licences, should be.",
    description:
      "From the whole days of the last ninety. The first item is the advice: `now` and `advised` are the limit, the named licences or the agreed records, as `about` says; `sure` is the least chance that so much is enough on each of the next twenty days of use. Items with `what` = `ignored` count the refusals left out, by `why`.",
  },
  whatIf: {
    summary: "Past days at other settings.",
    description:
      "The fullest twenty of the last ninety days: what really happened, and the same days replayed at the settings of now and at those asked for. A setting left out is as it is now. No items: the model has no pool. Ten times at once, and every five seconds after that.",
    query: [
      { name: "limit", schema: { type: "integer", minimum: 1 }, description: "Licences to try." },
      { name: "minutes", schema: { type: "integer", minimum: 5, maximum: 60 }, description: "Idle time-out to try." },
      { name: "group", schema: { type: "string" }, description: "A group with licences reserved, or with a maximum." },
      { name: "reserved", schema: { type: "integer", minimum: 0 }, description: "Licences reserved for the group." },
      { name: "most", schema: { type: "integer", minimum: 1 }, description: "The group's maximum; left out: none." },
    ],
  },
  managers: {
    summary: "Who has more rights than a user, through what, since when.",
    description:
      "As on the page of managers; `confirmedAt` is when the CRM last confirmed the role, `lostAt` when the person was known to have lost it.",
  },
  warnings: {
    summary: "What is out of order now.",
    description:
      "One item per warning, as on the page of warnings; empty: nothing is out of order. Whether the CRM answers without the Worker's secret is asked at most every ten minutes.",
  },
  refusal: {
    summary: "One refusal as it was.",
    description:
      "Only from the audit, for thirteen months: items told apart by `what`. `refused` is the refusal itself; then everybody who had a seat, whose passes still kept one, who waited, in order, the settings and pools that held, and the smallest change that would have seated the person.",
    query: [
      {
        name: "id",
        schema: { type: "string", maxLength: 100 },
        description: "`id` of an item of refusals; one that is `observed` has none, as nobody was refused.",
        required: true,
      },
      {
        name: "at",
        schema: { type: "string", format: "date-time" },
        description: "`firstAt` of that item.",
        required: true,
      },
    ],
  },
};

const titleOf = (name: string): string => name.replace(/^\w/, (letter) => letter.toUpperCase());

const endpointOf = (name: ReadName): Endpoint => {
  const { summary, description, query = [] } = READ[name];
  const { item, csv } = READ_EXAMPLES[name];
  const isOfDays = "from" in READ_API[name].query.def.shape;
  return {
    method: "GET",
    path: API_PATH + addressOfRead(name),
    id: `read${titleOf(name)}`,
    tag: "Reading",
    summary,
    description,
    access: "token",
    policies: ["read"],
    body: null,
    query: [...(isOfDays ? DAYS : []), ...PAGES, ...query],
    csv,
    answer: {
      name: `${titleOf(name)}Page`,
      schema: pageOf(READ_API[name].item),
      example: { items: [item], next: null },
    },
    problems: [
      "signed_out",
      "busy",
      "forbidden",
      "malformed",
      "out_of_range",
      "too_soon",
      ...(name === "refusal" ? (["not_found"] as const) : []),
    ],
  };
};

export const READ_ENDPOINTS = Object.fromEntries(
  (Object.keys(READ_API) as ReadName[]).map((name) => [name, endpointOf(name)]),
) as Record<ReadName, Endpoint>;
