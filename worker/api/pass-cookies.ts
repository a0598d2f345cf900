/** The pass and binding cookies of a browser as the API handles them (G3, L9): shown, given up, granted. */
import type { BindingId } from "../../shared/ids.ts";
import type { Config } from "../config/config.ts";
import { forgetBinding, isForgotten, newBinding, readBinding, setBinding } from "../pass/browser-binding.ts";
import { signPass } from "../pass/pass.ts";
import { letGo } from "../pass/receipt.ts";
import type { Caller, PassGrant } from "../tenant/tenant-calls.ts";

/** The binding that the request shows; null: none. */
export const showBinding = (request: Request): BindingId | null => readBinding(request.headers.get("cookie"));

/** The request gives its binding up; this isolate admits nobody by its passes any more. */
export function giveUpBinding(request: Request): void {
  const binding = showBinding(request);
  if (binding !== null) forgetBinding(binding);
}

/** Values of `Set-Cookie` that take the shown binding and its pass out of the caller's browser, with a receipt (L9). */
export async function letGoCookies(config: Config, request: Request, { person }: Caller): Promise<string[]> {
  const binding = showBinding(request);
  return binding === null ? [] : letGo(config, { holder: person.id, binding }, Date.now());
}

/** The binding that a new pass is bound to: the one that the browser shows, unless it was given up before; or a new one. */
export function chooseBinding(request: Request): BindingId {
  const binding = showBinding(request);
  return binding === null || isForgotten(binding) ? newBinding() : binding;
}

/** Values of `Set-Cookie` with the pass, and with the binding where the browser has not got it. */
export async function grantCookies(
  config: Config,
  request: Request,
  { person, session }: Caller,
  binding: BindingId,
  { until }: PassGrant,
): Promise<string[]> {
  const pass = await signPass(config, { holder: person.id, session, binding, until });
  return showBinding(request) === binding ? [pass] : [setBinding(binding), pass];
}
