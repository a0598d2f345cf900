/** P4: where a person stands, and what the administration sees. Read only. */
import type { DenialReason } from "../../../shared/denial.ts";
import { DAY_MS } from "../../../shared/durations.ts";
import { HANDOVER_NAMED_MAX } from "../../../shared/handover.ts";
import type { HolderId } from "../../../shared/ids.ts";
import { NUDGE_EVERY_MS } from "../../../shared/nudge.ts";
import type { Status } from "../../../shared/protocol.ts";
import { LIMIT_MAX } from "../../../shared/timing.ts";
import { isGivable, takersOf } from "../allocation/handover.ts";
import { judge } from "../allocation/judge.ts";
import { isObserving } from "../allocation/overdraft.ts";
import { positionOf } from "../allocation/queue.ts";
import { isShutOut, wasShut } from "../closing.ts";
import { reasonFor } from "../eligibility.ts";
import { endingOf } from "../ending.ts";
import { fullnessOf } from "../fullness.ts";
import type { Absence, Lease, Ledger, Waiting } from "../ledger.ts";
import { hasPages, type Person } from "../person.ts";
import { idleAt } from "../time/expiry.ts";
import { clientGoneAt, gateGoneAt } from "../time/gone.ts";
import { estimateWait } from "./estimate.ts";

/** Q3: how long the person who asked is shown the decision. */
export const DECISION_TOLD_MS = DAY_MS;

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
  const { limit, inUse, measure, isFull } = fullnessOf(ledger);
  const { exempt, named } = lease ?? judge(ledger, person);
  const isShut = lease === undefined && isShutOut(ledger, person);
  return {
    state: stateOf(ledger, holder),
    person: person.name,
    tenant,
    limit,
    inUse,
    measure,
    isFull,
    // L24: while the tenant only observes, anyone without a seat is let in whatever the limit says.
    exempt: (exempt || (lease === undefined && isObserving(ledger))) && !isShut,
    named: named && !isShut,
    mayAdminister: hasPages(person),
    seat: lease
      ? {
          sinceAgeMs: now - lease.grantedAt,
          tabs: tabsOf(ledger, lease, now),
          clients: clientsOf(ledger, lease, now),
          idleInMs: lease.exempt ? ledger.settings.idleTimeoutMs : Math.max(0, idleAt(ledger, lease) - now),
          overdraft: lease.over?.via === "overdraft",
        }
      : null,
    ended: ended === null ? null : endingOf(ledger, ended, now),
    denied: isShut ? "closed_for_maintenance" : lease === undefined ? reasonNow(ledger, absence, waiting) : null,
    line: waiting ? lineOf(ledger, holder, waiting, { isShut, now }) : null,
    nudge: lease?.nudge
      ? {
          answerInMs: Math.max(0, lease.nudge.until - now),
          by: lease.nudge.by,
          ...(lease.nudge.recalled ? { recalled: true } : {}),
        }
      : null,
    handover: lease === undefined ? null : handoverOf(ledger, lease),
    announcement: announcementAt(ledger, now),
    closing: closingAt(ledger, now),
    request: requestOf(ledger, holder, now),
    mayRequest: mayRequest(ledger, holder),
    button: ledger.settings.button,
    draining: ledger.drains.has(holder),
    timing: {
      heartbeatEveryMs: beatEveryMs(ledger, now),
      idleTimeoutMs: ledger.settings.idleTimeoutMs,
      idleWarningMs: ledger.timing.idleWarningMs,
    },
  };
}

function stateOf(ledger: Ledger, holder: HolderId): Status["state"] {
  if (ledger.leases.has(holder)) return "seated";
  const waiting = ledger.line.get(holder);
  if (waiting !== undefined) return waiting.offeredUntil === null ? "waiting" : "offered";
  // L31: the place of whoever had a seat is the first, asked for or not.
  const absence = ledger.absences.get(holder);
  return absence !== undefined && wasShut(ledger, absence) ? "waiting" : "unseated";
}

const lineOf = (
  ledger: Ledger,
  holder: HolderId,
  waiting: Waiting,
  { isShut, now }: { isShut: boolean; now: number },
): Status["line"] => ({
  position: positionOf(ledger, holder) ?? 1,
  length: ledger.line.size,
  offeredForMs: waiting.offeredUntil === null ? null : Math.max(0, waiting.offeredUntil - now),
  estimateMs: estimateWait(ledger, holder, now),
  // L31: while it is closed nobody has a seat to give.
  mayAsk: ledger.settings.nudge.allowed && !isShut,
  asked: answerOf(ledger, waiting, now),
});

