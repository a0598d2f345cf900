/** Some weeks of a small firm, told to the records: people who come, stay and go, and support that changes everything. */
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../shared/durations.ts";
import { BindingId, HolderId, SessionKey, TenantId } from "../../../shared/ids.ts";
import { TIMING } from "../../../shared/timing.ts";
import { chainHash, genesisOf } from "../../../worker/audit/chain.ts";
import { type RecordedEvent, recordEvents } from "../../../worker/audit/event-log.ts";
import { emptyUsage, projectUsage, type UsageState } from "../../../worker/audit/usage/usage-projection.ts";
import type { Command } from "../../../worker/ledger/command.ts";
import { createLedger, type Ledger } from "../../../worker/ledger/ledger.ts";
import type { Person } from "../../../worker/ledger/person.ts";
import { initialSettings, type Pool, type SettingsChange } from "../../../worker/ledger/settings/settings.ts";
import { step } from "../../../worker/ledger/step.ts";
import { SeatTally } from "../../../worker/tenant/audit/seat-tally.ts";
import { createRandom, type Random } from "../../simulation/random.ts";
import { toldRows, wordOf } from "../../simulation/told-rows.ts";

const PEOPLE = 7;
const GROUPS = ["sales", "finance", "field"];
const BOSS: Person = { id: HolderId.parse("boss"), name: "Boss", email: null, role: "support" };
/** Rows of one delivery. */
const PIECE = 300;

export class LivingFirm {
  readonly tenant: TenantId;
  readonly ledger: Ledger;
  readonly people: Person[];
  now: number;
  readonly #random: Random;
  readonly #tally: SeatTally;
  /** Who is at a desk, and until when. */
  readonly #present = new Map<HolderId, number>();
  #hash: string;
  #rows: RecordedEvent[] = [];
  #seq = 0;
  #usage: UsageState = emptyUsage();

  constructor(seed: number, { zone, begin }: { zone: string; begin: number }) {
    this.#random = createRandom(seed);
    this.now = begin;
    this.tenant = TenantId.parse(`living-${seed}`);
    this.#hash = genesisOf(this.tenant);
    const settings = initialSettings(1 + this.#random.below(4), 20 * MINUTE_MS, { timeZone: zone });
    const bounds = { idleTimeoutMinMs: MINUTE_MS, idleTimeoutMaxMs: HOUR_MS };
    this.ledger = createLedger({ timing: TIMING, ...bounds, settings, epoch: seed }, begin);
    this.#tally = new SeatTally(this.ledger);
    this.people = Array.from({ length: PEOPLE }, (_, n) => ({
      id: HolderId.parse(`u${n}`),
      name: `N${n}`,
      email: null,
      role: n === PEOPLE - 1 ? "support" : "user",
      groups: GROUPS.filter((_, place) => (n + place) % 3 === 0 || (n === 1 && place < 2)),
    }));
  }

  /** Goes on until `end` (ms), and delivers what happened. */
  async live(end: number, db: D1Database): Promise<void> {
    const random = this.#random;
    while (this.now < end) {
      const hour = (this.now % DAY_MS) / HOUR_MS;
      const isNight = hour < 5 || hour > 18;
      this.now += isNight ? 20 * MINUTE_MS : 40_000 + random.below(90_000);
      // What happens on the quarter belongs to one of two.
      if (random.once(30)) this.now = Math.ceil(this.now / (15 * MINUTE_MS)) * 15 * MINUTE_MS;
      for (const [holder, until] of this.#present) this.#goOn(holder, until);
      if (random.once(isNight ? 40 : 6)) this.#come(random.pick(this.people).id);
      if (random.once(120)) this.#administer();
      if (random.once(3)) this.#do({ type: "tick" });
    }
    await this.#deliver(db);
  }

  #goOn(holder: HolderId, until: number): void {
    const { ledger } = this;
    if (until < this.now) this.#leave(holder);
    else if (ledger.leases.has(holder)) this.#do({ type: "stay", holder, session: sessionOf(holder), active: true });
    else if (ledger.line.has(holder) && this.#random.once(2)) this.#do({ type: "wait", holder });
    else this.#claim(holder);
  }

  /** Gives the seat back, signs out, or just goes. */
  #leave(holder: HolderId): void {
    this.#present.delete(holder);
    const dice = this.#random.below(4);
    if (dice < 2) this.#do({ type: "release", holder, client: null, tab: null });
    if (dice === 0) this.#do({ type: "hand_back", holder, binding: bindingOf(holder) });
    if (dice === 2) this.#do({ type: "sign_out", holder, session: sessionOf(holder) });
  }

  #come(holder: HolderId): void {
    if (this.#present.has(holder)) return;
    const hours = this.#random.once(8) ? 14 : 3;
    this.#present.set(holder, this.now + this.#random.below(hours * HOUR_MS));
    this.#claim(holder);
  }

  #claim(holder: HolderId): void {
    const person = this.people.find(({ id }) => id === holder) as Person;
    const wish = { act: "navigation", active: true, clientKind: "browser", reservedOnly: false } as const;
    this.#do({ type: "claim", person, session: sessionOf(holder), binding: bindingOf(holder), ...wish });
  }

