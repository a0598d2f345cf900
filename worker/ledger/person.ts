/** Who a holder is, as confirmed by the CRM. */
import type { HolderId } from "../../shared/ids.ts";

/** Hotseat's roles, lowest first (I4). */
export const ROLES = ["user", "licence_manager", "admin", "support"] as const;
export type Role = (typeof ROLES)[number];

export interface Person {
  id: HolderId;
  name: string;
  email: string | null;
  role: Role;
  /** Names of the CRM's roles and groups of the person, for pools (L17). */
  groups?: readonly string[];
}

/** L10, L12: raises the limit, sets the idle time-out, frees seats. */
export const mayAdminister = (role: Role): boolean => role !== "user";

/** L10: the only ones who lower the limit. */
export const mayLower = (role: Role): boolean => role === "support";
