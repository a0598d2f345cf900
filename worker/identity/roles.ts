/** I4: the CRM's roles and the operator's lists to one role of Hotseat's; the highest counts. */

import type { RoleLists } from "../config/env.ts";
import { ROLES, type Role } from "../ledger/person.ts";
import { spellName } from "./holder-key.ts";

/** `map`: the CRM's role names to Hotseat's. `names` are the person's email and login as the CRM confirmed them. */
export function decideRole(
  map: Readonly<Record<string, Role>>,
  lists: RoleLists,
  crmRoles: readonly string[],
  names: readonly (string | null)[],
): Role {
  return highestOf([...crmRoles.flatMap((role) => mapped(map, role) ?? []), listedRole(lists, names)]);
}

/** The role that the operator's lists alone give. */
export function listedRole(lists: RoleLists, names: readonly (string | null)[]): Role {
  const known = names.flatMap((name) => (name === null || name === "" ? [] : [spellName(name)]));
  const given = (["licence_manager", "admin", "support"] as const).filter((role) =>
    known.some((name) => lists[role].includes(name)),
  );
  return highestOf(given);
}

/** Roles that the map names come first: of a person's many roles only some are kept. */
export const mappedFirst = (map: Readonly<Record<string, Role>>, crmRoles: readonly string[]): string[] => [
  ...crmRoles.filter((role) => mapped(map, role) !== undefined),
  ...crmRoles.filter((role) => mapped(map, role) === undefined),
];

const mapped = (map: Readonly<Record<string, Role>>, role: string): Role | undefined =>
  Object.hasOwn(map, role) ? map[role] : undefined;

const highestOf = (roles: readonly Role[]): Role =>
  roles.reduce<Role>((highest, role) => (ROLES.indexOf(role) > ROLES.indexOf(highest) ? role : highest), "user");
