/** What the checks of a preset share. */

/** Takes a mistake: where it is, and what would be right. */
export type Say = (fault: string) => void;

export function oneOf<T extends object>(value: T, names: readonly (keyof T & string)[], field: string, say: Say): void {
  const given = names.filter((name) => value[name] !== undefined);
  if (given.length !== 1) say(`${field} must have exactly one of ${names.join(", ")}`);
}

/** Names of the groups that a pattern captures. */
export const groupsOf = (pattern: string | undefined): string[] =>
  [...(pattern ?? "").matchAll(/\(\?<([a-zA-Z]+)>/g)].map((match) => match[1] ?? "");
