/**
 * Who sends a request to Hotseat's own addresses: the identity cookie, as long as the CRM's session is the same; else the
 * CRM's own word on the session that the request shows (I2, G9).
 */
import { MINUTE_MS } from "../../shared/durations.ts";
import type { HolderId, SessionKey } from "../../shared/ids.ts";
import type { Config } from "../config/config.ts";
import { nameSetBy } from "../http/set-cookie.ts";
import type { IdentityResult } from "../identity/identity-result.ts";
import type { IdentitySource } from "../identity/identity-source.ts";
import { nextSession } from "../identity/next-session.ts";
import { nextShown, type SessionCredential, type ShownSession } from "../identity/session-credential.ts";
import { createStrangerLimit } from "../identity/stranger-limit.ts";
import { BoundedMap } from "../memory/bounded-map.ts";
import { isOfSession, type Proof, readProof, signIdentityCookie } from "../pass/identity-cookie.ts";
import { type Caller, hasPages, type Person, type TenantCalls } from "../tenant/tenant-calls.ts";

/** `setCookies`: what the answer has to bring along, since the CRM was asked; left out: nothing. */
export type FoundCaller = Caller & { setCookies?: readonly string[] };

/** Whatever the answer says, the browser learns how its session goes on; what the answer itself sets counts more. */
export function bringCookies(answer: Response, setCookies: readonly string[]): Response {
  if (setCookies.length === 0 || answer.webSocket) return answer;
  const names = new Set(answer.headers.getSetCookie().map(nameSetBy));
  const brought = new Response(answer.body, answer);
  for (const line of setCookies) if (!names.has(nameSetBy(line))) brought.headers.append("set-cookie", line);
  return brought;
}

/** A browser shows the same cookies with each heartbeat for hours: they are read and verified once per isolate. */
const KNOWN_MAX = 5_000;
const KNOWN_MAX_CHARS = 4_096;

type Source = Pick<IdentitySource, "readCredential" | "steadyHeaders"> &
  Partial<Pick<IdentitySource, "find" | "lives" | "credentialHeaders">>;

/**
 * The reader of callers, without an `await` where the isolate knows the cookies. It answers null where nobody is signed
 * in: for no session of the CRM and no identity cookie that is genuine and still counts, and for a session that is
 * nobody's. A CRM that keeps its session in a header, or its cookie to a path, shows none here: there only the identity
 * cookie counts, which login and logout change.
 */
export function createReadCaller(
  config: Config,
  source: Source,
  now: () => number,
): (request: Request, cookie?: string | null) => FoundCaller | null | Promise<FoundCaller | null> {
  const { readCredential, steadyHeaders, find, lives } = source;
  const mayBeUnseen = mayBeUnseenBy(source);
  const known = new BoundedMap<string, { caller: Caller; until: number }>(KNOWN_MAX);
  /** Values of sessions that were nobody's a moment ago. */
  const nobodies = new BoundedMap<SessionKey, number>(KNOWN_MAX);
  const strangers = createStrangerLimit(now);
  const cookiesTellAll = steadyHeaders.length === 0;

  async function ask(request: Request, { credential, value }: ShownSession, shown: Proof | null): Promise<Told> {
    if (find === undefined) return null;
    if ((nobodies.get(value) ?? 0) > now()) return "nobody";
    const address = request.headers.get("cf-connecting-ip");
    if (strangers.isReached(address)) return null;
    const identifiedAt = now();
    const found = await find(visitorOf(request, credential));
    if (found.kind === "anonymous") {
      strangers.note(address);
      nobodies.set(value, now() + (lives?.anonymousMs ?? 0));
      return "nobody";
    }
    if (found.kind !== "signed_in") return null;
    const { person } = found;
    const goesOn = shown?.kind === "person" && shown.person.id === person.id;
    const session = goesOn ? shown.session : value;
    const before = goesOn ? [value, ...(shown.values ?? [])] : [value];
    const setCookies = await renewed(
      config,
      readCredential,
      request,
      found,
      { credential, session, before, person, identifiedAt },
      now(),
    );
    return { person, session, setCookies };
  }

  return (request, cookie = request.headers.get("cookie")) => {
    if (cookie === null) return null;
    const before = known.get(cookie);
    return before !== undefined && before.until > now() ? before.caller : read(request, cookie);
  };

  /** G2.29: as at the gate, the first session counts that is somebody's. */
  async function read(request: Request, cookie: string): Promise<FoundCaller | null> {
    const shown = await readProof(config, cookie, now());
    const header = (name: string) => (steadyHeaders.includes(name) ? request.headers.get(name) : null);
    const next = (before?: SessionCredential) => nextShown(readCredential, { cookie, header }, before);
    const first = await next();
    for (let one = first; one !== null; one = await next(one.credential)) {
      if (one === "too_long") return null;
      // A first session that is nobody's may be somebody's by now: what is known by the next is not kept.
      if (shown !== null && isOfSession(shown, one.value)) return theirs(shown, one === first ? cookie : null);
      const told = await ask(request, one, shown);
      if (told !== "nobody") return told;
    }
    return shown === null || (first !== null && !mayBeUnseen) ? null : theirs(shown, first === null ? cookie : null);
  }

  /** `cookie`: what tells as much as long as the proof counts; null: nothing does. */
  function theirs(shown: Proof, cookie: string | null): Caller | null {
    if (shown.kind === "exempt") return null;
    const caller = { person: shown.person, session: shown.session, identifiedAt: shown.identifiedAt };
    if (cookie !== null && cookiesTellAll && cookie.length <= KNOWN_MAX_CHARS)
      known.set(cookie, { caller, until: shown.until });
    return caller;
  }
}

