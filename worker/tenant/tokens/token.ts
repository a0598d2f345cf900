/** A token of a native integration, as the administration lists it: without its secret. */
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
}

/** The group by which an integration's people use seats that are reserved for it (L17). */
export const groupOfToken = (id: string): string => `integration:${id}`;

/** The holder that stands for an integration itself, as actor in the audit. */
export const holderOfToken = (id: string): HolderId => `integration:${id}` as HolderId;
