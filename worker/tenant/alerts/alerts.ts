/**
 * R4, R8, R10: which episodes go on, and to which receivers each message goes. Written in the transaction of the event
 * that raised it, sent afterwards, tried again with growing pauses.
 */

import { type Sentence, sentence } from "../../../shared/sentence.ts";
import type { ChainedRow } from "../../audit/chain.ts";
import type { Compliance } from "../../audit/report/compliance.ts";
import type { SignedHead } from "../../audit/signed-head.ts";
import type { Measure } from "../../ledger/fullness.ts";
import type { Outbox, Remark } from "../audit/outbox.ts";
import { makeWord } from "../audit/pseudonyms.ts";
import type { AlertsView, ReceiverWish } from "../audit/records-calls.ts";
import { MailAllowance } from "../mail/mail-allowance.ts";
import { describeMonth, withoutNames } from "../mail/report-mail.ts";
import { readMeta, writeMeta } from "../schema.ts";
import { type Alert, type AlertState, QUIET, watchDueAt, watchRow, watchTime } from "./alert-watch.ts";
import { type DispatchPorts, dispatch, type Message, type Refusal } from "./dispatch.ts";
import { EventFeed } from "./event-feed.ts";
import { MessageQueue, type Queued } from "./message-queue.ts";
import { hostOf, isWilling, type Receiver } from "./receiver.ts";
import { type ReceiverFault, Receivers } from "./receivers.ts";
import { post } from "./webhook.ts";

export interface AlertPorts extends DispatchPorts {
  /** R1: see the tenant's settings. */
  toleranceMs: () => number;
  outbox: Outbox;
  /** Writes something into the audit, in a transaction of its own. */
  remark(remark: Remark): void;
  /** A message was not taken. */
  countFailure(): void;
}

export class Alerts {
  readonly #sql: SqlStorage;
  readonly #ports: AlertPorts;
  readonly #receivers: Receivers;
  readonly #allowance: MailAllowance;
  readonly #feed: EventFeed;
  readonly #messages: MessageQueue;
  #state: AlertState;
  #sending = false;

