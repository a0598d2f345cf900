/**
 * How every address of the API is asked and answers (P2, P5, A2, N3), by what its contract (endpoints.ts) says of it:
 * method, origin, sender, body, call, in this order. Each fault has one problem, and it is the first.
 */
import type { DoorProblem } from "../../shared/problem.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import type { Caller, TenantCalls } from "../tenant/tenant-calls.ts";
import type { TokenRow } from "../tenant/tokens/token.ts";
import { problemResponse } from "./answer.ts";
import type { Sender } from "./api-request.ts";
import type { Endpoint } from "./endpoint.ts";
import { readBody } from "./request-body.ts";
import { readBearerToken } from "./token-access.ts";

/** What an address does for a sender it knows, with the body as its schema gives it (null where it has none). */
export type Call<S> = (sender: S, body: unknown) => Promise<Result<Response, DoorProblem>>;

/** Answers somebody whom the identity cookie names. */
export const answerPerson = (request: Request, sender: Sender, endpoint: Endpoint, call: Call<Caller>) =>
  answer(request, endpoint, call, sender.origin === "foreign", () =>
    sender.caller === null ? err(SIGNED_OUT) : ok(sender.caller),
  );

/** Answers a program that shows a token. Its origin counts for nothing: a browser never adds a token by itself. */
export const answerToken = (asked: Asked, tenant: TenantCalls, endpoint: Endpoint, call: Call<TokenRow>) => {
  const { raw: request } = asked.req;
  const { policies = [] } = endpoint;
  return answer(request, endpoint, call, false, () => readBearerToken(request, tenant, policies, asked.executionCtx));
};

/** A request as Hono has it. */
interface Asked {
  req: { raw: Request };
  executionCtx: Pick<ExecutionContext, "waitUntil">;
}

/** Also to somebody known only from before a sign-out (I9): with the next page the CRM says who it is. */
export const SIGNED_OUT: DoorProblem = {
  code: "signed_out",
  detail: "Open the CRM and sign in; Hotseat learns from it who you are.",
};

async function answer<S>(
  request: Request,
  endpoint: Endpoint,
  call: Call<S>,
  isForeign: boolean,
  readSender: () => Result<S, DoorProblem> | Promise<Result<S, DoorProblem>>,
): Promise<Response> {
  const answered = await ask(request, endpoint, call, isForeign, readSender);
  return answered.ok ? answered.value : problemResponse(answered.error, headersOf(answered.error, endpoint));
}

async function ask<S>(
  request: Request,
  { method, body: message, id }: Endpoint,
  call: Call<S>,
  isForeign: boolean,
  readSender: () => Result<S, DoorProblem> | Promise<Result<S, DoorProblem>>,
): Promise<Result<Response, DoorProblem>> {
  const asked = request.method === "HEAD" ? "GET" : request.method;
  if (asked !== method) return err({ code: "wrong_method", detail: `Ask this address with ${method}.` });
  // P2. A GET changes nothing and its answer cannot be read from other sites.
  if (method === "POST" && isForeign)
    return err({ code: "foreign_origin", detail: "Ask from a page of the CRM's host or from Hotseat's extension." });
  try {
    const sender = await readSender();
    if (!sender.ok) return sender;
    const body = message === null ? ok(null) : await readBody(request, message.schema);
    return body.ok ? await call(sender.value, body.value) : body;
  } catch (error) {
    return err(silenceOf(id, error));
  }
}

/** What the sender is told of a tenant that did not answer the call `id`. */
export function silenceOf(id: string, error: unknown): DoorProblem {
  console.error(`The tenant did not answer ${id}:`, error);
  return { code: "busy", detail: "The licence service did not answer. Please try again in a few seconds." };
}

function headersOf({ code }: DoorProblem, { method, access }: Endpoint): Record<string, string> {
  if (code === "wrong_method") return { allow: method === "GET" ? "GET, HEAD" : method };
  return code === "signed_out" && access === "token" ? { "www-authenticate": "Bearer" } : {};
}
