/** Asks the CRM, with the visitor's own credentials, who the visitor is (I1, I2). */
import type { SessionKey } from "../../shared/ids.ts";
import { HolderId } from "../../shared/ids.ts";
import type { Config } from "../config.ts";
import { BoundedMap } from "../pass/bounded-map.ts";
import { stripCookies } from "../pass/cookies.ts";
import { NAME_MAX_CHARS } from "../pass/who.ts";
import type { Person } from "../tenant/tenant-calls.ts";
import { type Carrier, carrierHeaders } from "./carrier.ts";
import { InFlight, within } from "./in-flight.ts";
import { readPointer } from "./json-pointer.ts";
import type { Condition, Preset, Source, Step } from "./preset-schema.ts";
import { decideRole } from "./roles.ts";
import { fillTemplate } from "./template.ts";
import { setVisitorAddress } from "./visitor-address.ts";

export type Identity =
  | { kind: "signed_in"; person: Person; identifiedAt: number }
  | { kind: "anonymous" }
  | { kind: "unknown"; why: string };

export type Ask = (url: string, init: RequestInit) => Promise<Response>;

/** The request on whose occasion the CRM is asked, and the session it carries. */
export interface Question {
  request: Request;
  /** Public origin and path of the request. */
  origin: string;
  path: string;
  carrier: Carrier;
  session: SessionKey;
  ctx: Pick<ExecutionContext, "waitUntil">;
}

export interface IdentityKeeper {
  /** Who it is: from memory while that is fresh, else from the CRM. Unknown keeps an earlier person. */
  identify(question: Question): Promise<Identity>;
  /** The person last confirmed for the session and still fresh, without asking. */
  recall(session: SessionKey): { person: Person; identifiedAt: number } | null;
  /** Takes over what a who cookie says; nothing newer is lost. */
  remember(session: SessionKey, person: Person, identifiedAt: number): void;
  /** At login, logout and whenever the CRM no longer knows the session. */
  forget(session: SessionKey): void;
}

const MEMORY_MAX = 10_000;
/** Larger answers are unknown: who-am-I answers are 1 to 25 kB (EspoCRM's is the largest measured). */
const ANSWER_MAX_BYTES = 256 * 1024;
/** After an unknown answer an earlier person goes on, and the CRM is left alone for this long. */
const UNKNOWN_PAUSE_MS = 5_000;
const EMAIL_MAX_BYTES = 254;
/** Of the visitor's headers the question carries these: some CRMs bind a session to them. */
const CARRIED = ["user-agent", "accept-language", "cf-connecting-ip"];

type Remembered =
  | { kind: "signed_in"; person: Person; identifiedAt: number; askAgainAt: number }
  | { kind: "anonymous"; askAgainAt: number }
  | { kind: "forgotten"; askAgainAt: 0 };
type Answer = { status: number; json: unknown };

