/**
 * PURE. What the gate does with a request, from facts alone: every outcome of the gate is in this one union (G2 to G6).
 * Facts are gathered in order of their cost: while one is missing that decides, the outcome is the step that finds it.
 */
import type { HolderId } from "../../shared/ids.ts";
import type { Pass } from "../pass/pass.ts";
import type { Denied } from "../tenant/tenant-calls.ts";
import type { Admission } from "./admission/admission-cache.ts";
import type { ClaimOutcome } from "./admission/claim-coalescer.ts";
import type { Identified, SignedIn } from "./admission/identify.ts";
import type { ClaimAct, RequestAct } from "./request-act.ts";
import type { Meaning } from "./rules.ts";

/** A session of the CRM that the request carries, and what this isolate knows of it. */
export interface Session {
  admission: Admission;
  /** It is time to renew the live pass, and nobody does yet. */
  isDue: boolean;
  /** What the tenant refused this session with a moment ago. */
  refused: Denied | null;
}

/** null: not known yet. */
export interface Facts {
  act: RequestAct;
  /** The answer is shown as a page, to a person. */
  isDocument: boolean;
  /** A WebSocket is wanted. It outlives any pass, so it is opened only while the lease lasts; null: not asked yet. */
  opens: { hasLease: boolean | null } | null;
  /** By method, path and query; `ask_body` where only the body tells. */
  meaning: Meaning | "ask_body";
  /** A person goes to a page that strangers may see, too, and that is no login form. */
  isPublicPage: boolean;
  /** The CRM takes such a request from strangers, too. */
  isForStrangers: boolean;
  session: Session | "none" | "too_long" | null;
  identity: Identified | null;
  /** Somebody who has not proved who it is can do so elsewhere and come back to this page. */
  canSignIn: boolean;
  claim: Exclude<ClaimOutcome, { kind: "stale" }> | null;
  /** G6: the person's own pass is over, but not for longer than the outage grace. */
  isInGrace: boolean;
  /** A program's request without a session, where the operator lets no program in. */
  isRefusedProgram: boolean;
  /** The CRM knows the browser without a session, by other cookies; null: it was not asked. */
  isRemembered: boolean | null;
  /** Shown in a frame of another site, where the browser says that it keeps no cookies: no sign-in lasts. */
  isCookielessFrame: boolean;
  /** By its address a login form and nothing else. */
  isLoginForm: boolean;
}

/** Finds a missing fact. */
export type Step =
  | { kind: "read_session" }
  | { kind: "read_body" }
  /** Who is it? Memory, the identity cookie, or the CRM. */
  | { kind: "identify"; session: Session }
  /** Does the CRM know the browser by anything but a session? */
  | { kind: "recognize" }
  /** Is the lease of a live pass still there? */
  | { kind: "confirm_lease"; holder: HolderId }
  /** Ask the tenant for a seat. */
  | { kind: "claim"; session: Session; identity: SignedIn; act: ClaimAct };

/** Answers the request. */
export type Ending =
  /** Whoever asks. */
  | { kind: "public" }
  /** An address for programs that the operator has closed, or a program where none is let in. */
  | { kind: "machine" }
  /** G2: the body shows a key, which could be anybody's. */
  | { kind: "key_in_body" }
  /** The session's credential is longer than any CRM issues. */
  | { kind: "too_long" }
  /** A login or logout of somebody who shows no session. */
  | { kind: "open" }
  /** G13: a sign-in, or the form for it, where no sign-in lasts. */
  | { kind: "foreign_frame" }
  /** No session of the CRM is shown, and the address is not public. */
  | { kind: "stranger" }
  /** Somebody gets no seat for what the CRM takes from strangers, too: it goes on without their session. */
  | { kind: "as_stranger"; session: Session }
  | { kind: "sign_out"; session: Session }
  | { kind: "sign_in"; session: Session }
  /** A login at an address of protected pages: goes on as a request for such a page. */
  | { kind: "guarded_sign_in" }
  /** By a live pass. */
  | { kind: "admit"; session: Session; pass: Pass }
  | { kind: "admit_and_renew"; session: Session; pass: Pass; act: ClaimAct }
  /** Prefetched with a live pass: nobody's work, so nothing is renewed. */
  | { kind: "prefetch"; session: Session; pass: Pass }
  /** Prefetched where it would take a seat or end a session: the browser asks again when the person goes there. */
  | { kind: "not_in_advance" }
  /** The tenant granted a seat. */
  | { kind: "admit_claimed"; session: Session; identity: SignedIn }
  /** The tenant cannot be reached, and the person's pass has expired only since then. */
  | { kind: "admit_in_grace"; session: Session; identity: SignedIn }
  /** No seat is wanted of this person. */
  | { kind: "exempt"; session: Session; identity: Extract<Identified, { kind: "exempt" }> }
  /** Nobody is signed in to the session: not yet, or no longer. */
  | { kind: "anonymous"; session: Session; identity: Identified }
  | { kind: "refuse"; session: Session; identity: SignedIn; denied: Denied }
  /** A page's own request, refused as the one before it. */
  | { kind: "refuse_again"; session: Session; denied: Denied }
  /** The CRM did not say who it is. */
  | { kind: "identity_unknown"; session: Session; why: string }
  /** The CRM was not asked who it is. */
  | { kind: "too_often"; session: Session }
  /** The session does not prove who it is. `hasRunOut`: this browser's proved it before. */
  | { kind: "unproven"; session: Session; why: string; hasRunOut: boolean }
  | { kind: "lead_to_sign_in"; session: Session }
  /** The tenant cannot be reached. */
  | { kind: "out_of_reach"; session: Session };

