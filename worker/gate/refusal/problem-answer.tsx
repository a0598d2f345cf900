/** A request that cannot be answered for a reason other than a missing seat: a page for people, JSON for programs. */
import { PROBLEMS, type WrittenProblem } from "../../../shared/problem.ts";
import { problemResponse as answerForProgram } from "../../http/problem-response.ts";
import { Logo } from "../../theme/logo.tsx";
import type { Language } from "../reader-language.ts";
import { WayOn } from "./page-acts.tsx";
import { framedPage } from "./page-frame.tsx";

/** Temporary problems pass soon; a tenant is suspended for hours at least. */
const RETRY_AFTER_SECONDS = 3;
const SUSPENDED_RETRY_AFTER_SECONDS = 3_600;

/** `page`: path and query of the page that was asked for; null for a program. */
export function showProblem(
  problem: WrittenProblem,
  page: string | null,
  contact: string,
  { tag, words }: Language,
): Response {
  const { status } = PROBLEMS[problem.code];
  const told: Readonly<Record<string, { title: string; detail: string }>> = words.problems;
  const { title, detail } = told[problem.code] ?? { title: PROBLEMS[problem.code].title, detail: problem.detail };
  const seconds = problem.code === "suspended" ? SUSPENDED_RETRY_AFTER_SECONDS : RETRY_AFTER_SECONDS;
  const headers: Record<string, string> = status === 404 ? {} : { "retry-after": String(seconds) };
  if (page === null) {
    return answerForProgram(problem, headers);
  }
  const children = (
    <main>
      <p class="firm">
        <Logo size={32} />
        Hotseat
      </p>
      <h1>{title}</h1>
      <p>{detail}</p>
      {contact === "" ? null : (
        <dl>
          <dt>{words.contact}</dt>
          <dd>{contact}</dd>
        </dl>
      )}
      <div class="acts">
        <WayOn target={page} label={words.tryAgain} />
      </div>
    </main>
  );
  return framedPage(status, { language: tag, title, kind: "problem", script: null, refresh: null, children }, headers);
}
