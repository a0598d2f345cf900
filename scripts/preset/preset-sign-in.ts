/** Signs in to a live CRM as its preset says (`trial`), and leaves the visitor with what the CRM's page would have. */
import { type CrmAnswer, extract, readCrmAnswer } from "../../worker/identity/crm/crm-answer.ts";
import { fillTemplate, type Json, placesIn } from "../../worker/identity/preset/template.ts";
import type { Trial } from "../../worker/identity/preset/trial-schema.ts";
import type { SentRequest } from "./preset-faults.ts";
import type { CrmAddress, CrmVisitor } from "./preset-visitor.ts";

/** A request of the login, and how the CRM answered it. */
export interface SignInCall {
  request: SentRequest;
  answer: CrmAnswer;
}

const ANSWER_MAX_BYTES = 1_048_576;

/**
 * The calls that signed in; null when one of them did not bring what the next needs. `values` is given what they
 * bring; `maybeWrong` says in plain words that name or password may be.
 */
export async function signIn(
  { report }: CrmAddress,
  trial: Trial,
  visitor: CrmVisitor,
  values: Record<string, string>,
  maybeWrong: string,
): Promise<SignInCall[] | null> {
  const calls: SignInCall[] = [];
  for (const [index, step] of trial.steps.entries()) {
    const { headers, body } = fillStep(step, values);
    const path = String(fillTemplate(step.path, values));
    const { response, request } = await visitor.send(step.method, path, headers, body);
    const answer = await readCrmAnswer(response, ANSWER_MAX_BYTES);
    calls.push({ request, answer });
    for (const [name, source] of Object.entries(step.captures ?? {})) {
      const value = extract({ step: 0, ...source }, [answer]);
      if (typeof value !== "string" && typeof value !== "number") {
        const where = `trial.steps.${index}.captures.${name}`;
        const why = showsPassword(step) ? maybeWrong : `Is this the CRM's login page? See ${where}.`;
        report.lack(`The login's answer to ${step.method} ${path} has nothing to capture as ${name}. ${why}`);
        return null;
      }
      values[name] = String(value);
      report.mask.learn(String(value));
    }
  }
  keepSession(trial, visitor, values, report.mask);
  return calls;
}

type TrialStep = Trial["steps"][number];

function fillStep(step: TrialStep, values: Record<string, string>) {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(step.headers ?? {})) headers[name] = String(fillTemplate(value, values));
  if (step.form !== undefined) {
    headers["content-type"] = "application/x-www-form-urlencoded";
    const fields = fillTemplate(step.form, values) as Record<string, string>;
    return { headers, body: new URLSearchParams(fields).toString() };
  }
  if (step.body === undefined) return { headers, body: null };
  headers["content-type"] = "application/json";
  return { headers, body: JSON.stringify(fillTemplate(step.body, values)) };
}

/** Whether the request tells the CRM the password, so that its answer depends on it. */
const showsPassword = ({ headers = {}, form = {}, body = null }: TrialStep): boolean =>
  placesIn([headers, form, body] as Json).some((place) => place === "password" || place === "basic");

/** What the CRM's page makes of the answers beside the cookies that they set. */
function keepSession(
  { session }: Trial,
  visitor: CrmVisitor,
  values: Record<string, string>,
  mask: CrmAddress["report"]["mask"],
): void {
  for (const [name, value] of Object.entries(session?.cookies ?? {})) {
    visitor.jar.set(name, String(fillTemplate(value, values)));
  }
  if (session?.header === undefined || session.value === undefined) return;
  const filled = String(fillTemplate(session.value, values));
  const encoded = session.encode === "base64" ? Buffer.from(filled).toString("base64") : filled;
  mask.learn(encoded);
  const value = session.scheme === undefined ? encoded : `${session.scheme} ${encoded}`;
  visitor.header = { name: session.header, value };
}
