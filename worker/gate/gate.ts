/** The gate (G): every request to the CRM comes through here, and leaves with the CRM's answer or a refusal. */
import type { HolderId } from "../../shared/ids.ts";
import { WAY_ON_PATH } from "../../shared/reserved-path.ts";
import type { Config } from "../config/config.ts";
import type { Preset } from "../identity/preset/preset-schema.ts";
import { answerConfirmed } from "../pass/confirm-return.ts";
import { type Returned, showsReceipt } from "../pass/receipt.ts";
import { callTenant } from "../tenant/client.ts";
import type { Admission } from "./admission/admission-cache.ts";
import {
  admit,
  admitAndRenew,
  admitClaimed,
  admitInAdvance,
  admitInGrace,
  carryExempt,
  carryOpen,
} from "./admission/admit.ts";
import { arrive, mayArrive } from "./admission/arrivals.ts";
import { type Found, identify } from "./admission/identify.ts";
import { carryStranger, isRefusedProgram, mayBeRemembered, recognize } from "./admission/stranger.ts";
import { readSmallBody } from "./body-peek.ts";
import { withAsked, withCookies } from "./carry.ts";
import { claimSeat, hasGrace, hasLease, isActive, refuseClaim } from "./claim.ts";
import { classify, type Ending, type Facts, type Session, type Step } from "./classify.ts";
import { createGateParts, type GateParts, type GatePorts } from "./gate-parts.ts";
import {
  answerMachine,
  answerNotInAdvance,
  answerOutOfReach,
  answerTooLong,
  answerTooOften,
  answerUnknown,
  answerUnproven,
  languageOf,
  leadToSignIn,
} from "./gate-problems.ts";
import { type GateRequest, readGateRequest, readWayOn } from "./gate-request.ts";
import { isAt, refuseForeign, refuseMethod } from "./own-request.ts";
import { isCacheable } from "./proxy/cacheability.ts";
import { hearOut } from "./proxy/hear-out.ts";
import { answerForeignFrame, isInCookielessFrame } from "./refusal/foreign-frame.tsx";
import { refuseRequest } from "./refusal/refuse-request.ts";
import { endIfDead } from "./session/dead-session.ts";
import { carryAnonymous, forgetBrowser, signIn, signInAnew, signOut } from "./session/session-change.ts";
import { identityCookies } from "./session/session-values.ts";
import { SIGN_OUT_PATH } from "./session/sign-out.ts";

export type { GatePorts } from "./gate-parts.ts";

export interface Gate {
  /** Answers any request but those to Hotseat's own addresses. */
  handle(request: Request, ctx: Pick<ExecutionContext, "waitUntil">): Promise<Response>;
  /** Answers addresses that Hotseat's pages lead to and only the gate can serve; null: none of these. */
  handleOwn(request: Request, ctx: Pick<ExecutionContext, "waitUntil">): Promise<Response> | null;
}

/** A request, and what is known of it so far. */
interface Passage {
  visit: GateRequest;
  facts: Facts;
}

