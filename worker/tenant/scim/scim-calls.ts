/** S: what the door of SCIM asks of a tenant's object. */
import type { Filter } from "./filter.ts";

export interface ScimEmail {
  value: string;
  type?: string;
  primary?: boolean;
}

/** What is kept of a user; anything else that a provider sends is not. */
export interface ScimUser {
  userName: string;
  externalId?: string;
  active: boolean;
  displayName?: string;
  name?: { formatted?: string; familyName?: string; givenName?: string };
  emails?: ScimEmail[];
}

export interface ScimGroup {
  displayName: string;
  externalId?: string;
  /** Ids of users; left out where they were not asked for. */
  members?: { value: string; display: string }[];
}

export interface Provided<T> {
  id: string;
  revision: number;
  /** ms since 1970. */
  madeAt: number;
  changedAt: number;
  resource: T;
}

export type GroupStep =
  | { set: "displayName"; value: string }
  | { set: "externalId"; value: string | null }
  /** Ids of users. `only`: these and nobody else. */
  | { members: "add" | "take" | "only"; ids: string[] };

interface Find {
  do: "find";
  filter: Filter | null;
  /** From 1. */
  start: number;
  count: number;
}

/** `revision`: of the resource as it was seen (If-Match); null: whichever. */
export type UsersCall =
  | Find
  | { do: "read"; id: string }
  | { do: "make"; user: ScimUser }
  | { do: "put"; id: string; revision: number | null; user: ScimUser }
  | { do: "remove"; id: string; revision: number | null };

export type GroupsOfProvider =
  | (Find & { withMembers: boolean })
  | { do: "read"; id: string; withMembers: boolean }
  | { do: "make"; displayName: string; externalId: string | null; members: string[] }
  | { do: "patch"; id: string; revision: number | null; steps: GroupStep[] }
  | { do: "remove"; id: string; revision: number | null };

export type ScimCall = { of: "users"; call: UsersCall } | { of: "groups"; call: GroupsOfProvider };

/** RFC 7644, 3.12. */
export interface ScimFault {
  status: 400 | 404 | 409 | 412;
  scimType?:
    | "invalidFilter"
    | "uniqueness"
    | "mutability"
    | "invalidSyntax"
    | "invalidPath"
    | "noTarget"
    | "invalidValue";
  detail: string;
}

export interface ScimAnswer {
  total: number;
  resources: Provided<ScimUser | ScimGroup>[];
}

/** Users a provider may bring; as many as groups list people. */
export const SCIM_USERS_MAX = 50_000;
