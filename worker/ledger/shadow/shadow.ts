/**
 * L33: proposed settings beside the live ones. A second ledger, forked from the live one, steps through the same commands
 * by the same `decide` and `evolve`; what it decides reaches nobody. Pure: the shell gives each command with what the live
 * ledger made of it.
 */
import { MINUTE_MS } from "../../../shared/durations.ts";
import type { HolderId } from "../../../shared/ids.ts";
import type { Command } from "../command.ts";
import { DONE } from "../decide/decision.ts";
import type { Event } from "../event.ts";
import type { Ledger } from "../ledger.ts";
import type { Settings } from "../settings/settings.ts";
import { type Step, step, stepBy } from "../step.ts";
import { nextDeadline } from "../time/expiry.ts";
import {
  countEpisode,
  countEvents,
  countPresent,
  type Difference,
  differenceAbout,
  type Episode,
  forgetInDifference,
} from "./difference.ts";
import { followSettings, isOfSettings } from "./follow-settings.ts";
import { forgetPerson } from "./forget-person.ts";
import { needsStandIn, standIn } from "./stand-in.ts";

/** After so long without a command nobody was at work, and people who hold a seat in the shadow alone are looked at less often. */
const LONG_PAUSE_MS = 10 * MINUTE_MS;
const SPARSE_ROUND_MS = 2 * MINUTE_MS;

export class Shadow {
  readonly ledger: Ledger;
  readonly difference: Difference;
  /** What of the settings is proposed; all else follows the live ones. */
  readonly proposed: ReadonlySet<keyof Settings>;
  /** People about whom the two differ now. */
  readonly open: Map<HolderId, Episode>;
  /** Whose row of the shadow may differ from what was written. */
  readonly touched = new Set<HolderId>();
  /** Whether the difference has grown since it was written. */
  hasNews = false;
  /** People who have a seat, or are offered one, in one of the two alone: what they do is told to the other as what they would do there. */
  readonly #standIns = new Set<HolderId>();
  #roundAt = 0;
  /** When something is due in each of the two; null: never. */
  #liveDueAt: number | null = null;
  #ownDueAt: number | null = null;

  constructor(
    ledger: Ledger,
    proposed: Iterable<keyof Settings>,
    difference: Difference,
    open: Iterable<Episode> = [],
  ) {
    this.ledger = ledger;
    this.proposed = new Set(proposed);
    this.difference = difference;
    this.open = new Map();
    for (const episode of open) if (episode.holder !== "") this.open.set(episode.holder, episode);
  }

  /** Looks at everybody, once it has begun or come back from storage; `at`: ms of the ledger's clock. */
  begin(live: Ledger, at: number): void {
    const { leases, line, absences } = this.ledger;
    for (const people of [live.leases, live.line, live.absences, leases, line, absences]) {
      for (const holder of people.keys()) this.#look(live, holder, at);
    }
    this.#countPresent(live, at);
    this.dueAt(nextDeadline(live));
  }

  /** Differences that still go on end with the shadow. */
  close(at: number): void {
    for (const episode of this.open.values()) countEpisode(this.difference, episode, at);
    this.open.clear();
  }

  /**
   * To be told, whenever the shell looks for the next deadline of the live ledger, what it is: so that the shadow does
   * on its own only what it would have been woken for.
   */
  dueAt(liveDueAt: number | null): void {
    this.#liveDueAt = liveDueAt;
    this.#ownDueAt = nextDeadline(this.ledger);
  }

  /** Takes the same command as `live`, which made `done` of it at `at` (ms of the ledger's clock). Returns its own events. */
  follow(live: Ledger, command: Command, done: Step, at: number): Event[] {
    this.ledger.timing = live.timing;
    const events: Event[] = [];
    this.#catchUp(live, at, events);
    const own = this.#take(command, done, at);
    for (const event of own) events.push(event);
    if (countEvents(this.difference, "live", done.events, live)) this.hasNews = true;
    for (const event of done.events) this.#note(live, event, at);
    for (const event of own) this.#note(live, event, at);
    if (this.#standIns.size > 0) {
      for (const { holder } of [...done.events, ...own]) this.#standInFor(live, holder, at, events);
      const asker = holderOf(command);
      if (asker !== null) this.#standInFor(live, asker, at, events);
    }
    if (countEvents(this.difference, "tried", events, this.ledger)) this.hasNews = true;
    if (done.events.length > 0 || events.length > 0) this.#countPresent(live, at);
    return events;
  }

