/** N3: who shows a token, and whether it is one for this address. */
import type { TokenPolicy } from "../../shared/native-protocol.ts";
import type { DoorProblem } from "../../shared/problem.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import type { TenantCalls } from "../tenant/tenant-calls.ts";
import { hashSecret, isGenuine } from "../tenant/tokens/secret.ts";
import type { TokenRow } from "../tenant/tokens/token.ts";

const BEARER = /^Bearer hs_([a-z0-9]{6})_([a-z0-9]{32})$/;

type Tokens = Pick<TenantCalls, "useToken" | "tokenKey">;

/** The tenants' keys: asked for once per isolate, so that forged tokens are refused without a call. */
const keys = new WeakMap<Tokens, string>();

async function keyOf(tenant: Tokens): Promise<string> {
  const known = keys.get(tenant);
  if (known !== undefined) return known;
  const key = await tenant.tokenKey();
  keys.set(tenant, key);
  return key;
}

/** The request's token, when its policy is one of `policies`. Throws when the tenant does not answer. */
export async function readBearerToken(
  request: Request,
  tenant: Tokens,
  policies: readonly TokenPolicy[],
): Promise<Result<TokenRow, DoorProblem>> {
  const match = BEARER.exec(request.headers.get("authorization") ?? "");
  const none = { code: "signed_out" as const, detail: "Send a token that counts: Authorization: Bearer hs_…" };
  if (match === null) return err(none);
  const [, id = "", secret = ""] = match;
  if (!(await isGenuine(await keyOf(tenant), id, secret))) return err(none);
  const token = await tenant.useToken(id, await hashSecret(secret));
  if (token === null) return err(none);
  if (policies.includes(token.policy)) return ok(token);
  const detail = `This token is for ${token.policy}; this address takes tokens for ${policies.join(", ")}.`;
  return err({ code: "forbidden", detail });
}
