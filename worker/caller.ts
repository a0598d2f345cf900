/** Who sends a request to Hotseat's own addresses: the who cookie, as long as the CRM's session is the same (I2). */
import type { SessionKey } from "../shared/ids.ts";
import type { Config } from "./config.ts";
import { hashCarrier } from "./identity/carrier.ts";
import type { Finding } from "./identity/finding.ts";
import type { IdentitySource } from "./identity/identity-source.ts";
import { BoundedMap } from "./pass/bounded-map.ts";
import { readWho } from "./pass/who.ts";
import type { Caller, Person } from "./tenant/tenant-calls.ts";

/** A browser shows the same cookies with each heartbeat for hours: they are read and verified once an isolate. */
const KNOWN_MAX = 5_000;
const KNOWN_MAX_CHARS = 4_096;

/**
 * The reader of callers. It answers null for no who cookie that is genuine and still counts, and for a browser that
 * is in another session of the CRM by now, perhaps somebody else's. A CRM that keeps its session in a header, or
 * its cookie to a path, shows none here: there the who cookie stands alone, which login and logout change.
 */
export function createReadCaller(
  config: Config,
  { readCarrier, steadyHeaders }: Pick<IdentitySource, "readCarrier" | "steadyHeaders">,
  now: () => number,
): (request: Request) => Promise<Caller | null> {
  const known = new BoundedMap<string, { caller: Caller; until: number }>(KNOWN_MAX);
  const cookiesTellAll = steadyHeaders.length === 0;
  return async (request) => {
    const cookie = request.headers.get("cookie");
    if (cookie === null) return null;
    const before = known.get(cookie);
    if (before !== undefined && before.until > now()) return before.caller;
    const who = await readWho(config, cookie, now());
    if (who === null) return null;
    const carrier = readCarrier({
      cookie,
      header: (name) => (steadyHeaders.includes(name) ? request.headers.get(name) : null),
    });
    if (carrier !== null && (await hashCarrier(carrier)) !== who.session) return null;
    const caller = { person: who.person, session: who.session };
    if (cookiesTellAll && cookie.length <= KNOWN_MAX_CHARS) known.set(cookie, { caller, until: who.until });
    return caller;
  };
}

/** I8: a role that the CRM has taken away counts in the administration no longer than this. */
const CONFIRMED_MS = 60_000;

/**
 * I8: whether the caller still is who the who cookie says, asked of the CRM itself at most once a minute; null: not any
 * more. The cookie alone decides for plain users, who may do nothing here; where the request shows no session of the
 * CRM to ask about; and while the CRM is silent, since managers must reach the seats then, too (L13).
 */
export function createConfirmCaller(
  { readCarrier, find }: Pick<IdentitySource, "readCarrier" | "find">,
  now: () => number,
): (request: Request, caller: Caller | null) => Promise<Caller | null> {
  const confirmed = new BoundedMap<SessionKey, { person: Person | null; until: number }>(KNOWN_MAX);
  return async (request, caller) => {
    if (caller === null || caller.person.role === "user") return caller;
    const before = confirmed.get(caller.session);
    if (before !== undefined && before.until > now()) return before.person && { ...caller, person: before.person };
    const { headers, url } = request;
    const carrier = readCarrier({ cookie: headers.get("cookie"), header: (name) => headers.get(name) });
    if (carrier === null) return caller;
    const { origin, pathname } = new URL(url);
    const person = personOf(await find({ headers, origin, path: pathname, carrier }), caller.person);
    confirmed.set(caller.session, { person, until: now() + CONFIRMED_MS });
    return person && { ...caller, person };
  };
}

function personOf(finding: Finding, known: Person): Person | null {
  if (finding.kind === "unknown") return known;
  return finding.kind === "signed_in" && finding.person.id === known.id ? finding.person : null;
}
