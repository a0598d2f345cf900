/** What the administration asks of a tenant's object: the view, changes, the records. `asAdmin` or the ledger judges rights. */
import type { HolderId } from "../../shared/ids.ts";
import type { Problem } from "../../shared/problem.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import { sentence } from "../../shared/sentence.ts";
import type { Command } from "../ledger/command.ts";
import { fullnessOf } from "../ledger/fullness.ts";
import { isPoolManager, mayAdminister, type Person } from "../ledger/person.ts";
import { countBrowsers } from "../ledger/read/browsers.ts";
import { type Explanation, explainStanding } from "../ledger/read/explain.ts";
import { managesHolder } from "../ledger/read/pool-scope.ts";
import type { SettingsChange } from "../ledger/settings/settings.ts";
import { keepRecords } from "./audit/record-keeping.ts";
import type { RecordsAnswer, RecordsCall } from "./audit/records-calls.ts";
import { groupNames } from "./known-groups.ts";
import { RateLimit } from "./rate-limit.ts";
import { respellChange } from "./respell.ts";
import { scopeView } from "./rights/scope-view.ts";
import { findHolder, viewSeats } from "./seats-view.ts";
import {
  type AdminView,
  type Change,
  type HolderRow,
  type KnownPerson,
  NO_PEOPLE,
  type PeopleAsk,
  type Vitals,
} from "./tenant-calls.ts";
import type { TenantParts } from "./tenant-parts.ts";
import { type WarningFacts, warningsOf } from "./warnings.ts";

/** A search of people answers this many; a name that fits more is typed further. */
const PEOPLE_FOUND_MAX = 20;

const BEING_MOVED: Problem = {
  code: "too_soon",
  says: sentence("recordsBeingMoved"),
  retryAfterSeconds: 300,
};

export class AdminCalls {
  readonly #parts: TenantParts;
  readonly #costs = new RateLimit();

  constructor(parts: TenantParts) {
    this.#parts = parts;
  }