export function createGate(config: Config, preset: Preset, ports: GatePorts): Gate {
  const gate = createGateParts(config, preset, ports);
  const { rules, source, now } = gate;

  const returns = {
    config,
    now,
    handBack: ({ holder, binding, at }: Returned) =>
      callTenant(gate.tenant, (stub) => stub.handBack(holder, binding, at)),
    mayBring: ({ headers, status }: Response) => !isCacheable(headers, now(), status),
  };

  /** L9: a browser that has taken the hand-back shows it with its next request, of whatever kind. */
  function confirming(visit: GateRequest, answer: () => Promise<Response>): Promise<Response> {
    const { cookie } = visit;
    return showsReceipt(cookie) ? answerConfirmed(returns, cookie, answer) : answer();
  }

  /** Hot path: a cached pass reaches the CRM fetch without an `await`. */
  function handle(request: Request, ctx: GateRequest["ctx"]): Promise<Response> {
    const visit = readGateRequest(request, ctx);
    return confirming(visit, () => begin(visit, rules.meaningOf(visit)));
  }

  function handleOwn(request: Request, ctx: GateRequest["ctx"]): Promise<Response> | null {
    const { url } = request;
    if (isAt(WAY_ON_PATH, url)) {
      const refused = refuseMethod(request, ["GET", "POST"]) ?? refuseForeign(request);
      if (refused !== null) return Promise.resolve(refused);
      const visit = readWayOn(request, ctx);
      return confirming(visit, () => begin(visit, "protected"));
    }
    if (!isAt(SIGN_OUT_PATH, url)) return null;
    const refused = refuseMethod(request, ["POST"]) ?? refuseForeign(request);
    return refused === null ? signOutHere(readGateRequest(request, ctx)) : Promise.resolve(refused);
  }

  async function signOutHere(visit: GateRequest): Promise<Response> {
    const admission = await gate.readAdmission(visit);
    return forgetBrowser(gate, visit, admission === "too_long" ? null : admission);
  }

  function begin(visit: GateRequest, meaning: Facts["meaning"]): Promise<Response> {
    const { act, isDocument, method } = visit;
    const facts: Facts = {
      act,
      isDocument,
      opens: visit.headers.has("upgrade") ? { hasLease: null } : null,
      meaning,
      isVisit: act === "navigation" && method === "GET" && meaning === "public" && !rules.isLoginPage(visit.path),
      session: null,
      identity: null,
      canSignIn: source.signInAddress !== null && method === "GET",
      claim: null,
      isInGrace: false,
      isRefusedProgram: isRefusedProgram(gate, visit),
      isRemembered: null,
      isCookielessFrame: isInCookielessFrame(visit),
      isLoginForm: meaning === "public" && rules.isLoginForm(visit.path),
    };
    const answering = proceed({ visit, facts });
    if (!visit.hasBody) return answering;
    return answering.then((answer) => hearOut(visit.request).then(() => answer));
  }

  /** Gathers facts until they decide the outcome, then acts on it. */
  function proceed(passage: Passage): Promise<Response> {
    const { visit, facts } = passage;
    const outcome = classify(facts);
    switch (outcome.kind) {
      case "read_session": {
        const admission = gate.readAdmission(visit);
        if (admission instanceof Promise) return admission.then((read) => learnSession(passage, read));
        return learnSession(passage, admission);
      }
      case "read_body":
        return readSmallBody(visit.request).then((body) => {
          visit.body = body;
          facts.meaning = rules.meaningOfBody(visit, body);
          return proceed(passage);
        });
      case "identify":
        return identify(gate, visit, outcome.session.admission).then((found) => learnPerson(passage, found));
      case "recognize":
        return recognize(gate, visit).then((found) => {
          facts.isRemembered = found !== null;
          return found === null ? proceed(passage) : learnPerson(passage, found);
        });
      case "confirm_lease":
        return hasLease(gate, outcome.holder).then((answer) => {
          facts.opens = { hasLease: answer };
          return proceed(passage);
        });
      case "claim":
        return claim(passage, outcome);
      case "guarded_sign_in":
        facts.meaning = "protected";
        visit.isLogin = true;
        return proceed(passage).then((answer) => {
          const { session } = facts;
          if (typeof session === "object" && session !== null && !visit.isJudged) {
            gate.identity.forget(session.admission.session);
          }
          return answer;
        });
      default:
        return visit.asked.length === 0 && !visit.isUnsettled
          ? Promise.resolve(end(gate, visit, outcome))
          : endRenewed(gate, visit, outcome);
    }
  }

  async function claim(passage: Passage, { session, identity, act }: Extract<Step, { kind: "claim" }>) {
    const { visit, facts } = passage;
    const { person } = identity;
    facts.claim = await claimSeat(gate, visit, session.admission, { person, act, active: isActive(gate, visit) });
    facts.isInGrace = hasGrace(gate, session.admission, person);
    return proceed(passage);
  }

  function learnSession(passage: Passage, admission: Admission | "too_long" | null): Promise<Response> {
    const { facts, visit } = passage;
    if (admission === null) facts.session = "none";
    else facts.session = admission === "too_long" ? admission : sessionOf(gate, admission);
    if (admission === null && !mayBeRemembered(gate, visit)) facts.isRemembered = false;
    if (admission === null || admission === "too_long" || !mayArrive(visit)) return proceed(passage);
    return arrive(gate, visit, admission).then(() => {
      facts.act = visit.act;
      return proceed(passage);
    });
  }

  function learnPerson(passage: Passage, { identity, admission }: Found): Promise<Response> {
    const { facts } = passage;
    facts.identity = identity;
    facts.session = sessionOf(gate, admission);
    return proceed(passage);
  }

  return { handle, handleOwn };
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

/** The CRM renewed the session when it was asked who this is: the answer brings that along, whatever it says. */
async function endRenewed(gate: GateParts, visit: GateRequest, outcome: Exclude<Ending, { kind: "guarded_sign_in" }>) {
  const answer = await end(gate, visit, outcome);
  switch (outcome.kind) {
    case "refuse":
      return withAsked(answer, visit);
    case "refuse_again":
    case "identity_unknown":
    case "too_often":
    case "unproven":
    case "lead_to_sign_in":
    case "out_of_reach":
      return withCookies(withAsked(answer, visit), await identityCookies(gate, visit, outcome.session.admission, null));
    default:
      return answer;
  }
}

function end(
  gate: GateParts,
  visit: GateRequest,
  outcome: Exclude<Ending, { kind: "guarded_sign_in" }>,
): Response | Promise<Response> {
  switch (outcome.kind) {
    case "public":
      return carryOpen(gate, visit, true);
    case "open":
      return signInAnew(gate, visit);
    case "foreign_frame":
      return answerForeignFrame(languageOf(visit), gate.config.tenantName, visit.pathAndQuery);
    case "stranger":
      return carryStranger(gate, visit);
    case "too_long":
      return answerTooLong(gate, visit);
    case "machine":
      return answerMachine(gate, visit);
    case "sign_in":
      return signIn(gate, visit, outcome.session.admission);
    case "sign_out":
      return signOut(gate, visit, outcome.session.admission);
    case "admit":
      return endWhereDead(
        gate,
        visit,
        { session: outcome.session, holder: outcome.pass.holder },
        admit(gate, visit, outcome.session.admission, outcome.pass),
      );
    case "admit_and_renew":
      return endWhereDead(
        gate,
        visit,
        { session: outcome.session, holder: outcome.pass.holder },
        admitAndRenew(gate, visit, outcome.session.admission, outcome.pass, outcome.act),
      );
    case "prefetch":
      return admitInAdvance(gate, visit, outcome.session.admission, outcome.pass);
    case "not_in_advance":
      return answerNotInAdvance();
    case "admit_claimed":
      // Who it is may be known from minutes ago: a tab in the background polls more seldom than a pass lives.
      return endWhereDead(
        gate,
        visit,
        { session: outcome.session, holder: outcome.identity.person.id },
        admitClaimed(gate, visit, outcome.session.admission, outcome.identity),
      );
    case "admit_in_grace":
      return admitInGrace(gate, visit, outcome.session.admission, outcome.identity.person);
    case "exempt":
      return carryExempt(gate, visit, outcome.session.admission, outcome.identity);
    case "anonymous":
      return carryAnonymous(gate, visit, outcome.session.admission, outcome.identity.who);
    case "refuse":
      return refuseClaim(gate, visit, outcome.session.admission, outcome.identity, outcome.denied);
    case "refuse_again":
      return refuseRequest(gate, visit, outcome.denied, null);
    case "identity_unknown":
      return answerUnknown(gate, visit, outcome.why);
    case "too_often":
      return answerTooOften(gate, visit);
    case "unproven":
      return answerUnproven(gate, visit, outcome.why);
    case "lead_to_sign_in":
      return leadToSignIn(gate, visit);
    case "out_of_reach":
      return answerOutOfReach(gate, visit);
  }
}

const endWhereDead = (
  gate: GateParts,
  visit: GateRequest,
  { session, holder }: { session: Session; holder: HolderId },
  answering: Promise<Response>,
): Promise<Response> =>
  answering.then((answer) =>
    visit.isJudged ||
    (!visit.isForNobody &&
      (answer.status < 300 || answer.status >= 500) &&
      !(visit.isDocument && answer.headers.has("refresh")))
      ? answer
      : endIfDead(gate, visit, { admission: session.admission, holder }, answer),
  );
