/** I13: the map from the CRM's roles and groups to rights in Hotseat: the firm's own, or what the preset gives. */
import type { Sentence } from "../../../shared/sentence.ts";
import { sentence } from "../../../shared/sentence.ts";
import { type Person, ROLES, type Role } from "../person.ts";

/** More than a user, lowest first. */
export const RIGHTS = ["licence_manager", "admin", "support"] as const satisfies readonly Role[];
export type Right = (typeof RIGHTS)[number];

export const RULES_MAX = 50;
export const RIGHT_NAME_MAX = 100;

/** Whoever has this role or is in this group of the CRM has the right. */
export interface RightRule {
  of: "role" | "group";
  name: string;
  /** Also everybody with a role that stands after this one in the order. */
  orHigher?: boolean | undefined;
  right: Right;
  /** A13: id of a pool: the right of a licence manager, over its people alone. */
  pool?: string | undefined;
}

/** Where several rules fit a person, the highest right counts. */
export interface RightsMap {
  /** The CRM's roles, lowest first; those left out are neither higher nor lower than any. */
  order: string[];
  rules: RightRule[];
}

/** Of a preset or of a provider's tokens: the CRM's role names to Hotseat's roles. */
export type PresetRights = Readonly<Record<string, Role>>;

/** What a person may do, and through what: `list`, `role:NAME` or `group:NAME`; null: through nothing, or it is not known. */
export interface Judged {
  role: Role;
  through: string | null;
  /** A13: of a plain user, ids of the pools whose people they manage; left out: none. */
  manages?: readonly string[];
}

const rankOf = (role: Role): number => ROLES.indexOf(role);

/** Whether `a` is worth more than `b`. */
export const isHigher = (a: Role, b: Role): boolean => rankOf(a) > rankOf(b);

/** `map`: null: what the preset gives. A person of whom no roles are known keeps the role that came with them. */
export function judgeRight(map: RightsMap | null, preset: PresetRights, person: Person): Judged {
  const { crmRoles, groups = [], listed } = person;
  if (crmRoles === undefined) return { role: person.role, through: null };
  const has = { role: groups.slice(0, crmRoles), group: groups.slice(crmRoles) };
  let best: Judged = listed === undefined ? { role: "user", through: null } : { role: listed, through: "list" };
  const manages = new Map<string, string>();
  for (const { of, right, names, pool } of map === null ? presetGrants(preset) : grantsOf(map)) {
    const name = isHigher(right, best.role) ? has[of].find((one) => names.includes(one)) : undefined;
    if (name === undefined) continue;
    if (pool === undefined) best = { role: right, through: `${of}:${name}` };
    else manages.set(pool, `${of}:${name}`);
  }
  const [through] = manages.values();
  // Whoever manages all people manages those of a pool.
  return best.role !== "user" || through === undefined ? best : { role: "user", through, manages: [...manages.keys()] };
}

interface Grant {
  of: RightRule["of"];
  right: Role;
  names: readonly string[];
  pool?: string | undefined;
}

const presetGrants = (preset: PresetRights): Grant[] =>
  Object.entries(preset).map(([name, right]) => ({ of: "role", right, names: [name] }));

/** Maps are never changed in place: each is written out once, though every heartbeat is judged by it. */
const written = new WeakMap<RightsMap, readonly Grant[]>();

/** "Or higher" written out: each rule with all names that it is for. */
export function grantsOf(map: RightsMap): readonly Grant[] {
  const known = written.get(map);
  if (known !== undefined) return known;
  const { order, rules } = map;
  const grants = rules.map(({ of, name, orHigher = false, right, pool }) => ({
    of,
    right,
    pool,
    names: orHigher && order.includes(name) ? order.slice(order.indexOf(name)) : [name],
  }));
  written.set(map, grants);
  return grants;
}

/** The same rights as the preset gives, as a map to begin with. */
export const presetMap = (preset: PresetRights): RightsMap => ({
  order: [],
  rules: Object.entries(preset).flatMap(([name, right]) => (right === "user" ? [] : [{ of: "role", name, right }])),
});

/** What is wrong with the form of a map, where there are these pools, and what would be right; null: nothing. */
export function faultOfMap(
  { order, rules }: RightsMap,
  pools: readonly { id: string }[] = [],
): { field: string; says: Sentence } | null {
  const isName = (name: string) => name.trim() !== "" && name.length <= RIGHT_NAME_MAX;
  if (order.length > RULES_MAX || rules.length > RULES_MAX) {
    return { field: "rights", says: sentence("rightsMost", { most: RULES_MAX }) };
  }
  for (const [place, name] of order.entries()) {
    const field = `rights.order.${place}`;
    if (!isName(name)) return { field, says: sentence("rightsName", { most: RIGHT_NAME_MAX }) };
    if (order.indexOf(name) !== place) return { field, says: sentence("rightsOrderTwice", { name }) };
  }
  for (const [place, { of, name, orHigher = false, right, pool }] of rules.entries()) {
    const field = `rights.rules.${place}`;
    if (!isName(name)) return { field: `${field}.name`, says: sentence("rightsName", { most: RIGHT_NAME_MAX }) };
    if (!RIGHTS.includes(right))
      return { field: `${field}.right`, says: sentence("rightsOneOf", { list: RIGHTS.join(", ") }) };
    if (rules.findIndex((other) => other.of === of && other.name === name) !== place) {
      return { field: `${field}.name`, says: sentence("rightsTwice", { name }) };
    }
    if (pool !== undefined && right !== "licence_manager")
      return { field: `${field}.pool`, says: sentence("rightsPoolRight", { name }) };
    if (pool !== undefined && !pools.some(({ id }) => id === pool))
      return { field: `${field}.pool`, says: sentence("rightsPoolNone", { pool }) };
    if (orHigher && of === "group")
      return { field: `${field}.orHigher`, says: sentence("rightsGroupHigher", { name }) };
    if (orHigher && !order.includes(name))
      return { field: `${field}.orHigher`, says: sentence("rightsNoOrder", { name }) };
  }
  return null;
}
