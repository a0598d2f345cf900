/**
 * R4, R8, R10: a tenant's receivers and what became of the last message to each. A receiver that takes nothing for days is
 * turned off.
 */

import * as z from "zod/mini";
import { DAY_MS, MINUTE_MS } from "../../../shared/durations.ts";
import { isSentence, type Sentence, sentence } from "../../../shared/sentence.ts";
import { isMailAddress } from "../../config/mail-config.ts";
import { makeWord } from "../audit/pseudonyms.ts";
import type { ReceiverWish } from "../audit/records-calls.ts";
import { readMeta, writeMeta } from "../schema.ts";
import { isWebhook, isWilling, Receiver, type Webhook } from "./receiver.ts";
import { makeWebhookSecret } from "./standard-webhooks.ts";
import { GONE, refuseAddress } from "./webhook.ts";

const MOST = 5;
/** That a receiver takes its messages is not written more often than this. */
const NOTED_EVERY_MS = MINUTE_MS;
/** R8: a receiver that takes nothing for so long is turned off; the outbox keeps a week of events. */
export const OFF_AFTER_MS = 5 * DAY_MS;
/** R8: how long a former secret still signs beside the new one. */
export const BOTH_SECRETS_MS = DAY_MS;
export const NO_MAIL = sentence("noMail");

const Outcome = z.object({
  at: z.int(),
  /** A text: English of a release that kept it so. */
  fault: z.nullable(z.union([z.string(), z.custom<Sentence>(isSentence)])),
  /** ms: since when nothing was taken; absent: the last message was. */
  since: z.optional(z.int()),
  /** ms: when it was turned off for that; absent: it is on. */
  off: z.optional(z.int()),
});
type Outcome = z.infer<typeof Outcome>;

const Settings = z.object({
  nearPercent: z.int(),
  hooks: z.array(Receiver),
  /** What became of the last message to each. */
  last: z.record(z.string(), Outcome),
});
type Settings = z.infer<typeof Settings>;
const NONE: Settings = { nearPercent: 90, hooks: [], last: {} };

export interface ReceiverPorts {
  ownHosts: readonly string[];
  /** Whether the operator has set a way for e-mail. */
  canMail: boolean;
  now: () => number;
}

export interface ReceiverFault {
  fault: Sentence;
  field: "url" | "on";
}

export class Receivers {
  readonly #sql: SqlStorage;
  readonly #ports: ReceiverPorts;
  #settings: Settings;

  constructor(sql: SqlStorage, ports: ReceiverPorts) {
    this.#sql = sql;
    this.#ports = ports;
    const settings = readMeta(sql, "alerts");
    this.#settings = settings === null ? NONE : Settings.parse(JSON.parse(settings));
  }

  get list(): readonly Receiver[] {
    return this.#settings.hooks;
  }

  get nearPercent(): number {
    return this.#settings.nearPercent;
  }

  find(id: string): Receiver | null {
    return this.list.find((receiver) => receiver.id === id) ?? null;
  }

  /** Null: nothing was sent yet. */
  lastOf(id: string): Outcome | null {
    return this.#settings.last[id] ?? null;
  }

  /** Whether messages go there now. */
  isOn(receiver: Receiver): boolean {
    return isWilling(receiver) && this.lastOf(receiver.id)?.off === undefined;
  }

  /** Those of events that are on. */
  get fed(): Webhook[] {
    return this.list.filter(isWebhook).filter((receiver) => receiver.events === true && this.isOn(receiver));
  }

  /** A fault is a sentence, with the field that is wrong. The secret of a generic one is told this once. */
  add(wish: ReceiverWish): ReceiverFault | { id: string; secret: string | null } {
    const fault = this.#refuse(wish);
    if (fault !== null) return fault;
    const { kind, url, on, events = false, names = false, heads = false, report = false, language, site } = wish;
    const secret = kind === "generic" ? makeWebhookSecret() : null;
    const id = makeWord();
    const receiver: Receiver = {
      ...{ id, kind, url, secret, on: [...on], events, names, heads, report },
      ...(language === undefined ? {} : { language }),
      ...(kind === "email" && site !== undefined ? { site } : {}),
    };
    this.#save({ ...this.#settings, hooks: [...this.list, receiver] });
    return { id, secret };
  }

