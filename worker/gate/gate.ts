/** The gate (G): every request to the CRM comes through here, and leaves with the CRM's answer or a refusal. */
import { WAY_ON_PATH } from "../../shared/reserved-path.ts";
import type { Config } from "../config/config.ts";
import type { Preset } from "../identity/preset/preset-schema.ts";
import { answerConfirmed } from "../pass/confirm-return.ts";
import { type Returned, showsReceipt } from "../pass/receipt.ts";
import { callTenant } from "../tenant/client.ts";
import { answerRequest } from "./answer-request.ts";
import { createGateParts, type GatePorts } from "./gate-parts.ts";
import { type GateRequest, readGateRequest, readWayOn } from "./gate-request.ts";
import { isAt, refuseForeign, refuseMethod } from "./own-request.ts";
import { isCacheable } from "./proxy/cacheability.ts";
import { forgetBrowser } from "./session/session-change.ts";
import { SIGN_OUT_PATH } from "./session/sign-out.ts";

export type { GatePorts } from "./gate-parts.ts";

export interface Gate {
  /** Answers any request but those to Hotseat's own addresses. */
  handle(request: Request, ctx: Pick<ExecutionContext, "waitUntil">): Promise<Response>;
  /** Answers addresses that Hotseat's pages lead to and only the gate can serve; null: none of these. */
  handleOwn(request: Request, ctx: Pick<ExecutionContext, "waitUntil">): Promise<Response> | null;
}

export function createGate(config: Config, preset: Preset, ports: GatePorts): Gate {
  const gate = createGateParts(config, preset, ports);
  const { rules, now } = gate;

  const returns = {
    config,
    now,
    handBack: ({ holder, binding, at }: Returned) =>
      callTenant(gate.tenant, (stub) => stub.handBack(holder, binding, at)),
    mayBring: ({ headers, status }: Response) => !isCacheable(headers, now(), status),
  };

  /** L9: a browser that has taken the hand-back shows it with its next request, of whatever kind. */
  function confirming(req: GateRequest, answer: () => Promise<Response>): Promise<Response> {
    const { cookie } = req;
    return showsReceipt(cookie) ? answerConfirmed(returns, cookie, answer) : answer();
  }

  /** Hot path: a cached pass reaches the CRM fetch without an `await`. */
  function handle(request: Request, ctx: GateRequest["ctx"]): Promise<Response> {
    const req = readGateRequest(request, ctx);
    return confirming(req, () => answerRequest(gate, req, rules.meaningOf(req)));
  }

  function handleOwn(request: Request, ctx: GateRequest["ctx"]): Promise<Response> | null {
    const { url } = request;
    if (isAt(WAY_ON_PATH, url)) {
      const refused = refuseMethod(request, ["GET", "POST"]) ?? refuseForeign(request);
      if (refused !== null) return Promise.resolve(refused);
      const req = readWayOn(request, ctx);
      return confirming(req, () => answerRequest(gate, req, "protected"));
    }
    if (!isAt(SIGN_OUT_PATH, url)) return null;
    const refused = refuseMethod(request, ["POST"]) ?? refuseForeign(request);
    return refused === null ? signOutHere(readGateRequest(request, ctx)) : Promise.resolve(refused);
  }

  async function signOutHere(req: GateRequest): Promise<Response> {
    const admission = await gate.readAdmission(req);
    return forgetBrowser(gate, req, admission === "too_long" ? null : admission);
  }

  return { handle, handleOwn };
}
