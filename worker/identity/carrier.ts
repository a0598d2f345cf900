/** What carries the CRM's session in a request: cookies or a header (G2, I3). */
import type { SessionKey } from "../../shared/ids.ts";
import { BoundedMap } from "../pass/bounded-map.ts";
import { findCookies } from "../pass/cookies.ts";
import { toBase64Url } from "../pass/signature.ts";
import type { CarrierPart, Preset } from "./preset-schema.ts";

export interface Carrier {
  /** The values as sent; the same for every request of one session. Secret: for comparing, never for logs. */
  raw: string;
  /** What the values say of themselves, for asking the CRM; null when they are not of the form that can be asked. */
  captures: Readonly<Record<string, string>> | null;
}

/** What of a request can carry a session. */
export interface CarrierSource {
  cookie: string | null;
  /** Value of the carrying header of this name. */
  header: (name: string) => string | null;
}

export type ReadCarrier = (source: CarrierSource) => Carrier | null;

type Found = { value: string; captures: Readonly<Record<string, string>> | null };
type ReadPart = (source: CarrierSource) => Found | null;

const NO_CAPTURES: Readonly<Record<string, string>> = {};

/** The reader for a preset: null where the request carries no session. */
export function compileCarriers(preset: Preset): ReadCarrier {
  const groups = preset.carriers.map((parts) => parts.map(compilePart));
  return (source) => {
    for (const [index, parts] of groups.entries()) {
      const found = parts.map((read) => read(source));
      if (!found.every((part) => part !== null)) continue;
      const raw = `${index}\n${found.map((part) => part.value).join("\n")}`;
      if (found.some((part) => part.captures === null)) return { raw, captures: null };
      return { raw, captures: Object.assign({}, ...found.map((part) => part.captures)) };
    }
    return null;
  };
}

function compilePart(part: CarrierPart): ReadPart {
  if ("header" in part) return compileHeader(part);
  const pattern = "cookiePattern" in part ? new RegExp(part.cookiePattern, "u") : null;
  const exact = "cookie" in part ? part.cookie : null;
  const isWanted = (name: string): boolean => (pattern === null ? name === exact : pattern.test(name));
  return ({ cookie }) => {
    if (cookie === null || (exact !== null && !cookie.includes(exact))) return null;
    // Several Cookie headers reach us joined by commas, and the CRM may read them apart: a session that could be
    // there counts as there, or one could walk past the gate with it.
    const header = cookie.includes(",") ? cookie.replaceAll(",", ";") : cookie;
    // All of one name together: which of them the CRM takes is its own affair.
    const found = findCookies(header, isWanted).filter((pair) => !pair.endsWith("="));
    return found.length === 0 ? null : { value: found.join("\n"), captures: NO_CAPTURES };
  };
}

function compileHeader(part: Extract<CarrierPart, { header: string }>): ReadPart {
  const scheme = part.scheme === undefined ? null : new RegExp(`^\\s*${part.scheme}\\s+`, "i");
  const capture = part.capture === undefined ? null : new RegExp(part.capture, "u");
  const readCaptures = (value: string): Readonly<Record<string, string>> | null => {
    if (scheme !== null && !scheme.test(value)) return null;
    const rest = scheme === null ? value : value.replace(scheme, "");
    const text = part.decode === "base64" ? decodeBase64(rest.trim()) : rest;
    if (text === null || capture === null) return text === null ? null : NO_CAPTURES;
    const match = capture.exec(text);
    return match === null ? null : { ...match.groups };
  };
  // A header of another scheme is a session all the same: only the CRM knows what it makes of it. Nobody can be
  // asked by it then, so it stays unknown and outside.
  return ({ header }) => {
    const value = header(part.header);
    return value === null || value.trim() === "" ? null : { value, captures: readCaptures(value) };
  };
}

function decodeBase64(text: string): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(
      Uint8Array.from(atob(text), (char) => char.charCodeAt(0)),
    );
  } catch {
    return null;
  }
}

const HASHES_MAX = 10_000;
const KEY_BYTES = 16;
const hashes = new BoundedMap<string, SessionKey>(HASHES_MAX);

/** The key of the session: the first 16 bytes of the SHA-256 of what carries it, in base64url. */
export async function hashCarrier(carrier: Carrier): Promise<SessionKey> {
  const known = hashes.get(carrier.raw);
  if (known !== undefined) return known;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(carrier.raw));
  const key = toBase64Url(new Uint8Array(digest, 0, KEY_BYTES)) as SessionKey;
  hashes.set(carrier.raw, key);
  return key;
}

/** Names of headers that may carry a session, in lower case. */
export function carrierHeaders(preset: Preset): string[] {
  return [...new Set(preset.carriers.flat().flatMap((part) => ("header" in part ? [part.header] : [])))];
}