  /** Of people who may administer only, as the ledger judges by the actor of the command. */
  change(command: Extract<Command, { actor: Person } | { type: "request_seats" }>): Change {
    const { outcome } = this.#parts.host.run(command);
    const actor = "actor" in command ? command.actor : command.person;
    if (outcome.type !== "refused") return ok(this.#view(actor));
    const mayLook = "actor" in command && mayAdminister(actor.role);
    return err({
      ...outcome.problem,
      ...(outcome.problem.code === "stale" && mayLook ? { now: this.#view(actor, NO_PEOPLE) } : {}),
    });
  }

  changeSettings(actor: Person, change: SettingsChange, version: number): Change {
    if (change.what !== "rights") {
      const spelled = respellChange(change, this.#parts.host.spell);
      return this.change({ type: "change_settings", actor, change: spelled, version });
    }
    const refused = this.#parts.rights.change(actor, change.rights, version);
    return refused === null ? ok(this.#view(actor)) : err(refused);
  }

  evict(actor: Person, typed: HolderId, note: string): Change {
    return this.change({ type: "evict", actor, holder: this.#parts.host.meant(typed), note });
  }

  view(actor: Person, ask?: PeopleAsk): Change {
    this.#parts.host.run({ type: "tick" });
    return ok(this.#view(actor, ask));
  }

  holder(actor: Person, typed: HolderId): Result<HolderRow | null, Problem> {
    const { host } = this.#parts;
    host.run({ type: "tick" });
    const holder = host.meant(typed);
    if (this.#isBeyond(actor, holder)) return ok(null);
    return ok(findHolder(host.load().ledger, holder, host.now));
  }

  people(search: string): Result<KnownPerson[], Problem> {
    const found = this.#parts.host.load().outbox.people.search(search, PEOPLE_FOUND_MAX);
    return ok(found.map(({ holder, name, email }) => ({ id: holder as HolderId, name, email })));
  }

  /** A13: the actor's right is limited to pools, and the holder is in none of them. */
  #isBeyond(actor: Person, holder: HolderId): boolean {
    return isPoolManager(actor) && !managesHolder(this.#parts.host.load().ledger, actor, holder);
  }

  explain(actor: Person, typed: HolderId): Result<Explanation, Problem> {
    const { host } = this.#parts;
    host.run({ type: "tick" });
    const holder = host.meant(typed);
    const { ledger } = host.load();
    const person = ledger.leases.get(holder)?.person ?? ledger.absences.get(holder)?.person;
    if (person === undefined || this.#isBeyond(actor, holder))
      return err({ code: "not_found", field: "holder", says: sentence("nobodyHere") });
    const explained = explainStanding(ledger, person);
    return ok(isPoolManager(actor) ? { ...explained, change: null } : explained);
  }

  async records(actor: Person, call: RecordsCall): Promise<Change<RecordsAnswer>> {
    const { host, work, heads } = this.#parts;
    const { ledger, outbox, alerts } = host.load();
    const costly = call.do === "spend" ? call.on : call.do === "test_receiver" ? "message" : null;
    if (costly !== null && mayAdminister(actor.role)) {
      const early = this.#costs.spend(actor.id, costly, Date.now());
      if (early !== null) return err(early);
    }
    // What is counted again is written to D1: not while it is copied.
    if (call.do === "spend" && call.on === "recount" && work.isMoving) return err(BEING_MOVED);
    if (call.do === "test_receiver" && mayAdminister(actor.role)) {
      const { inUse, limit, measure } = fullnessOf(ledger);
      const fault = await alerts.test(call.id, { inUse, limit, measure });
      if (fault !== null) return err({ code: "out_of_range", says: fault });
    }
    const keeping = {
      run: (command: Command) => host.run(command).outcome,
      outbox,
      alerts,
      heads,
      forget: (holder: HolderId) => this.#parts.forget(holder),
    };
    return host.transact(() => keepRecords(keeping, actor, call, host.now));
  }

  vitals(): Vitals {
    const { host, work } = this.#parts;
    host.run({ type: "tick" });
    return { ...this.#delivery(), moving: work.isMoving };
  }

  #view(actor: Person, ask: PeopleAsk | null = null): AdminView {
    const { host, refused, config, contact, groups } = this.#parts;
    const { ledger } = host.load();
    const { now } = host;
    const { refused: refusedToday, spared: sparedToday } = refused.count(ledger.settings, now);
    const firmGroups = groups.list();
    const warnings = warningsOf(this.#warningFacts());
    const beside = { tenantName: config.tenantName, contact, refusedToday, sparedToday, firmGroups, warnings };
    if (!isPoolManager(actor)) return viewSeats(ledger, now, beside, ask);
    return scopeView(
      viewSeats(ledger, now, { ...beside, isShown: (holder) => managesHolder(ledger, actor, holder) }, ask),
      actor,
    );
  }

  /** R2: how far the records are behind, and how long ago their chain divided. */
  #delivery(): Omit<Vitals, "moving"> {
    const { host, work } = this.#parts;
    const { lag, oldestAt } = host.load().outbox;
    const { dividedAt } = work;
    const now = Date.now();
    return {
      dividedAgeMs: dividedAt === null ? null : Math.max(0, now - dividedAt),
      waiting: lag,
      waitingMs: oldestAt === null ? 0 : Math.max(0, now - oldestAt),
    };
  }

  /** A11: what is known beside the ledger, too. */
  #warningFacts(): WarningFacts {
    const { host, groups, config, origin } = this.#parts;
    const { ledger, alerts } = host.load();
    const { hooks } = alerts.view;
    const { dividedAgeMs, waiting, waitingMs } = this.#delivery();
    return {
      full: fullnessOf(ledger),
      records: ledger.settings.model === "records" ? ledger.settings.records : null,
      pools: ledger.settings.pools,
      knownGroups: groupNames(ledger, groups.list()),
      receivers: hooks.filter(({ confirmed, on }) => confirmed && on.length > 0).length,
      deafReceivers: hooks.filter(({ last }) => last !== null && last.fault !== null).length,
      hasSecret: config.crmSecret !== null,
      answersWithoutSecret: origin.answers,
      rowsWaiting: waiting,
      rowsWaitingMs: waitingMs,
      dividedAgeMs,
      ...countBrowsers(ledger, host.now),
      idleTimeoutMs: ledger.settings.idleTimeoutMs,
      crmSessionMs: config.crmSessionMs,
    };
  }
}
