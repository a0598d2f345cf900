/** Turns the first fault that a schema found into a sentence and the field to blame. */
import type * as z from "zod/mini";

/** Names in answers are cut to this: an unknown field may be as long as the body. */
const NAME_MAX = 80;

const short = (text: string): string => (text.length > NAME_MAX ? `${text.slice(0, NAME_MAX)}…` : text);

/** `field` is a dotted path; absent when the whole message is to blame. */
export function describeFault(error: z.core.$ZodError): { detail: string; field?: string } {
  const issue = error.issues[0];
  if (issue === undefined) return { detail: "The message is not of the form this address takes." };
  const path = issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0] ?? ""] : issue.path;
  const field = short(path.map(String).join("."));
  const name = field === "" ? "The message" : JSON.stringify(field);
  const detail = `${name} ${complaint(issue)}.`;
  return field === "" ? { detail } : { detail, field };
}

function complaint(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "unrecognized_keys":
      return "is not a field of this message";
    case "invalid_type":
      return `must be ${issue.expected === "int" ? "a whole number" : `of type ${issue.expected}`}`;
    case "too_big":
      return `is too ${issue.origin === "array" ? "long" : "large"}: at most ${issue.maximum}`;
    case "too_small":
      return `is too ${issue.origin === "array" ? "short" : "small"}: at least ${issue.minimum}`;
    case "invalid_value":
      return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
    case "invalid_format":
      return issue.message === "Invalid input" ? "is not of the form that is wanted" : `must be ${issue.message}`;
    default:
      return "is not of the form that is wanted";
  }
}