  #administer(): void {
    const random = this.#random;
    const { version, limit } = this.ledger.settings;
    const dice = random.below(12);
    if (dice < 2) {
      this.#do({ type: "set_limit", actor: BOSS, limit: Math.max(1, limit + random.below(3) - 1), version });
    } else if (dice === 2) {
      this.#do({ type: "evict", actor: BOSS, holder: random.pick(this.people).id, note: "note" });
    } else {
      const change = this.#change(dice);
      if (change !== null) this.#do({ type: "change_settings", actor: BOSS, change, version });
    }
  }

  #change(dice: number): SettingsChange | null {
    const random = this.#random;
    const { named, exempt, boosts } = this.ledger.settings;
    const { id, name } = random.pick(this.people);
    const has = (list: readonly { id: string }[]) => list.some((one) => one.id === id);
    switch (dice) {
      case 3:
        return { what: "boost", extra: 1 + random.below(2), startsInMs: 20 * MINUTE_MS, lastsMs: 3 * HOUR_MS };
      case 4:
        return boosts[0] === undefined ? null : { what: "cancel_boost", id: boosts[0].id };
      case 5:
      case 6:
        if (has(named.assigned)) return { what: "unassign", id };
        if (named.licences > named.assigned.length) return { what: "assign", person: { id, name } };
        return { what: "named_licences", licences: named.licences + 1 };
      case 7:
        return has(exempt) ? { what: "end_exemption", id } : { what: "exempt", person: { id, name } };
      case 8:
        return { what: "model", model: random.pick(["concurrent", "concurrent", "named", "records"] as const) };
      case 9:
        return { what: "overdraft", seats: random.below(3), hoursPerMonth: random.once(2) ? 1 : null };
      case 10:
        return random.once(3)
          ? { what: "close", startsInMs: TIMING.closingAheadMs, lastsMs: 20 * MINUTE_MS, text: "" }
          : { what: "enforcement", enforced: !random.once(3) };
      default:
        return { what: "pools", pools: GROUPS.filter(() => random.once(2)).map((group) => this.#pool(group)) };
    }
  }

  #pool(group: string): Pool {
    const random = this.#random;
    const reserved = random.once(2) && this.ledger.settings.limit > 1 ? 1 : 0;
    const most = random.once(3) ? 1 : null;
    const guarantee = { kind: "strict" } as const;
    return { id: group, name: `Pool ${group}`, groups: [group], reserved, most, guarantee, priority: 0, windows: null };
  }

  async #deliver(db: D1Database): Promise<void> {
    const people = this.people.map(({ id, name, role, email }) => {
      return { person: wordOf(id), holder: id, name, email, role, revision: 1 };
    });
    for (let at = 0; at < this.#rows.length; at += PIECE) {
      const rows = this.#rows.slice(at, at + PIECE);
      const { state, touched } = projectUsage(this.#usage, rows);
      this.#usage = state;
      await recordEvents(db, this.tenant, { rows, people, usage: touched });
    }
    this.#rows = [];
  }

  #do(command: Command): void {
    const { events } = step(this.ledger, command, this.now);
    for (const row of toldRows(events, { ledger: this.ledger, tally: this.#tally, seq: this.#seq })) {
      const { texts: _, ...chained } = row;
      this.#hash = chainHash(this.#hash, this.tenant, chained);
      this.#rows.push({ ...row, hash: this.#hash });
      this.#seq = row.seq;
    }
  }
}

const sessionOf = (holder: HolderId): SessionKey => SessionKey.parse(`${holder}-desk`.padEnd(22, "_"));
const bindingOf = (holder: HolderId): BindingId => BindingId.parse(`binding-of-${holder}`);
