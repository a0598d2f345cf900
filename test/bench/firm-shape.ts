/** What the benchmark of many firms and its Worker say to each other. */

/** What stands in D1 of each firm from thirteen months ago; its object knows the last row as its own. */
export interface Seed {
  /** ms, by the moved clock. */
  now: number;
  oldEvents: number;
  oldAt: number;
  hash: string;
  /** The firm whose database never answers well. */
  broken: string;
}

export interface Rung {
  tenant: string;
  /** How often databases were asked. */
  asked: number;
  /** ms of the next alarm. */
  next: number | null;
  /** Rows that wait for D1. */
  waiting: number;
  /** Whether the day's work is done: it is due tomorrow. */
  done: boolean;
  fault: string | null;
}
