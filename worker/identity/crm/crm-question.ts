/** One question to the CRM: the preset's steps, each with the visitor's own credentials (I1). */

import { within } from "../../async/timeout.ts";
import type { RoleLists } from "../../config/env.ts";
import { addressSetCookie, applySetCookies } from "../../http/set-cookie.ts";
import { stripCookies } from "../../pass/cookies.ts";
import { compileSessionCookieTest } from "../credentials.ts";
import type { IdentityResult, Verdict } from "../identity-result.ts";
import { readPerson } from "../person-reader.ts";
import { dropFieldCookies, namesIn } from "../preset/field-match.ts";
import type { Preset } from "../preset/preset-schema.ts";
import type { Condition, Step } from "../preset/question-schema.ts";
import { matchSafely } from "../preset/safe-regex.ts";
import { fillTemplate, type Values } from "../preset/template.ts";
import type { SessionCredential } from "../session-credential.ts";
import { AnswerTooLarge, type CrmAnswer, extract, holds, readCrmAnswer } from "./crm-answer.ts";
import { askTwice, UNCACHED } from "./crm-fetch.ts";
import { setVisitorAddress } from "./visitor-address.ts";

export type Ask = (url: string, init: RequestInit) => Promise<Response>;

/** Whom to ask, and what of the operator's word counts. */
export interface Target {
  crmOrigin: string;
  /** For a step without a time-out of its own. */
  identityTimeoutMs: number;
  roleLists: RoleLists;
}

/** The request on whose occasion the CRM is asked, and the session it carries. */
export interface Visitor {
  headers: Headers;
  /** Public origin and path of the request. */
  origin: string;
  path: string;
  credential: SessionCredential;
  /** Somebody known is behind the request, so that it is asked however many strangers share the address. */
  isKnown?: boolean;
  /** What the question carries beside or in place of the session (G2); left out: nothing. */
  keys?: ShownKeys;
}

export interface ShownKeys {
  /** Names of headers, in lower case. */
  headers: readonly string[];
  /** Of the address's query, such as `api_key=k`; empty for none. */
  fields: string;
}

/** What happened at one step, for `preset:check`. */
export interface StepTrace {
  step: number;
  url: string;
  init: RequestInit & { headers: Headers };
  answer: CrmAnswer | null;
  /** Such as `signedInWhen.0`, or why none decided. */
  decidedBy: string;
}

/** Larger answers are unknown: who-am-I answers are 1 to 25 kB (EspoCRM's is the largest measured), pages more. */
const ANSWER_MAX_BYTES = 256 * 1024;
/** Of the visitor's headers the question carries these: some CRMs bind a session to them. */
const CARRIED = ["user-agent", "accept-language", "cf-connecting-ip"];

/** To a host beside the CRM's. */
const ELSEWHERE = ["user-agent", "accept-language"];

type AskCrm = (visitor: Visitor) => Promise<IdentityResult>;

/** `trace` is told of every step; what it gets holds the visitor's secrets. */
export function compileQuestion(
  target: Target,
  preset: Preset,
  ask: Ask,
  trace: (step: StepTrace) => void = () => undefined,
): AskCrm {
  const askSteps = compileSteps(target, preset, preset.identity.steps, ask, trace);
  return async (visitor) => {
    const { answers, setCookies } = await askSteps(visitor);
    const verdict = Array.isArray(answers) ? readPerson(target.roleLists, preset, answers) : answers;
    return setCookies.length === 0 ? verdict : { ...verdict, setCookies };
  };
}

export interface Steps {
  /** The answer to each step; or why there are none: the session is nobody's, or it cannot be told. */
  answers: CrmAnswer[] | Extract<Verdict, { kind: "anonymous" | "unknown" }>;
  /** The visitor's, see identity-result.ts. */
  setCookies: readonly string[];
}

