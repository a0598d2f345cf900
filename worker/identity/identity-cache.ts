/**
 * Remembers who the visitors are, and has them asked about when that is due (I1, I2). A session's value alone proves
 * nothing: some CRMs keep it over logout and login, so what one isolate remembers counts only beside a proof in the
 * request that it is still the same sign-in (I9).
 */
import type { HolderId, SessionKey } from "../../shared/ids.ts";
import { SingleFlight } from "../async/single-flight.ts";
import type { Person } from "../ledger/person.ts";
import { BoundedMap } from "../memory/bounded-map.ts";
import type { Proof } from "../pass/identity-cookie.ts";
import type { Visitor } from "./crm/crm-question.ts";
import type { IdentityResult } from "./identity-result.ts";

type Told =
  | { kind: "signed_in"; person: Person; identifiedAt: number }
  | { kind: "exempt"; identifiedAt: number }
  | { kind: "anonymous" }
  | { kind: "unknown"; why: string }
  | { kind: "too_often" }
  | { kind: "unproven"; why: string };

/** `setCookies`: see identity-result.ts. */
export type Identity = Told & { setCookies?: readonly string[] };

export interface Question extends Visitor {
  session: SessionKey;
  /** The identity cookie of this very session that the request shows; null: none. */
  proof: Proof | null;
  ctx: Pick<ExecutionContext, "waitUntil">;
}

export interface IdentityKeeper {
  /** Who it is: what the proof says while that is fresh, else by asking. Unknown keeps the person of the proof. */
  identify(question: Question): Promise<Identity>;
  /** When this isolate last had the holder confirmed for the session; null: not, or that is over. */
  recall(session: SessionKey, holder: HolderId): { person: Person; identifiedAt: number } | null;
  /**
   * At login, logout and whenever the CRM no longer knows the session. `at`: what is known from before this no longer counts,
   * in ms of a clock that may run ahead of this one; left out: now.
   */
  forget(session: SessionKey, at?: number): void;
}

export interface IdentityLives {
  signedInMs: number;
  anonymousMs: number;
}

const MEMORY_MAX = 10_000;
/** After an unknown answer an earlier person goes on, and the CRM is left alone for this long. */
const UNKNOWN_PAUSE_MS = 5_000;

type Known = Extract<Told, { kind: "signed_in" | "exempt" }>;
type Remembered = (Known & { askAgainAt: number }) | { kind: "forgotten"; at: number };

/** `find` asks whoever knows: the CRM, or a token. */
export function createIdentityCache(
  find: (visitor: Visitor) => Promise<IdentityResult>,
  lives: IdentityLives,
  now: () => number,
): IdentityKeeper {
  const memory = new BoundedMap<SessionKey, Remembered>(MEMORY_MAX);
  const inFlight = new SingleFlight<Identity>();
  /** Grows with every `forget`: an answer to a question from before it is not kept. */
  let forgets = 0;

  const keep = (session: SessionKey, known: Known, askAgainAt = known.identifiedAt + lives.signedInMs) => {
    const kept = { ...known, askAgainAt };
    memory.set(session, kept);
    return kept;
  };

  /** Who it is by the proof, as far as this isolate knows nothing newer to the contrary. */
  function trust({ session, proof }: Question): (Known & { askAgainAt: number }) | null {
    if (proof === null) return null;
    const known: Known =
      proof.kind === "person"
        ? { kind: "signed_in", person: proof.person, identifiedAt: proof.identifiedAt }
        : { kind: "exempt", identifiedAt: proof.identifiedAt };
    const before = memory.get(session);
    if (before === undefined) return keep(session, known);
    if (before.kind === "forgotten") return before.at < known.identifiedAt ? keep(session, known) : null;
    if (isSame(before, known)) return before.identifiedAt < known.identifiedAt ? keep(session, known) : before;
    return before.identifiedAt < known.identifiedAt ? keep(session, known) : null;
  }

  const recall: IdentityKeeper["recall"] = (session, holder) => {
    const known = memory.get(session);
    const isTheirs = known?.kind === "signed_in" && known.person.id === holder;
    return isTheirs && known.askAgainAt > now() ? known : null;
  };

  async function identify(question: Question): Promise<Identity> {
    const known = trust(question);
    if (known !== null && known.askAgainAt > now()) return known;
    const key = known === null ? question.session : `${question.session} ${holderOf(known)}`;
    return inFlight.share(key, question.ctx, () => askAndKeep(question, known));
  }

  async function askAndKeep(question: Question, before: Known | null): Promise<Identity> {
    const { session } = question;
    const forgetsBefore = forgets;
    const kept = memory.get(session);
    // From before the answer: a sign-in that happened since makes it old. What was forgotten is older, whatever the clock says.
    const identifiedAt = Math.max(now(), kept?.kind === "forgotten" ? kept.at + 1 : 0);
    const { setCookies, ...answer } = await find(question);
    const more = setCookies === undefined ? {} : { setCookies };
    switch (answer.kind) {
      case "signed_in":
      case "exempt": {
        const known: Known = { ...answer, identifiedAt };
        if (forgets === forgetsBefore) keep(session, known);
        return { ...known, ...more };
      }
      case "too_often":
      case "unknown": {
        if (before === null || forgets !== forgetsBefore) return { ...answer, ...more };
        const why = answer.kind === "unknown" ? answer.why : "its address shows too many sessions of nobody's";
        console.warn(`The CRM did not say who a visitor is, so the earlier answer goes on: ${why}`);
        keep(session, before, now() + UNKNOWN_PAUSE_MS);
        return { ...before, ...more };
      }
      case "anonymous":
      case "unproven":
        // An earlier identity cookie must not bring back what is no longer proved.
        if (forgets === forgetsBefore) memory.set(session, { kind: "forgotten", at: identifiedAt });
        return { ...answer, ...more };
    }
  }

  const forget: IdentityKeeper["forget"] = (session, at = 0) => {
    forgets++;
    memory.set(session, { kind: "forgotten", at: Math.max(now(), at) });
    inFlight.drop(session);
  };

  return { identify, recall, forget };
}

const holderOf = (known: Known): string => (known.kind === "signed_in" ? known.person.id : "");

const isSame = (one: Known, other: Known): boolean => one.kind === other.kind && holderOf(one) === holderOf(other);
