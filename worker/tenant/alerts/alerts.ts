/**
 * R4: a tenant's alerts: whom to tell, which episodes go on, what waits to be told. Written in the transaction of the
 * event that raised it, sent afterwards, tried again with growing pauses.
 */
import * as z from "zod/mini";
import type { ChainedRow } from "../../audit/chain.ts";
import type { Measure } from "../../ledger/fullness.ts";
import { makeWord } from "../audit/pseudonyms.ts";
import type { AlertsView } from "../audit/records-calls.ts";
import { readMeta, writeMeta } from "../schema.ts";
import { type Alert, type AlertKind, type AlertState, QUIET, watchDueAt, watchRow, watchTime } from "./alert-watch.ts";
import { refuseAddress, sendAlert, Webhook, type WebhookKind } from "./webhook.ts";

const HOOKS_MAX = 5;
const TRIES_MAX = 10;
const RETRY_LEAST_MS = 10_000;
const RETRY_MOST_MS = 3_600_000;
const SENT_AT_ONCE = 20;

const Settings = z.object({
  nearPercent: z.int(),
  hooks: z.array(Webhook),
  /** What became of the last message to each. */
  last: z.record(z.string(), z.object({ at: z.int(), fault: z.nullable(z.string()) })),
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
  /** A message was not taken. */
  countFailure(): void;
}

interface ReceiverFault {
  fault: string;
  field: "url" | "on";
}

export class Alerts {
  readonly #sql: SqlStorage;
  readonly #ports: AlertPorts;
  #settings: Settings;
  #state: AlertState;
  #waiting: number;
  #sending = false;

  constructor(sql: SqlStorage, ports: AlertPorts) {
    this.#sql = sql;
    this.#ports = ports;
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
      hooks: hooks.map(({ id, kind, url, on }) => ({ id, kind, url, on, last: last[id] ?? null })),
      waiting: this.#waiting,
    };
  }

  /** ms: when the next message is due, or a refusal begins to count; null: never. */
  get nextAt(): number | null {
    const refusalAt = watchDueAt(this.#state, this.#ports.toleranceMs());
    if (this.#waiting === 0 || this.#sending) return refusalAt;
    const due = Number(this.#sql.exec("SELECT min(due) AS due FROM alerts").one().due);
    return Math.min(due, refusalAt ?? due);
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

  /**
   * Adds a receiver; a fault is a sentence, with the field that is wrong. The secret of a generic one is told this
   * once.
   */
  add(kind: WebhookKind, url: string, on: AlertKind[]): ReceiverFault | { id: string; secret: string | null } {
    if (this.#settings.hooks.length >= HOOKS_MAX)
      return { fault: `There may be at most ${HOOKS_MAX} receivers.`, field: "url" };
    if (on.length === 0) return { fault: "Choose at least one occasion.", field: "on" };
    const fault = refuseAddress(kind, url, this.#ports.ownHosts);
    if (fault !== null) return { fault, field: "url" };
    const secret = kind === "generic" ? makeWord() + makeWord() : null;
    const id = makeWord();
    this.#save({ ...this.#settings, hooks: [...this.#settings.hooks, { id, kind, url, secret, on }] });
    return { id, secret };
  }

  /** False: there is no such receiver. */
  remove(id: string): boolean {
    const hooks = this.#settings.hooks.filter((hook) => hook.id !== id);
    if (hooks.length === this.#settings.hooks.length) return false;
    this.#save({ ...this.#settings, hooks });
    this.#sql.exec("DELETE FROM alerts WHERE hook = ?", id);
    this.#count();
    return true;
  }

  /** From which share of the limit on, in percent. */
  setNear(nearPercent: number): void {
    this.#save({ ...this.#settings, nearPercent });
  }

  /** Sends a message at once; null: the receiver took it, otherwise a sentence. */
  async test(id: string, seats: Pick<Alert, "inUse" | "limit" | "measure">): Promise<string | null> {
    const hook = this.#settings.hooks.find((candidate) => candidate.id === id);
    if (hook === undefined) return "There is no such receiver any more.";
    const fault = await this.#send(hook, { kind: "test", at: this.#ports.now(), ...seats }, makeWord());
    this.#note(id, fault);
    return fault;
  }

  /** Sends what is due. A failing receiver never makes it throw; returns when all have been tried. */
  async sendDue(): Promise<void> {
    const now = this.#ports.now();
    this.#take((state, toleranceMs) => watchTime(state, now, toleranceMs));
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
    const fault =
      hook === undefined ? null : await this.#send(hook, JSON.parse(alert) as Alert, `${this.#ports.tenant}-${id}`);
    if (hook !== undefined) this.#note(name, fault);
    if (fault === null || tries + 1 >= TRIES_MAX) this.#sql.exec("DELETE FROM alerts WHERE id = ?", id);
    else {
      const pause = Math.min(RETRY_MOST_MS, RETRY_LEAST_MS * 2 ** tries);
      this.#sql.exec("UPDATE alerts SET tries = tries + 1, due = ? WHERE id = ?", this.#ports.now() + pause, id);
    }
    this.#count();
  }

  async #send(hook: Webhook, alert: Alert, id: string): Promise<string | null> {
    const { tenant, tenantName, ownHosts, fetch } = this.#ports;
    const told = { id, tenant, tenantName };
    const fault = await sendAlert(hook, alert, told, { ownHosts, now: this.#ports.now(), fetch });
    if (fault !== null) this.#ports.countFailure();
    return fault;
  }

  #raise(alert: Alert): void {
    for (const hook of this.#settings.hooks) {
      // That the records are not what they were is for everybody who takes messages at all.
      if (alert.kind !== "divided" && !hook.on.some((kind) => kind === alert.kind)) continue;
      this.#sql.exec(
        "INSERT INTO alerts (hook, alert, tries, due) VALUES (?, ?, 0, ?)",
        hook.id,
        JSON.stringify(alert),
        alert.at,
      );
    }
    this.#count();
  }

  #note(id: string, fault: string | null): void {
    if (!this.#settings.hooks.some((hook) => hook.id === id)) return;
    this.#save({ ...this.#settings, last: { ...this.#settings.last, [id]: { at: this.#ports.now(), fault } } });
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
