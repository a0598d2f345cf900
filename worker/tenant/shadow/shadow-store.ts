/**
 * L33: the shadow of a tenant's ledger, as memory and storage have it. Written at most every few seconds, beside what is
 * written anyway: what proposed settings came to, and a row for each person in whom they differ. Pure but for its rows.
 */
import { WEEK_MS } from "../../../shared/durations.ts";
import type { HolderId } from "../../../shared/ids.ts";
import type { Command } from "../../ledger/command.ts";
import type { Event } from "../../ledger/event.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { OverdraftMeter } from "../../ledger/over.ts";
import type { Settings, Trace } from "../../ledger/settings/settings.ts";
import { type Difference, forgetInDifference, noDifference } from "../../ledger/shadow/difference.ts";
import type { Proposed } from "../../ledger/shadow/propose.ts";
import { restoreShadow, type StoredShadowHolder, storedShadowHolder } from "../../ledger/shadow/restore-shadow.ts";
import { Shadow } from "../../ledger/shadow/shadow.ts";
import type { Step } from "../../ledger/step.ts";
import type { LedgerRows } from "../ledger-rows.ts";
import { SAVE_EVERY_MS } from "../presence-store.ts";
import { respellRows, respellSettings, type Spell } from "../respell.ts";

/** Each weekday comes twice; and the hours that are told one by one stay few. */
export const SHADOW_LASTS_MS = 2 * WEEK_MS;

/** By somebody, by its time, or by a fault of ours. */
export const SHADOW_ENDS = ["ended", "expired", "failed"] as const;
export type ShadowEnd = (typeof SHADOW_ENDS)[number];

/** What is known of a shadow beside its ledger; the last one's is kept when it has ended. */
export interface ShadowHead {
  beganAt: number;
  /** Who began it; empty: erased. */
  by: HolderId | "";
  until: number;
  /** What is proposed, from what to what. */
  traces: Trace[];
  ended: { at: number; how: ShadowEnd; by: HolderId | "" } | null;
  difference: Difference;
}

interface StoredHead extends ShadowHead {
  overdraft: OverdraftMeter | null;
}

const NO_EVENTS: readonly Event[] = [];

export class ShadowStore {
  readonly #rows: LedgerRows;
  #head: ShadowHead | null = null;
  #shadow: Shadow | null = null;
  /** People who have a row. */
  readonly #written = new Set<HolderId>();
  #overdraft: OverdraftMeter | null = null;
  #savedAt = Number.NEGATIVE_INFINITY;
  /** Something of the head, or of the proposed settings, is to be written now. */
  #isUrgent = false;

  /** What went wrong where nobody may be told; the next command ends the shadow. */
  #fault: unknown = null;

  /** Beside `live` as it has just come back. What cannot be restored ends with the next command: `live` needs none of it. */
  constructor(rows: LedgerRows, live: Ledger, spell: Spell = (holder) => holder) {
    this.#rows = rows;
    try {
      this.#restore(live, spell);
    } catch (error) {
      this.#shadow = null;
      this.#fault = error;
    }
  }

  #restore(live: Ledger, spell: Spell): void {
    const text = this.#rows.readLong("shadow");
    if (text === null) return;
    const { overdraft, ...stored } = JSON.parse(text) as StoredHead;
    const head = respellHead(stored, spell);
    this.#head = head;
    if (head.ended !== null) return;
    const before = this.#rows.read("shadow") as [HolderId, StoredShadowHolder][];
    for (const [holder] of before) this.#written.add(holder);
    const holders = respellRows(before, spell);
    const kept = JSON.parse(this.#rows.readLong("shadow_settings") ?? "{}") as Partial<Settings>;
    const patch = respellSettings(kept, spell);
    this.#overdraft = overdraft;
    const shadow = restoreShadow(live, { patch, difference: head.difference, overdraft, holders });
    for (const [place, [holder]] of holders.entries()) {
      const was = before[place]?.[0];
      if (was !== undefined && was !== holder) shadow.touched.add(was).add(holder);
    }
    if (patch !== kept) this.#isUrgent = true;
    shadow.begin(live, live.lastAt);
    this.#shadow = shadow;
  }

  get head(): Readonly<ShadowHead> | null {
    return this.#head;
  }

  /** null: none runs. */
  get running(): Shadow | null {
    return this.#shadow;
  }

