/** Who sends a request to Hotseat's own addresses: the who cookie, as long as the CRM's session is the same (I2). */
import type { Config } from "./config.ts";
import { compileCarriers, hashCarrier } from "./identity/carrier.ts";
import type { Preset } from "./identity/preset-schema.ts";
import { readWho } from "./pass/who.ts";
import type { Caller } from "./tenant/tenant-calls.ts";

/**
 * The reader of callers. It answers null for no who cookie that is genuine and still counts, and for a browser that
 * is in another session of the CRM by now, perhaps somebody else's. A CRM that keeps its session in a header, or
 * its cookie to a path, shows none here: there the who cookie stands alone, which login and logout change.
 */
export function createReadCaller(
  config: Config,
  preset: Preset,
  now: () => number,
): (request: Request) => Promise<Caller | null> {
  const readCarrier = compileCarriers(preset);
  return async (request) => {
    const cookie = request.headers.get("cookie");
    const who = await readWho(config, cookie, now());
    if (who === null) return null;
    const carrier = readCarrier({ cookie, header: () => null });
    if (carrier !== null && (await hashCarrier(carrier)) !== who.session) return null;
    return { person: who.person, session: who.session };
  };
}
