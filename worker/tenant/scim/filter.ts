/** Filters of SCIM (RFC 7644, 3.4.2.2): read, and held against a resource. */
import { err, ok, type Result } from "../../../shared/result.ts";

const OPERATORS = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le", "pr"] as const;
type Operator = (typeof OPERATORS)[number];
type Value = string | number | boolean | null;

export type Filter =
  | { kind: "and" | "or"; of: Filter[] }
  | { kind: "not"; of: Filter }
  | { kind: "is"; path: string[]; op: Operator; value: Value }
  /** `emails[type eq "work"]`, and with a name and a comparison behind it, as Entra asks. */
  | { kind: "some"; attribute: string; where: Filter; behind: { name: string; op: Operator; value: Value } | null };

/** Longer ones nobody asks; what is nested deeper neither. */
const FILTER_MAX_CHARS = 2_000;
const DEPTH_MAX = 10;
const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*")|([()[\]])|([^\s()[\]"]+))/y;

class FilterFault extends Error {}

/** `urn:…:User:userName` is `userName`. */
export const bareName = (name: string): string => (/^urn:/i.test(name) ? name.slice(name.lastIndexOf(":") + 1) : name);

export function readFilter(text: string): Result<Filter, string> {
  if (text.length > FILTER_MAX_CHARS) return err(`A filter has at most ${FILTER_MAX_CHARS} characters`);
  try {
    return ok(new Reader(text).read());
  } catch (error) {
    if (error instanceof FilterFault) return err(error.message);
    throw error;
  }
}

class Reader {
  readonly #tokens: string[] = [];
  #at = 0;

  constructor(text: string) {
    TOKEN.lastIndex = 0;
    while (text.slice(TOKEN.lastIndex).trim() !== "") {
      const from = TOKEN.lastIndex;
      const found = TOKEN.exec(text);
      if (found === null) throw new FilterFault(`The filter cannot be read from “${text.slice(from, from + 30)}” on`);
      this.#tokens.push(found[1] ?? found[2] ?? found[3] ?? "");
    }
  }

  read(): Filter {
    const filter = this.#either(0);
    if (this.#next !== undefined) throw new FilterFault(`The filter goes on with “${this.#next}” where it should end`);
    return filter;
  }

  get #next(): string | undefined {
    return this.#tokens[this.#at];
  }

  #isNext(word: string): boolean {
    if (this.#next?.toLowerCase() !== word) return false;
    this.#at++;
    return true;
  }

  #need(sign: string): void {
    if (!this.#isNext(sign)) throw new FilterFault(`The filter lacks a “${sign}”`);
  }

