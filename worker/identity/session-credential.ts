/** What carries the CRM's session in a request: cookies or a header (G2, I3). */
import type { SessionKey } from "../../shared/ids.ts";
import { BoundedMap } from "../memory/bounded-map.ts";
import { findCookies, partCookies, stripCookies } from "../pass/cookies.ts";
import { toBase64Url } from "../pass/signature.ts";
import { compileCookieTest, readName } from "./cookie-names.ts";
import { isKey, looksLikeKey, plainName } from "./key-names.ts";
import type { CarrierPart, Preset } from "./preset/preset-schema.ts";
import { matchSafely } from "./preset/safe-regex.ts";

export interface SessionCredential {
  /** The values as sent; the same for every request of one session. Secret: for comparing, never for logs. */
  raw: string;
  /** What the values say of themselves, for asking the CRM; null when they are not of the form that can be asked. */
  captures: Readonly<Record<string, string>> | null;
  /** Names of the headers that carry it, in lower case; left out: none. */
  headers?: readonly string[];
  /** Which of the preset's carriers it is; left out: it is none's. */
  carrier?: number;
  /** Which sign-in of the browser made it (pass/sign-in.ts); left out: none is known. */
  signIn?: string;
}

/** What of a request can carry a session. */
export interface CredentialSource {
  cookie: string | null;
  /** Value of the carrying header of this name. */
  header: (name: string) => string | null;
}

/** `after`: what the request shows besides, by a later one of the preset's carriers. */
export type ReadCredential = (source: CredentialSource, after?: SessionCredential) => SessionCredential | null;

type Captures = Readonly<Record<string, string>>;
type Found = { value: string; captures: Captures | null };
type ReadPart = (source: CredentialSource) => Found | null;

const NO_CAPTURES: Captures = {};

/** The reader for a preset: null where the request carries no session. */
export function compileSessionCredentials(preset: Preset): ReadCredential {
  const forwarded = forwardedKeys(preset);
  const groups = preset.carriers.map((parts) => ({
    reads: parts.map(compilePart),
    isBeside: testBeside(preset, parts),
    headers: [...new Set([...headersOf(parts), ...forwarded])],
    further: forwarded.filter((name) => !headersOf(parts).includes(name)),
  }));
  return (source, { carrier: last = -1 } = NOBODYS) => {
    for (const [index, { reads, isBeside, headers, further }] of groups.entries()) {
      if (index <= last) continue;
      const found = reads.map((read) => read(source));
      if (!found.every((part) => part !== null)) continue;
      let raw = `${index}\n${found.map((part) => part.value).join("\n")}`;
      // Whatever the CRM is asked by is part of the session: else one person's could be taken for another's.
      if (source.cookie !== null) raw += addition(findSessions(source.cookie, isBeside).join("\n"));
      for (const name of further) raw += addition(source.header(name));
      const captures = found.some((part) => part.captures === null)
        ? null
        : (Object.assign({}, ...found.map((part) => part.captures)) as Captures);
      return headers.length === 0 ? { raw, captures, carrier: index } : { raw, captures, headers, carrier: index };
    }
    return null;
  };
}

export const NOBODYS: SessionCredential = { raw: "", captures: {} };

const addition = (value: string | null | undefined): string => (value == null || value === "" ? "" : `\n\n+${value}`);

const headersOf = (parts: readonly CarrierPart[]): string[] =>
  parts.flatMap(({ header }) => (header === undefined ? [] : [header]));

/** Whether the question carries a cookie of this name that may sign in, too: of the session's other shapes, or a key. */
function testBeside({ carriers, keyFields = [] }: Preset, parts: readonly CarrierPart[]): (name: string) => boolean {
  const own = parts.map(compileCookieTest);
  const others = carriers.flat().map(compileCookieTest);
  const named = new Set(keyFields.map(plainName));
  return (name) =>
    !own.some((isOwn) => isOwn(name)) &&
    (isKey(name) || (named.size > 0 && named.has(plainName(name))) || others.some((isOther) => isOther(name)));
}

/**
 * Pairs of such a name, also where only a careless server finds one: several Cookie headers reach us joined by commas, and
 * Python parts them at blanks. A session that could be there counts as there, or one could walk past the gate with it. A
 * pair counts whole, or people whose values differ behind a comma would be one.
 */
function findSessions(cookie: string, isWanted: (name: string) => boolean): string[] {
  if (!MAY_PART.test(cookie)) return findCookies(cookie, isWanted);
  const whole = stripCookies(cookie) ?? "";
  const found = findCookies(whole, isWanted);
  const counted = new Set(found.flatMap((pair) => findCookies(partCookies(pair), isWanted).slice(0, 1)));
  return [...found, ...findCookies(partCookies(whole), isWanted).filter((part) => !counted.has(part))];
}
const MAY_PART = /,|[^;\s]\s+[^;\s]/;

/** Headers by their names keys, with which the CRM is asked beside the session. */
function forwardedKeys({ identity }: Preset): string[] {
  return [...new Set(identity.steps.flatMap(({ forward }) => forward ?? []))].filter(looksLikeKey);
}

const compilePart = (part: CarrierPart): ReadPart =>
  part.header === undefined ? compileCookie(part) : compileHeader(part.header, part);

