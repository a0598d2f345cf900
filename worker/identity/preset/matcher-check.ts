/** Checks by what a preset tells the CRM's requests apart: login, logout, public and background calls. */
import { checkCondition } from "./identity-check.ts";
import type { Say } from "./preset-fault.ts";
import type { Preset } from "./preset-schema.ts";
import type { Matcher } from "./request-schema.ts";

export function checkMatchers(preset: Preset, say: Say): void {
  const kinds = ["login", "logout", "publicCalls", "backgroundCalls"] as const;
  for (const kind of kinds) {
    for (const [index, matcher] of (preset[kind] ?? []).entries()) checkMatcher(kind, index, matcher, say);
  }
  for (const kind of ["login", "logout"] as const) {
    for (const [index, { success = [] }] of preset[kind].entries()) {
      for (const [at, condition] of success.entries()) {
        const field = `${kind}.${index}.success.${at}`;
        checkCondition(condition, field, say);
        if (condition.body !== undefined || condition.pointer !== undefined) {
          say(`${field} may look at status, location and contentType alone: the body streams on to the visitor`);
        }
      }
    }
  }
}

/** Where a path belongs that tells such a request alone. */
const LISTED_BY_PATH: Readonly<Record<string, string>> = {
  publicCalls: "paths.public",
  backgroundCalls: "paths.background",
};

function checkMatcher(kind: string, index: number, matcher: Matcher, say: Say): void {
  const field = `${kind}.${index}`;
  if ((matcher.pointer === undefined) !== (matcher.oneOf === undefined)) {
    say(`${field} must have both pointer and oneOf, or neither`);
  }
  if (matcher.pointer !== undefined && matcher.form !== undefined) {
    say(`${field} must have pointer or form, not both: a body is JSON or a form`);
  }
  const hasBody = matcher.pointer !== undefined || matcher.form !== undefined;
  if (hasBody && (matcher.method === undefined || matcher.method === "GET")) {
    say(`${field}.method must be POST, PUT, PATCH or DELETE, for it is told by the body`);
  }
  // A body overrides the query for many servers, so a query tells only where there is no body.
  if (matcher.query !== undefined && !hasBody && matcher.method !== "GET") {
    say(
      `${field}.method must be GET, for it is told by the query, which a body could override: where a form is sent, name a field of the form that tells it, under form`,
    );
  }
  if (LISTED_BY_PATH[kind] !== undefined && !hasBody && matcher.query === undefined) {
    say(`${field} is told by its path alone: put the path into ${LISTED_BY_PATH[kind]}`);
  }
  if (matcher.without !== undefined && matcher.query === undefined && matcher.form === undefined) {
    say(`${field}.without goes with query or form`);
  }
}
