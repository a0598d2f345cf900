/**
 * Whose the keys are that people show beside their sessions (G2): what the CRM says when it is asked by them. Kept per
 * isolate for as long as what it says of a session.
 */
import type { HolderId, SessionKey } from "../../../shared/ids.ts";
import { SingleFlight } from "../../async/single-flight.ts";
import type { IdentityResult } from "../../identity/identity-result.ts";
import { BoundedMap } from "../../memory/bounded-map.ts";

export interface KeyOwners {
  /**
   * Whom the CRM names when it is asked by `ask`; null for nobody, for anybody who needs no seat, and where it does not
   * say. `key`: tells this question from others. `session`: in which the keys are shown; it may have so many asked about.
   */
  ownerOf(
    question: { key: string; session: SessionKey },
    ctx: Pick<ExecutionContext, "waitUntil">,
    ask: () => Promise<IdentityResult>,
  ): Promise<HolderId | null>;
}

const KEYS_MAX = 10_000;
/** Longer keys are nobody's. */
const KEY_MAX_CHARS = 8_192;
/** A CRM that did not say is asked again after this. */
const UNKNOWN_MS = 5_000;
/** A person's pages show a handful of keys, and new ones now and then; what is made up would be asked about each time. */
const QUESTIONS_PER_MINUTE = 20;
const MINUTE_MS = 60_000;

/** `lifeMs`: how long an answer counts. */
export function createKeyOwners(lifeMs: number, now: () => number): KeyOwners {
  const known = new BoundedMap<string, { owner: HolderId | null; until: number }>(KEYS_MAX);
  const asked = new BoundedMap<SessionKey, { since: number; count: number }>(KEYS_MAX);
  const inFlight = new SingleFlight<HolderId | null>();

  function mayAsk(session: SessionKey): boolean {
    const before = asked.get(session);
    const count = before !== undefined && before.since + MINUTE_MS > now() ? before : { since: now(), count: 0 };
    if (count.count >= QUESTIONS_PER_MINUTE) return false;
    asked.set(session, { ...count, count: count.count + 1 });
    return true;
  }

  async function askAndKeep(key: string, ask: () => Promise<IdentityResult>): Promise<HolderId | null> {
    const found = await ask().catch((error: unknown) => {
      console.warn("The CRM could not be asked whose a key is:", error);
      return null;
    });
    const owner = found?.kind === "signed_in" ? found.person.id : null;
    const isSaid = found !== null && found.kind !== "unknown" && found.kind !== "too_often";
    known.set(key, { owner, until: now() + (isSaid ? lifeMs : UNKNOWN_MS) });
    return owner;
  }

  return {
    async ownerOf({ key, session }, ctx, ask) {
      if (key.length > KEY_MAX_CHARS) return null;
      const before = known.get(key);
      if (before !== undefined && before.until > now()) return before.owner;
      if (!inFlight.has(key) && !mayAsk(session)) return null;
      return inFlight.share(key, ctx, () => askAndKeep(key, ask));
    },
  };
}
