/** What people and their clients ask of a tenant's object: claims, signs of life, the line, and what would be let in. */
import type { ClientId, HolderId, TabId } from "../../shared/ids.ts";
import type { Problem } from "../../shared/problem.ts";
import type { Heartbeat } from "../../shared/protocol.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import { holderSpelling } from "../identity/holder-spelling.ts";
import { nextInTurn } from "../ledger/allocation/handover.ts";
import { mayGoOn } from "../ledger/allocation/overdraft.ts";
import type { Command, Denied } from "../ledger/command.ts";
import { deniedOf } from "../ledger/decide/denied.ts";
import { faultOfGiver, NOT_IN_TURN } from "../ledger/decide/hand-over.ts";
import { fullnessOf } from "../ledger/fullness.ts";
import { hasPages, mayAdminister, type Person } from "../ledger/person.ts";
import { claimAgain } from "../ledger/read/claim-again.ts";
import { isSameWait, standingOf } from "../ledger/read/standing.ts";
import type { Step } from "../ledger/step.ts";
import { nextDeadline } from "../ledger/time/expiry.ts";
import { namedWaiter } from "./named-waiter.ts";
import {
  type Caller,
  type ClaimAnswer,
  type ClaimCall,
  type Known,
  type OpenSocket,
  type ShownPass,
  type StatusAnswer,
  WATCH_MS,
} from "./tenant-calls.ts";
import type { TenantParts } from "./tenant-parts.ts";
import { tokenOf } from "./tokens/native-people.ts";

export class SeatCalls {
  readonly #parts: TenantParts;

  constructor(parts: TenantParts) {
    this.#parts = parts;
  }

  claim({ gate, ...call }: ClaimCall): ClaimAnswer {
    const { host, groups, rights, live, native, contact } = this.#parts;
    if (gate !== undefined) host.load().meter.addGate(gate);
    const judged = rights.judge(call.person);
    const endedAt = this.#endedSince(call);
    if (endedAt !== null) {
      const denied = deniedOf(host.load().ledger, judged.id, "ask_again", host.now);
      return { granted: false, isStale: true, endedAt, denied: { ...denied, contact, mayAdminister: false } };
    }
    const unmet = this.#unmet(judged);
    if (unmet !== null) return { granted: false, denied: { ...unmet, contact, mayAdminister: false } };
    // A13: a seat rests on no pool that its person manages.
    const { manages: _, ...holder } = judged;
    const person = groups.withGroups(holder);
    if (call.isRemembered !== true) rights.confirmed(judged);
    const { outcome } = host.run({ type: "claim", ...call, person });
    const isManager = hasPages(judged);
    // A lost right shows when the CRM is asked again, which comes here with the next claim.
    if (!isManager) live.endAdministration(person.id);
    if (outcome.type === "granted") {
      const token = tokenOf(call.person);
      if (token !== null) native.seen(call.person, token);
      const wantsRecords = host.load().ledger.settings.model === "records" && mayAdminister(judged.role);
      return { granted: true, pass: outcome.pass, exempt: outcome.exempt, ...(wantsRecords ? { wantsRecords } : {}) };
    }
    if (outcome.type === "denied") {
      const token = tokenOf(call.person);
      if (token !== null) native.turnedAway(call.person, token, outcome.denied.reason);
      return { granted: false, denied: { ...outcome.denied, contact, mayAdminister: isManager } };
    }
    throw new Error(`a claim was answered ${outcome.type}`);
  }

  confirmPass(pass: ShownPass): boolean {
    const { host } = this.#parts;
    const { at } = host.run({ type: "tick" });
    const claim = claimAgain(host.load().ledger, pass, at);
    return claim !== null && host.run(claim).outcome.type === "granted";
  }

  /** Would the person be let in? */
  check(asked: Person, clientKind: string): { pass: boolean; denied: Denied | null; limit: number; inUse: number } {
    const { host, groups, rights, native } = this.#parts;
    const judged = rights.judge(asked);
    const unmet = this.#unmet(judged);
    if (unmet !== null) return { pass: false, denied: unmet, limit: unmet.limit, inUse: unmet.inUse };
    const person = groups.withGroups(judged);
    const { outcome } = host.run({ type: "check", person });
    if (outcome.type !== "checked") throw new Error(`a check was answered ${outcome.type}`);
    const token = tokenOf(person);
    if (token !== null && outcome.denied !== null) native.refused(person, token, clientKind, outcome.denied);
    else if (token !== null) native.seen(person, token);
    const { limit, inUse } = fullnessOf(host.load().ledger);
    return { pass: outcome.pass, denied: outcome.denied, limit, inUse };
  }

