/** Remembers who the visitors are, and has them asked about when that is due (I1, I2). */
import type { SessionKey } from "../../shared/ids.ts";
import { BoundedMap } from "../pass/bounded-map.ts";
import type { Person } from "../tenant/tenant-calls.ts";
import type { Visitor } from "./crm-question.ts";
import type { Finding } from "./finding.ts";
import { InFlight } from "./in-flight.ts";

export type Identity =
  | { kind: "signed_in"; person: Person; identifiedAt: number }
  | { kind: "exempt" }
  | { kind: "anonymous" }
  | { kind: "unknown"; why: string }
  | { kind: "unproven"; why: string };

export interface Question extends Visitor {
  session: SessionKey;
  ctx: Pick<ExecutionContext, "waitUntil">;
}

export interface IdentityKeeper {
  /** Who it is: from memory while that is fresh, else by asking. Unknown keeps an earlier person. */
  identify(question: Question): Promise<Identity>;
  /** The person last confirmed for the session and still fresh, without asking. */
  recall(session: SessionKey): { person: Person; identifiedAt: number } | null;
  /** Takes over what a who cookie says; nothing newer is lost. */
  remember(session: SessionKey, person: Person, identifiedAt: number): void;
  /** At login, logout and whenever the CRM no longer knows the session. */
  forget(session: SessionKey): void;
}

export interface IdentityLives {
  signedInMs: number;
  anonymousMs: number;
}

const MEMORY_MAX = 10_000;
/** After an unknown answer an earlier person goes on, and the CRM is left alone for this long. */
const UNKNOWN_PAUSE_MS = 5_000;

type Remembered =
  | { kind: "signed_in"; person: Person; identifiedAt: number; askAgainAt: number }
  | { kind: "anonymous" | "exempt"; askAgainAt: number }
  | { kind: "forgotten"; askAgainAt: 0 };

/** `find` asks whoever knows: the CRM, or a token. */
export function createIdentity(
  find: (visitor: Visitor) => Promise<Finding>,
  lives: IdentityLives,
  now: () => number,
): IdentityKeeper {
  const memory = new BoundedMap<SessionKey, Remembered>(MEMORY_MAX);
  const inFlight = new InFlight<Identity>();
  /** Grows with every `forget`: an answer to a question from before it is not kept. */
  let forgets = 0;

  const recall: IdentityKeeper["recall"] = (session) => {
    const known = memory.get(session);
    return known?.kind === "signed_in" && known.askAgainAt > now() ? known : null;
  };

  const remember: IdentityKeeper["remember"] = (session, person, identifiedAt) => {
    const known = memory.get(session);
    // A session that was forgotten or found anonymous is asked about, whatever a cookie from before says.
    if (known !== undefined && (known.kind !== "signed_in" || known.identifiedAt >= identifiedAt)) return;
    memory.set(session, { kind: "signed_in", person, identifiedAt, askAgainAt: identifiedAt + lives.signedInMs });
  };

  async function identify(question: Question): Promise<Identity> {
    const known = memory.get(question.session);
    if (known !== undefined && known.kind !== "forgotten" && known.askAgainAt > now()) return known;
    return inFlight.share(question.session, question.ctx, () => askAndKeep(question));
  }

  async function askAndKeep(question: Question): Promise<Identity> {
    const { session } = question;
    const forgetsBefore = forgets;
    const answer = await find(question);
    const time = now();
    const identity: Identity = answer.kind === "signed_in" ? { ...answer, identifiedAt: time } : answer;
    if (forgets !== forgetsBefore) return identity;
    if (identity.kind === "anonymous") {
      memory.set(session, { kind: "anonymous", askAgainAt: time + lives.anonymousMs });
      return identity;
    }
    if (identity.kind === "unproven") {
      // A who cookie from before must not bring back what is proved no more.
      memory.set(session, { kind: "forgotten", askAgainAt: 0 });
      return identity;
    }
    if (identity.kind !== "unknown") {
      memory.set(session, { ...identity, askAgainAt: time + lives.signedInMs });
      return identity;
    }
    const before = memory.get(session);
    if (before?.kind !== "signed_in") return identity;
    console.warn(`The CRM did not say who a visitor is, so the earlier answer goes on: ${identity.why}`);
    memory.set(session, { ...before, askAgainAt: time + UNKNOWN_PAUSE_MS });
    return before;
  }

  const forget: IdentityKeeper["forget"] = (session) => {
    forgets++;
    memory.set(session, { kind: "forgotten", askAgainAt: 0 });
    inFlight.drop(session);
  };

  return { identify, recall, remember, forget };
}
