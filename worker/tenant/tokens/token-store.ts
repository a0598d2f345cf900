/**
 * Tokens of native integrations: a desktop client, a mail plug-in, an ERP bridge. Kept as hashes; the secret
 * is shown once, when it is made.
 */
import { HOUR_MS } from "../../../shared/durations.ts";
import type { TokenRow } from "./token.ts";

/** `lastUsedAt` is not written more often than this: a native client calls every minute. */
const USED_EVERY_MS = HOUR_MS;
export const TOKENS_MAX = 100;

export class TokenStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  list(): TokenRow[] {
    return this.#sql
      .exec<Record<string, SqlStorageValue>>(
        `SELECT id, name, kind, policy, made_at AS madeAt, made_by AS madeBy, last_used_at AS lastUsedAt
         FROM tokens ORDER BY made_at, id`,
      )
      .toArray() as unknown as TokenRow[];
  }

  add(row: Omit<TokenRow, "lastUsedAt">, hash: string): void {
    this.#sql.exec(
      "INSERT INTO tokens (id, hash, name, kind, policy, made_at, made_by) VALUES (?, ?, ?, ?, ?, ?, ?)",
      row.id,
      hash,
      row.name,
      row.kind,
      row.policy,
      row.madeAt,
      row.madeBy,
    );
  }

  /** Whether there was one. */
  remove(id: string): boolean {
    return this.#sql.exec("DELETE FROM tokens WHERE id = ?", id).rowsWritten > 0;
  }

  /** The token with this id and hash, compared in constant time; null when there is none. */
  use(id: string, hash: string, now: number): TokenRow | null {
    const [kept] = this.#sql.exec<{ hash: string }>("SELECT hash FROM tokens WHERE id = ?", id).toArray();
    const encode = (text: string) => new TextEncoder().encode(text);
    // Compared even where there is none, so that time tells nothing of which ids there are.
    const right = encode(kept?.hash ?? hash.replace(/./g, "-"));
    const given = encode(hash);
    if (right.byteLength !== given.byteLength || !crypto.subtle.timingSafeEqual(right, given)) return null;
    const row = this.list().find((token) => token.id === id) ?? null;
    if (row !== null && (row.lastUsedAt === null || now - row.lastUsedAt > USED_EVERY_MS)) {
      this.#sql.exec("UPDATE tokens SET last_used_at = ? WHERE id = ?", now, id);
    }
    return row;
  }
}
