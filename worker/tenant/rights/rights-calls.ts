/** I13: what the administration asks about the map of rights, and what it is answered. */
import type { HolderId } from "../../../shared/ids.ts";
import type { Role } from "../../ledger/person.ts";
import type { RightRule, RightsMap } from "../../ledger/settings/rights.ts";

/** `read`: the map that there is. `preview`: what another would change, which changes nothing. */
export type RightsCall = { do: "read" } | { do: "preview"; rights: RightsMap | null };

/** A role or group of the CRM, and how many people known here have it. */
export interface KnownName {
  of: RightRule["of"];
  name: string;
  people: number;
}

/** Somebody whose right would be another: through what it would be then, or, where less is left, is now. */
export interface Turn {
  id: HolderId;
  name: string;
  from: Role;
  to: Role;
  /** A13: names of the pools that the person manages as a plain user. */
  fromPools: string[];
  toPools: string[];
  through: string | null;
}

export interface RightsAnswer {
  version: number;
  /** null: the preset's. */
  rights: RightsMap | null;
  preset: RightsMap;
  names: KnownName[];
  /** null: nothing was asked. */
  preview: { gains: Turn[]; loses: Turn[] } | null;
}
