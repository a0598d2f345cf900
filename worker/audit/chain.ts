/**
 * R2: the chain of a tenant's audit. Each row's hash covers the hash before it and everything the row says, so
 * whoever holds one hash can tell whether anything up to it was edited, removed, added or moved.
 * `scripts/audit/verify-audit.mjs` computes the same with nothing but Node.
 */
import type { TenantId } from "../../shared/ids.ts";
import { sha256 } from "./sha256.ts";

/** The field of a row in which the sentences of its event are kept, as JSON by field, to be said in other languages. */
export const SENTENCES_FIELD = "sentences";

/** What the hash of a row covers. Persons stand in it as opaque words: see directory.ts. */
export interface ChainedRow {
  /** Numbers the tenant's rows from 1 without gaps. */
  seq: number;
  /** ms of the tenant's clock. */
  at: number;
  kind: string;
  /** Whose seat it is about. */
  holder: string | null;
  /** Who did it; null: nobody, as when time does. */
  actor: string | null;
  /** Counted people with a seat after it, and the limit in force then. */
  inUse: number;
  limit: number;
  /** Canonical JSON of the event's own fields. */
  body: string;
}

/** What stands before a tenant's first row. */
export const genesisOf = (tenant: TenantId | string): string => sha256(`hotseat audit 1\n${tenant}`);

/**
 * One spelling for one value: JSON with sorted keys and no blanks, numbers and strings as ECMAScript writes them. Of JSON
 * values alone; a field that is undefined is left out. The keys' order is that of UTF-16 units (RFC 8785).
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`);
    return `{${fields.join(",")}}`;
  }
  return JSON.stringify(value) ?? "null";
}

/** The canonical JSON of a row. `body` is canonical already and goes in as it is. */
export function contentOf(tenant: string, row: ChainedRow): string {
  const { actor, at, holder, inUse, kind, limit, seq } = row;
  // Sorted by name, as everywhere in canonical JSON.
  return [
    `{"actor":${JSON.stringify(actor)}`,
    `"at":${at}`,
    `"body":${row.body}`,
    `"holder":${JSON.stringify(holder)}`,
    `"inUse":${inUse}`,
    `"kind":${JSON.stringify(kind)}`,
    `"limit":${limit}`,
    `"seq":${seq}`,
    `"tenant":${JSON.stringify(tenant)}}`,
  ].join(",");
}

/** The hash of `row` after the row with the hash `previous`. */
export const chainHash = (previous: string, tenant: string, row: ChainedRow): string =>
  sha256(`${previous}\n${contentOf(tenant, row)}`);

/** Characters of base64url of the seal in an opaque word: 192 bits. */
const SEAL_IN_WORD = 32;

/**
 * R9: the opaque word of a person who was first known by `name`. It is the name's own seal: with the salt it proves the
 * name, and without it says nothing.
 */
export function wordOfName(salt: string, name: string): string {
  const bytes = sealText(salt, name).match(/../g) ?? [];
  const letters = btoa(String.fromCharCode(...bytes.map((byte) => Number.parseInt(byte, 16))));
  return `s${letters.replaceAll("+", "-").replaceAll("/", "_").slice(0, SEAL_IN_WORD)}`;
}

/** Hides a personal text in the chain: it can be proven while text and salt are kept, and says nothing without. */
export const sealText = (salt: string, text: string): string => sha256(`${salt}\n${text}`);
