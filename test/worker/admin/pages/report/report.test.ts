/** [R5] The report on use against the limit as a page, with an audit that has everything in it. */

import { env } from "cloudflare:workers";
import { beforeAll, expect, test, vi } from "vitest";
import { HOUR_MS } from "../../../../../shared/durations.ts";
import { directoryStatements } from "../../../../../worker/audit/directory.ts";
import { dayOf, startOfDay, writeDay } from "../../../../../worker/audit/time-zone.ts";
import type { Role } from "../../../../../worker/tenant/tenant-calls.ts";
import { whoCookie } from "../../../../support/site/signed-cookies.ts";
import { openSite } from "../../../../support/site.ts";
import { chainRows, type EventSeed, writeEvents } from "../../../audit/audit-rows.ts";

const HOSTILE = `<script>alert("Sue")</script>`;
// Two days ago, ten in the morning.
const START = startOfDay("UTC", dayOf("UTC", Date.now()) - 2) + 10 * HOUR_MS;

const grant = (hour: number, inUse: number, limit: number): EventSeed => ({
  at: START + hour * HOUR_MS,
  kind: "seat_granted",
  inUse,
  limit,
  body: { exempt: false },
});
const SEEDS: EventSeed[] = [
  grant(0, 1, 5),
  ...[2, 3, 4, 5].map((inUse) => grant(inUse / 10, inUse, 5)),
  { at: START + HOUR_MS, kind: "limit_changed", inUse: 5, limit: 3, actor: "p-sue", body: { from: 5, to: 3 } },
  { at: START + 2 * HOUR_MS, kind: "lease_ended", inUse: 4, limit: 3, body: { heldMs: HOUR_MS, exempt: false } },
  { at: START + 3 * HOUR_MS, kind: "lease_ended", inUse: 3, limit: 3, body: { heldMs: HOUR_MS, exempt: false } },
  {
    at: START + 4 * HOUR_MS,
    kind: "settings_changed",
    inUse: 3,
    limit: 3,
    body: { patch: { boosts: [{ id: "b1", extra: 4, from: START + 5 * HOUR_MS, until: START + 6 * HOUR_MS }] } },
  },
  { at: START + 5 * HOUR_MS, kind: "schedule_turned", inUse: 3, limit: 7 },
  { at: START + 6 * HOUR_MS, kind: "schedule_turned", inUse: 3, limit: 3 },
  {
    at: START + 7 * HOUR_MS,
    kind: "lease_ended",
    holder: "p-sue",
    inUse: 3,
    limit: 3,
    body: { heldMs: 2 * HOUR_MS, exempt: true },
  },
];

const visit = async (query = "", role: Role = "admin", language = "en") =>
  openSite().ask(`/.hotseat/admin/report${query}`, {
    headers: { cookie: await whoCookie(role), "accept-language": language },
  });

beforeAll(async () => {
  await writeEvents(env.RECORDS, "acme", SEEDS);
  await env.RECORDS.batch(
    directoryStatements(env.RECORDS, "acme", [
      { person: "p-sue", holder: "crm-sue", name: HOSTILE, email: null, role: "support", revision: 1 },
    ]),
  );
});

test("[R5] the report says whether the limit was kept, who lowered it, and which people are not counted", async () => {
  const response = await visit();
  expect(response.status).toBe(200);
  const html = await response.text();
  expect(html).toContain("On 1 occasion more licences were in use than the limit allowed, for 2 hours.");
  expect(html).toContain("Most in use at once: 5 of 3.");
  expect(html).toMatch(/<bdi>&lt;script[^<]*<\/bdi> lowered the limit/);
  expect(html).toContain("4 more licences");
  expect(html).toContain("exempt");
  expect(html).not.toContain("<script>alert");
  const rows = chainRows("acme", SEEDS);
  expect(html).toContain(`<code>${rows[0]?.hash}</code>`);
  expect(html).toContain(`<code>${rows.at(-1)?.hash}</code>`);
  expect(html).toContain(`from number 1 to number ${rows.length}`);
});

test("[R5] the report is a file for spreadsheets and programs, linked on the page, of the same days", async () => {
  const day = (ago: number) => writeDay(dayOf("UTC", Date.now()) - ago);
  const query = `from=${day(2)}&to=${day(2)}`;
  expect(await (await visit(`?${query}`)).text()).toContain(
    `/report/export?from=${day(2)}&amp;to=${day(2)}&amp;format=csv`,
  );
  const file = async (format: string) => visit(`/export?${query}&format=${format}`, "licence_manager");
  const csv = await file("csv");
  expect(csv.headers.get("content-disposition")).toMatch(/filename="hotseat-report-acme-[\d-]+\.csv"/);
  const [head, ...lines] = (await csv.text()).trim().split("\r\n");
  expect(head).toBe("what,from,to,limit,peak,over,cause,actor,person,name,named,stays,held_hours,extra,seq,hash");
  for (const format of ["jsonl", "json"]) {
    const answer = await file(format);
    expect(answer.headers.get("content-type")).toBe("application/jsonl; charset=utf-8");
    const rows = (await answer.text())
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rows).toHaveLength(lines.length);
    expect(rows.filter(({ what }) => what === "overrun")).toMatchObject([
      { limit: 3, peak: 5, over: 2, actor: HOSTILE },
    ]);
    expect(rows.find(({ what }) => what === "boost")).toMatchObject({ extra: 4 });
    expect(rows.at(-1)).toMatchObject({ what: "proof", hash: chainRows("acme", SEEDS).at(-1)?.hash });
  }
  for (const wrong of ["", "?format=xml", "?format=csv&from=yesterday", "?format=csv&from=2020-01-01&to=2026-01-01"])
    expect([wrong, (await visit(`/export${wrong}`)).status]).toEqual([wrong, 422]);
  expect((await visit("/export?format=csv", "user")).status).toBe(403);
});

test("[R5] a day on which nothing was over the limit says so, and one before the audit has nothing to say", async () => {
  const day = (ago: number) => writeDay(dayOf("UTC", Date.now()) - ago);
  const quiet = await (await visit(`?from=${day(1)}&to=${day(1)}`)).text();
  expect(quiet).toContain("At no moment were more licences in use than the limit allowed.");
  expect(await (await visit(`?from=${day(9)}&to=${day(8)}`)).text()).toContain("Nothing is recorded in this time.");
});

test.each([
  ["?from=2026-13-01&to=2026-11-01", "Days are written as"],
  ["?from=2026-11-05&to=2026-11-01", "the first is not after the last"],
  ["?from=2020-01-01&to=2026-11-01", "at most thirteen months"],
  [`?from=${"x".repeat(5_000)}`, "Days are written as"],
])("[R5] %s is refused in a sentence", async (query, sentence) => {
  const response = await visit(query);
  expect(response.status).toBe(422);
  expect(await response.text()).toContain(sentence);
});

test.each([
  ["de", "Nutzung und Limit"],
  ["fr", "Utilisation et limite"],
  ["es", "Uso y límite"],
])("[R5] in %s it is a report of that language", async (language, title) => {
  expect(await (await visit("", "licence_manager", language)).text()).toContain(title);
});

test("[R5] records that do not answer cost the report, not the page", async () => {
  vi.spyOn(console, "error").mockReturnValue();
  const failing = { first: () => Promise.reject(new Error("D1 is down")) };
  const site = openSite({ prepare: () => ({ bind: () => failing }) } as unknown as D1Database);
  const response = await site.ask("/.hotseat/admin/report", { headers: { cookie: await whoCookie("support") } });
  expect(await response.text()).toContain("The records do not answer at the moment.");
  vi.restoreAllMocks();
});
