/** Secrets of tokens: made here, kept as hashes. */

const ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";

/** `length` random characters, five bits each, of an alphabet that is read out without mistakes. */
export function randomWord(length: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => ALPHABET[byte & 31]).join("");
}

/** SHA-256 in hex. A secret of 160 random bits needs no slow hash. */
export async function hashSecret(secret: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
