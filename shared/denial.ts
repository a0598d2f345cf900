/**
 * L2: the one table of reasons for which a person is not admitted. Exactly one is given each time.
 * `waits` says whether the line is open to the person. `reserved_taken` is said to native clients alone (N1); `no_seat` is
 * what pages say where the reason is not known, and is never recorded. Other channels have sentences of their own
 * (L27): programs and alerts in worker/i18n/reasons, the extension in its `_locales`.
 */
export const DENIALS = {
  limit_reached: {
    title: "No available licenses, please contact IT",
    text: "All licences are in use. You can wait here: this page goes on by itself as soon as one is free.",
    waits: true,
  },
  others_waiting: {
    title: "No available licenses, please contact IT",
    text: "The next free licence is for somebody who has waited longer. You can wait here: this page goes on by itself when it is your turn.",
    waits: true,
  },
  reserved_for_others: {
    title: "No available licenses, please contact IT",
    text: "The licences that are free are kept for other groups just now. You can wait here: this page goes on by itself as soon as there is one for you.",
    waits: true,
  },
  reserved_taken: {
    title: "No available licenses, please contact IT",
    text: "No licence reserved for this program is free. A licence manager can reserve more for it.",
    waits: false,
  },
  group_limit_reached: {
    title: "No available licenses, please contact IT",
    text: "Your group has as many licences in use as it may. You can wait here: this page goes on by itself as soon as one of the group is free.",
    waits: true,
  },
  technical_cap: {
    title: "No available licenses, please contact IT",
    text: "999 people are working, which is the most there can be at once. You can wait here: this page goes on by itself as soon as somebody stops.",
    waits: true,
  },
  not_assigned: {
    title: "No available licenses, please contact IT",
    text: "Licences belong to persons in your firm, and none is assigned to you. A licence manager can assign you one.",
    waits: false,
  },
  closed_for_maintenance: {
    title: "Closed for maintenance",
    text: "Nobody can work just now. This page goes on by itself as soon as it is open again.",
    waits: true,
  },
  too_often: {
    title: "Too often in a short time",
    text: "You have taken a licence very often in a short time. Wait a minute, then press Continue working.",
    waits: false,
  },
  seat_released: {
    title: "You released your licence",
    text: "Continue working takes a licence again, if one is free.",
    waits: false,
  },
  seat_idle: {
    title: "Your licence was given back because you were away",
    text: "Continue working takes a licence again, if one is free.",
    waits: false,
  },
  seat_evicted: {
    title: "Your licence was freed by a licence manager",
    text: "Continue working takes a licence again, if one is free.",
    waits: false,
  },
  seat_ended: {
    title: "Your licence was given back",
    text: "Continue working takes a licence again, if one is free.",
    waits: false,
  },
  ask_again: {
    title: "You have no licence yet",
    text: "Continue working takes a licence, if one is free.",
    waits: false,
  },
  no_seat: {
    title: "No available licenses, please contact IT",
    text: "There is no licence for you at the moment. You can wait here: this page goes on by itself as soon as there is one.",
    waits: true,
  },
} as const satisfies Record<string, { title: string; text: string; waits: boolean }>;

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