function compileCookie(part: CarrierPart): ReadPart {
  const isWanted = compileCookieTest(part);
  const ignored = new Set(["", ...(part.ignore ?? [])]);
  const readCaptures = compileCaptures(part);
  return ({ cookie }) => {
    if (cookie === null) return null;
    // All of one name together: which of them the CRM takes is its own affair.
    const found = findSessions(cookie, isWanted).filter((pair) => cookieValue(pair) !== "");
    const [first] = found;
    if (first === undefined || found.every((pair) => ignored.has(cookieValue(pair)))) return null;
    return {
      value: found.join("\n"),
      captures: found.length === 1 ? readCaptures(cookieValue(first)) : soleCaptures(part),
    };
  };
}

function cookieValue(pair: string): string {
  const value = pair.slice(pair.indexOf("=") + 1).trim();
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}

/** Two sessions at once: nobody can tell which the CRM takes, so nothing is captured of them. */
const soleCaptures = (part: CarrierPart): Captures | null => (part.capture === undefined ? NO_CAPTURES : null);

function compileHeader(name: string, part: CarrierPart): ReadPart {
  const scheme = part.scheme === undefined ? null : new RegExp(`^\\s*${part.scheme}\\s+`, "i");
  const ignored = new Set(["", ...(part.ignore ?? [])]);
  const readCaptures = compileCaptures(part);
  // A header of another scheme is a session all the same: only the CRM knows what it makes of it. Nobody can be
  // asked by it then, so it stays unknown and outside.
  return ({ header }) => {
    const value = header(name);
    if (value === null || ignored.has(value.trim())) return null;
    if (scheme === null) return { value, captures: readCaptures(value) };
    return { value, captures: scheme.test(value) ? readCaptures(value.replace(scheme, "")) : null };
  };
}

const HAS_CONTROL = /\p{Cc}/u;

function compileCaptures(part: CarrierPart): (value: string) => Captures | null {
  if (part.capture === undefined) return () => NO_CAPTURES;
  const capture = new RegExp(part.capture, "u");
  return (value) => {
    const text = decode(value.trim(), part.decode);
    if (text === null || HAS_CONTROL.test(text)) return null;
    const groups = matchSafely(capture, text)?.groups;
    return groups === undefined ? null : { ...groups };
  };
}

function decode(text: string, how: CarrierPart["decode"]): string | null {
  try {
    if (how === "percent") return decodeURIComponent(text);
    if (how !== "base64") return text;
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(
      Uint8Array.from(atob(text), (char) => char.charCodeAt(0)),
    );
  } catch {
    return null;
  }
}

/** Shorter values could be somebody's password. */
const OWN_MIN_CHARS = 16;

/**
 * Whether a key says nothing but a value of the session itself: a page's script sends its token in a header or an address,
 * too. Not where a cookie is there twice: nobody can tell which the CRM takes.
 */
export function isOwnValue({ raw }: SessionCredential, key: string): boolean {
  const pairs = raw.split("\n\n", 1)[0]?.split("\n").slice(1) ?? [];
  const names = pairs.map((pair) => readName(pair.slice(0, pair.indexOf("="))).toLowerCase());
  if (new Set(names).size < names.length) return false;
  const values = pairs.map(cookieValue).filter((value) => value.length >= OWN_MIN_CHARS);
  const plain = key.trim().replace(/^[\w-]+\s+/, "");
  const inside = decode(plain, "base64")?.split(":").at(-1);
  return values.includes(plain) || (inside !== undefined && values.includes(inside));
}

const HASHES_MAX = 10_000;
/** Longer ones are hashed each time: few CRMs have such, and a stranger could send many. */
const HASHED_MAX_CHARS = 1_024;
const KEY_BYTES = 16;
const hashes = new BoundedMap<string, SessionKey>(HASHES_MAX);

/** The key of the session, see `SessionKey`. */
export async function hashCredential({ raw, signIn }: SessionCredential): Promise<SessionKey> {
  const whole = signIn === undefined ? raw : `${raw}\n\n\n${signIn}`;
  const known = hashes.get(whole);
  if (known !== undefined) return known;
  const key = (signIn === undefined ? await hash(raw) : `${await hash(raw)}.${await hash(signIn)}`) as SessionKey;
  if (whole.length <= HASHED_MAX_CHARS) hashes.set(whole, key);
  return key;
}

async function hash(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return toBase64Url(new Uint8Array(digest, 0, KEY_BYTES));
}

/** A CRM's session and a token beside it are far shorter; Node's and Apache's bounds for all headers together are 16 and 8 KiB. */
export const CREDENTIAL_MAX_CHARS = 16_384;

export const isOverLong = ({ raw }: SessionCredential): boolean => raw.length > CREDENTIAL_MAX_CHARS;

/** Names of headers that may carry a session or belong to it, in lower case. */
export const credentialHeaders = (preset: Preset): string[] => [
  ...new Set([...headersOf(preset.carriers.flat()), ...forwardedKeys(preset)]),
];

/** One of the sessions that a request shows, and the key of its value. */
export interface ShownSession {
  credential: SessionCredential;
  value: SessionKey;
}

/** G2: the session that a request shows first, or next after `before`; null: none. */
export async function nextShown(
  readCredential: ReadCredential,
  source: CredentialSource,
  before?: SessionCredential,
): Promise<ShownSession | "too_long" | null> {
  const credential = readCredential(source, before);
  if (credential === null) return null;
  return isOverLong(credential) ? "too_long" : { credential, value: await hashCredential(credential) };
}
