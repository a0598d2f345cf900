/** R1: denial episodes. */
import { type Ledger, remember, SESSIONS_MAX } from "../ledger.ts";
import { absenceOf } from "./needed.ts";
import type { Of } from "./of.ts";
import { rejoining } from "./regroup.ts";

export function openDenial(ledger: Ledger, event: Of<"denial_opened">): void {
  const { holder, at } = event;
  const absence = ledger.absences.get(holder);
  ledger.lastDenial++;
  // Somebody who waits may be back with other groups.
  rejoining(ledger, holder, () => {
    ledger.absences.set(holder, {
      ...absence,
      person: event.person,
      since: at,
      ended: absence?.ended ?? null,
      sessions: remember(absence?.sessions ?? [], event.session, SESSIONS_MAX),
      denial: {
        id: event.id,
        openedAt: at,
        lastAt: at,
        attempts: 1,
        toldAt: at,
        reason: event.reason,
        clientKind: event.clientKind,
        limit: event.limit,
        inUse: event.inUse,
      },
    });
  });
}

/** `toldAt`: when the audit is told of it; null: it is not. */
export function countAttempt(
  ledger: Ledger,
  event: Of<"denial_repeated" | "denial_counted">,
  toldAt: number | null,
): void {
  const absence = absenceOf(ledger, event.holder);
  absence.sessions = remember(absence.sessions, event.session, SESSIONS_MAX);
  const { denial } = absence;
  if (denial === null) throw new Error(`${event.type} without an open denial`);
  denial.lastAt = event.at;
  denial.attempts++;
  denial.reason = event.reason;
  if (toldAt !== null) denial.toldAt = toldAt;
}

export function closeDenial(ledger: Ledger, event: Of<"denial_closed">): void {
  const { holder, at } = event;
  const absence = absenceOf(ledger, holder);
  absence.denial = null;
  absence.since = at;
}
