/** [R2] [R3] [R5] What the pages of usage, report and audit say and offer: pure parts, without a tenant. */

import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../shared/durations.ts";
import { HolderId } from "../../../shared/ids.ts";
import { writeSentence } from "../../../shared/sentence.ts";
import { ENGLISH } from "../../../shared/sentences.ts";
import { createLanguage } from "../../../worker/admin/language.ts";
import { fieldsOf, sayEvent } from "../../../worker/admin/pages/audit/audit-words.ts";
import { usualPeriods } from "../../../worker/admin/pages/report/usual-periods.ts";
import { workingHours } from "../../../worker/admin/pages/usage/usage-week.tsx";
import type { AuditRow } from "../../../worker/audit/audit-query.ts";
import { writeDay } from "../../../worker/audit/time-zone.ts";
import { initialSettings } from "../../../worker/ledger/settings/settings.ts";
import { checkChange } from "../../../worker/ledger/settings/settings-change.ts";

const AT = Date.UTC(2026, 10, 26, 9, 0);

const row = (kind: string, body: object): AuditRow =>
  ({ kind, body: JSON.stringify(body), texts: "[]", at: AT }) as unknown as AuditRow;

describe("[R2] the audit in people's words", () => {
  const english = createLanguage("en", "UTC");
  /** As the ledger writes it, beside a boost of the same size that was there before. */
  const boosts = (startsInMs: number) => {
    const before = { id: "b1", extra: 2, from: AT - DAY_MS, until: AT + DAY_MS, by: "Sam" };
    const settings = { ...initialSettings(10, 20 * MINUTE_MS), boosts: [before] };
    const change = { what: "boost", extra: 2, startsInMs, lastsMs: 3 * DAY_MS } as const;
    const { title, patch } = checkChange(settings, change, AT, { id: HolderId.parse("sam"), name: "Sam" });
    return { what: writeSentence(ENGLISH, title), patch, was: { boosts: settings.boosts } };
  };

  test.each([
    ["limit_changed", { from: 10, to: 12 }, "Limit changed from 10 to 12"],
    ["idle_timeout_changed", { from: 20 * 60_000, to: 15 * 60_000 }, "Idle time-out changed from 20 min to 15 min"],
    [
      "receiver_added",
      { receiver: "h1", host: "hooks.example.com", sort: "slack" },
      "Alert receiver hooks.example.com added",
    ],
    ["settings_changed", boosts(0), "Boost +2 until 29 Nov 2026, 09:00"],
    ["settings_changed", boosts(HOUR_MS), "Boost +2 from 26 Nov 2026, 10:00 to 29 Nov 2026, 10:00"],
    [
      "settings_changed",
      { ...boosts(0), what: "a boost of 2 licences cancelled", was: boosts(0).patch },
      "settings changed",
    ],
    // Of an older version, which did not say the host.
    ["receiver_removed", { receiver: "h1" }, "receiver removed"],
  ])("%s %j", (kind, body, said) => {
    expect(sayEvent(english, row(kind, body))).toBe(said);
  });

  test("what the sentence says is not said again, and what it does not say stays", () => {
    expect(fieldsOf(english, row("limit_changed", { from: 10, to: 12 }))).toEqual([]);
    expect(fieldsOf(english, row("settings_changed", boosts(0)))).toEqual([]);
    expect(fieldsOf(english, row("settings_changed", { what: "the time zone to Europe/Berlin", patch: {} }))).toEqual([
      ["changed", "the time zone to Europe/Berlin"],
    ]);
  });

  test("in another language", () => {
    const said = sayEvent(createLanguage("de", "Europe/Berlin"), row("settings_changed", boosts(0)));
    expect(said).toBe("Aufstockung +2 bis 29.11.2026, 10:00");
  });
});

test.each([
  [
    "2026-11-26",
    ["2026-11-01", "2026-11-26"],
    ["2026-10-01", "2026-10-31"],
    ["2026-07-01", "2026-09-30"],
    ["2025-11-01", "2026-10-31"],
  ],
  [
    "2026-01-01",
    ["2026-01-01", "2026-01-01"],
    ["2025-12-01", "2025-12-31"],
    ["2025-10-01", "2025-12-31"],
    ["2025-01-01", "2025-12-31"],
  ],
])("[R5] on %s the usual periods are whole months and quarters", (today, ...periods) => {
  const days = usualPeriods(Date.parse(today) / DAY_MS).map(({ first, last }) => [writeDay(first), writeDay(last)]);
  expect(days).toEqual(periods);
});

describe("[R3] working hours", () => {
  const hour = (weekday: number, at: number, seatMs: number) => ({ hour: weekday * 24 + at, seatMs });

  test("run from the first hour with use to the last, on any weekday", () => {
    const rows = [hour(1, 6, 40 * HOUR_MS), hour(3, 19, 5 * HOUR_MS), hour(1, 12, 50 * HOUR_MS)];
    expect(workingHours(rows)).toEqual([6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  });

  test("leave out the hour in which one person once worked late", () => {
    const rows = [hour(1, 9, 100 * HOUR_MS), hour(5, 23, HOUR_MS)];
    expect(workingHours(rows)).toEqual([8, 9, 10, 11, 12, 13, 14, 15, 16, 17]);
  });

  test("are all of them where nobody has worked", () => {
    expect(workingHours([])).toHaveLength(24);
  });
});