/** L27: why somebody without a seat has none; null: nothing was refused, or a seat is held for them. */
function reasonNow(ledger: Ledger, absence: Absence | undefined, waiting: Waiting | undefined): DenialReason | null {
  if (absence === undefined || (waiting !== undefined && waiting.offeredUntil !== null)) return null;
  // L31.8: the line is also joined without having been refused.
  return absence.denial !== null || waiting !== undefined ? reasonFor(ledger, absence) : null;
}

/** L32: to whom the seat may be given; null: to nobody. */
function handoverOf(ledger: Ledger, lease: Lease): Status["handover"] {
  const { settings, lineIndex } = ledger;
  if (settings.handover === "off" || lineIndex.size === 0 || !isGivable(lease)) return null;
  const { showNames } = settings.nudge;
  const takers = takersOf(ledger, lease, showNames ? HANDOVER_NAMED_MAX : 1);
  if (takers.length === 0) return null;
  const named = (id: HolderId) => ({ id, name: ledger.absences.get(id)?.person.name ?? id });
  return { people: showNames ? takers.map(named) : null };
}

/** Q4: what is announced at the moment. */
function announcementAt(
  { settings: { announcement } }: Ledger,
  now: number,
): NonNullable<Status["announcement"]> | null {
  if (announcement === null || announcement.until <= now) return null;
  const { id, text, until } = announcement;
  return { id, text, endsInMs: until - now };
}

/** L31: clients ask as soon as a planned closing has begun. */
const BEAT_AFTER_MS = 500;
const BEAT_LEAST_MS = 1_000;
function beatEveryMs({ timing, settings: { closing } }: Ledger, now: number): number {
  if (closing === null || closing.from <= now) return timing.heartbeatEveryMs;
  return Math.min(timing.heartbeatEveryMs, Math.max(closing.from - now + BEAT_AFTER_MS, BEAT_LEAST_MS));
}

/** L31: the closing that is planned, or lasts. */
function closingAt({ settings: { closing } }: Ledger, now: number): NonNullable<Status["closing"]> | null {
  if (closing === null || closing.until <= now) return null;
  const { id, text, from, until } = closing;
  return { id, text, startsInMs: Math.max(0, from - now), endsInMs: until - now };
}

/** Q3: the person's latest request for seats: open, or recently decided. */
function requestOf({ settings }: Ledger, holder: HolderId, now: number): NonNullable<Status["request"]> | null {
  const request = settings.requests.findLast(({ kind, person }) => kind === "more" && person.id === holder);
  if (request === undefined) return null;
  const { count, at, decision } = request;
  if (decision === null) return { end: null, count, ageMs: now - at, by: null, note: "" };
  if (now - decision.at >= DECISION_TOLD_MS) return null;
  return { end: decision.end, count, ageMs: now - decision.at, by: decision.by, note: decision.note };
}

/** Q1: whether asking for more seats would be taken now. */
const mayRequest = ({ settings }: Ledger, holder: HolderId): boolean =>
  settings.model === "concurrent" &&
  settings.limit < LIMIT_MAX &&
  !settings.requests.some(({ kind, person, decision }) => kind === "more" && person.id === holder && decision === null);

/** L16: the outcome of asking a holder: still to be answered, kept, or given; null: nobody was asked recently. */
function answerOf(ledger: Ledger, { asked, nudgedAt }: Waiting, now: number): NonNullable<Status["line"]>["asked"] {
  // Anyone who may ask again is no longer told of the last time.
  if (asked === null || nudgedAt === null || now - nudgedAt >= NUDGE_EVERY_MS) return null;
  const lease = ledger.leases.get(asked.holder);
  // A lease that began later is another one: the holder gave the seat, and has come back since.
  if (lease === undefined || lease.grantedAt > nudgedAt) return { answer: "given", answerInMs: 0 };
  if (lease.nudge === null || lease.nudge.until !== asked.until) return { answer: "kept", answerInMs: 0 };
  return { answer: "awaited", answerInMs: Math.max(0, asked.until - now) };
}

/** L15: nothing has changed for somebody who waits: place, reason and what came of asking are what they were. */
export const isSameWait = (a: Status, b: Status): boolean =>
  a.line?.position === b.line?.position &&
  a.denied === b.denied &&
  a.line?.asked?.answer === b.line?.asked?.answer &&
  a.announcement?.id === b.announcement?.id &&
  a.closing?.id === b.closing?.id &&
  a.request?.end === b.request?.end &&
  (a.request === null) === (b.request === null);
