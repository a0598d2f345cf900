/** A request at a host that no tenant can answer for: unknown, suspended, or the registry unreachable. */
import type { WrittenProblem } from "../../shared/problem.ts";
import { OWN_PATH } from "../../shared/protocol.ts";
import { pageOf, readGateRequest } from "./gate-request.ts";
import { chooseLanguage } from "./reader-language.ts";
import { showProblem } from "./refusal/problem-answer.tsx";

const PROBLEMS = {
  unknown_host: "Hotseat knows no CRM at this address.",
  suspended: "The operator has suspended this CRM. Nothing is lost.",
  busy: "Hotseat cannot look up whose CRM this is just now. Please try again in a few seconds.",
} as const;

/** A page for people in their language, JSON for programs; the CRM is not asked. */
export function answerUnknownHost(code: keyof typeof PROBLEMS, contact: string, request: Request): Response {
  const req = readGateRequest(request, { waitUntil: () => undefined });
  const problem: WrittenProblem = { code, detail: PROBLEMS[code] };
  // The extension and API clients accept only JSON.
  const page = req.path.startsWith(`${OWN_PATH}api`) ? null : pageOf(req);
  return showProblem(problem, page, contact, chooseLanguage(request.headers.get("accept-language")));
}
