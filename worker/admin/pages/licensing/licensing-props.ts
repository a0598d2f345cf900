/** A7: what the cards of the licensing page show. */
import type { PastChange } from "../../../ledger/settings/settings.ts";
import type { AdminView, KnownPerson, Person } from "../../../tenant/tenant-calls.ts";
import type { Draft, FormName } from "./forms.ts";
import type { LicensingRoom } from "./licensing-parts.tsx";

/** A search for somebody, and whom it found. */
export interface Picking {
  for: "assign" | "exempt";
  search: string;
  found: KnownPerson[];
}

export type Done = FormName | "pool" | "remove-pool";

export interface LicensingProps {
  room: LicensingRoom;
  visitor: Person;
  view: AdminView;
  /** ms. */
  now: number;
  idleTimeoutMinMs: number;
  /** Emails or logins of support, as the operator has named them. */
  support: readonly string[];
  done: Done | null;
  draft: Draft | null;
  /** The form was made from an older version: what changed since; null: more than is known. */
  since: readonly PastChange[] | null | undefined;
  picking: Picking | null;
}
