/** L20: what somebody wants of a group, read and checked: its name, its rules, its people. */
import type { Problem } from "../../../shared/problem.ts";
import { err, ok, type Result } from "../../../shared/result.ts";
import { type Sentence, sentence } from "../../../shared/sentence.ts";
import { type SpellKey, spellName } from "../../identity/holder-key.ts";
import { readEmailRule } from "./email-rule.ts";
import {
  ALL_PEOPLE_MAX,
  GROUP_NAME_MAX,
  GROUP_PEOPLE_MAX,
  type GroupRow,
  type MemberWish,
  RULES_MAX,
} from "./group-calls.ts";

const NAME_MAX_BYTES = 254;

/** `id`: of the group that is renamed; null: a new one. `groups`: all that exist. */
export function readName(typed: string, id: string | null, groups: readonly GroupRow[]): Result<string, Problem> {
  const name = typed
    .normalize("NFC")
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim();
  const wrong = (code: Problem["code"], says: Sentence) => err({ code, field: "name", says });
  if (name === "") return wrong("out_of_range", sentence("groupNoName"));
  if (name.length > GROUP_NAME_MAX) {
    return wrong("out_of_range", sentence("groupLongName", { most: GROUP_NAME_MAX, length: name.length }));
  }
  if (name.startsWith("integration:")) {
    return wrong("out_of_range", sentence("groupIntegration"));
  }
  const other = groups.find((group) => spellName(group.name) === spellName(name));
  if (other !== undefined && other.id !== id) {
    return wrong("conflict", sentence("groupTaken", { name: other.name }));
  }
  return ok(name);
}

export function readRules(typed: readonly string[]): Result<string[], Problem> {
  const rules = new Set<string>();
  for (const text of typed) {
    if (text.trim() === "") continue;
    const rule = readEmailRule(text);
    if (rule === null) {
      const says = sentence("groupNoRule", { text: text.slice(0, 80) });
      return err({ code: "out_of_range", field: "rules", says });
    }
    rules.add(rule);
  }
  if (rules.size > RULES_MAX) {
    return err({ code: "out_of_range", field: "rules", says: sentence("groupRulesMost", { most: RULES_MAX }) });
  }
  return ok([...rules]);
}

/** Keys of the people; `isKnown`: whether the CRM's key is somebody's. */
export function readPeople(
  people: readonly MemberWish[],
  spellKey: SpellKey,
  isKnown: (key: string) => boolean,
): Result<string[], Problem> {
  if (people.length > GROUP_PEOPLE_MAX) return err(tooMany());
  const keys = new Set<string>();
  for (const wish of people) {
    if ("id" in wish) {
      keys.add(`i:${spellKey(wish.id)}`);
      continue;
    }
    const name = spellName(wish.name);
    if (isKnown(spellKey(wish.name))) keys.add(`i:${spellKey(wish.name)}`);
    else if (isName(name)) keys.add(`n:${name}`);
    else {
      const says = sentence("groupNoPerson", { text: wish.name.slice(0, 80), most: NAME_MAX_BYTES });
      return err({ code: "out_of_range", field: "people", says });
    }
  }
  return ok([...keys]);
}

const isName = (name: string): boolean =>
  name !== "" && !/[\s\p{Cc}\ufffd]/u.test(name) && new TextEncoder().encode(name).length <= NAME_MAX_BYTES;

/** `countAll`: how many rows all groups have together. */
export function faultOfSize(kept: number, added: number, countAll: () => number): Problem | null {
  if (added === 0) return null;
  if (kept + added > GROUP_PEOPLE_MAX) return tooMany();
  if (countAll() + added <= ALL_PEOPLE_MAX) return null;
  return {
    code: "out_of_range",
    field: "people",
    says: sentence("groupsPeopleMost", { most: ALL_PEOPLE_MAX }),
  };
}

const tooMany = (): Problem => ({
  code: "out_of_range",
  field: "people",
  says: sentence("groupPeopleMost", { most: GROUP_PEOPLE_MAX }),
});

export const faultOfRevision = ({ revision, name }: GroupRow, seen: number): Problem | null =>
  revision === seen
    ? null
    : {
        code: "stale",
        field: "revision",
        says: sentence("groupStale", { name }),
      };

export function faultOfHand({ source, name }: GroupRow): Problem | null {
  const says = sentence("groupProvider", { name });
  return source === "hand" ? null : { code: "conflict", says };
}
