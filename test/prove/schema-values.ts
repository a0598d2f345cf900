/** Values from the wire's own schemas, good ones and such with one thing broken. */
import * as fc from "fast-check";
import * as z from "zod/mini";

type Schema = z.core.JSONSchema.BaseSchema;

/** Strings that mean something to the tenant under test beside those that only fit. */
const FAMILIAR = ["anna", "bob", "mona", "sue", "client-of-anna", "tab-of-anna", "finance", "Europe/Paris", "08:00"];
const NUMBERS = [0, 1, 2, 3, 10, 60, 999, 1_000, 300_000, 3_600_000, -1, Number.MAX_SAFE_INTEGER];

/** Values that fit the schema, near its edges more often than chance would have it. */
export const fitting = (schema: z.ZodMiniType): fc.Arbitrary<unknown> => fitSchema(z.toJSONSchema(schema));

function fitSchema(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map((choice) => fitSchema(choice as Schema)));
  switch (schema.type) {
    case "object":
      return fitObject(schema);
    case "array":
      return fc.array(fitSchema(schema.items as Schema), { maxLength: Math.min(4, schema.maxItems ?? 4) });
    case "integer":
      return fitInteger(schema.minimum ?? Number.MIN_SAFE_INTEGER, schema.maximum ?? Number.MAX_SAFE_INTEGER);
    case "string":
      return fitString(schema);
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    default:
      throw new Error(`no values are known for ${JSON.stringify(schema)}`);
  }
}

function fitObject({ properties = {}, required = [] }: Schema): fc.Arbitrary<unknown> {
  const fields = Object.entries(properties).map(([name, schema]) => [name, fitSchema(schema as Schema)]);
  return fc.record(Object.fromEntries(fields), { requiredKeys: required as never[] });
}

function fitInteger(min: number, max: number): fc.Arbitrary<number> {
  const near = NUMBERS.filter((number) => number >= min && number <= max);
  return fc.oneof(fc.constantFrom(min, max, ...near), fc.integer({ min, max }));
}

function fitString({ pattern, minLength = 0, maxLength = 2_000 }: Schema): fc.Arbitrary<string> {
  const shape = pattern === undefined ? null : new RegExp(pattern, "u");
  const fits = (text: string) => text.length >= minLength && text.length <= maxLength && (shape?.test(text) ?? true);
  const familiar = FAMILIAR.filter(fits);
  const free = fc.string({ minLength, maxLength: Math.min(maxLength, minLength + 40), unit: "grapheme" }).filter(fits);
  // The generator of fast-check knows no classes of Unicode.
  const shaped = shape === null || pattern?.includes("\\p") ? free : fc.stringMatching(new RegExp(shape.source));
  return familiar.length === 0 ? shaped : fc.oneof(fc.constantFrom(...familiar), shaped);
}

const nested = (depth: number): unknown => JSON.parse("[".repeat(depth) + "]".repeat(depth));

/** What no field expects. */
export const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(null, true, "", " ", "\u0000", "\ud800", "💺".repeat(50), "__proto__", "NaN", [], {}),
  fc.constantFrom(-1, 0.5, -0, 1e308, -1e308, 2 ** 53, 2 ** 31, 1e-7),
  fc.integer({ min: 100, max: 20_000 }).map((length) => "x".repeat(length)),
  fc.integer({ min: 5, max: 400 }).map(nested),
  fc.string({ unit: "binary", maxLength: 60 }),
);

type Place = { holder: Record<string, unknown> | unknown[]; key: string | number };

function placesOf(value: unknown): Place[] {
  if (typeof value !== "object" || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesOf(holder[key])]);
}

/** The same with one thing broken: a value of another kind, a field too many, one too few, or no object at all. */
export const broken = (values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc
    .tuple(values, fc.nat(), fc.constantFrom("junk", "text", "gone", "more", "root"), junk)
    .map(([value, at, how, odd]) => {
      if (how === "root") return odd;
      const copy: unknown = structuredClone(value);
      const places = placesOf(copy);
      const place = places[at % Math.max(1, places.length)];
      if (place === undefined || how === "more") {
        const objects = [copy, ...places.map(({ holder, key }) => (holder as Record<string, unknown>)[key])].filter(
          (one): one is Record<string, unknown> => typeof one === "object" && one !== null,
        );
        const object = objects[at % Math.max(1, objects.length)];
        if (object !== undefined) object.unknown = odd;
        return copy;
      }
      const holder = place.holder as Record<string, unknown>;
      if (how === "gone") delete holder[place.key];
      else holder[place.key] = how === "text" ? String(holder[place.key]) : odd;
      return copy;
    });
