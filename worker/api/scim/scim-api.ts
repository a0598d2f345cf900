/**
 * SCIM 2.0 (RFC 7643, 7644) under `/.hotseat/scim/v2`: an identity provider such as Okta or Entra keeps users and groups,
 * with a token of the policy `scim`.
 */

import { Hono } from "hono";
import { type DoorProblem, PROBLEMS } from "../../../shared/problem.ts";
import { err, ok } from "../../../shared/result.ts";
import { written } from "../../http/problem-response.ts";
import type { Person, TenantCalls } from "../../tenant/tenant-calls.ts";
import { holderOfToken } from "../../tenant/tokens/token.ts";
import type { ApiEnv, ApiPorts } from "../api-request.ts";
import { readBearerToken } from "../token-access.ts";
import { resourceTypes, SCIM_PATH, schemas, serviceProviderConfig } from "./discovery.ts";
import { findGroups, makeGroup, patchOneGroup, putGroup, readOneGroup, removeGroup } from "./groups.ts";
import { listResponse } from "./paging.ts";
import { SCIM_ENDPOINTS, type ScimId } from "./scim-endpoints.ts";
import { type Answered, type Asked, type Desk, type Fault, json } from "./scim-request.ts";
import { findUsers, makeUser, patchOneUser, putUser, readOneUser, removeUser } from "./users.ts";

type Work = (desk: Desk) => Answered;

const allOf =
  (list: (base: string) => { id: string }[]): Work =>
  async ({ base }) =>
    ok(json(listResponse(list(base).length, 1, list(base))));
const oneOf =
  (list: (base: string) => { id: string }[]): Work =>
  async ({ base, c }) => {
    const found = list(base).find(({ id }) => id === c.req.param("id"));
    return found === undefined ? err({ status: 404, detail: "There is no such thing" }) : ok(json(found));
  };

const WORK: Record<ScimId, Work> = {
  scimServiceProviderConfig: async ({ base }) => ok(json(serviceProviderConfig(base))),
  scimResourceTypes: allOf(resourceTypes),
  scimResourceTypesOne: oneOf(resourceTypes),
  scimSchemas: allOf(schemas),
  scimSchemasOne: oneOf(schemas),
  scimFindUser: findUsers,
  scimMakeUser: makeUser,
  scimReadUser: readOneUser,
  scimPutUser: putUser,
  scimPatchUser: patchOneUser,
  scimRemoveUser: removeUser,
  scimFindGroup: findGroups,
  scimMakeGroup: makeGroup,
  scimReadGroup: readOneGroup,
  scimPutGroup: putGroup,
  scimPatchGroup: patchOneGroup,
  scimRemoveGroup: removeGroup,
};

/** Routes under `/.hotseat/scim/v2`. */
export function createScim({ tenant }: ApiPorts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  const route = (work: Work) => async (c: Asked) => {
    const answered = await withToken(c, tenant, work);
    return answered.ok ? answered.value : answerFault(answered.error);
  };
  for (const { method, path, id } of SCIM_ENDPOINTS) {
    app.on(method, `${SCIM_PATH}/${path.replace("{id}", ":id")}`, route(WORK[id]));
  }
  app.all(
    `${SCIM_PATH}/*`,
    route(async ({ c }) =>
      err(
        /\/(?:Bulk|Me|\.search)$/.test(c.req.path)
          ? { status: 501, detail: "This part of SCIM is not there: ServiceProviderConfig says what is" }
          : { status: 404, detail: "SCIM has nothing at this address" },
      ),
    ),
  );
  return app;
}

/** An address of SCIM asked with a method that it does not have. */
export const wrongMethod = (methods: readonly string[]): Response =>
  answerFault({ status: 405, detail: `Ask this address with ${methods.join(" or ")}` }, { allow: methods.join(", ") });

async function withToken(c: Asked, tenant: TenantCalls, work: Work): Answered {
  try {
    const token = await readBearerToken(c.req.raw, tenant, ["scim"], c.executionCtx);
    if (!token.ok) return err(faultOf(token.error));
    const { id, name } = token.value;
    const actor: Person = { id: holderOfToken(id), name, email: null, role: "licence_manager" };
    const base = new URL(c.req.url).origin + SCIM_PATH;
    return await work({ c, base, ask: (call) => tenant.scim(actor, call) });
  } catch (error) {
    console.error("The tenant did not answer SCIM:", error);
    return err({ status: 503, detail: "The licence service did not answer. Please try again in a few seconds." });
  }
}

const faultOf = (problem: DoorProblem): Fault => ({
  status: PROBLEMS[problem.code].status as 401 | 403,
  detail: written(problem).detail,
});

function answerFault({ status, scimType, detail }: Fault, more: Record<string, string> = {}): Response {
  const body = {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
    // A text, as RFC 7644 has it.
    status: String(status),
    ...(scimType === undefined ? {} : { scimType }),
    detail,
  };
  const headers = status === 401 ? { "www-authenticate": "Bearer" } : status === 503 ? { "retry-after": "5" } : {};
  return json(body, status, { ...headers, ...more } as Record<string, string>);
}