  /** N6: why somebody whom a program names is answered nothing else; null: they are no stranger. */
  #unmet(person: Person): Denied | null {
    const token = tokenOf(person);
    if (token === null) return null;
    const { host, native } = this.#parts;
    const { ledger } = host.load();
    const isKnown = ledger.leases.has(person.id) || ledger.absences.has(person.id);
    if (isKnown || native.mayMeet(person.id, token, fullnessOf(ledger).limit)) return null;
    return deniedOf(ledger, person.id, "too_often", host.now);
  }

  heartbeat(caller: Caller, beat: Heartbeat): Known<StatusAnswer> {
    const { person, session } = caller;
    this.#parts.host.load().meter.countHeartbeat();
    return this.answer(caller, { type: "heartbeat", holder: person.id, session, beat });
  }

  bye(caller: Caller, client: ClientId, tab: TabId): Known<StatusAnswer> {
    if (this.isStale(caller)) return null;
    const { person, session } = caller;
    // L6: a document may be gone before its first heartbeat was. This one counts only of a client that nobody knows (P3).
    const beat = { client, seq: 0, tabs: [{ id: tab, activeAgeMs: null }] };
    this.#parts.host.run({ type: "heartbeat", holder: person.id, session, beat });
    return this.answer(caller, { type: "close_tab", holder: person.id, client, tab });
  }

  async wait(caller: Caller): Promise<Known<StatusAnswer>> {
    const { host, waiters, config } = this.#parts;
    const holder = caller.person.id;
    const wasInLine = host.load().ledger.line.has(holder);
    const first = this.answer(caller, { type: "wait", holder });
    // A person who has just joined wants to read the place in line now.
    if (first === null || !wasInLine) return first;
    const until = Date.now() + config.timing.waitPollMs;
    let answer: Known<StatusAnswer> = first;
    while (answer !== null && answer.status.state === "waiting" && isSameWait(answer.status, first.status)) {
      const left = until - Date.now();
      if (left <= 0) break;
      // An alarm may be late by a minute; a person who waits is told on time all the same.
      const due = (nextDeadline(host.load().ledger) ?? Number.POSITIVE_INFINITY) - Date.now();
      await waiters.woken(holder, Math.min(left, Math.max(due, 20)));
      answer = this.answer(caller, { type: "tick" });
    }
    return answer;
  }

  async watch(holder: HolderId, open?: OpenSocket): Promise<"ended" | "again"> {
    const { host, waiters } = this.#parts;
    host.run(open === undefined ? { type: "tick" } : { type: "stay", holder, ...open });
    const until = Date.now() + WATCH_MS;
    for (;;) {
      const { ledger } = host.load();
      if (!mayGoOn(ledger, holder)) return "ended";
      const left = until - Date.now();
      if (left <= 0) return "again";
      if ((await waiters.woken(holder, left)) === "ended") return "ended";
    }
  }

  /** L32: gives the caller's seat to whoever is meant by what was typed. */
  handOver(caller: Caller, typed: string): Known<Result<StatusAnswer, Problem>> {
    if (this.isStale(caller)) return null;
    const { host, nameTries } = this.#parts;
    host.run({ type: "tick" });
    const { id } = caller.person;
    const fault = faultOfGiver(host.load().ledger, id) ?? nameTries.fault(id, host.now);
    if (fault !== null) return err(fault);
    const to = this.#takerNamed(id, typed);
    const given = to.ok ? this.ask(caller, { type: "hand_over", holder: id, to: to.value }) : to;
    // The seat of whoever named the right one is gone; only the others could go on to try names.
    if (given?.ok === false) nameTries.count(id, host.now);
    return given;
  }

  /** Who is meant by what the holder `id` typed. */
  #takerNamed(id: HolderId, typed: string): Result<HolderId, Problem> {
    const { host, config } = this.#parts;
    const { ledger } = host.load();
    const lease = ledger.leases.get(id);
    if (lease === undefined) return err(NOT_IN_TURN);
    const isTurn = ledger.settings.handover === "turn";
    const next = isTurn ? nextInTurn(ledger, lease) : null;
    // Nobody else's name is compared, so no answer tells who waits.
    const line = isTurn ? new Map([...ledger.line].filter(([holder]) => holder === next)) : ledger.line;
    const to = namedWaiter({ line, absences: ledger.absences }, typed, holderSpelling(config));
    return !to.ok && isTurn ? err(NOT_IN_TURN) : to;
  }

  /** Runs the command; answers where the caller stands then. */
  answer(caller: Caller, command: Command): Known<StatusAnswer> {
    return this.isStale(caller) ? null : this.#standing(caller, this.#parts.host.run(command));
  }

  /** The same of a command that may be refused. */
  ask(caller: Caller, command: Command): Known<Result<StatusAnswer, Problem>> {
    if (this.isStale(caller)) return null;
    const done = this.#parts.host.run(command);
    return done.outcome.type === "refused" ? err(done.outcome.problem) : ok(this.#standing(caller, done));
  }

  /** I9: nobody acts for whose session it was before a sign-out; the next request to the CRM brings a new identity cookie. */
  isStale(caller: Caller): boolean {
    return this.#endedSince(caller) !== null;
  }

  #endedSince({ session, person, identifiedAt }: Caller): number | null {
    return this.#parts.endedSessions.endedSince(session, person.id, identifiedAt);
  }

  #standing(caller: Caller, { outcome, at }: Step): StatusAnswer {
    const { host, rights, config, contact } = this.#parts;
    const tenant = { name: config.tenantName, contact };
    return {
      status: standingOf(host.load().ledger, rights.judge(caller.person), tenant, at),
      letsGo: outcome.type === "let_go",
    };
  }
}