  #refuse(wish: ReceiverWish): ReceiverFault | null {
    const { kind, url, on, events = false, heads = false, report = false } = wish;
    if (this.list.length >= MOST) return { fault: sentence("receiversMost", { most: MOST }), field: "url" };
    if (on.length === 0 && !events && !heads && !report) return { fault: sentence("occasions"), field: "on" };
    if (events && kind !== "generic") return { fault: sentence("eventsSigned"), field: "on" };
    if (heads && kind !== "generic" && kind !== "email") return { fault: sentence("headsSigned"), field: "on" };
    if (report && kind !== "email") return { fault: sentence("reportMail"), field: "on" };
    const fault = kind === "email" ? this.#refuseMail(url) : refuseAddress(kind, url, this.#ports.ownHosts);
    return fault === null ? null : { fault, field: "url" };
  }

  #refuseMail(address: string): Sentence | null {
    if (!this.#ports.canMail) return NO_MAIL;
    if (!isMailAddress(address)) return sentence("addressMail");
    const same = ({ kind, url }: Receiver) => kind === "email" && url.toLowerCase() === address.toLowerCase();
    return this.list.some(same) ? sentence("addressTwice") : null;
  }

  /** R8: gives a receiver a new secret; the one before signs beside it for a day. Null: there is none to change. */
  rotate(id: string): string | null {
    const receiver = this.find(id);
    if (receiver === null || receiver.secret === null) return null;
    const secret = makeWebhookSecret();
    const former = { secret: receiver.secret, until: this.#ports.now() + BOTH_SECRETS_MS };
    this.#change({ ...receiver, secret, former });
    return secret;
  }

  /** R10: the receiver agreed. False: there is no such receiver, or it had agreed. */
  confirm(id: string): boolean {
    const receiver = this.find(id);
    if (receiver === null || isWilling(receiver)) return false;
    this.#change({ ...receiver, confirmedAt: this.#ports.now() });
    return true;
  }

  /** R8: turns a receiver on again. False: it was not off. */
  resume(id: string): boolean {
    const { [id]: state, ...last } = this.#settings.last;
    if (state?.off === undefined) return false;
    this.#save({ ...this.#settings, last });
    return true;
  }

  /** False: there is no such receiver. */
  remove(id: string): boolean {
    if (this.find(id) === null) return false;
    this.#save({ ...this.#settings, hooks: this.list.filter((receiver) => receiver.id !== id) });
    return true;
  }

  /** From which share of the limit on, in percent. */
  setNear(nearPercent: number): void {
    this.#save({ ...this.#settings, nearPercent });
  }

  /** The message was not tried: that says nothing of the receiver. */
  noteUntried(id: string, fault: Sentence): void {
    if (this.find(id) !== null) this.#setLast(id, { ...this.lastOf(id), at: this.#ports.now(), fault });
  }

  /** What became of a message. Answers since when nothing was taken (ms) where that has now turned it off, otherwise null. */
  note(id: string, fault: Sentence | null): number | null {
    if (this.find(id) === null) return null;
    const at = this.#ports.now();
    const before = this.lastOf(id);
    if (fault === null) {
      // Each event of a busy day would write the same again.
      if (before?.fault !== null || at - before.at >= NOTED_EVERY_MS) this.#setLast(id, { at, fault });
      return null;
    }
    const since = before?.since ?? at;
    const isOver = fault.key === GONE.key || at - since >= OFF_AFTER_MS;
    this.#setLast(id, { at, fault, since, ...(isOver ? { off: at } : {}) });
    return isOver && before?.off === undefined ? since : null;
  }

  #setLast(id: string, outcome: Outcome): void {
    this.#save({ ...this.#settings, last: { ...this.#settings.last, [id]: outcome } });
  }

  #change(changed: Receiver): void {
    this.#save({
      ...this.#settings,
      hooks: this.list.map((receiver) => (receiver.id === changed.id ? changed : receiver)),
    });
  }

  #save(settings: Settings): void {
    const known = new Set(settings.hooks.map(({ id }) => id));
    const last = Object.fromEntries(Object.entries(settings.last).filter(([id]) => known.has(id)));
    this.#settings = { ...settings, last };
    writeMeta(this.#sql, "alerts", JSON.stringify(this.#settings));
  }
}
