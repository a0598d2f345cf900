/** R3: usage in D1, one row a quarter of an hour and group. Quarters fit the hours of every time zone. */

export const QUARTER_MS = 900_000;
/** The group that stands for everybody. */
export const ALL = "";

/** What is counted of any stretch of time. */
export interface UsageFigures {
  /** Most people with a counted seat at one moment. */
  peak: number;
  /** Over the time since the quarter's first use: seats in use times ms, and limit times ms. */
  seatMs: number;
  limitMs: number;
  /** ms at which as many seats were in use as the limit allows, or more. */
  fullMs: number;
  /** The smallest limit minus seats in use; negative: over the limit. */
  leastFree: number;
  grants: number;
  /** Episodes of refusal that began. */
  denials: number;
  /** Of episodes that ended: how long who got a seat had waited, and how long who gave up. */
  waitedMs: number;
  lostMs: number;
}

export interface UsageRow extends UsageFigures {
  /** Quarter hours since 1970, UTC. */
  quarter: number;
  /** `ALL`, or a group that events name. */
  pool: string;
  /** Number of the last event in it. */
  revision: number;
}
