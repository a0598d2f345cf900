/** JSON with places: `"{login}"` becomes the text, `"{#uid}"` the number, anywhere else in a text it is put in. */

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
export type Values = Readonly<Record<string, string | number | null>>;

const PLACE = /\{(#?)([a-zA-Z]+)\}/g;
const WHOLE_NUMBER_PLACE = /^\{#([a-zA-Z]+)\}$/;

/** Names of all places in the template. */
export function placesIn(template: Json): string[] {
  if (typeof template === "string") return [...template.matchAll(PLACE)].map((match) => match[2] ?? "");
  if (typeof template !== "object" || template === null) return [];
  return Object.values(template).flatMap(placesIn);
}

/**
 * A copy with every place filled. `"{#name}"` keeps a number or null as it is and turns digits into a number; a place
 * without a value is an error, which `checkPreset` rules out beforehand.
 */
export function fillTemplate(template: Json, values: Values): Json {
  if (typeof template === "string") return fillText(template, values);
  if (Array.isArray(template)) return template.map((item) => fillTemplate(item, values));
  if (typeof template !== "object" || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([name, item]) => [name, fillTemplate(item, values)]));
}

function fillText(text: string, values: Values): Json {
  const whole = WHOLE_NUMBER_PLACE.exec(text)?.[1];
  if (whole !== undefined) {
    const value = lookUp(values, whole);
    return typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
  }
  return text.replace(PLACE, (_, _hash: string, name: string) => String(lookUp(values, name)));
}

function lookUp(values: Values, name: string): string | number | null {
  const value = values[name];
  if (value === undefined) throw new Error(`The template names {${name}}, for which there is no value`);
  return value;
}
