/** What is written of the metrics is what there is, and their format is what a strict reader takes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { METRICS, writeMetrics } from "../../../worker/api/metrics-text.ts";
import { GATE_OUTCOMES } from "../../../worker/tenant/metrics/gate-counts.ts";
import type { MetricsReading } from "../../../worker/tenant/metrics/metrics-reading.ts";
import { readExposition } from "../../support/exposition.ts";

const read = (name: string): string => readFileSync(join(import.meta.dirname, "../../../docs", name), "utf8");
const NAMES = METRICS.map(({ name }) => name).sort();
const namesIn = (text: string): string[] => [...new Set(text.match(/\bhotseat_[a-z0-9_]+\b/g))].sort();

test("[M1] the dashboard uses exactly the metrics that exist", () => {
  const dashboard = JSON.parse(read("grafana-dashboard.json")) as {
    panels: { id: number; targets: { expr: string }[] }[];
  };
  expect(namesIn(dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join("\n"))).toEqual(NAMES);
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
});

test("[M1] the document of the metrics names each with its type, and no other", () => {
  const text = read("metrics.md");
  expect(namesIn(text)).toEqual(NAMES);
  for (const { name, type } of METRICS) expect(text).toMatch(new RegExp(`\\| \`${name}\` +\\| ${type} +\\|`));
  for (const outcome of GATE_OUTCOMES) expect(text).toContain(`\`${outcome}\``);
});

const READING: MetricsReading = {
  inUse: 3,
  limit: 5,
  effectiveLimit: 7,
  draining: 0,
  exempt: 1,
  named: 2,
  namedLicences: 5,
  namedAssigned: 4,
  waiting: 4,
  oldestWaitMs: 61_500,
  outboxRows: 12,
  outboxOldestMs: 900_001,
  alertsWaiting: 0,
  records: 48_211,
  recordsAgreed: 50_000,
  counters: {
    grants: { counted: 10, exempt: 2, named: 0 },
    endings: { released: 1, idle: 2, closed: 3, lost: 4, evicted: 5, signed_out: 6 },
    denials: { limit_reached: 9 } as MetricsReading["counters"]["denials"],
    heartbeats: 1e12,
    d1Errors: 0,
    alertFailures: 1,
    gate: Object.fromEntries(
      GATE_OUTCOMES.map((outcome, index) => [outcome, index]),
    ) as MetricsReading["counters"]["gate"],
  },
};

test("[M1] every metric is written with its help, type and samples, numbers as they are", () => {
  const families = readExposition(writeMetrics(READING));
  expect([...families.keys()].sort()).toEqual(NAMES);
  expect(families.get("hotseat_waiting_oldest_seconds")?.samples).toEqual([{ labels: {}, value: 61.5 }]);
  expect(families.get("hotseat_heartbeats_total")?.samples[0]?.value).toBe(1e12);
  expect(families.get("hotseat_gate_requests_total")?.samples[4]).toEqual({ labels: { outcome: "grace" }, value: 4 });
});

test.each([
  ["a 1\n", "out of its place"],
  ["# TYPE a gauge\na 1\n", "no HELP"],
  ["# HELP a b\n# TYPE a gauge\na one\n", "no line"],
  ["# HELP a b\n# TYPE a gauge\na 1", "does not end"],
  ["# HELP a b\n# TYPE a gauge\na 1\na 1\n", "twice"],
  ["# HELP a b\n# TYPE a gauge\nb 1\n", "out of its place"],
  ["# HELP a b\n# TYPE a counter\na 1\n", "a counter is called"],
  ['# HELP a b\n# TYPE a gauge\na{x="1",x="2"} 1\n', "twice"],
  ['# HELP a b\n# TYPE a gauge\na{x="1} 1\n', "no labels"],
  ["# HELP a b\n# TYPE a gauge\n", "no sample"],
])("the reader of the format is strict: %j", (text, fault) => {
  expect(() => readExposition(text)).toThrow(fault);
});
