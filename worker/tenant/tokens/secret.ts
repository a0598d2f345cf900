/**
 * Secrets of tokens: made here, kept as hashes. The second half of a secret is a code over its first half and the
 * token's id, made with the tenant's key: who knows the key tells a forged token without asking the tenant.
 */

const ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";

/** `length` random characters, five bits each, of an alphabet that is read out without mistakes. */
export const randomWord = (length: number): string => spell(crypto.getRandomValues(new Uint8Array(length)));

const spell = (bytes: Uint8Array): string => Array.from(bytes, (byte) => ALPHABET[byte & 31]).join("");

/** Characters of each half, five bits each: 80 bits that nobody can guess, and 80 that nobody can make. */
const HALF = 16;

/** A new secret for the token `id`. */
export async function makeSecret(key: string, id: string): Promise<string> {
  const half = randomWord(HALF);
  return half + (await codeOf(key, id, half));
}

/** Whether the tenant of this key has made the secret for the token `id`; it may have been revoked since. */
export async function isGenuine(key: string, id: string, secret: string): Promise<boolean> {
  const right = new TextEncoder().encode(await codeOf(key, id, secret.slice(0, HALF)));
  const given = new TextEncoder().encode(secret.slice(HALF));
  return right.byteLength === given.byteLength && crypto.subtle.timingSafeEqual(right, given);
}

async function codeOf(key: string, id: string, half: string): Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const hmac = await crypto.subtle.importKey("raw", encoder.encode(key), algorithm, false, ["sign"]);
  return spell(new Uint8Array(await crypto.subtle.sign("HMAC", hmac, encoder.encode(`${id}_${half}`)), 0, HALF));
}

/** SHA-256 in hex. A secret of 160 random bits needs no slow hash. */
export async function hashSecret(secret: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
