/** The preset's matchers, compiled: which requests are public, login, logout, background. */

import { readPointer } from "../config/json-pointer.ts";
import { isDoubtfulPath, plainPath } from "../http/path-spelling.ts";
import { compileSessionCookieTest } from "../identity/credentials.ts";
import { type AnswerHead, holdsOfHead } from "../identity/crm/crm-answer.ts";
import { METHOD_HEADERS } from "../identity/crm/visitor-address.ts";
import { fieldsFit, hasAnyField, hasFieldCookie, namesIn, readingsOf } from "../identity/preset/field-match.ts";
import { compilePaths, type PathTest } from "../identity/preset/path-pattern.ts";
import type { Preset, RefusalAnswer } from "../identity/preset/preset-schema.ts";
import { type Addressed as Address, compilePublic } from "../identity/preset/public-pattern.ts";
import type { Matcher, SessionChange } from "../identity/preset/request-schema.ts";
import { type BodyKeys, compileKeyFields, KEYED_BODY_MAX_BYTES, type KeyFields } from "./body-keys.ts";
import type { ReadBody, ReadMore, Said } from "./body-peek.ts";
import { type SignOut, signOutOf } from "./session/sign-out.ts";
import { compileSignedOut, type SignedOutSigns } from "./session/signed-out-signs.ts";

/**
 * What a request is to the preset, beside its session. `guarded_login`: by its address also one of protected pages.
 * `program`: an address for programs, open to whoever shows no session. `machine`: one that the operator has closed. `key_in_body`: its body
 * shows a key.
 */
export type Meaning =
  | "login"
  | "guarded_login"
  | "logout"
  | "public"
  | "program"
  | "machine"
  | "key_in_body"
  | "protected";

/** What of a request tells its meaning. */
export interface Addressed extends Address {
  request: { headers: Headers };
  /** Left out: none. */
  hasBody?: boolean;
}

export interface Rules extends SignedOutSigns {
  /** By method, path and query alone; `ask_body` where only the body tells. */
  meaningOf(request: Addressed): Meaning | "ask_body";
  /** For a request whose body had to be asked; null: it could not be read. */
  meaningOfBody(request: Addressed, body: ReadBody | null): Meaning;
  /** What of bodies is read to know their meaning; undefined: as little as tells a login. */
  readMore: ReadMore | undefined;
  /** Whether the body of a request that goes on is looked at for keys on its way. */
  isBodyWatched(meaning: Meaning, request: Addressed, body: ReadBody | null): boolean;
  /** null: no body is looked at for keys. */
  keyFields: KeyFields | null;
  /** Whether the CRM took the logout. */
  isSignedOut(request: Addressed, body: ReadBody | null, answer: AnswerHead): boolean;
  /** The CRM takes it from strangers: somebody who gets no seat makes it as one. */
  isForStrangers(request: Addressed): boolean;
  /** The operator lets no program in: without a session only a person's browser gets to the CRM. */
  refusesPrograms: boolean;
  /** How a page signs out of the CRM; null where none can. */
  signOut: SignOut | null;
  /** By its address: the form of a login. */
  isLoginPage(path: string): boolean;
  /** The same, where nothing else is at that address: no more of the request tells a login. */
  isLoginForm(path: string): boolean;
  /** No person makes such a request. `body`: where it was read. */
  isBackground(request: Addressed, body: ReadBody | null): boolean;
  /** G8: what the visitor sends by this socket is work. */
  isWorkSocket(path: string): boolean;
  isStreaming(path: string): boolean;
  /** For a page's own request. */
  refusalFor(request: Addressed): RefusalAnswer;
  /** The id of a request's body that its refusal repeats; null when there is none. */
  readRequestId(body: ReadBody | null): string | number | null;
}

interface Entry {
  meaning: Meaning;
  matcher: SessionChange;
  fits: PathTest;
  needsBody: boolean;
  /** Names of fields that decide, but those of cookies that carry the session. */
  fields: readonly string[];
}

