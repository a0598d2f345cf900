/** P4: where a person stands, and what the administration sees. Read only. */
import type { HolderId } from "../../shared/ids.ts";
import type { Status } from "../../shared/protocol.ts";
import { reasonOf } from "./decide.ts";
import { estimateWait } from "./estimate.ts";
import { idleAt } from "./expiry.ts";
import { clientGoneAt, gateGoneAt } from "./gone.ts";
import type { Lease, Ledger } from "./ledger.ts";
import { mayAdminister, type Person } from "./person.ts";
import { positionOf } from "./queue.ts";

/** Open tabs of the clients that are not gone at `now` (ms). */
export function tabsOf({ timing }: Ledger, lease: Lease, now: number): number {
  let tabs = 0;
  for (const client of lease.clients.values()) if (clientGoneAt(timing, client) > now) tabs += client.tabs.size;
  return tabs;
}

/** Browsers that are not gone at `now` (ms). */
export function clientsOf({ timing }: Ledger, lease: Lease, now: number): number {
  let clients = 0;
  for (const client of lease.clients.values()) if (clientGoneAt(timing, client) > now) clients++;
  for (const gate of lease.gates.values()) if (gateGoneAt(timing, gate) > now) clients++;
  return clients;
}

/** The status of `person` at `now`; `tenant` is what the configuration says of the firm. */
export function standingOf(ledger: Ledger, person: Person, tenant: Status["tenant"], now: number): Status {
  const holder: HolderId = person.id;
  const lease = ledger.leases.get(holder);
  const absence = ledger.absences.get(holder);
  const waiting = ledger.line.get(holder);
  const ended = absence?.ended ?? null;
  return {
    state: lease ? "seated" : waiting ? (waiting.offeredUntil === null ? "waiting" : "offered") : "unseated",
    person: person.name,
    tenant,
    limit: ledger.effective.limit,
    inUse: ledger.inUse,
    exempt: lease?.exempt ?? false,
    mayAdminister: mayAdminister(person.role),
    seat: lease
      ? {
          sinceAgeMs: now - lease.grantedAt,
          tabs: tabsOf(ledger, lease, now),
          clients: clientsOf(ledger, lease, now),
          idleInMs: Math.max(0, idleAt(ledger, lease) - now),
        }
      : null,
    ended: ended === null ? null : { cause: ended.cause, ageMs: now - ended.at, by: ended.by, note: ended.note },
    denied: lease === undefined && absence?.denial ? reasonOf(absence) : null,
    line: waiting
      ? {
          position: positionOf(ledger, holder) ?? 1,
          length: ledger.line.size,
          offeredForMs: waiting.offeredUntil === null ? null : Math.max(0, waiting.offeredUntil - now),
          estimateMs: estimateWait(ledger, holder, now),
          mayAsk: ledger.settings.nudge.allowed,
        }
      : null,
    nudge: lease?.nudge ? { answerInMs: Math.max(0, lease.nudge.until - now), by: lease.nudge.by } : null,
    button: ledger.settings.button,
    draining: ledger.drains.has(holder),
    timing: {
      heartbeatEveryMs: ledger.timing.heartbeatEveryMs,
      idleTimeoutMs: ledger.settings.idleTimeoutMs,
      idleWarningMs: ledger.timing.idleWarningMs,
    },
  };
}
