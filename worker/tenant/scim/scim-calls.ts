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

/** Attributes that SCIM keeps about a resource, but for its address. */
export const metaOf = (
  resourceType: "User" | "Group",
  { madeAt, changedAt, revision }: Omit<Provided<unknown>, "id" | "resource">,
) => ({
  resourceType,
  created: new Date(madeAt).toISOString(),
  lastModified: new Date(changedAt).toISOString(),
  version: `W/"${revision}"`,
});

export type Seen = readonly number[] | null;

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

/** `seen`: revisions of the resource of which it must be at one (If-Match); null: whichever. */
export type UsersCall =
  | Find
  | { do: "read"; id: string }
  | { do: "make"; user: ScimUser }
  | { do: "put"; id: string; seen: Seen; user: ScimUser }
  | { do: "remove"; id: string; seen: Seen };

export type GroupsOfProvider =
  | (Find & { withMembers: boolean })
  | { do: "read"; id: string; withMembers: boolean }
  | { do: "make"; displayName: string; externalId: string | null; members: string[] }
  | { do: "patch"; id: string; seen: Seen; steps: GroupStep[] }
  | { do: "remove"; id: string; seen: Seen };

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
