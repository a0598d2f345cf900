/** M1: the metrics that there are, and how they are written. */
import type { MetricsReading } from "../tenant/metrics/metrics-reading.ts";

interface Metric {
  name: string;
  type: "gauge" | "counter";
  help: string;
  /** A number; one a label's value; or null, then the metric is left out. */
  read(reading: MetricsReading): number | null | { label: string; values: Record<string, number> };
}

const gauge = (name: string, help: string, read: Metric["read"]): Metric => ({ name, type: "gauge", help, read });
const counter = (name: string, help: string, read: Metric["read"]): Metric => ({ name, type: "counter", help, read });

export const METRICS: readonly Metric[] = [
  gauge("hotseat_seats_in_use", "Licences in use, as the licence model counts them.", ({ inUse }) => inUse),
  gauge(
    "hotseat_seat_limit",
    "Limit as agreed; in the named model the number of named licences.",
    ({ limit }) => limit,
  ),
  gauge("hotseat_seat_limit_effective", "Limit with the boosts of this moment.", (reading) => reading.effectiveLimit),
  gauge("hotseat_seats_draining", "Seats of ended leases whose passes are still out.", (reading) => reading.draining),
  gauge("hotseat_holders_exempt", "People with a seat who are exempt from the limit.", ({ exempt }) => exempt),
  gauge("hotseat_holders_named", "People with a seat by a licence of their own.", ({ named }) => named),
  gauge("hotseat_named_licences", "Licences of a person's own.", ({ namedLicences }) => namedLicences),
  gauge("hotseat_named_licences_assigned", "Of those, how many are assigned.", ({ namedAssigned }) => namedAssigned),
  gauge("hotseat_waiting", "People who wait in line.", ({ waiting }) => waiting),
  gauge(
    "hotseat_waiting_oldest_seconds",
    "How long the first of them has waited; 0 where nobody waits.",
    (reading) => reading.oldestWaitMs / 1_000,
  ),
  gauge("hotseat_outbox_rows", "Rows of the audit that wait for D1.", ({ outboxRows }) => outboxRows),
  gauge(
    "hotseat_outbox_oldest_seconds",
    "Age of the oldest row that waits for D1; 0 where none does.",
    (reading) => reading.outboxOldestMs / 1_000,
  ),
  gauge("hotseat_alerts_waiting", "Alerts that wait to be sent or sent again.", (reading) => reading.alertsWaiting),
  gauge("hotseat_records", "Records in the CRM, as last reported.", ({ records }) => records),
  gauge("hotseat_records_agreed", "Records as agreed.", ({ recordsAgreed }) => recordsAgreed),
  counter("hotseat_grants_total", "Seats given, by how they count.", ({ counters }) => ({
    label: "kind",
    values: counters.grants,
  })),
  counter("hotseat_leases_ended_total", "Leases that ended, by cause.", ({ counters }) => ({
    label: "cause",
    values: counters.endings,
  })),
  counter("hotseat_denials_total", "Episodes of refusal that began, by reason.", ({ counters }) => ({
    label: "reason",
    values: counters.denials,
  })),
  counter(
    "hotseat_heartbeats_total",
    "Heartbeats of browsers and native clients.",
    (reading) => reading.counters.heartbeats,
  ),
  counter("hotseat_d1_errors_total", "Deliveries to D1 that failed.", ({ counters }) => counters.d1Errors),
  counter(
    "hotseat_alert_failures_total",
    "Alerts that a receiver did not take.",
    ({ counters }) => counters.alertFailures,
  ),
  counter("hotseat_gate_requests_total", "Requests to the CRM, by what the gate did with them.", ({ counters }) => ({
    label: "outcome",
    values: counters.gate,
  })),
];

/** The reading in the text format, version 0.0.4. Names, labels and help are of ours and need no escaping. */
export function writeMetrics(reading: MetricsReading): string {
  return METRICS.map(({ name, type, help, read }) => {
    const value = read(reading);
    if (value === null) return "";
    const samples =
      typeof value === "number"
        ? [`${name} ${value}`]
        : Object.entries(value.values).map(([key, count]) => `${name}{${value.label}="${key}"} ${count}`);
    return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples, ""].join("\n");
  }).join("");
}