export function createIdentity(config: Config, preset: Preset, ask: Ask, now: () => number): IdentityKeeper {
  const memory = new BoundedMap<SessionKey, Remembered>(MEMORY_MAX);
  const inFlight = new InFlight<Identity>();
  const sessionHeaders = carrierHeaders(preset);
  /** Grows with every `forget`: an answer to a question from before it is not kept. */
  let forgets = 0;
  const pathCapture = preset.pathCapture === undefined ? null : new RegExp(preset.pathCapture, "u");
  const { identityLifeMs, anonymousLifeMs, identityTimeoutMs } = config.timing;

  const recall: IdentityKeeper["recall"] = (session) => {
    const known = memory.get(session);
    return known?.kind === "signed_in" && known.askAgainAt > now() ? known : null;
  };

  const remember: IdentityKeeper["remember"] = (session, person, identifiedAt) => {
    const known = memory.get(session);
    // A session that was forgotten or found anonymous is asked about, whatever a cookie from before says.
    if (known !== undefined && (known.kind !== "signed_in" || known.identifiedAt >= identifiedAt)) return;
    memory.set(session, { kind: "signed_in", person, identifiedAt, askAgainAt: identifiedAt + identityLifeMs });
  };

  async function identify(question: Question): Promise<Identity> {
    const known = memory.get(question.session);
    if (known !== undefined && known.kind !== "forgotten" && known.askAgainAt > now()) return known;
    return inFlight.share(question.session, question.ctx, () => askAndKeep(question));
  }

  async function askAndKeep(question: Question): Promise<Identity> {
    const { session } = question;
    const forgetsBefore = forgets;
    const answer = await askCrm(question);
    if (forgets !== forgetsBefore) return answer;
    const time = now();
    if (answer.kind === "anonymous") {
      memory.set(session, { kind: "anonymous", askAgainAt: time + anonymousLifeMs });
      return answer;
    }
    if (answer.kind === "signed_in") {
      memory.set(session, { ...answer, askAgainAt: time + identityLifeMs });
      return answer;
    }
    const before = memory.get(session);
    if (before?.kind !== "signed_in") return answer;
    console.warn(`The CRM did not say who a visitor is, so the earlier answer goes on: ${answer.why}`);
    memory.set(session, { ...before, askAgainAt: time + UNKNOWN_PAUSE_MS });
    return before;
  }

  async function askCrm(question: Question): Promise<Identity> {
    const captures = capturesOf(question);
    if (captures === null) return unknown("the session is not of a form that the preset can ask about");
    const deadline = AbortSignal.timeout(identityTimeoutMs);
    const answers: Answer[] = [];
    for (const [index, step] of preset.identity.steps.entries()) {
      const asked = await within(identityTimeoutMs, askStep(question, step, captures, deadline).catch(reasonOf));
      if (asked === undefined) return unknown(`the CRM took longer than ${identityTimeoutMs} ms (step ${index})`);
      if (typeof asked.value === "string") return unknown(`${asked.value} (step ${index})`);
      const answer = asked.value;
      if (step.anonymousWhen.some((condition) => holds(condition, answer))) return { kind: "anonymous" };
      if (!step.signedInWhen.some((condition) => holds(condition, answer))) {
        return unknown(`no rule of the preset fits the answer with status ${answer.status} (step ${index})`);
      }
      answers.push(answer);
    }
    return readPerson(answers);
  }

  function capturesOf({ carrier, path }: Question): Readonly<Record<string, string>> | null {
    if (carrier.captures === null || pathCapture === null) return carrier.captures;
    const match = pathCapture.exec(path);
    return match === null ? null : { ...match.groups, ...carrier.captures };
  }

  async function askStep(
    { request, origin }: Question,
    step: Step,
    captures: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Answer> {
    const headers = new Headers();
    const copy = (name: string, value: string | null): void => {
      if (value !== null) headers.set(name, value);
    };
    for (const name of [...CARRIED, ...sessionHeaders]) copy(name, request.headers.get(name));
    copy("cookie", stripCookies(request.headers.get("cookie")));
    headers.set("accept", "application/json");
    for (const [name, value] of Object.entries(step.headers ?? {})) headers.set(name, value);
    setVisitorAddress(headers, origin);
    const init: RequestInit = { method: step.method, headers, redirect: "manual", signal };
    if (step.body !== undefined) {
      headers.set("content-type", "application/json");
      init.body = JSON.stringify(fillTemplate(step.body, captures));
    }
    const response = await ask(config.crmOrigin + String(fillTemplate(step.path, captures)), init);
    return { status: response.status, json: await readJson(response) };
  }

  function readPerson(answers: readonly Answer[]): Identity {
    const { person: sources, holder } = preset.identity;
    const read = (source: Source | undefined): unknown =>
      source === undefined ? undefined : readPointer(answers[source.step]?.json, source.pointer);
    const text = (source: Source | undefined): string | null => {
      const value = read(source);
      return typeof value === "string" || typeof value === "number" ? String(value).toWellFormed().trim() : null;
    };
    const active = read(sources.active);
    if (active === false || active === 0 || active === null) return { kind: "anonymous" };
    const [id, login, email] = [text(sources.id), text(sources.login), text(sources.email)];
    const key = HolderId.safeParse(holder === "id" ? id : login);
    if (!key.success) return unknown(`the CRM's answer has no usable ${holder} of the person`);
    const name = (text(sources.name) || login || key.data).replace(/\p{Cc}+/gu, " ");
    const names = { login, email };
    const person: Person = {
      id: key.data,
      name: Array.from(name).slice(0, NAME_MAX_CHARS).join(""),
      email: email === null || email === "" || byteLength(email) > EMAIL_MAX_BYTES ? null : email,
      role: decideRole(
        preset,
        config.roleLists,
        readRoles(answers),
        preset.listedBy.map((by) => names[by]),
      ),
    };
    return { kind: "signed_in", person, identifiedAt: now() };
  }

  function readRoles(answers: readonly Answer[]): string[] {
    const source = preset.identity.person.roles;
    if (source === undefined) return [];
    const value = readPointer(answers[source.step]?.json, source.pointer);
    const list = Array.isArray(value) ? value : [value];
    const { each } = source;
    const items = each === undefined ? list : list.map((item) => readPointer(item, each));
    return items.filter((item): item is string => typeof item === "string");
  }

  const forget: IdentityKeeper["forget"] = (session) => {
    forgets++;
    memory.set(session, { kind: "forgotten", askAgainAt: 0 });
    inFlight.drop(session);
  };

  return { identify, recall, remember, forget };
}

const unknown = (why: string): Identity => ({ kind: "unknown", why });

const reasonOf = (error: unknown): string => `asking failed: ${error instanceof Error ? error.message : String(error)}`;

const byteLength = (text: string): number => new TextEncoder().encode(text).length;

function holds(condition: Condition, answer: Answer): boolean {
  if (condition.status !== undefined && condition.status !== answer.status) return false;
  if (condition.pointer === undefined) return true;
  const value = readPointer(answer.json, condition.pointer);
  if (value === undefined || value === null) return false;
  return condition.equals === undefined || condition.equals === value;
}

/** The answer's JSON; undefined when it is none, or too large. */
async function readJson(response: Response): Promise<unknown> {
  if (response.body === null) return undefined;
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.byteLength;
    if (bytes > ANSWER_MAX_BYTES) {
      await reader.cancel().catch(() => undefined);
      throw new Error(`the CRM's answer is larger than ${ANSWER_MAX_BYTES} bytes`);
    }
    text += decoder.decode(value, { stream: true });
  }
  try {
    return JSON.parse(text + decoder.decode());
  } catch {
    return undefined;
  }
}
