/** Gathers facts about a request until they decide what to do with it (classify.ts), and has that done. */

import { actOnOutcome } from "./act-on-outcome.ts";
import type { Admission } from "./admission/admission-cache.ts";
import { arrive, mayArrive } from "./admission/arrivals.ts";
import { type Found, identify } from "./admission/identify.ts";
import { isRefusedProgram, mayBeRemembered, recognize } from "./admission/stranger.ts";
import { readSmallBody } from "./body-peek.ts";
import { claimSeat, hasGrace, hasLease, isActive } from "./claim.ts";
import { classify, type Facts, type Session, type Step } from "./classify.ts";
import type { GateParts } from "./gate-parts.ts";
import type { GateRequest } from "./gate-request.ts";
import { hearOut } from "./proxy/hear-out.ts";
import { isInCookielessFrame } from "./refusal/foreign-frame.tsx";

/** A request, and what is known of it so far. */
interface Passage {
  req: GateRequest;
  facts: Facts;
  /** The CRM was asked once more who this is, for what was known was from before a sign-out. */
  isAskedAgain?: boolean;
}

/** Answers a request to the CRM, or to a page that leads on to the CRM. */
export function answerRequest(gate: GateParts, req: GateRequest, meaning: Facts["meaning"]): Promise<Response> {
  req.isOpen = meaning === "public";
  const answering = proceed(gate, { req, facts: startFacts(gate, req, meaning) });
  if (!req.hasBody) return answering;
  return answering.then((answer) => hearOut(req.request).then(() => answer));
}

/** What the request alone tells, before anything is asked. */
function startFacts(gate: GateParts, req: GateRequest, meaning: Facts["meaning"]): Facts {
  const { rules, source } = gate;
  const { act, isDocument, method } = req;
  return {
    act,
    isDocument,
    opens: req.headers.has("upgrade") ? { hasLease: null } : null,
    meaning,
    isPublicPage: act === "navigation" && method === "GET" && meaning === "public" && !rules.isLoginPage(req.path),
    isForStrangers: false,
    session: null,
    identity: null,
    canSignIn: source.signInAddress !== null && method === "GET",
    claim: null,
    isInGrace: false,
    isRefusedProgram: isRefusedProgram(gate, req),
    isRemembered: null,
    isCookielessFrame: isInCookielessFrame(req),
    isLoginForm: meaning === "public" && rules.isLoginForm(req.path),
  };
}

/** Gathers facts until they decide the outcome, then acts on it. */
function proceed(gate: GateParts, passage: Passage): Promise<Response> {
  const { req, facts } = passage;
  const outcome = classify(facts);
  switch (outcome.kind) {
    case "read_session": {
      const admission = gate.readAdmission(req);
      if (admission instanceof Promise) return admission.then((read) => learnSession(gate, passage, read));
      return learnSession(gate, passage, admission);
    }
    case "read_body":
      return readSmallBody(req.request, gate.rules.readMore).then((body) => {
        req.body = body;
        const read = gate.rules.meaningOfBody(req, body);
        facts.meaning = read;
        if (gate.rules.isBodyWatched(read, req, body)) req.watched = "yes";
        return proceed(gate, passage);
      });
    case "identify":
      return identify(gate, req, outcome.session.admission).then((found) => learnPerson(gate, passage, found));
    case "recognize":
      return recognize(gate, req).then((found) => {
        facts.isRemembered = found !== null;
        return found === null ? proceed(gate, passage) : learnPerson(gate, passage, found);
      });
    case "confirm_lease":
      return hasLease(gate, outcome.holder).then((answer) => {
        facts.opens = { hasLease: answer };
        return proceed(gate, passage);
      });
    case "claim":
      return claim(gate, passage, outcome);
    case "guarded_sign_in":
      facts.meaning = "protected";
      req.isLogin = true;
      return proceed(gate, passage).then((answer) => {
        const { session } = facts;
        if (typeof session === "object" && session !== null && !req.isJudged) {
          gate.identity.forget(session.admission.session);
        }
        return answer;
      });
    default:
      return actOnOutcome(gate, req, outcome);
  }
}

async function claim(gate: GateParts, passage: Passage, { session, identity, act }: Extract<Step, { kind: "claim" }>) {
  const { req, facts } = passage;
  const { person, identifiedAt } = identity;
  const wish = { person, act, active: isActive(gate, req), ...(passage.isAskedAgain ? {} : { identifiedAt }) };
  const outcome = await claimSeat(gate, req, session.admission, wish);
  if (outcome.kind === "stale") {
    gate.identity.forget(session.admission.session, outcome.endedAt);
    facts.identity = null;
    return proceed(gate, { ...passage, isAskedAgain: true });
  }
  facts.claim = outcome;
  facts.isInGrace = hasGrace(gate, session.admission, person);
  return proceed(gate, passage);
}

function learnSession(gate: GateParts, passage: Passage, admission: Admission | "too_long" | null): Promise<Response> {
  const { facts, req } = passage;
  if (admission === null) facts.session = "none";
  else facts.session = admission === "too_long" ? admission : sessionOf(gate, admission);
  // Somebody with a live pass has a seat for it.
  if (admission !== null && admission !== "too_long" && admission.pass === null)
    facts.isForStrangers = req.wayOn === null && gate.rules.isForStrangers(req);
  if (admission === null && !mayBeRemembered(gate, req)) facts.isRemembered = false;
  if (admission === null || admission === "too_long" || !mayArrive(req)) return proceed(gate, passage);
  return arrive(gate, req, admission).then(() => {
    facts.act = req.act;
    return proceed(gate, passage);
  });
}

function learnPerson(gate: GateParts, passage: Passage, { identity, admission }: Found): Promise<Response> {
  const { facts } = passage;
  facts.identity = identity;
  facts.session = sessionOf(gate, admission);
  return proceed(gate, passage);
}

/** What this isolate knows of the request's session. */
function sessionOf({ desk, config, now }: GateParts, admission: Admission): Session {
  const { pass, session } = admission;
  if (pass !== null) {
    const isDue =
      pass.until - now() < config.timing.passRenewAheadMs &&
      !desk.isAsking(admission) &&
      !desk.hasPassReady(admission, pass.holder);
    return { admission, isDue, refused: desk.recentRefusal(session) };
  }
  return { admission, isDue: false, refused: desk.recentRefusal(session) };
}
