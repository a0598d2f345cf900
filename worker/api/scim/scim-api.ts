/**
 * SCIM 2.0 (RFC 7643, 7644) under `/.hotseat/scim/v2`: an identity provider such as Okta or Entra keeps users and groups,
 * with a token of the policy `scim`.
 */

import { type Context, Hono } from "hono";
import { type DoorProblem, PROBLEMS } from "../../../shared/problem.ts";
import { OWN_PATH } from "../../../shared/protocol.ts";
import { err, ok, type Result } from "../../../shared/result.ts";
import { readBoundedText } from "../../http/bounded-body.ts";
import { written } from "../../http/problem-response.ts";
import { attributeOf, type Filter, readFilter } from "../../tenant/scim/filter.ts";
import type {
  GroupStep,
  Provided,
  ScimAnswer,
  ScimCall,
  ScimFault,
  ScimGroup,
  ScimUser,
} from "../../tenant/scim/scim-calls.ts";
import type { Person, TenantCalls } from "../../tenant/tenant-calls.ts";
import { holderOfToken } from "../../tenant/tokens/token.ts";
import type { ApiEnv, ApiPorts } from "../api-request.ts";
import { readBearerToken } from "../token-access.ts";
import { GROUP, resourceTypes, schemas, serviceProviderConfig, USER } from "./discovery.ts";
import { listResponse, readPage } from "./paging.ts";
import { isObject, patchUser, readGroupSteps, readMembers, readOperations } from "./patch.ts";
import { readUser } from "./user.ts";

export const SCIM_PATH = `${OWN_PATH}scim/v2`;
/** A group of 50,000 members in one request, each with a name beside its id. */
const SCIM_BODY_MAX_BYTES = 8 * 1024 * 1024;
/** Somebody else changed the user between reading and writing: the change is made again on what is there then. */
const TRIES = 4;

type Fault = ScimFault | { status: 401 | 403 | 413 | 415 | 503; scimType?: undefined; detail: string };
type Asked = Context<ApiEnv, string>;
type Answered = Promise<Result<Response, Fault>>;
type Ask = (call: ScimCall) => Promise<Result<ScimAnswer, ScimFault>>;

/** What a handler works with. */
interface Desk {
  c: Asked;
  ask: Ask;
  /** Address of this SCIM. */
  base: string;
}

/** Routes under `/.hotseat/scim/v2`. */
export function createScim({ tenant }: ApiPorts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  const route = (work: (desk: Desk) => Answered) => async (c: Asked) => {
    const answered = await withToken(c, tenant, work);
    return answered.ok ? answered.value : answerFault(answered.error);
  };
  const at = (path: string) => `${SCIM_PATH}/${path}`;
  app.get(
    at("ServiceProviderConfig"),
    route(async ({ base }) => ok(json(serviceProviderConfig(base)))),
  );
  for (const [place, list] of [
    ["ResourceTypes", resourceTypes],
    ["Schemas", schemas],
  ] as const) {
    app.get(
      at(place),
      route(async ({ base }) => ok(json(listResponse(list(base).length, 1, list(base))))),
    );
    app.get(
      at(`${place}/:id`),
      route(async ({ base, c }) => {
        const found = list(base).find(({ id }) => id === c.req.param("id"));
        return found === undefined ? err({ status: 404, detail: "There is no such thing" }) : ok(json(found));
      }),
    );
  }
  app.get(at("Users"), route(findUsers));
  app.post(at("Users"), route(makeUser));
  app.get(at("Users/:id"), route(readOneUser));
  app.put(at("Users/:id"), route(putUser));
  app.patch(at("Users/:id"), route(patchOneUser));
  app.delete(at("Users/:id"), route(removeUser));
  app.get(at("Groups"), route(findGroups));
  app.post(at("Groups"), route(makeGroup));
  app.get(at("Groups/:id"), route(readOneGroup));
  app.put(at("Groups/:id"), route(putGroup));
  app.patch(at("Groups/:id"), route(patchOneGroup));
  app.delete(at("Groups/:id"), route(removeGroup));
  return app;
}

async function withToken(c: Asked, tenant: TenantCalls, work: (desk: Desk) => Answered): Answered {
  try {
    const token = await readBearerToken(c.req.raw, tenant, ["scim"]);
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

const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: {
      "content-type": "application/scim+json",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      ...headers,
    },
  });

function answerFault({ status, scimType, detail }: Fault): Response {
  const body = {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
    // A text, as RFC 7644 has it.
    status: String(status),
    ...(scimType === undefined ? {} : { scimType }),
    detail,
  };
  const headers = status === 401 ? { "www-authenticate": "Bearer" } : status === 503 ? { "retry-after": "5" } : {};
  return json(body, status, headers as Record<string, string>);
}

