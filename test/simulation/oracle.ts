/**
 * What must hold after every step, judged apart from the ledger's own bookkeeping: from the events, from the
 * passes issued, and by counting everything again.
 */
import { isDeepStrictEqual } from "node:util";
import type { DenialId, HolderId } from "../../shared/ids.ts";
import { membershipOfHolder, takenBy } from "../../worker/ledger/allocation/occupancy.ts";
import { membershipOf, noRoom, roomWithout } from "../../worker/ledger/allocation/pools.ts";
import { HEAD_START_MS, othersFirst } from "../../worker/ledger/allocation/queue.ts";
import type { Command } from "../../worker/ledger/command.ts";
import type { Event } from "../../worker/ledger/event.ts";
import { evolve } from "../../worker/ledger/evolve/index.ts";
import type { Ledger } from "../../worker/ledger/ledger.ts";
import type { OverVia } from "../../worker/ledger/over.ts";
import type { Person } from "../../worker/ledger/person.ts";
import { PRIORITY_MAX } from "../../worker/ledger/settings/settings.ts";
import { copyEach, copyLease } from "../../worker/ledger/shadow/fork.ts";
import type { Step } from "../../worker/ledger/step.ts";
import type { Effective } from "../../worker/ledger/time/schedule.ts";
import { checkAhead, checkCounts, checkDue } from "./counting.ts";
import { replicaOf } from "./replica.ts";
import { must } from "./violation.ts";

/** How many of the people can sit at once, reserved seats being for their pools alone. */
function seatable(people: readonly number[], { limit, pools }: Effective): number {
  const seats: (number | null)[] = pools.flatMap(({ bit, reserved }) => Array<number>(reserved).fill(1 << bit));
  while (seats.length < limit) seats.push(null);
  const taken = new Map<number, number>();
  const place = (person: number, seen: Set<number>): boolean => {
    for (const [seat, pool] of seats.entries()) {
      if (seen.has(seat) || (pool !== null && !((people[person] ?? 0) & pool))) continue;
      seen.add(seat);
      const sitting = taken.get(seat);
      if (sitting !== undefined && !place(sitting, seen)) continue;
      taken.set(seat, person);
      return true;
    }
    return false;
  };
  return people.filter((_, person) => place(person, new Set())).length;
}

/** As worker/ledger/allocation/allowance.ts has it. */
const ACTS_AT_ONCE = 30;
const COSTLY: ReadonlySet<Event["type"]> = new Set<Event["type"]>([
  "seat_granted",
  "line_joined",
  "change_refused",
  "seats_requested",
]);
/** As worker/ledger/requests.ts has them. */
const REQUESTS_MAX = 50;
const DECIDED_KEPT = 20;

export class Oracle {
  readonly #open = new Map<HolderId, DenialId>();
  readonly #denials = new Set<DenialId>();
  readonly #overdrawn = new Set<HolderId>();
  /** L29: since when a lent seat is owed to somebody who waits. */
  readonly #owedSince = new Map<HolderId, number>();
  /** L32: to whom people gave the last seat that they had. */
  readonly #gaveTo = new Map<HolderId, HolderId>();
  #overdraftMs = 0;
  #meteredAt = 0;
  #month = { from: 0, to: 0 };
  /** When each person's allowance is whole again; memory's alone. */
  readonly #wholeAt = new Map<HolderId, number>();
  #replica: Ledger;
  #steps = 0;
  readonly #wholeEvery: number;

  constructor(ledger: Ledger, wholeEvery: number) {
    this.#replica = replicaOf(ledger);
    this.#wholeEvery = wholeEvery;
  }

