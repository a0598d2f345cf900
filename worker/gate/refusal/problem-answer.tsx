/** A request that cannot be answered for a reason other than a missing seat: a page for people, JSON for programs. */
import { PROBLEMS, type WrittenProblem } from "../../../shared/problem.ts";
import { problemResponse as answerForProgram } from "../../http/problem-response.ts";
import { Logo } from "../../theme/logo.tsx";
import type { Language } from "../reader-language.ts";
import { type FormReplay, hasFiles } from "./form-replay.ts";
import { SendAgain } from "./kept-form.tsx";
import { WayOn } from "./page-acts.tsx";
import { framedPage } from "./page-frame.tsx";

/** Temporary problems pass soon; a tenant is suspended for hours at least. */
const RETRY_AFTER_SECONDS = 3;
const SUSPENDED_RETRY_AFTER_SECONDS = 3_600;

/** I6: also the reason by which a page is covered whose person's sign-in has run out. */
export const UNPROVEN = {
  code: "identity_unproven",
  detail: "Hotseat could not tell from your sign-in who you are. Please sign in again, or ask IT.",
} as const satisfies WrittenProblem;

/** What a person sent with the request, which went no further. */
export interface KeptForm {
  /** Where it was sent to. */
  address: string;
  form: FormReplay;
}

/** `page`: path and query of the page that was asked for; null for a program. */
export function showProblem(
  problem: WrittenProblem,
  page: string | null,
  contact: string,
  { tag, words }: Language,
  kept: KeptForm | null = null,
  isFramed = false,
): Response {
  const { status } = PROBLEMS[problem.code];
  const told: Readonly<Record<string, { title: string; detail: string }>> = words.problems;
  const { title, detail } = told[problem.code] ?? { title: PROBLEMS[problem.code].title, detail: problem.detail };
  const seconds = problem.code === "suspended" ? SUSPENDED_RETRY_AFTER_SECONDS : RETRY_AFTER_SECONDS;
  const headers: Record<string, string> = status === 404 ? {} : { "retry-after": String(seconds) };
  if (page === null) {
    return answerForProgram(problem, headers);
  }
  // The way to the sign-in, which would take what was kept along.
  const isToSignIn = problem.code === UNPROVEN.code;
  const children = (
    <main>
      <p class="firm">
        <Logo size={32} />
        Hotseat
      </p>
      <h1>{title}</h1>
      <p>{detail}</p>
      {kept === null ? null : <p>{words.formKeptHere}</p>}
      {kept !== null && hasFiles(kept.form) ? <p>{words.formFiles}</p> : null}
      {contact === "" ? null : (
        <dl>
          <dt>{words.contact}</dt>
          <dd>{contact}</dd>
        </dl>
      )}
      <div class="acts">
        {kept === null ? null : <SendAgain address={kept.address} form={kept.form} words={words} />}
        <WayOn
          target={page}
          label={kept === null || isToSignIn ? words.tryAgain : words.goOnWithout}
          second={kept !== null}
          isInOwnTab={isFramed || (kept !== null && isToSignIn)}
        />
      </div>
    </main>
  );
  return framedPage(status, { language: tag, title, kind: "problem", script: null, refresh: null, children }, headers);
}
