/** The API: its calls (protocol.ts `API`) by a table, the administration's and the native clients' by Hono's routes. */
import { type Context, Hono } from "hono";
import type { Problem } from "../../shared/problem.ts";
import { API, API_PATH, type ApiName } from "../../shared/protocol.ts";
import { BYE_PATH } from "../../shared/reserved-path.ts";
import { createAdminApi } from "./admin-api.ts";
import { answerJson, answerText, problemResponse } from "./answer.ts";
import type { ApiEnv, ApiPorts, Sender } from "./api-request.ts";
import { CALLS, type Reply } from "./calls.ts";
import { DOCUMENT_PATH } from "./endpoints.ts";
import { createMetrics } from "./metrics.ts";
import { createNativeApi } from "./native-api.ts";
import { apiDocument } from "./openapi.ts";
import { createReadApi } from "./read-api.ts";
import { readBody } from "./request-body.ts";

const isApiName = (name: string): name is ApiName => Object.hasOwn(API, name);

/** The call that an address of ours names; null: none of them. */
export function readApiName(address: string): ApiName | null {
  const start = address.indexOf("/", "https://".length);
  if (!address.startsWith(API_PATH, start)) return null;
  const path = address.slice(start + API_PATH.length);
  const end = path.search(/[?#]/);
  const name = end === -1 ? path : path.slice(0, end);
  return isApiName(name) ? name : null;
}

/** Routes under `/.hotseat/api/` beside the calls. */
export function createApi(ports: ApiPorts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  app.route("/", createAdminApi(ports));
  app.route("/", createNativeApi(ports));
  app.route("/", createMetrics(ports));
  app.route("/", createReadApi(ports));
  app.get(DOCUMENT_PATH, () => answerJson(apiDocument()));
  app.get(`${API_PATH}explain`, (c) => explain(c, ports));
  return app;
}

/** Answers one call. Checks method, origin, person, body, in this order; each fault has one problem. */
export async function answerApi(request: Request, sender: Sender, ports: ApiPorts, name: ApiName): Promise<Response> {
  const answered = await answerCall(request, sender, ports, name);
  return answered instanceof Response ? answered : problemResponse(answered, allowOf(answered, name));
}

/** L9: nobody reads this answer; the request that follows shows that the browser took its cookies. */
const leadOn = (location: string): Response =>
  new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } });

/** L19: why the person who asks has a seat or none. */
async function explain(c: Context<ApiEnv>, { tenant }: ApiPorts): Promise<Response> {
  const { caller } = c.var;
  if (caller === null) {
    return problemResponse({
      code: "signed_out",
      detail: "Open the CRM and sign in; Hotseat learns from it who you are.",
    });
  }
  try {
    return answerJson(await tenant.explain(caller.person));
  } catch (error) {
    console.error("The tenant did not answer explain:", error);
    return problemResponse({
      code: "busy",
      detail: "The licence service did not answer. Please try again in a few seconds.",
    });
  }
}

const allowOf = (problem: Problem, name: ApiName): Record<string, string> =>
  problem.code === "wrong_method" ? { allow: API[name].method === "GET" ? "GET, HEAD" : "POST" } : {};

async function answerCall(
  request: Request,
  { caller, origin }: Sender,
  ports: ApiPorts,
  name: ApiName,
): Promise<Response | Problem> {
  const { method, body: schema } = API[name];
  const asked = request.method === "HEAD" ? "GET" : request.method;
  if (asked !== method) return { code: "wrong_method", detail: `Ask this address with ${method}.` };
  // P2. A GET changes nothing and its answer cannot be read from other sites.
  if (method === "POST" && origin === "foreign") {
    return { code: "foreign_origin", detail: "Ask from a page of the CRM's host or from Hotseat's extension." };
  }
  if (caller === null) {
    return { code: "signed_out", detail: "Open the CRM and sign in; Hotseat learns from it who you are." };
  }
  const body = schema === null ? { ok: true as const, value: {} } : await readBody(request, schema);
  if (!body.ok) return body.error;
  const visit = { request, caller, fromExtension: origin === "extension" };
  let reply: Reply | Problem;
  try {
    // The table pairs each name with its own schema, which TypeScript cannot follow through a variable name.
    reply = await (CALLS[name] as (typeof CALLS)["status"])(ports, visit, body.value);
  } catch (error) {
    console.error(`The tenant did not answer ${name}:`, error);
    return {
      code: "busy",
      detail: "The licence service did not answer. Please try again in a few seconds.",
    };
  }
  if ("code" in reply) return reply;
  const response =
    reply.cookies.length > 0 && request.url.endsWith(BYE_PATH) ? leadOn(`${API_PATH}status`) : answerText(reply.text);
  for (const cookie of reply.cookies) response.headers.append("set-cookie", cookie);
  return response;
}
