/** L33: settings that a shadow tries. */
import { HOUR_MS, MINUTE_MS } from "../../shared/durations.ts";
import type { HolderId } from "../../shared/ids.ts";
import type { Proposal } from "../../worker/ledger/shadow/propose.ts";

/** What firms try, alone and together. */
export const TRIED = {
  "fewer seats": [{ what: "limit", limit: 1 }],
  "more seats": [{ what: "limit", limit: 6 }],
  "a short time-out": [{ what: "idle_timeout", idleTimeoutMs: 5 * MINUTE_MS }],
  "a long time-out": [{ what: "idle_timeout", idleTimeoutMs: HOUR_MS }],
  "a limit that is only observed": [{ what: "enforcement", enforced: false }],
  "an overdraft": [{ what: "overdraft", seats: 2, hoursPerMonth: 3 }],
  "a lent reservation and no asking": [
    { what: "limit", limit: 4 },
    {
      what: "pools",
      pools: [
        {
          id: "fin",
          name: "Finance",
          groups: ["finance"],
          reserved: 2,
          most: 2,
          priority: 3,
          windows: null,
          guarantee: { kind: "lent", minutes: 5 },
        },
      ],
    },
    { what: "nudge", allowed: false, showNames: false },
    { what: "handover", handover: "any" },
  ],
  "licences of people's own": [
    { what: "named_licences", licences: 2 },
    { what: "assign", person: { id: "p1" as HolderId, name: "p1" } },
    { what: "exempt", person: { id: "p2" as HolderId, name: "p2" } },
    { what: "limit", limit: 2 },
  ],
  "the named model": [{ what: "model", model: "named" }],
  "a boost": [{ what: "boost", extra: 2, startsInMs: 0, lastsMs: HOUR_MS }],
} satisfies Record<string, readonly Proposal[]>;