  #either(depth: number): Filter {
    if (depth > DEPTH_MAX) throw new FilterFault(`The filter is nested more than ${DEPTH_MAX} deep`);
    const of = [this.#both(depth)];
    while (this.#isNext("or")) of.push(this.#both(depth));
    return of.length === 1 ? (of[0] as Filter) : { kind: "or", of };
  }

  #both(depth: number): Filter {
    const of = [this.#one(depth)];
    while (this.#isNext("and")) of.push(this.#one(depth));
    return of.length === 1 ? (of[0] as Filter) : { kind: "and", of };
  }

  #one(depth: number): Filter {
    if (this.#isNext("not")) {
      this.#need("(");
      const of = this.#either(depth + 1);
      this.#need(")");
      return { kind: "not", of };
    }
    if (this.#isNext("(")) {
      const inner = this.#either(depth + 1);
      this.#need(")");
      return inner;
    }
    const name = this.#name();
    if (!this.#isNext("[")) return { kind: "is", path: name.split("."), ...this.#comparison() };
    const where = this.#either(depth + 1);
    this.#need("]");
    const after = this.#next;
    if (after === undefined || !/^\.[A-Za-z$][\w$-]*$/.test(after))
      return { kind: "some", attribute: name, where, behind: null };
    this.#at++;
    return {
      kind: "some",
      attribute: name,
      where,
      behind: { name: after.slice(1).toLowerCase(), ...this.#comparison() },
    };
  }

  #name(): string {
    const name = bareName(this.#next ?? "").toLowerCase();
    if (!/^[a-z$][\w$-]*(?:\.[a-z$][\w$-]*)?$/.test(name)) {
      throw new FilterFault(`The filter lacks the name of an attribute at “${this.#next ?? ""}”`);
    }
    this.#at++;
    return name;
  }

  #comparison(): { op: Operator; value: Value } {
    const op = (this.#next ?? "").toLowerCase() as Operator;
    if (!OPERATORS.includes(op)) {
      throw new FilterFault(`The filter lacks an operator (${OPERATORS.join(", ")}) at “${this.#next ?? ""}”`);
    }
    this.#at++;
    if (op === "pr") return { op, value: null };
    const text = this.#next;
    this.#at++;
    try {
      // A value is one of JSON; `True` is what some write.
      const value: unknown = JSON.parse(
        text !== undefined && /^(?:true|false)$/i.test(text) ? text.toLowerCase() : (text ?? ""),
      );
      if (value === null || ["string", "number", "boolean"].includes(typeof value))
        return { op, value: value as Value };
    } catch {
      // Said below.
    }
    throw new FilterFault(`The filter lacks a value in quotation marks at “${text ?? ""}”`);
  }
}

/** How values are compared: letter by letter, as moments, and all others without case. */
const EXACT: ReadonlySet<string> = new Set(["id", "externalid", "meta.version"]);
const MOMENTS: ReadonlySet<string> = new Set(["meta.created", "meta.lastmodified"]);

function spellingOf(path: string): Spelling {
  if (EXACT.has(path)) return String;
  return MOMENTS.has(path) ? spellMoment : spellLoosely;
}

type Spelling = (value: unknown) => string;
const spellLoosely: Spelling = (value) => String(value).toLowerCase();
/** In one zone and to the millisecond, as far as it is a moment. */
const spellMoment: Spelling = (value) => {
  const at = Date.parse(String(value));
  return Number.isNaN(at) ? String(value) : new Date(at).toISOString();
};

/** Whether the resource fits the filter. */
export function fits(filter: Filter, resource: unknown): boolean {
  switch (filter.kind) {
    case "and":
      return filter.of.every((one) => fits(one, resource));
    case "or":
      return filter.of.some((one) => fits(one, resource));
    case "not":
      return !fits(filter.of, resource);
    case "is":
      return compare(valuesAt(resource, filter.path), filter.op, filter.value, spellingOf(filter.path.join(".")));
    case "some": {
      const { attribute, where, behind } = filter;
      const found = listOf(attributeOf(resource, attribute)).filter((item) => fits(where, item));
      return behind === null
        ? found.length > 0
        : compare(
            found.map((item) => attributeOf(item, behind.name)),
            behind.op,
            behind.value,
            spellLoosely,
          );
    }
  }
}

/** The values of an attribute, of which there may be none, one or many. */
export const listOf = (value: unknown): unknown[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];

/** An attribute by its name, whose case does not matter. */
export function attributeOf(resource: unknown, name: string): unknown {
  if (typeof resource !== "object" || resource === null) return undefined;
  const key = Object.keys(resource).find((one) => one.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : (resource as Record<string, unknown>)[key];
}

function valuesAt(resource: unknown, [first = "", ...rest]: readonly string[]): unknown[] {
  const values = listOf(attributeOf(resource, first));
  if (rest.length > 0) return values.flatMap((value) => valuesAt(value, rest));
  // An attribute of many objects stands for their values.
  return values.map((value) => (typeof value === "object" && value !== null ? attributeOf(value, "value") : value));
}

function compare(values: readonly unknown[], op: Operator, wanted: Value, spell: Spelling): boolean {
  const there = values.filter((value) => value !== undefined && value !== null && value !== "");
  if (op === "pr") return there.length > 0;
  if (op === "ne") return !compare(values, "eq", wanted, spell);
  if (wanted === null) return op === "eq" && there.length === 0;
  const right = spell(wanted);
  return there.some((value) => HOLDS[op](spell(value), right));
}

const HOLDS: Record<Exclude<Operator, "pr" | "ne">, (left: string, right: string) => boolean> = {
  eq: (left, right) => left === right,
  co: (left, right) => left.includes(right),
  sw: (left, right) => left.startsWith(right),
  ew: (left, right) => left.endsWith(right),
  gt: (left, right) => left > right,
  ge: (left, right) => left >= right,
  lt: (left, right) => left < right,
  le: (left, right) => left <= right,
};

/** The one value that the filter asks for by `eq`, in a form that a table can be asked for; null: it must be looked through. */
export function soleValue(filter: Filter): { name: string; value: string } | null {
  if (filter.kind === "is" && filter.op === "eq" && typeof filter.value === "string") {
    return { name: filter.path.join("."), value: filter.value };
  }
  return null;
}
