/**
 * Hot path: the heartbeat of open tabs, which every browser sends once a minute and which is most of all that is ever
 * asked. It goes to the tenant's object as it came and is read there, once.
 */
import { BODY_MAX_BYTES } from "../../shared/protocol.ts";
import { statedLength } from "../http/bounded-body.ts";
import type { Caller, TenantCalls } from "../tenant/tenant-calls.ts";
import { answerText, problemResponse } from "./answer.ts";
import type { Sender } from "./api-request.ts";
import { silenceOf } from "./pipeline.ts";
import { hasLostText, isJson } from "./request-body.ts";

/** `otherwise` answers the same request by the pipeline, which says what is wrong with it. */
export async function answerHeartbeat(
  request: Request,
  { origin, caller }: Sender,
  tenant: TenantCalls,
  otherwise: (request: Request) => Promise<Response>,
): Promise<Response> {
  if (caller === null || origin === "foreign" || !isShortJson(request)) return otherwise(request);
  try {
    const said = await request.text();
    const isWhole = said.length <= BODY_MAX_BYTES && !hasLostText(said);
    const status = isWhole ? await tenant.heartbeatText(textOf(caller), said) : null;
    return status === null ? await otherwise(new Request(request, { body: said })) : answerText(status);
  } catch (error) {
    return problemResponse(silenceOf("heartbeat", error));
  }
}

function isShortJson({ method, headers }: Request): boolean {
  if (method !== "POST" || !isJson(headers)) return false;
  const length = statedLength(headers);
  return length !== null && length <= BODY_MAX_BYTES;
}

/** A caller that the isolate knows is the same object in every heartbeat. */
const texts = new WeakMap<Caller, string>();

function textOf(caller: Caller): string {
  const known = texts.get(caller);
  if (known !== undefined) return known;
  const text = JSON.stringify(caller);
  texts.set(caller, text);
  return text;
}
