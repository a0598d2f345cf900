/** A11: browsers of people at work, and those that have no extension. */
import { AGENT_CLIENT } from "../../../shared/ids.ts";
import type { Ledger } from "../ledger.ts";
import { clientGoneAt, gateGoneAt } from "../time/gone.ts";

/** A browser that has just come may not have said yet that it has one; ms. */
const SETTLES_WITHIN_MS = 120_000;

/** Of those that are not gone at `now` (ms). */
export function countBrowsers({ leases, timing }: Ledger, now: number): { browsers: number; withoutExtension: number } {
  let browsers = 0;
  let withoutExtension = 0;
  for (const lease of leases.values()) {
    const sessions = new Set<string>();
    for (const [id, client] of lease.clients) {
      sessions.add(client.session);
      if (clientGoneAt(timing, client) <= now) continue;
      browsers++;
      if (id.startsWith(AGENT_CLIENT)) withoutExtension++;
    }
    if (now - lease.grantedAt < SETTLES_WITHIN_MS) continue;
    for (const [session, gate] of lease.gates) {
      if (sessions.has(session) || gateGoneAt(timing, gate) <= now) continue;
      browsers++;
      withoutExtension++;
    }
  }
  return { browsers, withoutExtension };
}