  constructor(sql: SqlStorage, ports: AlertPorts) {
    this.#sql = sql;
    this.#ports = ports;
    const { tenant, outbox, now } = ports;
    this.#receivers = new Receivers(sql, {
      get ownHosts() {
        return ports.ownHosts;
      },
      canMail: ports.mail !== null,
      now,
    });
    this.#allowance = new MailAllowance(sql);
    this.#feed = new EventFeed(sql, {
      tenant,
      outbox,
      now,
      send: async (receiver, message) => {
        const { ownHosts, fetch } = ports;
        return this.#counted(await post(receiver, message, { ownHosts, now: now(), fetch }));
      },
    });
    const state = readMeta(sql, "alert_state");
    this.#state = state === null ? QUIET : (JSON.parse(state) as AlertState);
    this.#messages = new MessageQueue(sql);
  }

  /** What the pages show: never a secret. */
  get view(): AlertsView {
    return {
      nearPercent: this.#receivers.nearPercent,
      canMail: this.#ports.mail !== null,
      hooks: this.#receivers.list.map((receiver) => {
        const { id, kind, url, on, events = false, names = false, heads = false, report = false, secret } = receiver;
        return {
          ...{ id, kind, url, on, events, names, heads, report },
          signed: secret !== null,
          confirmed: isWilling(receiver),
          lag: this.#feed.lagOf(id),
          last: this.#receivers.lastOf(id),
        };
      }),
      waiting: this.#messages.size,
    };
  }

  /** ms: when the next message is due, or a refusal begins to count; null: never. */
  get nextAt(): number | null {
    const refusalAt = watchDueAt(this.#state, this.#ports.toleranceMs());
    const alertAt = this.#sending ? null : this.#messages.nextAt;
    const eventAt = this.#feed.nextAt(this.#receivers.fed);
    const due = [refusalAt, alertAt, eventAt].filter((at) => at !== null);
    return due.length === 0 ? null : Math.min(...due);
  }

  /**
   * Notes, in the caller's transaction, what the new rows of the audit lead to where licences are counted by `measure`.
   */
  watch(rows: readonly ChainedRow[], measure: Measure): void {
    const { list, nearPercent } = this.#receivers;
    if (list.length === 0) return;
    for (const row of rows) this.#take((state, toleranceMs) => watchRow(state, row, nearPercent, toleranceMs, measure));
  }

  #take(watch: (state: AlertState, toleranceMs: number) => { state: AlertState; alerts: Alert[] }): void {
    const { state, alerts } = watch(this.#state, this.#ports.toleranceMs());
    const changed = JSON.stringify(state) !== JSON.stringify(this.#state);
    this.#state = state;
    if (changed) writeMeta(this.#sql, "alert_state", JSON.stringify(state));
    for (const alert of alerts) this.#raise(alert);
  }

  /** Adds a receiver, as `Receivers.add` does; one of e-mail is asked first whether it wants messages. */
  add(wish: ReceiverWish): ReceiverFault | { id: string; secret: string | null } {
    const added = this.#receivers.add(wish);
    if ("fault" in added) return added;
    const receiver = this.#receivers.find(added.id);
    if (wish.events === true) this.#feed.begin(added.id);
    if (receiver !== null && !isWilling(receiver)) this.#ask(receiver);
    return added;
  }

  /** R8: see `Receivers.rotate`. */
  rotate(id: string): string | null {
    return this.#receivers.rotate(id);
  }

  /** R8: turns a receiver on again; events go on where they stopped. False: it was not off. */
  resume(id: string): boolean {
    if (!this.#receivers.resume(id)) return false;
    this.#feed.resume(id);
    return true;
  }

  /** R10: the receiver agreed to its messages. False: there is no such receiver, or it had agreed. */
  confirm(id: string): boolean {
    return this.#receivers.confirm(id);
  }

  /** False: there is no such receiver. */
  remove(id: string): boolean {
    if (!this.#receivers.remove(id)) return false;
    this.#messages.drop(id);
    this.#feed.end(id);
    return true;
  }

  /** R10: ids of the receivers of e-mail at this address. */
  receiversAt(address: string): string[] {
    const same = ({ kind, url }: Receiver) => kind === "email" && url.toLowerCase() === address.toLowerCase();
    return this.#receivers.list.filter(same).map(({ id }) => id);
  }

  /** From which share of the limit on, in percent. */
  setNear(nearPercent: number): void {
    this.#receivers.setNear(nearPercent);
  }

  /** Sends a message at once, or the question again where it was not answered; null: it was taken, otherwise a sentence. */
  async test(id: string, seats: Pick<Alert, "inUse" | "limit" | "measure">): Promise<Sentence | null> {
    const receiver = this.#receivers.find(id);
    if (receiver === null) return sentence("receiverNot");
    const at = this.#ports.now();
    const message: Message = isWilling(receiver) ? { kind: "test", at, ...seats } : { ask: "confirm", at };
    const refusal = await this.#send(receiver, message, `${this.#ports.tenant}-${makeWord()}`);
    this.#settle(id, refusal);
    return refusal?.fault ?? null;
  }

  /** Sends what is due. A failing receiver never makes it throw; returns when all have been tried. */
  async sendDue(): Promise<void> {
    const now = this.#ports.now();
    this.#take((state, toleranceMs) => watchTime(state, now, toleranceMs));
    const feed = this.#feed.sendDue(this.#receivers.fed, (id, fault) => this.#note(id, fault));
    await Promise.all([this.#sendAlerts(), feed]);
  }

  /** R9: in the caller's transaction, whom the firm named is to get the day's head. */
  tellHead(head: SignedHead): void {
    const receivers = this.#receivers.list.filter(({ heads }) => heads === true);
    this.#queue(receivers, { head }, this.#ports.now());
  }

  /** R10: whether anybody wants the monthly report. */
  get wantsReport(): boolean {
    return this.#reported.length > 0;
  }

  /** R10: in the caller's transaction, whom the firm named is to get the report on a month. */
  tellReport(month: string, report: Compliance, head: SignedHead | null): void {
    const now = this.#ports.now();
    for (const { id, names = false } of this.#reported) {
      // The same also where the object was restored to a moment before, and queues it again.
      this.#messages.add(id, { report: describeMonth(month, report, head, names) }, now, `report-${month}-${id}`);
    }
  }

  /** R10: in the caller's transaction: somebody was erased, who may be named in the reports that wait. */
  forgetNames(): void {
    this.#messages.rewrite((message) =>
      "report" in message ? { ...message, report: withoutNames(message.report) } : null,
    );
  }

  get #reported(): Receiver[] {
    return this.#receivers.list.filter((receiver) => receiver.report === true && this.#receivers.isOn(receiver));
  }

  /** The chain divides behind `base`. */
  setBack(base: number): void {
    this.#feed.setBack(base);
  }

  async #sendAlerts(): Promise<void> {
    if (this.#sending || this.#messages.size === 0) return;
    this.#sending = true;
    try {
      await Promise.all(this.#messages.readDue(this.#ports.now()).map((queued) => this.#deliver(queued)));
    } finally {
      this.#sending = false;
    }
  }

  async #deliver(queued: Queued): Promise<void> {
    const { receiver: id, message, word } = queued;
    const receiver = this.#receivers.find(id);
    const refusal = receiver === null ? null : await this.#send(receiver, message, `${this.#ports.tenant}-${word}`);
    this.#settle(id, refusal);
    this.#messages.settle(queued, refusal, this.#ports.now());
  }

  async #send(receiver: Receiver, message: Message, id: string): Promise<Refusal | null> {
    const refusal = await dispatch(receiver, message, id, this.#ports, this.#allowance);
    this.#counted(refusal?.fault ?? null);
    return refusal;
  }

  #counted(fault: Sentence | null): Sentence | null {
    if (fault !== null) this.#ports.countFailure();
    return fault;
  }

  #raise(alert: Alert): void {
    // That the records are not what they were is for everybody who takes messages at all.
    const receivers = this.#receivers.list.filter(
      ({ on }) => alert.kind === "divided" || on.some((kind) => kind === alert.kind),
    );
    this.#queue(receivers, alert, alert.at);
  }

  #ask(receiver: Receiver): void {
    const at = this.#ports.now();
    this.#messages.add(receiver.id, { ask: "confirm", at }, at);
  }

  #queue(receivers: readonly Receiver[], message: Message, due: number): void {
    for (const receiver of receivers) {
      if (this.#receivers.isOn(receiver)) this.#messages.add(receiver.id, message, due);
    }
  }

  #settle(id: string, refusal: Refusal | null): void {
    if (refusal?.due === undefined) this.#note(id, refusal?.fault ?? null);
    else this.#receivers.noteUntried(id, refusal.fault);
  }

  /** R8: what waits for one that was turned off is dropped, except events, which go on where they stopped. */
  #note(id: string, fault: Sentence | null): void {
    const since = this.#receivers.note(id, fault);
    const receiver = this.#receivers.find(id);
    if (since === null || receiver === null) return;
    this.#messages.drop(id);
    const said = { receiver: id, host: hostOf(receiver), sort: receiver.kind, since };
    this.#ports.remark({ type: "receiver_turned_off", at: this.#ports.now(), holder: null, ...said });
  }
}
