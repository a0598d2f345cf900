/** S: the contract of the addresses of SCIM, by which the server answers and from which the API's document is made. */
import type { Endpoint, Message } from "../endpoint.ts";
import { LIST_MAX } from "./paging.ts";
import {
  CHANGES_SENT,
  DESCRIPTION,
  DESCRIPTIONS_SHOWN,
  GROUP_SENT,
  GROUP_SHOWN,
  GROUPS_SHOWN,
  USER_SENT,
  USER_SHOWN,
  USERS_SHOWN,
} from "./scim-messages.ts";

type Described = "ResourceTypes" | "Schemas";
/** Names the operation in programs made from the document. */
export type ScimId =
  | "scimServiceProviderConfig"
  | `scim${Described}`
  | `scim${Described}One`
  | `scim${"Find" | "Make" | "Read" | "Put" | "Patch" | "Remove"}${"User" | "Group"}`;

export interface ScimEndpoint {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below the address of SCIM; `{id}` is a place for an id. */
  path: string;
  id: ScimId;
  summary: string;
  description: string;
  query?: NonNullable<Endpoint["query"]>;
  body?: Message;
  /** null: no body. */
  answer: Message | null;
  status: 200 | 201 | 204;
  /** Of its faults, beside those that every address has (401, 403, 503). */
  faults: readonly (400 | 404 | 409 | 412 | 413 | 415)[];
}

type Field = NonNullable<Endpoint["query"]>[number];

const text = { type: "string" };
const ATTRIBUTES: readonly Field[] = [
  { name: "attributes", schema: text, description: "Names of the attributes to answer, with commas between them." },
  { name: "excludedAttributes", schema: text, description: "Names of the attributes to leave out." },
];
const LISTED: readonly Field[] = [
  { name: "filter", schema: text, description: 'Such as `userName eq "anna@acme.example"` (RFC 7644, 3.4.2.2).' },
  { name: "startIndex", schema: { type: "integer" }, description: "Number of the first resource, from 1." },
  { name: "count", schema: { type: "integer" }, description: `How many resources, at most ${LIST_MAX}.` },
  ...ATTRIBUTES,
];

type Contract = Omit<ScimEndpoint, "path" | "id">;
const at = (path: string, contracts: Partial<Record<ScimId, Contract>>): ScimEndpoint[] =>
  Object.entries(contracts).map(([id, contract]) => ({ path, id: id as ScimId, ...contract }));

const about = (place: Described, what: string): ScimEndpoint[] => [
  ...at(place, {
    [`scim${place}`]: {
      method: "GET",
      summary: `${what} that SCIM has here.`,
      description: "The same for every tenant.",
      answer: DESCRIPTIONS_SHOWN,
      status: 200,
      faults: [],
    },
  }),
  ...at(`${place}/{id}`, {
    [`scim${place}One`]: {
      method: "GET",
      summary: `One of the ${what.toLowerCase()}.`,
      description: "By the `id` that the list gives it.",
      answer: DESCRIPTION,
      status: 200,
      faults: [404],
    },
  }),
];

const WRITTEN = [400, 413, 415] as const;

/** In order of the document. */
export const SCIM_ENDPOINTS: readonly ScimEndpoint[] = [
  ...at("ServiceProviderConfig", {
    scimServiceProviderConfig: {
      method: "GET",
      summary: "What of SCIM is there.",
      description: "Patches, filters and versions are; bulk requests, sorting and passwords are not.",
      answer: DESCRIPTION,
      status: 200,
      faults: [],
    },
  }),
  ...about("ResourceTypes", "Resource types"),
  ...about("Schemas", "Schemas"),
  ...at("Users", {
    scimFindUser: {
      method: "GET",
      summary: "Users, by a filter, in pages.",
      description: "Only those whom the provider made; the CRM's own people are not among them.",
      query: LISTED,
      answer: USERS_SHOWN,
      status: 200,
      faults: [400],
    },
    scimMakeUser: {
      method: "POST",
      summary: "Makes a user.",
      description:
        "It stands for the person whom the CRM confirms by the same login or e-mail address; docs/scim.md says which. It gives no right and no licence.",
      body: USER_SENT,
      answer: USER_SHOWN,
      status: 201,
      faults: [...WRITTEN, 409],
    },
  }),
  ...at("Users/{id}", {
    scimReadUser: {
      method: "GET",
      summary: "One user.",
      description: "`If-None-Match` with its version is answered 304 while it is as it was.",
      query: ATTRIBUTES,
      answer: USER_SHOWN,
      status: 200,
      faults: [404],
    },
    scimPutUser: {
      method: "PUT",
      summary: "Replaces a user.",
      description: "With `If-Match`, only while it is in that version.",
      body: USER_SENT,
      answer: USER_SHOWN,
      status: 200,
      faults: [...WRITTEN, 404, 409, 412],
    },
    scimPatchUser: {
      method: "PATCH",
      summary: "Changes parts of a user.",
      description: "With `active` false the user is in none of the provider's groups; nobody loses a licence by it.",
      body: CHANGES_SENT,
      answer: USER_SHOWN,
      status: 200,
      faults: [...WRITTEN, 404, 409, 412],
    },
    scimRemoveUser: {
      method: "DELETE",
      summary: "Removes a user.",
      description: "And takes it out of every group of the provider. Nobody loses a licence by it.",
      answer: null,
      status: 204,
      faults: [404, 412],
    },
  }),
  ...at("Groups", {
    scimFindGroup: {
      method: "GET",
      summary: "Groups, by a filter, in pages.",
      description: "Leave the members of large groups out by `excludedAttributes=members`.",
      query: LISTED,
      answer: GROUPS_SHOWN,
      status: 200,
      faults: [400],
    },
    scimMakeGroup: {
      method: "POST",
      summary: "Makes a group.",
      description: "It is worth the same as one of the CRM's: for pools, usage and reports. Members are ids of users.",
      body: GROUP_SENT,
      answer: GROUP_SHOWN,
      status: 201,
      faults: [...WRITTEN, 409],
    },
  }),
  ...at("Groups/{id}", {
    scimReadGroup: {
      method: "GET",
      summary: "One group, with its members.",
      description: "`If-None-Match` with its version is answered 304 while it is as it was.",
      query: ATTRIBUTES,
      answer: GROUP_SHOWN,
      status: 200,
      faults: [404],
    },
    scimPutGroup: {
      method: "PUT",
      summary: "Replaces a group and its members.",
      description: "With `If-Match`, only while it is in that version.",
      body: GROUP_SENT,
      answer: GROUP_SHOWN,
      status: 200,
      faults: [...WRITTEN, 404, 409, 412],
    },
    scimPatchGroup: {
      method: "PATCH",
      summary: "Changes a group's name, or adds and takes members.",
      description: "Running leases are judged again at once; nobody loses a licence by it.",
      body: CHANGES_SENT,
      answer: null,
      status: 204,
      faults: [...WRITTEN, 404, 409, 412],
    },
    scimRemoveGroup: {
      method: "DELETE",
      summary: "Removes a group.",
      description: "Its people keep their licences. A pool that names it goes on naming it.",
      answer: null,
      status: 204,
      faults: [404, 412],
    },
  }),
];
