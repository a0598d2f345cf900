/** Types of the auditor's file, for its tests. */

export interface VerifiedAudit {
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
): Promise<VerifiedAudit>;
export function describe(found: VerifiedAudit): string[];