async function readJson({ req }: Asked): Promise<Result<unknown, Fault>> {
  const type = req.header("content-type") ?? "";
  if (!/^application\/(?:scim\+)?json\s*(?:;|$)/i.test(type.trim())) {
    return err({ status: 415, detail: "Send the body as application/scim+json" });
  }
  const text = await readBoundedText(req.raw, SCIM_BODY_MAX_BYTES);
  if (text === null) return err({ status: 413, detail: `A body has at most ${SCIM_BODY_MAX_BYTES} bytes` });
  try {
    return ok(JSON.parse(text));
  } catch {
    return err({ status: 400, scimType: "invalidSyntax", detail: "The body is not JSON" });
  }
}

/** The revision that the sender saw; null: it does not say. */
function revisionOf({ req }: Asked): number | null {
  const match = /^\s*(?:W\/)?"(\d{1,9})"\s*$/.exec(req.header("if-match") ?? "");
  return match === null ? null : Number(match[1]);
}

const idOf = ({ req }: Asked): string => req.param("id") ?? "";

function metaOf(resourceType: "User" | "Group", { id, madeAt, changedAt, revision }: Provided<unknown>, base: string) {
  return {
    resourceType,
    created: new Date(madeAt).toISOString(),
    lastModified: new Date(changedAt).toISOString(),
    location: `${base}/${resourceType}s/${id}`,
    version: `W/"${revision}"`,
  };
}

const showUser = (user: Provided<ScimUser>, base: string) => ({
  schemas: [USER],
  id: user.id,
  ...user.resource,
  meta: metaOf("User", user, base),
});

function showGroup(group: Provided<ScimGroup>, base: string) {
  const { members, ...resource } = group.resource;
  const shown = members?.map((member) => ({ ...member, $ref: `${base}/Users/${member.value}` }));
  const meta = metaOf("Group", group, base);
  return { schemas: [GROUP], id: group.id, ...resource, ...(shown === undefined ? {} : { members: shown }), meta };
}

/** The attributes that were asked for; id and schemas always. */
function choose(shown: Record<string, unknown>, { req }: Asked): Record<string, unknown> {
  const names = (query: string | undefined) =>
    query === undefined
      ? null
      : query.split(",").map((name) => (name.trim().split(":").at(-1) ?? "").split(".")[0]?.toLowerCase());
  const [wanted, unwanted] = [names(req.query("attributes")), names(req.query("excludedAttributes"))];
  if (wanted === null && unwanted === null) return shown;
  return Object.fromEntries(
    Object.entries(shown).filter(([name]) => {
      const key = name.toLowerCase();
      return key === "id" || key === "schemas" || (wanted === null ? !unwanted?.includes(key) : wanted.includes(key));
    }),
  );
}

function showsMembers({ req }: Asked): boolean {
  const { attributes = "members", excludedAttributes = "" } = req.query();
  return /\bmembers\b/i.test(attributes) && !/\bmembers\b/i.test(excludedAttributes);
}

function filterOf({ req }: Asked): Result<Filter | null, Fault> {
  const text = req.query("filter");
  if (text === undefined || text.trim() === "") return ok(null);
  const filter = readFilter(text);
  return filter.ok ? filter : err({ status: 400, scimType: "invalidFilter", detail: filter.error });
}

const only = (answer: ScimAnswer): Provided<ScimUser> => answer.resources[0] as Provided<ScimUser>;

const sendUser = ({ c, base }: Desk, user: Provided<ScimUser>, status = 200): Response => {
  const shown = showUser(user, base);
  const { location, version } = shown.meta;
  return json(choose(shown, c), status, { etag: version, ...(status === 201 ? { location } : {}) });
};

const sendGroup = ({ c, base }: Desk, group: Provided<ScimGroup>, status = 200): Response => {
  const shown = showGroup(group, base);
  const { location, version } = shown.meta;
  return json(choose(shown, c), status, { etag: version, ...(status === 201 ? { location } : {}) });
};

async function findUsers({ c, ask, base }: Desk): Answered {
  const filter = filterOf(c);
  if (!filter.ok) return filter;
  const page = readPage(c.req.query("startIndex"), c.req.query("count"));
  const found = await ask({ of: "users", call: { do: "find", filter: filter.value, ...page } });
  if (!found.ok) return found;
  const shown = (found.value.resources as Provided<ScimUser>[]).map((user) => choose(showUser(user, base), c));
  return ok(json(listResponse(found.value.total, page.start, shown)));
}

async function makeUser(desk: Desk): Answered {
  const body = await readJson(desk.c);
  if (!body.ok) return body;
  const user = readUser(body.value);
  if (!user.ok) return user;
  const made = await desk.ask({ of: "users", call: { do: "make", user: user.value } });
  return made.ok ? ok(sendUser(desk, only(made.value), 201)) : made;
}

async function readOneUser(desk: Desk): Answered {
  const read = await desk.ask({ of: "users", call: { do: "read", id: idOf(desk.c) } });
  return read.ok ? ok(sendUser(desk, only(read.value))) : read;
}

