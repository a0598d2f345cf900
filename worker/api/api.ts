/** The API: its calls (protocol.ts `API`) by a table, the administration's and the native clients' by Hono's routes. */
import { Hono } from "hono";
import type { DoorProblem } from "../../shared/problem.ts";
import { API, API_PATH, type ApiName } from "../../shared/protocol.ts";
import { BYE_PATH } from "../../shared/reserved-path.ts";
import { err, ok } from "../../shared/result.ts";
import { chooseTag } from "../i18n/tag.ts";
import { sayWhy } from "../i18n/why.ts";
import { createAdminApi } from "./admin-api.ts";
import { answerJson, answerText } from "./answer.ts";
import type { ApiEnv, ApiPorts, Sender } from "./api-request.ts";
import { CALLS, type Reply } from "./calls.ts";
import { DOCUMENT_PATH } from "./endpoints.ts";
import { answerHeartbeat } from "./heartbeat.ts";
import { createMetrics } from "./metrics.ts";
import { createNativeApi } from "./native-api.ts";
import { apiDocumentText } from "./openapi.ts";
import { answerPerson } from "./pipeline.ts";
import { createReadApi } from "./read-api.ts";
import { EXPLAIN, SEAT_ENDPOINTS } from "./seat-endpoints.ts";

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
  app.get(DOCUMENT_PATH, () => answerText(apiDocumentText()));
  // L19: why the person who asks has a seat or none.
  app.get(EXPLAIN.path, (c) =>
    answerPerson(c.req.raw, c.var, EXPLAIN, async ({ person }) => {
      const isManager = person.role !== "user";
      const explained = await ports.tenant.explain(person);
      const said = sayWhy(chooseTag(c.req.header("accept-language")), explained, isManager);
      // L19: the smallest change tells of the settings, which are for those who may change them.
      return ok(answerJson({ ...explained, change: isManager ? explained.change : null, said }));
    }),
  );
  return app;
}

/** Answers one call of the table. */
export const answerApi = (request: Request, sender: Sender, ports: ApiPorts, name: ApiName): Promise<Response> =>
  name === "heartbeat"
    ? answerHeartbeat(request, sender, ports.tenant, (asked) => answerCall(asked, sender, ports, name))
    : answerCall(request, sender, ports, name);

const answerCall = (request: Request, sender: Sender, ports: ApiPorts, name: ApiName): Promise<Response> =>
  answerPerson(request, sender, SEAT_ENDPOINTS[name], async (caller, body) => {
    const asked = { request, caller, fromExtension: sender.origin === "extension" };
    // The table pairs each name with its own schema, which TypeScript cannot follow through a variable name.
    const reply = await (CALLS[name] as (...asked: unknown[]) => Promise<Reply | DoorProblem>)(ports, asked, body);
    return "code" in reply ? err(reply) : ok(respond(request, reply));
  });

function respond(request: Request, { text, cookies }: Reply): Response {
  const leadsOn = cookies.length > 0 && request.url.endsWith(BYE_PATH);
  const response = leadsOn ? leadOn(`${API_PATH}status`) : answerText(text);
  for (const cookie of cookies) response.headers.append("set-cookie", cookie);
  return response;
}

/** L9: nobody reads this answer; the request that follows shows that the browser took its cookies. */
const leadOn = (location: string): Response =>
  new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } });
