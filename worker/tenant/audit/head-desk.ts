/**
 * R9: once a day the newest row that is safely in D1 is signed with the tenant's own key. Whoever keeps a head can later
 * tell whether anything up to it was written again, and whether rows were cut off.
 */
import { type HeadsView, keyIdOf, makeHeadKey, type SignedHead, signHead } from "../../audit/signed-head.ts";
import { dayOf, writeDay } from "../../audit/time-zone.ts";
import { readMeta, writeMeta } from "../schema.ts";
import { nextTurn } from "./daily-work.ts";
import type { Outbox } from "./outbox.ts";

const KEY = "head_key";
const HEADS = "heads";
/** The key that a row of the audit tells of last. */
const TOLD = "head_key_told";
const DUE = "head_at";
/** Heads that are shown; all of them are with whom they were sent to. */
const KEPT = 60;

export interface HeadPorts {
  tenant: string;
  timeZone: () => string;
  outbox: () => Outbox;
  now: () => number;
  /** Runs `write` in a transaction. */
  transact: (write: () => void) => void;
  /** In that transaction: whom the firm named is to get it. */
  tell: (head: SignedHead) => void;
}

interface Key {
  privateKey: JsonWebKey;
  publicKey: string;
}

export class HeadDesk {
  readonly #sql: SqlStorage;
  readonly #ports: HeadPorts;
  #due: string | null;

  constructor(sql: SqlStorage, ports: HeadPorts) {
    this.#sql = sql;
    this.#ports = ports;
    this.#due = readMeta(sql, DUE);
  }

  get view(): HeadsView {
    return { key: this.#key?.publicKey ?? null, list: this.#heads };
  }

  get #key(): Key | null {
    return JSON.parse(readMeta(this.#sql, KEY) ?? "null") as Key | null;
  }

  get #heads(): SignedHead[] {
    return JSON.parse(readMeta(this.#sql, HEADS) ?? "[]") as SignedHead[];
  }

  /** Signs where it is due: in the day's first alarm, which the daily work asks for. Never throws: it comes again. */
  async run(): Promise<void> {
    const { now, tenant } = this.#ports;
    const next = String(nextTurn(tenant, now()));
    if (this.#due === next) return;
    try {
      // A new tenant has nothing to prove yet.
      if (this.#due !== null) await this.#sign();
      this.#due = next;
      writeMeta(this.#sql, DUE, next);
    } catch (error) {
      console.warn(JSON.stringify({ what: "the head was not signed", tenant, error: String(error) }));
    }
  }

  async #sign(): Promise<void> {
    const { tenant, timeZone, outbox, now, transact, tell } = this.#ports;
    const head = outbox().deliveredHead();
    const day = writeDay(dayOf(timeZone(), now()));
    const before = this.#heads[0];
    // One a day, and none where nothing has happened since the last.
    if (head === null || before?.day === day || before?.hash === head.hash) return;
    const key = this.#key ?? (await makeHeadKey());
    const signed = await signHead(key.privateKey, key.publicKey, { tenant, day, ...head });
    transact(() => {
      writeMeta(this.#sql, KEY, JSON.stringify(key));
      if (readMeta(this.#sql, TOLD) !== key.publicKey) {
        const told = { key: key.publicKey, keyId: keyIdOf(key.publicKey), from: head.seq };
        outbox().remark({ type: "head_key_set", at: now(), holder: null, ...told }, null);
        writeMeta(this.#sql, TOLD, key.publicKey);
      }
      writeMeta(this.#sql, HEADS, JSON.stringify([signed, ...this.#heads].slice(0, KEPT)));
      tell(signed);
    });
  }
}