export type Outcome = Step | Ending;

export function classify(facts: Facts): Outcome {
  const { meaning, session } = facts;
  if (meaning === "public") return classifyPublic(facts);
  if (meaning === "machine" || meaning === "key_in_body") return { kind: meaning };
  if (session === null) return { kind: "read_session" };
  if (session === "none") return meaning === "program" ? { kind: "public" } : classifyStranger(facts);
  if (session === "too_long") return { kind: "too_long" };
  if (facts.act === "prefetch") return classifyPrefetch(meaning, session);
  switch (meaning) {
    case "ask_body":
      return { kind: "read_body" };
    case "program":
      return classifyProgram(facts, session, facts.act);
    case "logout":
      return { kind: "sign_out", session };
    case "login":
      return { kind: "sign_in", session };
    case "guarded_login":
      return { kind: "guarded_sign_in" };
    case "protected":
      return classifyOrStranger(facts, session, facts.act);
  }
}

function classifyOrStranger(facts: Facts, session: Session, act: ClaimAct): Outcome {
  const outcome = classifyProtected(facts, session, act);
  const isOpen = facts.isForStrangers && !facts.isRefusedProgram;
  return isOpen && HELD_BACK.has(outcome.kind) ? { kind: "as_stranger", session } : outcome;
}

/** A program shows a key of its own, and maybe the cookie of a session in which nobody is signed in. */
function classifyProgram(facts: Facts, session: Session, act: ClaimAct): Outcome {
  const outcome = classifyProtected(facts, session, act);
  return outcome.kind === "anonymous" ? { kind: "public" } : outcome;
}

function classifyPublic(facts: Facts): Outcome {
  const { session, isPublicPage, isCookielessFrame, isLoginForm } = facts;
  if (isPublicPage) return classifyPublicPage(facts);
  if (!isCookielessFrame || !isLoginForm) return { kind: "public" };
  if (session === null) return { kind: "read_session" };
  return { kind: session === "none" ? "foreign_frame" : "public" };
}

/** With a session it is that person's act and takes a seat where there is one; it is shown in any case. */
function classifyPublicPage(facts: Facts): Outcome {
  const { session, act } = facts;
  if (session === null) return { kind: "read_session" };
  if (session === "none" || session === "too_long" || act === "prefetch") return { kind: "public" };
  const outcome = classifyProtected(facts, session, act);
  return HELD_BACK.has(outcome.kind) ? { kind: "public" } : outcome;
}
const HELD_BACK: ReadonlySet<Outcome["kind"]> = new Set<Outcome["kind"]>([
  "refuse",
  "refuse_again",
  "identity_unknown",
  "too_often",
  "unproven",
  "lead_to_sign_in",
  "out_of_reach",
]);

/** Takes nothing and records nothing. */
function classifyPrefetch(meaning: Facts["meaning"], session: Session): Outcome {
  const { pass } = session.admission;
  return meaning === "protected" && pass !== null ? { kind: "prefetch", session, pass } : { kind: "not_in_advance" };
}

function classifyStranger({ act, meaning, isRefusedProgram, isRemembered, isCookielessFrame }: Facts): Outcome {
  switch (meaning) {
    case "ask_body":
      return { kind: "read_body" };
    case "login":
      return { kind: isCookielessFrame ? "foreign_frame" : "open" };
    case "logout":
      return { kind: "open" };
    case "guarded_login":
      return { kind: isCookielessFrame ? "foreign_frame" : "guarded_sign_in" };
    default:
      if (isRefusedProgram) return { kind: "machine" };
      return isRemembered === null && act !== "prefetch" ? { kind: "recognize" } : { kind: "stranger" };
  }
}

function classifyProtected(facts: Facts, session: Session, act: ClaimAct): Outcome {
  const { identity } = facts;
  const { pass } = session.admission;
  if (pass !== null && facts.opens?.hasLease === null) return { kind: "confirm_lease", holder: pass.holder };
  if (pass !== null && facts.opens?.hasLease !== false)
    return session.isDue ? { kind: "admit_and_renew", session, pass, act } : { kind: "admit", session, pass };
  if (identity !== null) return classifyIdentified(facts, session, identity, act);
  if (act === "background" && session.refused !== null)
    return { kind: "refuse_again", session, denied: session.refused };
  return { kind: "identify", session };
}

function classifyIdentified(facts: Facts, session: Session, identity: Identified, act: ClaimAct): Outcome {
  switch (identity.kind) {
    case "signed_in":
      return classifyClaim(facts, session, identity, act);
    case "exempt":
      return { kind: "exempt", session, identity };
    case "anonymous":
      return { kind: "anonymous", session, identity };
    case "unknown":
      return { kind: "identity_unknown", session, why: identity.why };
    case "too_often":
      return { kind: "too_often", session };
    case "unproven":
      return facts.isDocument && facts.canSignIn
        ? { kind: "lead_to_sign_in", session }
        : { kind: "unproven", session, why: identity.why, hasRunOut: identity.who !== null };
  }
}

function classifyClaim({ claim, isInGrace }: Facts, session: Session, identity: SignedIn, act: ClaimAct): Outcome {
  switch (claim?.kind) {
    case undefined:
      return { kind: "claim", session, identity, act };
    case "granted":
      return { kind: "admit_claimed", session, identity };
    case "denied":
      return { kind: "refuse", session, identity, denied: claim.denied };
    case "busy":
      return isInGrace ? { kind: "admit_in_grace", session, identity } : { kind: "out_of_reach", session };
  }
}
