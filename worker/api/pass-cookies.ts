/** The pass and jar cookies of a browser as the API handles them (G3, L9): shown, given up, granted. */
import type { JarId } from "../../shared/ids.ts";
import type { Config } from "../config/config.ts";
import { forgetJar, isForgotten, newJar, readJar, setJar } from "../pass/jar.ts";
import { signPass } from "../pass/pass.ts";
import { letGo } from "../pass/receipt.ts";
import type { Caller, PassGrant } from "../tenant/tenant-calls.ts";

/** The jar that the request shows; null: none. */
export const showJar = (request: Request): JarId | null => readJar(request.headers.get("cookie"));

/** The request gives its jar up; this isolate admits nobody by its passes any more. */
export function giveUpJar(request: Request): void {
  const jar = showJar(request);
  if (jar !== null) forgetJar(jar);
}

/** Values of `Set-Cookie` that take the shown jar and its pass out of the caller's browser, with a receipt (L9). */
export async function letGoCookies(config: Config, request: Request, { person }: Caller): Promise<string[]> {
  const jar = showJar(request);
  return jar === null ? [] : letGo(config, { holder: person.id, jar }, Date.now());
}

/** The jar that a new pass is bound to: the one that the browser shows, unless it was given up before; or a new one. */
export function chooseJar(request: Request): JarId {
  const jar = showJar(request);
  return jar === null || isForgotten(jar) ? newJar() : jar;
}

/** Values of `Set-Cookie` with the pass, and with the jar where the browser has not got it. */
export async function grantCookies(
  config: Config,
  request: Request,
  { person, session }: Caller,
  jar: JarId,
  { until }: PassGrant,
): Promise<string[]> {
  const pass = await signPass(config, { holder: person.id, session, jar, until });
  return showJar(request) === jar ? [pass] : [setJar(jar), pass];
}
