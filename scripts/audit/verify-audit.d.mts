/** Types of the auditor's file, for its tests. */

/** A head of the chain as it was signed and received. */
export interface ReceivedHead {
  seq: number;
  hash: string;
  day: string;
  tenant: string;
  key: string;
}

export interface VerifiedAudit {
  /** Signed heads that fit, and those of rows before the file; the key of the first. */
  heads: number;
  headsBefore: number;
  key: string | null;
  /** The keys that rows of the file name: heads of the row `from` and later are signed by it. */
  keys: { seq: number; at: number; key: string; keyId: string; from: number }[];
  /** How many persons' names are proven, erased with a row that says so, or could not be proven in this file. */
  names: { proven: number; erased: number; older: number; outside: number; erasedOutside: number };
  tenant: string;
  count: number;
  first: number | null;
  last: number | null;
  from: number | null;
  to: number | null;
  hash: string;
  /** Number of the row that the first one hangs on. */
  anchor: number;
  filtered: boolean;
  skipped: number;
  /** Where the seats were set back to how they were after the row `base`; rows `from` to `to` were given up. */
  divisions: { seq: number; at: number; base: number; from: number; to: number }[];
}

export function canonicalJson(value: unknown): string;
export function verifyAudit(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  known?: Map<number, string>,
  heads?: readonly ReceivedHead[],
): Promise<VerifiedAudit>;
export function readHeads(text: string, key?: string | null): ReceivedHead[];
export function describe(found: VerifiedAudit): string[];
