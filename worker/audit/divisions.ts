/**
 * R2.10: where the object was set back to an earlier moment (R2.3), the audit holds a course of events that was given up.
 * What was open in it ended with the row that names the conflict: nothing that came later could have ended it.
 */
/** A table for a WITH: the courses that were given up before the row `seq`, a parameter such as `?2`. */
export const GIVEN_UP = (seq: string): string => `given_up (first, last, named_by, at) AS MATERIALIZED (
    SELECT body -> 'kept' ->> 'from', body -> 'kept' ->> 'to', seq, at FROM events INDEXED BY events_by_kind
    WHERE tenant = ?1 AND kind = 'chain_divided' AND seq <= ${seq}
  )`;

/** Whether the row of the column `seq` is of the course that counts. */
export const IS_OF_COURSE = "NOT EXISTS (SELECT 1 FROM given_up g WHERE seq BETWEEN g.first AND g.last)";

/** How long the stay that ends with the row `e` lasted in its own course: not before the last conflict. */
export const HELD_MS = `min(e.body ->> 'heldMs',
    e.at - coalesce((SELECT max(g.at) FROM given_up g WHERE g.named_by < e.seq), 0))`;
