/** R9: a head of the chain, signed with the tenant's own key (Ed25519); `scripts/audit/verify-audit.mjs` checks it. */
import * as z from "zod/mini";
import { canonicalJson } from "./chain.ts";
import { sha256 } from "./sha256.ts";

export const SignedHead = z.object({
  tenant: z.string(),
  /** The day of the tenant's time zone on which it was signed. */
  day: z.string(),
  seq: z.int(),
  /** ms: when the row was written. */
  at: z.int(),
  hash: z.string(),
  /** base64url of the signature, and of the public key. */
  signature: z.string(),
  key: z.string(),
});
export type SignedHead = z.infer<typeof SignedHead>;

export interface HeadsView {
  /** By which heads are verified, base64url; null: none was signed yet. */
  key: string | null;
  /** Newest first. */
  list: readonly SignedHead[];
}

const ALGORITHM = { name: "Ed25519" };

/** What is signed: a line of its own, so that nothing else that this key signs is ever taken for a head. */
const statementOf = ({ at, day, hash, seq, tenant }: Omit<SignedHead, "signature" | "key">) =>
  new TextEncoder().encode(`hotseat audit head 1\n${canonicalJson({ at, day, hash, seq, tenant })}`);

export async function makeHeadKey(): Promise<{ privateKey: JsonWebKey; publicKey: string }> {
  const pair = (await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"])) as CryptoKeyPair;
  const privateKey = (await crypto.subtle.exportKey("jwk", pair.privateKey)) as JsonWebKey;
  const { x } = (await crypto.subtle.exportKey("jwk", pair.publicKey)) as JsonWebKey;
  if (x === undefined) throw new Error("the key that was made has no public half");
  return { privateKey, publicKey: x };
}

/** A short name for a public key (base64url): the first sixteen digits of its SHA-256. */
export const keyIdOf = (publicKey: string): string => sha256(publicKey).slice(0, 16);

export async function signHead(
  privateKey: JsonWebKey,
  publicKey: string,
  head: Omit<SignedHead, "signature" | "key">,
): Promise<SignedHead> {
  const key = await crypto.subtle.importKey("jwk", privateKey, ALGORITHM, false, ["sign"]);
  const bytes = new Uint8Array(await crypto.subtle.sign(ALGORITHM, key, statementOf(head)));
  const signature = btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
  return { ...head, signature, key: publicKey };
}
