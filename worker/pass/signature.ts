/**
 * Compact signed tokens (G3): base64url of the UTF-8 of a JSON payload, a dot, base64url of its HMAC-SHA256.
 * The first secret signs and all verify, so a rotation of secrets signs nobody out.
 */

/**
 * A longer token is refused unread. Browsers keep cookies of up to 4,096 bytes with their names; the longest of ours is
 * the identity cookie, see person-bounds.ts.
 */
export const TOKEN_MAX_CHARS = 3_900;

/** What a token is for; a token of one purpose is nothing for another. */
export type Purpose = "pass" | "who" | "receipt" | "arrival" | "oidc" | "oidc-begun" | "exempt" | "mail";

const encoder = new TextEncoder();
const keys = new Map<string, CryptoKey>();

async function keyOf(secret: string): Promise<CryptoKey> {
  const known = keys.get(secret);
  if (known !== undefined) return known;
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, ["sign", "verify"]);
  keys.set(secret, key);
  return key;
}

const signedText = (purpose: Purpose, payload: string) => encoder.encode(`hotseat.${purpose}.${payload}`);

/** Signs a JSON value. Throws when the token would be longer than `TOKEN_MAX_CHARS`: nobody could read it. */
export async function signToken(secrets: readonly string[], purpose: Purpose, value: unknown): Promise<string> {
  const [secret] = secrets;
  if (secret === undefined) throw new Error("There is no secret to sign with: set HOTSEAT_SECRET");
  const payload = toBase64Url(encoder.encode(JSON.stringify(value)));
  const mac = await crypto.subtle.sign("HMAC", await keyOf(secret), signedText(purpose, payload));
  const token = `${payload}.${toBase64Url(new Uint8Array(mac))}`;
  if (token.length > TOKEN_MAX_CHARS) {
    throw new Error(`A ${purpose} token of ${token.length} characters is too long: at most ${TOKEN_MAX_CHARS}`);
  }
  return token;
}

/** The JSON value of a genuine token of this purpose; undefined for anything else. */
export async function openToken(secrets: readonly string[], purpose: Purpose, token: string): Promise<unknown> {
  if (token.length > TOKEN_MAX_CHARS) return undefined;
  const dot = token.indexOf(".");
  if (dot <= 0) return undefined;
  const payload = token.slice(0, dot);
  const mac = fromBase64Url(token.slice(dot + 1));
  if (mac === null) return undefined;
  const text = signedText(purpose, payload);
  for (const secret of secrets) {
    // `verify` compares in constant time.
    if (!(await crypto.subtle.verify("HMAC", await keyOf(secret), mac, text))) continue;
    const bytes = fromBase64Url(payload);
    if (bytes === null) return undefined;
    try {
      return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes));
    } catch {
      return undefined;
    }
  }
  return undefined;
}

export function toBase64Url(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** null unless `text` is exactly what `toBase64Url` writes: one token has one spelling, so it can be forgotten by it. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  let binary: string;
  try {
    binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    return null;
  }
  const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
  return toBase64Url(bytes) === text ? bytes : null;
}
