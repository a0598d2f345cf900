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
  const known = names.flatMap((name) => (name === null || name === "" ? [] : [spellName(name)]));
  const given: Role[] = crmRoles.flatMap((role) => (Object.hasOwn(map, role) ? (map[role] ?? []) : []));
  for (const role of ["licence_manager", "admin", "support"] as const) {
    if (known.some((name) => lists[role].includes(name))) given.push(role);
  }
  return given.reduce<Role>((highest, role) => (ROLES.indexOf(role) > ROLES.indexOf(highest) ? role : highest), "user");
}
