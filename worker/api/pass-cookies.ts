/** The pass and jar cookies of a browser as the API handles them (G3, L9): given back, granted, cleared. */
import type { JarId } from "../../shared/ids.ts";
import type { Config } from "../config.ts";
import { clearJar, forgetJar, isForgotten, newJar, readJar, setJar } from "../pass/jar.ts";
import { clearPass, signPass } from "../pass/pass.ts";
import type { Caller, HandedBack, PassGrant } from "../tenant/tenant-calls.ts";

/** The jar that the request shows; null: none. */
export const showJar = (request: Request): HandedBack => readJar(request.headers.get("cookie"));

/** The jar that the request gives up; this isolate admits nobody by its passes any more. null: none. */
export function takeJar(request: Request): HandedBack {
  const jar = showJar(request);
  if (jar !== null) forgetJar(jar);
  return jar;
}

/** Values of `Set-Cookie` that take pass and jar out of the browser; this isolate forgets them, too. */
export function clearCookies(request: Request): string[] {
  takeJar(request);
  return [clearPass(), clearJar()];
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
