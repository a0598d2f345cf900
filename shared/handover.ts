/** L32: whether a holder may give the seat to a colleague who waits, and whether that may pass the line. */

/** `off`: nobody hands over. `turn`: only to the person whose turn it is. `any`: to anybody who waits. */
export const HANDOVERS = ["off", "turn", "any"] as const;
export type Handover = (typeof HANDOVERS)[number];

/** So many of the people who wait are named to choose from; anybody else is named by login or e-mail address. */
export const HANDOVER_NAMED_MAX = 20;
