/** I13: who gains and who loses by another map of rights, and which map may not be. */
import type { Problem } from "../../../shared/problem.ts";
import { type Sentence, sentence } from "../../../shared/sentence.ts";
import { areSame } from "../allocation/judge.ts";
import { mayAdminister, type Person, type Role } from "../person.ts";
import { grantsOf, isHigher, judgeRight, type PresetRights, presetMap, type RightsMap } from "./rights.ts";

/** What a change of the map is judged by. */
export interface RightsGround {
  preset: PresetRights;
  /** People of whom the tenant knows the CRM's roles, each once. */
  known: readonly Person[];
}

/** How somebody's right changes, and through what it is then, or was. */
export interface RightTurn {
  person: Person;
  from: Role;
  to: Role;
  /** A13: ids of the pools that a plain user manages. */
  fromPools: readonly string[];
  toPools: readonly string[];
  through: string | null;
}

/** Whether more is gained than lost: another right, or more pools. */
export const isGain = ({ from, to, fromPools, toPools }: Omit<RightTurn, "person" | "through">): boolean =>
  isHigher(to, from) || (from === to && toPools.some((pool) => !fromPools.includes(pool)));

/** Everybody known whose right is another one by `to` than by `from`, by name. */
export function turnsOf(from: RightsMap | null, to: RightsMap | null, { preset, known }: RightsGround): RightTurn[] {
  const turns = known.flatMap((person): RightTurn[] => {
    const [before, after] = [judgeRight(from, preset, person), judgeRight(to, preset, person)];
    const [fromPools, toPools] = [before.manages ?? [], after.manages ?? []];
    if (before.role === after.role && areSame(fromPools, toPools)) return [];
    const turn = { person, from: before.role, to: after.role, fromPools, toPools };
    return [{ ...turn, through: (isGain(turn) ? after : before).through }];
  });
  return turns.sort((a, b) => (a.person.name < b.person.name ? -1 : 1));
}

/** Names whose people are support: that is for support alone to change. */
function supportNames(map: RightsMap | null, preset: PresetRights): string[] {
  const grants = grantsOf(map ?? presetMap(preset)).filter(({ right }) => right === "support");
  const names = grants.flatMap(({ of, names }) => names.map((name) => `${of}:${name}`));
  return [...new Set(names)].sort();
}

/** Why only support may put `to` in the place of `from`; null: admins may, too. */
export function supportOnlyMap(from: RightsMap | null, to: RightsMap | null, preset: PresetRights): Sentence | null {
  const [has, gets] = [supportNames(from, preset), supportNames(to, preset)];
  if (areSame(has, gets)) return null;
  return has.length === 0
    ? sentence("rightsSupportNone")
    : sentence("rightsSupport", { names: has.map(nameOf).join(", ") });
}

/** Nobody takes their own right, and nobody leaves a firm without anyone who may manage; null: neither is so. */
export function faultOfLoss(
  from: RightsMap | null,
  to: RightsMap | null,
  { preset, known }: RightsGround,
  actor: Person,
): Problem | null {
  const [has, keeps] = [judgeRight(from, preset, actor), judgeRight(to, preset, actor)];
  if (isHigher(has.role, keeps.role)) {
    const says = sentence("rightsOwn", { name: nameOf(has.through) });
    return { code: "conflict", field: "rights", says, reason: "own" };
  }
  const managing = (map: RightsMap | null) =>
    [...known, actor].flatMap((person) => {
      const judged = judgeRight(map, preset, person);
      return mayAdminister(judged.role) && judged.role !== "support" ? [judged.through] : [];
    });
  const before = managing(from);
  if (before.length === 0 || managing(to).length > 0) return null;
  const names = [...new Set(before.map(nameOf))].join(", ");
  return { code: "conflict", field: "rights", says: sentence("rightsNobody", { names }), reason: "nobody" };
}

const nameOf = (through: string | null): string => through?.replace(/^(role|group):/, "") ?? "";