/** Asks one step after the other, each with the cookies that the CRM set before. */
export function compileSteps(
  target: Pick<Target, "crmOrigin" | "identityTimeoutMs">,
  preset: Preset,
  steps: readonly Step[],
  ask: Ask,
  trace: (step: StepTrace) => void = () => undefined,
): (visitor: Visitor) => Promise<Steps> {
  const pathCapture = preset.pathCapture === undefined ? null : new RegExp(preset.pathCapture, "u");
  const deciding = [preset.login, preset.logout, preset.publicCalls ?? [], preset.strangerCalls ?? []]
    .flat()
    .flatMap(namesIn);
  const isSession = compileSessionCookieTest(preset);
  const fieldsOf = ({ path }: Step): string[] =>
    [...deciding, ...new URLSearchParams(path.split("?")[1] ?? "").keys()].filter((name) => !isSession(name));

  return async (visitor) => {
    const setCookies: string[] = [];
    return { answers: await askAll(visitor, setCookies), setCookies };
  };

  async function askAll(visitor: Visitor, setCookies: string[]): Promise<Steps["answers"]> {
    const captures = capturesOf(visitor, pathCapture);
    if (captures === null) return unknown("the session is not of a form that the preset can ask about");
    const answers: CrmAnswer[] = [];
    for (const [index, step] of steps.entries()) {
      const timeoutMs = step.timeoutMs ?? target.identityTimeoutMs;
      const seen = { step: index, ...build(visitor, step, captures, setCookies) };
      const init = { ...seen.init, signal: AbortSignal.timeout(timeoutMs), cf: UNCACHED };
      // A connection may also close while the answer comes; what is too large would be so again.
      const askWhole = askTwice(async (url, wanted: RequestInit) =>
        readCrmAnswer(await ask(url, wanted), step.maxBytes ?? ANSWER_MAX_BYTES).catch(reasonIfTooLarge),
      );
      const asked = await within(timeoutMs, askWhole(seen.url, init).catch(reasonOf));
      if (asked === undefined || typeof asked.value === "string") {
        const why = asked === undefined ? `the CRM took longer than ${timeoutMs} ms` : String(asked.value);
        trace({ ...seen, answer: null, decidedBy: why });
        return unknown(`${why} (step ${index})`);
      }
      const answer = asked.value;
      if (step.origin === undefined) {
        const { pathname } = new URL(seen.url);
        setCookies.push(...answer.headers.getSetCookie().map((line) => addressSetCookie(line, pathname)));
      }
      const rule = findRule(step, answer);
      trace({ ...seen, answer, decidedBy: rule.name });
      if (rule.verdict === "unknown") return unknown(`${rule.name}, status ${answer.status} (step ${index})`);
      if (rule.verdict === "anonymous") return { kind: "anonymous" };
      answers.push(answer);
      const missing = capture(step, index, answers, captures);
      if (missing !== null) return unknown(`the answer has nothing to capture as ${missing} (step ${index})`);
    }
    return answers;
  }

  /** Takes what later steps need; the name of what the answer does not have, or null. */
  function capture(step: Step, index: number, answers: readonly CrmAnswer[], captures: Captures): string | null {
    for (const [name, source] of Object.entries(step.captures ?? {})) {
      const value = extract({ step: index, ...source }, answers);
      if (typeof value !== "string" && typeof value !== "number") return name;
      captures.inPath[name] = encodeURIComponent(value);
      captures.plain[name] = String(value);
    }
    return null;
  }

  function build(
    visitor: Visitor,
    step: Step,
    captures: Captures,
    setCookies: readonly string[],
  ): { url: string; init: StepTrace["init"] } {
    const headers = new Headers();
    const copy = (name: string, value: string | null): void => {
      if (value !== null) headers.set(name, value);
    };
    const sent = visitor.headers;
    const isElsewhere = step.origin !== undefined;
    const carried = isElsewhere ? ELSEWHERE : carriedBy(visitor);
    for (const name of [...carried, ...(step.forward ?? [])]) copy(name, sent.get(name));
    // G2: a cookie that is called like a field of the question could ask another one.
    const shown = dropFieldCookies(fieldsOf(step), stripCookies(sent.get("cookie")));
    const cookie = setCookies.length === 0 ? shown : applySetCookies(shown, setCookies, Date.now());
    if (step.cookies !== undefined) copy("cookie", chooseCookies(cookie, step.cookies));
    else if (!isElsewhere) copy("cookie", cookie);
    headers.set("accept", "application/json");
    for (const [name, value] of Object.entries(step.headers ?? {})) {
      headers.set(name, String(fillTemplate(value, captures.plain)));
    }
    for (const [name, wanted] of Object.entries(step.headersFromCookies ?? {})) {
      copy(name, chooseCookies(cookie, [wanted])?.slice(wanted.length + 1) ?? null);
    }
    if (!isElsewhere) setVisitorAddress(headers, visitor.origin);
    const init: RequestInit & { headers: Headers } = { method: step.method, headers, redirect: "manual" };
    if (step.body !== undefined) {
      headers.set("content-type", "application/json");
      init.body = JSON.stringify(fillTemplate(step.body, captures.plain));
    }
    const path = String(fillTemplate(step.path, captures.inPath));
    return { url: step.origin === undefined ? target.crmOrigin + withFields(path, visitor) : step.origin + path, init };
  }
}

