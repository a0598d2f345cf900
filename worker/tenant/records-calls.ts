/** What the doors may ask of a tenant's object about its records. */
import type { HolderId } from "../../shared/ids.ts";

export type RecordsCall =
  /** How far the chain goes, and how much of it waits for D1. */
  | { do: "head" }
  /** After D1 was restored to an earlier moment: deliver everything of the last seven days once more. */
  | { do: "replay" }
  /** Forget who a person is, for good; the audit keeps an opaque word. */
  | { do: "erase"; holder: HolderId }
  /** The records of these opaque words are gone for age; nobody needs to know who they were. */
  | { do: "forget"; people: string[] };

export interface RecordsAnswer {
  /** The newest row of the chain. */
  head: { seq: number; hash: string };
  /** Rows that wait for D1. */
  lag: number;
}
