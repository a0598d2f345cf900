/** Asks a live CRM who somebody is, as the gate would, and says at each step what was sent and what came. */
import type { CrmAnswer } from "../../worker/identity/crm/crm-answer.ts";
import { type Ask, compileQuestion, type StepTrace } from "../../worker/identity/crm/crm-question.ts";
import type { IdentityResult } from "../../worker/identity/identity-result.ts";
import type { Asked } from "./preset-person.ts";
import type { CrmAddress, CrmVisitor } from "./preset-visitor.ts";

const PATIENCE_MS = 15_000;

export class CrmAsker {
  readonly #crm: CrmAddress;
  readonly #page: string;
  /** The CRM's last answer to a question of who it is. */
  #lastAnswer: StepTrace["answer"] = null;

  /** `page`: a protected address, from which the question is asked. */
  constructor(crm: CrmAddress, page: string) {
    this.#crm = crm;
    this.#page = page;
  }

  /** Null where the visitor has no session. `title`: null, nothing is said of it. */
  async ask(title: string | null, visitor: CrmVisitor): Promise<Asked | null> {
    const { credential } = visitor;
    return credential === null ? null : this.#question(title, visitor, credential);
  }

  async #question(
    title: string | null,
    visitor: CrmVisitor,
    credential: NonNullable<CrmVisitor["credential"]>,
  ): Promise<Asked> {
    const { preset, origin, report } = this.#crm;
    if (title !== null) report.title(title);
    const answers: CrmAnswer[] = [];
    const target = {
      crmOrigin: origin,
      identityTimeoutMs: PATIENCE_MS,
      roleLists: { licence_manager: [], admin: [], support: [] },
    };
    const ask: Ask = async (url, init) => {
      const response = await fetch(url, init);
      // A question's answer may renew the session, which is the visitor's then.
      visitor.jar.take(response);
      report.mask.learn(...visitor.jar.values);
      return response;
    };
    const question = compileQuestion(target, preset, ask, (step) => {
      if (step.answer !== null) answers.push(step.answer);
      if (title !== null) this.#reportStep(step);
    });
    return { result: await question({ headers: visitor.headers, origin, path: this.#page, credential }), answers };
  }

  /** Who the CRM takes somebody for whose session the gate does not know. */
  async findWithout(somebody: CrmVisitor, person: CrmVisitor): Promise<IdentityResult["kind"] | "no question"> {
    const credential = somebody.credential ?? person.credential;
    return credential === null ? "no question" : (await this.#question(null, somebody, credential)).result.kind;
  }

  #reportStep({ step, url, init, answer, decidedBy }: StepTrace): void {
    const { report } = this.#crm;
    const body = typeof init.body === "string" ? ` ${init.body}` : "";
    report.line(`step ${step}: ${init.method} ${url}${body}`);
    report.line(`  with ${[...init.headers.keys()].join(", ")}`);
    if (answer !== null) {
      const { status, headers, text } = answer;
      const type = headers.get("content-type") ?? "no type";
      const location = headers.get("location");
      const kind = answer.json === undefined ? "" : ", JSON";
      report.line(
        `  came ${status}, ${type}, ${text.length} characters${kind}${location === null ? "" : ` → ${location}`}`,
      );
    }
    report.line(`  decided by: ${decidedBy}`);
    this.#lastAnswer = answer;
  }

  /** A condition that the last answer to a question fits. */
  suggestAnonymous(): string {
    const answer = this.#lastAnswer;
    if (answer === null) return "";
    const { status, headers } = answer;
    const to = URL.parse(headers.get("location") ?? "", this.#crm.origin)?.pathname;
    if (status >= 300 && status < 400 && to !== undefined)
      return `, such as { "status": ${status}, "location": "${to}" }`;
    if (status >= 400) return `, such as { "status": ${status} }`;
    return ", by a text or a field that only such an answer has";
  }
}
