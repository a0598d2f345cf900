/**
 * Problems: a request that cannot be answered as asked. One exhaustive table from code to HTTP status.
 * The wire form is RFC 9457 problem+json.
 */
import * as z from "zod/mini";
import type { Sentence } from "./sentence.ts";

export const PROBLEMS = {
  malformed: { status: 400, title: "The request is not of the form this address takes" },
  signed_out: { status: 401, title: "Sign in to the CRM first" },
  forbidden: { status: 403, title: "You may not do this" },
  machine_closed: { status: 403, title: "Programs do not get to the CRM this way" },
  key_in_body: { status: 403, title: "A key in what is sent is not taken here" },
  identity_unproven: { status: 403, title: "Sign in to your organisation first" },
  foreign_origin: { status: 403, title: "Requests from other sites are not taken" },
  not_found: { status: 404, title: "There is nothing at this address" },
  wrong_method: { status: 405, title: "This address does not take this method" },
  conflict: { status: 409, title: "This does not fit how things stand" },
  too_soon: { status: 429, title: "Asked too soon" },
  stale: { status: 409, title: "Somebody changed this in the meantime" },
  too_large: { status: 413, title: "The request is too large" },
  wrong_content_type: { status: 415, title: "This address takes application/json" },
  out_of_range: { status: 422, title: "The value is out of range" },
  credential_too_long: { status: 431, title: "The sign-in that your browser shows is too long" },
  identity_unknown: { status: 503, title: "The CRM did not say who you are" },
  crm_unreachable: { status: 502, title: "The CRM does not answer" },
  unknown_host: { status: 404, title: "No CRM is served at this address" },
  suspended: { status: 503, title: "This CRM is suspended for now" },
  busy: { status: 503, title: "The licence service is busy, please try again" },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

export interface Problem {
  code: ProblemCode;
  /** What is wrong, and what would be right; written in the reader's language at the door. */
  says: Sentence;
  /** Where in the request, as a dotted path, when one place is to blame. */
  field?: string;
  /** Which of several reasons that one code has, for programs. */
  reason?: string;
  /** When asking again makes sense; the answer says so in `Retry-After`. */
  retryAfterSeconds?: number;
}

/** With its sentence written: a problem that a door has of itself, or one on its way out. */
export type WrittenProblem = Omit<Problem, "says"> & {
  /** One sentence: what is wrong, and what would be right. */
  detail: string;
};

/** What a door answers: a problem of the core, whose sentence it writes, or one of its own. */
export type DoorProblem = Problem | WrittenProblem;

/** RFC 9457, with the code by which programs tell problems apart, and the place in the request. */
export const ProblemBody = z.object({
  /** `PROBLEM_TYPE` and the code: a name, not an address to look up. */
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  /** Names this one occurrence; the Worker's log has it beside what went wrong on its side. */
  instance: z.optional(z.string()),
  field: z.optional(z.string()),
  /** Which of several reasons the code has here. */
  reason: z.optional(z.string()),
});
export type ProblemBody = z.infer<typeof ProblemBody>;

export const PROBLEM_TYPE = "urn:hotseat:problem:";

/** `instance` is a URI of this one occurrence, such as `urn:uuid:…`. */
export function problemBody(problem: WrittenProblem, instance: string): ProblemBody {
  const { code, detail, field, reason } = problem;
  const { status, title } = PROBLEMS[code];
  return {
    type: `${PROBLEM_TYPE}${code.replaceAll("_", "-")}`,
    title,
    status,
    code,
    detail,
    instance,
    ...(field === undefined ? {} : { field }),
    ...(reason === undefined ? {} : { reason }),
  };
}
