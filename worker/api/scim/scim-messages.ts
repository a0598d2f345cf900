/** The messages of SCIM as schemas, for the API's document; readers of requests take more (user.ts, patch.ts). */
import * as z from "zod/mini";
import type { Message } from "../endpoint.ts";
import { GROUP, USER } from "./discovery.ts";

const NAMES = z.array(z.string());
const MADE_AT = "2026-11-21T09:00:00.000Z";
const META = z.object({
  resourceType: z.enum(["User", "Group"]),
  created: z.string(),
  lastModified: z.string(),
  version: z.string(),
  location: z.string(),
});
const EMAIL = { value: z.string(), type: z.optional(z.string()), primary: z.optional(z.boolean()) };
const PERSON_NAME = {
  formatted: z.optional(z.string()),
  familyName: z.optional(z.string()),
  givenName: z.optional(z.string()),
};

const metaOf = (resourceType: "User" | "Group", place: string) => ({
  resourceType,
  created: MADE_AT,
  lastModified: MADE_AT,
  version: 'W/"1"',
  location: `https://crm.acme.example/.hotseat/scim/v2/${place}`,
});

const user = {
  externalId: z.optional(z.string()),
  userName: z.string(),
  displayName: z.optional(z.string()),
};
const userExample = {
  schemas: [USER],
  userName: "anna@acme.example",
  active: true,
  emails: [{ value: "anna@acme.example", type: "work" }],
};

export const USER_SENT: Message = {
  name: "ScimUserRequest",
  schema: z.looseObject({
    schemas: z.optional(NAMES),
    ...user,
    active: z.optional(z.boolean()),
    name: z.optional(z.looseObject(PERSON_NAME)),
    emails: z.optional(z.array(z.looseObject(EMAIL))),
  }),
  example: userExample,
};

/** With `attributes`, only those: what is always there are the id and `schemas`. */
const User = z.object({
  schemas: NAMES,
  id: z.string(),
  ...user,
  userName: z.optional(z.string()),
  active: z.optional(z.boolean()),
  name: z.optional(z.object(PERSON_NAME)),
  emails: z.optional(z.array(z.object(EMAIL))),
  meta: z.optional(META),
});
export const USER_SHOWN: Message = {
  name: "ScimUser",
  schema: User,
  example: { ...userExample, id: "u7k3x9qa", meta: metaOf("User", "Users/u7k3x9qa") },
};

export const GROUP_SENT: Message = {
  name: "ScimGroupRequest",
  schema: z.looseObject({
    schemas: z.optional(NAMES),
    externalId: z.optional(z.nullable(z.string())),
    displayName: z.string(),
    members: z.optional(z.array(z.looseObject({ value: z.string() }))),
  }),
  example: { schemas: [GROUP], displayName: "Finance", members: [{ value: "u7k3x9qa" }] },
};

const Group = z.object({
  schemas: NAMES,
  id: z.string(),
  externalId: z.optional(z.string()),
  displayName: z.optional(z.string()),
  members: z.optional(z.array(z.object({ value: z.string(), display: z.string(), $ref: z.string() }))),
  meta: z.optional(META),
});
const MEMBER = {
  value: "u7k3x9qa",
  display: "anna@acme.example",
  $ref: "https://crm.acme.example/.hotseat/scim/v2/Users/u7k3x9qa",
};
const groupExample = {
  schemas: [GROUP],
  id: "g2m8t4vb",
  displayName: "Finance",
  members: [MEMBER],
  meta: metaOf("Group", "Groups/g2m8t4vb"),
};
export const GROUP_SHOWN: Message = { name: "ScimGroup", schema: Group, example: groupExample };

export const CHANGES_SENT: Message = {
  name: "ScimPatch",
  schema: z.looseObject({
    schemas: z.optional(NAMES),
    Operations: z.array(
      z.looseObject({ op: z.string(), path: z.optional(z.string()), value: z.optional(z.unknown()) }),
    ),
  }),
  example: {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    Operations: [{ op: "add", path: "members", value: [{ value: "u7k3x9qa" }] }],
  },
};

const listOf = (name: string, of: z.ZodMiniType, example: unknown): Message => ({
  name,
  schema: z.object({
    schemas: NAMES,
    totalResults: z.int(),
    startIndex: z.int(),
    itemsPerPage: z.int(),
    Resources: z.array(of),
  }),
  example: {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
    totalResults: 1,
    startIndex: 1,
    itemsPerPage: 1,
    Resources: [example],
  },
});
export const USERS_SHOWN = listOf("ScimUsers", User, USER_SHOWN.example);
export const GROUPS_SHOWN = listOf("ScimGroups", Group, groupExample);

/** What SCIM says of itself; RFC 7643, 5 to 7, has the fields. */
const Description = z.looseObject({ schemas: NAMES });
const descriptionExample = { schemas: ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"] };
export const DESCRIPTION: Message = { name: "ScimDescription", schema: Description, example: descriptionExample };
export const DESCRIPTIONS_SHOWN = listOf("ScimDescriptions", Description, descriptionExample);

export const FAULT: Message = {
  name: "ScimFault",
  schema: z.object({
    schemas: NAMES,
    status: z.string(),
    scimType: z.optional(z.string()),
    detail: z.string(),
  }),
  example: {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
    status: "404",
    detail: "There is no user u7k3x9qa",
  },
};
