/**
 * Keys made from HOTSEAT_SECRET, and texts encrypted with them. The first secret encrypts and all decrypt, so that a
 * secret can be changed while texts of the old one are about. Runs in the Worker and in the operator's commands.
 */
import type { TenantId } from "../../shared/ids.ts";
import { fromBase64Url, toBase64Url } from "../pass/signature.ts";

const FORM = "v1.";
const IV_BYTES = 12;
const KEY_BITS = 256;
const encoder = new TextEncoder();

/** HKDF-SHA256 (RFC 5869) without salt: the secrets are random already, `info` keeps what is made of them apart. */
const hkdf = (info: string) => ({
  name: "HKDF",
  hash: "SHA-256",
  salt: new Uint8Array(),
  info: encoder.encode(info),
});

const sealKeys = new Map<string, Promise<CryptoKey>>();

function sealKey(secret: string): Promise<CryptoKey> {
  const known = sealKeys.get(secret);
  if (known !== undefined) return known;
  const key = (async () => {
    const base = await crypto.subtle.importKey("raw", encoder.encode(secret), "HKDF", false, ["deriveKey"]);
    const algorithm = { name: "AES-GCM", length: KEY_BITS };
    return crypto.subtle.deriveKey(hkdf("hotseat seal"), base, algorithm, false, ["encrypt", "decrypt"]);
  })();
  sealKeys.set(secret, key);
  return key;
}

/** AES-GCM with the first secret. `purpose` is bound to it: opened for another purpose, the text is none. */
export async function seal(secrets: readonly string[], purpose: string, text: string): Promise<string> {
  const [secret] = secrets;
  if (secret === undefined) throw new Error("There is no secret to encrypt with: set HOTSEAT_SECRET");
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const algorithm = { name: "AES-GCM", iv, additionalData: encoder.encode(purpose) };
  const sealed = await crypto.subtle.encrypt(algorithm, await sealKey(secret), encoder.encode(text));
  return `${FORM}${toBase64Url(iv)}.${toBase64Url(new Uint8Array(sealed))}`;
}

/** The text, or null: not sealed by any of these secrets, for another purpose, or changed since. */
export async function unseal(secrets: readonly string[], purpose: string, sealed: string): Promise<string | null> {
  if (!sealed.startsWith(FORM)) return null;
  const [ivText = "", bodyText = ""] = sealed.slice(FORM.length).split(".");
  const iv = fromBase64Url(ivText);
  const body = fromBase64Url(bodyText);
  if (iv === null || iv.length !== IV_BYTES || body === null) return null;
  const algorithm = { name: "AES-GCM", iv, additionalData: encoder.encode(purpose) };
  for (const secret of secrets) {
    try {
      return new TextDecoder().decode(await crypto.subtle.decrypt(algorithm, await sealKey(secret), body));
    } catch {
      // Another secret's, or nobody's: GCM does not tell which.
    }
  }
  return null;
}

/** What a tenant's own secret is sealed for. */
export const secretPurpose = (tenant: TenantId, name: string): string => `secret ${tenant} ${name}`;

/** The secrets that sign one tenant's passes: of each secret of the Worker, the tenant's own. */
export async function deriveSigningSecrets(secrets: readonly string[], tenant: TenantId): Promise<string[]> {
  return Promise.all(
    secrets.map(async (secret) => {
      const base = await crypto.subtle.importKey("raw", encoder.encode(secret), "HKDF", false, ["deriveBits"]);
      const bits = await crypto.subtle.deriveBits(hkdf(`hotseat passes of ${tenant}`), base, KEY_BITS);
      return toBase64Url(new Uint8Array(bits));
    }),
  );
}
