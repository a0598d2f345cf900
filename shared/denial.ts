/**
 * L2: the one table of reasons for which a person is not admitted. Exactly one is given each time.
 * `waits` says whether the line is open to the person. `reserved_taken` is said to native clients alone (N1); `no_seat` is
 * what pages say where the reason is not known, and is never recorded. The sentences are worker/gate/words (the page),
 * worker/i18n/reasons (L27: programs and alerts) and the extension's `_locales`.
 */
export const DENIALS = {
  limit_reached: { waits: true },
  others_waiting: { waits: true },
  reserved_for_others: { waits: true },
  reserved_taken: { waits: false },
  group_limit_reached: { waits: true },
  technical_cap: { waits: true },
  not_assigned: { waits: false },
  closed_for_maintenance: { waits: true },
  too_often: { waits: false },
  seat_released: { waits: false },
  seat_idle: { waits: false },
  seat_evicted: { waits: false },
  seat_ended: { waits: false },
  ask_again: { waits: false },
  no_seat: { waits: true },
} as const satisfies Record<string, { waits: boolean }>;

export type DenialReason = keyof typeof DENIALS;
export const DENIAL_REASONS = Object.keys(DENIALS) as [DenialReason, ...DenialReason[]];

/** Why a lease ended (STYLE: ending cause). */
export const ENDING_CAUSES = ["released", "idle", "closed", "lost", "evicted", "signed_out"] as const;
export type EndingCause = (typeof ENDING_CAUSES)[number];

/** L8: what a page's own request is told after its lease ended. */
export const REASON_AFTER: Record<EndingCause, DenialReason> = {
  released: "seat_released",
  idle: "seat_idle",
  evicted: "seat_evicted",
  closed: "seat_ended",
  lost: "seat_ended",
  signed_out: "seat_ended",
};