  /** When something is to be done about it by itself: it ends, or is at fault; null: none runs. */
  get until(): number | null {
    if (this.#fault !== null) return 0;
    return this.#shadow === null ? null : (this.#head?.until ?? null);
  }

  /** Whether its time is up at `at` (ms of the ledger's clock). */
  isOver(at: number): boolean {
    return this.#fault === null && this.#shadow !== null && at >= (this.#head?.until ?? 0);
  }

  begin(live: Ledger, { ledger, keys, traces, touched }: Proposed, by: HolderId, at: number): void {
    const difference = noDifference(at);
    const shadow = new Shadow(ledger, keys, difference);
    for (const holder of touched) shadow.touched.add(holder);
    shadow.begin(live, at);
    for (const holder of this.#written) shadow.touched.add(holder);
    this.#shadow = shadow;
    this.#head = { beganAt: at, by, until: at + SHADOW_LASTS_MS, traces, ended: null, difference };
    this.#overdraft = null;
    this.#isUrgent = true;
  }

  /** `by`: empty where it ended by itself. */
  end(how: ShadowEnd, by: HolderId | "", at: number): void {
    if (this.#shadow === null && this.#fault === null) return;
    // At fault it may not even be able to close.
    if (how !== "failed") this.#shadow?.close(at);
    this.#shadow = null;
    this.#fault = null;
    this.#head = this.#head && { ...this.#head, ended: { at, how, by } };
    this.#isUrgent = true;
  }

  /** See `Shadow.dueAt`. */
  noteDue(liveDueAt: number | null): void {
    try {
      this.#shadow?.dueAt(liveDueAt);
    } catch (error) {
      this.#fault = error;
    }
  }

  /**
   * Takes the command as `live` did at `at` (ms of the ledger's clock). Throws as the ledger does; the caller ends the
   * shadow then (L33).
   */
  follow(live: Ledger, command: Command, done: Step, at: number): readonly Event[] {
    if (this.#fault !== null) throw this.#fault;
    if (this.#shadow === null) return NO_EVENTS;
    const events = this.#shadow.follow(live, command, done, at);
    if (command.type === "erase" && events.length > 0) this.#isUrgent = true;
    return events;
  }

  /** Whether `keep` has something to write at `at` (ms of the ledger's clock). */
  isDue(at: number): boolean {
    return this.#isUrgent || (this.#hasNews && at >= this.#savedAt + SAVE_EVERY_MS);
  }

  /** When `keep` will have something to write if nothing more happens; null: never. */
  get dueAt(): number | null {
    return this.#hasNews ? this.#savedAt + SAVE_EVERY_MS : null;
  }

  get #hasNews(): boolean {
    return this.#shadow !== null && (this.#shadow.hasNews || this.#shadow.touched.size > 0);
  }

  /** Writes what is due, in the caller's transaction. */
  keep(live: Ledger, at: number): void {
    if (!this.isDue(at)) return;
    this.#savedAt = at;
    const shadow = this.#shadow;
    if (shadow === null) this.#clear();
    else for (const holder of shadow.touched) this.#keepHolder(holder, storedShadowHolder(live, shadow, holder));
    shadow?.touched.clear();
    if (this.#isUrgent && shadow !== null) {
      const { settings } = shadow.ledger;
      const patch = Object.fromEntries([...shadow.proposed].map((key) => [key, settings[key]]));
      this.#rows.putLong("shadow_settings", JSON.stringify(patch));
    }
    const overdraft = shadow === null ? null : overdraftOf(shadow.ledger, live);
    if (this.#isUrgent || shadow?.hasNews || JSON.stringify(overdraft) !== JSON.stringify(this.#overdraft)) {
      const head: StoredHead | null = this.#head && { ...this.#head, overdraft };
      this.#rows.putLong("shadow", head && JSON.stringify(head));
    }
    this.#overdraft = overdraft;
    this.#isUrgent = false;
    if (shadow !== null) shadow.hasNews = false;
  }

  #keepHolder(holder: HolderId, row: StoredShadowHolder | null): void {
    if (row === null && !this.#written.delete(holder)) return;
    if (row !== null) this.#written.add(holder);
    this.#rows.put("shadow", holder, row);
  }

  #clear(): void {
    this.#rows.clearShadow();
    this.#written.clear();
    this.#rows.putLong("shadow_settings", null);
  }

  /** A12: what came of it stays, and says of nobody that it was this person. */
  forget(holder: HolderId): void {
    const head = this.#head;
    if (head === null) return;
    forgetInDifference(head.difference, holder);
    const traces = head.traces.map((trace) =>
      "person" in trace && trace.person.id === holder ? { ...trace, person: { id: "" as HolderId, name: "" } } : trace,
    );
    const ended = head.ended?.by === holder ? { ...head.ended, by: "" as const } : head.ended;
    this.#head = { ...head, traces, ended, by: head.by === holder ? "" : head.by };
    this.#isUrgent = true;
  }
}

/** null: the same as the live one's. */
const overdraftOf = ({ overdraft }: Ledger, live: Ledger): OverdraftMeter | null =>
  overdraft.at === live.overdraft.at && overdraft.usedMs === live.overdraft.usedMs ? null : overdraft;

/** L1: people under the keys that count now. */
function respellHead(head: ShadowHead, spell: Spell): ShadowHead {
  const own = <T extends HolderId | "">(holder: T) => (holder === "" ? holder : spell(holder as HolderId));
  const { difference, ended } = head;
  const latest = difference.latest.map((one) => ({ ...one, holder: own(one.holder) }));
  const traces = head.traces.map((trace) =>
    "person" in trace ? { ...trace, person: { ...trace.person, id: own(trace.person.id) as HolderId } } : trace,
  );
  return {
    ...head,
    by: own(head.by),
    traces,
    ended: ended && { ...ended, by: own(ended.by) },
    difference: { ...difference, latest },
  };
}
