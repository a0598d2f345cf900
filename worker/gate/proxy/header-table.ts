/** One runtime quirk: `Set.has` interns each string it is asked for, which costs more than the look-up itself. */

interface Entry<Meaning> {
  name: string;
  meaning: Meaning;
}

/**
 * What `meanings` says of a header's name, both in lower case; undefined where it says nothing. By the name's length first,
 * which tells most names apart.
 */
export function headerTable<Meaning>(
  meanings: Readonly<Record<string, Meaning>>,
): (name: string) => Meaning | undefined {
  const entries = Object.entries(meanings).map(([name, meaning]): Entry<Meaning> => ({ name, meaning }));
  const longest = Math.max(...entries.map(({ name }) => name.length));
  const byLength = Array.from({ length: longest + 1 }, (_, length) =>
    entries.filter(({ name }) => name.length === length),
  );
  const none: Entry<Meaning>[] = [];
  return (name) => {
    const candidates = name.length > longest ? none : (byLength[name.length] ?? none);
    for (const candidate of candidates) if (candidate.name === name) return candidate.meaning;
    return undefined;
  };
}

/** A table in which all these names mean the same. */
export const allOf = <Meaning>(names: readonly string[], meaning: Meaning): Record<string, Meaning> =>
  Object.fromEntries(names.map((name) => [name, meaning]));
