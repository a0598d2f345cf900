/** The part of the API's document that is about SCIM. */
import { SCIM_PATH, SCIM_TYPE } from "./discovery.ts";
import { SCIM_ENDPOINTS, type ScimEndpoint } from "./scim-endpoints.ts";
import { FAULT } from "./scim-messages.ts";

type Json = Record<string, unknown>;

export const SCIM_TAG = {
  name: "SCIM",
  description: "For identity providers, which keep users and groups: with a token of the policy `scim`.",
};

const STATUS_WORDS: Record<number, string> = {
  400: "The body, the filter or a value is wrong.",
  401: "The token is unknown or revoked.",
  403: "The token's policy is another one.",
  404: "There is no such resource.",
  409: "There is one of this name already.",
  412: "It is in another version by now.",
  413: "The body is too large.",
  415: "The body is not JSON.",
  503: "The licence service did not answer.",
};

const RETRY = { "retry-after": { description: "Seconds to wait.", schema: { type: "integer" } } };

const contentOf = (name: string, example: unknown): Json => ({
  [SCIM_TYPE]: { schema: { $ref: `#/components/schemas/${name}` }, example },
});

function operationOf({
  method,
  path,
  id,
  summary,
  description,
  query = [],
  body,
  answer,
  status,
  faults,
}: ScimEndpoint): Json {
  const ids = path.includes("{id}")
    ? [{ name: "id", in: "path", required: true, description: "Its id.", schema: { type: "string" } }]
    : [];
  const parameters = [...ids, ...query.map((field) => ({ required: false, ...field, in: "query" }))];
  const faulty = [...new Set([...faults, 401, 403, 503])].map((code) => [
    code,
    {
      description: STATUS_WORDS[code],
      ...(code === 503 ? { headers: RETRY } : {}),
      content: contentOf(FAULT.name, { ...(FAULT.example as object), status: String(code) }),
    },
  ]);
  return {
    operationId: id,
    tags: [SCIM_TAG.name],
    summary,
    description,
    security: [{ token: [] }],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: contentOf(body.name, body.example) } }),
    responses: {
      [status]: {
        description: answer === null ? "Done." : "What was asked for.",
        ...(answer === null ? {} : { content: contentOf(answer.name, answer.example) }),
      },
      ...(/^(?:Users|Groups)\/\{id\}$/.test(path) && method === "GET"
        ? { 304: { description: "It is as it was." } }
        : {}),
      ...Object.fromEntries(faulty),
    },
  };
}

/** By path, each with its methods. */
export const scimPaths = (): Record<string, Json> =>
  Object.fromEntries(
    [...Map.groupBy(SCIM_ENDPOINTS, ({ path }) => path)].map(([path, endpoints]) => [
      `${SCIM_PATH}/${path}`,
      Object.fromEntries(endpoints.map((endpoint) => [endpoint.method.toLowerCase(), operationOf(endpoint)])),
    ]),
  );

export const scimMessages = () => [
  ...SCIM_ENDPOINTS.flatMap(({ body, answer }) => [
    ...(body === undefined ? [] : [body]),
    ...(answer === null ? [] : [answer]),
  ]),
  FAULT,
];