async function putUser(desk: Desk): Answered {
  const body = await readJson(desk.c);
  if (!body.ok) return body;
  const user = readUser(body.value);
  if (!user.ok) return user;
  const call = { do: "put" as const, id: idOf(desk.c), revision: revisionOf(desk.c), user: user.value };
  const put = await desk.ask({ of: "users", call });
  return put.ok ? ok(sendUser(desk, only(put.value))) : put;
}

async function patchOneUser(desk: Desk): Answered {
  const body = await readJson(desk.c);
  if (!body.ok) return body;
  const operations = readOperations(body.value);
  if (!operations.ok) return operations;
  const id = idOf(desk.c);
  const seen = revisionOf(desk.c);
  for (let tries = 1; ; tries++) {
    const read = await desk.ask({ of: "users", call: { do: "read", id } });
    if (!read.ok) return read;
    const before = only(read.value);
    const patched = patchUser(before.resource, operations.value);
    if (!patched.ok) return patched;
    const user = readUser(patched.value);
    if (!user.ok) return user;
    const call = { do: "put" as const, id, revision: seen ?? before.revision, user: user.value };
    const put = await desk.ask({ of: "users", call });
    if (put.ok) return ok(sendUser(desk, only(put.value)));
    if (put.error.status !== 412 || seen !== null || tries === TRIES) return put;
  }
}

async function removeUser({ c, ask }: Desk): Answered {
  const removed = await ask({ of: "users", call: { do: "remove", id: idOf(c), revision: revisionOf(c) } });
  return removed.ok ? ok(new Response(null, { status: 204 })) : removed;
}

async function findGroups({ c, ask, base }: Desk): Answered {
  const filter = filterOf(c);
  if (!filter.ok) return filter;
  const page = readPage(c.req.query("startIndex"), c.req.query("count"));
  const call = { do: "find" as const, filter: filter.value, withMembers: showsMembers(c), ...page };
  const found = await ask({ of: "groups", call });
  if (!found.ok) return found;
  const shown = (found.value.resources as Provided<ScimGroup>[]).map((group) => choose(showGroup(group, base), c));
  return ok(json(listResponse(found.value.total, page.start, shown)));
}

/** A group as it is sent whole. */
function readGroup(
  body: unknown,
): Result<{ displayName: string; externalId: string | null; members: string[] }, Fault> {
  const wrong = (detail: string) => err<Fault>({ status: 400, scimType: "invalidValue", detail });
  const displayName = isObject(body) ? attributeOf(body, "displayName") : undefined;
  if (typeof displayName !== "string" || displayName.trim() === "") return wrong("A group needs a displayName");
  const externalId = attributeOf(body, "externalId") ?? null;
  if (externalId !== null && typeof externalId !== "string") return wrong("externalId is a text");
  const members = readMembers(attributeOf(body, "members"));
  if (!members.ok) return members;
  return ok({ displayName: displayName.trim(), externalId, members: members.value });
}

async function makeGroup(desk: Desk): Answered {
  const body = await readJson(desk.c);
  if (!body.ok) return body;
  const group = readGroup(body.value);
  if (!group.ok) return group;
  const made = await desk.ask({ of: "groups", call: { do: "make", ...group.value } });
  return made.ok ? ok(sendGroup(desk, made.value.resources[0] as Provided<ScimGroup>, 201)) : made;
}

async function readOneGroup(desk: Desk): Answered {
  const call = { do: "read" as const, id: idOf(desk.c), withMembers: showsMembers(desk.c) };
  const read = await desk.ask({ of: "groups", call });
  return read.ok ? ok(sendGroup(desk, read.value.resources[0] as Provided<ScimGroup>)) : read;
}

async function putGroup(desk: Desk): Answered {
  const body = await readJson(desk.c);
  if (!body.ok) return body;
  const group = readGroup(body.value);
  if (!group.ok) return group;
  const { displayName, externalId, members } = group.value;
  const steps: GroupStep[] = [
    { set: "displayName", value: displayName },
    { set: "externalId", value: externalId },
    { members: "only", ids: members },
  ];
  const put = await desk.ask({
    of: "groups",
    call: { do: "patch", id: idOf(desk.c), revision: revisionOf(desk.c), steps },
  });
  return put.ok ? readOneGroup(desk) : put;
}

/** Answers without a body: a group may be large, and Entra asks for none. */
async function patchOneGroup({ c, ask }: Desk): Answered {
  const body = await readJson(c);
  if (!body.ok) return body;
  const operations = readOperations(body.value);
  if (!operations.ok) return operations;
  const steps = readGroupSteps(operations.value);
  if (!steps.ok) return steps;
  const call = { do: "patch" as const, id: idOf(c), revision: revisionOf(c), steps: steps.value };
  const patched = await ask({ of: "groups", call });
  return patched.ok ? ok(new Response(null, { status: 204 })) : patched;
}

async function removeGroup({ c, ask }: Desk): Answered {
  const removed = await ask({ of: "groups", call: { do: "remove", id: idOf(c), revision: revisionOf(c) } });
  return removed.ok ? ok(new Response(null, { status: 204 })) : removed;
}
