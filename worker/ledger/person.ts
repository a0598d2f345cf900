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
  /** I13: so many of `groups`, the first, are roles of the CRM; left out: the CRM was not asked. */
  crmRoles?: number;
  /** I4: the role that the operator's lists give; left out: none. */
  listed?: Role;
  /** A13: ids of the pools whose people they manage, as plain users otherwise. The tenant's object adds them; left out: none. */
  manages?: readonly string[];
  /** Login and e-mail address in one spelling, as far as the person cannot change them in the CRM (I4): groups go by them. */
  names?: readonly string[];
  /** L20: the firm's own groups of the person, made in the administration. The tenant's object adds them. */
  firmGroups?: readonly string[];
  /** A command of the operator's or an integration, which the audit names as the actor: nobody who was seen here, or manages. */
  isProgram?: true;
}

/** L17, L20: the CRM's groups of the person and the firm's own, each worth the same. */
export const groupsOf = ({ groups = [], firmGroups = [] }: Pick<Person, "groups" | "firmGroups">): readonly string[] =>
  firmGroups.length === 0 ? groups : groups.length === 0 ? firmGroups : [...new Set([...groups, ...firmGroups])];

/** L10, L12: raises the limit, sets the idle time-out, frees seats. */
export const mayAdminister = (role: Role): boolean => role !== "user";

/** A13: somebody whose right is limited to pools, and who is a plain user beyond that. */
export const isPoolManager = ({ manages = [] }: Pick<Person, "manages">): boolean => manages.length > 0;

/** L13, A13: has pages of the administration: all of them, or those of the pools. */
export const hasPages = (person: Pick<Person, "role" | "manages">): boolean =>
  mayAdminister(person.role) || isPoolManager(person);

/** I13: says which roles and groups of the CRM give rights. */
export const mayGiveRights = (role: Role): boolean => role === "admin" || role === "support";

/** L10: the only ones who lower the limit. */
export const mayLower = (role: Role): boolean => role === "support";
