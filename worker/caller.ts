/** Who sends a request to Hotseat's own addresses: the who cookie, as long as the CRM's session is the same (I2). */
import type { Config } from "./config.ts";
import { hashCarrier } from "./identity/carrier.ts";
import type { IdentitySource } from "./identity/identity-source.ts";
import { BoundedMap } from "./pass/bounded-map.ts";
import { readCookie, WHO_COOKIE } from "./pass/cookies.ts";
import { readWho, type Who } from "./pass/who.ts";
import type { Caller } from "./tenant/tenant-calls.ts";

/** A browser shows the same who cookie with each heartbeat for hours: its signature is verified once an isolate. */
const VERIFIED_MAX = 5_000;

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
  const verified = new BoundedMap<string, Who>(VERIFIED_MAX);
  return async (request) => {
    const cookie = request.headers.get("cookie");
    const raw = readCookie(cookie, WHO_COOKIE);
    if (raw === null) return null;
    const who = verified.get(raw) ?? (await readWho(config, cookie, now()));
    if (who === null || who.until <= now()) return null;
    verified.set(raw, who);
    const carrier = readCarrier({
      cookie,
      header: (name) => (steadyHeaders.includes(name) ? request.headers.get(name) : null),
    });
    if (carrier !== null && (await hashCarrier(carrier)) !== who.session) return null;
    return { person: who.person, session: who.session };
  };
}