  #take(command: Command, done: Step, at: number): Event[] {
    const { ledger, proposed } = this;
    if (isOfSettings(command)) {
      return stepBy(ledger, at, () => ({ events: followSettings(done.events, proposed), outcome: DONE })).events;
    }
    if (command.type === "erase") {
      const isForgotten = done.events.some(({ type }) => type === "person_forgotten");
      return stepBy(ledger, at, (now) => ({
        events: isForgotten ? forgetPerson(ledger, command.holder, proposed, now) : [],
        outcome: DONE,
      })).events;
    }
    return step(ledger, command, at).events;
  }

  /** What the shadow would have done by itself since the last command, at the moments at which it would have. */
  #catchUp(live: Ledger, at: number, events: Event[]): void {
    const soonest = (own: number | null) =>
      own !== null && (this.#liveDueAt === null || own < this.#liveDueAt) ? own : Number.POSITIVE_INFINITY;
    let due = soonest(this.#ownDueAt);
    for (;;) {
      const round = this.#standIns.size === 0 ? Number.POSITIVE_INFINITY : this.#roundAt;
      const next = Math.min(due, round);
      if (next >= at) return;
      if (next === due) {
        for (const event of step(this.ledger, { type: "tick" }, due).events) {
          events.push(event);
          this.#note(live, event, due);
        }
      } else {
        for (const holder of [...this.#standIns]) this.#standInFor(live, holder, round, events);
        this.#roundAt += at - round > LONG_PAUSE_MS ? SPARSE_ROUND_MS : this.ledger.timing.waitPollMs;
      }
      due = soonest(nextDeadline(this.ledger));
    }
  }

  /** Twice, for a claim that was refused is followed by waiting. */
  #standInFor(live: Ledger, holder: HolderId, at: number, events: Event[]): void {
    for (let times = 0; times < 2 && this.#standIns.has(holder); times++) {
      const command = standIn(live, this.ledger, holder);
      if (command === null) return;
      const own = step(this.ledger, command, at).events;
      if (own.length === 0) return;
      for (const event of own) {
        events.push(event);
        this.#note(live, event, at);
      }
    }
  }

  #note(live: Ledger, event: Event, at: number): void {
    // Mere signs of life are the same in both.
    if (event.type === "client_heard" || event.type === "gate_seen" || event.type === "waiter_heard") return;
    if (event.type === "pass_issued" && this.ledger.leases.has(event.holder) && live.leases.has(event.holder)) return;
    this.touched.add(event.holder);
    this.#look(live, event.holder, at);
    if (event.type === "nudge_asked") this.touched.add(event.by);
    if (event.type === "person_forgotten") {
      forgetInDifference(this.difference, event.holder);
      this.open.delete(event.holder);
      this.hasNews = true;
    }
  }

  #look(live: Ledger, holder: HolderId, at: number): void {
    if (!needsStandIn(live, this.ledger, holder)) this.#standIns.delete(holder);
    else {
      if (this.#standIns.size === 0) this.#roundAt = at + this.ledger.timing.waitPollMs;
      this.#standIns.add(holder);
    }
    const is = differenceAbout(live, this.ledger, holder);
    const was = this.open.get(holder);
    if (was?.kind === is?.kind) return;
    if (was !== undefined) countEpisode(this.difference, was, at);
    if (is === null) this.open.delete(holder);
    else this.open.set(holder, { holder, ...is, from: at });
    this.hasNews = true;
  }

  #countPresent(live: Ledger, at: number): void {
    if (countPresent(this.difference, "live", live, at)) this.hasNews = true;
    if (countPresent(this.difference, "tried", this.ledger, at)) this.hasNews = true;
  }
}

function holderOf(command: Command): HolderId | null {
  if ("holder" in command) return command.holder;
  return command.type === "claim" ? command.person.id : null;
}
