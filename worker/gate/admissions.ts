/** The hot path's memory: requests that look like one that a live pass admitted cost one look-up. */
import type { JarId, SessionKey } from "../../shared/ids.ts";
import type { Config } from "../config.ts";
import { type Carrier, hashCarrier, type ReadCarrier } from "../identity/carrier.ts";
import { BoundedMap } from "../pass/bounded-map.ts";
import { stripCookies } from "../pass/cookies.ts";
import { isForgotten, readJar } from "../pass/jar.ts";
import { isLive, type Pass, readPass } from "../pass/pass.ts";
import type { Visit } from "./visit.ts";

/** A request's session and what admits it. */
export interface Admission {
  carrier: Carrier;
  session: SessionKey;
  jar: JarId | null;
  /** A live pass of this session and jar. */
  pass: Pass | null;
  /** A genuine one of theirs that is over (G6). */
  stalePass: Pass | null;
  /** The Cookie header for the CRM. */
  cookieForCrm: string | null;
}

/** A person's requests mostly carry the same Cookie header while a pass lasts; an entry is about 1 kB. */
const ADMISSIONS_MAX = 2_000;

/** Reads the admission of a request; null when it carries no session of the CRM. */
export function createAdmissions(
  config: Config,
  readCarrier: ReadCarrier,
  carrierHeaders: readonly string[],
  now: () => number,
): (visit: Visit) => Admission | Promise<Admission | null> {
  const seen = new BoundedMap<string, Admission & { pass: Pass; jar: JarId }>(ADMISSIONS_MAX);

  /** Every byte that can tell sessions or passes apart. */
  const keyOf = ({ cookie, request }: Visit): string => {
    let key = cookie ?? "";
    for (const name of carrierHeaders) key += `\n${request.headers.get(name) ?? ""}`;
    return key;
  };

  async function read(visit: Visit, key: string): Promise<Admission | null> {
    const { cookie, request } = visit;
    const carrier = readCarrier({ cookie, header: (name) => request.headers.get(name) });
    if (carrier === null) return null;
    const session = await hashCarrier(carrier);
    const shown = readJar(cookie);
    // A jar that was handed back admits nobody: a browser that missed the answer gets a new one.
    const jar = shown !== null && isForgotten(shown) ? null : shown;
    const pass = await readPass(config, cookie);
    const cookieForCrm = stripCookies(cookie);
    if (pass === null || jar === null || !isLive(pass, session, jar, now())) {
      const isTheirs = pass !== null && jar !== null && pass.session === session && pass.jar === jar;
      return { carrier, session, jar, pass: null, stalePass: isTheirs ? pass : null, cookieForCrm };
    }
    const admission = { carrier, session, jar, pass, stalePass: null, cookieForCrm };
    seen.set(key, admission);
    return admission;
  }

  return (visit) => {
    const key = keyOf(visit);
    const before = seen.get(key);
    if (before !== undefined && before.pass.until > now() && !isForgotten(before.jar)) return before;
    return read(visit, key);
  };
}
