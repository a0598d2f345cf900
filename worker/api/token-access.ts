/** N3: who shows a token, and whether it is one for this address. */
import type { TokenPolicy } from "../../shared/native-protocol.ts";
import type { DoorProblem } from "../../shared/problem.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import { SingleFlight } from "../async/single-flight.ts";
import type { TenantCalls } from "../tenant/tenant-calls.ts";
import { hashSecret, isGenuine } from "../tenant/tokens/secret.ts";
import type { TokenRow } from "../tenant/tokens/token.ts";

const BEARER = /^Bearer hs_([a-z0-9]{6})_([a-z0-9]{32})$/;

type Background = Pick<ExecutionContext, "waitUntil">;
type Tokens = Pick<TenantCalls, "useToken" | "tokenKey">;

/** The tenants' keys: asked for once per isolate, so that forged tokens are refused without a call. */
const keys = new WeakMap<Tokens, string>();
/** Where many come at once to an isolate that does not know the key yet, one asks for all of them. */
const asked = new WeakMap<Tokens, SingleFlight<string>>();

async function keyOf(tenant: Tokens, ctx: Background): Promise<string> {
  const known = keys.get(tenant);
  if (known !== undefined) return known;
  const flight = asked.get(tenant) ?? new SingleFlight<string>();
  asked.set(tenant, flight);
  const key = await flight.share("key", ctx, () => tenant.tokenKey());
  keys.set(tenant, key);
  return key;
}

/** The request's token, when its policy is one of `policies`. Throws when the tenant does not answer. */
export async function readBearerToken(
  request: Request,
  tenant: Tokens,
  policies: readonly TokenPolicy[],
  ctx: Background,
): Promise<Result<TokenRow, DoorProblem>> {
  const match = BEARER.exec(request.headers.get("authorization") ?? "");
  const none = { code: "signed_out" as const, detail: "Send a token that counts: Authorization: Bearer hs_…" };
  if (match === null) return err(none);
  const [, id = "", secret = ""] = match;
  if (!(await isGenuine(await keyOf(tenant, ctx), id, secret))) return err(none);
  const token = await tenant.useToken(id, await hashSecret(secret));
  if (token === null) return err(none);
  if (policies.includes(token.policy)) return ok(token);
  const detail = `This token is for ${token.policy}; this address takes tokens for ${policies.join(", ")}.`;
  return err({ code: "forbidden", detail });
}
