/**
 * S: PATCH of SCIM (RFC 7644, 3.5.2), as far as Okta and Entra use it: operations in any letter case, with a path or
 * without, names with dots in a value, filters in a path, and texts for booleans.
 */
import { err, ok, type Result } from "../../../shared/result.ts";
import { attributeOf, bareName, type Filter, fits, listOf, readFilter } from "../../tenant/scim/filter.ts";
import type { GroupStep, ScimFault } from "../../tenant/scim/scim-calls.ts";

type Json = Record<string, unknown>;
type Done<T> = Result<T, ScimFault>;

interface Operation {
  op: "add" | "replace" | "remove";
  path: string | null;
  value: unknown;
}

const OPERATIONS_MAX = 1_000;
const PATH_MAX_CHARS = 2_000;
const PATH = /^(urn:[^[\]\s]*:)?([A-Za-z$][\w$-]*)(?:\[(.*)\])?(?:\.([A-Za-z$][\w$-]*))?$/;
const CORE = /^urn:ietf:params:scim:schemas:core:2\.0:/i;

const wrong = (scimType: NonNullable<ScimFault["scimType"]>, detail: string) =>
  err<ScimFault>({ status: 400, scimType, detail });

export const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export function readOperations(body: unknown): Done<Operation[]> {
  const list = isObject(body) ? attributeOf(body, "Operations") : undefined;
  if (!Array.isArray(list) || list.length === 0 || list.length > OPERATIONS_MAX) {
    return wrong("invalidSyntax", `A PATCH has Operations: a list of 1 to ${OPERATIONS_MAX} operations`);
  }
  const operations: Operation[] = [];
  for (const [place, one] of list.entries()) {
    const op = String(attributeOf(one, "op") ?? "").toLowerCase();
    if (op !== "add" && op !== "replace" && op !== "remove") {
      return wrong("invalidSyntax", `Operations.${place}.op is add, replace or remove`);
    }
    const path = attributeOf(one, "path") ?? null;
    if (path !== null && typeof path !== "string") return wrong("invalidPath", `Operations.${place}.path is a text`);
    if (op === "remove" && (path === null || path === "")) {
      return wrong("noTarget", `Operations.${place} removes something: its path says what`);
    }
    const value = attributeOf(one, "value");
    if (op !== "remove" && value === undefined) return wrong("invalidValue", `Operations.${place} needs a value`);
    operations.push({ op, path: path === "" ? null : path, value });
  }
  return ok(operations);
}

interface Target {
  attribute: string;
  where: Filter | null;
  sub: string | null;
}

/** null: of a schema that is not kept, such as the enterprise extension. */
function readPath(path: string): Done<Target | null> {
  const [whole, urn = "", attribute = "", where, sub] = PATH.exec(path.trim()) ?? [];
  if (whole === undefined || path.length > PATH_MAX_CHARS)
    return wrong("invalidPath", `“${path.slice(0, 80)}” is no path such as emails[type eq "work"].value`);
  if (urn !== "" && !CORE.test(urn)) return ok(null);
  if (where === undefined) return ok({ attribute, where: null, sub: sub ?? null });
  const filter = readFilter(where);
  if (!filter.ok) return wrong("invalidPath", filter.error);
  return ok({ attribute, where: filter.value, sub: sub ?? null });
}

/** Each operation with a path: one without is one for each name in its value. */
function withPaths({ op, path, value }: Operation): Done<Operation[]> {
  if (path !== null) return ok([{ op, path, value }]);
  if (!isObject(value)) return wrong("invalidValue", "An operation without a path has an object as its value");
  return ok(Object.entries(value).map(([name, one]) => ({ op, path: name, value: one })));
}

const READ_ONLY: ReadonlySet<string> = new Set(["id", "meta", "groups", "schemas"]);

/** The resource after the operations, not yet read as a user. */
export function patchUser(resource: object, operations: readonly Operation[]): Done<Json> {
  const patched = structuredClone(resource) as Json;
  for (const operation of operations) {
    const all = withPaths(operation);
    if (!all.ok) return all;
    for (const { op, path, value } of all.value) {
      const target = readPath(path ?? "");
      if (!target.ok) return target;
      if (target.value === null) continue;
      if (READ_ONLY.has(target.value.attribute.toLowerCase())) {
        // Okta repeats the id beside what it changes.
        if (operation.path === null) continue;
        return wrong("mutability", `${target.value.attribute} is not changed by a client`);
      }
      apply(patched, target.value, op, value);
    }
  }
  return ok(patched);
}

const keyIn = (object: Json, name: string): string =>
  Object.keys(object).find((key) => key.toLowerCase() === name.toLowerCase()) ?? name;

function apply(resource: Json, { attribute, where, sub }: Target, op: Operation["op"], value: unknown): void {
  const key = keyIn(resource, attribute);
  const before = resource[key];
  const isList = Array.isArray(before) || where !== null || key.toLowerCase() === "emails";
  if (isList) resource[key] = patchList(before, where, sub, op, value);
  else if (sub !== null) {
    const inner = isObject(before) ? { ...before } : {};
    put(inner, sub, op, value);
    resource[key] = inner;
  } else if (op !== "remove" && isObject(before) && isObject(value)) resource[key] = { ...before, ...value };
  else put(resource, key, op, value);
  if (Array.isArray(resource[key]) && (resource[key] as unknown[]).length === 0) delete resource[key];
}