const carriedBy = ({ credential, keys }: Visitor): readonly string[] => [
  ...CARRIED,
  ...(credential.headers ?? []),
  ...(keys?.headers ?? []),
];

function withFields(path: string, { keys }: Visitor): string {
  const fields = keys?.fields ?? "";
  return fields === "" ? path : `${path}${path.includes("?") ? "&" : "?"}${fields}`;
}

/** Captures twice: as they are, and as they may stand in a path. */
interface Captures {
  plain: Record<string, string>;
  inPath: Record<string, string>;
}

function capturesOf({ credential, path }: Visitor, pathCapture: RegExp | null): Captures | null {
  if (credential.captures === null) return null;
  const fromPath = pathCapture === null ? {} : matchSafely(pathCapture, path)?.groups;
  if (fromPath === undefined) return null;
  const encoded = Object.entries(credential.captures).map(([name, value]) => [name, encodeURIComponent(value)]);
  return {
    plain: { ...fromPath, ...credential.captures } satisfies Values as Record<string, string>,
    // A piece of the visitor's path is encoded already.
    inPath: { ...fromPath, ...Object.fromEntries(encoded) },
  };
}

function chooseCookies(header: string | null, names: readonly string[]): string | null {
  const kept = (header ?? "")
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => names.includes(pair.slice(0, Math.max(0, pair.indexOf("=")))));
  return kept.length === 0 ? null : kept.join("; ");
}

interface FoundRule {
  name: string;
  verdict: "anonymous" | "signed_in" | "unknown";
}

/**
 * The rule that decides. What people write may stand in a page, too: where a text there says that nobody is signed in
 * and another that somebody is, nothing is decided (I1).
 */
function findRule(step: Step, answer: CrmAnswer): FoundRule {
  const { anonymousWhen, signedInWhen } = step;
  const anonymous = anonymousWhen.findIndex((rule) => holds(rule, answer));
  const signedIn = signedInWhen.findIndex((rule) => holds(rule, answer));
  const isDoubtful = anonymousWhen[anonymous]?.body !== undefined && isByContent(signedInWhen[signedIn]);
  if (isDoubtful) {
    return { name: `both anonymousWhen.${anonymous} and signedInWhen.${signedIn} fit the text`, verdict: "unknown" };
  }
  if (anonymous !== -1) return { name: `anonymousWhen.${anonymous}`, verdict: "anonymous" };
  if (signedIn !== -1) return { name: `signedInWhen.${signedIn}`, verdict: "signed_in" };
  return { name: "no rule of the preset fits", verdict: "unknown" };
}

const isByContent = (rule: Condition | undefined): boolean => rule?.body !== undefined || rule?.pointer !== undefined;

const unknown = (why: string): Extract<Verdict, { kind: "unknown" }> => ({ kind: "unknown", why });

function reasonIfTooLarge(error: unknown): string {
  if (error instanceof AnswerTooLarge) return reasonOf(error);
  throw error;
}

const reasonOf = (error: unknown): string => `asking failed: ${error instanceof Error ? error.message : String(error)}`;
