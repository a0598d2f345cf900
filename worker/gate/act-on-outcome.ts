/** What is done about a request once its facts have decided: carried to the CRM, answered in its place, or refused. */
import type { HolderId } from "../../shared/ids.ts";
import {
  admit,
  admitAndRenew,
  admitClaimed,
  admitInAdvance,
  admitInGrace,
  carryExempt,
  carryOpen,
} from "./admission/admit.ts";
import { carryAsStranger, carryStranger } from "./admission/stranger.ts";
import { withAsked, withCookies } from "./carry.ts";
import { refuseClaim } from "./claim.ts";
import type { Ending, Session } from "./classify.ts";
import type { GateParts } from "./gate-parts.ts";
import {
  answerKeyInBody,
  answerMachine,
  answerNotInAdvance,
  answerOutOfReach,
  answerTooLong,
  answerTooOften,
  answerUnknown,
  answerUnproven,
  keepForm,
  languageOf,
  leadToSignIn,
} from "./gate-problems.ts";
import type { GateRequest } from "./gate-request.ts";
import { answerForeignFrame } from "./refusal/foreign-frame.tsx";
import { refuseRequest } from "./refusal/refuse-request.ts";
import { endIfDead } from "./session/dead-session.ts";
import { carryAnonymous, signIn, signInAnew, signOut } from "./session/session-change.ts";
import { identityCookies } from "./session/session-values.ts";

type Decided = Exclude<Ending, { kind: "guarded_sign_in" }>;

/** Hot path: no `await` before the CRM fetch. */
export function actOnOutcome(gate: GateParts, req: GateRequest, outcome: Decided): Promise<Response> {
  return req.asked.length === 0 && !req.isUnsettled
    ? Promise.resolve(act(gate, req, outcome))
    : actRenewed(gate, req, outcome);
}

/** The CRM renewed the session when it was asked who this is: the answer brings that along, whatever it says. */
async function actRenewed(gate: GateParts, req: GateRequest, outcome: Decided): Promise<Response> {
  const answer = await act(gate, req, outcome);
  switch (outcome.kind) {
    case "refuse":
      return withAsked(answer, req);
    case "refuse_again":
    case "as_stranger":
    case "identity_unknown":
    case "too_often":
    case "unproven":
    case "lead_to_sign_in":
    case "out_of_reach":
      return withCookies(withAsked(answer, req), await identityCookies(gate, req, outcome.session.admission, null));
    default:
      return answer;
  }
}

function act(gate: GateParts, req: GateRequest, outcome: Decided): Response | Promise<Response> {
  switch (outcome.kind) {
    case "public":
      return carryOpen(gate, req, true);
    case "open":
      return signInAnew(gate, req);
    case "foreign_frame":
      return answerForeignFrame(languageOf(req), gate.config.tenantName, req.pathAndQuery);
    case "stranger":
      return carryStranger(gate, req);
    case "as_stranger":
      return carryAsStranger(gate, req);
    case "too_long":
      return answerTooLong(gate, req);
    case "machine":
      return answerMachine(gate, req);
    case "key_in_body":
      return answerKeyInBody(gate, req);
    case "sign_in":
      return signIn(gate, req, outcome.session.admission);
    case "sign_out":
      return signOut(gate, req, outcome.session.admission);
    case "admit":
      return endWhereDead(
        gate,
        req,
        { session: outcome.session, holder: outcome.pass.holder },
        admit(gate, req, outcome.session.admission, outcome.pass),
      );
    case "admit_and_renew":
      return endWhereDead(
        gate,
        req,
        { session: outcome.session, holder: outcome.pass.holder },
        admitAndRenew(gate, req, outcome.session.admission, outcome.pass, outcome.act),
      );
    case "prefetch":
      return admitInAdvance(gate, req, outcome.session.admission, outcome.pass);
    case "not_in_advance":
      return answerNotInAdvance();
    case "admit_claimed":
      // Who it is may be known from minutes ago: a tab in the background polls more seldom than a pass lives.
      return endWhereDead(
        gate,
        req,
        { session: outcome.session, holder: outcome.identity.person.id },
        admitClaimed(gate, req, outcome.session.admission, outcome.identity),
      );
    case "admit_in_grace":
      return admitInGrace(gate, req, outcome.session.admission, outcome.identity.person);
    case "exempt":
      return carryExempt(gate, req, outcome.session.admission, outcome.identity);
    case "anonymous":
      return carryAnonymous(gate, req, outcome.session.admission, outcome.identity.who);
    case "refuse":
      return refuseClaim(gate, req, outcome.session.admission, outcome.identity, outcome.denied);
    case "refuse_again":
      return refuseRequest(gate, req, outcome.denied, null);
    case "identity_unknown":
      return keepForm(req).then((kept) => answerUnknown(gate, req, outcome.why, kept));
    case "too_often":
      return keepForm(req).then((kept) => answerTooOften(gate, req, kept));
    case "unproven":
      return keepForm(req).then((kept) => answerUnproven(gate, req, outcome.why, kept, outcome.hasRunOut));
    case "lead_to_sign_in":
      return leadToSignIn(gate, req);
    case "out_of_reach":
      return keepForm(req).then((kept) => answerOutOfReach(gate, req, kept));
  }
}

const endWhereDead = (
  gate: GateParts,
  req: GateRequest,
  { session, holder }: { session: Session; holder: HolderId },
  answering: Promise<Response>,
): Promise<Response> =>
  answering.then((answer) =>
    req.isJudged ||
    (!req.isForNobody &&
      (answer.status < 300 || answer.status >= 500) &&
      !(req.isDocument && answer.headers.has("refresh")))
      ? answer
      : endIfDead(gate, req, { admission: session.admission, holder }, answer),
  );