  /** Checks one step of `ledger` at `now`; throws a `Violation` that names the rule. */
  check(ledger: Ledger, command: Command, done: Step, now: number): void {
    const at = Math.max(now, ledger.lastAt);
    let isOfSchedule = false;
    for (const event of done.events) {
      this.#checkRoom(event);
      this.#checkAllowance(event);
      if (event.type === "records_reported") this.#checkRecords(event);
      if (event.type === "absence_forgotten") this.#checkForgotten(event);
      if (event.type === "seat_handed_over") this.#checkHandover(event, done);
      if (event.type === "seats_requested" || event.type === "request_decided") this.#checkRequest(event, done);
      if (event.type === "settings_changed" || event.type === "schedule_turned") isOfSchedule = true;
      this.#meterOverdraft(event.at);
      evolve(this.#replica, event);
      this.#noteOverdrawn(event);
      this.#noteDenial(event);
      this.#noteGift(event);
    }
    checkDue(ledger, at);
    if (isOfSchedule) checkAhead(ledger, at);
    this.#checkClosed(ledger, command, done);
    this.#checkPromises(ledger, at);
    // Without an event nothing that is counted can have changed.
    if (done.events.length > 0) checkCounts(ledger);
    this.#checkRights(command, done);
    if (command.type === "claim" && done.outcome.type === "denied") {
      const { assigned } = ledger.settings.named;
      const { reason } = done.outcome.denied;
      must(
        ledger.settings.enforced || reason === "too_often" || ledger.effective.closed,
        () => `[L24] ${command.person.id} was refused, ${reason}, and the tenant only observes`,
      );
      must(
        // L2.4: thirty times in a row, which takes a clock that is held.
        reason === "too_often" || ledger.effective.closed || !assigned.some(({ id }) => id === command.person.id),
        () => `[L14] ${command.person.id} has a named licence and was refused, ${reason}`,
      );
    }
    if (command.type === "check") {
      must(
        !done.events.some((event) => event.holder === command.person.id && event.type === "seat_granted"),
        () => "[L19] a check consumed a seat",
      );
    }
    if (++this.#steps % this.#wholeEvery === 0) this.checkWhole(ledger);
  }

  /** The event log replayed equals the state. */
  checkWhole(ledger: Ledger): void {
    const state = ({ deadlines: _, lineIndex: __, overIndex: ___, leases, ...rest }: Ledger) => ({
      ...rest,
      leases: copyEach(leases, copyLease),
    });
    must(
      isDeepStrictEqual(state(ledger), state(this.#replica)),
      () => "[R2] the events replayed do not give the state",
    );
  }

  /** The operator changed it. */
  adopt(timing: Ledger["timing"]): void {
    this.#replica.timing = timing;
  }

  /** The ledger came back from its rows. */
  follow(ledger: Ledger): void {
    this.#replica = replicaOf(ledger);
    this.#wholeAt.clear();
  }

  /** L31: while a closing lasts nobody but support gets a seat, nobody is offered one, and the reason is its own. */
  #checkClosed(ledger: Ledger, command: Command, done: Step): void {
    if (!ledger.effective.closed) {
      const told = done.outcome.type === "denied" ? done.outcome.denied.reason : null;
      must(told !== "closed_for_maintenance", () => "[L31] somebody was told that it is closed, and it is open");
      return;
    }
    for (const [holder, { offeredUntil }] of ledger.line)
      must(offeredUntil === null, () => `[L31] ${holder} is offered a seat while it is closed`);
    if (command.type !== "claim" || command.person.role === "support") return;
    // What an integration remembers judges no running lease (L9): by that, the person is support.
    if (command.isRemembered === true && ledger.leases.has(command.person.id)) return;
    must(
      done.outcome.type === "denied" && done.outcome.denied.reason === "closed_for_maintenance",
      () => `[L31] ${command.person.id} claimed while it is closed: ${done.outcome.type}`,
    );
  }

  /** L2, L9, L10, L17: a seat is given only where there is room beside everybody else. */
  #checkRoom(event: Event): void {
    if (event.type !== "seat_offered" && (event.type !== "seat_granted" || event.exempt)) return;
    const { holder } = event;
    const { inUse, effective, line } = this.#replica;
    const waiting = line.get(holder);
    if (event.type === "seat_granted" && waiting?.offeredUntil != null) return;
    const by = event.type === "seat_granted" ? event.over?.via : event.over;
    if (by !== undefined) {
      this.#checkBeyond(holder, by);
      return;
    }
    // L24: an offer of before counts from the moment on at which the limit is enforced.
    if (event.type === "seat_offered" && waiting?.offeredUntil != null) return;
    // L32: the draining seat of a giver is the colleague's, so the giver needs room beside it, as anybody does.
    const givenTo = [...line].find(([, { givenBy }]) => givenBy === holder)?.[0];
    if (takenBy(this.#replica, holder) !== "within" || givenTo !== undefined) {
      must(inUse < effective.limit, () =>
        givenTo === undefined
          ? `[L9] ${holder}: ${event.type} with ${inUse} of ${effective.limit} in use`
          : `[L32] ${holder} took the seat back that was given to ${givenTo}`,
      );
      this.#checkReservations(holder, event.type === "seat_granted" ? event.person : null);
    }
    if (event.type === "seat_granted") {
      // L15: an own draining seat is taken over only when nobody has a better right.
      must(
        !othersFirst(this.#replica, holder) || this.#replica.drains.get(holder)?.exempt !== false,
        () => `[L15] ${holder} was seated before others who wait`,
      );
      return;
    }
    const own = membershipOfHolder(this.#replica, holder);
    if (this.#isDue(holder)) return;
    for (const [other] of line) {
      // L29: what is promised by a lent pool comes first.
      if (effective.pools.some(({ lentMs }) => lentMs !== null)) break;
      const isSame = other !== holder && membershipOfHolder(this.#replica, other) === own;
      must(!isSame || !this.#isDue(other), () => `[L32] ${holder} was offered the seat that was given to ${other}`);
    }
    for (const [other, place] of line) {
      if (other === holder || place.offeredUntil !== null || waiting === undefined) continue;
      const same = membershipOfHolder(this.#replica, other) === own;
      // L32: whoever gave a seat away comes after the others to whom a lent one is owed.
      if (this.#gaveTo.has(other) && effective.pools.some(({ lentMs }) => lentMs !== null)) continue;
      must(!same || place.rank >= waiting.rank, () => `[L15] ${holder} was offered a seat before ${other}`);
      const overtaken = waiting.since - place.since;
      must(
        !same || overtaken <= PRIORITY_MAX * HEAD_START_MS,
        () => `[L15] ${other} starves: overtaken by ${overtaken} ms`,
      );
    }
  }

  /** L32: somebody's seat was given to this person, and no pass on it is out any more. */
  #isDue(holder: HolderId): boolean {
    const giver = this.#replica.line.get(holder)?.givenBy ?? null;
    return giver !== null && !this.#replica.drains.has(giver);
  }

  #noteGift(event: Event): void {
    const { type, holder } = event;
    if (type === "seat_handed_over") this.#gaveTo.set(event.actor.id, holder);
    if (type === "seat_granted" || type === "absence_forgotten") this.#gaveTo.delete(holder);
    if (type === "ending_anonymized" && this.#gaveTo.get(holder) === event.of) this.#gaveTo.delete(holder);
  }

  /** L32: the colleague to whom this person gave a seat waits for it, or has it. */
  #standsBack({ leases, line }: Ledger, holder: HolderId): boolean {
    const to = this.#gaveTo.get(holder);
    return to !== undefined && (leases.has(to) || line.has(to));
  }

  /** L32: a counted seat of the limit's, to somebody who waits for it; past the line only where that is allowed. */
  #checkHandover({ holder, actor }: Extract<Event, { type: "seat_handed_over" }>, done: Step): void {
    const { settings, leases, line } = this.#replica;
    const lease = leases.get(actor.id);
    const waiting = line.get(holder);
    must(settings.handover !== "off", () => `[L32] ${actor.id} handed over, and the tenant allows it to nobody`);
    must(
      lease?.exempt === false && lease.over === null && lease.nudge?.recalled !== true,
      () => `[L32] ${actor.id} handed over a seat that is not one to give`,
    );
    must(
      done.events.some(({ type, holder: other }) => type === "lease_ended" && other === actor.id),
      () => `[L32] ${actor.id} handed over and kept the seat`,
    );
    must(
      waiting?.offeredUntil === null && (waiting.givenBy === null || this.#isDue(holder)),
      () => `[L32] ${holder} was given a seat and does not wait for one`,
    );
    if (settings.handover !== "turn" || lease === undefined) return;
    const without = roomWithout(this.#replica, membershipOf(this.#replica, lease.person));
    for (const [other, place] of line) {
      if (place.offeredUntil !== null || other === holder || waiting === undefined) continue;
      if ((place.givenBy !== null && !this.#isDue(other)) || this.#isDue(holder)) continue;
      const isSooner = place.rank < waiting.rank || (place.rank === waiting.rank && place.order < waiting.order);
      const isBefore = this.#isDue(other) || isSooner;
      must(
        !isBefore || noRoom(this.#replica, membershipOfHolder(this.#replica, other), without) !== null,
        () => `[L32] ${holder} was given a seat before ${other}`,
      );
    }
  }

  /** L24, L28: only while the tenant observes, or as far as support has said. */
  #checkBeyond(holder: HolderId, by: OverVia): void {
    const { settings, inUse, effective } = this.#replica;
    if (by === "observing") {
      must(
        !settings.enforced || takenBy(this.#replica, holder) === by,
        () => `[L24] ${holder} was let in beyond an enforced limit`,
      );
      return;
    }
    if (takenBy(this.#replica, holder) === by) return;
    const others = [...this.#overdrawn].filter((other) => other !== holder).length;
    must(
      settings.enforced && others < settings.overdraft.seats,
      () => `[L28] ${holder} is one of ${others + 1} beyond the limit, of ${settings.overdraft.seats}`,
    );
    must(inUse + others >= effective.limit, () => `[L28] ${holder} was let in beyond the limit while seats are free`);
    const { hoursPerMonth } = settings.overdraft;
    must(
      hoursPerMonth === null || this.#overdraftMs < hoursPerMonth * 3_600_000,
      () => `[L28] ${holder} was let in beyond the limit after ${this.#overdraftMs} ms of ${hoursPerMonth} hours`,
    );
  }

  /** L28: seat time beyond the limit, counted apart: people by time, from the first of the month. */
  #meterOverdraft(at: number): void {
    if (at < this.#month.from || at >= this.#month.to) {
      const date = new Date(at);
      const startOf = (months: number) => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months);
      this.#month = { from: startOf(0), to: startOf(1) };
      this.#overdraftMs = 0;
    }
    this.#overdraftMs += this.#overdrawn.size * Math.max(0, at - Math.max(this.#meteredAt, this.#month.from));
    this.#meteredAt = Math.max(at, this.#meteredAt);
  }

  #noteOverdrawn({ holder }: Event): void {
    if (takenBy(this.#replica, holder) === "overdraft") this.#overdrawn.add(holder);
    else this.#overdrawn.delete(holder);
  }

  /** L17, by trying all seatings (Kuhn's matching): with this person one more of those present can sit down. */
  #checkReservations(holder: HolderId, person: Person | null): void {
    const { effective } = this.#replica;
    const newcomer = person === null ? membershipOfHolder(this.#replica, holder) : membershipOf(this.#replica, person);
    const present: number[] = [];
    for (const [membership, people] of this.#replica.counts) for (let n = 0; n < people; n++) present.push(membership);
    for (const { bit, most } of effective.pools) {
      if (most === null || !(newcomer & (1 << bit))) continue;
      const members = present.filter((membership) => membership & (1 << bit)).length;
      must(members < most, () => `[L17] ${holder} was seated beside ${members} of a group that may have ${most}`);
    }
    if (effective.pools.length === 0) return;
    const kept = { ...effective, pools: this.#keptPools(present, newcomer) };
    const before = seatable(present, kept);
    must(
      seatable([...present, newcomer], kept) === before + 1,
      () => `[L17] ${holder} got a seat that is reserved for others`,
    );
  }

  /** L29: a lent pool keeps as many seats as its people here, in line and coming need. */
  #keptPools(present: readonly number[], newcomer: number): Effective["pools"] {
    const { line, effective } = this.#replica;
    const waiting = [...line.keys()].filter(
      (holder) => line.get(holder)?.offeredUntil === null && !this.#standsBack(this.#replica, holder),
    );
    const own = [...present, newcomer, ...waiting.map((holder) => membershipOfHolder(this.#replica, holder))];
    return effective.pools.map((pool) => {
      const wanted = own.filter((membership) => membership & (1 << pool.bit)).length;
      return pool.lentMs === null ? pool : { ...pool, reserved: Math.min(pool.reserved, wanted) };
    });
  }

  /** L29: whoever waits while fewer of the pool's people work than seats are reserved has one within the promised time. */
  #checkPromises(ledger: Ledger, at: number): void {
    const { effective, line } = ledger;
    let reserved = 0;
    let isLent = false;
    for (const pool of effective.pools) {
      reserved += pool.reserved;
      if (pool.lentMs !== null) isLent = true;
    }
    if (!isLent || line.size === 0) {
      this.#owedSince.clear();
      return;
    }
    /** And when they joined the line. */
    const owed = new Map<HolderId, number>();
    const isSound = !effective.closed && reserved <= effective.limit && ledger.inUse <= effective.limit;
    for (const { bit, lentMs, reserved: seats, most } of isSound ? effective.pools : []) {
      if (lentMs === null) continue;
      let ahead = 0;
      for (const [membership, people] of ledger.counts) if (membership & (1 << bit)) ahead += people;
      const waiting = [...line].filter(
        ([holder]) => membershipOfHolder(ledger, holder) & (1 << bit) && !this.#standsBack(ledger, holder),
      );
      const gave = (holder: HolderId) => Number(this.#gaveTo.has(holder));
      // No other pool's maximum is in the way.
      const isFree = (membership: number) =>
        effective.pools.every((other) => other.bit === bit || other.most === null || !(membership & (1 << other.bit)));
      for (const [holder, { offeredUntil, since }] of waiting.sort(
        ([one, a], [other, b]) => gave(one) - gave(other) || a.rank - b.rank || a.order - b.order,
      )) {
        if (offeredUntil !== null) continue;
        if (isFree(membershipOfHolder(ledger, holder)) && ahead++ < Math.min(seats, most ?? seats))
          owed.set(holder, since);
      }
      for (const [holder, joinedAt] of owed) {
        // Whoever left the line and came back within one step has waited since then.
        const since = Math.max(this.#owedSince.get(holder) ?? at, joinedAt);
        this.#owedSince.set(holder, since);
        must(
          at - since <= lentMs,
          () => `[L29] ${holder} waits for a lent seat for ${at - since} ms, promised were ${lentMs}`,
        );
      }
    }
    for (const holder of this.#owedSince.keys()) if (!owed.has(holder)) this.#owedSince.delete(holder);
  }

  /** L2: thirty in a row, then one in a while, of what stays in the audit for months. An offered seat was paid for by joining. */
  #checkAllowance({ type, holder, at }: Event): void {
    if (!COSTLY.has(type)) return;
    const { actEveryMs } = this.#replica.timing;
    const wholeAt = Math.max(this.#wholeAt.get(holder) ?? 0, at) + actEveryMs;
    this.#wholeAt.set(holder, wholeAt);
    const isOffered = type === "seat_granted" && this.#replica.line.get(holder)?.offeredUntil != null;
    must(
      isOffered || wholeAt - at <= ACTS_AT_ONCE * actEveryMs,
      () => `[L2] ${holder} caused ${type} more than ${ACTS_AT_ONCE} times in a row`,
    );
  }

  /** L14: a share of the agreed number is told when it is first reached. */
  #checkRecords({ count, agreed, reached }: Extract<Event, { type: "records_reported" }>): void {
    const { records } = this.#replica.settings;
    must(agreed === records.agreed, () => "[L14] records were measured by another number than the one agreed");
    const isAbove = (share: number, number: number | null) =>
      agreed !== null && number !== null && 100 * number >= share * agreed;
    const told = [100, 90, 80].find((share) => isAbove(share, count) && !isAbove(share, records.count)) ?? null;
    must(reached === told, () => `[L14] ${count} of ${agreed} records reached ${told} per cent, told was ${reached}`);
  }

  /** Q1, Q2: one open request a person and kind; each is decided once, by those who may, with the change it asked for. */
  #checkRequest(event: Extract<Event, { type: "seats_requested" | "request_decided" }>, done: Step): void {
    const { requests, limit } = this.#replica.settings;
    const open = requests.filter(({ decision }) => decision === null);
    must(requests.length - open.length <= DECIDED_KEPT, () => "[Q2] too many decided requests are kept");
    if (event.type === "seats_requested") {
      const { id, kind, count, actor } = event;
      must(open.length < REQUESTS_MAX, () => "[Q1] there were too many open requests for another");
      must(!requests.some((other) => other.id === id), () => `[Q1] two requests are ${id}`);
      must(
        !open.some((other) => other.kind === kind && other.person.id === actor.id),
        () => `[Q1] ${actor.id} has two open requests for ${kind}`,
      );
      must(kind === "more" || actor.role !== "user", () => `[Q1] a plain user asked for a limit of ${count}`);
      must(
        count >= 1 && (kind === "more" || count < limit),
        () => `[Q1] ${kind} ${count} was asked at a limit of ${limit}`,
      );
      return;
    }
    const { id, end, actor } = event;
    const request = open.find((other) => other.id === id);
    must(request !== undefined, () => `[Q2] request ${id} was decided and is not open`);
    must(
      actor.role === "support" || (actor.role !== "user" && request?.kind === "more"),
      () => `[Q2] ${actor.role} decided a request for ${request?.kind}`,
    );
    const changed = done.events.find(({ type }) => type === "limit_changed" || type === "settings_changed");
    const wanted = { raise: "limit_changed", lower: "limit_changed", boost: "settings_changed", decline: undefined }[
      end
    ];
    must(
      changed?.type === wanted,
      () => `[Q2] a request ended by ${end}, and ${changed?.type ?? "nothing"} came of it`,
    );
    if (changed?.type !== "limit_changed") return;
    const due = request?.kind === "lower" ? request.count : changed.from + (request?.count ?? 0);
    must(changed.to === due, () => `[Q2] the limit went to ${changed.to} for a request that asked for ${due}`);
  }

  /** Nobody is forgotten who has something, wants something, or was just refused. */
  #checkForgotten({ holder }: Event): void {
    const { leases, drains, line, absences } = this.#replica;
    must(
      !leases.has(holder) && !drains.has(holder) && !line.has(holder) && absences.get(holder)?.denial === null,
      () => `[L9] ${holder} was forgotten and needs to be known`,
    );
  }

  #noteDenial(event: Event): void {
    if (event.type === "denial_opened") {
      must(!this.#denials.has(event.id), () => `[R1] denial ${event.id} was opened twice`);
      must(!this.#open.has(event.holder), () => `[R1] ${event.holder} has two denials open`);
      this.#denials.add(event.id);
      this.#open.set(event.holder, event.id);
    }
    if (event.type === "denial_repeated") {
      must(
        this.#open.get(event.holder) === event.id,
        () => `[R1] a denial of ${event.holder} that is not open was repeated`,
      );
    }
    if (event.type === "denial_closed") {
      must(
        this.#open.get(event.holder) === event.id,
        () => `[R1] a denial of ${event.holder} that is not open was closed`,
      );
      this.#open.delete(event.holder);
      this.#denials.delete(event.id);
    }
  }

  #checkRights(command: Command, done: Step): void {
    for (const event of done.events) {
      if (event.type === "settings_changed") {
        must(event.actor.role !== "user", () => `[L10] a plain user changed ${event.what}`);
      }
      if (
        event.type === "settings_changed" &&
        (event.patch.overdraft !== undefined || event.patch.enforced === false)
      ) {
        must(event.actor.role === "support", () => `[L28] ${event.actor.role} changed ${event.what}`);
      }
      if (event.type !== "limit_changed") continue;
      const allowed = event.to > event.from ? event.actor.role !== "user" : event.actor.role === "support";
      must(
        allowed && (command.type === "set_limit" || command.type === "decide_request"),
        () => `[L10] ${event.actor.role} changed the limit from ${event.from} to ${event.to}`,
      );
    }
  }
}
