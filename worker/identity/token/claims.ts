/** A person out of the verified claims of a token. */

import type { RoleLists } from "../../config/env.ts";
import type { ClaimMap, OidcIdentity, TokenIdentity } from "../../config/identity-config.ts";
import { readPointer } from "../../config/json-pointer.ts";
import type { Person } from "../../ledger/person.ts";
import { boundGroups } from "../../pass/person-bounds.ts";
import { claimSpelling } from "../holder-key.ts";
import { listOf, makePerson, textOf, textsOf } from "../person-reader.ts";
import { decideRole, listedRole, mappedFirst } from "../roles.ts";

/** What is kept of the claims. */
export interface ClaimedPerson {
  id: string | null;
  login: string | null;
  name: string | null;
  email: string | null;
  /** Within the bounds of the identity cookie. */
  roles: string[];
}

export function readClaims(claims: unknown, map: ClaimMap): ClaimedPerson {
  const text = (pointer: string): string | null => textOf(readPointer(claims, pointer));
  const names = textsOf(listOf(readPointer(claims, map.roles)));
  return {
    id: text(map.id),
    login: text(map.login),
    name: text(map.name),
    // An address that its provider has not verified might be anybody's.
    email: readPointer(claims, "/email_verified") === false ? null : text(map.email),
    roles: boundGroups(names),
  };
}

/** null when the claims have no usable id. */
export function personOf(
  { id, login, name, email, roles }: ClaimedPerson,
  identity: TokenIdentity | OidcIdentity,
  lists: RoleLists,
): Person | null {
  const { roleMap } = identity;
  const key = id === null ? null : claimSpelling(identity)(id);
  const names = [login, email];
  const rights = { role: decideRole(roleMap, lists, roles, names), listed: listedRole(lists, names) };
  return makePerson({ key, login, name, email, roles: mappedFirst(roleMap, roles), groups: [], names }, rights);
}