export function compileRules(preset: Preset): Rules {
  const isSession = compileSessionCookieTest(preset);
  const compile = (meaning: Meaning, matchers: readonly SessionChange[]): Entry[] =>
    matchers.map((matcher) => ({
      meaning: meaning === "login" && matcher.guarded === true ? "guarded_login" : meaning,
      matcher,
      fits: compilePaths([matcher.path]),
      needsBody: matcher.pointer !== undefined || matcher.form !== undefined,
      fields: namesIn(matcher).filter((name) => !isSession(name)),
    }));
  const entries = [
    ...compile("logout", preset.logout),
    ...compile("login", preset.login),
    ...compile("public", preset.publicCalls ?? []),
  ];
  const polls = compile("protected", preset.backgroundCalls ?? []);
  const isPublic = compilePublic(preset.paths.public, isSession);
  const isMachinePath = compilePaths(preset.machine?.paths ?? []);
  const isMachineSpelling = compilePaths((preset.machine?.paths ?? []).map((path) => path.toLowerCase()));
  const refusesPrograms = preset.machine?.policy === "refuse";
  const { requestId } = preset.refusal;
  const exceptions = (preset.refusal.exceptions ?? []).map(({ paths, contentType, answer }) => ({
    fits: paths === undefined ? () => true : compilePaths(paths),
    contentType,
    answer,
  }));

  const linkKeys = preset.linkKeys ?? [];
  const strangerCandidates = findCandidates(compile("protected", preset.strangerCalls ?? []));
  const candidates = findCandidates(entries);
  const pollCandidates = findCandidates(polls);
  const isPollPath = compilePaths(preset.paths.background);

  const byAddress = (request: Addressed): Meaning => {
    const { path } = request;
    if (refusesPrograms && (isMachinePath(path) || isMachineSpelling(plainPath(path)))) return "machine";
    if (isOverridden(request.request.headers)) return "protected";
    if (isPublic(request)) return "public";
    if (!isMachinePath(path) || isDoubtfulPath(path)) return "protected";
    return preset.machine?.ignoresSession === true ? "public" : "program";
  };

  const keyFields = compileKeyFields(preset.keyFields ?? []);
  const mayShowKey = ({ request, hasBody, method }: Addressed): boolean =>
    keyFields !== null &&
    hasBody === true &&
    method !== "GET" &&
    method !== "HEAD" &&
    keyFields.mayShow(request.headers);
  const keysIn = (request: Addressed, body: ReadBody | null): BodyKeys =>
    keyFields !== null && mayShowKey(request) ? keyFields.findIn(request.request.headers, body) : "none";
  const keyOr = (meaning: Meaning, request: Addressed, body: ReadBody | null): Meaning =>
    isGuarded(meaning) && keysIn(request, body) === "shown" ? "key_in_body" : meaning;

  const matchBody = (request: Addressed, body: ReadBody | null): Entry | undefined =>
    candidates(request).find(({ matcher, needsBody }) => !needsBody || fitsBody(matcher, body));

  return {
    meaningOf(request) {
      const found = candidates(request);
      const sure = found.find(({ needsBody }) => !needsBody);
      if (sure !== undefined) return isGuarded(sure.meaning) && mayShowKey(request) ? "ask_body" : sure.meaning;
      if (found.length > 0) return "ask_body";
      const meaning = byAddress(request);
      // Whether it is work decides with what the tenant is asked for a seat, or told at the next renewal.
      if (meaning !== "protected") return meaning;
      return mayShowKey(request) || pollCandidates(request).some(({ needsBody }) => needsBody) ? "ask_body" : meaning;
    },
    meaningOfBody: (request, body) => keyOr(matchBody(request, body)?.meaning ?? byAddress(request), request, body),
    readMore: keyFields === null ? undefined : { maxBytes: KEYED_BODY_MAX_BYTES, isText: keyFields.isText },
    isBodyWatched: (meaning, request, body) => body === null && isGuarded(meaning) && keysIn(request, null) === "watch",
    keyFields,
    isSignedOut(request, body, answer) {
      const success = matchBody(request, body)?.matcher.success;
      if (success === undefined) return answer.status < 400;
      return success.some((condition) => holdsOfHead(condition, answer));
    },
    isForStrangers: (request) =>
      strangerCandidates(request).length > 0 ||
      (request.query.length > 1 && hasAnyField(linkKeys, new URLSearchParams(request.query))),
    refusesPrograms,
    ...compileSignedOut(preset),
    signOut: signOutOf(preset),
    isLoginPage: compilePaths(preset.login.map(({ path }) => path)),
    isLoginForm: compilePaths(preset.login.filter(isByPathAlone).map(({ path }) => path)),
    isBackground: (request, body) =>
      isPollPath(request.path) ||
      pollCandidates(request).some(({ matcher, needsBody }) => !needsBody || fitsBody(matcher, body?.likely ?? null)),
    isWorkSocket: compilePaths(preset.paths.workSockets ?? []),
    isStreaming: compilePaths(preset.paths.streaming ?? []),
    refusalFor({ path, request }) {
      const type = request.headers.get("content-type")?.trim().toLowerCase() ?? "";
      const found = exceptions.find(
        ({ fits, contentType }) => fits(path) && (contentType === undefined || type.startsWith(contentType)),
      );
      return found?.answer ?? preset.refusal.background;
    },
    readRequestId(body) {
      const id = requestId === undefined ? undefined : readPointer(body?.likely.json, requestId);
      return typeof id === "string" || typeof id === "number" ? id : null;
    },
  };
}