/** `nobody`: nobody is signed in to that session; null: it cannot be told. */
type Told = FoundCaller | "nobody" | null;

/** Whether the session may be in a header that comes with the CRM's own requests alone. */
const mayBeUnseenBy = ({ credentialHeaders = [], steadyHeaders }: Source): boolean =>
  credentialHeaders.some((name) => !steadyHeaders.includes(name));

interface Signed {
  credential: SessionCredential;
  session: SessionKey;
  /** Values that the session is known by. */
  before: readonly SessionKey[];
  person: Person;
  identifiedAt: number;
}

/** What the CRM set when it was asked, and an identity cookie that knows the session by what it is then. */
async function renewed(
  config: Config,
  readCredential: Source["readCredential"],
  { headers, url }: Request,
  { setCookies = [] }: IdentityResult,
  { credential, session, before, person, identifiedAt }: Signed,
  now: number,
): Promise<string[]> {
  const shown = {
    cookie: headers.get("cookie"),
    header: (name: string) => headers.get(name),
    path: new URL(url).pathname,
    judged: credential,
  };
  const next = setCookies.length === 0 ? null : await nextSession(readCredential, shown, setCookies, now);
  const values = new Set(next === null ? before : [next.value, ...before]);
  values.delete(session);
  return [...setCookies, await signIdentityCookie(config, { person, session, values: [...values], identifiedAt })];
}

function visitorOf({ headers, url }: Request, credential: SessionCredential) {
  const { origin, pathname } = new URL(url);
  return { headers, origin, path: pathname, credential };
}

/** I8: a role that the CRM has taken away counts in the administration no longer than this. */
const CONFIRMED_MS = MINUTE_MS;

/**
 * I8, I13: the caller with the role that the tenant gives. Where that is more than a user's, the CRM itself is asked at
 * most once a minute whether the caller still is who the identity cookie says; null: not any more. The cookie alone
 * decides for plain users, who may do nothing here; where the request shows no session of the CRM to ask about; and while
 * the CRM is silent, since managers must reach the seats then, too (L13). Whose session was signed out since is nobody
 * (I9). What was confirmed counts for that person alone: some CRMs keep a session over logout and login. Throws where the
 * tenant does not answer.
 */
export function createConfirmCaller(
  config: Config,
  source: Pick<IdentitySource, "readCredential" | "find" | "steadyHeaders" | "credentialHeaders">,
  { judge }: Pick<TenantCalls, "judge">,
  now: () => number,
): (request: Request, caller: Caller | null) => Promise<FoundCaller | null> {
  const { readCredential, find } = source;
  const mayBeUnseen = mayBeUnseenBy(source);
  const confirmed = new BoundedMap<string, { person: Person | null; until: number }>(KNOWN_MAX);
  const keyOf = (session: SessionKey, id: HolderId): string => `${session} ${id}`;
  return async (request, caller) => {
    if (caller === null) return null;
    const judged = await judge(caller.person, caller);
    if (judged === null) return null;
    if (!hasPages(judged)) return { ...caller, person: judged };
    const found = await confirm(request, caller);
    if (found === null) return null;
    const person = found.person === caller.person ? judged : await judge(found.person, caller);
    return person && { ...found, person };
  };

  async function confirm(request: Request, caller: Caller): Promise<FoundCaller | null> {
    const { session } = caller;
    const key = keyOf(session, caller.person.id);
    const before = confirmed.get(key);
    if (before !== undefined && before.until > now()) return before.person && { ...caller, person: before.person };
    const { headers } = request;
    const cookie = headers.get("cookie");
    const shown = await readProof(config, cookie, now());
    const values = [session, ...(shown?.session === session ? (shown.values ?? []) : [])];
    const next = (before?: SessionCredential) =>
      nextShown(readCredential, { cookie, header: (name) => headers.get(name) }, before);
    const identifiedAt = now();
    let asked: { one: ShownSession; result: IdentityResult } | null = null;
    let isShown = false;
    for (let one = await next(); one !== null && one !== "too_long"; one = await next(one.credential)) {
      isShown ||= values.includes(one.value);
      asked = { one, result: await find(visitorOf(request, one.credential)) };
      if (asked.result.kind !== "anonymous") break;
    }
    if (asked === null || (asked.result.kind === "anonymous" && !isShown && mayBeUnseen)) return caller;
    const { one, result } = asked;
    const person = personOf(result, caller.person);
    confirmed.set(key, { person, until: now() + CONFIRMED_MS });
    if (person === null) return null;
    if (result.setCookies === undefined) return { ...caller, person };
    const signed = { credential: one.credential, session, before: [one.value, ...values], person, identifiedAt };
    return { ...caller, person, setCookies: await renewed(config, readCredential, request, result, signed, now()) };
  }
}

function personOf(result: IdentityResult, known: Person): Person | null {
  if (result.kind === "unknown" || result.kind === "too_often") return known;
  return result.kind === "signed_in" && result.person.id === known.id ? result.person : null;
}
