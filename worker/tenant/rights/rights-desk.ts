/**
 * I13: judges what people may do by the tenant's map of rights, with each call, so that another map holds at once and for
 * everybody.
 */
import type { HolderId } from "../../../shared/ids.ts";
import type { Problem } from "../../../shared/problem.ts";
import { err, ok, type Result } from "../../../shared/result.ts";
import { sentence } from "../../../shared/sentence.ts";
import { areSame } from "../../ledger/allocation/judge.ts";
import type { Command, Outcome } from "../../ledger/command.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { hasPages, mayGiveRights, type Person, type Role } from "../../ledger/person.ts";
import { faultOfMap, judgeRight, type PresetRights, presetMap, type RightsMap } from "../../ledger/settings/rights.ts";
import {
  faultOfLoss,
  isGain,
  type RightsGround,
  type RightTurn,
  supportOnlyMap,
  turnsOf,
} from "../../ledger/settings/rights-change.ts";
import type { RoleHistory } from "../role-history.ts";
import type { KnownName, RightsAnswer, RightsCall, Turn } from "./rights-calls.ts";

/** Names of the CRM that are shown to choose from; the rest can be typed. */
const NAMES_SHOWN = 200;

export interface RightsPorts {
  ledger: () => Ledger;
  preset: () => PresetRights;
  roles: RoleHistory;
  run: (command: Command) => Outcome;
  transact: <T>(work: () => T) => T;
  /** The person's open pages of the administration end. */
  endAdministration: (holder: HolderId) => void;
}

export class RightsDesk {
  readonly #ports: RightsPorts;

  constructor(ports: RightsPorts) {
    this.#ports = ports;
  }

  /** The person with the role that the tenant gives; the same object where it is the one that came along. */
  judge(person: Person): Person {
    const { rights } = this.#ports.ledger().settings;
    if (rights === null && person.manages === undefined) return person;
    const { manages: before, ...plain } = person;
    if (rights === null) return plain;
    const { role, manages } = judgeRight(rights, this.#ports.preset(), person);
    if (role === person.role && areSame(manages, before)) return person;
    return { ...plain, role, ...(manages === undefined ? {} : { manages }) };
  }

  /** A12: the CRM has confirmed the person, whose role is judged. */
  confirmed(person: Person): void {
    this.#ports.roles.confirmed(person, this.#throughOf(person));
  }

  /** L13: somebody manages who has never claimed. */
  met(person: Person): void {
    this.#ports.roles.met(person, this.#throughOf(person));
  }

  #throughOf(person: Person): string | null {
    if (!hasPages(person)) return null;
    const { role, through } = judgeRight(this.#ports.ledger().settings.rights, this.#ports.preset(), person);
    return role === person.role ? through : null;
  }

  call(actor: Person, call: RightsCall): Result<RightsAnswer, Problem> {
    const { settings } = this.#ports.ledger();
    const { rights: now, version } = settings;
    const ground = this.#ground();
    const preset = presetMap(ground.preset);
    const answer = { version, rights: now, preset, names: namesOf(ground.known, [preset, now]) };
    if (call.do === "read") return ok({ ...answer, preview: null });
    const { rights } = call;
    const fault = mayGiveRights(actor.role) ? this.#faultOf(rights, ground, actor) : NOT_GIVEN;
    if (fault !== null) return err(fault);
    const turns = turnsOf(now, rights, ground);
    const poolNames = (ids: readonly string[]) =>
      ids.map((id) => settings.pools.find((pool) => pool.id === id)?.name ?? id);
    const told = ({ person: { id, name }, fromPools, toPools, ...turn }: RightTurn): Turn => ({
      ...{ id, name, ...turn },
      fromPools: poolNames(fromPools),
      toPools: poolNames(toPools),
    });
    const preview = {
      gains: turns.filter(isGain).map(told),
      loses: turns.filter((turn) => !isGain(turn)).map(told),
    };
    return ok({ ...answer, preview });
  }

  /** What would be refused if it were saved; null: nothing. */
  #faultOf(rights: RightsMap | null, ground: RightsGround, actor: Person): Problem | null {
    const now = this.#ports.ledger().settings.rights;
    const fault = rights === null ? null : faultOfMap(rights, this.#ports.ledger().settings.pools);
    if (fault !== null) return { code: "out_of_range", ...fault };
    const supportOnly = actor.role === "support" ? null : supportOnlyMap(now, rights, ground.preset);
    if (supportOnly !== null) return { code: "forbidden", field: "rights", says: supportOnly };
    return faultOfLoss(now, rights, ground, actor);
  }

  /** Puts `rights` in force, for everybody known in the same transaction. Answers why it may not be; null: it is. */
  change(actor: Person, rights: RightsMap | null, version: number): Problem | null {
    const { ledger, run, transact, endAdministration } = this.#ports;
    const ground = this.#ground();
    const lost: HolderId[] = [];
    const refused = transact(() => {
      const change = { what: "rights", rights } as const;
      const outcome = run({ type: "change_settings", actor, change, version, ground });
      if (outcome.type === "refused") return outcome.problem;
      const roles = new Map<HolderId, Role>();
      for (const person of ground.known) {
        const { through, ...judged } = judgeRight(ledger().settings.rights, ground.preset, person);
        roles.set(person.id, judged.role);
        this.#ports.roles.rejudged({ ...person, ...judged }, through);
        if (!hasPages(judged)) lost.push(person.id);
      }
      run({ type: "rerole", roles });
      return null;
    });
    if (refused === null) for (const holder of lost) endAdministration(holder);
    return refused;
  }

  /** Everybody of whom the CRM's roles are known: at work, away for less than a week, or with a right. */
  #ground(): RightsGround {
    const { leases, absences } = this.#ports.ledger();
    const known = new Map<HolderId, Person>(this.#ports.roles.known().map((person) => [person.id, person]));
    // A seat that came through an integration says nothing of roles: what the CRM confirmed before stays.
    for (const { person } of [...absences.values(), ...leases.values()]) {
      if (person.crmRoles !== undefined) known.set(person.id, person);
    }
    const people = [...known.values()].filter(({ crmRoles }) => crmRoles !== undefined);
    return { preset: this.#ports.preset(), known: people };
  }
}

const NOT_GIVEN: Problem = { code: "forbidden", says: sentence("rightsAdmins") };

/** Roles, then groups, those with most people first; what a map names is always among them. */
function namesOf(known: readonly Person[], maps: readonly (RightsMap | null)[]): KnownName[] {
  const names = new Map<string, KnownName>();
  const note = (of: KnownName["of"], name: string, people: number) => {
    const one = names.get(`${of}:${name}`) ?? { of, name, people: 0 };
    names.set(`${of}:${name}`, { ...one, people: one.people + people });
  };
  for (const { groups = [], crmRoles = 0 } of known)
    for (const [place, name] of groups.entries()) note(place < crmRoles ? "role" : "group", name, 1);
  for (const map of maps) {
    for (const name of map?.order ?? []) note("role", name, 0);
    for (const { of, name } of map?.rules ?? []) note(of, name, 0);
  }
  const kept = new Set(maps.flatMap((map) => [...(map?.order ?? []), ...(map?.rules ?? []).map(({ name }) => name)]));
  const sorted = [...names.values()].sort(
    (a, b) => Number(a.of === "group") - Number(b.of === "group") || b.people - a.people || (a.name < b.name ? -1 : 1),
  );
  return sorted.filter(({ name }, place) => place < NAMES_SHOWN || kept.has(name));
}
