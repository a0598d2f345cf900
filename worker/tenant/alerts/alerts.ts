/**
 * R4, R8: a tenant's receivers: whom to tell, which episodes go on, what waits to be told. Written in the transaction of
 * the event that raised it, sent afterwards, tried again with growing pauses. A receiver that takes nothing for days is
 * turned off, which is said in the audit and on the page.
 */

import * as z from "zod/mini";
import { isSentence, type Sentence, sentence } from "../../../shared/sentence.ts";
import type { ChainedRow } from "../../audit/chain.ts";
import type { SignedHead } from "../../audit/signed-head.ts";
import type { Measure } from "../../ledger/fullness.ts";
import type { Outbox, Remark } from "../audit/outbox.ts";
import { makeWord } from "../audit/pseudonyms.ts";
import type { AlertsView, ReceiverWish } from "../audit/records-calls.ts";
import { readMeta, writeMeta } from "../schema.ts";
import { type Alert, type AlertState, QUIET, watchDueAt, watchRow, watchTime } from "./alert-watch.ts";
import { EventFeed } from "./event-feed.ts";
import { retryPause } from "./retry-pause.ts";
import { makeWebhookSecret } from "./standard-webhooks.ts";
import { GONE, type PostPorts, post, refuseAddress, sendAlert, Webhook } from "./webhook.ts";

const HOOKS_MAX = 5;
const TRIES_MAX = 10;
const SENT_AT_ONCE = 20;
/** That a receiver takes its messages is not written more often than this. */
const NOTED_EVERY_MS = 60_000;
/** R8: a receiver that takes nothing for so long is turned off; the outbox keeps a week of events. */
export const OFF_AFTER_MS = 5 * 24 * 3_600_000;
/** R8: how long a former secret still signs beside the new one. */
export const BOTH_SECRETS_MS = 24 * 3_600_000;

const StoredSentence: z.ZodMiniType<Sentence> = z.custom<Sentence>((value) => isSentence(value));

const Settings = z.object({
  nearPercent: z.int(),
  hooks: z.array(Webhook),
  /** What became of the last message to each. */
  last: z.record(
    z.string(),
    z.object({
      at: z.int(),
      /** A text: English of a release that kept it so. */
      fault: z.nullable(z.union([z.string(), StoredSentence])),
      /** ms: since when nothing was taken; absent: the last message was. */
      since: z.optional(z.int()),
      /** ms: when it was turned off for that; absent: it is on. */
      off: z.optional(z.int()),
    }),
  ),
});
type Settings = z.infer<typeof Settings>;
const NONE: Settings = { nearPercent: 90, hooks: [], last: {} };

export interface AlertPorts {
  tenant: string;
  tenantName: string;
  ownHosts: readonly string[];
  now: () => number;
  /** R1: see the tenant's settings. */
  toleranceMs: () => number;
  fetch: typeof globalThis.fetch;
  outbox: Outbox;
  /** Writes something into the audit, in a transaction of its own. */
  remark(remark: Remark): void;
  /** A message was not taken. */
  countFailure(): void;
}

/** What waits in the table of messages. */
type Queued = (Alert | { head: SignedHead }) & {
  /** Names the message for its receiver: numbers of rows come again once the table has been empty. */
  word?: string;
};

interface ReceiverFault {
  fault: Sentence;
  field: "url" | "on";
}

export class Alerts {
  readonly #sql: SqlStorage;
  readonly #ports: AlertPorts;
  #settings: Settings;
  #state: AlertState;
  #waiting: number;
  #sending = false;
  readonly #feed: EventFeed;

