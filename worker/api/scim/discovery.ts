/** S: what SCIM says of itself (RFC 7643, 5 to 7): only what is really there. */
import { OWN_PATH } from "../../../shared/protocol.ts";
import { LIST_MAX } from "./paging.ts";

export const SCIM_PATH = `${OWN_PATH}scim/v2`;
export const SCIM_TYPE = "application/scim+json";

export const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
export const GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";

type Attribute = Record<string, unknown>;

const attribute = (name: string, description: string, more: Attribute = {}): Attribute => ({
  name,
  type: "string",
  multiValued: false,
  description,
  required: false,
  caseExact: false,
  mutability: "readWrite",
  returned: "default",
  uniqueness: "none",
  ...more,
});

const SCHEMAS = [
  {
    id: USER,
    name: "User",
    description: "Somebody whom an identity provider knows.",
    attributes: [
      attribute("userName", "The name by which the CRM confirms the person: a login or an e-mail address.", {
        required: true,
        uniqueness: "server",
      }),
      attribute("displayName", "The person's name, for people."),
      attribute("name", "Parts of the person's name.", {
        type: "complex",
        subAttributes: [
          attribute("formatted", "The whole name."),
          attribute("familyName", "The family name."),
          attribute("givenName", "The given name."),
        ],
      }),
      attribute("active", "false: the person is in none of the provider's groups.", { type: "boolean" }),
      attribute("emails", "Addresses; the one of type work stands for the person as userName does.", {
        type: "complex",
        multiValued: true,
        subAttributes: [
          attribute("value", "The address."),
          attribute("type", "Such as work."),
          attribute("primary", "Whether it is the first.", { type: "boolean" }),
        ],
      }),
    ],
  },
  {
    id: GROUP,
    name: "Group",
    description: "A group for pools, usage and reports; it gives no rights.",
    attributes: [
      attribute("displayName", "The group's name, as pools name it.", { required: true, uniqueness: "server" }),
      attribute("members", "Users.", {
        type: "complex",
        multiValued: true,
        subAttributes: [
          attribute("value", "Id of the user.", { mutability: "immutable", caseExact: true }),
          attribute("display", "The user's userName.", { mutability: "readOnly" }),
          attribute("$ref", "Address of the user.", {
            type: "reference",
            referenceTypes: ["User"],
            mutability: "readOnly",
          }),
        ],
      }),
    ],
  },
] as const;

const withMeta = (resource: { id: string }, resourceType: string, base: string, place: string) => ({
  ...resource,
  meta: { resourceType, location: `${base}/${place}/${resource.id}` },
});

export const schemas = (base: string) =>
  SCHEMAS.map((schema) => ({
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
    ...withMeta(schema, "Schema", base, "Schemas"),
  }));

export const resourceTypes = (base: string) =>
  [
    { id: "User", name: "User", endpoint: "/Users", description: "Users", schema: USER },
    { id: "Group", name: "Group", endpoint: "/Groups", description: "Groups", schema: GROUP },
  ].map((type) => ({
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
    ...withMeta(type, "ResourceType", base, "ResourceTypes"),
  }));

export const serviceProviderConfig = (base: string) => ({
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: LIST_MAX },
  changePassword: { supported: false },
  sort: { supported: false },
  etag: { supported: true },
  authenticationSchemes: [
    {
      type: "oauthbearertoken",
      name: "Bearer token",
      description: "A token of Hotseat's administration, policy scim.",
      specUri: "https://www.rfc-editor.org/rfc/rfc6750",
      primary: true,
    },
  ],
  meta: { resourceType: "ServiceProviderConfig", location: `${base}/ServiceProviderConfig` },
});
