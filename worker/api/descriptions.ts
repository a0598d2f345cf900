/**
 * What each property of the API's messages means, for its document. A key is the end of a property's path: its name
 * alone where that means one thing everywhere, with what it stands in where not; the longest key that fits counts.
 */
import { CHANGES } from "./descriptions/changes.ts";
import { PEOPLE } from "./descriptions/people.ts";
import { PROGRAMS } from "./descriptions/programs.ts";
import { READING } from "./descriptions/reading.ts";
import { SCIM } from "./descriptions/scim.ts";
import { SETTINGS } from "./descriptions/settings.ts";
import { STATUS } from "./descriptions/status.ts";
import { WHY } from "./descriptions/why.ts";

export const DESCRIPTIONS: Readonly<Record<string, string>> = {
  ...PEOPLE,
  ...READING,
  ...STATUS,
  ...PROGRAMS,
  ...WHY,
  ...SETTINGS,
  ...CHANGES,
  ...SCIM,
};

/** The longest key that the path ends with; null: none. `path` begins with the name of the message. */
export function descriptionOf(path: readonly string[], table = DESCRIPTIONS): { key: string; text: string } | null {
  for (let from = 0; from < path.length; from++) {
    const key = path.slice(from).join(".");
    const text = table[key];
    if (text !== undefined) return { key, text };
  }
  return null;
}