/** Where a key in the body could act as somebody else: also where the rest of the body says that it is a login. */
const isGuarded = (meaning: Meaning): boolean => !["public", "program", "machine"].includes(meaning);

const isByPathAlone = ({ path, query, headers, form, pointer }: SessionChange): boolean =>
  !path.includes("*") && [query, headers, form, pointer].every((part) => part === undefined);

const isOverridden = (headers: Headers): boolean => METHOD_HEADERS.some((name) => headers.has(name));

const fitsHeaders = ({ headers: wanted = {} }: SessionChange, headers: Headers): boolean =>
  Object.entries(wanted).every(([name, values]) => {
    const value = headers.get(name);
    return values.includes(value ?? "") || (value !== null && values.includes("*"));
  });

/** Entries that a request fits by method, path and query. */
function findCandidates(entries: readonly Entry[]): (request: Addressed) => Entry[] {
  const isWatched = compilePaths(entries.map(({ matcher }) => matcher.path));
  return ({ method, path, query, request }) => {
    if (!isWatched(path) || isOverridden(request.headers)) return [];
    const readings = readingsOf(query);
    return entries.filter(
      ({ matcher, fits, fields: names }) =>
        (matcher.method === undefined || matcher.method === method) &&
        fits(path) &&
        !(matcher.path.endsWith("*") && isDoubtfulPath(path)) &&
        fitsHeaders(matcher, request.headers) &&
        readings.every((fields) => fitsQuery(matcher, fields)) &&
        !hasFieldCookie(names, request.headers.get("cookie")),
    );
  };
}

function fitsQuery({ query, form, without }: Matcher, fields: URLSearchParams): boolean {
  if (query !== undefined && !fieldsFit(query, fields)) return false;
  // What a server reads from the query in place of the form is not what the form says.
  return !hasAnyField([...(without ?? []), ...Object.keys(form ?? {})], fields);
}

function fitsBody({ pointer, oneOf, form, without }: Matcher, body: Said | null): boolean {
  if (body === null) return false;
  if (form !== undefined) {
    return body.form !== null && fieldsFit(form, body.form) && !hasAnyField(without ?? [], body.form);
  }
  const value = pointer === undefined ? undefined : readPointer(body.json, pointer);
  return typeof value === "string" && oneOf?.includes(value) === true;
}
