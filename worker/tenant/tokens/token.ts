/** A token of a native integration, as the administration lists it: without its secret. */
import type { DenialReason } from "../../../shared/denial.ts";
import type { HolderId } from "../../../shared/ids.ts";
import type { TokenPolicy } from "../../../shared/native-protocol.ts";

export interface TokenRow {
  id: string;
  name: string;
  /** Kind of client, for the records: `desktop`, `mail`, `erp` and the like. */
  kind: string;
  policy: TokenPolicy;
  madeAt: number;
  /** The name of the person; empty when nobody knows it any more. */
  madeBy: string;
  /** To the hour; null: never. */
  lastUsedAt: number | null;
  /** N5: who has worked through it, the latest first; only where tokens are listed. */
  people?: TokenUser[];
}

/** Somebody who works through a program. */
export interface TokenUser {
  id: HolderId;
  name: string;
  /** ms; the last to the quarter of an hour. */
  firstAt: number;
  lastAt: number;
  /** The last refusal; null: never refused by a check. */
  refused: { at: number; reason: DenialReason } | null;
}

/** The group by which an integration's people use seats that are reserved for it (L17). */
export const groupOfToken = (id: string): string => `integration:${id}`;

/** The holder that stands for an integration itself, as actor in the audit. */
export const holderOfToken = (id: string): HolderId => `integration:${id}` as HolderId;
