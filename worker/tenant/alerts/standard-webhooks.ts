/**
 * R8: signs messages as the Standard Webhooks specification says (standardwebhooks.com), so that a receiver verifies them with any
 * library of it.
 */

const PREFIX = "whsec_";
/** The specification wants 24 to 64 random bytes. */
const SECRET_BYTES = 32;

const encodeBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

/** `whsec_` and base64. */
export const makeWebhookSecret = (): string =>
  PREFIX + encodeBase64(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));

/** Whether a secret is of this form; receivers of an earlier version have others. */
export const isStandardSecret = (secret: string): boolean => secret.startsWith(PREFIX);

/** `v1,` and the base64 of the HMAC-SHA256, by the secret's bytes, of id, seconds and body with dots between. */
export async function signMessage(secret: string, id: string, seconds: number, body: string): Promise<string> {
  const bytes = Uint8Array.from(atob(secret.slice(PREFIX.length)), (letter) => letter.charCodeAt(0));
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytes, algorithm, false, ["sign"]);
  const said = new TextEncoder().encode(`${id}.${seconds}.${body}`);
  return `v1,${encodeBase64(new Uint8Array(await crypto.subtle.sign("HMAC", key, said)))}`;
}

/** The three headers. `id` is the same on every try; several secrets make several signatures, the newest first. */
export async function webhookHeaders(
  secrets: readonly string[],
  { id, body }: { id: string; body: string },
  now: number,
): Promise<Record<string, string>> {
  const seconds = Math.floor(now / 1_000);
  const signatures = await Promise.all(secrets.map((secret) => signMessage(secret, id, seconds, body)));
  return { "webhook-id": id, "webhook-timestamp": String(seconds), "webhook-signature": signatures.join(" ") };
}