function put(object: Json, name: string, op: Operation["op"], value: unknown): void {
  const key = keyIn(object, name);
  if (op === "remove" || value === null || value === undefined) delete object[key];
  else object[key] = value;
}

const isMissing = (value: unknown): value is null | undefined => value === undefined || value === null;
const itemValue = (item: unknown): unknown => (isObject(item) ? attributeOf(item, "value") : item);

function patchList(
  before: unknown,
  where: Filter | null,
  sub: string | null,
  op: Operation["op"],
  value: unknown,
): unknown[] {
  const list = listOf(before).map((item) => (isObject(item) ? { ...item } : { value: item }));
  const fit = (item: Json) => where === null || fits(where, item);
  if (sub !== null) {
    const found = list.filter(fit);
    for (const item of found) put(item, sub, op, value);
    // Entra adds an address of a type that is not there yet in this way.
    if (found.length === 0 && op !== "remove") list.push({ ...namedBy(where), [sub]: value });
    return list;
  }
  if (op === "remove") {
    const gone = isMissing(value) ? null : listOf(value).map(itemValue);
    return list.filter((item) => !fit(item) || (gone !== null && !gone.includes(itemValue(item))));
  }
  const more = listOf(value).map((item) => (isObject(item) ? item : { value: item }));
  if (where !== null) {
    const found = list.filter(fit);
    for (const item of found) Object.assign(item, more[0]);
    if (found.length === 0) list.push({ ...namedBy(where), ...more[0] });
    return list;
  }
  if (op === "replace") return more;
  const had = new Set(list.map(itemValue));
  return [...list, ...more.filter((item) => !had.has(itemValue(item)))];
}

/** What an item must have that fits the filter, as far as that says so plainly. */
function namedBy(where: Filter | null): Json {
  if (where?.kind === "is" && where.op === "eq" && where.path.length === 1)
    return { [where.path[0] ?? ""]: where.value };
  if (where?.kind === "and") return Object.assign({}, ...where.of.map(namedBy));
  return {};
}

/** What the operations do to a group. */
export function readGroupSteps(operations: readonly Operation[]): Done<GroupStep[]> {
  const steps: GroupStep[] = [];
  for (const operation of operations) {
    const all = withPaths(operation);
    if (!all.ok) return all;
    for (const { op, path, value } of all.value) {
      const target = readPath(path ?? "");
      if (!target.ok) return target;
      if (target.value === null) continue;
      const step = stepOf(target.value, op, value, operation.path === null);
      if (!step.ok) return step;
      if (step.value !== null) steps.push(step.value);
    }
  }
  return ok(steps);
}

function stepOf(
  { attribute, where, sub }: Target,
  op: Operation["op"],
  value: unknown,
  isPathless: boolean,
): Done<GroupStep | null> {
  const name = bareName(attribute).toLowerCase();
  if (name === "members") return stepOfMembers(where, sub, op, value);
  if (name === "displayname") {
    if (op === "remove" || typeof value !== "string" || value.trim() === "") {
      return wrong("invalidValue", "displayName is a text, and a group needs one");
    }
    return ok({ set: "displayName", value: value.trim() });
  }
  if (name === "externalid") {
    if (op === "remove" || value === null) return ok({ set: "externalId", value: null });
    return typeof value === "string" ? ok({ set: "externalId", value }) : wrong("invalidValue", "externalId is a text");
  }
  if (READ_ONLY.has(name) && !isPathless) return wrong("mutability", `${attribute} is not changed by a client`);
  return ok(null);
}

function stepOfMembers(
  where: Filter | null,
  sub: string | null,
  op: Operation["op"],
  value: unknown,
): Done<GroupStep | null> {
  if (sub !== null) return wrong("mutability", "A member is added or removed whole: its path is members");
  if (where !== null) {
    const ids = idsIn(where);
    if (op !== "remove" || ids === null) {
      return wrong("invalidPath", 'members takes a filter only to remove: members[value eq "…"]');
    }
    return ok({ members: "take", ids });
  }
  // An empty list names nobody.
  if (op === "remove" && isMissing(value)) return ok({ members: "only", ids: [] });
  const ids = readMembers(value);
  if (!ids.ok) return ids;
  return ok({ members: op === "add" ? "add" : op === "remove" ? "take" : "only", ids: ids.value });
}

/** Ids of the members that a list names: `[{ "value": "…" }]`, one of it, or ids alone. */
export function readMembers(value: unknown): Done<string[]> {
  const ids: string[] = [];
  for (const item of listOf(value)) {
    const id = itemValue(item);
    if (typeof id !== "string" || id === "") return wrong("invalidValue", 'A member is { "value": the id of a user }');
    ids.push(id);
  }
  return ok(ids);
}

function idsIn(where: Filter): string[] | null {
  if (where.kind === "is" && where.op === "eq" && where.path.join() === "value" && typeof where.value === "string") {
    return [where.value];
  }
  if (where.kind !== "or") return null;
  const ids = where.of.map(idsIn);
  return ids.includes(null) ? null : (ids as string[][]).flat();
}