  constructor(sql: SqlStorage, ports: AlertPorts) {
    this.#sql = sql;
    this.#ports = ports;
    const { tenant, outbox, now } = ports;
    this.#feed = new EventFeed(sql, {
      tenant,
      outbox,
      now,
      send: async (hook, message) => this.#counted(await post(hook, message, this.#post)),
    });
    const settings = readMeta(sql, "alerts");
    this.#settings = settings === null ? NONE : Settings.parse(JSON.parse(settings));
    const state = readMeta(sql, "alert_state");
    this.#state = state === null ? QUIET : (JSON.parse(state) as AlertState);
    this.#waiting = Number(sql.exec("SELECT count(*) AS n FROM alerts").one().n);
  }

  /** What the pages show: never a secret. */
  get view(): AlertsView {
    const { nearPercent, hooks, last } = this.#settings;
    return {
      nearPercent,
      hooks: hooks.map(({ id, kind, url, on, events = false, names = false, heads = false, secret }) => ({
        id,
        kind,
        url,
        on,
        events,
        names,
        heads,
        signed: secret !== null,
        lag: this.#feed.lagOf(id),
        last: last[id] ?? null,
      })),
      waiting: this.#waiting,
    };
  }

  /** ms: when the next message is due, or a refusal begins to count; null: never. */
  get nextAt(): number | null {
    const refusalAt = watchDueAt(this.#state, this.#ports.toleranceMs());
    const alertAt =
      this.#waiting === 0 || this.#sending
        ? null
        : Number(this.#sql.exec("SELECT min(due) AS due FROM alerts").one().due);
    const eventAt = this.#feed.nextAt(this.#fed);
    const due = [refusalAt, alertAt, eventAt].filter((at) => at !== null);
    return due.length === 0 ? null : Math.min(...due);
  }

  /** Receivers of events that are on. */
  get #fed(): Webhook[] {
    const { hooks, last } = this.#settings;
    return hooks.filter(({ id, events }) => events === true && last[id]?.off === undefined);
  }

  get #post(): PostPorts {
    const { ownHosts, now, fetch } = this.#ports;
    return { ownHosts, now: now(), fetch };
  }

  /**
   * Notes, in the caller's transaction, what the new rows of the audit lead to where licences are counted by `measure`.
   */
  watch(rows: readonly ChainedRow[], measure: Measure): void {
    if (this.#settings.hooks.length === 0) return;
    const { nearPercent } = this.#settings;
    for (const row of rows) this.#take((state, toleranceMs) => watchRow(state, row, nearPercent, toleranceMs, measure));
  }

  #take(watch: (state: AlertState, toleranceMs: number) => { state: AlertState; alerts: Alert[] }): void {
    const { state, alerts } = watch(this.#state, this.#ports.toleranceMs());
    const changed = JSON.stringify(state) !== JSON.stringify(this.#state);
    this.#state = state;
    if (changed) writeMeta(this.#sql, "alert_state", JSON.stringify(state));
    for (const alert of alerts) this.#raise(alert);
  }

  /** Adds a receiver; a fault names the field that is wrong. The secret of a generic one is told this once. */
  add({
    kind,
    url,
    on,
    events = false,
    names = false,
    heads = false,
    language,
  }: ReceiverWish): ReceiverFault | { id: string; secret: string | null } {
    if (this.#settings.hooks.length >= HOOKS_MAX)
      return { fault: sentence("receiversMost", { most: HOOKS_MAX }), field: "url" };
    if (on.length === 0 && !events && !heads) return { fault: sentence("occasions"), field: "on" };
    if (events && kind !== "generic") return { fault: sentence("eventsSigned"), field: "on" };
    if (heads && kind !== "generic") return { fault: sentence("headsSigned"), field: "on" };
    const fault = refuseAddress(kind, url, this.#ports.ownHosts);
    if (fault !== null) return { fault, field: "url" };
    const secret = kind === "generic" ? makeWebhookSecret() : null;
    const id = makeWord();
    const hook = {
      id,
      kind,
      url,
      secret,
      on: [...on],
      events,
      names,
      heads,
      ...(language === undefined ? {} : { language }),
    };
    this.#save({ ...this.#settings, hooks: [...this.#settings.hooks, hook] });
    if (events) this.#feed.begin(id);
    return { id, secret };
  }

  /** R8: gives a receiver a new secret; the one before signs beside it for a day. Null: there is none to change. */
  rotate(id: string): string | null {
    const hook = this.#settings.hooks.find((candidate) => candidate.id === id);
    if (hook === undefined || hook.secret === null) return null;
    const secret = makeWebhookSecret();
    const former = { secret: hook.secret, until: this.#ports.now() + BOTH_SECRETS_MS };
    this.#change(id, { ...hook, secret, former });
    return secret;
  }

  /** R8: turns a receiver on again; events go on where they stopped. False: it was not off. */
  resume(id: string): boolean {
    const { [id]: state, ...last } = this.#settings.last;
    if (state?.off === undefined) return false;
    this.#save({ ...this.#settings, last });
    this.#feed.resume(id);
    return true;
  }

  /** False: there is no such receiver. */
  remove(id: string): boolean {
    const hooks = this.#settings.hooks.filter((hook) => hook.id !== id);
    if (hooks.length === this.#settings.hooks.length) return false;
    this.#save({ ...this.#settings, hooks });
    this.#sql.exec("DELETE FROM alerts WHERE hook = ?", id);
    this.#feed.end(id);
    this.#count();
    return true;
  }

  /** From which share of the limit on, in percent. */
  setNear(nearPercent: number): void {
    this.#save({ ...this.#settings, nearPercent });
  }

  /** Sends a message at once; null: the receiver took it, otherwise a sentence. */
  async test(id: string, seats: Pick<Alert, "inUse" | "limit" | "measure">): Promise<Sentence | null> {
    const hook = this.#settings.hooks.find((candidate) => candidate.id === id);
    if (hook === undefined) return sentence("receiverNot");
    const fault = await this.#send(hook, { kind: "test", at: this.#ports.now(), ...seats }, makeWord());
    this.#note(id, fault);
    return fault;
  }

  /** Sends what is due. A failing receiver never makes it throw; returns when all have been tried. */
  async sendDue(): Promise<void> {
    const now = this.#ports.now();
    this.#take((state, toleranceMs) => watchTime(state, now, toleranceMs));
    await Promise.all([this.#sendAlerts(), this.#feed.sendDue(this.#fed, (id, fault) => this.#note(id, fault))]);
  }

  /** R9: in the caller's transaction, whom the firm named is to get the day's head. */
  tellHead(head: SignedHead): void {
    const hooks = this.#settings.hooks.filter(({ heads }) => heads === true);
    this.#queue(hooks, { head }, this.#ports.now());
  }

  /** The chain divides behind `base`. */
  setBack(base: number): void {
    this.#feed.setBack(base);
  }

  async #sendAlerts(): Promise<void> {
    if (this.#sending || this.#waiting === 0) return;
    this.#sending = true;
    try {
      const due = this.#sql
        .exec<{ id: number; hook: string; alert: string; tries: number }>(
          "SELECT id, hook, alert, tries FROM alerts WHERE due <= ? ORDER BY id LIMIT ?",
          this.#ports.now(),
          SENT_AT_ONCE,
        )
        .toArray();
      await Promise.all(due.map((message) => this.#deliver(message)));
    } finally {
      this.#sending = false;
    }
  }

  async #deliver({ id, hook: name, alert, tries }: { id: number; hook: string; alert: string; tries: number }) {
    const hook = this.#settings.hooks.find((candidate) => candidate.id === name);
    const message = JSON.parse(alert) as Queued;
    const fault =
      hook === undefined ? null : await this.#sendQueued(hook, message, `${this.#ports.tenant}-${message.word ?? id}`);
    if (hook !== undefined) this.#note(name, fault);
    if (fault === null || tries + 1 >= TRIES_MAX) this.#sql.exec("DELETE FROM alerts WHERE id = ?", id);
    else {
      const due = this.#ports.now() + retryPause(tries);
      this.#sql.exec("UPDATE alerts SET tries = tries + 1, due = ? WHERE id = ?", due, id);
    }
    this.#count();
  }

  async #send(hook: Webhook, alert: Alert, id: string): Promise<Sentence | null> {
    const { tenant, tenantName } = this.#ports;
    return this.#counted(await sendAlert(hook, alert, { id, tenant, tenantName }, this.#post));
  }

  async #sendQueued(hook: Webhook, message: Queued, id: string): Promise<Sentence | null> {
    if (!("head" in message)) return this.#send(hook, message, id);
    const { head } = message;
    const timestamp = new Date(this.#ports.now()).toISOString();
    const body = JSON.stringify({ type: "audit.head", timestamp, data: head });
    return this.#counted(await post(hook, { id, body }, this.#post));
  }

  #counted(fault: Sentence | null): Sentence | null {
    if (fault !== null) this.#ports.countFailure();
    return fault;
  }

  #raise(alert: Alert): void {
    // That the records are not what they were is for everybody who takes messages at all.
    const hooks = this.#settings.hooks.filter(
      ({ on }) => alert.kind === "divided" || on.some((kind) => kind === alert.kind),
    );
    this.#queue(hooks, alert, alert.at);
  }

  #queue(hooks: readonly Webhook[], message: Queued, due: number): void {
    for (const { id } of hooks) {
      if (this.#settings.last[id]?.off !== undefined) continue;
      this.#sql.exec(
        "INSERT INTO alerts (hook, alert, tries, due) VALUES (?, ?, 0, ?)",
        id,
        JSON.stringify({ ...message, word: makeWord() }),
        due,
      );
    }
    this.#count();
  }

  #note(id: string, fault: Sentence | null): void {
    const hook = this.#settings.hooks.find((candidate) => candidate.id === id);
    if (hook === undefined) return;
    const at = this.#ports.now();
    const before = this.#settings.last[id];
    if (fault === null) {
      // Each event of a busy day would write the same again.
      if (before?.fault === null && at - before.at < NOTED_EVERY_MS) return;
      this.#setLast(id, { at, fault });
      return;
    }
    const since = before?.since ?? at;
    const isOver = fault.key === GONE.key || at - since >= OFF_AFTER_MS;
    this.#setLast(id, { at, fault, since, ...(isOver ? { off: at } : {}) });
    if (isOver && before?.off === undefined) this.#turnOff(hook, at, since);
  }

  /** R8: what waits for it is dropped, except events, which go on where they stopped. */
  #turnOff({ id, url, kind }: Webhook, at: number, since: number): void {
    this.#sql.exec("DELETE FROM alerts WHERE hook = ?", id);
    this.#count();
    const { host } = new URL(url);
    this.#ports.remark({ type: "receiver_turned_off", at, holder: null, receiver: id, host, sort: kind, since });
  }

  #setLast(id: string, state: Settings["last"][string]): void {
    this.#save({ ...this.#settings, last: { ...this.#settings.last, [id]: state } });
  }

  #change(id: string, hook: Webhook): void {
    this.#save({ ...this.#settings, hooks: this.#settings.hooks.map((other) => (other.id === id ? hook : other)) });
  }

  #save(settings: Settings): void {
    const known = new Set(settings.hooks.map(({ id }) => id));
    const last = Object.fromEntries(Object.entries(settings.last).filter(([id]) => known.has(id)));
    this.#settings = { ...settings, last };
    writeMeta(this.#sql, "alerts", JSON.stringify(this.#settings));
  }

  #count(): void {
    this.#waiting = Number(this.#sql.exec("SELECT count(*) AS n FROM alerts").one().n);
  }
}
