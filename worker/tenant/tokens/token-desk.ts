/** N3: tokens are made, listed and revoked, each change with its event. */
import type { Problem } from "../../../shared/problem.ts";
import { err, ok, type Result } from "../../../shared/result.ts";
import { sentence } from "../../../shared/sentence.ts";
import type { StoredEvent } from "../../ledger/event.ts";
import type { Person } from "../../ledger/person.ts";
import type { Pseudonyms } from "../audit/pseudonyms.ts";
import { readMeta, writeMeta } from "../schema.ts";
import type { TokenWish } from "../tenant-calls.ts";
import { hashSecret, makeSecret, randomWord } from "./secret.ts";
import type { TokenRow } from "./token.ts";
import { TOKENS_MAX, TokenStore } from "./token-store.ts";

/** Characters of five random bits each. */
const TOKEN_KEY_LENGTH = 52;

export interface TokenPorts {
  sql: SqlStorage;
  people: () => Pseudonyms;
  /** Writes something together with its event. */
  record: (event: StoredEvent, write: () => void) => void;
  now: () => number;
}

export class TokenDesk {
  readonly #ports: TokenPorts;
  readonly #store: TokenStore;

  constructor(ports: TokenPorts) {
    this.#ports = ports;
    this.#store = new TokenStore(ports.sql);
  }

  async make(actor: Person, wish: TokenWish): Promise<Result<{ token: string; row: TokenRow }, Problem>> {
    if (this.#store.list().length >= TOKENS_MAX) {
      return err({ code: "conflict", says: sentence("tokensMost", { most: TOKENS_MAX }) });
    }
    const id = randomWord(6);
    const secret = await makeSecret(this.key(), id);
    const hash = await hashSecret(secret);
    // The key, not the name: an erased person is named nowhere.
    const row = { id, ...wish, madeAt: this.#ports.now(), madeBy: actor.id };
    const { name: label, kind, policy } = wish;
    const event = { type: "token_made", token: id, label, kind, policy } as const;
    this.#ports.record({ ...event, ...by(actor, row.madeAt) }, () => this.#store.add(row, hash));
    return ok({ token: `hs_${id}_${secret}`, row: { ...row, madeBy: actor.name, lastUsedAt: null } });
  }

  /** With the names of their makers, as far as those are known. */
  list(): TokenRow[] {
    const people = this.#ports.people();
    return this.#store.list().map((row) => ({ ...row, madeBy: people.nameOf(row.madeBy) ?? "" }));
  }

  revoke(actor: Person, id: string): Result<TokenRow[], Problem> {
    const token = this.#store.list().find((one) => one.id === id);
    if (token === undefined) {
      return err({ code: "not_found", field: "id", says: sentence("tokenNot") });
    }
    const event = { type: "token_revoked", token: id, label: token.name, ...by(actor, this.#ports.now()) } as const;
    this.#ports.record(event, () => this.#store.remove(id));
    return ok(this.list());
  }

  /** By which isolates know a forged token without asking. */
  key(): string {
    const { sql } = this.#ports;
    const known = readMeta(sql, "token_key");
    if (known !== null) return known;
    const key = randomWord(TOKEN_KEY_LENGTH);
    writeMeta(sql, "token_key", key);
    return key;
  }

  use(id: string, hash: string): TokenRow | null {
    return this.#store.use(id, hash, this.#ports.now());
  }
}

const by = ({ id, name, role }: Person, at: number) => ({ at, holder: id, actor: { id, name, role } });
